//go:build unix

package container

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// exclusive keeps other processes of this user from making the same image at
// the same time. The lock goes with the process, however that ends. Where no
// lock can be had the work is merely done twice.
func exclusive(ctx context.Context, name string) (release func()) {
	none := func() {}
	dir, err := os.UserCacheDir()
	if err != nil {
		return none
	}
	dir = filepath.Join(dir, "freshinstall")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return none
	}
	f, err := os.OpenFile(filepath.Join(dir, name+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return none
	}
	release = func() { _ = f.Close() } // nothing was written to it
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return release
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return release
		}
		select {
		case <-ctx.Done():
			return release
		case <-time.After(100 * time.Millisecond):
		}
	}
}
