package plan

import (
	"regexp"
	"sort"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// Fill puts values in the place of placeholders. A value's key is the
// placeholder as the document shows it, with or without its brackets. It
// returns the command to be typed and the keys that were used, sorted.
func Fill(command string, values map[string]string) (filled string, used []string) {
	byName := map[string]string{} // bare key to key
	var names []string
	for k := range values {
		if b := unbracketed(k); b != "" && byName[b] == "" {
			byName[b] = k
			names = append(names, b)
		}
	}
	if len(names) == 0 {
		return command, nil
	}
	// The longer name first, since one may begin another.
	sort.Slice(names, func(i, j int) bool {
		return len(names[i]) > len(names[j]) || len(names[i]) == len(names[j]) && names[i] < names[j]
	})
	forms := make([]string, len(names))
	for i, n := range names {
		q := regexp.QuoteMeta(n)
		forms[i] = `<{1,2}` + q + `>{1,2}|\{{1,2} ?` + q + ` ?\}{1,2}|\[` + q + `\]|` + boundary(n[:1]) + q + boundary(n[len(n)-1:])
	}
	seen := map[string]bool{}
	// One pass, so that a value that looks like a placeholder stays what it is.
	filled = phrase.Compile(strings.Join(forms, "|")).ReplaceAllStringFunc(command, func(m string) string {
		key := byName[unbracketed(m)]
		if !seen[key] {
			seen[key] = true
			used = append(used, key)
		}
		return values[key]
	})
	sort.Strings(used)
	return filled, used
}

// boundary keeps a bare name from being found inside a longer one.
func boundary(edge string) string {
	if phrase.Compile(`\w`).MatchString(edge) {
		return `\b`
	}
	return ""
}

func unbracketed(placeholder string) string { return strings.Trim(placeholder, "<>{}[] ") }

// unfilled are the placeholders that no value stands for.
func unfilled(holes []string, values map[string]string) []string {
	var open []string
	for _, h := range holes {
		if _, used := Fill(h, values); len(used) == 0 {
			open = append(open, h)
		}
	}
	return open
}
