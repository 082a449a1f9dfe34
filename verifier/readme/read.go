package readme

import "slices"

// Read takes a document apart, by its [Format]. It never fails: a document
// without any block simply has none.
func Read(name string, source []byte) Document {
	b := newBuilder(name, source)
	switch FormatOf(name) {
	case RST:
		readRST(b)
	case AsciiDoc:
		readAsciiDoc(b)
	case Org:
		readOrg(b)
	case Plain:
		readPlain(b)
	case Markdown:
		readMarkdown(b)
	}
	b.sort()
	b.dropOwnSection()
	return b.doc
}

// sort puts blocks in the order of the document. Few are not: notes, and tables
// of which the reader knows late that they are none.
func (b *builder) sort() {
	blocks := b.doc.Blocks
	for i := range blocks {
		if i > 0 && blocks[i].Span.Start < blocks[i-1].Span.Start {
			slices.SortStableFunc(blocks, func(x, y Block) int { return x.Span.Start - y.Span.Start })
			return
		}
	}
}
