package envtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
)

// maxFile bounds a single file that is copied into a snapshot.
const maxFile = 64 << 20

// files is the machine's file system: a folder of the host, behind a root that
// no path and no link can leave.
type files struct {
	root *os.Root
	dir  string // of the host, to be removed at the end
}

func newFiles() (*files, error) {
	dir, err := os.MkdirTemp("", "envtest-")
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &files{root: root, dir: dir}, nil
}

func (f *files) remove() error {
	return errors.Join(f.root.Close(), os.RemoveAll(f.dir))
}

// inside turns an absolute path of the machine into one below the root.
func inside(p string) string {
	p = strings.TrimPrefix(path.Clean("/"+p), "/")
	if p == "" {
		return "."
	}
	return p
}

func (f *files) open(p string, flag int, mode fs.FileMode) (*os.File, error) {
	rel := inside(p)
	_, missing := f.root.Lstat(rel)
	file, err := f.root.OpenFile(rel, flag, mode)
	if err != nil {
		return nil, err
	}
	// The umask of the test's own process must not show.
	if missing != nil && flag&os.O_CREATE != 0 {
		if err := f.root.Chmod(rel, mode); err != nil {
			return nil, errors.Join(err, file.Close())
		}
	}
	return file, nil
}

func (f *files) read(p string) ([]byte, error) { return f.root.ReadFile(inside(p)) }

func (f *files) write(p string, file File) error {
	rel := inside(p)
	if err := f.root.MkdirAll(path.Dir(rel), 0o755); err != nil {
		return err
	}
	if strings.HasSuffix(p, "/") {
		return f.root.MkdirAll(rel, 0o755)
	}
	mode := file.Mode
	if mode == 0 {
		mode = 0o644
	}
	if err := f.root.WriteFile(rel, []byte(file.Text), mode); err != nil {
		return err
	}
	return f.root.Chmod(rel, mode)
}

func (f *files) stat(p string) (fs.FileInfo, error)  { return f.root.Stat(inside(p)) }
func (f *files) lstat(p string) (fs.FileInfo, error) { return f.root.Lstat(inside(p)) }

func (f *files) list(p string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.root.FS(), inside(p))
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	return entries, err
}

// bytes is the size of all files.
func (f *files) bytes() (sum int64, err error) {
	err = fs.WalkDir(f.root.FS(), ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum, err
}

// node is one entry of a frozen file system.
type node struct {
	mode fs.FileMode
	text string // of a file, or the target of a link
}

// freeze copies the file system into memory.
func (f *files) freeze() (map[string]node, int64, error) {
	frozen := map[string]node{}
	var bytes int64
	err := fs.WalkDir(f.root.FS(), ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil || rel == "." {
			return err
		}
		info, err := f.root.Lstat(rel)
		if err != nil {
			return err
		}
		n := node{mode: info.Mode()}
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			if n.text, err = f.root.Readlink(rel); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			if info.Size() > maxFile {
				return fmt.Errorf("%s: %d bytes are too many for a fake snapshot", rel, info.Size())
			}
			text, err := f.root.ReadFile(rel)
			if err != nil {
				return err
			}
			n.text = string(text)
			bytes += info.Size()
		}
		frozen[rel] = n
		return nil
	})
	return frozen, bytes, err
}

// thaw writes a frozen file system into an empty one.
func (f *files) thaw(frozen map[string]node) error {
	names := make([]string, 0, len(frozen))
	for name := range frozen {
		names = append(names, name)
	}
	sort.Strings(names) // a folder comes before what it holds
	for _, name := range names {
		n := frozen[name]
		var err error
		switch {
		case n.mode.IsDir():
			if err = f.root.MkdirAll(name, 0o755); err == nil {
				err = f.root.Chmod(name, n.mode.Perm())
			}
		case n.mode&fs.ModeSymlink != 0:
			err = f.root.Symlink(n.text, name)
		case n.mode.IsRegular():
			if err = f.root.WriteFile(name, []byte(n.text), n.mode.Perm()); err == nil {
				err = f.root.Chmod(name, n.mode.Perm())
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
