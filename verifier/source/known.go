package source

import (
	"bufio"
	"bytes"
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Branches are all branches and tags, sorted, of where a newcomer clones from,
// as of the last fetch of it, and the branch that is verified. It is nil where
// the list is not complete: a folder without git, a repository without an
// origin, a clone that fetches one branch only or has no full history.
func (c *Checkout) Branches() []string { return slices.Clone(c.branches) }

// Submodules are the folders, sorted, that a clone leaves empty until their
// own repositories are fetched: those of .gitmodules, and of them only those
// that the commit really has. Of a folder without git all count, since the
// empty folders themselves are not tracked there.
func (c *Checkout) Submodules() []string {
	source, err := c.Read(".gitmodules")
	if err != nil {
		return nil // there are none, or nothing can be said of them
	}
	var out []string
	for _, name := range modulePaths(source) {
		if c.loose && c.tree.modes[name] == "" || slices.Contains(c.tree.submodules, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// modulePaths reads what git takes as paths from a .gitmodules file. Quotes
// and comments are rare there; what looks odd is left out.
func modulePaths(source []byte) []string {
	var out []string
	for lines := bufio.NewScanner(bytes.NewReader(source)); lines.Scan(); {
		key, value, ok := strings.Cut(lines.Text(), "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(key), "path") {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"`)
		name := path.Clean(value)
		if value == "" || path.IsAbs(name) || name == "." || name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, `\`) {
			continue
		}
		out = append(out, name)
	}
	return out
}

// allFetched is the refspec of a clone that knows every branch of its origin.
const allFetched = "refs/heads/*:refs/remotes/origin/*"

// branches lists what a clone of the origin would know, or nothing where that
// is not known in full.
func (w *work) branches(ctx context.Context, s state) []string {
	if s.base == "" || s.shallow {
		return nil
	}
	var all []string
	if s.whole {
		heads, tags := w.names(ctx, s.gitDir)
		all = append(heads, tags...)
	} else {
		heads := 0
		for ref := range s.heads {
			if name, is := strings.CutPrefix(ref, "refs/heads/"); is {
				all = append(all, name)
				heads++
			} else {
				all = append(all, strings.TrimPrefix(ref, "refs/tags/"))
			}
		}
		if heads == 0 || !w.fetchesAll(ctx) {
			return nil
		}
	}
	if len(all) == 0 {
		return nil
	}
	all = append(all, s.branch)
	slices.Sort(all)
	return slices.Compact(all)
}

// fetchesAll reports whether the user's own clone fetches every branch.
func (w *work) fetchesAll(ctx context.Context) bool {
	w.setting(ctx, filepath.Join(w.dir, "foreign-config"), "remote.origin.fetch")
	all := false
	for _, refspec := range w.fetched {
		if strings.HasPrefix(refspec, "^") {
			return false
		}
		all = all || strings.TrimPrefix(refspec, "+") == allFetched
	}
	return all
}
