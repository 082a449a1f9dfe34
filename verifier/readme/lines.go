package readme

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// scanner walks a document line by line; the readers of the markups without a
// parser of their own share it.
type scanner struct {
	*builder
	raw   []rawLine
	code  *regexp.Regexp // inline code; its first group that matched is the text
	link  *regexp.Regexp // groups: text, target, target without text
	vars  map[string]string
	marks []listMark
}

type rawLine struct {
	start, end int
	text       string
	indent     int // columns, tabs to the next multiple of eight
}

type listMark struct {
	indent int
	item   Item
}

func newScanner(b *builder, code, link *regexp.Regexp) *scanner {
	s := &scanner{builder: b, code: code, link: link, vars: map[string]string{}}
	for start := 0; start < len(b.doc.Source); {
		end := bytes.IndexByte(b.doc.Source[start:], '\n')
		if end < 0 {
			end = len(b.doc.Source)
		} else {
			end += start
		}
		l := b.line(start, end)
		s.raw = append(s.raw, rawLine{l.Span.Start, l.Span.End, l.Text, columnsOf(l.Text)})
		start = end + 1
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

func (s *scanner) blank(i int) bool {
	return i < 0 || i >= len(s.raw) || strings.TrimSpace(s.raw[i].text) == ""
}

func (s *scanner) trimmed(i int) string { return strings.TrimSpace(s.raw[i].text) }

// indented finds the lines from i on that are indented deeper than a margin,
// blank lines between them included.
func (s *scanner) indented(i, margin int) (from, to int) {
	for i < len(s.raw) && s.blank(i) {
		i++
	}
	from, to = i, i
	for i < len(s.raw) && (s.blank(i) || s.raw[i].indent > margin) {
		if !s.blank(i) {
			to = i + 1
		}
		i++
	}
	return from, to
}

// take makes block lines of raw ones, without their indentation.
func (s *scanner) take(from, to int) []Line {
	var lines []Line
	for i := from; i < to; i++ {
		r := s.raw[i]
		cut := len(r.text) - len(strings.TrimLeft(r.text, " \t"))
		lines = append(lines, s.line(r.start+cut, r.end))
	}
	return lines
}

func (s *scanner) items() []Item {
	var items []Item
	for _, m := range s.marks {
		items = append(items, m.item)
	}
	return items
}

var bullet = regexp.MustCompile(`^\s*([-*•]+|\(?(?:\d+|#|[a-z])[.)]|\.{1,5})\s+(\S)`)

// mark tells of a line that may begin a list item; deeper ones are closed.
func (s *scanner) mark(i int) {
	r := s.raw[i]
	m := bullet.FindStringSubmatch(r.text)
	for n := len(s.marks); n > 0 && (s.marks[n-1].indent > r.indent || s.marks[n-1].indent == r.indent && m == nil); n-- {
		s.marks = s.marks[:n-1]
	}
	if m == nil {
		return
	}
	item := Item{List: r.start, Number: 1, Intro: s.lead, Ordered: !strings.ContainsAny(m[1], "-*•"), Text: strings.TrimSpace(bullet.ReplaceAllString(r.text, "$2"))}
	if n := len(s.marks); n > 0 && s.marks[n-1].indent == r.indent {
		item.List, item.Intro, item.Number = s.marks[n-1].item.List, s.marks[n-1].item.Intro, s.marks[n-1].item.Number+1
		s.marks = s.marks[:n-1]
	}
	s.marks = append(s.marks, listMark{r.indent, item})
}

// paragraph reads running text: its inline code, its links, and the lines
// themselves where nothing is marked up.
func (s *scanner) paragraph(from, to int) {
	f := &flat{offset: s.raw[from].start}
	unmarked := true
	for i := from; i < to; i++ {
		if i > from {
			f.text.WriteByte(' ')
		}
		text, start := s.raw[i].text, s.raw[i].start
		skip := len(text) - len(strings.TrimLeft(text, " \t"))
		if m := bullet.FindStringSubmatchIndex(text); m != nil && i == from {
			skip = m[4]
		}
		unmarked = s.flattenLine(f, text[skip:], start+skip) && unmarked
	}
	if unmarked && to-from <= 3 {
		s.block(Block{Kind: Bare, Lines: s.take(from, to), List: s.items()})
	}
	for _, c := range f.codes {
		s.block(Block{Kind: Inline, Lines: []Line{s.line(c.source.Start, c.source.End)}, List: s.items(), Sentence: f.sentence(c)})
	}
	titles, _ := s.titles()
	for _, l := range f.links {
		s.doc.Links = append(s.doc.Links, Link{Text: l.text, Target: l.target, Sentence: f.around(l.start), Headings: titles,
			Span: verifier.Span{Start: f.offset, End: f.offset}})
	}
	s.text(f.plain())
}

// flattenLine appends a line to the flat text and says whether it is unmarked.
func (s *scanner) flattenLine(f *flat, text string, start int) bool {
	at := 0
	base := f.text.Len()
	codes := s.code.FindAllStringSubmatchIndex(text, -1)
	for _, m := range codes {
		g := 2
		for m[g] < 0 {
			g += 2
		}
		f.text.WriteString(text[at:m[0]])
		from := f.text.Len()
		f.text.WriteString("`" + text[m[g]:m[g+1]] + "`")
		f.codes = append(f.codes, codeSpan{from, f.text.Len(), verifier.Span{Start: start + m[g], End: start + m[g+1]}, false})
		at = m[1]
	}
	f.text.WriteString(text[at:])
	links := s.link.FindAllStringSubmatch(text, -1)
	for _, l := range links {
		label, target := l[1], l[2]
		if target == "" && len(l) > 3 {
			target = l[3]
		}
		for name, value := range s.vars {
			target = strings.ReplaceAll(target, "{"+name+"}", value)
		}
		f.links = append(f.links, flatLink{base, label, target})
	}
	return len(codes) == 0 && len(links) == 0
}
