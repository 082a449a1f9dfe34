package patch

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

const fenceLead = "First type:"

// layout says what lines of running text begin with in a format, and which
// lines cannot be part of a paragraph.
type layout struct {
	containers *regexp.Regexp // marks of lists and quotations before the text
	marker     *regexp.Regexp // of one list item
	apart      *regexp.Regexp // a line that is no text, without what stands before it
	byIndent   bool           // another indentation is another paragraph
}

var (
	listMarker  = regexp.MustCompile(`(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]+)`)
	headingLine = regexp.MustCompile(`^#{1,6}(?:[ \t]|$)`)

	layouts = map[readme.Format]layout{
		readme.Markdown: {
			containers: regexp.MustCompile(`^[ \t]*(?:(?:>|[-+*]|[0-9]{1,9}[.)])(?:[ \t]+|$))*[ \t]*`),
			marker:     listMarker,
			apart:      regexp.MustCompile("^(?:#{1,6}(?:[ \t]|$)|`{3,}|~{3,}|<[a-zA-Z/!]|(?:[-*_][ \t]*){3,}$|={2,}\\s*$)"),
		},
		readme.RST: {
			containers: regexp.MustCompile(`^[ \t]*(?:(?:[-+*]|[0-9]{1,4}[.)]|\([0-9]{1,4}\)|#\.)[ \t]+)*`),
			marker:     regexp.MustCompile(`(?:[-+*]|[0-9]{1,4}[.)]|\([0-9]{1,4}\)|#\.)[ \t]+`),
			apart:      regexp.MustCompile(`^(?:\.\. |\.\.$|:[^:]+:|[-=~^"'+#*:.<>_` + "`" + `]{3,}$)`), byIndent: true,
		},
		readme.AsciiDoc: {
			containers: regexp.MustCompile(`^[ \t]*(?:(?:\*{1,5}|-|\.{1,5}|[0-9]{1,4}\.)[ \t]+)?`),
			marker:     regexp.MustCompile(`(?:\*{1,5}|-|\.{1,5}|[0-9]{1,4}\.)[ \t]+`),
			apart:      regexp.MustCompile(`^(?:\+$|\[.*\]$|//|\.\w|={1,6} |--$|[-=.*_+/]{4,}$|\|===|[\w-]+::.*\]$)`),
		},
		readme.Org: {
			containers: regexp.MustCompile(`^[ \t]*(?:(?:[-+]|[0-9]{1,4}[.)])[ \t]+)?`),
			marker:     regexp.MustCompile(`(?:[-+]|[0-9]{1,4}[.)])[ \t]+`),
			apart:      regexp.MustCompile(`^(?:\*+ |#|: |:\w+:$|\|)`),
		},
		readme.Plain: {
			containers: regexp.MustCompile(`^[ \t]*(?:(?:[-+*•]|[0-9]{1,4}[.)])[ \t]+)?`),
			marker:     regexp.MustCompile(`(?:[-+*•]|[0-9]{1,4}[.)])[ \t]+`),
			apart:      regexp.MustCompile("^(?:[-=~*^+#_]{3,}$|```)"),
		},
	}
)

