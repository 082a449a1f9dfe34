package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
)

// How many things of each kind are drawn, and what a draw may cost: the test
// shall end in minutes.
const (
	drawsPerKind  = 10        // in make conformance
	fewDraws      = 3         // in every make test, which ought to end in a quarter of an hour
	drawDownload  = 6_000_000 // bytes
	drawsAtOnce   = 3
	drawTriesEach = 100
)

// A step that needs one thing of a kind, as a reader would type it. It fails
// where the thing is missing and passes where it is there.
var drawSteps = map[diagnose.Kind]string{
	diagnose.Header:    `echo '#include <%s>' | gcc -E -x c - > /dev/null`,
	diagnose.PkgConfig: `pkg-config --print-errors --exists %s`,
	diagnose.Command:   `timeout 5 %s --version < /dev/null > /dev/null; test $? -ne 127`,
}

// Which lines of the index are drawn from: what a project asks for by name.
var drawLines = map[diagnose.Kind]*regexp.Regexp{
	diagnose.Header:    regexp.MustCompile(`^usr/include/((?:[a-z0-9]+/)?[a-z][a-z0-9_-]*\.h)\tlibdevel/([a-z0-9.+-]+-dev)$`),
	diagnose.PkgConfig: regexp.MustCompile(`^usr/(?:lib|share)/(?:x86_64-linux-gnu/)?pkgconfig/([A-Za-z0-9.+-]+)\.pc\tlibdevel/([a-z0-9.+-]+-dev)$`),
	diagnose.Command:   regexp.MustCompile(`^usr/bin/([a-z][a-z0-9-]{2,})\t(?:utils|devel|text|net|admin)/([a-z0-9.+-]+)$`),
}

// drawn is one thing of the index, and the package whose line it was.
type drawn struct {
	kind         diagnose.Kind
	name, holder string
}

func (d drawn) step() string { return fmt.Sprintf(drawSteps[d.kind], d.name) }

