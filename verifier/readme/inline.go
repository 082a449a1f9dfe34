package readme

import (
	"bytes"
	"html"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"github.com/freshinstall/freshinstall/verifier"
)

// flatten reads a paragraph of goldmark's tree.
func (m *markdown) flatten(n ast.Node) *flat {
	f := &flat{offset: m.offset(n), unmarked: true, text: m.scratch[:0]}
	w := flattener{flat: f, markdown: m, source: m.doc.Source}
	strong := 0
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if e, ok := c.(*ast.Emphasis); ok && e.Level == 2 {
			strong++
		} else if t, ok := c.(*ast.Text); !ok || len(bytes.Trim(t.Segment.Value(m.doc.Source), " :.")) > 0 {
			strong = -1000
		}
		w.inline(c, false)
	}
	m.scratch = f.text
	f.label = strong > 0 && len(f.plain()) <= 80 && len(f.codes) == 0
	return f
}

type flattener struct {
	*flat
	*markdown
	source []byte
	open   string // name of an open HTML tag around code
	code   int    // where the code in it begins in the source
	from   int    // and in the flat text
	href   string // target of an open <a>
	anchor int    // where its text begins in the flat text
}

func (w *flattener) inline(n ast.Node, linked bool) {
	switch n := n.(type) {
	case *ast.Text:
		w.words(n.Segment.Value(w.source))
		if n.HardLineBreak() {
			w.text = append(w.text, '\n')
		} else if n.SoftLineBreak() {
			w.text = append(w.text, ' ')
		}
		return
	case *ast.String:
		w.text = append(w.text, n.Value...)
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
		label := n.Label(w.source)
		if before, ok := n.PreviousSibling().(*ast.Text); !ok || before.Segment.Stop < len(w.source) && w.source[before.Segment.Stop] == '<' {
			w.unmarked = false // else nobody marked it: it is an address in plain text
		}
		w.links = append(w.links, flatLink{len(w.text), string(label), string(n.URL(w.source))})
		w.text = append(w.text, label...)
		return
	case *ast.Link:
		start := len(w.text)
		w.inlineChildren(n, true)
		w.links = append(w.links, flatLink{start, string(w.text[start:]), string(n.Destination)})
		return
	}
	w.inlineChildren(n, linked)
}

// words adds text as it is shown: entities decoded, escapes taken off.
func (w *flattener) words(text []byte) {
	if bytes.IndexByte(text, '&') >= 0 {
		text = []byte(html.UnescapeString(string(text)))
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		text = util.UnescapePunctuations(text)
	}
	w.text = append(w.text, text...)
}

func (w *flattener) inlineChildren(n ast.Node, linked bool) {
	w.unmarked = false
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.inline(c, linked)
	}
}

func (w *flattener) codeSpan(n *ast.CodeSpan, linked bool) {
	w.unmarked = false
	var text []byte
	first, last := -1, -1
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			if first < 0 {
				first = t.Segment.Start
			}
			last = t.Segment.Stop
			text = append(text, t.Segment.Value(w.source)...)
		}
	}
	if first < 0 {
		return
	}
	span := trimSpan(w.source, verifier.Span{Start: first, End: last})
	shown := w.source[span.Start:span.End]
	if bytes.IndexByte(shown, '\n') < 0 {
		w.add(shown, span, linked, false)
		return
	}
	// Over the end of a line: a space stands for it, and for what begins the next.
	w.add(bytes.Join(bytes.Fields(text), []byte(" ")), span, linked, true)
}

func (w *flattener) add(text []byte, span verifier.Span, linked, decoded bool) {
	n := len(w.codes)
	w.flat.code(text, span, decoded)
	if len(w.codes) > n {
		w.codes[n].linked = linked
	}
}

func trimSpan(source []byte, s verifier.Span) verifier.Span {
	for s.End > s.Start && isBlankByte(source[s.End-1]) {
		s.End--
	}
	for s.End > s.Start && isBlankByte(source[s.Start]) {
		s.Start++
	}
	return s
}

func isBlankByte(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// rawHTML knows line breaks, the tags of code, links and comments.
func (w *flattener) rawHTML(n *ast.RawHTML) {
	w.unmarked = false
	if n.Segments.Len() == 0 {
		return
	}
	first, last := n.Segments.At(0), n.Segments.At(n.Segments.Len()-1)
	raw := w.source[first.Start:last.Stop]
	t := readTag(raw)
	switch {
	case bytes.HasPrefix(raw, []byte("<!--")):
		w.comment(string(bytes.TrimSuffix(raw[4:], []byte("-->"))))
	case t.name == "br" && w.open == "":
		w.text = append(w.text, '\n')
	case t.name == "a" && !t.closing:
		w.href, w.anchor = attribute(string(raw), "href"), len(w.text)
	case t.name == "a" && w.href != "":
		w.links = append(w.links, flatLink{w.anchor, string(w.text[w.anchor:]), w.href})
		w.href = ""
	case isCodeTag(t.name) && !t.closing && w.open == "":
		w.open, w.code, w.from = t.name, last.Stop, len(w.text)
	case t.name == w.open && t.closing && w.open != "":
		w.endCode(first.Start)
	}
}

// endCode adds the code that stood in a tag. What goldmark read as markup in it
// is taken back.
func (w *flattener) endCode(end int) {
	pre := w.open == "pre"
	w.open = ""
	kept := w.codes[:0]
	for _, c := range w.codes {
		if c.start < w.from {
			kept = append(kept, c)
		}
	}
	w.codes = kept
	w.text = w.text[:w.from]
	span := trimSpan(w.source, verifier.Span{Start: w.code, End: end})
	raw := w.source[span.Start:span.End]
	text := raw
	decoded := bytes.ContainsAny(raw, "&<")
	if decoded {
		text = []byte(plainHTML(string(raw)))
	}
	if len(text) == 0 {
		return
	}
	n := len(w.codes)
	w.add(text, span, w.href != "", decoded)
	if len(w.codes) > n {
		w.codes[n].pre = pre
	}
}
