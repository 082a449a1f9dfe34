package diagnose

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// rightPath looks for what is missing elsewhere in the repository: under its
// own base name, else under one that is nearly the same.
func rightPath(e Explanation, o Observation) []verifier.Fix {
	missing := typedAs(strings.TrimSuffix(e.Captures["path"], "/"), o.text())
	if missing == "" || !soundPath.MatchString(missing) {
		return nil
	}
	t := treeOf(o)
	if t.has(missing) {
		return nil
	}
	enters := strings.HasPrefix(strings.TrimSpace(o.text()), "cd ") || strings.Contains(o.text(), "cd "+missing)
	if fix, ok := checkoutFolder(missing, o); ok && enters {
		return []verifier.Fix{fix}
	}
	hits := t.meant(missing, enters)
	if len(hits) == 0 && !enters {
		hits = t.meant(missing, true)
	}
	var fixes []verifier.Fix
	for _, hit := range hits[:min(len(hits), 2)] {
		right := t.from(hit)
		if right == "" || !soundPath.MatchString(right) {
			continue
		}
		if strings.HasPrefix(missing, "./") && !strings.HasPrefix(right, "../") {
			right = "./" + right
		}
		if text, changed := replaceWord(o.text(), missing, quote(right)); changed {
			fixes = append(fixes, replace(text, "the repository has it as "+hit))
		}
	}
	// Where the whole step was written for another folder, entering it is the
	// shorter correction.
	if len(hits) > 0 && !enters {
		if folder, ok := strings.CutSuffix(hits[0], path.Clean(missing)); ok && folder != "" {
			if d := t.from(strings.TrimSuffix(folder, "/")); d != "" && d != "." && soundPath.MatchString(d) {
				fixes = append(fixes, before("the repository has it in the folder "+folder, "cd "+quote(d)))
			}
		}
	}
	return fixes
}

// typedAs gives the part of a path that stands in the step: some programs
// tell of a relative path as an absolute one.
func typedAs(p, text string) string {
	for part := p; strings.HasPrefix(p, "/") && part != ""; {
		for _, form := range []string{part, "./" + part} {
			if _, there := replaceWord(text, form, form); there {
				return form
			}
		}
		_, part, _ = strings.Cut(strings.TrimPrefix(part, "/"), "/")
	}
	return p
}

// checkoutFolder helps a reader who is to enter a folder that a clone has
// made under another name.
func checkoutFolder(missing string, o Observation) (verifier.Fix, bool) {
	name := o.Checkout
	t := treeOf(o)
	if name == "" || t.cwd != "" || missing == name || !soundPath.MatchString(name) {
		return verifier.Fix{}, false
	}
	if text, changed := replaceWord(o.text(), missing, quote(name)); changed {
		return replace(text, "the clone is called "+name), true
	}
	return verifier.Fix{}, false
}

// meant gives the tracked files (or folders) that a missing path may mean: of
// its own base name, else of one like it; where the path differs by a slip first.
func (t tree) meant(missing string, folders bool) []string {
	hits := t.named(path.Base(missing), folders)
	if len(hits) == 0 {
		hits = t.alike(path.Base(missing), folders)
	}
	slipped := func(hit string) int { return slipWithin(t.from(hit), path.Clean(missing), 2) }
	slices.SortStableFunc(hits, func(a, b string) int { return slipped(a) - slipped(b) })
	return hits
}

// alike gives tracked names that differ little from a base name: letter case,
// a dash for an underscore, an ending left out, one or two slips.
func (t tree) alike(base string, folders bool) []string {
	names := t.all
	if folders {
		names = nil
		for d := range t.dirs {
			names = append(names, d)
		}
	}
	bound := min(2, len(base)/4)
	type hit struct {
		name string
		d    int
	}
	var hits []hit
	for _, n := range names {
		other := path.Base(n)
		if path.Ext(base) == "" && !folders {
			other = strings.TrimSuffix(other, path.Ext(other))
		}
		d := 0
		if flat(other) != flat(base) {
			d = slipWithin(strings.ToLower(base), strings.ToLower(other), bound)
		}
		if d <= bound {
			hits = append(hits, hit{n, d})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(a.d-b.d, t.distance(a.name)-t.distance(b.name), cmp.Compare(a.name, b.name))
	})
	var found []string
	for _, h := range hits {
		found = append(found, h.name)
	}
	return found
}

