package envtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"mvdan.cc/sh/v3/interp"

	"github.com/freshinstall/freshinstall/verifier"
)

// Why a step ended otherwise than by its own exit.
var (
	errAsking   = errors.New("nobody answered")
	errFlooded  = errors.New("too much output")
	errTimedOut = errors.New("out of time")
	errSilent   = errors.New("silent for too long")
	errKilled   = errors.New("the shell was killed")
)

// serving is why a step ended that started a server.
type serving struct{ port int }

func (*serving) Error() string { return "it serves" }

// Exit statuses of what was ended by a signal: Ctrl-C, kill -9.
const (
	interrupted = 130
	killed      = 137
)

// maxExec bounds what Exec gives back.
const maxExec = 16 << 20

// Machine is a fake machine. Type and Snapshot wait for each other, Exec runs
// beside them; all of it is safe for concurrent use.
type Machine struct {
	stage    *Stage
	files    *files
	system   *System
	terminal *terminal
	running  sync.WaitGroup // scripted programs

	typing sync.Mutex // held by whoever uses the terminal
	seat              // guarded by typing
	outer  []seat     // shells that wait for the end of the one inside; guarded by typing
	layers int        // guarded by typing
	copied int64      // what its last snapshot held; guarded by typing

	mu     sync.Mutex
	closed bool
	lost   bool
	ports  []int
	ends   map[int]context.CancelCauseFunc // of what runs now
	next   int
}

func newMachine(s *Stage, files *files) (*Machine, error) {
	index := make(map[string]Package, len(s.script.Index))
	for _, p := range s.script.Index {
		index[p.Name] = p
	}
	installed := map[string]bool{}
	terminal, err := newTerminal(s.script.MaxOutput)
	return &Machine{
		stage: s, files: files, terminal: terminal, ends: map[int]context.CancelCauseFunc{},
		system: &System{
			files: files, index: index, installed: installed, lists: s.script.Lists,
			facts: map[string]string{}, counters: map[string]int{},
		},
	}, err
}

// System is the machine's state, for a test to look at or to change.
func (m *Machine) System() *System { return m.system }

// Type types one step into the terminal. See the contract of a machine: the
// terminal's bytes go to out, lines ended by CR LF; answer may be nil.
func (m *Machine) Type(ctx context.Context, entry verifier.Entry, out io.Writer, answer func(prompt string) (reply string, ok bool)) (verifier.Execution, error) {
	m.typing.Lock()
	defer m.typing.Unlock()
	step, end, release, err := m.begin(ctx)
	if err != nil {
		return verifier.Execution{}, fmt.Errorf("type into the fake machine: %w", err)
	}
	defer release()
	defer m.terminal.begin(out, answer, end, entry)()
	if entry.Timeout > 0 {
		defer time.AfterFunc(entry.Timeout, func() { end(errTimedOut) }).Stop()
	}
	before := m.shell.Subshell()
	start := time.Now()
	exit, gone, err := m.interpret(step, m.shell, session{machine: m, user: m.user, terminal: true, end: end}, entry.Text)
	cause := context.Cause(step)
	if errors.Is(cause, errKilled) {
		exit, gone, cause = killed, true, nil
	}
	done := verifier.Execution{Exit: exit, Ended: verifier.Exited, Seconds: time.Since(start).Seconds(), Prompts: m.terminal.asked()}
	server, _ := errors.AsType[*serving](cause)
	switch inner, opened := errors.AsType[*nested](cause); {
	case opened:
		m.sit(inner)
		done.Exit = 0
	case cause != nil:
		done.Exit = interrupted
		if done.Ended = endingOf(cause); done.Ended == "" {
			return verifier.Execution{}, fmt.Errorf("type into the fake machine: %w", cause)
		}
		if done.Ended == verifier.Serving {
			done.Exit, done.Ports, m.shell = 0, []int{server.port}, before
		}
	case err != nil:
		return verifier.Execution{}, fmt.Errorf("type into the fake machine: %w", err)
	case gone && len(m.outer) > 0:
		m.rise()
	case gone:
		done.Ended, m.shell = verifier.ShellClosed, before
		if err := interp.Params("+e")(m.shell); err != nil { // as every new shell has it
			return verifier.Execution{}, fmt.Errorf("type into the fake machine: %w", err)
		}
	}
	done.Cwd = m.shell.Dir
	if entry.Ready.Declared() && done.Ended != verifier.Serving && !(done.Exit == 0 && m.becomesReady(ctx, entry)) {
		done.Unmet = "not ready: " + entry.Ready.String() + " was waited for"
	}
	return done, nil
}

