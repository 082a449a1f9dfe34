package preflight

import (
	"path"
	"strings"
)

// index is the tree, ready to be asked.
type index struct {
	Tree
	files  map[string]bool
	dirs   map[string]bool
	bases  map[string][]string // base name: paths, of those that were asked for
	within map[string][]string // folder: what lies right in it, likewise
	cached map[string]string   // manifests
}

func newIndex(t Tree) *index {
	x := &index{Tree: t, files: make(map[string]bool, len(t.Files)), dirs: map[string]bool{".": true}, bases: map[string][]string{}, within: map[string][]string{}, cached: map[string]string{}}
	for _, f := range t.Files {
		x.files[f] = true
		for d := folderOf(f); !x.dirs[d]; d = folderOf(d) {
			x.dirs[d] = true
		}
	}
	for _, s := range t.Submodules {
		for d := path.Clean(s); !x.dirs[d]; d = folderOf(d) {
			x.dirs[d] = true
		}
	}
	return x
}

// presence says whether a path is in the tree.
type presence int

const (
	absent presence = iota
	present
	unsure // below a link or a submodule
)

func (x *index) look(p string) presence {
	if x.files[p] || x.dirs[p] {
		return present
	}
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		if x.files[d] {
			return unsure // a file with something below it is a link
		}
	}
	for _, s := range x.Submodules {
		if p == s || strings.HasPrefix(p, s+"/") {
			return unsure
		}
	}
	return absent
}

// opaque: no folder whose content the tree tells, such as a link, a submodule
// or what is not there.
func (x *index) opaque(dir string) bool {
	if !x.dirs[dir] {
		return true
	}
	for _, s := range x.Submodules {
		if dir == s || strings.HasPrefix(dir, s+"/") {
			return true
		}
	}
	return false
}

// read gives a manifest; empty: nothing is known of it.
func (x *index) read(name string) string {
	if text, is := x.cached[name]; is {
		return text
	}
	text := ""
	if x.Read != nil && x.files[name] {
		if data, err := x.Read(name); err == nil { // a file that cannot be read proves as little as an empty one
			text = string(data)
		}
	}
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	x.cached[name] = text
	return text
}

// named gives the tracked files and folders of a base name, in any case. Few
// names are ever asked for, so that no table of all is made.
func (x *index) named(base string) []string {
	found, asked := x.bases[base]
	if !asked {
		found = x.all(func(p string) bool {
			at := len(p) - len(base)
			return at >= 0 && (at == 0 || p[at-1] == '/') && strings.EqualFold(p[at:], base)
		})
		x.bases[base] = found
	}
	return found
}

// entries are the files and folders right in a folder.
func (x *index) entries(dir string) []string {
	found, asked := x.within[dir]
	if !asked {
		found = x.all(func(p string) bool { return folderOf(p) == dir && p != "." })
		x.within[dir] = found
	}
	return found
}

func (x *index) all(wanted func(string) bool) []string {
	var found []string
	for _, f := range x.Files {
		if wanted(f) {
			found = append(found, f)
		}
	}
	for d := range x.dirs {
		if wanted(d) {
			found = append(found, d)
		}
	}
	return found
}

// folderOf is path.Dir of a path that is clean, as those of the tree are.
func folderOf(p string) string {
	if i := strings.LastIndexByte(p, '/'); i > 0 {
		return p[:i]
	}
	return "."
}

// first is the first of the names that the folder holds, or empty.
func (x *index) first(dir string, names ...string) string {
	for _, n := range names {
		if p := path.Join(dir, n); x.files[p] {
			return p
		}
	}
	return ""
}

// upward is the nearest of the names in the folder or above it.
func (x *index) upward(dir string, names ...string) string {
	for {
		if p := x.first(dir, names...); p != "" || dir == "." {
			return p
		}
		dir = path.Dir(dir)
	}
}
