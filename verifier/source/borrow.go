package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// How a repository of this computer is read without trusting it:
//   - an empty repository of ours lists the foreign object store as an
//     alternate, so that git reads objects there and writes none;
//   - HEAD, refs and index are copied as plain files through os.Root;
//   - of the foreign configuration, read as data from a copy, only the keys in
//     harmless are taken over;
//   - ownership does not matter then (safe.directory), nor does what hooks,
//     monitors, filters and includes the configuration names.

const (
	maxRefs  = 200_000
	maxPlain = 1 << 30 // of one copied file; an index of a few million entries
)

// harmless are the keys that say how files lie on this disk.
var harmless = []string{"core.filemode", "core.symlinks", "core.ignorecase", "core.precomposeunicode", "core.autocrlf", "core.eol"}

// place is where a local repository lies.
type place struct {
	tree   string // top of the work tree; empty: bare
	gitDir string // HEAD and index
	common string // refs, objects, config; the same unless a linked work tree
}

// borrow makes the repository w.dir/borrowed from p and returns its path.
func (w *work) borrow(ctx context.Context, p place) (string, error) {
	dir := filepath.Join(w.dir, "borrowed")
	config, err := w.copyConfig(p)
	if err != nil {
		return "", err
	}
	format := w.setting(ctx, config, "extensions.objectformat")
	switch {
	case format != "" && format != "sha1" && format != "sha256":
		return "", w.fault(NotSupported, fmt.Sprintf("object format %q is not known", clean(format)), "Clone it with a newer git and give that folder", nil)
	case format == "":
		format = "sha1"
	}
	if storage := w.setting(ctx, config, "extensions.refstorage"); storage != "" && storage != "files" {
		return "", w.fault(NotSupported, fmt.Sprintf("its branches are stored as %q, which is not read", clean(storage)),
			"Convert it (git refs migrate --ref-format=files), or give the URL that it came from", nil)
	}
	if w.look {
		err = makeRepository(dir, format)
	} else {
		_, _, err = w.git.run(ctx, call{args: []string{"init", "--quiet", "--bare", "--template=", "--object-format=" + format, "--", dir}})
	}
	if err != nil {
		return "", w.gitFault(ctx, Local, "a temporary repository cannot be made", "Look at free space and permissions of the folder for temporary files", err)
	}
	if err := w.configure(ctx, config, dir); err != nil {
		return "", w.fault(Local, "a temporary repository cannot be configured", "", err)
	}
	if err := copyState(p, dir); err != nil {
		return "", w.fault(Damaged, "the repository cannot be read: "+err.Error(), "Look at its permissions, and run git fsck in it", err)
	}
	return dir, nil
}

// configure takes the harmless settings over. They are words, so that a line of
// the file holds each.
func (w *work) configure(ctx context.Context, config, dir string) error {
	var lines strings.Builder
	lines.WriteString("[core]\n")
	for _, key := range harmless {
		if value := w.setting(ctx, config, key); value != "" && !strings.ContainsFunc(value, func(r rune) bool { return r < 'a' || r > 'z' }) {
			fmt.Fprintf(&lines, "\t%s = %s\n", strings.TrimPrefix(key, "core."), value)
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(lines.String())
	return errors.Join(err, f.Close())
}

// copyConfig copies the foreign configuration, so that it is read as data.
func (w *work) copyConfig(p place) (string, error) {
	config := filepath.Join(w.dir, "foreign-config")
	root, err := os.OpenRoot(p.common)
	if err != nil {
		return "", w.fault(Damaged, "the repository cannot be read: "+err.Error(), "Look at its permissions", err)
	}
	defer root.Close() // opened for reading
	if err := copyFile(root, "config", config); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", w.fault(Damaged, "its configuration cannot be read: "+err.Error(), "Look at its permissions", err)
	}
	return config, nil
}

// setting reads one key from a configuration file, includes not followed. The
// file is read once: a process for each key would cost more than all the rest.
func (w *work) setting(ctx context.Context, file, key string) string {
	if w.settings == nil || w.settings[""] != file {
		w.settings, w.fetched = map[string]string{"": file}, nil
		out, _, err := w.git.run(ctx, call{args: []string{"config", "--file", file, "--no-includes", "--list", "-z"}})
		if err == nil { // else absent, or a file that git would refuse too
			for _, entry := range fields(out) {
				name, value, _ := strings.Cut(entry, "\n")
				name = strings.ToLower(name)
				if name == "remote.origin.fetch" {
					w.fetched = append(w.fetched, value) // the one that may stand there often
				}
				if !strings.ContainsAny(value, "\n\x00") {
					w.settings[name] = value
				}
			}
		}
	}
	return w.settings[strings.ToLower(key)]
}

func copyState(p place, dir string) error {
	common, err := os.OpenRoot(p.common)
	if err != nil {
		return err
	}
	defer common.Close() // opened for reading
	own, err := os.OpenRoot(p.gitDir)
	if err != nil {
		return err
	}
	defer own.Close() // opened for reading
	info, err := common.Lstat("objects")
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New("its object store is a link to another place")
	}
	objects := filepath.Join(p.common, "objects")
	if strings.ContainsAny(objects, "\n\"") {
		return errors.New("its path holds characters that git cannot list")
	}
	if err := os.MkdirAll(filepath.Join(dir, "info"), 0o700); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "objects", "info"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "objects", "info", "alternates"), []byte(objects+"\n"), 0o600); err != nil {
		return err
	}
	if err := copyFile(own, "HEAD", filepath.Join(dir, "HEAD")); err != nil {
		return err
	}
	for _, f := range []struct {
		root *os.Root
		name string
	}{{own, "index"}, {common, "packed-refs"}, {common, "shallow"}, {common, "info/exclude"}} {
		if err := copyFile(f.root, f.name, filepath.Join(dir, filepath.FromSlash(f.name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := copyShared(own, dir); err != nil {
		return err
	}
	return copyRefs(common, dir)
}

// copyShared copies the parts of a split index.
func copyShared(own *os.Root, dir string) error {
	names, err := fs.Glob(own.FS(), "sharedindex.*")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := copyFile(own, name, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// copyRefs copies branches, tags and remote branches; links are left out.
func copyRefs(common *os.Root, dir string) error {
	count := 0
	return fs.WalkDir(common.FS(), "refs", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if count++; count > maxRefs {
			return errors.New("too many branches and tags")
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case d.Type().IsRegular():
			return copyFile(common, name, target)
		}
		return nil
	})
}

// copyFile copies a regular file with its time of change, by which git tells
// whether an index can be trusted.
func copyFile(root *os.Root, name, target string) (err error) {
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", name)
	}
	if info.Size() > maxPlain {
		return fmt.Errorf("%s is too large", name)
	}
	in, err := root.Open(name)
	if err != nil {
		return err
	}
	defer in.Close() // opened for reading
	out, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, io.LimitReader(in, maxPlain)); err != nil {
		return errors.Join(err, out.Close())
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Chtimes(target, info.ModTime(), info.ModTime())
}
