package source

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// find looks for the repository that a folder belongs to, upward. ok is false
// if there is none.
func (w *work) find(ctx context.Context, folder string) (p place, ok bool, err error) {
	// A work tree before a bare repository: a tracked folder can look like one.
	if _, err := os.Lstat(filepath.Join(folder, ".git")); err != nil && isGitDir(folder) {
		return place{gitDir: folder, common: folder}, true, nil
	}
	for dir := folder; ; dir = filepath.Dir(dir) {
		dot := filepath.Join(dir, ".git")
		info, err := os.Lstat(dot)
		switch {
		case err != nil || dir != folder && !sameOwner(dot, folder):
			// A repository that somebody else put into a folder above, such as
			// one for everybody's temporary files, is not the user's.
		case info.IsDir():
			if isGitDir(dot) {
				return place{tree: dir, gitDir: dot, common: dot}, true, nil
			}
		case info.Mode().IsRegular():
			p, err := w.linked(ctx, dir, dot)
			return p, err == nil, err
		default:
			return place{}, false, w.fault(Unsafe, dot+" is a link to another place",
				"Give the folder that it leads to, or the URL of the repository", nil)
		}
		if dir == filepath.Dir(dir) {
			return place{}, false, nil
		}
	}
}

// isGitDir reports whether a folder looks like git's own.
func isGitDir(dir string) bool {
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	info, err := os.Lstat(filepath.Join(dir, "HEAD"))
	return err == nil && info.Mode().IsRegular()
}

// linked follows a .git file to the git folder of a linked work tree or a
// submodule. Such a file can come in an archive and name any repository of
// this computer, so the other end must name this tree too.
func (w *work) linked(ctx context.Context, tree, dot string) (place, error) {
	content, err := readSmall(dot)
	target, ok := strings.CutPrefix(strings.TrimSpace(content), "gitdir: ")
	if err != nil || !ok {
		return place{}, w.fault(Damaged, dot+" is no pointer to a repository", "Look at the file", err)
	}
	gitDir := absolute(tree, target)
	p := place{tree: tree, gitDir: gitDir, common: gitDir}
	if back, err := readSmall(filepath.Join(gitDir, "gitdir")); err == nil {
		if common, err := readSmall(filepath.Join(gitDir, "commondir")); err == nil {
			p.common = absolute(gitDir, strings.TrimSpace(common))
		}
		// The common folder must really have this work tree among its own.
		if sameFile(absolute(gitDir, strings.TrimSpace(back)), dot) && sameFile(filepath.Join(p.common, "worktrees", filepath.Base(gitDir)), gitDir) {
			return p, nil
		}
	} else if config, err := w.copyConfig(p); err == nil {
		if back := w.setting(ctx, config, "core.worktree"); back != "" && sameFile(absolute(gitDir, back), tree) {
			return p, nil
		}
	}
	return place{}, w.fault(Unsafe, dot+" leads to "+clean(target)+", which does not know this folder",
		"If both are yours, give the URL of the repository, or clone it once more", nil)
}

func readSmall(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New(path + " is no regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // opened for reading
	b, err := io.ReadAll(io.LimitReader(f, 64<<10))
	return string(b), err
}

func absolute(dir, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
