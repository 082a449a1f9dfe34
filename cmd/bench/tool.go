package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	toolPackage = "github.com/freshinstall/freshinstall/cmd/freshinstall"
	grace       = 45 * time.Second // after the interrupt: removing machines, writing what was found
)

// tool is the program under measurement.
type tool struct{ path string }

// findTool takes the given program, or builds it into dir from the module in
// which bench is run.
func findTool(ctx context.Context, given, dir string, talk io.Writer) (tool, error) {
	if given != "" {
		path, err := exec.LookPath(given)
		if err != nil {
			return tool{}, fmt.Errorf("%w: --freshinstall %s: %w", errUsage, given, err)
		}
		path, err = filepath.Abs(path)
		return tool{path}, err
	}
	path := filepath.Join(dir, "freshinstall")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, toolPackage)
	cmd.Stdout, cmd.Stderr = talk, talk
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	if err := cmd.Run(); err != nil {
		return tool{}, fmt.Errorf("build %s: %w; run bench inside of the module, or name a built program with --freshinstall", toolPackage, err)
	}
	return tool{path}, nil
}

// call is one run of a program, from its start to its end.
type call struct {
	exit    int
	seconds float64
	late    bool // ended by our limit
}

// run calls the tool in dir and waits for it. Its streams go to the writers.
// The limit, where not 0, interrupts it first, so that it can clean up; only
// then is it killed. An exit code is no error; not having been able to start
// it is.
func (t tool) run(ctx context.Context, dir string, limit time.Duration, stdout, stderr io.Writer, args ...string) (call, error) {
	return execute(ctx, dir, limit, stdout, stderr, t.path, args...)
}

// execute is run for any program.
func execute(ctx context.Context, dir string, limit time.Duration, stdout, stderr io.Writer, name string, args ...string) (call, error) {
	return watched(ctx, dir, limit, stdout, stderr, nil, name, args...)
}

// watched is execute with somebody who looks at the process while it runs; nil:
// nobody does.
func watched(ctx context.Context, dir string, limit time.Duration, stdout, stderr io.Writer, look *peak, name string, args ...string) (call, error) {
	inner, cancel := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		inner, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	cmd := exec.CommandContext(inner, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = dir, stdout, stderr, plainEnvironment()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace

	begin := time.Now()
	err := cmd.Start()
	if err == nil {
		end := look.follow(cmd.Process.Pid)
		err = cmd.Wait()
		end()
	}
	c := call{seconds: time.Since(begin).Seconds(), late: inner.Err() != nil && ctx.Err() == nil}
	if cmd.ProcessState == nil {
		return c, fmt.Errorf("start %s: %w", filepath.Base(name), err)
	}
	c.exit = cmd.ProcessState.ExitCode()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && inner.Err() == nil {
		return c, fmt.Errorf("run %s: %w", filepath.Base(name), err)
	}
	return c, nil
}

// plainEnvironment is ours without the variables that are settings of the
// tool: a setting of the person who measures must not be in the figures.
func plainEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "FRESHINSTALL_") })
}

// tail keeps the last bytes that were written, for a reason of one line.
type tail struct{ text bytes.Buffer }

const tailBytes = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.text.Write(p)
	if over := t.text.Len() - tailBytes; over > 0 {
		t.text.Next(over)
	}
	return len(p), nil
}

// telling is the line that says most about a run without a result: a panic's
// first, else the last one.
func (t *tail) telling() string {
	last := ""
	for line := range strings.Lines(t.text.String()) {
		line = oneLine(line)
		if strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") {
			return clip(line, 160)
		}
		if line != "" {
			last = line
		}
	}
	return clip(orElse(last, "it printed nothing"), 160)
}
