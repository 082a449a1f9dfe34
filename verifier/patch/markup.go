package patch

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// markup is how the pieces of a section look in one document, and how they are
// read back. It has more methods than an interface should, since each format
// has exactly these and none without the others.
//
// What is read back is lenient: a person may have moved lines around. n is how
// many lines the piece has, 0 when another one begins there.
type markup interface {
	// heading is the section's title (depth 0) or that of an entry (depth 1).
	heading(depth int, title string) []string
	readHeading(lines []string) (title string, n int)

	// block is a sentence and the code that it introduces. kind is "shell" or
	// "text".
	block(lead, kind, text string) []string
	readBlock(lines []string) (lead, text string, n int)

	say(text string) string    // one line of foreign text, shown as it is; not for the start of a line
	code(text string) string   // one line of foreign text as code
	strong(text string) string // of what say gave
	wrap(text string) []string // a paragraph
}

// form is a document's format with its markup.
type form struct {
	markup
	format readme.Format
}

// mark is a line that only we read.
func (f form) mark(text string) string { return f.format.Comment(ownName + text) }

// marked is the text of such a line.
func (f form) marked(line string) (text string, ok bool) {
	text, ok = f.format.Commented(line)
	if !ok {
		return "", false
	}
	return strings.CutPrefix(text, ownName)
}

// ownName begins every mark of ours.
const ownName = "freshinstall:"

// Supports reports whether a section can be written in the document's markup,
// which is told by the name. Markdown that is a program at the same time (MDX)
// has no comments that we could stand between.
func Supports(document string) bool {
	switch strings.ToLower(path.Ext(document)) {
	case ".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".rmd", ".qmd":
		return true
	}
	return readme.FormatOf(document) != readme.Markdown
}

// formOf gives the form of a document, in the style of its own headings.
func formOf(o outline) form {
	f := form{format: o.format}
	switch o.format {
	case readme.RST:
		f.markup = rst{o.ranks()}
	case readme.AsciiDoc:
		f.markup = asciidoc{levels: o.levels(6), underlined: o.underlined("=-~^+")}
	case readme.Org:
		f.markup = org{o.levels(9)}
	case readme.Plain:
		f.markup = plainText{o.ranks()}
	case readme.Markdown:
		f.markup = markdown{levels: o.levels(6), underlined: o.underlined("=-")}
	}
	return f
}

// within says that the character at i stands between letters or digits.
func within(runes []rune, i int) bool {
	return i > 0 && i+1 < len(runes) && isWord(runes[i-1]) && isWord(runes[i+1])
}

// width is an upper bound for the columns that a line takes on a terminal.
func width(line string) int {
	n := 0
	for _, r := range line {
		if n++; r >= 0x1100 { // where the wide scripts begin
			n++
		}
	}
	return n
}

// unwrapped is a paragraph on one line, as is usual where renderers fill lines.
type unwrapped struct{}

func (unwrapped) wrap(text string) []string { return strings.Split(text, "\n") }

// indented is a block of code that stands apart by its indentation.
func indented(text, by string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = by + line
		}
	}
	return lines
}

// readIndented reads indented lines back, up to the next line at the margin.
func readIndented(lines []string, by string) (text string, n int) {
	var out []string
	for i, line := range lines {
		switch rest, ok := strings.CutPrefix(line, by); {
		case ok:
			out, n = append(out, rest), i+1
		case strings.TrimSpace(line) == "":
			out = append(out, "")
		default:
			return strings.Join(out[:min(n, len(out))], "\n"), n
		}
	}
	return strings.Join(out[:min(n, len(out))], "\n"), n
}

// nextText is the first line with text.
func nextText(lines []string) int {
	i := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) != "" })
	if i < 0 {
		return len(lines)
	}
	return i
}

// isRule says that a line is made of one of the characters alone, so often at least.
func isRule(line, of string, least int) bool {
	return len(line) >= least && strings.IndexByte(of, line[0]) >= 0 && strings.Trim(line, line[:1]) == ""
}

// underline is a line of a character as long as a title.
func underline(mark byte, title string) string {
	return strings.Repeat(string(mark), max(4, width(title)))
}

// oneLine is foreign text on one line.
func oneLine(text string) []rune { return []rune(foreign.Line(text)) }

func runeLen(s string) int { return utf8.RuneCountInString(s) }
