package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// A run's temporary folder bears the process's number in its name, so that
// what a killed run left can be told from what a living one needs.
const scratchPrefix = "freshinstall-run-"

// makeScratch gives a folder of this process; remove ends it.
func makeScratch() (folder string, remove func() error, err error) {
	folder, err = os.MkdirTemp("", scratchPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", nil, &problem{code: exitUntested, what: "cannot make a temporary folder", where: os.TempDir(), cause: err,
			todo: "make room there, or set TMPDIR to a folder that can be written"}
	}
	return folder, func() error {
		if err := os.RemoveAll(folder); err != nil {
			return fmt.Errorf("remove the temporary folder: %w", err)
		}
		return nil
	}, nil
}

// leftScratch lists temporary folders of processes that run no more.
func leftScratch() ([]string, error) {
	folders, err := filepath.Glob(filepath.Join(os.TempDir(), scratchPrefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("look for temporary folders: %w", err)
	}
	var left []string
	for _, folder := range folders {
		number, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), scratchPrefix), "-")
		pid, err := strconv.Atoi(number)
		if err != nil || pid <= 0 || processLives(pid) {
			continue
		}
		left = append(left, folder)
	}
	return left, nil
}

// sweepScratch removes what killed runs left and says how many folders that
// were. Folders of other users stay: they are theirs to sweep.
func sweepScratch() (int, error) {
	left, err := leftScratch()
	if err != nil {
		return 0, err
	}
	removed := 0
	for _, folder := range left {
		switch err := os.RemoveAll(folder); {
		case err == nil:
			removed++
		case !errors.Is(err, os.ErrPermission):
			return removed, fmt.Errorf("remove the temporary folder of a dead run: %w", err)
		}
	}
	return removed, nil
}

// processLives reports whether a process of that number exists. A number that
// was given out again counts as living: the folder then stays for a while. One
// that has ended and that its parent has not asked for (state Z of proc(5),
// where there is such a file) needs its folder no more.
func processLives(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if at := bytes.LastIndex(stat, []byte(") ")); err == nil && at >= 0 && bytes.HasPrefix(stat[at+2:], []byte("Z")) {
		return false
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
