package diagnose

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// word is a piece of a command line that a shell would take as one.
type word struct {
	start, end int
	text       string // as it stands, quotes included
	runs       bool   // stands where a shell looks for a program
}

var (
	assignment = phrase.Compile(`^[A-Za-z_]\w*=`)
	// carriers run the program that follows them.
	carriers = map[string]bool{"sudo": true, "env": true, "time": true, "exec": true, "command": true, "nohup": true, "then": true, "do": true, "else": true,
		"if": true, "while": true, "until": true, "!": true, "{": true}
)

// split finds the words of a command text. It is no shell parser: where a
// text is odd (a heredoc, a case), the worst that happens is a rewritten
// command that does not help, which its proof then shows.
func split(text string) []word {
	var words []word
	runs, carried := true, false
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && text[i+1] == '\n':
			i += 2
		case c == ' ' || c == '\t':
			i++
		case strings.IndexByte("\n;&|()", c) >= 0:
			runs, carried = true, false
			i++
		case c == '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		default:
			end := wordEnd(text, i)
			w := word{start: i, end: end, text: text[i:end], runs: runs}
			option := carried && strings.HasPrefix(w.text, "-")
			w.runs = runs && !option && !assignment.MatchString(w.text)
			words = append(words, w)
			if w.runs {
				carried = carriers[w.text]
				runs = carried
			}
			i = end
		}
	}
	return words
}

func wordEnd(text string, i int) int {
	for i < len(text) {
		switch c := text[i]; c {
		case ' ', '\t', '\n', ';', '&', '|', '(', ')':
			return i
		case '\\':
			i += 2
		case '\'', '"':
			j := i + 1
			for j < len(text) && text[j] != c {
				if c == '"' && text[j] == '\\' {
					j++
				}
				j++
			}
			i = j + 1
		default:
			i++
		}
	}
	return min(i, len(text))
}

// replaceProgram changes each word that is run as a program and has the name.
func replaceProgram(text, old, new string) (string, bool) {
	var out strings.Builder
	at, changed := 0, false
	for _, w := range split(text) {
		if w.runs && w.text == old {
			out.WriteString(text[at:w.start])
			out.WriteString(new)
			at, changed = w.end, true
		}
	}
	out.WriteString(text[at:])
	return out.String(), changed
}

// replaceWord changes each place where old stands by itself, also inside a
// word after = or a quote, but not as a part of a longer name or path.
func replaceWord(text, old, new string) (string, bool) {
	if old == "" {
		return text, false
	}
	var out strings.Builder
	changed := false
	for i := 0; i < len(text); {
		j := strings.Index(text[i:], old)
		if j < 0 {
			out.WriteString(text[i:])
			break
		}
		j += i
		end := j + len(old)
		out.WriteString(text[i:j])
		if (j == 0 || !namePart(text[j-1])) && (end == len(text) || !namePart(text[end])) {
			out.WriteString(new)
			changed = true
		} else {
			out.WriteString(old)
		}
		i = end
	}
	return out.String(), changed
}

func namePart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_./+-~@", c) >= 0
}
