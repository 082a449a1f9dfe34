package patch

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// plainText marks titles as its author does, and code by its indentation.
type plainText struct{ styles [2]titleStyle }

const (
	plainIndent = "    "
	plainWidth  = 76
)

func (p plainText) heading(depth int, title string) []string {
	style := p.styles[depth]
	switch {
	case style.capitals && depth == 0:
		return []string{strings.ToUpper(title)}
	case style.over:
		line := underline(style.mark, title)
		return []string{line, title, line}
	}
	return []string{title, underline(style.mark, title)}
}

func (plainText) readHeading(lines []string) (title string, n int) {
	return underlinedTitle(lines, titleMarks)
}

func (p plainText) block(lead, _, text string) []string {
	return append(append(p.wrap(lead), ""), indented(text, plainIndent)...)
}

func (plainText) readBlock(lines []string) (lead, text string, n int) {
	if !strings.HasPrefix(lines[0], plainIndent) {
		return "", "", 0
	}
	text, n = readIndented(lines, plainIndent)
	return "", text, n
}

// say keeps a line from beginning a fence, which people write in plain text too.
func (plainText) say(text string) string {
	return strings.ReplaceAll(foreign.Line(text), "```", "'''")
}

func (p plainText) code(text string) string { return p.say(text) }
func (plainText) strong(text string) string { return text }

// wrap fills lines as people do who write plain text.
func (plainText) wrap(text string) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && width(line)+1+width(word) > plainWidth {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
