package readme

import (
	"bytes"
	"sort"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Kind says how a document marks a piece of text as code.
type Kind string

// The closed set of kinds.
const (
	Fence    Kind = "fence"    // fenced block, code directive, listing
	Indented Kind = "indented" // indented or literal block
	Pre      Kind = "pre"      // HTML <pre>
	Inline   Kind = "inline"   // code span in running text
	Bare     Kind = "bare"     // a line of plain text; a command only if it looks like nothing else
	Quote    Kind = "quote"    // indented text that is no literal block; commands only behind a prompt
)

// Document is a document taken apart.
type Document struct {
	Path       string
	Source     []byte
	Blocks     []Block     // in document order
	Links      []Link      // in document order
	Paragraphs []Paragraph // in document order
	Headings   []Heading   // in document order; labels in bold are none
	Title      int         // offset of the first heading, as in Block.Sections; -1: none
}

// Heading is a title of a chapter. Levels begin at 1, in Org with a title of the
// document at 0; in reStructuredText and plain text they are the ranks of the
// styles.
type Heading struct {
	Level  int
	Text   string
	Offset int  // of its text in the source
	Nested bool // in a list item or a quotation
}

// Block is a piece of a document that may hold commands.
type Block struct {
	Kind     Kind
	Language string        // as the author tagged it, lower case; empty: untagged
	Span     verifier.Span // from the first line's text to the last line's
	Lines    []Line

	Headings []string // plain text, outermost first; a label in bold counts as the innermost
	Sections []int    // offset of each of Headings in the source, to tell equal titles apart
	Opening  string   // the first paragraph under the innermost heading, if it stands before the block
	Lead     string   // the paragraph between the previous block or heading and this one
	Label    string   // a short paragraph before the lead that names a variant: "Ubuntu:"
	Tab      string   // title of the tab or of <details> around it
	List     []Item   // list items around it, outermost first; of very many, the innermost ones

	Sentence Sentence // for Inline: where the code stands
	Table    bool     // in a table's cell
	Quoted   bool     // in a block quote

	Directives map[string]string // of a comment "freshinstall: …" before it: "skip": "", "timeout": "10m"
}

// Line is one line of a block without its indentation and line end. Text is
// source[Span.Start:Span.End], except where the markup says that something else
// is shown: in HTML entities are decoded and tags inside the line are dropped,
// in reStructuredText and AsciiDoc substitutions and attributes are filled in.
type Line struct {
	Text   string
	Span   verifier.Span
	Number int // one-based, in the document
}

// Item is a list item.
type Item struct {
	List    int  // offset of the list in the source: items of one list share it
	Ordered bool //
	Number  int  // one-based position in its list
	Text    string
	Intro   string // the paragraph before the list
}

// Sentence is the running text around an inline code span, code in backquotes.
type Sentence struct {
	Before, After string // of the sentence
	Paragraph     string // all of it
	Alone         bool   // the code is the whole paragraph or list item
	Last          bool   // nothing but punctuation follows in the paragraph
	Linked        bool   // the code is the text of a link
}

// Link is a link with the text it stands on.
type Link struct {
	Text     string
	Target   string
	Span     verifier.Span // of the paragraph it stands in, or at least a point in it
	Sentence string
	Headings []string
	Included bool // an include directive: the other document's text stands here
}

// Text is the block's lines, joined.
func (b Block) Text() string {
	lines := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		lines[i] = l.Text
	}
	return strings.Join(lines, "\n")
}

// Heading is the innermost heading, or empty.
func (b Block) Heading() string {
	if len(b.Headings) == 0 {
		return ""
	}
	return b.Headings[len(b.Headings)-1]
}

// lineStarts finds line numbers by offset.
type lineStarts []int

func newLineStarts(source []byte) lineStarts {
	starts := make(lineStarts, 1, bytes.Count(source, []byte{'\n'})+1)
	for i, c := range source {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// number is the one-based line that holds the offset.
func (s lineStarts) number(offset int) int {
	return sort.Search(len(s), func(i int) bool { return s[i] > offset })
}
