package patch

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// rst writes literal blocks by "::" and no directive: that renders everywhere,
// with and without a highlighter.
type rst struct{ styles [2]titleStyle }

func (rst) wrap(text string) []string { return strings.Split(text, "\n") }

func (r rst) heading(depth int, title string) []string {
	style, line := r.styles[depth], underline(r.styles[depth].mark, title)
	if runes := []rune(title); !isWord(runes[0]) && runes[0] != '\\' && runes[0] != '`' || rstCounter.MatchString(title) {
		title = `\` + title // it would begin a list or another block
		line += string(style.mark)
	}
	if style.over {
		return []string{line, title, line}
	}
	return []string{title, line}
}

var rstCounter = regexp.MustCompile(`^[0-9A-Za-z#]+[.)](?: |$)`)

func (rst) readHeading(lines []string) (title string, n int) {
	return underlinedTitle(lines, titleMarks)
}

func (rst) block(lead, _, text string) []string {
	if bare, ok := strings.CutSuffix(lead, ":"); ok {
		lead = bare + "::"
	} else {
		lead += " ::"
	}
	return append([]string{lead, ""}, indented(text, "   ")...)
}

func (rst) readBlock(lines []string) (lead, text string, n int) {
	lead, announces := strings.CutSuffix(strings.TrimRight(lines[0], " \t"), "::")
	if !announces || strings.HasPrefix(lines[0], ".. ") {
		return "", "", 0
	}
	if lead != "" && !strings.HasSuffix(lead, " ") {
		lead += ":"
	}
	from := 1 + nextText(lines[1:])
	text, n = readIndented(lines[from:], "   ")
	if n == 0 || from == 1 {
		return "", "", 0
	}
	return strings.TrimSpace(lead), text, from + n
}

// say escapes what docutils reads as markup in running text, and the colons of
// addresses, of which it makes links.
func (rst) say(text string) string {
	runes := oneLine(text)
	var b strings.Builder
	for i, r := range runes {
		next := ' '
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case strings.ContainsRune("\\*`|@", r),
			r == '_' && !within(runes, i),
			r == ':' && (next == ':' || next == '/' || i > 0 && unicode.IsLetter(runes[i-1]) && next != ' '):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (r rst) code(text string) string {
	if text = foreign.Line(text); text == "" || strings.Contains(text, "`") {
		return r.say(text)
	}
	return "``" + text + "``"
}

func (rst) strong(text string) string { return "**" + text + "**" }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// titleMarks are the characters that lines under titles are made of.
const titleMarks = "=-~^\"'`+#*:.<>_"

// underlinedTitle reads a title with a line under it, and one over it perhaps.
func underlinedTitle(lines []string, marks string) (title string, n int) {
	at := 0
	if len(lines) > 2 && isRule(lines[0], marks, 3) && lines[2] == lines[0] {
		at = 1
	}
	if at+1 < len(lines) && strings.TrimSpace(lines[at]) != "" && !isRule(lines[at], marks, 3) && isRule(lines[at+1], marks, 3) {
		return strings.TrimSpace(lines[at]), at + 2
	}
	return "", 0
}
