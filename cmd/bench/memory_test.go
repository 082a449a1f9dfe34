package main

import (
	"os/exec"
	"strings"
	"testing"
)

func TestHighWater(t *testing.T) {
	for name, c := range map[string]struct {
		status string
		kb     float64
		ok     bool
	}{
		"a process":         {"Name:\tx\nVmPeak:\t  99 kB\nVmHWM:\t   62500 kB\nVmRSS:\t  7 kB\n", 62500, true},
		"one that is ended": {"Name:\tx\nState:\tZ (zombie)\n", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			if kb, ok := highWater(c.status); kb != c.kb || ok != c.ok {
				t.Errorf("%v, %v", kb, ok)
			}
		})
	}
}

func TestPeakOfAProcess(t *testing.T) {
	if _, err := exec.LookPath("dd"); err != nil {
		t.Skip("no dd to measure")
	}
	var p peak
	c, err := watched(t.Context(), t.TempDir(), 0, nil, nil, &p, "dd", "if=/dev/zero", "of=/dev/null", "bs=30M", "count=20")
	if err != nil || c.exit != 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	if p.seen && (p.mb < 30 || p.mb > 60) {
		t.Errorf("a process with a buffer of 31.5 MB held %.1f MB", p.mb)
	}
}

func TestWritePeaks(t *testing.T) {
	var b strings.Builder
	all := []peaks{{"few words", []float64{30, 32, 31}}, {"many words", []float64{40, 40, 65}}}
	if err := writePeaks(&b, all); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| few words | 3 | 31.00 (30.00–32.00) | at most 64 MB: met |\n",
		"| many words | 3 | 40.00 (40.00–65.00) | at most 64 MB: missed |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("table lacks\n%s\nit is\n%s", want, b.String())
		}
	}
	if heldIn(all) || !heldIn(all[:1]) {
		t.Error("the worst does not count")
	}
}
