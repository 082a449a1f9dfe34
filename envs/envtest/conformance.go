package envtest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// The conformance suite. Decisions:
//
//   - It states what a user of a machine may rely on, and nothing about how a
//     machine is made; so it needs only a shell and a few small tools. A
//     program that a bare machine lacks is a script that behaves like it.
//   - Which cases there are stands in conformance.txt, so that none goes
//     missing unseen; a fake may skip what is noted there, nothing else may.
//   - It compares what was printed after CR LF became LF, since a terminal
//     ends lines with both.
//   - Cases of a group share a machine; one that ends the machine has its own.
//   - Folders are made below /tmp, so that it does not matter whether a
//     machine starts at home or in a checkout.

// Contract is what every machine does.
type Contract interface {
	Type(ctx context.Context, entry verifier.Entry, out io.Writer, answer func(prompt string) (reply string, ok bool)) (verifier.Execution, error)
	Snapshot(ctx context.Context) (verifier.Snapshot, error)
	Written(ctx context.Context) (int64, error)
	Exec(ctx context.Context, script string) (stdout string, exit int, err error)
	Close() error
}

var _ Contract = (*Machine)(nil)

// Subject is a clean machine under test, and the way to fork it. The suite
// closes both.
type Subject struct {
	Machine Contract
	Fork    func(ctx context.Context, snap verifier.Snapshot) (Contract, error)
}

// Kind is a kind of machine under test.
type Kind struct {
	Fresh  func(t *testing.T) Subject
	Server string // a command that says "Listening", serves on port 8123 and never ends
	Fetch  string // a command that prints "served" and passes while that server is there
	Lacks  []Need // what it has no means for; empty for everything but a fake
	All    bool   // also the cases that take long
}

// Need is something that a case takes for granted and that a fake may lack.
type Need string

// The closed set of needs.
const (
	Processes   Need = "processes"   // jobs, signals
	Modes       Need = "modes"       // a terminal driver: raw, echo
	Accounts    Need = "accounts"    // users, groups and passwords
	Descriptors Need = "descriptors" // files above 2, limits of a process
	Grammar     Need = "grammar"     // all that bash can parse
)

// testCase is one case by the name it has in conformance.txt.
type testCase struct {
	name string
	test func(b *bench)
}

// groups are the cases whose machine is shared, since a machine costs more
// than most cases: one leaves the terminal at its first prompt and in any state.
func groups() [][]testCase {
	return append([][]testCase{stateCases, hookCases, endingCases, nestedCases, askingCases, outputCases, servingCases}, machineCases()...)
}

//go:embed conformance.txt
var conformanceList string

// listed is a line of conformance.txt.
type listed struct {
	needs []Need
	heavy bool // only where all cases are asked for
}

// readList reads conformance.txt: "name", or "name | need, need", "heavy" among them.
func readList(text string) (map[string]listed, error) {
	all := map[string]listed{}
	known := []Need{Processes, Modes, Accounts, Descriptors, Grammar}
	for line := range strings.Lines(text) {
		name, notes, _ := strings.Cut(strings.TrimSpace(line), "|")
		if name = strings.TrimSpace(name); name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("%q is listed twice", name)
		}
		var l listed
		for _, note := range strings.FieldsFunc(notes, func(r rune) bool { return r == ',' || r == ' ' }) {
			switch need := Need(note); {
			case note == "heavy":
				l.heavy = true
			case slices.Contains(known, need):
				l.needs = append(l.needs, need)
			default:
				return nil, fmt.Errorf("%q needs %q, which nobody knows", name, note)
			}
		}
		all[name] = l
	}
	return all, nil
}

// agree compares what is listed with what there is.
func agree(all map[string]listed, groups [][]testCase) error {
	var faults []error
	have := map[string]bool{}
	for _, group := range groups {
		for _, c := range group {
			if _, ok := all[c.name]; !ok || have[c.name] {
				faults = append(faults, fmt.Errorf("case %q is not listed, or twice there", c.name))
			}
			have[c.name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !have[name] {
			faults = append(faults, fmt.Errorf("%q is listed, and there is no such case", name))
		}
	}
	return errors.Join(faults...)
}

// Conformance holds a kind of machine to the contract. The cases are those of
// conformance.txt, no more and no less.
func Conformance(t *testing.T, kind Kind) {
	t.Helper()
	all, err := readList(conformanceList)
	if err == nil {
		err = agree(all, groups())
	}
	if err != nil {
		t.Fatal(err)
	}
	// Most of the time goes by waiting for programs that wait.
	var running sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for _, group := range groups() {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			kind.runGroup(t, group, all)
		})
	}
	running.Wait()
}

// atOnce bounds the groups that run side by side.
const atOnce = 3

// runGroup runs cases one after the other on one machine, which is made when
// the first of them runs.
func (k Kind) runGroup(t *testing.T, group []testCase, all map[string]listed) {
	t.Helper()
	var shared *Subject
	for _, c := range group {
		if all[c.name].heavy && !k.All {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			for _, need := range all[c.name].needs {
				if slices.Contains(k.Lacks, need) {
					t.Skipf("needs %s, which this kind of machine lacks", need)
				}
			}
			if shared == nil {
				s := k.Fresh(t)
				shared = &s
			}
			b := &bench{T: t, kind: k, machine: shared.Machine, fork: shared.Fork}
			b.wants("cd /tmp", "")
			c.test(b)
		})
	}
	if shared == nil {
		return
	}
	if err := shared.Machine.Close(); err != nil {
		t.Errorf("close the machine: %v", err)
	}
}
