package source

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// lookAt reads the user's own tree as it lies there: what is tracked and what is
// new and not ignored, as [work.changed] has it, but nothing is packed, cloned
// or written. It is for whoever only wants to read documents, many of them one
// after the other: git is started as seldom as can be, and not in turn.
func (w *work) lookAt(ctx context.Context, p place, gitDir string) error {
	c := w.checkout
	c.Local, c.Root = p.tree, p.tree
	w.addresses(ctx, p)
	var entries []string
	var heads map[string]string
	var unlisted, unknown error
	var both sync.WaitGroup
	both.Go(func() { entries, unlisted = w.listed(ctx, gitDir, p.tree) })
	both.Go(func() { heads, unknown = w.originHeads(ctx, gitDir) })
	if both.Wait(); unlisted != nil || unknown != nil {
		return cmp.Or(unlisted, unknown)
	}
	c.tree = readTree(entries)
	c.tree.names = slices.Compact(c.tree.names) // unmerged files stand there thrice
	_, unfull := os.Lstat(filepath.Join(gitDir, "shallow"))
	c.branches = w.branches(ctx, state{base: "known", branch: w.checkedOut(ctx, gitDir), heads: heads, shallow: unfull == nil})
	return nil
}

// lookInto is lookAt for a folder that no repository knows.
func (w *work) lookInto(ctx context.Context, folder string) error {
	gitDir := filepath.Join(w.dir, "borrowed")
	if err := makeRepository(gitDir, "sha1"); err != nil {
		return localFault(w.shown, "temporary folder", err)
	}
	entries, err := w.listed(ctx, gitDir, folder)
	if err != nil {
		return err
	}
	if len(entries) > maxNewFiles {
		return w.tooLarge()
	}
	c := w.checkout
	c.Local, c.Root, c.loose = folder, folder, true
	c.tree = readTree(entries)
	return nil
}

// makeRepository does what "git init --bare" does, without starting git.
func makeRepository(dir, format string) error {
	for _, sub := range []string{"objects/info", "objects/pack", "refs/heads"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(sub)), 0o700); err != nil {
			return err
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	if format != "sha1" {
		config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = " + format + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/main\n"), 0o600)
}

// checkedOut is headBranch, read from the copied file where that tells.
func (w *work) checkedOut(ctx context.Context, gitDir string) string {
	head, err := os.ReadFile(filepath.Join(gitDir, "HEAD"))
	if name, ok := strings.CutPrefix(strings.TrimSpace(string(head)), "ref: refs/heads/"); err == nil && ok {
		return name
	}
	return w.headBranch(ctx, gitDir)
}

// listed are the files of a work tree that are tracked, or new and not ignored,
// and that are there, as git ls-tree prints them. The user's own list of
// ignored files counts.
func (w *work) listed(ctx context.Context, gitDir, tree string) ([]string, error) {
	out, _, err := w.git.run(ctx, call{gitDir: gitDir, workTree: tree, dir: tree, own: true,
		args: []string{"ls-files", "-z", "-t", "--stage", "--others", "--exclude-standard"}})
	if err != nil {
		return nil, w.gitFault(ctx, Damaged, "git cannot list its files", "Run git status in it", err)
	}
	root, err := os.OpenRoot(tree)
	if err != nil {
		return nil, localFault(w.shown, "its folder", err)
	}
	defer root.Close() // opened for reading
	var entries []string
	for _, e := range fields(out) {
		// "? name" is new; "H 100644 object 0<tab>name" is tracked.
		tag, rest, _ := strings.Cut(e, " ")
		if tag == "?" {
			if info, err := root.Lstat(rest); err == nil && !info.IsDir() {
				entries = append(entries, modeOf(info)+" \t"+rest)
			}
			continue
		}
		info, name, _ := strings.Cut(rest, "\t")
		mode, _, _ := strings.Cut(info, " ")
		if _, err := root.Lstat(name); err == nil || mode == modeSubmodule {
			entries = append(entries, mode+" \t"+name)
		}
	}
	return entries, nil
}

func modeOf(info fs.FileInfo) string {
	if info.Mode()&fs.ModeSymlink != 0 {
		return modeLink
	}
	return "100644"
}
