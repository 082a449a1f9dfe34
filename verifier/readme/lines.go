package readme

import (
	"sort"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// scanner walks a document line by line; the readers of the markups without a
// parser of their own share it.
type scanner struct {
	*builder
	raw    []rawLine
	inline func(text string, p *prose) // finds the markup in running text
	marks  []listMark                  // of the open list items, as many as there are items
	styles []string                    // of titles by their adornment, in order of first appearance
}

type rawLine struct {
	start, end int
	text       string
	indent     int // columns, tabs to the next multiple of eight
}

// listMark is how a list item was begun.
type listMark struct {
	indent, content int
	marker          string
}

func newScanner(b *builder, inline func(string, *prose)) *scanner {
	s := &scanner{builder: b, inline: inline, raw: make([]rawLine, 0, len(b.lines))}
	for n, start := range b.lines {
		end := len(b.text)
		if n+1 < len(b.lines) {
			end = b.lines[n+1]
		}
		if start == end {
			continue // behind the last line end
		}
		for end > start && isBlankByte(b.text[end-1]) {
			end--
		}
		text := b.text[start:end]
		s.raw = append(s.raw, rawLine{start, end, text, columnsOf(text)})
	}
	return s
}

func columnsOf(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ' ':
			n++
		case '\t':
			n += 8 - n%8
		default:
			return n
		}
	}
	return n
}

// blank: there is no text in a line, or no such line.
func (s *scanner) blank(i int) bool {
	return i < 0 || i >= len(s.raw) || s.raw[i].text == ""
}

func (s *scanner) trimmed(i int) string { return strings.TrimLeft(s.raw[i].text, " \t") }

// from is where the text of a line begins in the source.
func (s *scanner) from(i int) int { return s.raw[i].end - len(s.trimmed(i)) }

// take makes block lines of raw ones, without their indentation.
func (s *scanner) take(from, to int) []Line {
	lines := make([]Line, 0, max(0, to-from))
	for i := from; i < to && i < len(s.raw); i++ {
		lines = append(lines, s.rest(i, 0))
	}
	return lines
}

// rest is a block line of what stands behind the first skip bytes of a line.
func (s *scanner) rest(i, skip int) Line {
	r := s.raw[i]
	text := strings.TrimLeft(r.text[skip:], " \t")
	start := r.end - len(text)
	return Line{Text: text, Span: verifier.Span{Start: start, End: r.end}, Number: s.lines.number(start)}
}

// bulletAt reads the mark of a list item: the mark, where its text begins in
// the line, and whether the list counts.
func bulletAt(line string) (marker string, content int, ordered, ok bool) {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	start := i
	switch {
	case i == len(line):
		return "", 0, false, false
	case line[i] == '-' || line[i] == '*' || line[i] == '+':
		for i < len(line) && line[i] == line[start] {
			i++
		}
	case strings.HasPrefix(line[i:], "•"):
		i += len("•")
	case line[i] == '.':
		for i < len(line) && line[i] == '.' {
			i++
		}
		ordered = true
		if i-start > 5 {
			return "", 0, false, false
		}
	default:
		if i = counterEnd(line, i); i < 0 {
			return "", 0, false, false
		}
		ordered = true
	}
	marker = line[start:i]
	content = i
	for content < len(line) && (line[content] == ' ' || line[content] == '\t') {
		content++
	}
	return marker, content, ordered, content > i && content < len(line)
}

// counterEnd is the end of "1.", "12)", "(a)", "#.", or -1.
func counterEnd(line string, i int) int {
	if line[i] == '(' {
		i++
	}
	start := i
	for i < len(line) && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	if i == start && i < len(line) && (line[i] == '#' || line[i] >= 'a' && line[i] <= 'z') {
		i++
	}
	if i == start || i-start > 4 || i == len(line) || line[i] != '.' && line[i] != ')' {
		return -1
	}
	return i + 1
}

func isBullet(line string) bool {
	_, _, _, ok := bulletAt(line)
	return ok
}

// listAt tells of a line that may begin a list item and closes deeper ones. It
// gives the bytes of the line before the item's text.
func (s *scanner) listAt(i int) (skip int) {
	r := s.raw[i]
	marker, content, ordered, ok := bulletAt(r.text)
	for n := len(s.marks); n > 0 && (s.marks[n-1].indent > r.indent || s.marks[n-1].indent == r.indent && !ok); n-- {
		s.closeMarks(n - 1)
	}
	if !ok {
		return 0
	}
	s.openMark(listMark{r.indent, columnsAt(r.text, content), marker}, Item{
		List: r.start, Ordered: ordered, Number: 1, Intro: s.lead,
	})
	return content
}

// openMark opens an item, as the next one of the list whose mark it has in the
// same place.
func (s *scanner) openMark(m listMark, item Item) {
	if n := len(s.marks); n > 0 && s.marks[n-1].indent == m.indent {
		before := s.list[n-1]
		item.List, item.Intro, item.Number = before.List, before.Intro, before.Number+1
		s.closeMarks(n - 1)
	}
	s.marks = append(s.marks, m)
	s.openItem(item)
}

// closeMarks leaves the n outermost open, or fewer where fewer are.
func (s *scanner) closeMarks(n int) {
	n = min(n, len(s.marks))
	s.marks = s.marks[:n]
	s.closeItems(n)
}

// chapter tells of a heading: it ends all lists.
func (s *scanner) chapter(level int, text string, offset int) {
	s.closeMarks(0)
	s.heading(level, text, offset)
}

// level is the rank of a title's style: people use styles in the order of depth.
func (s *scanner) level(style string) int {
	for n, known := range s.styles {
		if known == style {
			return n + 1
		}
	}
	s.styles = append(s.styles, style)
	return len(s.styles)
}

// adornment is the character that a line consists of, if it is a title's line.
func adornment(text string) byte {
	if len(text) < 3 || strings.IndexByte("=-`:.'\"~^_*+#<>", text[0]) < 0 {
		return 0
	}
	for i := 1; i < len(text); i++ {
		if text[i] != text[0] {
			return 0
		}
	}
	return text[0]
}

// piece is a part of a text that is put together: where it begins in it, and
// where in the source.
type piece struct{ at, source int }

type pieces []piece

// source is where a place of the text stands in the document.
func (p pieces) source(at int) int {
	n := sort.Search(len(p), func(i int) bool { return p[i].at > at })
	if n == 0 {
		return 0
	}
	return p[n-1].source + at - p[n-1].at
}