func flat(name string) string { return dashes.Replace(strings.ToLower(name)) }

var dashes = strings.NewReplacer("-", "", "_", "", " ", "")

// distance is the number of letters to change, add or drop between two names,
// or more than the bound.
func distance(a, b string, bound int) int {
	if len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := previous
			if a[i-1] != b[j-1] {
				change++
			}
			previous = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// copyExample makes a settings file from the example that the repository has
// of it.
func copyExample(e Explanation, o Observation) []verifier.Fix {
	missing := e.Captures["path"]
	if missing == "" || !soundPath.MatchString(missing) {
		return nil
	}
	t := treeOf(o)
	dir, base := path.Split(path.Clean(missing))
	if path.IsAbs(dir) {
		dir = ""
	}
	stem, ext := strings.TrimSuffix(base, path.Ext(base)), path.Ext(base)
	var names []string
	for _, mark := range []string{"example", "sample", "dist", "template", "default", "tmpl"} {
		names = append(names, base+"."+mark, base+"-"+mark, mark+base, mark+"."+base, stem+"."+mark+ext, stem+"-"+mark+ext, stem+"_"+mark+ext)
	}
	for _, n := range names {
		if example := dir + n; t.files[t.resolve(example)] {
			return []verifier.Fix{before("the repository has an example of it, "+n, "cp "+quote(example)+" "+quote(dir+base))}
		}
	}
	return nil
}

// manifests are the files that tell a tool that it is in the right folder.
var manifests = map[string][]string{
	"npm": {"package.json"}, "yarn": {"package.json"}, "pnpm": {"package.json"}, "npx": {"package.json"},
	"make": {"Makefile", "makefile", "GNUmakefile"}, "cmake": {"CMakeLists.txt"}, "go": {"go.mod"}, "cargo": {"Cargo.toml"},
	"mvn": {"pom.xml"}, "bundle": {"Gemfile"}, "composer": {"composer.json"}, "poetry": {"pyproject.toml"}, "pip": {"pyproject.toml", "setup.py"},
	"pip3": {"pyproject.toml", "setup.py"}, "pipenv": {"Pipfile"}, "docker-compose": {"docker-compose.yml", "compose.yaml"}, "docker": {"docker-compose.yml", "compose.yaml", "Dockerfile"},
}

// enterFolder goes to the one folder of the repository that has the manifest
// which the tool misses here.
func enterFolder(_ Explanation, o Observation) []verifier.Fix {
	t := treeOf(o)
	if strings.HasPrefix(strings.TrimSpace(o.text()), "cd ") {
		return nil
	}
	if t.cwd == "" {
		if o.Checkout != "" && soundPath.MatchString(o.Checkout) {
			return []verifier.Fix{before("the step was written for the inside of the clone", "cd "+quote(o.Checkout))}
		}
		return nil
	}
	for _, w := range split(o.text()) {
		if !w.runs {
			continue
		}
		for _, manifest := range manifests[w.text] {
			hits := t.named(manifest, false)
			hits = slices.DeleteFunc(hits, func(h string) bool { return path.Dir(h) == t.cwd })
			if len(hits) == 0 || len(hits) > 3 {
				continue
			}
			if d := t.from(path.Dir(hits[0])); soundPath.MatchString(d) {
				return []verifier.Fix{before("the repository has "+hits[0], "cd "+quote(d))}
			}
		}
	}
	return nil
}

// unixLineEnds removes the carriage returns of a tracked script.
func unixLineEnds(e Explanation, o Observation) []verifier.Fix {
	t := treeOf(o)
	for _, w := range split(o.text()) {
		if p := t.resolve(w.text); t.files[p] && soundPath.MatchString(w.text) && (w.runs || strings.HasSuffix(w.text, ".sh")) {
			return []verifier.Fix{before("the script was saved with the line ends of Windows", `sed -i 's/\r$//' `+quote(w.text))}
		}
	}
	return nil
}
