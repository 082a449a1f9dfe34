package foreign

import (
	"strings"
	"unicode"
)

// Fence puts text into a fenced block that it cannot close. The result ends
// without a newline; lines are joined with "\n".
func Fence(info, text string) string {
	text = strings.TrimRight(text, "\n")
	marks := strings.Repeat("`", max(3, longest(text, '`')+1))
	return marks + info + "\n" + text + "\n" + marks
}

// Code puts one line of text into a code span that it cannot close.
func Code(s string) string {
	s = Line(s)
	if s == "" {
		return ""
	}
	marks := strings.Repeat("`", max(1, longest(s, '`')+1))
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return marks + s + marks
}

// CodeCell is [Code] for a table's cell, where a bar ends the cell even inside code.
func CodeCell(s string) string { return strings.ReplaceAll(Code(s), "|", `\|`) }

// Inline writes one line of text so that Markdown shows it as it is: no
// emphasis, link, HTML, mention, reference or formula comes of it. It must not
// stand at the start of a line, where a plain character can open a list.
func Inline(s string) string {
	runes := []rune(Line(s))
	var b strings.Builder
	for i, r := range runes {
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '@':
			b.WriteString("&#64;")
		case '\\', '`', '*', '[', ']', '|', '~', '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '_':
			if !within(runes, i) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		case '#':
			b.WriteString(instead(i+1 < len(runes) && unicode.IsDigit(runes[i+1]), "&#35;", "#"))
		case ':':
			b.WriteString(instead(i+1 < len(runes) && runes[i+1] == '/', "&#58;", ":"))
		case '.':
			b.WriteString(instead(i >= 3 && strings.EqualFold(string(runes[i-3:i]), "www"), "&#46;", "."))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func instead(active bool, safe, plain string) string {
	if active {
		return safe
	}
	return plain
}

// within says that the character at i stands between letters or digits, where
// an underscore means nothing.
func within(runes []rune, i int) bool {
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return i > 0 && i+1 < len(runes) && word(runes[i-1]) && word(runes[i+1])
}

// longest is the length of the longest run of c in s.
func longest(s string, c rune) int {
	best, run := 0, 0
	for _, r := range s {
		if r != c {
			run = 0
			continue
		}
		run++
		best = max(best, run)
	}
	return best
}
