package readme

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/freshinstall/freshinstall/verifier"
)

// markdown reads GitHub's Markdown by goldmark's tree, and slices the source
// by the tree's positions.
type markdown struct {
	*builder
	list   []Item
	quoted int
}

func readMarkdown(b *builder) {
	m := &markdown{builder: b}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(withoutFrontMatter(b.doc.Source)))
	m.children(root)
}

// withoutFrontMatter blanks a YAML head out, so that positions stay.
func withoutFrontMatter(source []byte) []byte {
	if !bytes.HasPrefix(source, []byte("---\n")) && !bytes.HasPrefix(source, []byte("---\r\n")) {
		return source
	}
	end := bytes.Index(source[3:], []byte("\n---"))
	if end < 0 || !bytes.Contains(source[3:3+end], []byte(":")) {
		return source
	}
	masked := bytes.Clone(source)
	for i := 0; i < 3+end+4; i++ {
		if masked[i] != '\n' {
			masked[i] = ' '
		}
	}
	return masked
}

func (m *markdown) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		m.node(c)
	}
}

func (m *markdown) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		f := m.flatten(n)
		m.heading(n.Level, f.plain(), m.offset(n))
		m.inlines(f)
	case *ast.Paragraph, *ast.TextBlock:
		m.paragraph(n)
	case *ast.FencedCodeBlock:
		m.block(Block{Kind: Fence, Language: fenceLanguage(n, m.doc.Source), Lines: m.codeLines(n), List: m.items(), Quoted: m.quoted > 0})
	case *ast.CodeBlock:
		m.block(Block{Kind: Indented, Lines: m.codeLines(n), List: m.items(), Quoted: m.quoted > 0})
	case *ast.HTMLBlock:
		m.htmlBlock(n)
	case *ast.List:
		m.listItems(n)
	case *ast.Blockquote:
		m.quoted++
		m.children(n)
		m.quoted--
	case *extast.Table:
		m.table(n)
	default:
		m.children(n)
	}
}

// fenceLanguage is the first word of the info string, "{.bash}" and "bash:name"
// included.
func fenceLanguage(n *ast.FencedCodeBlock, source []byte) string {
	if n.Info == nil {
		return ""
	}
	info := strings.Fields(string(n.Info.Segment.Value(source)))
	if len(info) == 0 {
		return ""
	}
	lang, _, _ := strings.Cut(strings.Trim(info[0], "{}."), ":")
	lang, _, _ = strings.Cut(lang, ",")
	lang, _, _ = strings.Cut(lang, "{")
	return lang
}

func (m *markdown) codeLines(n ast.Node) []Line {
	var lines []Line
	for i := 0; i < n.Lines().Len(); i++ {
		s := n.Lines().At(i)
		lines = append(lines, m.line(s.Start, s.Stop))
	}
	return lines
}

func (m *markdown) listItems(list *ast.List) {
	number, intro := 0, m.lead
	for c := list.FirstChild(); c != nil; c = c.NextSibling() {
		number++
		item := Item{List: m.offset(list), Ordered: list.IsOrdered(), Number: number, Intro: intro}
		if list.IsOrdered() && list.Start > 1 {
			item.Number = list.Start + number - 1
		}
		if first := c.FirstChild(); first != nil {
			switch first.(type) {
			case *ast.Paragraph, *ast.TextBlock:
				item.Text = m.flatten(first).plain()
			}
		}
		m.list = append(m.list, item)
		m.children(c)
		m.list = m.list[:len(m.list)-1]
	}
}

func (m *markdown) items() []Item { return append([]Item(nil), m.list...) }

func (m *markdown) table(n ast.Node) {
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			f := m.flatten(cell)
			f.table = true
			m.inlines(f)
		}
	}
}

// paragraph gives its inline code, and the lines themselves where nothing in
// them is marked up; text in bold alone is a label for what follows.
func (m *markdown) paragraph(n ast.Node) {
	f := m.flatten(n)
	if f.label {
		m.builder.heading(labelLevel, f.plain(), m.offset(n))
		return
	}
	if f.unmarked && n.Lines().Len() <= 3 {
		lines := make([]Line, 0, 3)
		for i := 0; i < n.Lines().Len(); i++ {
			s := n.Lines().At(i)
			lines = append(lines, m.line(s.Start, s.Stop))
		}
		m.block(Block{Kind: Bare, Lines: lines, List: m.items(), Quoted: m.quoted > 0})
	}
	m.inlines(f)
	m.text(f.plain())
}

// offset is a node's first byte in the source, or the nearest one known.
func (m *markdown) offset(n ast.Node) int {
	if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Type() == ast.TypeBlock {
			if at := m.offset(c); at > 0 {
				return at
			}
		}
	}
	return 0
}

// inlines adds the code spans and links of a paragraph.
func (m *markdown) inlines(f *flat) {
	for _, c := range f.codes {
		m.block(Block{
			Kind: Inline, Lines: []Line{m.line(c.source.Start, c.source.End)}, List: m.items(),
			Sentence: f.sentence(c), Table: f.table, Quoted: m.quoted > 0,
		})
	}
	titles, _ := m.titles()
	for _, l := range f.links {
		m.doc.Links = append(m.doc.Links, Link{
			Text: l.text, Target: l.target, Sentence: f.around(l.start), Headings: titles,
			Span: verifier.Span{Start: f.offset, End: f.offset},
		})
	}
	if len(f.codes) > 0 {
		m.directives = nil
	}
}
