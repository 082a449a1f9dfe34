package envtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// machineCases have a machine each: what they are about is the machine itself.
func machineCases() [][]testCase {
	var groups [][]testCase
	for _, c := range []testCase{
		{"a step that takes too long", testTimeout},
		{"snapshot and fork", testFork},
		{"what a snapshot would copy", testWritten},
		{"look-ups beside the terminal", testExec},
		{"a closed machine is lost", testClosed},
		{"the caller gives up", testCancelled},
	} {
		groups = append(groups, []testCase{c})
	}
	return groups
}

func testLines(b *bench) {
	b.wants("cd /tmp\n# a comment\n\nfor n in 1 2 3; do\n  echo \"n is $n\"\ndone", "n is 1\nn is 2\nn is 3\n")
	b.wants("echo a \\\n  b", "a b\n")
	b.wants("alias late='echo late'\nlate indeed", "late indeed\n")
	b.wants("# nothing but a comment", "")
	got, done := b.typed("echo first\nfalse\necho last")
	if got != "first\nlast\n" || done.Exit != 0 {
		b.Errorf("a failing line in the middle: printed %q, exit %d; want both lines and exit 0", got, done.Exit)
	}
}

func testExits(b *bench) {
	for text, exit := range map[string]int{
		"true": 0, "false": 1, "(exit 7)": 7, "false | true": 0, "true && (exit 3)": 3, "! true": 1, "sh -c 'exit 42'": 42,
	} {
		b.ends(text, exit, verifier.Exited)
	}
	b.livesOn()
}

func testUnparsable(b *bench) {
	got, done := b.typed(`echo "it never ends`)
	if done.Exit == 0 || done.Ended != verifier.Exited || !strings.Contains(got, "unexpected EOF while looking for matching") {
		b.Errorf("unterminated quote: exit %d, ended %s, printed %q; want a failure in bash's words", done.Exit, done.Ended, got)
	}
	b.livesOn()
	if got, done := b.typed("if true; then echo yes"); done.Exit == 0 || !strings.Contains(got, "syntax error") {
		b.Errorf("unfinished if: exit %d, printed %q; want a syntax error", done.Exit, got)
	}
	b.livesOn()
}

func testOutput(b *bench) {
	b.wants("printf '\\033[31mred\\033[0m\\n'", "\x1b[31mred\x1b[0m\n")
	b.wants("echo out; echo err >&2", "out\nerr\n")
	b.wants("printf 'ends in three\\n\\n\\n'", "ends in three\n\n\n")
	var want strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&want, "line %d of many\n", i)
	}
	b.wants("for ((i = 0; i < 3000; i++)); do echo \"line $i of many\"; done", want.String())
	if done, err := b.machine.Type(b.Context(), verifier.Entry{Text: "echo unheard", Timeout: patience}, nil, nil); err != nil || done.Exit != 0 {
		b.Errorf("without a writer: exit %d, error %v", done.Exit, err)
	}
}

func testNotFound(b *bench) {
	got, done := b.typed("no-such-command --help")
	if done.Exit != 127 || !strings.Contains(got, "no-such-command: command not found") {
		b.Errorf("exit %d, printed %q; want 127 and bash's message", done.Exit, got)
	}
	got, done = b.typed("cd /tmp; echo 'echo hi' > plain; ./plain")
	if done.Exit != 126 || !strings.Contains(got, "./plain: Permission denied") {
		b.Errorf("without the executable bit: exit %d, printed %q; want 126 and bash's message", done.Exit, got)
	}
	got, done = b.typed("cd /tmp/not/there")
	if done.Exit != 1 || !strings.Contains(got, "cd: /tmp/not/there: No such file or directory") {
		b.Errorf("cd to nowhere: exit %d, printed %q; want 1 and bash's message", done.Exit, got)
	}
	b.livesOn()
}

func testTimeout(b *bench) {
	b.wants("cd /tmp; KEPT=1", "")
	got, done := b.entered(verifier.Entry{Text: "echo begun; sleep 600", Timeout: time.Second}, nil)
	if done.Ended != verifier.TimedOut || done.Exit == 0 || !strings.HasPrefix(got, "begun\n") {
		b.Errorf("exit %d, ended %s, printed %q; want %s", done.Exit, done.Ended, got, verifier.TimedOut)
	}
	b.wants("pwd; echo $KEPT", "/tmp\n1\n")
}

