package diagnose

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var pathChange = phrase.Compile(`^[ \t]*export[ \t]+PATH=`)

// ChangesPath reports whether a command changes the PATH of its own terminal.
func ChangesPath(command string) bool {
	return slices.ContainsFunc(strings.Split(command, "\n"), pathChange.MatchString)
}

// wholePath is a change of PATH that means the same wherever it is read: every
// folder is PATH itself, or begins at the root or at home.
var wholePath = phrase.Compile(`^export[ \t]+PATH=(["']?)(?:(?:\$PATH|\$\{PATH\}|(?:/|~/|\$HOME\b|\$\{HOME\})[\w./+@-]*)(?::|(["']?)$))+$`)

// keepPath writes the author's own line, the last one typed, into the file that
// login shells read; it must be one line without a relative folder in it.
func keepPath(_ Explanation, o Observation) []verifier.Fix {
	for _, command := range slices.Backward(o.Earlier) {
		if !ChangesPath(command) {
			continue
		}
		line := strings.TrimSpace(command)
		if !wholePath.MatchString(line) {
			return nil
		}
		return []verifier.Fix{before("only ~/.profile is read again by a terminal that is opened later", "echo "+quote(line)+" >> ~/.profile")}
	}
	return nil
}
