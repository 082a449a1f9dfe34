package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/freshinstall/freshinstall/verifier"
)

// shellState is what a new shell needs to go on where another one stood.
type shellState struct {
	User string // name, or number after a step changed it
	File string // written by the hook; empty: a fresh login
	Dir  string
}

// terminal is one interactive bash on a pseudo terminal of its own.
type terminal struct {
	back   backend
	key    string
	stream *stream
	marks  chan mark
	done   chan struct{} // closed when the stream has ended

	mu      sync.Mutex // guards what follows
	screen  *screen
	sink    *sink
	between []byte // printed while no step was under way, by what runs in the background
	step    int    // under way, or the latest
	shell   int    // pid of the shell that reads what is typed, inside the machine
	first   int    // pid of the terminal's first shell
	raw     bool   // that shell is not bash: it has no hook
	traces  bool   // that shell shows what it executes
}

// mostBetween bounds what is kept from between two steps.
const mostBetween = 64 << 10

// terminalWait is how long a shell may take to its first prompt.
const terminalWait = 20 * time.Second

// openTerminal starts a shell and waits for its first prompt.
func openTerminal(ctx context.Context, back backend, id string, from shellState, session []string) (*terminal, mark, error) {
	t, first, err := startTerminal(ctx, back, id, from, session, false)
	if err == nil || ctx.Err() != nil || errors.Is(err, verifier.ErrLost) || from.File != "" {
		return t, first, err
	}
	// The user's own start files may hang or leave the shell: a person would find a way around them.
	return startTerminal(ctx, back, id, from, session, true)
}

func startTerminal(ctx context.Context, back backend, id string, from shellState, session []string, plain bool) (*terminal, mark, error) {
	key := nonce()
	t := &terminal{back: back, key: key, marks: make(chan mark, 256), done: make(chan struct{})}
	t.screen = newScreen(key, t.print, t.tell)

	shell := []string{"bash", "--noediting", "--rcfile", hookPath, "-i"}
	env := []string{"TERM=xterm-256color", "FRESHINSTALL_KEY=" + key}
	switch {
	case from.File != "":
		env = append(env, "FRESHINSTALL_STATE="+from.File, "FRESHINSTALL_DIR="+from.Dir)
	case plain:
		env = append(env, "FRESHINSTALL_PLAIN=1")
		env = append(env, session...)
	default:
		// As at a desktop: a login shell reads the profile once, its terminals are interactive
		// children. What the environment declares comes after the profile, which may set PATH.
		login := []string{"bash", "--login", "-c", `[ $# = 0 ] || export "$@"; exec bash --noediting --rcfile ` + hookPath + ` -i`, "bash"}
		shell = append(login, session...)
	}
	if from.File == "" {
		env = append(env, "USER="+from.User, "LOGNAME="+from.User, "SHELL=/bin/bash", "FRESHINSTALL_DIR="+from.Dir)
	}
	s, err := back.Exec(ctx, id, process{User: from.User, Command: shell, Env: env, Terminal: true, Input: true})
	if err != nil {
		return nil, mark{}, lost("open a terminal", err)
	}
	t.stream = s
	go t.read()
	wait := time.NewTimer(terminalWait)
	defer wait.Stop()
	select {
	case m := <-t.marks:
		t.mu.Lock()
		t.shell, t.first = m.pid, m.pid
		t.mu.Unlock()
		return t, m, nil
	case <-t.done:
		err = errors.New("the shell ended before its first prompt")
		if c, inspectErr := back.Container(ctx, id, false); inspectErr != nil || !c.Running {
			err = fmt.Errorf("%w: %w", verifier.ErrLost, err)
		}
		// Docker's words, and those that Podman hands on from runc.
		if said := string(t.between); strings.Contains(said, "OCI runtime exec failed") || strings.Contains(said, "exec failed: unable to start container process") {
			err = fmt.Errorf("%w: no program can be started in it any more: %w", verifier.ErrLost, err)
		}
	case <-wait.C:
		err = fmt.Errorf("no prompt within %s", terminalWait)
	case <-ctx.Done():
		err = ctx.Err()
	}
	t.close()
	return nil, mark{}, fmt.Errorf("open a terminal: %w: %q", err, t.between)
}

// read takes the terminal's stream apart until it ends.
func (t *terminal) read() {
	defer close(t.done)
	buf := make([]byte, 32<<10)
	for {
		n, err := t.stream.Out.Read(buf)
		t.mu.Lock()
		t.screen.feed(buf[:n])
		if err != nil {
			t.screen.flush()
		}
		t.mu.Unlock()
		if err != nil {
			return // that the shell is gone is all that can be learnt here
		}
	}
}

