package envtest

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// patience bounds a step of the suite; nothing in it takes a second.
const patience = 2 * time.Minute

// bench is a machine with words for a test.
type bench struct {
	*testing.T
	kind    Kind
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
	return &bench{T: b.T, kind: b.kind, machine: m, fork: b.fork}
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

// file writes a small file by a step, as a newcomer would.
func (b *bench) file(name, content string) {
	b.Helper()
	b.wants("cat >"+name+" <<'END OF FILE'\n"+content+"\nEND OF FILE", "")
}

// program writes a file that can be run.
func (b *bench) program(name, content string) {
	b.Helper()
	b.file(name, content)
	b.wants("chmod +x "+name, "")
}

// enters types a step that opens another shell; what it greets with is its own.
func (b *bench) enters(text string) {
	b.Helper()
	got, done := b.entered(verifier.Entry{Text: text, Timeout: patience}, nil)
	if done.Exit != 0 || done.Ended != verifier.Exited {
		b.Fatalf("%q: exit %d, ended %s, printed %q; want another shell's prompt", text, done.Exit, done.Ended, got)
	}
}

// asks types a step that asks one question, with a reply or (nil) without, and
// gives what it printed. The question must end as told.
func (b *bench) asks(text, question string, reply *string) (string, verifier.Execution) {
	b.Helper()
	got, done := b.entered(verifier.Entry{Text: text, Timeout: patience}, func(string) (string, bool) {
		if reply == nil {
			return "", false
		}
		return *reply, true
	})
	want := verifier.Prompt{Answered: reply != nil}
	if reply != nil {
		want.Reply = *reply
	}
	if len(done.Prompts) != 1 {
		b.Errorf("%q: prompts %+v, want one; printed %q", text, done.Prompts, got)
		return got, done
	}
	have := done.Prompts[0]
	if !strings.HasSuffix(strings.TrimSpace(have.Text), question) {
		b.Errorf("%q asked %q, want …%q", text, have.Text, question)
	}
	have.Text = ""
	if diff := cmp.Diff(want, have); diff != "" {
		b.Errorf("%q: reply (-want +got):\n%s", text, diff)
	}
	if reply == nil && done.Ended != verifier.Asking {
		b.Errorf("%q without an answer: ended %s, want %s", text, done.Ended, verifier.Asking)
	}
	return got, done
}
