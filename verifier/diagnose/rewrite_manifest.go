package diagnose

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// maxManifest bounds what is read of a file of the repository.
const maxManifest = 1 << 20

// read gives a tracked file of the working directory; nil where there is none.
func (o Observation) read(name string) []byte {
	t := treeOf(o)
	p := t.resolve(name)
	if o.Tree == nil || !t.files[p] || !fs.ValidPath(p) {
		return nil
	}
	f, err := o.Tree.Open(p)
	if err != nil {
		return nil
	}
	defer f.Close()
	// A manifest that cannot be read whole gives no candidate; the failure
	// stays explained without it.
	data, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil
	}
	return data
}

var (
	target     = phrase.Compile(`^([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*:(?:[^=]|$)`)
	placements = []string{"Makefile", "makefile", "GNUmakefile"}
)

// makeTarget makes the target whose name comes nearest to the missing one.
func makeTarget(e Explanation, o Observation) []verifier.Fix {
	missing := e.Captures["target"]
	var names []string
	for _, file := range placements {
		lines := bufio.NewScanner(bytes.NewReader(o.read(file)))
		for lines.Scan() {
			if m := target.FindStringSubmatch(lines.Text()); m != nil {
				names = append(names, m[1])
			}
		}
	}
	var fixes []verifier.Fix
	for _, name := range nearest(missing, names) {
		if text, changed := replaceWord(o.text(), missing, quote(name)); changed {
			fixes = append(fixes, replace(text, "the Makefile has the target "+name))
		}
	}
	return fixes
}

// usual are names that stand for one another in manifests: whoever writes
// "dev" in a README for a project that only knows "start" means that one.
var usual = [][]string{
	{"start", "dev", "serve", "develop", "run", "server", "watch"},
	{"build", "compile", "dist", "bundle", "all"},
	{"test", "tests", "check", "spec"},
}

// nearest orders names by how well they can stand for a missing one, at most
// two, and leaves out what is not like it at all.
func nearest(missing string, names []string) []string {
	type hit struct {
		name string
		d    int
	}
	var hits []hit
	for _, n := range names {
		d := 100
		switch {
		case n == missing || missing == "":
			continue
		case flat(n) == flat(missing):
			d = 0
		case strings.HasPrefix(n, missing) || strings.HasPrefix(missing, n) || strings.HasSuffix(n, ":"+missing):
			d = 4
		default:
			if near := slipWithin(n, missing, 2); near <= 2 && 2*near <= len(missing) {
				d = near
			}
		}
		for _, group := range usual {
			if i, j := slices.Index(group, missing), slices.Index(group, n); i >= 0 && j >= 0 {
				d = min(d, 10+j)
			}
		}
		if d < 100 {
			hits = append(hits, hit{n, d})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(a.d-b.d, cmp.Compare(a.name, b.name)) })
	var found []string
	for _, h := range hits {
		if !slices.Contains(found, h.name) && len(found) < 2 {
			found = append(found, h.name)
		}
	}
	return found
}

// nodeBin runs a program that a declared dependency of the project brings
// into its own folder, where no shell looks for it.
func nodeBin(e Explanation, o Observation) []verifier.Fix {
	var manifest struct {
		Dependencies    map[string]any `json:"dependencies"`
		DevDependencies map[string]any `json:"devDependencies"`
	}
	command := e.Captures["tool"]
	if command == "" || json.Unmarshal(o.read("package.json"), &manifest) != nil {
		return nil
	}
	_, runtime := manifest.Dependencies[command]
	_, development := manifest.DevDependencies[command]
	if !runtime && !development || !sound(Command, command) {
		return nil
	}
	if text, changed := replaceProgram(o.text(), command, "npx "+command); changed {
		return []verifier.Fix{replace(text, "package.json has "+command+" as a dependency; npx runs it from there")}
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
