package patch

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Write puts the changed documents into a local tree. All of them are checked
// and written beside their targets first and then renamed, so that a reader
// never sees half of one, and a refusal leaves the tree as it was but for folders
// of a document that is to be made. Modes stay.
//
// Errors: [*ChangedError] when a file is no longer Change.Before, [*LinkError]
// when a link is in the way.
func Write(root *os.Root, changes []Change) (err error) {
	var pending []replacement
	defer func() {
		for _, p := range pending {
			// A renamed file is gone by now; the error that matters is returned.
			if p.from != "" {
				_ = root.Remove(p.from)
			}
		}
	}()
	for _, c := range changes {
		if !c.Changed() {
			continue
		}
		p, err := prepare(root, c)
		if p.to != "" {
			pending = append(pending, p)
		}
		if err != nil {
			return err
		}
	}
	for _, p := range pending {
		if p.from == "" {
			err = root.Remove(p.to)
		} else {
			err = root.Rename(p.from, p.to)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", p.to, err)
		}
	}
	return nil
}

// WriteTree is [Write] for a tree named by its path.
func WriteTree(dir string, changes []Change) (err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("write documents: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	return Write(root, changes)
}

// replacement is a file that waits beside the one that it replaces; without it,
// the other one goes.
type replacement struct{ from, to string }

// prepare checks a document and writes its new text beside it.
func prepare(root *os.Root, c Change) (replacement, error) {
	name, mode := filepath.FromSlash(c.Document), fs.FileMode(0o644)
	info, err := plainFile(root, c.Document)
	switch {
	case c.made() && errors.Is(err, fs.ErrNotExist):
		// Links are refused by plainFile, so that what is made lies inside.
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return replacement{}, fmt.Errorf("write %s: %w", c.Document, err)
		}
	case err != nil:
		return replacement{}, err
	case c.made():
		return replacement{}, &ChangedError{Document: c.Document}
	default:
		now, err := root.ReadFile(name)
		if err != nil {
			return replacement{}, fmt.Errorf("read %s: %w", c.Document, err)
		}
		if !bytes.Equal(now, c.Before) {
			return replacement{}, &ChangedError{Document: c.Document}
		}
		mode = info.Mode().Perm()
	}
	if c.gone() {
		return replacement{to: name}, nil
	}
	p := replacement{
		from: filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()[:8]+".tmp"),
		to:   name,
	}
	if err := fill(root, p.from, c.After, mode); err != nil {
		return p, fmt.Errorf("write %s: %w", c.Document, err)
	}
	return p, nil
}

func fill(root *os.Root, name string, text []byte, mode fs.FileMode) (err error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(text); err != nil {
		return err
	}
	// After the write, so that the caller's umask does not matter.
	if err := f.Chmod(mode); err != nil {
		return err
	}
	return f.Sync()
}

// plainFile refuses a document that any link leads to: os.Root would follow
// links inside the tree.
func plainFile(root *os.Root, document string) (fs.FileInfo, error) {
	if !fs.ValidPath(document) || document == "." {
		return nil, fmt.Errorf("write %q: not a path inside the tree", document)
	}
	parts := strings.Split(document, "/")
	for i := range parts {
		part := path.Join(parts[:i+1]...)
		info, err := root.Lstat(filepath.FromSlash(part))
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", document, err)
		}
		last := i == len(parts)-1
		if (last && !info.Mode().IsRegular()) || (!last && !info.IsDir()) {
			return nil, &LinkError{Document: document, Part: part}
		}
		if last {
			return info, nil
		}
	}
	return nil, fmt.Errorf("write %q: not a path inside the tree", document)
}
