package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// The folder of a run goes once its process has ended, also while its parent
// has not asked for it, and stays while it lives.
func TestFoldersOfDeadRunsAreFound(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	child := exec.CommandContext(t.Context(), "cat") // until its input ends
	input, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Skip(err)
	}
	folder := filepath.Join(os.TempDir(), scratchPrefix+strconv.Itoa(child.Process.Pid)+"-x")
	own, remove, err := makeScratch()
	if err == nil {
		err = os.Mkdir(folder, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	found := func() []string {
		left, err := leftScratch()
		if err != nil || slices.Contains(left, own) {
			t.Fatalf("left %v, %v", left, err)
		}
		return left
	}
	if left := found(); len(left) > 0 {
		t.Errorf("folders of living runs: %v", left)
	}
	if err := input.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		if err := child.Wait(); err != nil { // only there can one that nobody waited for be told apart
			t.Fatal(err)
		}
	} else {
		defer func() { _ = child.Wait() }() // it copied nothing
	}
	soon := time.Now().Add(time.Minute)
	for !slices.Contains(found(), folder) {
		if time.Now().After(soon) {
			t.Fatal("the folder of a dead run is not found")
		}
		time.Sleep(10 * time.Millisecond) // nothing tells of the end before it is waited for
	}
	if n, err := sweepScratch(); n != 1 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
}
