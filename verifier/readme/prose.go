package readme

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// prose is a paragraph that is being read: the markup's own rules say what in
// its text is code, what is a link, and what is shown otherwise.
type prose struct {
	flat
	s      *scanner
	text   string // the lines, joined by spaces
	pieces pieces
	at     int // up to which the text is in the flat one
}

// paragraph reads the running text of some lines, of the first without what
// stands before skip: its inline code, its links, and the lines themselves
// where nothing is marked up.
func (s *scanner) paragraph(from, to, skip int) {
	s.running(from, to, skip, false)
}

// row reads a line of a table.
func (s *scanner) row(i int) {
	s.running(i, i+1, 0, true)
}

func (s *scanner) running(from, to, skip int, table bool) {
	if from >= to {
		return
	}
	p := s.read(from, to, skip)
	p.table = table
	s.nameItem(p.plain())
	if p.unmarked && !table {
		lines := s.take(from, to)
		if skip > 0 {
			lines[0] = s.rest(from, skip)
		}
		s.bare(lines)
	}
	s.inlines(&p.flat)
	if !table {
		s.keep(&p.flat)
		s.paragraphText(p.plain())
	}
}

func (s *scanner) read(from, to, skip int) *prose {
	p := &prose{s: s, flat: flat{offset: s.raw[from].start, unmarked: true, text: s.scratch[:0]}}
	if to == from+1 {
		l := s.rest(from, skip)
		p.text, p.pieces = l.Text[:min(len(l.Text), maxInline)], pieces{{0, l.Span.Start}}
	} else {
		var text strings.Builder
		for i := from; i < to; i++ {
			if i > from {
				text.WriteByte(' ')
			}
			l := s.rest(i, skip)
			skip = 0
			p.pieces = append(p.pieces, piece{text.Len(), l.Span.Start})
			text.WriteString(l.Text)
			if text.Len() > maxInline {
				break
			}
		}
		p.text = text.String()
	}
	s.inline(p.text, p)
	p.words(len(p.text))
	s.scratch = p.flat.text
	return p
}

// words copies the text up to a place as it is.
func (p *prose) words(to int) {
	if to > p.at {
		p.flat.text = append(p.flat.text, p.text[p.at:to]...)
		p.at = to
	}
}

// mark says that the text from..to is code, which itself is start..end.
func (p *prose) mark(from, to, start, end int) {
	p.words(from)
	p.at, p.unmarked = to, false
	for end > start && isBlankByte(p.text[end-1]) {
		end--
	}
	for end > start && isBlankByte(p.text[start]) {
		start++
	}
	if start == end {
		return
	}
	span := verifier.Span{Start: p.pieces.source(start), End: p.pieces.source(end-1) + 1}
	text := p.text[start:end]
	p.code([]byte(text), span, p.s.text[span.Start:span.End] != text)
}

// markAs is mark where the code reads otherwise than it stands in the source.
func (p *prose) markAs(from, to, start, end int, text string) {
	if text == p.text[start:end] || start == end || text == "" {
		p.mark(from, to, start, end)
		return
	}
	p.words(from)
	p.at, p.unmarked = to, false
	p.code([]byte(strings.TrimSpace(text)), verifier.Span{Start: p.pieces.source(start), End: p.pieces.source(end-1) + 1}, true)
}

// link says that the text from..to is a link and reads as label.
func (p *prose) link(from, to int, label, target string) {
	p.words(from)
	p.at, p.unmarked = to, false
	p.links = append(p.links, flatLink{len(p.flat.text), label, target})
	p.flat.text = append(p.flat.text, label...)
}

// instead says that the text from..to reads otherwise.
func (p *prose) instead(from, to int, text string) {
	p.words(from)
	p.at = to
	p.flat.text = append(p.flat.text, text...)
}

// address reads an address of the web that begins at a place; its end.
func address(text string, at int) (end int) {
	rest := text[at:]
	if !strings.HasPrefix(rest, "http://") && !strings.HasPrefix(rest, "https://") {
		return at
	}
	end = at
	for end < len(text) && strings.IndexByte(" \t\n<>\"`[]{}|", text[end]) < 0 {
		end++
	}
	for end > at && strings.IndexByte(".,;:!?)'*_", text[end-1]) >= 0 {
		end--
	}
	return end
}

// anyPrompt: a line begins with a prompt.
func anyPrompt(lines []Line) bool {
	for _, l := range lines {
		if hasPrompt(l.Text) {
			return true
		}
	}
	return false
}

// hasPrompt knows "$ ", "# ", "> ", "% ", "PS> ", "(venv) $ ", "user@host:~$ ".
func hasPrompt(line string) bool {
	line = strings.TrimLeft(line, " \t")
	if line == "" {
		return false
	}
	if strings.IndexByte("$>%#", line[0]) >= 0 {
		return len(line) > 2 && (line[1] == ' ' || line[1] == '\t')
	}
	if strings.HasPrefix(line, "PS>") {
		return len(line) > 4
	}
	if line[0] == '(' {
		end := strings.IndexByte(line, ')')
		return end > 1 && strings.IndexByte(line[:end], ' ') < 0 && strings.HasPrefix(strings.TrimLeft(line[end+1:], " "), "$ ")
	}
	word, _, _ := strings.Cut(line, " ")
	if at := strings.IndexByte(word, '@'); at <= 0 {
		return false
	}
	return strings.Contains(line, "$ ") || strings.Contains(line, "# ")
}
