package readme

import (
	"bytes"
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// markdown reads GitHub's Markdown, and what site generators add to it, by
// goldmark's tree, and slices the source by the tree's positions.
type markdown struct {
	*builder
	groups int // of tabs around this place
	html   htmlState
}

func readMarkdown(b *builder) {
	m := &markdown{builder: b}
	m.children(parseMarkdown(b.doc.Source))
}

func (m *markdown) children(n ast.Node) {
	tabs, items, html := len(m.tabs), len(m.list), m.html
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		m.node(c)
	}
	m.html = html
	m.closeTabs(tabs)
	m.closeItems(items)
}

func (m *markdown) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		f := m.flatten(n)
		m.heading(n.Level, withoutAttributes(f.plain()), m.offset(n))
		m.inlines(f)
	case *ast.Paragraph, *ast.TextBlock:
		m.paragraph(n)
	case *ast.FencedCodeBlock:
		m.fence(n)
	case *ast.CodeBlock:
		lines := m.codeLines(n)
		if lang, inner, ok := unfenced(lines); ok {
			m.block(Block{Kind: Fence, Language: lang, Lines: inner})
		} else {
			m.block(Block{Kind: Indented, Lines: lines})
		}
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
	case *container:
		m.container(n)
	default:
		m.children(n)
	}
}

func (m *markdown) container(c *container) {
	switch c.role {
	case isTab:
		m.openTab("", c.title)
		m.children(c)
		m.closeTabs(len(m.tabs) - 1)
	case isGroup:
		m.groups++
		m.children(c)
		m.groups--
	case isCode:
		m.block(Block{Kind: Fence, Language: c.title, Lines: m.codeLines(c)})
	case isOther:
		m.include(c.title, m.offset(c))
	case isNote:
		m.paragraphText(c.title)
		m.children(c)
	case isLost:
		m.children(c)
	}
}

func (m *markdown) fence(n *ast.FencedCodeBlock) {
	var in info
	if n.Info != nil {
		in = readInfo(string(n.Info.Segment.Value(m.doc.Source)))
		if s := n.Info.Segment.Value(m.doc.Source); bytes.HasPrefix(s, []byte("{include}")) {
			m.include(strings.TrimSpace(string(s[len("{include}"):])), n.Info.Segment.Start)
			return
		}
	}
	lines := m.codeLines(n)
	for in.opts && len(lines) > 0 && len(lines[0].Text) > 0 && isOption([]byte(lines[0].Text)) {
		lines = lines[1:]
	}
	if m.groups > 0 && in.title != "" {
		m.openTab("", in.title)
		defer m.closeTabs(len(m.tabs) - 1)
	}
	m.block(Block{Kind: Fence, Language: in.lang, Lines: lines})
}

// withoutAttributes cuts "{#install .tabset}" off a heading.
func withoutAttributes(heading string) string {
	at := strings.LastIndexByte(heading, '{')
	if at <= 0 || !strings.HasSuffix(heading, "}") || strings.IndexByte("#.:", heading[at+1]) < 0 {
		return heading
	}
	return strings.TrimSpace(heading[:at])
}

func (m *markdown) codeLines(n ast.Node) []Line {
	lines := make([]Line, n.Lines().Len())
	for i := range lines {
		s := n.Lines().At(i)
		lines[i] = m.line(s.Start, s.Stop)
	}
	return lines
}

func (m *markdown) listItems(list *ast.List) {
	number, intro, at := 0, m.lead, m.offset(list)
	for c := list.FirstChild(); c != nil; c = c.NextSibling() {
		number++
		item := Item{List: at, Ordered: list.IsOrdered(), Number: number, Intro: intro}
		if list.IsOrdered() && list.Start > 1 {
			item.Number = list.Start + number - 1
		}
		m.openItem(item)
		m.children(c)
		m.closeItems(len(m.list) - 1)
	}
}

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
	if m.imports(n) {
		return
	}
	f := m.flatten(n)
	if n.PreviousSibling() == nil && n.Parent().Kind() == ast.KindListItem {
		m.nameItem(f.plain())
	}
	if f.label {
		m.builder.heading(labelLevel, f.plain(), m.offset(n))
		return
	}
	lines := n.Lines().Len()
	if m.quoted > 0 && cutAlert(f) {
		lines-- // the first one
	}
	if f.unmarked && lines > 0 {
		all := m.codeLines(n)
		m.bare(all[len(all)-lines:])
	}
	m.inlines(f)
	m.keep(f)
	m.paragraphText(f.plain())
}

// cutAlert leaves GitHub's "[!NOTE]" out of a quotation's text, as its page
// does.
func cutAlert(f *flat) bool {
	end := bytes.IndexByte(f.text[:min(len(f.text), 20)], ']')
	if end < 0 || !bytes.HasPrefix(f.text, []byte("[!")) {
		return false
	}
	// Blanked out and not cut, as code and links are known by their place.
	for i := range end + 1 {
		f.text[i] = ' '
	}
	f.done = ""
	return true
}

// imports reads the lines with which an MDX document begins. A document that
// is imported stands where its component is; the import says as much.
func (m *markdown) imports(n ast.Node) bool {
	if n.Lines().Len() == 0 || len(m.list) > 0 || m.quoted > 0 {
		return false
	}
	source := m.doc.Source
	seg := n.Lines().At(0)
	first := seg.Value(source)
	exported := bytes.HasPrefix(first, []byte("export const ")) || bytes.HasPrefix(first, []byte("export default "))
	if !exported && (!bytes.HasPrefix(first, []byte("import ")) || !bytes.Contains(first, []byte(" from ")) && first[7] != '"' && first[7] != '\'') {
		if comment, ok := strings.CutPrefix(string(first), "{/*"); ok {
			comment, _, _ = strings.Cut(comment, "*/")
			m.comment(comment)
			return true
		}
		return false
	}
	for i := range n.Lines().Len() {
		s := n.Lines().At(i)
		line := strings.TrimRight(string(s.Value(source)), "; \t\r\n")
		if !strings.HasPrefix(line, "import ") || len(line) < 2 {
			continue
		}
		line = line[:len(line)-1] // the closing quote
		if target := line[strings.LastIndexAny(line, `"'`)+1:]; strings.HasPrefix(path.Ext(target), ".md") {
			m.include(target, s.Start)
		}
	}
	return true
}

// offset is a node's first byte in the source, or the nearest one known.
func (m *markdown) offset(n ast.Node) int {
	if c, ok := n.(*container); ok {
		return c.at
	}
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
