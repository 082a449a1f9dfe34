package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// changed returns the tree of the work tree as it is: what is tracked, with
// its changes, and what is new and not ignored. Nothing is written outside of
// the borrowed repository.
func (w *work) changed(ctx context.Context, gitDir, top string) (string, error) {
	in := call{gitDir: gitDir, workTree: top, dir: top}
	list := func(own bool, args ...string) ([]string, string, error) {
		c := in
		c.own, c.args = own, append([]string{"ls-files", "-z"}, args...)
		out, messages, err := w.git.run(ctx, c)
		if err != nil {
			return nil, "", w.gitFault(ctx, Damaged, "git cannot list its files", "Run git status in it", err)
		}
		return fields(out), messages, nil
	}
	index, _, err := list(false, "--stage")
	if err != nil {
		return "", err
	}
	modified, _, err := list(false, "--modified")
	if err != nil {
		return "", err
	}
	// The user's own list of ignored files counts.
	others, messages, err := list(true, "--others", "--exclude-standard")
	if err != nil {
		return "", err
	}
	if strings.Contains(messages, "could not open directory") {
		w.note("some folders could not be read and were left out: " + telling(messages))
	}
	submodules := map[string]bool{}
	for _, entry := range index {
		if info, name, ok := strings.Cut(entry, "\t"); ok && strings.HasPrefix(info, "160000 ") {
			submodules[name] = true
		}
	}
	modified = slices.DeleteFunc(modified, func(name string) bool { return submodules[name] })
	add, remove, err := w.sort(top, append(modified, others...))
	if err != nil {
		return "", err
	}
	for _, batch := range []struct {
		names []string
		args  []string
	}{{remove, []string{"--force-remove"}}, {add, []string{"--add", "--replace"}}} {
		if len(batch.names) == 0 {
			continue
		}
		c := in
		c.stdin = strings.NewReader(strings.Join(batch.names, "\x00") + "\x00")
		c.args = append(append([]string{"update-index"}, batch.args...), "-z", "--stdin")
		if _, _, err := w.git.run(ctx, c); err != nil {
			return "", w.gitFault(ctx, Damaged, "git cannot take over the changed files", "Commit them, or give --ref", err)
		}
	}
	c := in
	c.args = []string{"write-tree"}
	tree, err := w.git.line(ctx, c)
	if err != nil {
		return "", w.gitFault(ctx, Damaged, "git cannot read its index", "Run git status in it", err)
	}
	return tree, nil
}

// Bounds of what is not committed; a whole home folder given by mistake must
// not go into a machine.
const (
	maxNewFiles = 50_000
	maxNewBytes = 2 << 30
)

func (w *work) tooLarge() error {
	return w.fault(TooLarge, "more than 50000 files or 2 GiB that are not committed",
		"Give the folder of one repository, list what does not belong to it in .gitignore, or give --ref", nil)
}

// sort tells files that are taken as they are from those that are gone.
func (w *work) sort(top string, names []string) (add, remove []string, err error) {
	root, err := os.OpenRoot(top)
	if err != nil {
		return nil, nil, w.fault(Local, "cannot be read: "+err.Error(), "Look at its permissions", err)
	}
	defer root.Close() // opened for reading
	slices.Sort(names)
	names = slices.Compact(names)
	var unread, nested []string
	var total int64
	for _, name := range names {
		if strings.HasSuffix(name, "/") {
			nested = append(nested, name)
			continue
		}
		info, err := lstatDirect(root, name)
		switch {
		case err != nil && (errors.Is(err, fs.ErrPermission)):
			unread = append(unread, name)
			continue
		case err != nil, !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0:
			remove = append(remove, name)
			continue
		case info.Mode().IsRegular() && !readable(root, name):
			unread = append(unread, name)
			continue
		}
		add = append(add, name)
		if total += info.Size(); total > maxNewBytes || len(add) > maxNewFiles {
			return nil, nil, w.tooLarge()
		}
	}
	if len(unread) > 0 {
		w.note("files that could not be read were left out: " + some(unread))
	}
	if len(nested) > 0 {
		w.note("other repositories inside were left out: " + some(nested))
	}
	return add, remove, nil
}

// lstatDirect is Lstat that takes no way through a link: what lies behind a
// linked folder is not part of the tree.
func lstatDirect(root *os.Root, name string) (fs.FileInfo, error) {
	for i := range len(name) {
		if name[i] != '/' {
			continue
		}
		info, err := root.Lstat(name[:i])
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, fs.ErrNotExist
		}
	}
	return root.Lstat(name)
}

func readable(root *os.Root, name string) bool {
	f, err := root.Open(name)
	if err != nil {
		return false
	}
	_ = f.Close() // opened for reading
	return true
}

// fields splits what git separates by NUL.
func fields(out []byte) []string {
	if len(out) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// some names a few of many.
func some(names []string) string {
	const few = 5
	for i, n := range names[:min(len(names), few)] {
		names[i] = clean(n)
	}
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
