package readme

import (
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// builder holds the context that a person has in mind at a place of a
// document, whatever its markup; the readers tell it what they meet, in order.
type builder struct {
	doc        Document
	text       string // of the document; lines are cut from it
	lines      lineStarts
	headings   []heading
	titles     []string // of headings; blocks share it
	sections   []int    // of headings; blocks share it
	lead       string
	opening    string
	opened     bool
	label      string
	caption    string // of the next block, where the markup has such
	tabs       []tab
	list       []Item
	items      []Item // the innermost of list; blocks share it
	quoted     int
	directives map[string]string
	outside    []heading // open where our own section began
	scratch    []byte    // for the text of one paragraph after the other
}

// tab is an open tab. Its name is that of its tag, empty where the tree says
// where it ends.
type tab struct {
	name, title string
	headings    int // outside of it
}

type heading struct {
	level  int
	text   string
	offset int
}

// labelLevel is the level of a label in bold: below every real heading.
const labelLevel = 99

func newBuilder(name string, source []byte) *builder {
	blocks := make([]Block, 0, len(source)/100+8) // growing it would be most of the work
	return &builder{doc: Document{Path: name, Source: source, Title: -1, Blocks: blocks}, text: string(source), lines: newLineStarts(source)}
}

func (b *builder) heading(level int, text string, offset int) {
	text = strings.Join(strings.Fields(text), " ")
	for n := len(b.headings); n > 0 && b.headings[n-1].level >= level; n-- {
		b.headings = b.headings[:n-1]
	}
	if b.doc.Title < 0 {
		b.doc.Title = offset
	}
	b.headings = append(b.headings, heading{level, strings.TrimRight(text, ":"), offset})
	if level != labelLevel {
		b.doc.Headings = append(b.doc.Headings, Heading{Level: level, Text: text, Offset: offset, Nested: b.quoted > 0 || len(b.list) > 0})
	}
	b.nameSections()
	b.lead, b.label, b.caption, b.directives = "", "", "", nil
	b.opening, b.opened = "", false
}

// paragraphText tells of a paragraph.
func (b *builder) paragraphText(t string) {
	t = strings.TrimSpace(t)
	if t == "" {
		return
	}
	if !b.opened {
		b.opening, b.opened = t, true
	}
	b.label = ""
	if isLabel(b.lead) {
		b.label = b.lead
	}
	b.lead = t
}

// isLabel: a word or two and a colon, the way platforms and variants are named.
func isLabel(t string) bool {
	return len(t) <= 60 && strings.HasSuffix(t, ":") && len(strings.Fields(t)) <= 5
}

func (b *builder) nameSections() {
	b.titles, b.sections = nil, nil
	for _, h := range b.headings {
		b.titles = append(b.titles, h.text)
		b.sections = append(b.sections, h.offset)
	}
}

func (b *builder) openTab(name, title string) {
	b.tabs = append(b.tabs, tab{name, title, len(b.headings)})
}

// titleTab names the innermost tab, where the name comes after its beginning.
func (b *builder) titleTab(title string) {
	if n := len(b.tabs); n > 0 {
		b.tabs[n-1].title = title
	}
}

// closeTab closes the innermost tab of a name and all inside of it.
func (b *builder) closeTab(name string) {
	for n := len(b.tabs) - 1; n >= 0; n-- {
		if b.tabs[n].name == name {
			b.closeTabs(n)
			return
		}
	}
}

// closeTabs closes all but n tabs. A label in bold ends with the tab it stands in.
func (b *builder) closeTabs(n int) {
	for len(b.tabs) > max(0, n) {
		last := len(b.tabs) - 1
		outside := b.tabs[last].headings
		b.tabs = b.tabs[:last]
		if h := len(b.headings); h > outside && b.headings[h-1].level == labelLevel {
			b.headings = b.headings[:h-1]
			b.nameSections()
		}
	}
}

// maxItems bounds how many list items a block says that it stands in.
const maxItems = 8

func (b *builder) openItem(i Item) {
	b.list = append(b.list, i)
	b.items = nil
}

func (b *builder) closeItems(n int) {
	if len(b.list) > n {
		b.list, b.items = b.list[:max(0, n)], nil
	}
}

// nameItem gives the innermost item its text, where that is known only later.
func (b *builder) nameItem(text string) {
	if n := len(b.list); n > 0 && b.list[n-1].Text == "" {
		b.list[n-1].Text, b.items = text, nil
	}
}

// line makes a Line of a piece of one source line, white space at its ends cut.
func (b *builder) line(start, end int) Line {
	src := b.text
	for end > start && (src[end-1] == '\n' || src[end-1] == '\r' || src[end-1] == ' ' || src[end-1] == '\t') {
		end--
	}
	return Line{Text: src[start:end], Span: verifier.Span{Start: start, End: end}, Number: b.lines.number(start)}
}

// maxBlocks bounds the memory that a document takes which is no install document.
const maxBlocks = 1 << 16

// block adds a block; its context is filled in here. Blocks without text are
// left out.
func (b *builder) block(block Block) {
	first, last := -1, -1
	for i, l := range block.Lines {
		if strings.TrimSpace(l.Text) != "" {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 || len(b.doc.Blocks) == maxBlocks {
		return
	}
	block.Lines = block.Lines[first : last+1]
	block.Span = verifier.Span{Start: block.Lines[0].Span.Start, End: block.Lines[len(block.Lines)-1].Span.End}
	block.Headings, block.Sections = b.titles, b.sections
	block.Opening = b.opening
	block.Language = strings.ToLower(block.Language)
	for n := len(b.tabs) - 1; n >= 0 && block.Tab == ""; n-- {
		block.Tab = b.tabs[n].title
	}
	if b.items == nil && len(b.list) > 0 {
		b.items = slices.Clone(b.list[max(0, len(b.list)-maxItems):])
	}
	block.List = b.items
	block.Quoted = b.quoted > 0
	block.Directives = b.directives
	if block.Kind != Inline && block.Kind != Bare {
		block.Lead, block.Label = b.lead, b.label
		if b.caption != "" {
			block.Label = b.caption
			if block.Lead == "" {
				block.Lead = b.caption
			}
		}
		b.lead, b.label, b.caption, b.directives = "", "", "", nil
		b.opened = true
	}
	b.doc.Blocks = append(b.doc.Blocks, block)
}

// bare adds lines of text without any markup, if they are few enough to be a
// command, or terse enough to be several.
func (b *builder) bare(lines []Line) {
	prompts, terse := 0, true
	for _, l := range lines {
		if len(lines) <= 3 {
			break
		}
		text := strings.TrimSpace(l.Text)
		if text == "" {
			continue
		}
		if anyPrompt([]Line{l}) {
			prompts++
		}
		terse = terse && len(text) <= 100 && strings.IndexByte(".:;,!?", text[len(text)-1]) < 0
	}
	switch {
	case len(lines) <= 3 || len(lines) <= 15 && terse && prompts == 0:
		b.block(Block{Kind: Bare, Lines: lines})
	case prompts > 0 && prompts*2 >= len(lines) || prompts > 0 && anyPrompt(lines[:1]):
		b.block(Block{Kind: Quote, Lines: lines})
	}
}

// include tells of another document whose text stands here.
func (b *builder) include(target string, at int) {
	if target = strings.TrimSpace(target); target != "" {
		b.doc.Links = append(b.doc.Links, Link{Text: target, Target: target, Headings: b.titles, Included: true, Span: verifier.Span{Start: at, End: at}})
	}
}

// inlines adds the code spans and links of a paragraph.
func (b *builder) inlines(f *flat) {
	for _, c := range f.codes {
		l := b.line(c.source.Start, c.source.End)
		if c.pre {
			b.block(Block{Kind: Pre, Lines: b.brokenLines(c.source), Table: f.table})
			continue
		}
		if c.decoded {
			l.Text = f.whole()[c.start+1 : c.end-1]
		}
		b.block(Block{Kind: Inline, Lines: []Line{l}, Sentence: f.sentence(c), Table: f.table})
	}
	for _, l := range f.links {
		b.doc.Links = append(b.doc.Links, Link{
			Text: l.text, Target: l.target, Sentence: f.around(l.start), Headings: b.titles,
			Span: verifier.Span{Start: f.offset, End: f.offset},
		})
	}
	if len(f.codes) > 0 {
		b.directives = nil
	}
}

// brokenLines are the lines of a <pre> in running text, where <br> ends a line.
func (b *builder) brokenLines(s verifier.Span) []Line {
	r := &htmlReader{markdown: &markdown{builder: b}, text: b.doc.Source[s.Start:s.End], lines: pieces{{0, s.Start}}}
	r.lower = r.text
	return r.preLines(nil, 0, len(r.text))
}

var (
	directiveText = regexp.MustCompile(`^\s*freshinstall:\s*([^\n]*?)\s*$`)
	directiveWord = regexp.MustCompile(`([a-z_-]+)(?:=("[^"]*"|\S+))?`)
)

// comment tells of a comment; those of ours hold for the block that follows.
func (b *builder) comment(text string) {
	if !strings.Contains(text, "freshinstall:") {
		return
	}
	m := directiveText.FindStringSubmatch(text)
	if m == nil {
		return
	}
	switch m[1] {
	case "begin":
		b.outside = slices.Clone(b.headings)
	case "end":
		// What the author wrote behind our section belongs to the author's chapter.
		b.headings = b.outside
		b.nameSections()
		b.lead, b.label, b.caption, b.directives = "", "", "", nil
		return
	}
	found := map[string]string{}
	for _, w := range directiveWord.FindAllStringSubmatch(m[1], -1) {
		if w[1] != "begin" && w[1] != "end" {
			found[w[1]] = strings.Trim(w[2], `"`)
		}
	}
	if len(found) > 0 {
		b.directives = found
	}
}
