package patch

import (
	"regexp"
	"strings"
)

// fenceState follows the fenced blocks of a Markdown document, line by line,
// as far as is needed to tell a mark from a picture of one.
type fenceState struct {
	marks  string // that opened the block; empty outside
	listed bool   // indented or in a list item: any line at the margin ends it
	line   int    // one-based, where the block begins
}

var fenceOpening = regexp.MustCompile("^([ \t]*(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)$")

// inside takes the next line and reports whether it belongs to a fenced block,
// the opening and the closing line included.
func (f *fenceState) inside(text string, line int) bool {
	if f.marks != "" {
		if f.closedBy(text) {
			f.marks = ""
			return true
		}
		if !f.listed || text == "" || text[0] == ' ' || text[0] == '\t' {
			return true
		}
		f.marks = ""
	}
	m := fenceOpening.FindStringSubmatch(text)
	if m == nil || (m[2][0] == '`' && strings.Contains(m[3], "`")) {
		return false
	}
	*f = fenceState{marks: m[2], listed: len(m[1]) >= 2, line: line}
	return true
}

// closedBy is lenient in the indentation: authors are.
func (f *fenceState) closedBy(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) >= len(f.marks) && strings.Trim(text, f.marks[:1]) == ""
}
