package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// What export writes goes into a folder of the user's, often a checkout, whose
// links are foreign: nothing is written through one that leads out of it, and
// no file is replaced that somebody else has written.

// file is something to be written.
type file struct {
	name string // slash-separated, in the folder
	text []byte
	mode os.FileMode
}

// drawer is the folder that exported files go into.
type drawer struct {
	folder string
	root   *os.Root
}

// byUs stands at the top of each file that this command writes.
const byUs = "ritten by freshinstall"

// openDrawer opens the folder, makes it if need be, and looks before anything
// long is done whether all can be written.
func openDrawer(folder string, formats []string) (*drawer, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, misuse("name another folder: -o FOLDER", "cannot write there: %s", err).at(folder)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, misuse("name another folder: -o FOLDER", "cannot write there: %s", err).at(folder)
	}
	d := &drawer{folder, root}
	for _, format := range formats {
		name := map[string]string{formatInstall: "install.sh", formatDockerfile: "Dockerfile",
			formatDevcontainer: ".devcontainer/devcontainer.json", formatPrerequisites: "PREREQUISITES.md"}[format]
		if err := d.free(name); err != nil {
			return nil, errors.Join(err, root.Close())
		}
	}
	return d, nil
}

// free says why a file cannot be written; nil: it can.
func (d *drawer) free(name string) error {
	f, err := d.root.Open(filepath.FromSlash(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	taken := misuse("name another folder: -o FOLDER; or take the file away", "there is a file that freshinstall has not written").at(filepath.Join(d.folder, name))
	if err != nil {
		taken.cause = err
		return taken
	}
	top, err := io.ReadAll(io.LimitReader(f, 1<<10))
	if err = errors.Join(err, f.Close()); err != nil {
		taken.cause = err
		return taken
	}
	if !bytes.Contains(top, []byte(byUs)) {
		return taken
	}
	return nil
}

// write puts a file into the folder, whole or not at all.
func (d *drawer) write(f file) (err error) {
	defer func() {
		if err != nil {
			err = &problem{code: exitUse, what: "cannot write the file", where: d.name(f), cause: err, todo: "name another folder: -o FOLDER"}
		}
	}()
	if err := d.free(f.name); err != nil {
		return err
	}
	if dir := path.Dir(f.name); dir != "." {
		if err := d.root.MkdirAll(filepath.FromSlash(dir), 0o755); err != nil {
			return err
		}
	}
	part := filepath.FromSlash(f.name + ".part")
	out, err := d.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.mode)
	if err != nil {
		return err
	}
	_, err = out.Write(f.text)
	if err = errors.Join(err, out.Chmod(f.mode), out.Close()); err == nil {
		err = d.root.Rename(part, filepath.FromSlash(f.name))
	}
	if err != nil {
		// The error that is reported is the one that made it useless.
		_ = d.root.Remove(part)
	}
	return err
}

func (d *drawer) name(f file) string { return filepath.Join(d.folder, filepath.FromSlash(f.name)) }

func (d *drawer) close() error { return d.root.Close() }
