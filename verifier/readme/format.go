package readme

import (
	"path"
	"strings"
)

// Format is the markup that a document is written in.
type Format string

// The closed set of formats.
const (
	Markdown Format = "Markdown"
	RST      Format = "reStructuredText"
	AsciiDoc Format = "AsciiDoc"
	Org      Format = "Org"
	Plain    Format = "plain text"
)

// FormatOf tells the markup by the file name's ending: .rst, .adoc (.asciidoc,
// .asc), .org; .txt and no ending are plain text; everything else, .mdx, .Rmd
// and .qmd included, is Markdown.
func FormatOf(name string) Format {
	switch strings.ToLower(path.Ext(name)) {
	case ".rst", ".rest":
		return RST
	case ".adoc", ".asciidoc", ".asc":
		return AsciiDoc
	case ".org":
		return Org
	case ".txt", ".text", "":
		return Plain
	}
	return Markdown
}

// Comment is one line that a reader of the rendered document does not see.
// Plain text has none: there it is a remark in brackets.
func (f Format) Comment(text string) string {
	before, after := f.commentMarks()
	return before + text + after
}

// Commented is the text of a line that [Format.Comment] gave.
func (f Format) Commented(line string) (text string, ok bool) {
	before, after := f.commentMarks()
	text, begins := strings.CutPrefix(strings.TrimRight(line, " \t"), before)
	text, ends := strings.CutSuffix(text, after)
	return text, begins && ends
}

func (f Format) commentMarks() (before, after string) {
	switch f {
	case RST:
		return ".. ", ""
	case AsciiDoc:
		return "// ", ""
	case Org:
		return "# ", ""
	case Plain:
		return "[", "]"
	case Markdown:
	}
	return "<!-- ", " -->"
}
