//go:build unix

package source

import (
	"os"
	"os/exec"
	"syscall"
)

// sameOwner reports whether two files belong to one user, or the first one to
// whoever runs the tool.
func sameOwner(a, b string) bool {
	x, okX := owner(a)
	y, okY := owner(b)
	return okX && okY && (x == y || x == os.Geteuid())
}

func owner(path string) (int, bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// stoppable makes a command end with its helpers: git leaves the one that
// talks to the remote behind, which waits for minutes.
func stoppable(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// git removes a half-made clone when it is asked politely.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}
