package readme

import (
	"bytes"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"github.com/freshinstall/freshinstall/verifier"
)

// flat is a paragraph as a person reads it: one string, code in backquotes,
// with the code spans and links marked.
type flat struct {
	text     bytes.Buffer
	done     string // the text, once it is complete
	ends     []int  // of its sentences
	codes    []codeSpan
	links    []flatLink
	offset   int  // of the paragraph in the source
	unmarked bool // plain text only
	label    bool // bold or italic text only
	table    bool
}

type codeSpan struct {
	start, end int // in the flat text, backquotes included
	source     verifier.Span
	linked     bool
}

type flatLink struct {
	start        int
	text, target string
}

// whole is the flat text; nothing may be added to it afterwards.
func (f *flat) whole() string {
	if f.done == "" {
		f.done = f.text.String()
	}
	return f.done
}

func (f *flat) plain() string { return strings.TrimSpace(f.whole()) }

// maxParagraph bounds what a block says of the paragraph around it: nobody
// reads more, and a hostile document would make it large for each of its codes.
const maxParagraph = 4096

func (m *markdown) flatten(n ast.Node) *flat {
	f := &flat{offset: m.offset(n), unmarked: true}
	w := flattener{flat: f, source: m.doc.Source}
	strong := 0
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if e, ok := c.(*ast.Emphasis); ok && e.Level == 2 {
			strong++
		} else if t, ok := c.(*ast.Text); !ok || strings.Trim(string(t.Segment.Value(m.doc.Source)), " :.") != "" {
			strong = -1000
		}
		w.inline(c, false)
	}
	f.label = strong > 0 && len(f.plain()) <= 80 && len(f.codes) == 0
	return f
}

type flattener struct {
	*flat
	source []byte
	code   int // start of an open HTML <code> in the source, one-based; 0: none
	from   int // its start in the flat text
}

func (w *flattener) inline(n ast.Node, linked bool) {
	switch n := n.(type) {
	case *ast.Text:
		w.text.Write(n.Segment.Value(w.source))
		if n.HardLineBreak() {
			w.text.WriteByte('\n')
		} else if n.SoftLineBreak() {
			w.text.WriteByte(' ')
		}
		return
	case *ast.String:
		w.text.Write(n.Value)
		return
	case *ast.CodeSpan:
		w.codeSpan(n, linked)
		return
	case *ast.RawHTML:
		w.rawHTML(n)
		return
	case *ast.Image:
		w.unmarked = false
		return
	case *ast.AutoLink:
		w.unmarked = false
		w.links = append(w.links, flatLink{w.text.Len(), string(n.Label(w.source)), string(n.URL(w.source))})
		w.text.Write(n.Label(w.source))
		return
	case *ast.Link:
		start := w.text.Len()
		w.inlineChildren(n, true)
		w.links = append(w.links, flatLink{start, w.text.String()[start:], string(n.Destination)})
		return
	}
	w.inlineChildren(n, linked)
}

func (w *flattener) inlineChildren(n ast.Node, linked bool) {
	w.unmarked = false
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.inline(c, linked)
	}
}

func (w *flattener) codeSpan(n *ast.CodeSpan, linked bool) {
	w.unmarked = false
	first, last := -1, -1
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			if first < 0 {
				first = t.Segment.Start
			}
			last = t.Segment.Stop
		}
	}
	if first < 0 {
		return
	}
	w.add(first, last, linked)
}

func (w *flattener) add(first, last int, linked bool) {
	for last > first && (w.source[last-1] == ' ' || w.source[last-1] == '\n') {
		last--
	}
	start := w.text.Len()
	w.text.WriteByte('`')
	w.text.Write(w.source[first:last])
	w.text.WriteByte('`')
	w.codes = append(w.codes, codeSpan{start, w.text.Len(), verifier.Span{Start: first, End: last}, linked})
}

// rawHTML knows line breaks and <code>.
func (w *flattener) rawHTML(n *ast.RawHTML) {
	w.unmarked = false
	if n.Segments.Len() == 0 {
		return
	}
	seg := n.Segments.At(0)
	tag := strings.ToLower(string(seg.Value(w.source)))
	switch {
	case strings.HasPrefix(tag, "<br"):
		w.text.WriteByte('\n')
	case tag == "<code>":
		w.code, w.from = seg.Stop+1, w.text.Len()
	case tag == "</code>" && w.code > 0 && seg.Start > w.code-1:
		w.text.Truncate(w.from)
		w.add(w.code-1, seg.Start, false)
		w.code = 0
	}
}

// sentence cuts the sentence around a code span.
func (f *flat) sentence(c codeSpan) Sentence {
	t := f.whole()
	from, to := f.bounds(c.start, c.end)
	ends := strings.IndexFunc(t[c.end:], isWord) < 0
	paragraph := f.plain()
	if len(paragraph) > maxParagraph {
		from, to = max(from, c.start-maxParagraph/2), min(to, c.end+maxParagraph/2)
		paragraph = t[from:to]
	}
	return Sentence{
		Before:    strings.TrimSpace(t[from:c.start]),
		After:     strings.TrimSpace(t[c.end:to]),
		Paragraph: paragraph,
		Alone:     ends && strings.IndexFunc(t[:c.start], isWord) < 0,
		Last:      ends,
		Linked:    c.linked,
	}
}

func (f *flat) around(at int) string {
	from, to := f.bounds(at, at)
	return strings.TrimSpace(f.whole()[from:to])
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '`' }

// bounds finds the sentence that holds a piece of the flat text.
func (f *flat) bounds(start, end int) (from, to int) {
	if f.ends == nil {
		f.ends = f.sentenceEnds()
	}
	i := sort.SearchInts(f.ends, start+1) // the first end behind start
	if i > 0 {
		from = f.ends[i-1]
	}
	for i < len(f.ends) && f.ends[i] <= end {
		i++
	}
	if i < len(f.ends) {
		return from, f.ends[i]
	}
	return from, len(f.whole())
}

// sentenceEnds are the offsets behind each sentence; a full stop inside of code
// ends none.
func (f *flat) sentenceEnds() []int {
	t := f.whole()
	ends := []int{0}
	code := 0
	for i := 0; i < len(t); i++ {
		for code < len(f.codes) && f.codes[code].end <= i {
			code++
		}
		if code < len(f.codes) && i >= f.codes[code].start {
			i = f.codes[code].end - 1
			continue
		}
		if endsSentence(t, i) {
			ends = append(ends, i+1)
		}
	}
	return ends
}

// endsSentence: a line break, or a full stop before white space that is no
// abbreviation's.
func endsSentence(t string, i int) bool {
	switch t[i] {
	case '\n':
		return true
	case '.', '!', '?':
	default:
		return false
	}
	if i+1 < len(t) && t[i+1] != ' ' && t[i+1] != '\n' {
		return false
	}
	if t[i] == '.' {
		word := t[strings.LastIndexAny(t[:i], " \n(")+1 : i]
		switch strings.ToLower(word) {
		case "e.g", "i.e", "eg", "ie", "vs", "etc", "approx", "no":
			return false
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(t[i+1:], " "))
		return !unicode.IsLower(next)
	}
	return true
}
