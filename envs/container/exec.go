package container

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// execMost bounds what one look-up may print.
const execMost = 16 << 20

// longScript is from where on a script goes in as a file: the system bounds arguments.
const longScript = 100 << 10

// Exec runs a script with bash as root beside the terminal, with standard
// input closed, and gives its standard output, at most 16 MiB of it. When ctx
// ends, the script is ended too.
func (m *Machine) Exec(ctx context.Context, script string) (stdout string, exit int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return "", -1, fmt.Errorf("look into a closed machine: %w", verifier.ErrLost)
	}
	m.frozen = nil
	m.beside.touched()
	stdout, exit, err = m.exec(ctx, script)
	return stdout, exit, m.orLost(ctx, err)
}

// exec is Exec for callers that hold the lock. A script that was killed may
// have been killed together with its machine, which is no result.
func (m *Machine) exec(ctx context.Context, script string) (string, int, error) {
	text, exit, err := m.execOnce(ctx, script)
	if err == nil {
		err = m.reallyThere(ctx, exit)
	}
	return text, exit, err
}

func (m *Machine) execOnce(ctx context.Context, script string) (string, int, error) {
	return execWith(ctx, m.engine.back, m.box.ID, "bash", script, m.stage.session)
}

// execWith runs a script as root in a container. The first line that comes back
// is the process's number inside, so that it can be ended there: closing the
// connection alone would leave it running.
func execWith(ctx context.Context, back backend, id, shell, script string, env []string) (string, int, error) {
	command := []string{"sh", "-c", `echo $$; exec "$1" -c "$2" "$1" </dev/null`, "sh", shell, script}
	if len(script) > longScript {
		name := fmt.Sprintf("%s/script.%s", controlDir, nonce())
		if err := putFile(ctx, back, id, name, 0o700, []byte(script)); err != nil {
			return "", -1, err
		}
		command = []string{"sh", "-c", `echo $$; "$1" "$2" </dev/null; s=$?; rm -f "$2"; exit $s`, "sh", shell, name}
	}
	s, err := back.Exec(ctx, id, process{User: "0", Command: command, Env: env})
	if err != nil {
		return "", -1, lost("run a script", err)
	}
	type result struct {
		text string
		err  error
	}
	read := make(chan result, 1)
	number := make(chan string, 1)
	go func() {
		out := bufio.NewReader(s.Out)
		line, err := out.ReadString('\n')
		number <- strings.TrimSpace(line)
		if err != nil {
			read <- result{err: err}
			return
		}
		raw, err := io.ReadAll(io.LimitReader(out, execMost))
		if err == nil {
			_, err = io.Copy(io.Discard, out)
		}
		read <- result{string(raw), err}
	}()
	select {
	case r := <-read:
		closeErr := s.Close()
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return "", -1, lost("run a script", fmt.Errorf("%w: %w", errGone, errors.Join(r.err, closeErr)))
		}
		exit, err := execStatus(ctx, back, s.ID)
		if err == nil && r.err != nil {
			err = fmt.Errorf("run a script: it did not start (exit status %d)", exit)
		}
		return r.text, exit, err
	case <-ctx.Done():
		err := ctx.Err()
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
		defer cancel()
		_ = s.Close() // ends the reader below
		<-read
		if pid, bad := strconv.Atoi(<-number); bad == nil {
			killer, killErr := back.Exec(after, id, process{User: "0", Command: []string{"sh", "-c", fmt.Sprintf("kill -KILL -- -%d %d", pid, pid)}})
			if killErr == nil {
				_, killErr = io.Copy(io.Discard, killer.Out)
				_ = killer.Close()
			}
			if killErr != nil {
				err = errors.Join(err, killErr)
			}
		}
		return "", -1, err
	}
}

// execStatus waits for the status of a process whose output has ended.
func execStatus(ctx context.Context, back backend, execID string) (int, error) {
	for range 500 {
		running, exit, err := back.ExecExit(ctx, execID)
		if err != nil {
			return -1, lost("ask for a script's status", err)
		}
		if !running {
			return exit, nil
		}
		select {
		case <-ctx.Done():
			return -1, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return -1, fmt.Errorf("a script closed its output and runs on: %w", context.DeadlineExceeded)
}
