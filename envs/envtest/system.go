package envtest

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"sync"
)

// System is everything about a machine that outlives a step, but for its
// processes and its shell: files, installed packages, facts and counters.
// Snapshots copy it, forks get a copy of their own. It is safe for concurrent
// use; paths are absolute paths of the machine.
type System struct {
	files *files
	index map[string]Package // never changed

	mu        sync.Mutex
	installed map[string]bool
	lists     bool
	facts     map[string]string
	counters  map[string]int
}

// frozenSystem is a System in a snapshot.
type frozenSystem struct {
	nodes     map[string]node
	bytes     int64
	installed map[string]bool
	lists     bool
	facts     map[string]string
	counters  map[string]int
}

func (s *System) freeze() (frozenSystem, error) {
	nodes, bytes, err := s.files.freeze()
	s.mu.Lock()
	defer s.mu.Unlock()
	return frozenSystem{nodes, bytes, maps.Clone(s.installed), s.lists, maps.Clone(s.facts), maps.Clone(s.counters)}, err
}

func (f frozenSystem) thaw(into *files, index map[string]Package) (*System, error) {
	return &System{
		files: into, index: index, lists: f.lists,
		installed: maps.Clone(f.installed), facts: maps.Clone(f.facts), counters: maps.Clone(f.counters),
	}, into.thaw(f.nodes)
}

// bytes is how much files and installed packages hold.
func (s *System) bytes() (int64, error) {
	sum, err := s.files.bytes()
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.installed {
		sum += s.index[name].Bytes
	}
	return sum, err
}

// Installed reports whether the package is installed.
func (s *System) Installed(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.installed[name]
}

// Packages names the installed packages, sorted.
func (s *System) Packages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.installed))
}

// Lists reports whether the package lists were fetched; SetLists changes it.
func (s *System) Lists() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lists
}

// SetLists says whether the package lists are there.
func (s *System) SetLists(fetched bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists = fetched
}

// Fact gives a fact that a program has set; empty when there is none.
func (s *System) Fact(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.facts[name]
}

// SetFact keeps a fact.
func (s *System) SetFact(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.facts[name] = value
}

// Count raises a counter by one and gives its new value.
func (s *System) Count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counters[name]++
	return s.counters[name]
}

// Lookup gives the entry of the package index.
func (s *System) Lookup(name string) (Package, bool) {
	p, ok := s.index[name]
	return p, ok
}

// Install puts the files and programs of a package of the index in place,
// without its dependencies.
func (s *System) Install(name string) error {
	p := s.index[name]
	for _, program := range slices.Sorted(maps.Keys(p.Programs)) {
		if err := s.files.write("/usr/bin/"+program, programFile(program)); err != nil {
			return err
		}
	}
	for _, where := range slices.Sorted(maps.Keys(p.Files)) {
		if err := s.files.write(where, p.Files[where]); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.installed[name] = true
	return nil
}

// ReadFile gives a file's text.
func (s *System) ReadFile(name string) (string, error) {
	text, err := s.files.read(name)
	return string(text), err
}

// WriteFile makes or replaces a file and the folders above it.
func (s *System) WriteFile(name string, file File) error { return s.files.write(name, file) }

// Exists reports whether the path leads to a file or folder.
func (s *System) Exists(name string) bool {
	_, err := s.files.stat(name)
	return err == nil
}

// IsDir reports whether the path leads to a folder.
func (s *System) IsDir(name string) bool {
	info, err := s.files.stat(name)
	return err == nil && info.IsDir()
}

// Stat describes a file, links followed.
func (s *System) Stat(name string) (fs.FileInfo, error) { return s.files.stat(name) }

// List gives the entries of a folder, sorted by name.
func (s *System) List(name string) ([]fs.DirEntry, error) { return s.files.list(name) }

// Mkdir makes one folder.
func (s *System) Mkdir(name string, mode fs.FileMode) error {
	if err := s.files.root.Mkdir(inside(name), mode); err != nil {
		return err
	}
	return s.files.root.Chmod(inside(name), mode)
}

// Chmod sets the permission bits.
func (s *System) Chmod(name string, mode fs.FileMode) error {
	return s.files.root.Chmod(inside(name), mode)
}

// Remove takes away a file or a folder with all that it holds.
func (s *System) Remove(name string) error { return s.files.root.RemoveAll(inside(name)) }

// Rename moves a file or folder.
func (s *System) Rename(from, to string) error {
	return s.files.root.Rename(inside(from), inside(to))
}

// Symlink makes a link. An absolute target is stored as a relative one, since
// the machine's root is a folder of the host.
func (s *System) Symlink(target, name string) error {
	if path.IsAbs(target) {
		up := ""
		for dir := path.Dir(path.Clean(name)); dir != "/" && dir != "."; dir = path.Dir(dir) {
			up += "../"
		}
		target = up + inside(target)
	}
	return s.files.root.Symlink(target, inside(name))
}

// Open opens a file for reading.
func (s *System) Open(name string) (*os.File, error) { return s.files.open(name, os.O_RDONLY, 0) }
