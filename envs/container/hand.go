package container

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

//go:embed hand.bash
var handScript string

const handPath = controlDir + "/hand"

// Seat is where a person sits, or what stands for one.
type Seat struct {
	In       io.Reader
	Out      io.Writer // with a terminal: all that it shows
	Errors   io.Writer // without one: standard error
	Terminal bool
	Term     string        // kind of the terminal, as in TERM
	Windows  <-chan Window // sizes of the terminal, the present one first; nil: as the engine takes it
}

// Window is the size of a terminal in characters.
type Window struct{ Columns, Rows uint }

// termName is what a machine's terminal database may be asked for.
var termName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$`)

// Hand gives the machine's shell, as the last step left it, to a person, and
// gives back the exit status that he leaves it with. Reading from the seat goes
// on until it gives something or ends: nothing can end a read of a terminal. An
// error means that the machine is lost, that its disk was about to run over, or
// that ctx ended.
func (m *Machine) Hand(ctx context.Context, seat Seat) (exit int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return -1, fmt.Errorf("hand over a closed machine: %w", verifier.ErrLost)
	}
	// The steps' own terminal is opened first, as for a step: it knows a way
	// around start files that hang, and writes down anew where it stands. It stays
	// where it is, with what a step may have put into its background.
	t, err := m.ready(ctx)
	if err != nil {
		return -1, err
	}
	m.park(t)
	m.frozen = nil
	m.beside.touched()
	if err := m.put(ctx, handPath, 0o644, []byte(handScript)); err != nil {
		return -1, m.orLost(ctx, err)
	}
	s, err := m.engine.back.Exec(ctx, m.box.ID, m.handed(seat))
	if err != nil {
		return -1, m.orLost(ctx, lost("open a terminal", err))
	}
	exit, err = m.sit(ctx, s, seat)
	return exit, m.orLost(ctx, err)
}

// handed is the shell: with its state, or as after a login where no step has
// been typed. Without a terminal it reads a script, and is told where its state
// is by the variable for that case.
func (m *Machine) handed(seat Seat) process {
	p := process{User: m.state.User, Terminal: seat.Terminal, Input: true, Errors: seat.Errors}
	p.Env = []string{"FRESHINSTALL_STATE=" + m.state.File, "FRESHINSTALL_DIR=" + m.state.Dir}
	shell := "exec env BASH_ENV=" + handPath + " bash -s"
	if seat.Terminal {
		term := seat.Term
		if !termName.MatchString(term) {
			term = "xterm-256color"
		}
		p.Env = append(p.Env, "TERM="+term, "FRESHINSTALL_ASKS=1")
		shell = "exec bash --rcfile " + handPath + " -i"
	}
	p.Command = []string{"bash", "-c", shell}
	if m.state.File == "" {
		p.Env = append(p.Env, "USER="+m.state.User, "LOGNAME="+m.state.User, "SHELL=/bin/bash")
		p.Command = append([]string{"bash", "--login", "-c", `[ $# = 0 ] || export "$@"; ` + shell, "bash"}, m.stage.session...)
	}
	return p
}

// sit connects a seat with the shell until that ends.
func (m *Machine) sit(ctx context.Context, s *stream, seat Seat) (exit int, err error) {
	within, leave := context.WithCancel(ctx)
	defer leave()
	fault := make(chan excess, 1)
	var beside sync.WaitGroup
	beside.Go(func() { m.watchDisk(within, fault) })
	beside.Go(func() { m.resize(within, s.ID, seat.Windows) })
	go func() {
		// It outlives the shell until the seat's next input, which then goes nowhere.
		_, _ = io.Copy(patient{within, s.In}, seat.In)
		_ = s.EndIn() // the shell may have left before its input ended
	}()
	shown := make(chan error, 1)
	go func() {
		_, err := io.Copy(seat.Out, s.Out)
		shown <- err
	}()
	select {
	case err = <-shown:
	case why := <-fault:
		if err = errors.New(why.step + ", so the terminal was closed"); why.ours != nil {
			err = why.ours
		}
	case <-ctx.Done():
		err = ctx.Err()
	}
	_ = s.Close() // ends what still reads; it has nothing more to say
	leave()
	beside.Wait()
	if err != nil {
		return -1, err
	}
	return execStatus(ctx, m.engine.back, s.ID)
}

// resize passes on how large the window is. A shell that is only starting has
// no window yet, so it is told again; a size that does not get through after
// all is a line that is drawn badly.
func (m *Machine) resize(ctx context.Context, id string, windows <-chan Window) {
	for {
		select {
		case w := <-windows: // nil: never
			for wait := 10 * time.Millisecond; wait < 5*time.Second; wait *= 2 {
				err := m.engine.back.Resize(ctx, id, w)
				if err == nil || ctx.Err() != nil {
					break
				}
				m.engine.log.Debug("the size of a terminal was not passed on", "error", err)
				select {
				case <-time.After(wait):
				case <-ctx.Done():
				}
			}
		case <-ctx.Done():
			return
		}
	}
}

// patient writes to a shell that may be busy for long before it reads again.
type patient struct {
	ctx context.Context
	to  io.Writer
}

func (p patient) Write(text []byte) (written int, err error) {
	for written < len(text) {
		n, err := p.to.Write(text[written:])
		written += n
		if err != nil && (!errors.Is(err, os.ErrDeadlineExceeded) || p.ctx.Err() != nil) {
			return written, err
		}
	}
	return written, nil
}
