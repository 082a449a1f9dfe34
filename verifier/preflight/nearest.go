package preflight

import (
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// nearest is the tracked path that a missing one most likely means, or empty.
// dirs asks for a folder.
func (x *index) nearest(missing string, dirs bool) string {
	for _, find := range []func(string, bool) []string{x.otherCase, x.sameFolder, x.otherFolder} {
		if found := find(missing, dirs); len(found) > 0 {
			return found[0]
		}
	}
	return ""
}

func (x *index) is(p string, dirs bool) bool {
	if dirs {
		return x.dirs[p] && p != "."
	}
	return x.files[p]
}

func (x *index) otherCase(missing string, dirs bool) []string {
	var found []string
	for _, p := range x.named(path.Base(missing)) {
		if x.is(p, dirs) && strings.EqualFold(p, missing) {
			found = append(found, p)
		}
	}
	slices.Sort(found)
	return found
}

// otherFolder: the same base name elsewhere, the shallowest first, and no more
// than a reader could choose among.
func (x *index) otherFolder(missing string, dirs bool) []string {
	if dirs && strings.Contains(missing, "/") {
		return nil // the last part alone says little of a folder
	}
	var found []string
	for _, p := range x.named(path.Base(missing)) {
		if x.is(p, dirs) {
			found = append(found, p)
		}
	}
	if len(found) > 3 {
		return nil
	}
	slices.SortFunc(found, shallow)
	return found
}

func shallow(a, b string) int {
	if d := strings.Count(a, "/") - strings.Count(b, "/"); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

// sameFolder: a name in the same folder that means the same or is spelled
// nearly so.
func (x *index) sameFolder(missing string, dirs bool) []string {
	dir, base := path.Dir(missing), path.Base(missing)
	if !x.dirs[dir] {
		return nil
	}
	best, at := "", 100
	for _, p := range x.entries(dir) {
		if !x.is(p, dirs) {
			continue
		}
		if d := apart(base, path.Base(p)); d < at || d == at && p < best {
			best, at = p, d
		}
	}
	if at > 2 && !dirs && strings.HasPrefix(base, "requirements") {
		for _, f := range []string{"requirements/base.txt", "requirements/dev.txt", "requirements/development.txt", "requirements-dev.txt", "requirements/requirements.txt"} {
			if p := path.Join(dir, f); x.files[p] {
				return []string{p}
			}
		}
	}
	if at > 2 {
		return nil
	}
	return []string{best}
}

var (
	templateWord = phrase.Compile(`(?i)[._-]?(?:example|sample|template|dist|default|tmpl|tpl)s?\b`)
	separators   = strings.NewReplacer("-", "", "_", "", ".", "")
)

// apart is how unlike two base names are: 0 to 2 for what a person may take
// for one another, more for the rest.
func apart(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if max(len(a), len(b))-min(len(a), len(b)) > 10 {
		return 100
	}
	if separators.Replace(a) == separators.Replace(b) {
		return 0
	}
	if x, y := withoutTemplate(a), withoutTemplate(b); x != a && y != b && separators.Replace(x) == separators.Replace(y) {
		return 1
	}
	stemA, stemB := stem(a), stem(b)
	if stemA == stemB && len(stemA) > 2 && path.Ext(a) != path.Ext(b) && sameKind(path.Ext(a), path.Ext(b)) {
		return 1
	}
	if path.Ext(a) != path.Ext(b) {
		stemA, stemB = a, b
	}
	if digits(stemA) != digits(stemB) {
		return 100 // python2 and python3 are no misspellings of one another
	}
	d := distance(stemA, stemB)
	if short := min(len(stemA), len(stemB)); d == 1 && short >= 4 || d == 2 && short >= 7 {
		return d
	}
	return 100
}

// withoutTemplate takes the word away that marks a name as an example's.
func withoutTemplate(name string) string {
	for _, part := range []string{"mpl", "dist", "def", "tpl"} { // one of them is in each of the words
		if strings.Contains(name, part) {
			return templateWord.ReplaceAllString(name, "")
		}
	}
	return name
}

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// sameKind: two endings between which authors waver.
func sameKind(a, b string) bool {
	for _, kind := range [][]string{{".yml", ".yaml"}, {"", ".txt", ".md"}, {"", ".sh", ".bash", ".py"}, {".js", ".mjs", ".cjs", ".ts"}, {"", ".js"}} {
		if slices.Contains(kind, a) && slices.Contains(kind, b) {
			return true
		}
	}
	return false
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// distance counts the letters that are left out, added, changed or swapped
// between two names; everything above two is three.
func distance(a, b string) int {
	if max(len(a), len(b))-min(len(a), len(b)) > 2 {
		return 3
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > 2 {
			return 3
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], 3)
}

// closest is the name of a list that one may be a misspelling of, or empty.
func closest(name string, names []string) string {
	best, at := "", 3
	for _, n := range names {
		if n == name || digits(n) != digits(name) {
			continue
		}
		d := distance(strings.ToLower(n), strings.ToLower(name))
		if separators.Replace(strings.ReplaceAll(strings.ToLower(n), ":", "")) == separators.Replace(strings.ReplaceAll(strings.ToLower(name), ":", "")) {
			d = 0
		}
		if d == 2 && min(len(n), len(name)) < 6 || d == 1 && min(len(n), len(name)) < 3 {
			continue
		}
		if d < at || d == at && n < best {
			best, at = n, d
		}
	}
	if at > 2 {
		return ""
	}
	return best
}
