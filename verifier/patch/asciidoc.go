package patch

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

type asciidoc struct {
	unwrapped
	levels     [2]int // "=" is 1
	underlined bool   // titles have two lines, as in AsciiDoc before Asciidoctor
}

func (a asciidoc) heading(depth int, title string) []string {
	level := a.levels[depth]
	if a.underlined && level <= 5 && runeLen(title) >= 4 {
		// Exactly as long: else it is no title.
		return []string{title, strings.Repeat("=-~^+"[level-1:level], runeLen(title))}
	}
	return []string{strings.Repeat("=", level) + " " + title}
}

func (asciidoc) readHeading(lines []string) (title string, n int) {
	if text := strings.TrimLeft(lines[0], "=#"); len(text) < len(lines[0]) && strings.HasPrefix(text, " ") {
		return strings.TrimSpace(text), 1
	}
	return underlinedTitle(lines, "=-~^+")
}

var (
	adocCallout   = regexp.MustCompile(`(?m)<!?(?:--)?(?:\d+|\.)(?:--)?>[ \t]*$`)
	adocDirective = regexp.MustCompile(`(?m)^(\\*(?:include|ifn?def|ifeval|endif)::)`)
	adocEscaped   = regexp.MustCompile(`(?m)^\\(\\*(?:include|ifn?def|ifeval|endif)::)`)
)

func (asciidoc) block(lead, kind, text string) []string {
	lines := []string{lead, ""}
	literal := adocCallout.MatchString(text) // such a number would be taken for a note's
	switch {
	case kind == "shell" && literal:
		lines = append(lines, "[source,shell,subs=specialchars]")
	case kind == "shell":
		lines = append(lines, "[source,shell]")
	case literal:
		lines = append(lines, "[subs=specialchars]")
	}
	// Lines that include a file act in code too, unless they are escaped.
	text = adocDirective.ReplaceAllString(text, `\$1`)
	fence := "----"
	for strings.Contains("\n"+text+"\n", "\n"+fence+"\n") {
		fence += "-"
	}
	lines = append(lines, fence)
	return append(append(lines, strings.Split(text, "\n")...), fence)
}

func (asciidoc) readBlock(lines []string) (lead, text string, n int) {
	from := 0
	if strings.HasPrefix(lines[0], "[") && len(lines) > 1 {
		from = 1
	}
	fence := strings.TrimRight(lines[from], " \t")
	if !isRule(fence, "-.", 4) {
		return "", "", 0
	}
	for i := from + 1; i < len(lines); i++ {
		if strings.TrimRight(lines[i], " \t") == fence {
			return "", adocEscaped.ReplaceAllString(strings.Join(lines[from+1:i], "\n"), "$1"), i + 1
		}
	}
	return "", "", 0
}

// adocNames are the characters that mean something to Asciidoctor in running
// text; it leaves references to characters alone.
var adocNames = map[rune]string{
	'&': "&amp;", '<': "&#60;", '>': "&#62;", '*': "&#42;", '`': "&#96;", '#': "&#35;", '^': "&#94;", '~': "&#126;", '+': "&#43;",
	'{': "&#123;", '}': "&#125;", '[': "&#91;", ']': "&#93;", '\\': "&#92;", '@': "&#64;", '|': "&#124;", '$': "&#36;", ';': "&#59;",
}

func (asciidoc) say(text string) string {
	runes := oneLine(text)
	var b strings.Builder
	for i, r := range runes {
		next := ' '
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		name := adocNames[r]
		switch {
		case r == '_' && !within(runes, i):
			name = "&#95;"
		case r == ':' && next != ' ' && (i == 0 || !isWord(next) || !isWord(runes[i-1])):
			name = "&#58;" // a list of terms, an address
		case r == '-' && next == '-':
			name = "&#45;"
		case r == '.' && (next == '.' || i == 0):
			name = "&#46;"
		case r == '=' && (next == ' ' || i == 0):
			name = "&#61;"
		case r == '(' && next != ' ':
			name = "&#40;" // ((term)), (C)
		case r == '"' || r == '\'' && (i == 0 || !isWord(runes[i-1])):
			name = map[rune]string{'"': "&#34;", '\'': "&#39;"}[r]
		}
		if name == "" {
			name = string(r)
		}
		b.WriteString(name)
	}
	return b.String()
}

func (a asciidoc) code(text string) string {
	if text = foreign.Line(text); text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(a.say(text), "'", "&#39;") + "`"
}

func (asciidoc) strong(text string) string { return "*" + text + "*" }
