package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// unpack clones the bundle and makes the clone safe to read by plain means.
func (w *work) unpack(ctx context.Context) error {
	c := w.checkout
	args := []string{"clone", "--quiet", "--template=", "--branch", c.Branch, "--", c.Bundle, c.Root}
	if _, _, err := w.git.run(ctx, call{args: args}); err != nil {
		return w.gitFault(ctx, Damaged, "a clone of it cannot be checked out", "Try git clone by hand; the disk may be full, or a file name impossible here", err)
	}
	out, _, err := w.git.run(ctx, call{gitDir: filepath.Join(c.Root, ".git"), args: []string{"ls-tree", "-r", "-z", "--full-tree", "HEAD"}})
	if err != nil {
		return w.gitFault(ctx, Damaged, "its files cannot be listed", "Run git fsck in it, or clone it once more", err)
	}
	c.tree = readTree(fields(out))
	root, err := os.OpenRoot(c.Root)
	if err != nil {
		return localFault(w.shown, "temporary folder", err)
	}
	defer root.Close() // nothing is written through it but removals, which are checked
	var led []string
	for _, name := range c.tree.names {
		if c.tree.modes[name] != modeLink {
			continue
		}
		if _, err := root.Stat(name); err == nil || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return localFault(w.shown, "a link that leads out of the repository", err)
		}
		led = append(led, name)
	}
	if len(led) > 0 {
		w.note("links that lead out of the repository are not followed: " + some(led))
	}
	if n := len(c.tree.submodules); n > 0 {
		w.note(fmt.Sprintf("%d submodules are left empty, as a plain git clone leaves them", n))
	}
	return nil
}
