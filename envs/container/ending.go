package container

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// finish takes over what the mark at a step's end says.
func (y *typing) finish(m mark) error {
	y.t.over(m)
	y.m.state = m.after(y.m.state)
	y.done.Exit = m.status
	if y.done.Ended == "" {
		y.done.Ended = verifier.Exited
	}
	return nil
}

// end stops a step as a person would (^C, then ^D), and then by force. The
// shell survives where it can; else a new one stands where it stood before.
func (y *typing) end(ctx context.Context, how verifier.Ending) error {
	y.done.Ended = how
	ways := []func() error{
		func() error { return y.t.send("\x03") },
		func() error { return y.t.send("\x04") },
		func() error { return y.m.killJob(ctx, y.t) },
	}
	if how == verifier.Killed {
		ways = ways[2:] // it must not write on
	}
	for _, way := range ways {
		if err := way(); err != nil {
			if ctx.Err() != nil {
				break
			}
			if gone := y.m.there(ctx); gone != nil {
				return gone
			}
		}
		if over, err := y.await(ctx, mercy); over || err != nil {
			return err
		}
	}
	y.m.abandon(y.t)
	y.done.Exit = -1
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return y.m.killStale(ctx)
}

// await waits for the step's end for a while. What is printed in the
// meantime is received as before.
func (y *typing) await(ctx context.Context, long time.Duration) (over bool, err error) {
	limit := time.NewTimer(long)
	defer limit.Stop()
	for {
		select {
		case m := <-y.t.marks:
			return true, y.finish(m)
		case <-y.t.done:
			how := y.done.Ended
			err := y.closed(ctx)
			y.done.Ended = how
			return true, err
		case <-limit.C:
			return false, nil
		case <-ctx.Done():
			return false, nil
		}
	}
}

// closed deals with a terminal whose stream ended: the shell is gone, or the
// machine.
func (y *typing) closed(ctx context.Context) error {
	if err := y.m.there(ctx); err != nil {
		return err
	}
	y.m.drop(y.t)
	y.done.Ended, y.done.Exit = verifier.ShellClosed, -1
	// The engine may need a moment to notice the end that the stream told already.
	deadline := time.Now().Add(mercy)
	for {
		running, exit, err := y.m.engine.back.ExecExit(ctx, y.t.stream.ID)
		if err != nil {
			return lost("ask how the shell ended", err)
		}
		if !running {
			y.done.Exit = exit
			return y.m.reallyThere(ctx, exit)
		}
		if time.Now().After(deadline) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// there says whether the machine still is.
func (m *Machine) there(ctx context.Context) error {
	if m.interrupted.Load() {
		return fmt.Errorf("closed while in use: %w", verifier.ErrLost)
	}
	var c containerState
	err := m.engine.back.Answers(ctx)
	if err == nil {
		c, err = m.engine.back.Container(ctx, m.box.ID, false)
	}
	if err == nil && c.Running {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = errors.New("its container is not running any more")
	}
	return fmt.Errorf("%w: %w", verifier.ErrLost, err)
}

// reallyThere makes sure that a process which was killed was not killed together
// with its machine: an engine says for a moment that a dying container runs.
func (m *Machine) reallyThere(ctx context.Context, exit int) error {
	if exit != 137 {
		return nil
	}
	_, status, err := m.execOnce(ctx, "sleep 0.3")
	if err == nil && status != 0 {
		err = fmt.Errorf("what was started after it was killed too (exit status %d)", status)
	}
	if err == nil {
		err = m.there(ctx)
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", verifier.ErrLost, err)
	}
	return ctx.Err()
}

// orLost adds to an error that the machine is gone, where that is so: engines
// have many words for it.
func (m *Machine) orLost(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, verifier.ErrLost) || ctx.Err() != nil {
		return err
	}
	if gone := m.there(ctx); gone != nil {
		return fmt.Errorf("%w: %w", gone, err)
	}
	return err
}

// killJob ends the foreground job of a terminal by force.
func (m *Machine) killJob(ctx context.Context, t *terminal) error {
	s, err := m.look(ctx, t)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("kill -KILL")
	for _, pid := range s.pids {
		if pid != t.first {
			fmt.Fprintf(&b, " %d", pid)
		}
	}
	_, _, err = m.exec(ctx, b.String())
	return err
}

// killSession is a script that ends every process of the sessions whose
// leaders it is given.
const killSession = `for f in /proc/[0-9]*/stat; do
	read -r line 2>/dev/null <"$f" || continue
	rest=${line##*) }; set -- $rest
	for leader in $leaders; do [ "$4" = "$leader" ] && kill -KILL "${line%% *}"; done
done 2>/dev/null; :`

// abandon gives up on a terminal whose shell cannot be trusted to come back.
func (m *Machine) abandon(t *terminal) {
	m.drop(t)
	m.stale = append(m.stale, t.first)
}

// killStale ends what still runs in abandoned terminals.
func (m *Machine) killStale(ctx context.Context) error {
	if len(m.stale) == 0 {
		return nil
	}
	leaders := strings.Trim(fmt.Sprint(m.stale), "[]")
	if _, _, err := m.exec(ctx, "leaders='"+leaders+"'\n"+killSession); err != nil {
		return err
	}
	m.stale = nil
	return nil
}
