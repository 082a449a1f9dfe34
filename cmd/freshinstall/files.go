package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writeWhole writes a file so that it is there whole or not at all, also after
// a kill or a power cut: into a new file beside it, which takes its place once
// its content is on the disk. What a kill leaves is the old file, and at worst
// a hidden one beside it.
func writeWhole(path string, content []byte) (err error) {
	return writeWholeBy(path, func(f *os.File) error {
		_, err := f.Write(content)
		return err
	})
}

// writeWholeBy is writeWhole for content that is written piece by piece.
func writeWholeBy(path string, fill func(*os.File) error) (err error) {
	// A pipe or a device is written to as it is: a new file would replace it.
	if info, serr := os.Stat(path); serr == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return fmt.Errorf("%s is a folder", path)
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(fill(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// The error that is reported is the one that made it useless.
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := fill(f); err != nil {
		return err
	}
	// CreateTemp makes files for the owner alone; a report is to be read.
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	// Without this a power cut after the rename can leave an empty file.
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
