package envtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// The conformance suite. Decisions:
//
//   - It states what a user of a machine may rely on, and nothing about how a
//     machine is made; so it needs only a shell, cat, mkdir, sleep and id.
//   - It compares what was printed after CR LF became LF, since a terminal
//     ends lines with both.
//   - Every subtest takes a machine of its own and may leave it in any state.
//   - Folders are made below /tmp, so that it does not matter whether a
//     machine starts at home or in a checkout.

// Contract is what every machine does.
type Contract interface {
	Type(ctx context.Context, entry verifier.Entry, out io.Writer, answer func(prompt string) (reply string, ok bool)) (verifier.Execution, error)
	Snapshot(ctx context.Context) (verifier.Snapshot, error)
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

// Conformance holds a kind of machine to the contract; fresh is called once a
// subtest.
func Conformance(t *testing.T, fresh func(t *testing.T) Subject) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(b *bench)
	}{
		{"state is kept from step to step", testState},
		{"a step may have several lines", testLines},
		{"exit statuses", testExits},
		{"a step that bash cannot parse", testUnparsable},
		{"a step that closes the shell", testShellClosed},
		{"output is kept as it is", testOutput},
		{"a command that does not exist", testNotFound},
		{"a question with an answer", testAnswered},
		{"a question without an answer", testUnanswered},
		{"a step that takes too long", testTimeout},
		{"snapshot and fork", testFork},
		{"look-ups beside the terminal", testExec},
		{"a closed machine is lost", testClosed},
		{"the caller gives up", testCancelled},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fresh(t)
			b := &bench{T: t, machine: s.Machine, fork: s.Fork}
			t.Cleanup(func() {
				if err := s.Machine.Close(); err != nil {
					t.Errorf("close the machine: %v", err)
				}
			})
			c.test(b)
		})
	}
}

// patience bounds a step of the suite; nothing in it takes a second.
const patience = 2 * time.Minute

// bench is a machine with words for a test.
type bench struct {
	*testing.T
	machine Contract
	fork    func(context.Context, verifier.Snapshot) (Contract, error)
}

// pasteMode is what an interactive shell may say about itself.
var pasteMode = regexp.MustCompile("\x1b\\[\\?2004[hl]\r?")

func normal(raw []byte) string {
	return strings.ReplaceAll(string(pasteMode.ReplaceAll(raw, nil)), "\r\n", "\n")
}

// typed types a step that must end by itself, and gives what it printed.
func (b *bench) typed(text string) (string, verifier.Execution) {
	b.Helper()
	return b.entered(verifier.Entry{Text: text, Timeout: patience}, nil)
}

func (b *bench) entered(entry verifier.Entry, answer func(string) (string, bool)) (string, verifier.Execution) {
	b.Helper()
	var out bytes.Buffer
	done, err := b.machine.Type(b.Context(), entry, &out, answer)
	if err != nil {
		b.Fatalf("type %q: %v", entry.Text, err)
	}
	return normal(out.Bytes()), done
}

// wants types a step and compares what it printed; it must exit 0.
func (b *bench) wants(text, want string) {
	b.Helper()
	got, done := b.typed(text)
	if done.Exit != 0 || done.Ended != verifier.Exited {
		b.Errorf("%q: exit %d, ended %s, printed %q; want exit 0", text, done.Exit, done.Ended, got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("%q printed (-want +got):\n%s", text, diff)
	}
}

// ends types a step and compares how it ended.
func (b *bench) ends(text string, exit int, ended verifier.Ending) {
	b.Helper()
	got, done := b.typed(text)
	if done.Exit != exit || done.Ended != ended {
		b.Errorf("%q: exit %d, ended %s, printed %q; want exit %d, ended %s", text, done.Exit, done.Ended, got, exit, ended)
	}
}

// livesOn shows that the machine can still be used.
func (b *bench) livesOn() {
	b.Helper()
	b.wants("echo alive", "alive\n")
}

// with is the same test on another machine.
func (b *bench) with(m Contract) *bench {
	return &bench{T: b.T, machine: m, fork: b.fork}
}

// forked makes a fork that is closed at the end.
func (b *bench) forked(snap verifier.Snapshot) *bench {
	b.Helper()
	m, err := b.fork(b.Context(), snap)
	if err != nil {
		b.Fatalf("fork: %v", err)
	}
	b.Cleanup(func() {
		if err := m.Close(); err != nil {
			b.Errorf("close the fork: %v", err)
		}
	})
	return b.with(m)
}

func (b *bench) snapshot() verifier.Snapshot {
	b.Helper()
	snap, err := b.machine.Snapshot(b.Context())
	if err != nil {
		b.Fatalf("snapshot: %v", err)
	}
	if snap.ID == "" {
		b.Fatal("snapshot without an ID")
	}
	return snap
}

func (b *bench) lost(what string, err error) {
	b.Helper()
	if !errors.Is(err, verifier.ErrLost) {
		b.Errorf("%s of a closed machine: error %v, want %v", what, err, verifier.ErrLost)
	}
}
