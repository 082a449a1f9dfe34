package container

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

//go:embed look.bash
var lookScript string

// lookout is a shell that sees a machine's processes. It stands in a
// container of its own that shares the machine's process namespace and may
// read foreign processes' memory, so that the machine itself needs no more
// rights than usual. It dies with the machine, or with us.
type lookout struct {
	in     io.Writer
	answer chan string // one whole answer each; closed at the end
	done   chan struct{}
	end    string
	stop   func(ctx context.Context) error
}

// lookWait bounds one question to a lookout.
const lookWait = 15 * time.Second

// startLookout starts one beside a machine; where the engine allows no such
// container, a plain shell inside the machine does most of it.
func startLookout(ctx context.Context, e *Engine, machine, image string) (*lookout, error) {
	alive, err := e.back.Start(ctx, life{
		Image:   image,
		Command: []string{"bash", "--norc", "--noprofile"},
		Labels:  e.me.labels(kindLookout, map[string]string{labelKey: "", labelRecord: "", labelShell: ""}),
		Network: "none",
		PIDsOf:  machine,
		Trace:   true,
		Output:  true,
		Limits:  limits{Memory: 256 << 20, PIDs: 64},
	})
	l := &lookout{}
	var out io.Reader
	if err == nil {
		l.in, out, l.stop = alive.In, alive.Out, alive.Stop
	} else {
		e.log.Debug("no lookout beside the machine", "error", err)
		s, execErr := e.back.Exec(ctx, machine, process{User: "0", Command: []string{"bash", "--norc", "--noprofile"}, Input: true})
		if execErr != nil {
			return nil, lost("look at processes", errors.Join(err, execErr))
		}
		l.in, out = s.In, s.Out
		l.stop = func(context.Context) error { return s.Close() }
	}
	l.end = nonce()
	l.answer, l.done = make(chan string), make(chan struct{})
	go l.read(out)
	_, err = l.ask(ctx, lookScript)
	if err != nil {
		return nil, errors.Join(err, l.close(ctx))
	}
	return l, nil
}

// read cuts the shell's output into answers.
func (l *lookout) read(out io.Reader) {
	defer close(l.answer)
	lines := bufio.NewReader(out)
	var text strings.Builder
	const most = 8 << 20
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		if strings.TrimSpace(line) == l.end {
			select {
			case l.answer <- text.String():
			case <-l.done:
				return
			}
			text.Reset()
			continue
		}
		if text.Len() < most {
			text.WriteString(line)
		}
	}
}

// ask runs a command of look.bash. One question at a time.
func (l *lookout) ask(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWait)
	defer cancel()
	if _, err := io.WriteString(l.in, command+"\nprintf '%s\\n' "+l.end+"\n"); err != nil {
		return "", fmt.Errorf("look at processes: %w: %w", errGone, err)
	}
	select {
	case text, ok := <-l.answer:
		if !ok {
			return "", fmt.Errorf("look at processes: %w", errGone)
		}
		return text, nil
	case <-ctx.Done():
		return "", fmt.Errorf("look at processes: %w", ctx.Err())
	}
}

// close ends the lookout and waits for its reader.
func (l *lookout) close(ctx context.Context) error {
	close(l.done)
	err := l.stop(ctx)
	for range l.answer { // until read has seen the end
	}
	return err
}
