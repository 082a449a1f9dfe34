package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// peak is the most memory that a process held of its own (VmHWM of
// /proc/PID/status, proc(5)), in MB. The kernel keeps it, so that a look now and
// then is enough; what waits for a process is told of its children too, and of
// the moment before it became that program.
type peak struct {
	mb   float64
	seen bool // this system tells
}

// lookEvery is the longest end of a process that no look falls into.
const lookEvery = 10 * time.Millisecond

// follow looks at a process until the function that it gives is called.
func (p *peak) follow(pid int) (end func()) {
	if p == nil {
		return func() {}
	}
	p.look(pid)
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		clock := time.NewTicker(lookEvery)
		defer clock.Stop()
		for {
			select {
			case <-clock.C:
				p.look(pid)
			case <-ended:
				return
			}
		}
	}()
	return func() {
		close(ended)
		<-done
	}
}

func (p *peak) look(pid int) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return // another system, or it has ended
	}
	if kb, ok := highWater(string(raw)); ok {
		p.mb, p.seen = max(p.mb, kb*1024/1e6), true
	}
}

// highWater reads VmHWM of a status, in KiB; a process that has ended has none.
func highWater(status string) (kb float64, ok bool) {
	for line := range strings.Lines(status) {
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			return kb, true
		}
	}
	return 0, false
}

// memory verifies READMEs of few and of many words and gives the peaks of the
// tool in MB, run by run, by scenario. A system that does not tell gives none.
func (b *overhead) memory(ctx context.Context) ([]peaks, error) {
	var all []peaks
	for _, s := range []scenario{trivial(), flood()} {
		repo := filepath.Join(b.dir, "repositories", s.folder())
		if _, err := os.Stat(repo); err != nil {
			if err := s.lay(ctx, repo); err != nil {
				return nil, err
			}
		}
		if err := b.warm(ctx, s, repo); err != nil {
			return nil, err
		}
		found := peaks{scenario: s.name}
		for i := range memoryRuns {
			var p peak
			var last tail
			c, err := watched(ctx, b.dir, 0, io.Discard, &last, &p, b.tool.path, "verify", repo, "-e", b.environment)
			if err != nil {
				return nil, err
			}
			if c.exit != 0 {
				return nil, fmt.Errorf("verify %s: exit %d: %s", filepath.Base(repo), c.exit, last.telling())
			}
			if !p.seen {
				return nil, nil
			}
			fmt.Fprintf(b.talk, "%s %d/%d: %.1f MB at the peak, %.2f s\n", s.name, i+1, memoryRuns, p.mb, c.seconds)
			found.mb = append(found.mb, p.mb)
		}
		all = append(all, found)
	}
	return all, nil
}

const memoryRuns = 3

// peaks are the peaks of a scenario's runs, in MB.
type peaks struct {
	scenario string
	mb       []float64
}

// heldIn reports whether all peaks are within what is promised: for memory
// the worst counts, not the median.
func heldIn(all []peaks) bool {
	for _, p := range all {
		for _, mb := range p.mb {
			if mb > mostMemory {
				return false
			}
		}
	}
	return true
}

func writePeaks(w io.Writer, all []peaks) error {
	if len(all) == 0 {
		_, err := io.WriteString(w, "Peak memory: this system does not tell.\n\n")
		return err
	}
	text := "| memory of verify | runs | peak, MB | target |\n|---|---|---|---|\n"
	for _, p := range all {
		word := "met"
		if !heldIn([]peaks{p}) {
			word = "missed"
		}
		text += fmt.Sprintf("| %s | %d | %s | at most %d MB: %s |\n", p.scenario, len(p.mb), spread(p.mb), mostMemory, word)
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}
