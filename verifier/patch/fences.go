package patch

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/readme"
)

// fences follows the blocks of a document line by line, as far as is needed to
// tell a mark from a picture of one, and to see whether the last block ends.
// The zero value is for Markdown, whose backquotes people write in plain text
// too, at the margin. In reStructuredText what is in a block is
// indented, as no mark is.
type fences struct {
	format readme.Format
	marks  string // that opened the block, or will close it; empty outside
	groups []string
	listed bool   // Markdown: indented or in a list item, any line at the margin ends it
	line   int    // one-based, where the block begins
	before string // the line before
}

// inside takes the next line and reports whether it belongs to a block whose
// lines mean nothing, the opening and the closing line included.
func (f *fences) inside(text string, line int) bool {
	defer func() { f.before = text }()
	switch f.format {
	case readme.RST:
		return false
	case readme.AsciiDoc:
		return f.adoc(strings.TrimRight(text, " \t"), line)
	case readme.Org:
		return f.org(text, line)
	case readme.Plain, readme.Markdown:
	}
	return f.markdown(text, line)
}

// open is the line of a block that has not ended, or 0.
func (f *fences) open() int {
	if f.marks != "" || len(f.groups) > 0 {
		return f.line
	}
	return 0
}

var fenceOpening = regexp.MustCompile("^([ \t]*(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)$")

func (f *fences) markdown(text string, line int) bool {
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
	if m == nil || m[2][0] == '`' && strings.Contains(m[3], "`") || f.format == readme.Plain && (m[2][0] == '~' || m[1] != "") {
		return false
	}
	f.marks, f.listed, f.line = m[2], len(m[1]) >= 2, line
	return true
}

// closedBy is lenient in the indentation: authors are.
func (f *fences) closedBy(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) >= len(f.marks) && strings.Trim(text, f.marks[:1]) == ""
}

// adoc follows delimited blocks: those that show their lines as they are, and
// those that group others.
func (f *fences) adoc(text string, line int) bool {
	if f.marks != "" {
		if text == f.marks {
			f.marks = ""
		}
		return true
	}
	switch {
	case isRule(text, "-.+/", 4) && !f.underlines(text), strings.HasPrefix(text, "```") && !strings.Contains(strings.TrimLeft(text, "`"), "`"):
		f.marks, f.line = text, line
		if text[0] == '`' {
			f.marks = text[:len(text)-len(strings.TrimLeft(text, "`"))]
		}
		return true
	case isRule(text, "=*_", 4) && !f.underlines(text), text == "--",
		len(text) >= 4 && strings.ContainsAny(text[:1], "|,:!") && strings.Trim(text[1:], "=") == "":
		if n := len(f.groups); n > 0 && f.groups[n-1] == text {
			f.groups = f.groups[:n-1]
			return false
		}
		if len(f.groups) == 0 {
			f.line = line
		}
		f.groups = append(f.groups, text)
	}
	return false
}

// underlines: the line is the second of a title.
func (f *fences) underlines(text string) bool {
	n := runeLen(strings.TrimPrefix(f.before, bom)) - len(text)
	return strings.TrimSpace(f.before) != "" && n >= -2 && n <= 2 && strings.IndexByte("=-~^+", text[0]) >= 0 &&
		!isRule(f.before, "-.+/=*_", 4) && f.before[0] != '[' && f.before[0] != '.'
}

var orgBlock = regexp.MustCompile(`(?i)^[ \t]*#\+begin_(\w+)`)

func (f *fences) org(text string, line int) bool {
	if f.marks != "" {
		if strings.EqualFold(strings.TrimSpace(text), "#+end_"+f.marks) {
			f.marks = ""
		}
		return true
	}
	if m := orgBlock.FindStringSubmatch(text); m != nil {
		f.marks, f.line = m[1], line
		return true
	}
	return false
}
