package readme

import (
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/freshinstall/freshinstall/verifier"
)

// htmlState is what is open in HTML from one of its blocks to the next: people
// close in the third what they opened in the first.
type htmlState struct {
	lists []htmlList
}

type htmlList struct {
	ordered bool
	number  int
	offset  int
	intro   string
	items   int // open around the list
}

// htmlReader walks a block of HTML tag by tag. Its text is that of the block's
// lines, without what the Markdown around them puts before each.
type htmlReader struct {
	*markdown
	text  []byte
	lower []byte // the same in lower case
	lines pieces
	flat  *flat
	code  int    // where code in running text begins; -1: none
	from  int    // and in the flat text
	href  string // of an open <a>
	link  int    // where its text begins in the flat text
	mark  int    // where a heading or summary begins; -1: none
	cell  bool   // in a table's cell
}

// htmlBlock reads the HTML that people write in Markdown: <pre>, <code>,
// headings, lists, links, <details>, tabs and comments. The rest is running text.
func (m *markdown) htmlBlock(n *ast.HTMLBlock) {
	r := &htmlReader{markdown: m, code: -1, mark: -1}
	for i := range n.Lines().Len() {
		s := n.Lines().At(i)
		r.lines = append(r.lines, piece{len(r.text), s.Start})
		r.text = append(r.text, m.doc.Source[s.Start:s.Stop]...)
	}
	if n.HasClosure() && (n.Lines().Len() == 0 || n.ClosureLine.Start > n.Lines().At(n.Lines().Len()-1).Start) {
		r.lines = append(r.lines, piece{len(r.text), n.ClosureLine.Start})
		r.text = append(r.text, m.doc.Source[n.ClosureLine.Start:n.ClosureLine.Stop]...)
	}
	if len(r.text) == 0 {
		return
	}
	r.lower = bytes.ToLower(r.text)
	if len(r.lower) != len(r.text) {
		r.lower = r.text // a letter whose lower case is longer; tags in capitals are missed
	}
	r.newParagraph(0)
	r.walk()
	r.flush(len(r.text))
}

func (r *htmlReader) source(at int) int { return r.lines.source(at) }

func (r *htmlReader) walk() {
	for at := 0; at < len(r.text); {
		open := bytes.IndexByte(r.text[at:], '<')
		if open < 0 {
			r.words(at, len(r.text))
			return
		}
		r.words(at, at+open)
		at += open
		if bytes.HasPrefix(r.text[at:], []byte("<!--")) {
			end := bytes.Index(r.text[at+4:], []byte("-->"))
			if end < 0 {
				return
			}
			r.comment(string(r.text[at+4 : at+4+end]))
			at += end + 7
			continue
		}
		t := readTag(r.text[at:])
		if t.name == "" {
			r.words(at, at+1)
			at++
			continue
		}
		at = r.tag(t, at)
	}
}

// tag reads what stands at a tag and gives the place to go on from.
func (r *htmlReader) tag(t tag, at int) int {
	end := at + t.size
	switch t.name {
	case "pre":
		if t.closing {
			return end
		}
		stop := bytes.Index(r.lower[end:], []byte("</pre"))
		if stop < 0 {
			stop = len(r.text) - end
		}
		r.flush(at)
		r.pre(end, end+stop, t)
		r.newParagraph(end + stop)
		return end + stop
	case "script", "style":
		if t.closing {
			return end
		}
		if stop := bytes.Index(r.lower[end:], []byte("</"+t.name)); stop >= 0 {
			return end + stop
		}
		return len(r.text)
	case "code", "kbd", "samp", "tt":
		r.codeTag(t, at, end)
	case "a":
		r.anchor(t, at, end)
	case "h1", "h2", "h3", "h4", "h5", "h6", "summary":
		r.titleTag(t, at, end)
	case "details", "tabitem", "tab":
		r.flush(at)
		if t.closing {
			r.closeTab(t.name)
		} else if len(r.tabs) < maxDepth {
			r.openTab(t.name, attribute(string(r.text[at:end]), "label", "title", "value", "name"))
		}
	case "ol", "ul", "li":
		r.flush(at)
		r.listTag(t, at)
	case "br":
		if r.code < 0 {
			r.flat.text = append(r.flat.text, '\n')
		}
	case "td", "th":
		r.flush(at)
		r.cell = !t.closing
	case "b", "strong", "i", "em", "u", "s", "span", "font", "sub", "sup", "small", "img", "del", "ins", "mark", "abbr", "wbr":
	default:
		r.flush(at)
	}
	return end
}