// endingOf is empty when the step had no end of its own: the machine was lost
// or the caller's context ended.
func endingOf(cause error) verifier.Ending {
	if _, serves := errors.AsType[*serving](cause); serves {
		return verifier.Serving
	}
	for err, ending := range map[error]verifier.Ending{
		errAsking: verifier.Asking, errFlooded: verifier.Flooded,
		errTimedOut: verifier.TimedOut, errSilent: verifier.Silent,
	} {
		if errors.Is(cause, err) {
			return ending
		}
	}
	return ""
}

// Snapshot freezes files, system and shell.
func (m *Machine) Snapshot(ctx context.Context) (verifier.Snapshot, error) {
	m.typing.Lock()
	defer m.typing.Unlock()
	_, _, release, err := m.begin(ctx)
	if err != nil {
		return verifier.Snapshot{}, fmt.Errorf("snapshot of the fake machine: %w", err)
	}
	defer release()
	start := time.Now()
	system, err := m.system.freeze()
	if err != nil {
		return verifier.Snapshot{}, fmt.Errorf("snapshot of the fake machine: %w", err)
	}
	if m.copied, err = m.system.bytes(); err != nil {
		return verifier.Snapshot{}, fmt.Errorf("snapshot of the fake machine: %w", err)
	}
	m.layers++
	id := m.stage.keep(frozenMachine{system: system, seat: seat{m.shell.Subshell(), m.user}, layers: m.layers, copied: m.copied})
	return verifier.Snapshot{ID: id, Layers: m.layers, Bytes: system.bytes, Took: time.Since(start).Seconds()}, nil
}

// Written gives what files and packages hold more than at the last snapshot.
func (m *Machine) Written(ctx context.Context) (int64, error) {
	m.typing.Lock()
	defer m.typing.Unlock()
	_, _, release, err := m.begin(ctx)
	if err != nil {
		return 0, fmt.Errorf("measure the fake machine: %w", err)
	}
	defer release()
	now, err := m.system.bytes()
	return max(0, now-m.copied), err
}

// Exec runs a script as root beside the terminal, without standard input. The
// standard error is dropped.
func (m *Machine) Exec(ctx context.Context, script string) (stdout string, exit int, err error) {
	call, end, release, err := m.begin(ctx)
	if err != nil {
		return "", 0, fmt.Errorf("exec in the fake machine: %w", err)
	}
	defer release()
	shell, err := newShell("/", login("root"), true)
	if err != nil {
		return "", 0, fmt.Errorf("exec in the fake machine: %w", err)
	}
	var buffer limited
	if err := interp.StdIO(nil, &buffer, io.Discard)(shell); err != nil {
		return "", 0, fmt.Errorf("exec in the fake machine: %w", err)
	}
	exit, _, err = m.interpret(call, shell, session{machine: m, user: "root", end: end, script: "bash"}, script)
	if cause := context.Cause(call); cause != nil {
		err = cause
	}
	if err != nil {
		return "", 0, fmt.Errorf("exec in the fake machine: %w", err)
	}
	return buffer.String(), exit, nil
}

// Close ends what runs and removes the machine. A second call does nothing.
func (m *Machine) Close() error {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil
	}
	m.closed = true
	m.mu.Unlock()
	m.Lose()
	m.typing.Lock()
	defer m.typing.Unlock()
	m.running.Wait()
	m.stage.forget(m)
	return errors.Join(m.terminal.close(), m.files.remove())
}

// Lose makes the machine go away: what runs ends with [verifier.ErrLost], and
// so does every later call.
func (m *Machine) Lose() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lost = true
	for _, end := range m.ends {
		end(verifier.ErrLost)
	}
}

// begin gives the context of one piece of work, which ends with the machine.
func (m *Machine) begin(ctx context.Context) (context.Context, context.CancelCauseFunc, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lost {
		return nil, nil, nil, verifier.ErrLost
	}
	work, end := context.WithCancelCause(ctx)
	id := m.next
	m.next++
	m.ends[id] = end
	return work, end, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.ends, id)
		end(nil)
	}, nil
}

// behind gives the context of a background program: it outlives the step and
// ends with the machine.
func (m *Machine) behind(ctx context.Context) context.Context {
	work, _, _, err := m.begin(context.WithoutCancel(ctx))
	if err != nil {
		return ctx // lost: the step's own context has ended too
	}
	return work
}

func (m *Machine) listen(port int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Contains(m.ports, port) {
		m.ports = append(m.ports, port)
	}
}

func (m *Machine) listens(port int) bool { return slices.Contains(m.listening(), port) }

func (m *Machine) listening() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(slices.Values(m.ports))
}

// limited keeps the first bytes of what is written.
type limited struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *limited) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if room := maxExec - l.text.Len(); room < len(p) {
		l.text.Write(p[:room])
		return len(p), nil
	}
	return l.text.Write(p)
}

func (l *limited) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
