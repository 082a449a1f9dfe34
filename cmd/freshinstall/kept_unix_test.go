//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// aloneWithKept keeps the tests of envs/container, which may run at the same
// time on the same engine, from missing what "prune" removes: they hold the
// same lock while they count on what is kept.
func aloneWithKept(t *testing.T) {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "freshinstall")
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "kept-in-tests.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // nothing was written to it
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
}