// With every bundled table of names emptied, things drawn from the
// distribution's own index are still resolved, and the resolution is proven:
// the step fails without the fix and passes, unchanged, with it.
func TestIntegrationIndexWithoutTables(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a container engine; not run with -short")
	}
	t.Parallel() // with the other long test, once those that count containers are through
	ctx := t.Context()
	engine, err := container.Connect(ctx, container.Options{})
	if err != nil {
		if os.Getenv("REQUIRE_CONTAINERS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	bench := newIndexBench(t, engine)
	seed := uint64(1)
	if text := os.Getenv("FRESHINSTALL_SEED"); text != "" {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	draws := fewDraws
	if os.Getenv("CONFORMANCE") == "all" {
		draws = drawsPerKind
	}
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	proven := 0
	for _, kind := range []diagnose.Kind{diagnose.Header, diagnose.PkgConfig, diagnose.Command} {
		pool := bench.pool(t, kind, random)
		for n := 0; n < draws; {
			batch := bench.small(t, &pool, draws-n)
			if len(batch) == 0 {
				t.Fatalf("%s: the index has no more small things after %d", kind, n)
			}
			for i, outcome := range bench.proveAll(t, batch) {
				switch {
				case outcome.proven:
					n++
					proven++
				case outcome.unusable:
					t.Logf("%s %s: drawn again, since the step fails even with %s", kind, batch[i].name, batch[i].holder)
				default:
					n++
					t.Errorf("%s %s: %s", kind, batch[i].name, outcome.why)
				}
			}
		}
	}
	t.Logf("%d of %d proven", proven, 3*draws)
}

// indexBench is a stage with a machine for look-ups, a frozen machine with a
// compiler for trials, and a catalogue without tables.
type indexBench struct {
	stage     *container.Stage
	lookups   *container.Machine
	index     diagnose.Index
	base      verifier.Snapshot
	earlier   []string
	catalogue *diagnose.Catalogue
}

func newIndexBench(t *testing.T, engine *container.Engine) *indexBench {
	t.Helper()
	env, err := envs.Lookup("debian-12")
	if err != nil {
		t.Fatal(err)
	}
	stage, err := engine.Prepare(t.Context(), env, func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := diagnose.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	b := &indexBench{stage: stage, catalogue: catalogue.WithoutTables(), earlier: []string{"sudo apt-get update", "sudo apt-get install -y gcc pkg-config"}}
	began := time.Now()
	key, script := diagnose.PrepareScript(verifier.FamilyDeb)
	b.lookups, err = stage.Throwaway(t.Context(), key, script)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeMachine(t, b.lookups) })
	t.Logf("the index stood after %.1f s", time.Since(began).Seconds())
	b.index = diagnose.NewIndex(b.lookups, stage.Record())

	m, err := stage.Fresh(t.Context(), container.Checkout{Start: verifier.StartHome})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeMachine(t, m) })
	for _, command := range b.earlier {
		if out, exit := b.typed(t.Context(), t, m, command); exit != 0 {
			t.Fatalf("%s: exit status %d\n%s", command, exit, out)
		}
	}
	if b.base, err = m.Snapshot(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

func closeMachine(t *testing.T, m *container.Machine) {
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

func (b *indexBench) typed(ctx context.Context, t *testing.T, m *container.Machine, text string) (output string, exit int) {
	t.Helper()
	var raw bytes.Buffer
	x, err := m.Type(ctx, verifier.Entry{Text: text, Timeout: 3 * time.Minute}, &raw, nil)
	if err != nil {
		t.Errorf("type %q: %v", text, err)
		return "", -1
	}
	return diagnose.Clean(raw.Bytes()), x.Exit
}

// pool gives one thing of a kind from each package that may be small, in
// random order: packages with a thousand headers must not crowd out the rest.
func (b *indexBench) pool(t *testing.T, kind diagnose.Kind, random *rand.Rand) []drawn {
	t.Helper()
	script := fmt.Sprintf(`cd %s
awk -F '\t' 'NR == FNR { if ($3 < 3000 && split($7, on, ",") <= 5) small[$1] = 1; next }
{ n = split($2, owner, "/"); if (owner[n] in small) print }' packages %s | LC_ALL=C sort`, diagnose.IndexDir, kind)
	text, exit, err := b.lookups.Exec(t.Context(), script)
	if err != nil || exit != 0 {
		t.Fatalf("read the index of %s: exit status %d, %v", kind, exit, err)
	}
	things := map[string][]string{}
	var holders []string
	for line := range strings.Lines(text) {
		if m := drawLines[kind].FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			if things[m[2]] == nil {
				holders = append(holders, m[2])
			}
			things[m[2]] = append(things[m[2]], m[1])
		}
	}
	slices.Sort(holders)
	random.Shuffle(len(holders), func(i, j int) { holders[i], holders[j] = holders[j], holders[i] })
	var pool []drawn
	for _, h := range holders {
		pool = append(pool, drawn{kind, things[h][random.IntN(len(things[h]))], h})
	}
	t.Logf("%s: %d packages to draw from", kind, len(pool))
	return pool
}

var needs = regexp.MustCompile(`Need to get ([0-9.,]+) (|k|M)B`)

// small takes draws off the pool whose installation is a small download.
func (b *indexBench) small(t *testing.T, pool *[]drawn, n int) []drawn {
	t.Helper()
	var batch []drawn
	for tries := 0; len(batch) < n && len(*pool) > 0 && tries < drawTriesEach; tries++ {
		d := (*pool)[0]
		*pool = (*pool)[1:]
		text, _, err := b.lookups.Exec(t.Context(), "LC_ALL=C apt-get install --assume-no '"+d.holder+"' 2> /dev/null; true")
		if err != nil {
			t.Fatal(err)
		}
		m := needs.FindStringSubmatch(text)
		if m == nil {
			continue // there already, or not to be installed
		}
		size, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
		if err != nil {
			t.Fatal(err)
		}
		if size*map[string]float64{"": 1, "k": 1e3, "M": 1e6}[m[2]] <= drawDownload {
			batch = append(batch, d)
		}
	}
	return batch
}

// judged is what came of a draw.
type judged struct {
	proven   bool
	unusable bool // the step fails even with the drawn package: nothing can be learnt
	why      string
}

// proveAll gives each of a few forks a share of the draws. In its fork, a draw
// has its control right before its fix, so that what an earlier one installed
// there cannot pass for the fix.
func (b *indexBench) proveAll(t *testing.T, batch []drawn) []judged {
	t.Helper()
	outcomes := make([]judged, len(batch))
	group, ctx := errgroup.WithContext(t.Context())
	for first := range min(drawsAtOnce, len(batch)) {
		group.Go(func() error {
			m, err := b.stage.Fork(ctx, b.base)
			if err != nil {
				return err
			}
			defer closeMachine(t, m)
			for i := first; i < len(batch); i += drawsAtOnce {
				if outcomes[i], err = b.prove(ctx, t, m, batch[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// prove looks one draw up and tries what it finds: the first candidate in the
// machine of the control, any other in a fork of its own.
func (b *indexBench) prove(ctx context.Context, t *testing.T, m *container.Machine, d drawn) (judged, error) {
	output, exit := b.typed(ctx, t, m, d.step())
	if exit == 0 {
		return judged{unusable: true}, nil // it is there already
	}
	o := diagnose.Observation{Typed: d.step(), Output: output, Execution: verifier.Execution{Exit: exit, Ended: verifier.Exited},
		Environment: b.stage.Record(), Earlier: b.earlier}
	e := b.catalogue.Explain(o)[0]
	began := time.Now()
	fixes, err := b.catalogue.Candidates(ctx, e, o, b.index)
	if err != nil {
		return judged{}, err
	}
	took := time.Since(began).Seconds()
	var tried []string
	for n, fix := range fixes {
		var exit int
		if n == 0 {
			exit = b.trial(ctx, t, m, fix.Commands, d.step())
		} else if exit, err = b.trialInFork(ctx, t, fix.Commands, d.step()); err != nil {
			return judged{}, err
		}
		tried = append(tried, strings.Join(fix.Commands, "; "))
		if exit == 0 {
			t.Logf("%-9s %-34s %s: %s (candidate %d, looked up in %.2f s)", d.kind, d.name, e.Finding.Rule, tried[len(tried)-1], len(tried), took)
			return judged{proven: true}, nil
		}
	}
	exit, err = b.trialInFork(ctx, t, []string{"sudo apt-get install -y " + d.holder}, d.step())
	if err != nil {
		return judged{}, err
	}
	if exit != 0 {
		return judged{unusable: true}, nil
	}
	return judged{why: fmt.Sprintf("rule %s (%q) led to %q, but %s makes the step pass", e.Finding.Rule, e.Finding.Evidence, tried, d.holder)}, nil
}

// trial types commands and then the step, and gives the exit status of the
// first that failed.
func (b *indexBench) trial(ctx context.Context, t *testing.T, m *container.Machine, commands []string, step string) int {
	for _, c := range commands {
		if _, exit := b.typed(ctx, t, m, c); exit != 0 {
			return exit
		}
	}
	_, exit := b.typed(ctx, t, m, step)
	return exit
}

func (b *indexBench) trialInFork(ctx context.Context, t *testing.T, commands []string, step string) (exit int, err error) {
	m, err := b.stage.Fork(ctx, b.base)
	if err != nil {
		return -1, err
	}
	defer closeMachine(t, m)
	return b.trial(ctx, t, m, commands, step), nil
}
