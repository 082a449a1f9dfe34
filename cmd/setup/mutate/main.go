// Command mutate breaks the code on purpose, one condition at a time, and sees
// whether the tests notice. It draws single-line negations from code that the
// short tests run, tries each, and ends with the share that was noticed.
//
// It changes no file: the compiler is handed the changed text in place of the
// file (go test -overlay). The one design decision: a mutant counts as killed
// only by a test that passed just before without it. So the tests run once as
// they are first, which also tells what code they reach.
//
// What is drawn depends on the seed and the code; what no test reaches is then
// left out, so that a new test does not change what else is drawn.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// Exit codes beside 0, enough were killed.
const (
	exitSurvived = 1   // too few were killed
	exitUsage    = 2   // wrong use
	exitUntested = 3   // could not measure
	exitStopped  = 130 // interrupted
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	seed := flags.Uint64("seed", 1, "what is drawn; the same seed draws the same")
	wanted := flags.Int("mutants", 40, "how many are tried")
	least := flags.Float64("least", 80, "percent that must be killed")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if *wanted < 1 || flags.NArg() > 1 {
		fmt.Fprintln(stderr, "usage: mutate [-seed N] [-mutants N] [-least PERCENT] [PACKAGES, ./verifier/... unless said]")
		return exitUsage
	}
	pattern := "./verifier/..."
	if flags.NArg() == 1 {
		pattern = flags.Arg(0)
	}
	score, err := measure(ctx, ".", pattern, *seed, *wanted, stdout, stderr)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "mutate: interrupted")
		return exitStopped
	case err != nil:
		fmt.Fprintln(stderr, "mutate:", err)
		return exitUntested
	}
	fmt.Fprintf(stdout, "%d of %d mutants killed: %.1f %%, at least %.0f %% wanted; seed %d\n", score.killed, score.tried, score.percent(), *least, *seed)
	if score.percent() < *least {
		return exitSurvived
	}
	return 0
}

// score counts mutants that compiled.
type score struct{ killed, tried int }

func (s score) percent() float64 { return 100 * float64(s.killed) / float64(s.tried) }

// measure draws mutants of the module in a folder until so many were tried,
// one on a line at most.
func measure(ctx context.Context, dir, pattern string, seed uint64, wanted int, stdout, stderr io.Writer) (s score, err error) {
	scratch, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	g := goTool{dir: dir, scratch: scratch}
	fmt.Fprintln(stderr, "mutate: running the tests as they are")
	began := time.Now()
	profile, err := g.baseline(ctx, pattern)
	if err != nil {
		return s, err
	}
	g.patience = patience(time.Since(began))
	found, err := g.candidates(ctx, pattern)
	if err != nil {
		return s, err
	}
	taken := map[string]bool{}
	for _, m := range drawn(found, seed) {
		if s.tried == wanted {
			return s, nil
		}
		if taken[m.where()] || !profile.has(m) {
			continue
		}
		taken[m.where()] = true
		v, err := g.try(ctx, m)
		if err != nil {
			return s, err
		}
		if v.kind == stillborn {
			fmt.Fprintf(stderr, "mutate: %s does not compile, another is drawn\n", m)
			continue
		}
		s.tried++
		if v.kind == killed {
			s.killed++
		}
		fmt.Fprintf(stdout, "%3d  %s\n", s.tried, v.tell(m))
	}
	if s.tried == 0 {
		return s, fmt.Errorf("nothing in %s can be negated that the tests reach", pattern)
	}
	return s, nil
}

// candidates are all negations.
func (g goTool) candidates(ctx context.Context, pattern string) ([]mutant, error) {
	all, err := g.packages(ctx, pattern)
	if err != nil {
		return nil, err
	}
	var found []mutant
	for _, p := range all {
		for _, name := range p.GoFiles {
			file := filepath.Join(p.Dir, name)
			source, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			inFile, err := mutants(file, source)
			if err != nil {
				return nil, err
			}
			for _, m := range inFile {
				m.pkg = p
				found = append(found, m)
			}
		}
	}
	return found, nil
}

// patience is how long one test binary may take with a mutant: much longer
// than all of them took together without, so that a busy machine kills none.
func patience(whole time.Duration) time.Duration {
	return max(2*time.Minute, min(2*whole, 10*time.Minute))
}
