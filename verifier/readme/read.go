package readme

import (
	"path"
	"slices"
	"strings"
)

// Read takes a document apart. The markup follows from the file name's ending:
// .rst, .adoc (.asciidoc, .asc), .org; .txt and no ending are plain text;
// everything else, .mdx, .Rmd and .qmd included, is Markdown. It never fails: a
// document without any block simply has none.
func Read(name string, source []byte) Document {
	b := newBuilder(name, source)
	switch strings.ToLower(path.Ext(name)) {
	case ".rst", ".rest":
		readRST(b)
	case ".adoc", ".asciidoc", ".asc":
		readAsciiDoc(b)
	case ".org":
		readOrg(b)
	case ".txt", ".text", "":
		readPlain(b)
	default:
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
