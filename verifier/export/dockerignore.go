package export

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// Dockerignore keeps out of an image what git keeps out of a commit: what was
// built in somebody's own checkout, and files with secrets. It says in a
// builder's grammar what a .gitignore says at the top of a repository: there a
// name without a slash is found at any depth, here only with "**/" before it.
func Dockerignore(gitignore []byte) []byte {
	s := &script{}
	s.comment("Written by freshinstall: what git leaves out of a commit stays out of the image, too.")
	for line := range strings.Lines(string(gitignore)) {
		pattern := strings.TrimRight(line, " \t\r\n")
		not := ""
		if rest, is := strings.CutPrefix(pattern, "!"); is {
			not, pattern = "!", rest
		}
		pattern = strings.TrimPrefix(strings.TrimRight(pattern, "/"), `\`)
		switch {
		case pattern == "" || strings.HasPrefix(strings.TrimSpace(line), "#") || !foreign.Exact(pattern) || strings.Contains(pattern, ".."):
			continue
		case !strings.Contains(pattern, "/"):
			pattern = "**/" + pattern
		}
		s.say(not + strings.TrimPrefix(pattern, "/"))
	}
	return []byte(s.String())
}
