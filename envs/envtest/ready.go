package envtest

import (
	"bytes"
	"context"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Readiness of servers. A page is taken to answer as soon as its port listens:
// the fake has no network to ask over.

// serve notes that a server in the foreground listens, and ends the step when
// that is what was waited for.
func (t *terminal) serve(port int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end == nil {
		return
	}
	t.serves = port
	t.settle()
}

// settle ends the step once its server is ready; its caller holds the lock.
func (t *terminal) settle() {
	if t.serves != 0 && (!t.ready.Declared() || readyPort(t.ready) == t.serves || t.heardAll()) {
		t.end(&serving{t.serves})
	}
}

func (t *terminal) heardAll() bool {
	return t.ready.Log != "" && bytes.Contains(t.heard, []byte(t.ready.Log))
}

// readyPort is the port that a readiness is about; 0: none.
func readyPort(r verifier.Ready) int {
	if r.URL == "" {
		return r.Port
	}
	port, _, err := r.Page()
	if err != nil {
		return 0
	}
	return port
}

// becomesReady waits for what a step that has ended left behind.
func (m *Machine) becomesReady(ctx context.Context, entry verifier.Entry) bool {
	if entry.Ready.Log != "" {
		m.terminal.mu.Lock()
		defer m.terminal.mu.Unlock()
		return m.terminal.heardAll()
	}
	port := readyPort(entry.Ready)
	wait := entry.Timeout
	if wait <= 0 {
		wait = time.Minute
	}
	limit := time.NewTimer(wait)
	defer limit.Stop()
	for !m.listens(port) {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-limit.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return true
}
