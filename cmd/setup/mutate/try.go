package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// verdict is what became of a mutant.
type verdict struct {
	kind kind
	by   string // the test that noticed it
}

type kind int

const (
	survived kind = iota
	killed
	stillborn // it does not compile, so it says nothing about tests
)

// try runs the tests with a mutant: first those of its own package, which are
// the ones that should notice; then, where they did not, those of the packages
// that are built on it, since many a rule is tested where its effect shows.
func (g goTool) try(ctx context.Context, m mutant) (verdict, error) {
	text, overlay := filepath.Join(g.scratch, "mutant.go"), filepath.Join(g.scratch, "overlay.json")
	replaced, err := json.Marshal(map[string]map[string]string{"Replace": {m.file: text}})
	if err != nil {
		return verdict{}, err
	}
	if err := errors.Join(os.WriteFile(text, m.text(), 0o600), os.WriteFile(overlay, replaced, 0o600)); err != nil {
		return verdict{}, err
	}
	v, err := g.test(ctx, overlay, m.pkg.ImportPath)
	if err != nil || v.kind != survived {
		return v, err
	}
	others, err := g.dependents(ctx, m.pkg.ImportPath)
	if err != nil || len(others) == 0 {
		return v, err
	}
	return g.test(ctx, overlay, others...)
}

// test runs the short tests of packages over an overlay. Vet is no test.
func (g goTool) test(ctx context.Context, overlay string, packages ...string) (verdict, error) {
	c, cancel := g.command(ctx, append([]string{"test", "-json", "-short", "-vet=off", "-failfast",
		"-overlay", overlay, "-exec", bounded, "-timeout", g.patience.String()}, packages...)...)
	defer cancel()
	out, err := c.StdoutPipe()
	if err != nil {
		return verdict{}, err
	}
	if err := c.Start(); err != nil {
		return verdict{}, err
	}
	v, readErr := judge(out)
	err = c.Wait()
	if ctx.Err() != nil {
		return verdict{}, ctx.Err()
	}
	var status *exec.ExitError
	switch {
	case readErr != nil:
		return verdict{}, readErr
	case err != nil && !errors.As(err, &status):
		return verdict{}, err
	case err != nil && v.kind == survived:
		return verdict{}, fmt.Errorf("go test %s: %w, and no test failed", strings.Join(packages, " "), err)
	}
	return v, nil
}

// event is one line of "go test -json".
type event struct{ Action, Package, Test, Output, FailedBuild string }

// judge reads a stream of "go test -json" to its end. The first test that
// failed is named, and of nested ones the innermost, which ends first. What
// ended in the middle of a test, by the clock or a crash, is named after that
// test.
func judge(stream io.Reader) (verdict, error) {
	var v verdict
	timedOut := map[string]bool{} // by package
	at := map[string]string{}     // the test that was last begun, by package
	for decoder := json.NewDecoder(stream); ; {
		var e event
		err := decoder.Decode(&e)
		if errors.Is(err, io.EOF) {
			return v, nil
		}
		if err != nil {
			return v, fmt.Errorf("read the stream of go test: %w", err)
		}
		switch {
		case e.Action == "run":
			at[e.Package] = e.Test
		case e.Action == "output" && strings.HasPrefix(e.Output, "panic: test timed out"):
			timedOut[e.Package] = true
		case e.Action != "fail" || v.kind != survived:
		case e.FailedBuild != "":
			v.kind = stillborn
		default:
			test := e.Test
			if test == "" {
				test = at[e.Package]
			}
			v = verdict{killed, strings.TrimSpace(e.Package + " " + test)}
			if timedOut[e.Package] {
				v.by += " (out of time)"
			}
		}
	}
}

// tell is a verdict in one line, without the module's name.
func (v verdict) tell(m mutant) string {
	if v.kind == killed {
		return fmt.Sprintf("killed    %s  by %s", m, strings.TrimPrefix(v.by, m.pkg.Module.Path+"/"))
	}
	return fmt.Sprintf("SURVIVED  %s", m)
}
