package container

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// startTime is the clock tick since boot at which a process began, or empty
// when it cannot be read.
func startTime(pid int) string {
	if fields := statOf(pid); len(fields) >= 20 {
		return fields[19]
	}
	return ""
}

// statOf is what the kernel tells of a process, from its state on (proc(5));
// empty when it cannot be read.
func statOf(pid int) []string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	// The command's name stands in parentheses and may hold blanks.
	text := string(raw)
	return strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
}

func bootID() string {
	raw, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}

// processExists reports whether a process runs. One that has ended and whose
// parent has not asked for its status is still listed: it owns nothing any more.
func processExists(pid int) bool {
	if fields := statOf(pid); len(fields) > 0 && (fields[0] == "Z" || fields[0] == "X") {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// freeBytes is what an unprivileged process may still write below a folder of
// this host; ok is false when the folder is not there.
func freeBytes(dir string) (free int64, ok bool) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, false
	}
	return int64(fs.Bavail) * int64(fs.Bsize), true
}

// ownFiles is how many files this process could open if it raised its limit.
func ownFiles() int64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil || l.Max > 1<<30 {
		return 1 << 30
	}
	return int64(l.Max)
}
