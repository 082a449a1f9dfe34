package container

import (
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// waitForGate lets the gate that was asked for ahead come about: between two
// machines of a run there are steps, which take longer.
func waitForGate(s *Stage) {
	s.gates.mu.Lock()
	defer s.gates.mu.Unlock()
	for _, a := range s.gates.ahead {
		a <- <-a
	}
}

// TestIntegrationFigures measures when asked to; it has no opinion about the
// figures, since the host may be busy.
func TestIntegrationFigures(t *testing.T) {
	if os.Getenv("FRESHINSTALL_FIGURES") == "" {
		t.Skip("set FRESHINSTALL_FIGURES=1 to measure")
	}
	s := stage(t, debian())
	c := checkout(t, verifier.StartInside)
	figures := map[string][]time.Duration{}
	measure := func(what string, f func() error) {
		t.Helper()
		began := time.Now()
		if err := f(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		figures[what] = append(figures[what], time.Since(began))
	}
	for range 7 {
		measure("docker run of the same three commands", func() error {
			return exec.CommandContext(t.Context(), "docker", "run", "--rm", "--init", s.image, "bash", "-c", "touch a\ntouch b\ntouch c").Run()
		})
		whole := time.Now()
		var m *Machine
		s.zeros = map[string]*stepZero{}
		measure("first Fresh with a clone", func() (err error) { m, err = s.Fresh(t.Context(), c); return err })
		var snap verifier.Snapshot
		for i := range 3 {
			measure("Snapshot", func() (err error) { snap, err = m.Snapshot(t.Context()); return err })
			what := "trivial step"
			if i == 0 {
				what = "first trivial step"
			}
			measure(what, func() error {
				_, err := m.Type(t.Context(), verifier.Entry{Text: "touch a"}, nil, nil)
				return err
			})
		}
		measure("Close", m.Close)
		figures["whole run"] = append(figures["whole run"], time.Since(whole))
		waitForGate(s)
		measure("later Fresh", func() (err error) { m, err = s.Fresh(t.Context(), c); return err })
		measure("Exec", func() error { _, _, err := m.Exec(t.Context(), ":"); return err })
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		s.gates.expect() // as a step that failed does
		waitForGate(s)
		measure("Fork", func() (err error) { m, err = s.Fork(t.Context(), snap); return err })
		measure("first step in a fork", func() error {
			_, err := m.Type(t.Context(), verifier.Entry{Text: "touch a"}, nil, nil)
			return err
		})
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for what, all := range figures {
		slices.Sort(all)
		t.Logf("%-40s median %4d ms, least %4d ms, n %d", what, all[len(all)/2].Milliseconds(), all[0].Milliseconds(), len(all))
	}
}