// insertBlock puts commands as a block of their own before the paragraph that
// holds a command in running text. In a list the block becomes part of the
// item, so that the numbering stays.
func (e *editor) insertBlock(span verifier.Span, commands []string) (edit, string) {
	start := e.paragraph(span.Start)
	prefix := e.layout.containers.FindString(e.line(start))
	rest := e.line(start)[len(prefix):]
	switch {
	case !Supports(e.document):
		return edit{}, "a command in running text can only be preceded by a block in Markdown, reStructuredText, AsciiDoc, Org and plain text"
	case e.inTable(span.Start):
		return edit{}, "the step stands in a table"
	case e.inTitle(start):
		return edit{}, "the step stands in a heading"
	case e.form.format == readme.RST && strings.HasPrefix(rest, ".. "):
		return edit{}, "the step stands beside the name of a directive"
	case e.form.format == readme.AsciiDoc && adocTerm.MatchString(rest):
		return edit{}, "the step stands beside a term"
	}
	_, newline := e.lineEnd(start)
	// Further lines of the block stand under the item's text: its marker
	// becomes blanks, quote marks stay.
	further := e.layout.marker.ReplaceAllStringFunc(prefix, func(m string) string { return strings.Repeat(" ", len([]rune(m))) })
	lines := append(e.form.block(fenceLead, "shell", strings.Join(commands, "\n")), "")
	if e.form.format == readme.AsciiDoc && (prefix != "" || e.attached(start)) {
		// What belongs to an item is attached to it; a blank line would end it.
		lines = adocAttached(lines)
		further = ""
	}
	var b strings.Builder
	for i, l := range append(lines, "") {
		if i > 0 {
			b.WriteString(newline)
			if l == "" && i < len(lines) {
				b.WriteString(strings.TrimRight(further, " \t"))
			} else {
				b.WriteString(further)
			}
		}
		b.WriteString(l)
	}
	at := start + len(prefix)
	return edit{verifier.Span{Start: at, End: at}, b.String()}, ""
}

var adocTerm = regexp.MustCompile(`^\S.*?::+(?:\s|$)`)

// adocAttached sets a plus sign where the blank lines of a block are, but for
// those of the code itself.
func adocAttached(lines []string) []string {
	out := append([]string{}, lines...)
	for i, l := range out {
		if l == "" && (i < 2 || i == len(out)-1) {
			out[i] = "+"
		}
	}
	return out
}

// attached says that the paragraph belongs to the list item above by a plus sign.
func (e *editor) attached(start int) bool {
	return start > 0 && strings.TrimSpace(e.line(e.lineStart(start-1))) == "+"
}

func (e *editor) line(start int) string {
	end, _ := e.lineEnd(start)
	return string(e.source[start:end])
}

// paragraph is the start of the first line of the paragraph around at.
func (e *editor) paragraph(at int) int {
	start := e.lineStart(at)
	for start > 0 {
		prefix := e.layout.containers.FindString(e.line(start))
		if e.layout.marker.MatchString(prefix) {
			break
		}
		above := e.lineStart(start - 1)
		line := e.line(above)
		before := e.layout.containers.FindString(line)
		rest := strings.TrimSpace(line[len(before):])
		if rest == "" || e.layout.apart.MatchString(rest) || e.layout.apart.MatchString(line) || e.layout.byIndent && len(before) != len(prefix) {
			break
		}
		start = above
	}
	return start
}

// inTable says that the line of at is a row: a bar is the first, or, in
// Markdown, a line of dashes and bars stands near. A simple table of
// reStructuredText has lines of equals signs around it.
func (e *editor) inTable(at int) bool {
	start := e.paragraph(at)
	switch e.form.format {
	case readme.RST:
		for pos := start; pos < len(e.source); {
			line := strings.TrimSpace(e.line(pos))
			if line == "" {
				break
			}
			if strings.HasPrefix(line, "==") && strings.Contains(line, " =") && strings.Trim(line, "= ") == "" {
				return true
			}
			end, newline := e.lineEnd(pos)
			pos = end + len(newline)
		}
		fallthrough
	case readme.AsciiDoc, readme.Org:
		return strings.HasPrefix(strings.TrimLeft(e.line(e.lineStart(at)), " \t"), "|")
	case readme.Plain:
		return false
	case readme.Markdown:
	}
	for pos := start; pos < len(e.source); {
		line := strings.TrimSpace(strings.TrimLeft(e.line(pos), "> \t"))
		if line == "" {
			return false
		}
		if strings.Contains(line, "|") && strings.Contains(line, "-") && strings.Trim(line, "|:- \t") == "" {
			return true
		}
		end, newline := e.lineEnd(pos)
		pos = end + len(newline)
	}
	return false
}

// inTitle says that a title stands in the line that begins at start.
func (e *editor) inTitle(start int) bool {
	end, _ := e.lineEnd(start)
	for _, h := range e.titles {
		if h.Offset >= start && h.Offset < end {
			return true
		}
	}
	return false
}