func (r *htmlReader) codeTag(t tag, at, end int) {
	if !t.closing {
		if r.code < 0 {
			r.code, r.from = end, len(r.flat.text)
		}
		return
	}
	if r.code < 0 {
		return
	}
	start, stop := r.code, at
	r.code = -1
	for stop > start && isBlankByte(r.text[stop-1]) {
		stop--
	}
	for stop > start && isBlankByte(r.text[start]) {
		start++
	}
	r.flat.text = r.flat.text[:r.from]
	raw := r.text[start:stop]
	if text := plainHTML(string(raw)); text != "" {
		n := len(r.flat.codes)
		span := verifier.Span{Start: r.source(start), End: r.source(stop-1) + 1}
		r.flat.code([]byte(text), span, text != string(raw))
		if len(r.flat.codes) > n {
			r.flat.codes[n].linked = r.href != ""
		}
	}
}

func (r *htmlReader) anchor(t tag, at, end int) {
	if !t.closing {
		r.href, r.link = attribute(string(r.text[at:end]), "href"), len(r.flat.text)
		return
	}
	if r.href != "" && r.link <= len(r.flat.text) {
		r.flat.links = append(r.flat.links, flatLink{r.link, strings.TrimSpace(string(r.flat.text[r.link:])), html.UnescapeString(r.href)})
	}
	r.href = ""
}

// titleTag reads headings and the title of <details>.
func (r *htmlReader) titleTag(t tag, at, end int) {
	if !t.closing {
		r.flush(at)
		r.newParagraph(end)
		r.mark = at
		return
	}
	if r.mark < 0 {
		return
	}
	f, start := r.flat, r.mark
	r.mark = -1
	r.newParagraph(end)
	if t.name == "summary" {
		r.titleTab(f.plain())
		return
	}
	r.heading(int(t.name[1]-'0'), f.plain(), r.source(start))
	f.table = r.cell
	r.inlines(f)
}

func (r *htmlReader) listTag(t tag, at int) {
	lists := r.html.lists
	n := len(lists)
	switch {
	case t.name != "li" && !t.closing && n >= maxDepth:
	case t.name != "li" && !t.closing:
		r.html.lists = append(lists[:n:n], htmlList{ordered: t.name == "ol", offset: r.source(at), intro: r.lead, items: len(r.list)})
	case n == 0:
	case t.name != "li":
		r.closeItems(lists[n-1].items)
		r.html.lists = lists[:n-1]
	default:
		l := &lists[n-1]
		r.closeItems(l.items)
		if !t.closing {
			l.number++
			r.openItem(Item{List: l.offset, Ordered: l.ordered, Number: l.number, Intro: l.intro})
		}
	}
}

// words adds running text.
func (r *htmlReader) words(from, to int) {
	if from == to {
		return
	}
	r.flat.text = appendWords(r.flat.text, html.UnescapeString(string(r.text[from:to])))
}

// appendWords adds text with its white space folded.
func appendWords(to []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if !isBlankByte(c) {
			to = append(to, c)
		} else if n := len(to); n > 0 && to[n-1] != ' ' && to[n-1] != '\n' {
			to = append(to, ' ')
		}
	}
	return to
}

func (r *htmlReader) newParagraph(at int) {
	r.flat = &flat{offset: r.source(min(at, len(r.text)-1))}
	r.code, r.href = -1, ""
}

// flush ends a paragraph.
func (r *htmlReader) flush(at int) {
	f := r.flat
	if len(f.text) > 0 || len(f.links) > 0 {
		f.table = r.cell
		r.nameItem(f.plain())
		r.inlines(f)
		r.keep(f)
		r.paragraphText(f.plain())
	}
	r.newParagraph(at)
}

func plainHTML(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = withoutTags(s)
	}
	return strings.Join(strings.Fields(html.UnescapeString(s)), " ")
}
