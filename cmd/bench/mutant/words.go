package mutant

import "strings"

// word is one word of a command, with its place in the command's text.
type word struct {
	text       string
	start, end int
	first      bool // it names what is run
	plain      bool // no quotes, no expansion
}

// words splits a command at white space and operators; quotes hold together.
// It knows as much of the shell as damaging a word takes, and no more.
func words(command string) []word {
	var all []word
	first := true
	for i := 0; i < len(command); {
		switch c := command[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\\' && strings.HasPrefix(command[i:], "\\\n"):
			i++
		case strings.IndexByte("|&;()", c) >= 0:
			first = true
			i++
		case c == '<' || c == '>':
			i++
		default:
			w := word{start: i, first: first, plain: true}
			i = w.reach(command)
			w.text, w.end = command[w.start:i], i
			if w.first && (w.text == "sudo" || strings.Contains(w.text, "=")) {
				w.first = false // the program comes after it
			} else {
				first = false
			}
			all = append(all, w)
		}
	}
	return all
}

// reach gives the end of a word and notes whether it is plain.
func (w *word) reach(command string) int {
	quote := byte(0)
	for i := w.start; i < len(command); i++ {
		c := command[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote, w.plain = c, false
		case c == '$' || c == '`' || c == '*' || c == '\\':
			w.plain = false
		case strings.IndexByte(" \t\n|&;()<>", c) >= 0:
			return i
		}
	}
	return len(command)
}

// with puts another text in the place of a word.
func (w word) with(command, text string) string {
	return command[:w.start] + text + command[w.end:]
}

// program is the index of the first word that names a program; -1: none.
func program(all []word) int {
	for i, w := range all {
		if w.first {
			return i
		}
	}
	return -1
}

// installs reports whether a command installs packages by name, and gives
// their words.
func installs(all []word, tools ...string) (packages []word) {
	at := program(all)
	if at < 0 || at+1 >= len(all) {
		return nil
	}
	for _, tool := range tools {
		if all[at].text != tool {
			continue
		}
		rest := all[at+1:]
		for i, w := range rest {
			switch {
			case w.text == "install":
				for _, w := range rest[i+1:] {
					if w.first {
						return packages
					}
					if w.plain && !strings.HasPrefix(w.text, "-") {
						packages = append(packages, w)
					}
				}
				return packages
			case !strings.HasPrefix(w.text, "-"):
				return nil
			}
		}
	}
	return nil
}
