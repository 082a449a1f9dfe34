package container

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// wire is a socket in front of the real engine that can be cut or blocked.
type wire struct {
	socket  string
	listen  net.Listener
	mu      sync.Mutex
	open    []net.Conn
	blocked atomic.Bool
}

func newWire(t *testing.T, engine string) *wire {
	t.Helper()
	real, ok := strings.CutPrefix(engine, "unix://")
	if !ok {
		t.Skip("the engine has no socket on this host")
	}
	w := &wire{socket: filepath.Join(t.TempDir(), "s")}
	var err error
	if w.listen, err = net.Listen("unix", w.socket); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			near, err := w.listen.Accept()
			if err != nil {
				return // cut
			}
			far, err := net.Dial("unix", real)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.mu.Lock()
			w.open = append(w.open, near, far)
			w.mu.Unlock()
			go w.pass(near, far)
			go w.pass(far, near)
		}
	}()
	t.Cleanup(w.cut)
	return w
}

// pass copies until an end is closed; what arrives while blocked is lost.
func (w *wire) pass(to, from net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err == nil && !w.blocked.Load() {
			_, err = to.Write(buf[:n])
		}
		if err != nil {
			if half, ok := to.(*net.UnixConn); ok && errors.Is(err, io.EOF) {
				_ = half.CloseWrite()
			} else {
				_ = to.Close()
			}
			return
		}
	}
}

func (w *wire) cut() {
	_ = w.listen.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// behind connects through the wire and starts a machine.
func behind(t *testing.T, w *wire) (*Stage, *Machine) {
	t.Helper()
	e, err := Connect(t.Context(), Options{Host: "unix://" + w.socket})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() }) // its engine is gone by then
	s, err := e.Prepare(t.Context(), debian(), nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Fresh(t.Context(), Checkout{Start: verifier.StartHome})
	if err != nil {
		t.Fatal(err)
	}
	return s, m
}

func TestIntegrationEngineGoesAwayInTheMiddle(t *testing.T) {
	shared := engine(t)
	stage(t, debian())
	w := newWire(t, shared.Address())
	s, m := behind(t, w)
	snap := snapshot(t, m)
	out := writerFunc(func(p []byte) {
		if strings.Contains(string(p), "begun") {
			w.cut()
		}
	})
	began := time.Now()
	_, err := m.Type(t.Context(), verifier.Entry{Text: "echo begun; sleep 60"}, out, nil)
	if !errors.Is(err, verifier.ErrLost) || time.Since(began) > 20*time.Second {
		t.Errorf("type, after %s: %v", time.Since(began), err)
	}
	for what, call := range map[string]func() error{
		"type again": func() error { _, err := m.Type(t.Context(), verifier.Entry{Text: "true"}, nil, nil); return err },
		"snapshot":   func() error { _, err := m.Snapshot(t.Context()); return err },
		"exec":       func() error { _, _, err := m.Exec(t.Context(), "true"); return err },
		"fork":       func() error { _, err := s.Fork(t.Context(), snap); return err },
		"fresh":      func() error { _, err := s.Fresh(t.Context(), Checkout{Start: verifier.StartBeside}); return err },
	} {
		if err := call(); !errors.Is(err, verifier.ErrLost) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// dying is an engine whose machine ends while a script runs in it, at a moment
// at which the engine still says that the machine is there.
type dying struct {
	backend
	box     string
	removed bool
}

func (d *dying) ExecExit(ctx context.Context, execID string) (bool, int, error) {
	if d.removed {
		return d.backend.ExecExit(ctx, execID)
	}
	d.removed = true
	return false, 137, d.backend.(*docker).api.ContainerKill(ctx, d.box, "KILL") // AutoRemove does the rest
}

func TestIntegrationAScriptKilledWithItsMachineIsNoResult(t *testing.T) {
	shared := engine(t)
	stage(t, debian())
	_, m := behind(t, newWire(t, shared.Address()))
	m.engine.back = &dying{backend: m.engine.back, box: m.box.ID}
	if _, exit, err := m.Exec(t.Context(), "true"); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("exit %d, %v", exit, err)
	}
}

func TestIntegrationEngineThatHangs(t *testing.T) {
	shared := engine(t)
	stage(t, debian())
	w := newWire(t, shared.Address())
	_, m := behind(t, w)
	typeText(t, m, "true")
	out := writerFunc(func(p []byte) {
		if strings.Contains(string(p), "begun") {
			w.blocked.Store(true)
		}
	})
	began := time.Now()
	_, err := m.Type(t.Context(), verifier.Entry{Text: "echo begun; sleep 60"}, out, nil)
	if !errors.Is(err, verifier.ErrLost) || time.Since(began) > time.Minute {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
	w.cut() // else the clean-up would wait for the engine too
}

func TestIntegrationCloseInterruptsAStep(t *testing.T) {
	m := fresh(t)
	typing := make(chan struct{})
	out := writerFunc(func([]byte) {
		select {
		case <-typing:
		default:
			close(typing)
		}
	})
	result := make(chan error, 1)
	go func() {
		_, err := m.Type(context.WithoutCancel(t.Context()), verifier.Entry{Text: "echo begun; sleep 60"}, out, nil)
		result <- err
	}()
	<-typing
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; !errors.Is(err, verifier.ErrLost) {
		t.Errorf("the step ended with %v", err)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
