package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Modes of git's trees.
const (
	modeLink      = "120000"
	modeSubmodule = "160000"
)

// tree is what the commit tracks.
type tree struct {
	names      []string          // sorted by bytes
	modes      map[string]string // name → git's mode
	submodules []string          // their folders, sorted
}

func readTree(entries []string) tree {
	t := tree{modes: make(map[string]string, len(entries))}
	for _, e := range entries {
		info, name, ok := strings.Cut(e, "\t")
		if !ok {
			continue
		}
		mode, _, _ := strings.Cut(info, " ")
		if mode == modeSubmodule {
			t.submodules = append(t.submodules, name)
			continue
		}
		t.names = append(t.names, name)
		t.modes[name] = mode
	}
	slices.Sort(t.names)
	slices.Sort(t.submodules)
	return t
}

// Files lists the tracked files, links included, slash-separated and sorted.
func (c *Checkout) Files() []string { return slices.Clone(c.tree.names) }

// maxDocument bounds one document. The longest READMEs have a few hundred KiB.
const maxDocument = 1 << 20

// Read returns the content of a tracked file of at most 1 MiB. It never leaves
// the repository; a link is followed inside. The error is an [*Error].
func (c *Checkout) Read(name string) ([]byte, error) {
	source, err := c.read(name)
	var e *Error
	if err != nil && !errors.As(err, &e) {
		return nil, &Error{Kind: BadDocument, Location: c.Repository.Name, What: clean(name) + " cannot be read: " + err.Error(), Err: err}
	}
	return source, err
}

func (c *Checkout) read(name string) (source []byte, err error) {
	target, ok := c.resolve(name)
	if !ok {
		return nil, &Error{Kind: NoDocument, Location: c.Repository.Name, What: clean(name) + " is no tracked file", Err: fs.ErrNotExist}
	}
	root, err := os.OpenRoot(c.Root)
	if err != nil {
		return nil, err
	}
	defer root.Close() // opened for reading
	f, err := root.Open(target)
	if err != nil {
		return nil, err
	}
	defer f.Close() // opened for reading
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	source, err = io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err == nil && len(source) > maxDocument {
		err = &Error{Kind: TooLarge, Location: c.Repository.Name,
			What: fmt.Sprintf("%s has %d bytes; the limit for a document is 1 MiB", clean(name), info.Size()),
			ToDo: "Declare smaller install documents under documents: in freshinstall.yaml"}
	}
	if err != nil {
		return nil, err
	}
	return source, nil
}

// resolve follows links by what the commit tracks, and only inside of it.
func (c *Checkout) resolve(name string) (string, bool) {
	name = path.Clean(name)
	for range 16 {
		at := c.link(name)
		if at == "" {
			_, ok := c.tree.modes[name]
			return name, ok
		}
		root, err := os.OpenRoot(c.Root)
		if err != nil {
			return "", false
		}
		target, err := root.Readlink(at)
		_ = root.Close() // opened for reading
		if err != nil || path.IsAbs(target) {
			return "", false
		}
		name = path.Join(path.Dir(at), target, strings.TrimPrefix(name, at))
		if name == ".." || strings.HasPrefix(name, "../") {
			return "", false
		}
	}
	return "", false
}

// link returns the first part of name that is a tracked link, or nothing.
func (c *Checkout) link(name string) string {
	for i := range len(name) {
		if name[i] == '/' && c.tree.modes[name[:i]] == modeLink {
			return name[:i]
		}
	}
	if c.tree.modes[name] == modeLink {
		return name
	}
	return ""
}