// print receives what programs print; the reader calls it under the lock.
func (t *terminal) print(p []byte) {
	if t.sink != nil {
		t.sink.write(p)
		return
	}
	t.between = append(t.between, p...)
	if cut := len(t.between) - mostBetween; cut > 0 {
		t.between = t.between[cut:]
	}
}

// tell receives marks; the reader calls it under the lock. What passes on is
// the end of the step under way: its own mark, or that of an outer shell which
// came back because the step left the inner one.
func (t *terminal) tell(m mark) {
	if m.kind == markStart || m.step != t.step && m.pid == t.shell {
		return
	}
	t.sink = nil // what is printed from here on is no longer the step's
	select {
	case t.marks <- m:
	default: // nobody types that fast; a flood of marks is a program's doing
	}
}

// mostTyped is how long a text may be to go in through the terminal, whose
// line discipline holds 4096 bytes.
const mostTyped = 3000

// typable reports whether a step's text can be typed. Otherwise it must lie in
// stepPath: a control character would act on the terminal, a shell without our
// hook does not read it, and set -x would show how it was read.
func (t *terminal) typable(text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == utf8.RuneError }
	return !t.raw && !t.traces && len(text) <= mostTyped && !strings.ContainsFunc(text, control)
}

// begin makes s the receiver of what is printed from now on and types the
// step: its text, or else the line that reads it from stepPath. The line must
// begin with a plain command: after a text that bash could not parse, it takes
// a first { for a word (seen in 5.2).
func (t *terminal) begin(s *sink, step int, text string) error {
	typed := t.typable(text)
	t.mu.Lock()
	raw := t.raw
	if !raw && len(t.between) > 0 {
		s.write(t.between)
	}
	t.between = nil
	t.sink, t.step = s, step
	t.screen.dropping = raw || t.traces
	t.mu.Unlock()
	switch {
	case raw:
		return t.send(fmt.Sprintf(" printf '\\033]7717;%s;S;%d;%%s\\007' $$; . %s; %s\n", t.key, step, stepPath, t.question(step)))
	case typed:
		return t.send(fmt.Sprintf(" __fi_begin %d t; eval \"$__fi_text\"\n%s\x1e", step, text))
	}
	return t.send(fmt.Sprintf(" __fi_begin %d 2>/dev/null; . %s\n", step, stepPath))
}

// now tells which shell reads what is typed.
func (t *terminal) now() (shell, first int, raw bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shell, t.first, t.raw
}

// over takes over which shell a step's last mark came from.
func (t *terminal) over(m mark) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shell, t.raw, t.traces = m.pid, m.kind == markTyped, m.traces
}

// question is a command that prints a mark in any shell of the Bourne family.
func (t *terminal) question(step int) string {
	return fmt.Sprintf(`printf '\033]7717;%s;e;%d;%%s;%%s;%%s;0;;%%s\007' "$?" "$(id -u)" "$$" "$PWD"`, t.key, step)
}

// ask types, into a shell that waits at its prompt without our hook, what
// makes it say where it stands: the hook where the shell is bash.
func (t *terminal) ask(step int, bash bool) error {
	line := " " + t.question(step)
	if bash {
		// Line editing can only be left at the prompt itself, not from within a file.
		line = fmt.Sprintf(" set +o emacs +o vi; __fi_key=%s __fi_n=%d; . %s", t.key, step, hookPath)
	}
	t.mu.Lock()
	t.screen.typed(line)
	t.mu.Unlock()
	return t.send(line + "\n")
}

// send types raw characters.
func (t *terminal) send(text string) error {
	_, err := io.WriteString(t.stream.In, text)
	if err != nil {
		return lost("type", fmt.Errorf("%w: %w", errGone, err))
	}
	return nil
}

// unfinished is the latest output, bytes held back included.
func (t *terminal) unfinished(s *sink) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append(s.ending(), t.screen.pending()...)
}

// mute lets a terminal run on without anyone listening.
func (t *terminal) mute() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sink = newSink(nil, 0)
}

// ended reports whether the stream is over.
func (t *terminal) ended() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// close drops our end and waits for the reader. The shell lives on with its
// machine until it is killed.
func (t *terminal) close() {
	_ = t.stream.Close() // reading ends with it, whatever it says
	<-t.done
}

// after is the state that a mark left behind; before stays where it saved none.
func (m mark) after(before shellState) shellState {
	now := shellState{User: before.User, Dir: m.dir, File: before.File}
	switch {
	case m.kind == markTyped:
		// Another shell: its variables cannot be carried over, its user and folder can.
		now.User, now.File = strconv.Itoa(m.uid), ""
	case m.saved:
		now.User = strconv.Itoa(m.uid)
		now.File = path.Join(controlDir, fmt.Sprintf("state.%d.%d", m.uid, m.step%2))
	}
	return now
}
