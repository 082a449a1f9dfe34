package source

import (
	"context"
	"path/filepath"
)

// openFolder brings a folder that no repository knows, as a repository with
// one commit. Its own .gitignore files count.
func (w *work) openFolder(ctx context.Context, folder string) error {
	if w.ref != "" {
		return w.fault(UnknownRef, "it is no git repository, so it has no "+clean(w.ref), "Leave out --ref, or give a repository", nil)
	}
	w.checkout.Repository.Name = folderName(filepath.ToSlash(folder))
	w.checkout.Repository.URL = folder
	if w.look {
		return w.lookInto(ctx, folder)
	}
	dir := filepath.Join(w.dir, "borrowed")
	if _, _, err := w.git.run(ctx, call{args: []string{"init", "--quiet", "--bare", "--template=", "--", dir}}); err != nil {
		return w.gitFault(ctx, Local, "a temporary repository cannot be made", "Look at free space and permissions of the folder for temporary files", err)
	}
	tree, err := w.changed(ctx, dir, folder)
	if err != nil {
		return err
	}
	w.checkout.Local, w.checkout.loose = folder, true
	w.note("the folder is no git repository; its files were verified as one commit")
	return w.finish(ctx, state{gitDir: dir, branch: "main", tree: tree})
}
