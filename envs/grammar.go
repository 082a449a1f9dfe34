package envs

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// The grammars of what a declaration may name. They are narrow on purpose:
// each of these words ends up in a script or in an argument list.
var (
	nameGrammar     = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`)
	userGrammar     = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)
	hostGrammar     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	variableGrammar = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	suiteGrammar    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	platformGrammar = regexp.MustCompile(`^linux/[a-z0-9]{1,16}(/v[0-9]{1,2})?$`)
	sizeGrammar     = regexp.MustCompile(`^([0-9]{1,16}(?:\.[0-9]{1,3})?) ?([bkmgt]?)(?:i?b)?$`)

	// Name, optional architecture, optional version: "libc6:i386", "nodejs=18.1~rc2-1".
	packageGrammar = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+._-]{0,127}(:[a-z0-9-]{1,16})?(=[A-Za-z0-9][A-Za-z0-9.+:~_-]{0,63})?$`)

	// Registry with port, path, tag, digest, as engines read a reference.
	imageGrammar = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$`)
)

// ownVariables steer the terminal in which steps are typed; a declared value
// would break it, not the machine.
var ownVariables = map[string]bool{"PROMPT_COMMAND": true, "BASH_ENV": true, "ENV": true, "SHELLOPTS": true, "BASHOPTS": true, "PS1": true, "PS2": true}

// packageName reports whether s names a package and nothing else. A name that
// ends in "-" tells apt to remove it.
func packageName(s string) bool {
	return packageGrammar.MatchString(s) && !strings.HasSuffix(s, "-")
}

func imageReference(s string) bool { return len(s) <= 512 && imageGrammar.MatchString(s) }

// bytesOf reads a size as container engines do: "4g", "512m", "1.5GiB" or a
// plain number of bytes; k, m, g, t are powers of 1024.
func bytesOf(s string) (int64, error) {
	m := sizeGrammar.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil {
		return 0, fmt.Errorf("%q is no size; write it as 512m or 4g", short(s))
	}
	number, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no size; write it as 512m or 4g", short(s))
	}
	shift := map[string]uint{"": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40}[m[2]]
	n := number * float64(int64(1)<<shift)
	if n > 1<<50 {
		return 0, fmt.Errorf("%q is more than any machine has", short(s))
	}
	return int64(math.Round(n)), nil
}

// sizeOf is the shortest way to write n that bytesOf reads back as n.
func sizeOf(n int64) string {
	for _, unit := range []struct {
		letter string
		shift  uint
	}{{"t", 40}, {"g", 30}, {"m", 20}, {"k", 10}} {
		if n > 0 && n%(1<<unit.shift) == 0 {
			return strconv.FormatInt(n>>unit.shift, 10) + unit.letter
		}
	}
	return strconv.FormatInt(n, 10)
}

// treePath checks a slash-separated path that must stay inside a repository
// and returns it without detours.
func treePath(s string) (string, error) {
	switch {
	case s == "":
		return "", fmt.Errorf("an empty path")
	case strings.ContainsFunc(s, unicode.IsControl):
		return "", fmt.Errorf("%q holds control characters", short(s))
	case strings.Contains(s, `\`):
		return "", fmt.Errorf("%q: write paths with / also on Windows", short(s))
	case path.IsAbs(s):
		return "", fmt.Errorf("%q: paths are relative to the repository", short(s))
	}
	clean := path.Clean(s)
	if clean == "." || clean == ".." || strings.HasPrefix(clean, "../") {
		return "", fmt.Errorf("%q leads out of the repository", short(s))
	}
	return clean, nil
}

// oneLine reports whether s can stand in a variable of a login session.
func oneLine(s string) bool {
	return len(s) <= 32<<10 && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\t' })
}
