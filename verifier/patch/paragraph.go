package patch

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

const fenceLead = "First type:"

var (
	containers  = regexp.MustCompile(`^[ \t]*(?:(?:>|[-+*]|[0-9]{1,9}[.)])(?:[ \t]+|$))*[ \t]*`)
	listMarker  = regexp.MustCompile(`(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]+)`)
	headingLine = regexp.MustCompile(`^#{1,6}(?:[ \t]|$)`)
	blockLine   = regexp.MustCompile("^(?:`{3,}|~{3,}|<[a-zA-Z/!]|(?:[-*_][ \t]*){3,}$|={2,}\\s*$)")
)

// insertFence puts commands as a block of their own before the paragraph that
// holds a command in running text. In a list the block becomes part of the
// item, so that the numbering stays.
func (e *editor) insertFence(span verifier.Span, commands []string) (edit, string) {
	switch {
	case !Supports(e.document):
		return edit{}, "a command in running text can only be preceded by a block in Markdown"
	case e.inTable(span.Start):
		return edit{}, "the step stands in a table"
	}
	start := e.paragraph(span.Start)
	line := e.line(start)
	prefix := containers.FindString(line)
	rest := line[len(prefix):]
	if headingLine.MatchString(rest) || e.underlined(start) {
		return edit{}, "the step stands in a heading"
	}
	_, newline := e.lineEnd(start)
	// Further lines of the block stand under the item's text: its marker
	// becomes blanks, quote marks stay.
	further := listMarker.ReplaceAllStringFunc(prefix, func(m string) string { return strings.Repeat(" ", len(m)) })
	lines := []string{fenceLead, ""}
	lines = append(lines, strings.Split(foreign.Fence("shell", strings.Join(commands, "\n")), "\n")...)
	lines = append(lines, "", "")
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteString(newline)
			if l == "" && i < len(lines)-1 {
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

func (e *editor) line(start int) string {
	end, _ := e.lineEnd(start)
	return string(e.source[start:end])
}

// paragraph is the start of the first line of the paragraph around at.
func (e *editor) paragraph(at int) int {
	start := e.lineStart(at)
	for start > 0 {
		prefix := containers.FindString(e.line(start))
		if listMarker.MatchString(prefix) {
			break
		}
		above := e.lineStart(start - 1)
		line := e.line(above)
		rest := strings.TrimSpace(line[len(containers.FindString(line)):])
		if rest == "" || headingLine.MatchString(rest) || blockLine.MatchString(rest) {
			break
		}
		start = above
	}
	return start
}

// inTable says that the line of at is a row: a bar is the first or a line of
// dashes and bars stands near.
func (e *editor) inTable(at int) bool {
	start := e.paragraph(at)
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

// underlined says that the paragraph is a heading by the line under it.
func (e *editor) underlined(start int) bool {
	for pos := start; pos < len(e.source); {
		line := strings.TrimSpace(e.line(pos))
		if line == "" {
			return false
		}
		if pos > start && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "") {
			return true
		}
		end, newline := e.lineEnd(pos)
		pos = end + len(newline)
	}
	return false
}
