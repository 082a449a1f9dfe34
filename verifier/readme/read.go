package readme

import (
	"path"
	"sort"
	"strings"
)

// Read takes a document apart. The markup follows from the file name's ending:
// .rst, .adoc (.asciidoc, .asc), .org; .txt and no ending are plain text;
// everything else is Markdown. It never fails: a document without any block
// simply has none.
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
	sort.SliceStable(b.doc.Blocks, func(i, j int) bool {
		return b.doc.Blocks[i].Span.Start < b.doc.Blocks[j].Span.Start
	})
	b.dropOwnSection()
	return b.doc
}
