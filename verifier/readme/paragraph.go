package readme

import "strings"

// Paragraph is a piece of running text with the place it stands in: what asks
// the reader for something in words is found here, not in blocks.
type Paragraph struct {
	Text   string // white space folded, code in backquotes; "\n" where the author broke the line
	Offset int    // of its first line in the source
	Line   int    // one-based

	Headings []string // as in Block
	Sections []int
	Opening  string
	Lead     string // the paragraph before it, if nothing but text is between
	Tab      string
	List     []Item
	Quoted   bool
	Next     int // index in Document.Blocks of the first block behind it
}

// keep tells of a paragraph's text, before it becomes the lead of what follows.
// Cells of tables are none: a cell alone asks for nothing.
func (b *builder) keep(f *flat) {
	text := f.plain()
	if text == "" || f.table || len(b.doc.Paragraphs) == maxBlocks {
		return
	}
	if len(text) > maxParagraph {
		text = strings.ToValidUTF8(text[:maxParagraph], "") // a cut letter is none
	}
	p := Paragraph{Text: text, Offset: f.offset, Line: b.lines.number(f.offset), Headings: b.titles, Sections: b.sections,
		Opening: b.opening, Lead: b.lead, Quoted: b.quoted > 0, Next: len(b.doc.Blocks)}
	for n := len(b.tabs) - 1; n >= 0 && p.Tab == ""; n-- {
		p.Tab = b.tabs[n].title
	}
	if n := len(b.list); n > 0 {
		p.List = append(p.List, b.list[max(0, n-maxItems):]...)
	}
	b.doc.Paragraphs = append(b.doc.Paragraphs, p)
}
