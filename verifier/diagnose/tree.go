package diagnose

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tree is the repository's tracked files, seen from where a step began.
type tree struct {
	files map[string]bool
	dirs  map[string]bool
	all   []string
	cwd   string // relative to the checkout; "." is its top
}

func treeOf(o Observation) tree {
	t := tree{files: map[string]bool{}, dirs: map[string]bool{".": true}, all: o.Files}
	for _, f := range o.Files {
		t.files[f] = true
		for d := path.Dir(f); d != "." && d != "/"; d = path.Dir(d) {
			t.dirs[d] = true
		}
	}
	t.cwd = t.inside(o)
	return t
}

// inside gives the working directory relative to the checkout. An absolute
// one is cut before the name of the checkout's folder, or else to its longest
// end that is a tracked folder. "" means beside the checkout.
func (t tree) inside(o Observation) string {
	cwd := filepath.ToSlash(o.Cwd)
	if cwd == "" {
		return "."
	}
	if !strings.HasPrefix(cwd, "/") {
		return path.Clean(cwd)
	}
	parts := strings.Split(strings.Trim(path.Clean(cwd), "/"), "/")
	if o.Checkout != "" {
		if i := slices.Index(parts, o.Checkout); i >= 0 {
			return path.Join(".", path.Join(parts[i+1:]...))
		}
		return ""
	}
	for i := range parts {
		if end := path.Join(parts[i:]...); t.dirs[end] {
			return end
		}
	}
	return "."
}

// resolve gives a path relative to the checkout; "" where it leads out of it.
func (t tree) resolve(p string) string {
	if t.cwd == "" || strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") {
		return ""
	}
	p = path.Join(t.cwd, p)
	if p == ".." || strings.HasPrefix(p, "../") {
		return ""
	}
	return p
}

// has reports whether a path as typed is a tracked file or folder.
func (t tree) has(p string) bool {
	p = t.resolve(p)
	return p != "" && (t.files[p] || t.dirs[p])
}

// from makes a path of the checkout one that can be typed where the step began.
func (t tree) from(p string) string {
	if t.cwd == "" {
		return ""
	}
	rel, err := filepath.Rel(filepath.FromSlash(t.cwd), filepath.FromSlash(p))
	if err != nil {
		return ""
	}
	return filepath.ToSlash(rel)
}

// named gives the tracked files (or folders) with a base name, the nearest to
// the working directory first.
func (t tree) named(base string, folders bool) []string {
	var hits []string
	if folders {
		for d := range t.dirs {
			if path.Base(d) == base {
				hits = append(hits, d)
			}
		}
	} else {
		for _, f := range t.all {
			if path.Base(f) == base {
				hits = append(hits, f)
			}
		}
	}
	slices.SortFunc(hits, func(a, b string) int {
		return cmp.Or(t.distance(a)-t.distance(b), cmp.Compare(a, b))
	})
	return hits
}

func (t tree) distance(p string) int {
	rel := t.from(p)
	return strings.Count(rel, "/") + 2*strings.Count(rel, "..")
}
