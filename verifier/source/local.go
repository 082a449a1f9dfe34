package source

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// openPath brings a repository of this computer, or a folder that is none.
func (w *work) openPath(ctx context.Context, path string) error {
	folder, err := filepath.Abs(path)
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder)
	}
	if err != nil {
		return w.noPath(path, err)
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return w.fault(NotFound, "not a folder", "Give the folder of the repository", err)
	}
	// The .git folder of a work tree stands for its tree.
	if filepath.Base(folder) == ".git" && isGitDir(folder) {
		folder = filepath.Dir(folder)
	}
	p, ok, err := w.find(ctx, folder)
	if err != nil {
		return err
	}
	if !ok {
		return w.openFolder(ctx, folder)
	}
	w.settings = nil
	borrowed, err := w.borrow(ctx, p)
	if err != nil {
		return err
	}
	if p.tree != "" && p.tree != folder {
		sub, err := filepath.Rel(p.tree, folder)
		if err != nil {
			return w.noPath(path, err)
		}
		w.checkout.Sub = filepath.ToSlash(sub)
		out, _, err := w.git.run(ctx, call{gitDir: borrowed, workTree: p.tree, dir: p.tree, args: []string{"ls-files", "-z", "--", w.checkout.Sub}})
		if err != nil {
			return w.gitFault(ctx, Damaged, "git cannot read its index", "Run git status in it", err)
		}
		if len(out) == 0 {
			// Nothing in it is tracked: it only happens to lie inside.
			w.checkout.Sub = ""
			w.clean("borrowed")
			return w.openFolder(ctx, folder)
		}
	}
	if w.look && p.tree != "" && w.ref == "" {
		return w.lookAt(ctx, p, borrowed)
	}
	return w.openRepository(ctx, p, borrowed)
}

func (w *work) openRepository(ctx context.Context, p place, borrowed string) error {
	w.checkout.Local = p.tree
	w.addresses(ctx, p)
	base, branch, err := w.choose(ctx, borrowed)
	if err != nil {
		return err
	}
	s := state{gitDir: borrowed, base: base, branch: branch}
	if p.tree != "" && w.ref == "" {
		if s.tree, err = w.changed(ctx, borrowed, p.tree); err != nil {
			return err
		}
	}
	if s.heads, err = w.originHeads(ctx, borrowed); err != nil {
		return err
	}
	_, err = os.Lstat(filepath.Join(borrowed, "shallow"))
	s.shallow = err == nil
	return w.finish(ctx, s)
}

// sober reports whether a foreign address can stand in reports and
// configurations.
func sober(address string) bool {
	return !strings.HasPrefix(address, "-") && !strings.ContainsFunc(address, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r >= 0x80 && r < 0xa0
	})
}

// addresses reads where the repository came from, as data.
func (w *work) addresses(ctx context.Context, p place) {
	shown, named := p.tree, p.tree
	if p.tree == "" {
		shown, named = p.gitDir, p.gitDir
	}
	config := filepath.Join(w.dir, "foreign-config")
	for _, remote := range []string{"upstream", "origin"} {
		raw := w.setting(ctx, config, "remote."+remote+".url")
		if a, ok := parseAddress(raw); ok && a.host != "" && a.path != "" && sober(raw) {
			w.checkout.urls = append(w.checkout.urls, a.spellings()...)
			shown, named = a.String(), a.path
		}
	}
	slices.Sort(w.checkout.urls)
	w.checkout.urls = slices.Compact(w.checkout.urls)
	w.checkout.Repository.URL = shown
	w.checkout.Repository.Name = folderName(filepath.ToSlash(named))
}
