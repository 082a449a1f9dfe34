package source

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// lookAt reads the user's own tree as it lies there: what is tracked and what is
// new and not ignored, as [work.changed] has it, but nothing is packed, cloned
// or written. It is for whoever only wants to read documents.
func (w *work) lookAt(ctx context.Context, p place, gitDir string) error {
	c := w.checkout
	c.Local, c.Root = p.tree, p.tree
	w.addresses(ctx, p)
	in := call{gitDir: gitDir, workTree: p.tree, dir: p.tree}
	entries, err := w.listed(ctx, in, false, "--stage")
	if err != nil {
		return err
	}
	others, err := w.listed(ctx, in, true, "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for i, e := range entries {
		// "100644 object 0<tab>name" becomes what git ls-tree prints.
		info, name, _ := strings.Cut(e, "\t")
		mode, _, _ := strings.Cut(info, " ")
		entries[i] = mode + " \t" + name
	}
	root, err := os.OpenRoot(p.tree)
	if err != nil {
		return localFault(w.shown, "its folder", err)
	}
	defer root.Close() // opened for reading
	for _, name := range others {
		if info, err := root.Lstat(name); err == nil {
			entries = append(entries, modeOf(info)+" \t"+name)
		}
	}
	c.tree = readTree(entries)
	c.tree.names = slices.Compact(c.tree.names) // unmerged files stand there thrice
	gone := func(name string) bool {
		_, err := root.Lstat(name)
		return err != nil
	}
	for _, name := range c.tree.names {
		if gone(name) {
			delete(c.tree.modes, name)
		}
	}
	c.tree.names = slices.DeleteFunc(c.tree.names, func(name string) bool { _, there := c.tree.modes[name]; return !there })
	heads, err := w.originHeads(ctx, gitDir)
	if err != nil {
		return err
	}
	_, shallow := os.Lstat(gitDir + "/shallow")
	c.branches = w.branches(ctx, state{base: "known", branch: w.headBranch(ctx, gitDir), heads: heads, shallow: shallow == nil})
	return nil
}

// listed is git ls-files; own: the user's own list of ignored files counts.
func (w *work) listed(ctx context.Context, in call, own bool, args ...string) ([]string, error) {
	in.own, in.args = own, append([]string{"ls-files", "-z"}, args...)
	out, _, err := w.git.run(ctx, in)
	if err != nil {
		return nil, w.gitFault(ctx, Damaged, "git cannot list its files", "Run git status in it", err)
	}
	return fields(out), nil
}

func modeOf(info fs.FileInfo) string {
	if info.Mode()&fs.ModeSymlink != 0 {
		return modeLink
	}
	return "100644"
}
