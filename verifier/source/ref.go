package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// setBranch moves a branch from one commit to another, or makes it where old is
// empty, as git does: under the file NAME.lock, which is renamed. Only branches
// that are stored as files are written; borrow has refused any other.
func setBranch(common, branch, old, commit string) (err error) {
	root, err := os.OpenRoot(common)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	name := "refs/heads/" + branch
	if err := ownFolders(root, path.Dir(name)); err != nil {
		return err
	}
	file := filepath.FromSlash(name)
	lock, err := root.OpenFile(file+".lock", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return errors.New("another git command is writing it")
	}
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// The error that matters is returned.
			_ = root.Remove(file + ".lock")
		}
	}()
	_, err = lock.WriteString(commit + "\n")
	if err = errors.Join(err, lock.Sync(), lock.Close()); err != nil {
		return err
	}
	now, err := branchNow(root, name)
	if err != nil {
		return err
	}
	if now != old {
		return errors.New("it was moved in the meantime")
	}
	return root.Rename(file+".lock", file)
}

// ownFolders makes the folders of a branch, and refuses links among them.
func ownFolders(root *os.Root, dir string) error {
	at := ""
	for part := range strings.SplitSeq(dir, "/") {
		at = path.Join(at, part)
		info, err := root.Lstat(filepath.FromSlash(at))
		if errors.Is(err, fs.ErrNotExist) {
			err = root.Mkdir(filepath.FromSlash(at), 0o777)
			if err == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s is no folder", at)
		}
	}
	return nil
}

// branchNow is the commit that a branch names: as a file of its own, else in
// the list of packed ones; empty where there is no such branch.
func branchNow(root *os.Root, name string) (string, error) {
	info, err := root.Lstat(filepath.FromSlash(name))
	switch {
	case err == nil && !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is no plain file", name)
	case err == nil:
		content, err := root.ReadFile(filepath.FromSlash(name))
		return strings.TrimSpace(string(content)), err
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	packed, err := root.ReadFile("packed-refs")
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	for line := range bytes.Lines(packed) {
		if commit, ref, ok := strings.Cut(strings.TrimSpace(string(line)), " "); ok && ref == name {
			return commit, nil
		}
	}
	return "", err
}