func testFork(b *bench) {
	b.wants("mkdir -p /tmp/conform && cd /tmp/conform && echo one > file && chmod 750 file", "")
	b.wants("export WHO='a b'; list=(x y); say() { echo \"said $1\"; }; alias hail='echo hail'; umask 077", "")
	snap := b.snapshot()
	b.wants("echo two > file; WHO=changed; cd /", "")

	fork := b.forked(snap)
	fork.wants("pwd; cat file; echo \"$WHO ${list[1]}\"; say it; hail; umask", "/tmp/conform\none\na b y\nsaid it\nhail\n0077\n")
	fork.wants("echo three > file; rm -f /tmp/conform/file2; echo new > file2", "")
	fork.wants("list+=(z); echo ${#list[@]}", "3\n")
	b.wants("pwd; cat /tmp/conform/file; echo $WHO ${#list[@]}; echo /tmp/conform/*", "/\ntwo\nchanged 2\n/tmp/conform/file\n")

	again := b.forked(snap)
	again.wants("echo *; cat file", "file\none\n")
	if second := again.snapshot(); second.ID == snap.ID {
		b.Errorf("two snapshots have the ID %q", snap.ID)
	}
	again.livesOn()
}

func testWritten(b *bench) {
	written := func() int64 {
		bytes, err := b.machine.Written(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		return bytes
	}
	b.snapshot()
	const million = 1e6
	before := written()
	b.wants("s=0123456789; for i in 1 2 3 4 5; do s=$s$s$s$s$s$s$s$s$s$s; done; echo \"$s\" >/tmp/conform-much; unset s", "")
	if after := written(); before > million/2 || after-before < million || after-before > 2*million {
		b.Errorf("a million bytes were written: %d before, %d after", before, after)
	}
	b.livesOn()
}

func testExec(b *bench) {
	b.wants("mkdir -p /tmp/conform && cd /tmp/conform && echo seen > file && SECRET=1", "")
	for _, c := range []struct {
		script, want string
		exit         int
	}{
		{"cat /tmp/conform/file", "seen\n", 0},
		{"echo \"[$SECRET]\"", "[]\n", 0},
		{"cd / && X=1 && alias hail=true && exit 4", "", 4},
		{"echo shown; echo hidden >&2", "shown\n", 0},
		{"id -u; echo $HOME", "0\n/root\n", 0},
		{"read x; echo \"status $?\"", "status 1\n", 0},
		{"cat; echo 'no input'", "no input\n", 0},
		{"no-such-command", "", 127},
		{"set -- a b; for x in \"$@\"; do echo \"$x\"; done", "a\nb\n", 0},
	} {
		stdout, exit, err := b.machine.Exec(b.Context(), c.script)
		if err != nil {
			b.Fatalf("exec %q: %v", c.script, err)
		}
		if diff := cmp.Diff(c.want, stdout); diff != "" || exit != c.exit {
			b.Errorf("exec %q: exit %d, want %d; stdout (-want +got):\n%s", c.script, exit, c.exit, diff)
		}
	}
	b.wants("pwd; echo \"$SECRET${X-}\"", "/tmp/conform\n1\n")
}

func testClosed(b *bench) {
	snap := b.snapshot()
	fork, err := b.fork(b.Context(), snap)
	if err != nil {
		b.Fatalf("fork: %v", err)
	}
	b.with(fork).livesOn()
	if err := fork.Close(); err != nil {
		b.Fatalf("close: %v", err)
	}
	_, err = fork.Type(b.Context(), verifier.Entry{Text: "true", Timeout: patience}, nil, nil)
	b.lost("Type", err)
	_, _, err = fork.Exec(b.Context(), "true")
	b.lost("Exec", err)
	_, err = fork.Snapshot(b.Context())
	b.lost("Snapshot", err)
	_, err = fork.Written(b.Context())
	b.lost("Written", err)
	if err := fork.Close(); err != nil {
		b.Errorf("second close: %v", err)
	}
	b.livesOn()
}

func testCancelled(b *bench) {
	gone, giveUp := context.WithCancel(b.Context())
	giveUp()
	if _, err := b.machine.Type(gone, verifier.Entry{Text: "true"}, nil, nil); !errors.Is(err, context.Canceled) {
		b.Errorf("Type for a caller who is gone: error %v, want %v", err, context.Canceled)
	}
	b.livesOn()
	later, giveUp := context.WithCancel(b.Context())
	defer giveUp()
	// The writer sees the step begin, so that nothing has to be waited for.
	out := writerFunc(func(p []byte) {
		if bytes.Contains(p, []byte("begun")) {
			giveUp()
		}
	})
	if _, err := b.machine.Type(later, verifier.Entry{Text: "echo begun; sleep 600"}, out, nil); !errors.Is(err, context.Canceled) {
		b.Errorf("Type when the caller gives up: error %v, want %v", err, context.Canceled)
	}
}

// writerFunc hears what is written.
type writerFunc func(p []byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
