package patch

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

type org struct{ levels [2]int }

func (org) wrap(text string) []string { return strings.Split(text, "\n") }

func (o org) heading(depth int, title string) []string {
	return []string{strings.Repeat("*", o.levels[depth]) + " " + title}
}

func (org) readHeading(lines []string) (title string, n int) {
	if text := strings.TrimLeft(lines[0], "*"); len(text) < len(lines[0]) && strings.HasPrefix(text, " ") {
		return strings.TrimSpace(text), 1
	}
	return "", 0
}

// A comma keeps Org from reading a line of code as a title or a keyword.
var (
	orgActive  = regexp.MustCompile(`(?m)^([ \t]*)(,*(?:\*|#\+))`)
	orgEscaped = regexp.MustCompile(`(?m)^([ \t]*),(,*(?:\*|#\+))`)
	orgBegin   = regexp.MustCompile(`(?i)^[ \t]*#\+begin_(src|example)\b`)
)

func (org) block(lead, kind, text string) []string {
	begin, end := "#+begin_example", "#+end_example"
	if kind == "shell" {
		begin, end = "#+begin_src sh", "#+end_src"
	}
	lines := append([]string{lead, "", begin}, strings.Split(orgActive.ReplaceAllString(text, "$1,$2"), "\n")...)
	return append(lines, end)
}

func (org) readBlock(lines []string) (lead, text string, n int) {
	m := orgBegin.FindStringSubmatch(lines[0])
	if m == nil {
		return "", "", 0
	}
	for i := 1; i < len(lines); i++ {
		if strings.EqualFold(strings.TrimSpace(lines[i]), "#+end_"+m[1]) {
			return "", orgEscaped.ReplaceAllString(strings.Join(lines[1:i], "\n"), "$1$2"), i + 1
		}
	}
	return "", "", 0
}

var (
	orgWord = regexp.MustCompile(`^(["'(]*)(.*?)([.,;:!?)"']*)$`)
	orgName = regexp.MustCompile(`^[\w+-]+:\S`) // file:x, https://x
)

// say has no escapes to use: Org knows none. A word in which a character could
// act is shown verbatim instead, which is what it mostly is.
func (o org) say(text string) string {
	words := strings.Fields(foreign.Line(text))
	for i, word := range words {
		m := orgWord.FindStringSubmatch(word)
		if inner := m[2]; strings.ContainsAny(inner, `*_^\$[]{}<>|~=+#@`) || strings.Contains(inner, "/") && !orgPath.MatchString(inner) || orgName.MatchString(inner) {
			words[i] = m[1] + o.verbatim(inner) + m[3]
		}
	}
	return strings.Join(words, " ")
}

// orgPath is a path whose slashes cannot begin a slanted text.
var orgPath = regexp.MustCompile(`^\w[\w./-]*\w$`)

// verbatim chooses the mark that the text does not hold; where it holds both,
// one of them is named.
func (org) verbatim(text string) string {
	switch {
	case !strings.Contains(text, "="):
		return "=" + text + "="
	case !strings.Contains(text, "~"):
		return "~" + text + "~"
	}
	return strings.NewReplacer("=", `\equal{}`, "~", `\tilde{}`, "*", `\ast{}`, "_", `\under{}`, "[", `\lbrack{}`, "]", `\rbrack{}`,
		"<", `\lt{}`, ">", `\gt{}`, "+", `\plus{}`, "/", `\slash{}`, "|", `\vert{}`, "$", `\dollar{}`, "^", `\asciicirc{}`,
		"{", `\lbrace{}`, "}", `\rbrace{}`, `\`, `\backslash{}`).Replace(text)
}

func (o org) code(text string) string {
	if text = foreign.Line(text); text == "" {
		return ""
	}
	return o.verbatim(text)
}

func (org) strong(text string) string { return "*" + text + "*" }
