package diagnose

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// What a captured name may look like before it may enter a look-up or a
// command. Each begins with a letter, digit or underscore, so that none can be
// taken for an option, and holds nothing that a shell would read.
var grammars = map[Kind]*phrase.Expr{
	Command:      phrase.Compile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}$`),
	Header:       phrase.Compile(`^[A-Za-z0-9_][A-Za-z0-9_.+/-]{0,127}$`),
	PkgConfig:    phrase.Compile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,79}$`),
	Library:      phrase.Compile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,79}$`),
	Soname:       phrase.Compile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]*\.so[0-9.]{0,24}$`),
	CMake:        phrase.Compile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,79}$`),
	PythonModule: phrase.Compile(`^[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z0-9_]{1,63}){0,5}$`),
	PerlModule:   phrase.Compile(`^[A-Za-z_][A-Za-z0-9_]{0,63}(::[A-Za-z0-9_]{1,63}){0,7}$`),
	RPackage:     phrase.Compile(`^[A-Za-z][A-Za-z0-9.]{0,63}$`),
	ExactPackage: phrase.Compile(`^[A-Za-z0-9][A-Za-z0-9.+_-]{0,79}$`),
	AlikePackage: phrase.Compile(`^[A-Za-z0-9][A-Za-z0-9.+_-]{0,79}$`),
}

// sound reports whether a name may be looked up.
func sound(kind Kind, name string) bool {
	g, known := grammars[kind]
	return known && g.MatchString(name) && !strings.Contains(name, "..")
}

var soundPath = phrase.Compile(`^[A-Za-z0-9_./+@-][A-Za-z0-9_./+@ -]{0,199}$`)

// quote makes a word for a POSIX shell.
func quote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

var plainWord = phrase.Compile(`^[A-Za-z0-9_./+:=@%,-]+$`)

func blank(text string) bool { return strings.TrimSpace(text) == "" }

func shortHash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}
