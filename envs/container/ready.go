package container

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// readyWait is how long what a step left behind may take to become ready,
// where the step has no limit of its own.
const readyWait = time.Minute

// up asks whether a declared readiness holds now. A text is not asked for
// here: the sink hears it.
func (m *Machine) up(ctx context.Context, r verifier.Ready) (bool, error) {
	port, target := r.Port, ""
	if r.URL != "" {
		var err error
		if port, target, err = r.Page(); err != nil {
			return false, nil // it can never answer
		}
	}
	if port == 0 {
		return false, nil
	}
	ports, err := m.listening(ctx)
	if err != nil || !slices.Contains(ports, port) || r.URL == "" {
		return err == nil && slices.Contains(ports, port), err
	}
	return m.answers(ctx, port, target)
}

// listening gives all ports of the machine on which something listens.
func (m *Machine) listening(ctx context.Context) ([]int, error) {
	text, _, err := m.exec(ctx, "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; :")
	var ports []int
	for _, s := range parseSockets(text, func(string) bool { return true }) {
		if s.listens {
			ports = append(ports, s.port)
		}
	}
	return ports, err
}

// askPage asks for one page as HTTP/1.0 does and prints the status line. It
// needs bash alone, since a machine may have no program for it.
const askPage = `exec 3<>"/dev/tcp/localhost/$port" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$target" "$port" >&3
read -r -t 5 line <&3 && printf '%s\n' "$line"`

// answers reports whether a page comes with a status below 400.
func (m *Machine) answers(ctx context.Context, port int, target string) (bool, error) {
	// Port and target were checked when they were read: neither holds a quote.
	text, _, err := m.exec(ctx, fmt.Sprintf("port=%d target='%s'\n%s", port, target, askPage))
	fields := strings.Fields(text)
	if err != nil || len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/") {
		return false, err
	}
	status, err := strconv.Atoi(fields[1])
	return err == nil && status >= 100 && status < 400, nil
}

// announced leaves a server running whose text has come, unless it is over
// with the text: then its mark follows at once.
func (y *typing) announced(ctx context.Context, now time.Time) (over bool, err error) {
	if y.cameAt.IsZero() {
		y.cameAt = now
	}
	if now.Sub(y.cameAt) < secondLook {
		return false, nil
	}
	s, err := y.m.look(ctx, y.t)
	if err != nil {
		return y.blind(ctx, err)
	}
	return true, y.serves(s.ports)
}

// becomesReady waits for what a step that has ended left behind, or says that
// it did not become ready.
func (y *typing) becomesReady(ctx context.Context) error {
	r := y.entry.Ready
	y.done.Unmet = "not ready: " + r.String() + " was waited for"
	if y.done.Exit != 0 || y.done.Ended != verifier.Exited && y.done.Ended != verifier.ShellClosed {
		return nil
	}
	if r.Log != "" {
		if y.sink.announced() {
			y.done.Unmet = ""
		}
		return nil
	}
	wait := y.entry.Timeout
	if wait <= 0 {
		wait = readyWait
	}
	clock := time.NewTicker(secondLook)
	defer clock.Stop()
	for {
		up, err := y.m.up(ctx, r)
		if err != nil {
			return y.m.orLost(ctx, err)
		}
		if up {
			y.done.Unmet = ""
			return nil
		}
		if time.Since(y.started) > wait {
			return nil
		}
		select {
		case <-clock.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
