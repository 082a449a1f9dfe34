package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// goTool runs the go command.
type goTool struct {
	dir      string        // in the module
	scratch  string        // folder for overlays and profiles
	patience time.Duration // of one test binary
}

// pkg is a package as "go list" tells of it.
type pkg struct {
	ImportPath, Dir string
	GoFiles         []string
	Module          struct{ Path, Dir string }
}

// bounded runs a test binary with 8 GB of address space: a loop that a mutant
// never leaves may fill memory faster than the clock runs. Where the system
// knows no such limit there is none.
const bounded = `sh -c 'ulimit -v 8000000 2>/dev/null; exec "$@"' sh`

// command is bounded in time beyond what go test promises by itself, since a
// grandchild may hold its pipes.
func (g goTool) command(ctx context.Context, args ...string) (*exec.Cmd, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Minute)
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = g.dir
	c.WaitDelay = 10 * time.Second
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	return c, cancel
}

// baseline runs all short tests as they are, and tells what they reach.
func (g goTool) baseline(ctx context.Context, pattern string) (profile, error) {
	file := filepath.Join(g.scratch, "cover.out")
	c, cancel := g.command(ctx, "test", "-short", "-vet=off", "-coverpkg="+pattern, "-coverprofile="+file, "./...")
	defer cancel()
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the tests do not pass as they are: %w\n%s", err, failures(out))
	}
	raw, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	return readProfile(raw)
}

// failures leaves out what passed.
func failures(out []byte) string {
	var kept []string
	for text := range strings.Lines(string(out)) {
		if !strings.HasPrefix(text, "ok ") && !strings.Contains(text, "[no test files]") && !strings.Contains(text, "coverage: 0.0%") {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "")
}

func (g goTool) packages(ctx context.Context, pattern string) ([]pkg, error) {
	c, cancel := g.command(ctx, "list", "-json=ImportPath,Dir,GoFiles,Module", pattern)
	defer cancel()
	return output[pkg](c)
}

// dependents are the packages, other than itself, whose tests contain a package.
func (g goTool) dependents(ctx context.Context, name string) ([]string, error) {
	type binary struct {
		ImportPath string
		Deps       []string
	}
	c, cancel := g.command(ctx, "list", "-test", "-json=ImportPath,Deps", "./...")
	defer cancel()
	all, err := output[binary](c)
	var found []string
	for _, b := range all {
		tested, ok := strings.CutSuffix(b.ImportPath, ".test")
		if ok && tested != name && slices.ContainsFunc(b.Deps, func(d string) bool {
			plain, _, _ := strings.Cut(d, " ") // "package [package.test]" was compiled anew for these tests
			return plain == name
		}) {
			found = append(found, tested)
		}
	}
	return found, err
}

// output decodes the values that a command prints.
func output[T any](c *exec.Cmd) ([]T, error) {
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(c.Args, " "), err, stderr.String())
	}
	var all []T
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var one T
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
}
