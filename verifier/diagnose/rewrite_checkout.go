package diagnose

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// outsideCheckout enters the clone, or leaves a folder of it for the one that
// has what the step names.
func outsideCheckout(_ context.Context, e Explanation, o Observation, _ Surroundings) ([]verifier.Fix, error) {
	t := treeOf(o)
	if strings.HasPrefix(strings.TrimSpace(o.text()), "cd ") {
		return nil, nil
	}
	if t.cwd == "" {
		cloned := slices.ContainsFunc(o.Earlier, func(c string) bool { return strings.Contains(c, "git clone") })
		if o.Checkout == "" || !soundPath.MatchString(o.Checkout) || !cloned {
			return nil, nil
		}
		return []verifier.Fix{before("the step was written for the inside of the clone", "cd "+quote(o.Checkout))}, nil
	}
	fixes := enterFolder(e, o)
	// What a step names may lie above: then the way back was left out.
	up := ""
	for d := t.cwd; d != "."; {
		d = path.Dir(d)
		up = path.Join(up, "..")
		above := tree{files: t.files, dirs: t.dirs, cwd: d}
		if slices.ContainsFunc(wanted(o), func(name string) bool { return above.has(name) && !t.has(name) }) {
			return append(fixes, before("what the step names lies in "+up+", seen from here", "cd "+up)), nil
		}
	}
	return fixes, nil
}

// wanted are the paths that a step names, and the files by which its programs
// know that they are in the right folder.
func wanted(o Observation) []string {
	var all []string
	for _, w := range split(o.text()) {
		if w.runs {
			all = append(all, manifests[w.text]...)
		}
		if pathLike(w.text) {
			all = append(all, w.text)
		}
	}
	return all
}

func pathLike(word string) bool {
	return soundPath.MatchString(word) && !strings.HasPrefix(word, "-") && strings.ContainsAny(word, "/.") && strings.Trim(word, "./") != ""
}

// mostListed bounds how many files of a machine are looked at.
const mostListed = "20000"

var complains = phrase.Compile(`(?i)no such file|not found|cannot (?:open|stat|access|find)|can't (?:open|find)|does(?: not|n't) exist|ENOENT|missing|not a directory`)

// elsewhere looks among the files that are really there, those which steps have
// made included, for a path that the step names and that does not exist.
func elsewhere(ctx context.Context, _ Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	var lost []string
	for _, w := range split(o.text()) {
		if pathLike(w.text) && !path.IsAbs(w.text) && !treeOf(o).has(w.text) && (mentions(o.Output, w.text) || mentions(o.Output, path.Base(w.text))) {
			lost = append(lost, w.text)
		}
	}
	if len(lost) == 0 || !complains.MatchString(o.Output) {
		return nil, nil
	}
	listed, err := s.look(ctx, `find . -maxdepth 6 -name .git -prune -o -name node_modules -prune -o -print 2>/dev/null | head -n `+mostListed)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for l := range strings.Lines(listed) {
		there[path.Clean(strings.TrimSpace(l))] = true
	}
	var fixes []verifier.Fix
	for _, missing := range lost {
		clean := path.Clean(missing)
		if there[clean] {
			continue
		}
		hits := nearPaths(clean, there)
		for _, hit := range hits[:min(len(hits), 2)] {
			right := hit
			if strings.HasPrefix(missing, "./") {
				right = "./" + hit
			}
			if text, changed := replaceWord(o.text(), missing, quote(right)); changed {
				fixes = append(fixes, replace(text, "it is there as "+hit))
			}
			if folder, ok := strings.CutSuffix(hit, "/"+clean); ok && !strings.HasPrefix(o.text(), "cd ") {
				fixes = append(fixes, before("it is there in the folder "+folder, "cd "+quote(folder)))
			}
		}
	}
	return fixes, nil
}

// nearPaths are the paths that a missing one may mean: the same name in another
// folder, else one that differs by a slip.
func nearPaths(missing string, there map[string]bool) []string {
	type hit struct {
		path string
		d    int
	}
	var hits []hit
	for p := range there {
		if !soundPath.MatchString(p) || p == "." {
			continue
		}
		switch {
		case strings.HasSuffix(p, "/"+missing):
			hits = append(hits, hit{p, 0})
		case path.Base(p) == path.Base(missing):
			hits = append(hits, hit{p, 1})
		case len(missing) > 3 && slip(p, missing) <= min(2, len(missing)/4):
			hits = append(hits, hit{p, 1 + slip(p, missing)})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(a.d-b.d, strings.Count(a.path, "/")-strings.Count(b.path, "/"), cmp.Compare(a.path, b.path))
	})
	var found []string
	for _, h := range hits {
		found = append(found, h.path)
	}
	return found
}

// unfetched fetches what a plain clone leaves out: submodules, and large files
// of which only a pointer is there.
func unfetched(_ context.Context, _ Explanation, o Observation, _ Surroundings) ([]verifier.Fix, error) {
	t := treeOf(o)
	if t.cwd == "" {
		return nil, nil
	}
	var fixes []verifier.Fix
	if !o.earlierSays("git submodule") && !o.earlierSays("--recurs") {
		fixes = append(fixes, submodules(Explanation{}, o)...)
	}
	if !o.earlierSays("git lfs pull") && o.hasLargeFiles() {
		fetch := "git lfs install && git lfs pull"
		why := "the repository keeps large files apart (git LFS), and a plain clone leaves pointers in their place"
		if install := install(o, "git-lfs"); install != nil && !o.earlierSays("git-lfs") {
			fixes = append(fixes, before(why, append(install, fetch)...))
		} else {
			fixes = append(fixes, before(why, fetch))
		}
	}
	return fixes, nil
}

// hasLargeFiles reports whether the repository's own attributes hand files to
// git LFS.
func (o Observation) hasLargeFiles() bool {
	if o.Tree == nil || !slices.Contains(o.Files, ".gitattributes") {
		return false
	}
	f, err := o.Tree.Open(".gitattributes")
	if err != nil {
		return false // it stays unsaid; the failure is explained without it
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest))
	return err == nil && bytes.Contains(data, []byte("filter=lfs"))
}
