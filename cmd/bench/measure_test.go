package main

import (
	"math"
	"strings"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		name string
		list []float64
		want float64
	}{
		{"one", []float64{3}, 3},
		{"odd, unsorted", []float64{9, 1, 2}, 2},
		{"even", []float64{4, 1, 3, 2}, 2.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := c.list[0]
			if got := median(c.list); got != c.want {
				t.Errorf("median %v, want %v", got, c.want)
			}
			if c.list[0] != before {
				t.Error("the list was reordered")
			}
		})
	}
}

func TestMeasured(t *testing.T) {
	for _, c := range []struct {
		name string
		m    measured
		more float64
		met  bool
		says string
	}{
		{"within a difference", measured{plain: []float64{1}, verify: []float64{2.5}, target: target{more: 1.5}}, 1.5, true, "at most 1.5 s more: met"},
		{"above a difference", measured{plain: []float64{1}, verify: []float64{2.6}, target: target{more: 1.5}}, 1.6, false, "at most 1.5 s more: missed"},
		{"within a ratio", measured{plain: []float64{30}, verify: []float64{33}, target: target{times: 1.1001}}, 3, true, "at most 1.10 times: met"},
		{"above a ratio", measured{plain: []float64{30}, verify: []float64{34}, target: target{times: 1.1}}, 4, false, "at most 1.10 times: missed"},
		{"median, not mean", measured{plain: []float64{1, 1, 1}, verify: []float64{2, 2, 50}, target: target{more: 1.5}}, 1, true, "at most 1.5 s more: met"},
		{"no target", measured{plain: []float64{1}, verify: []float64{9}}, 8, true, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.m.more(); math.Abs(got-c.more) > 1e-9 {
				t.Errorf("more %v, want %v", got, c.more)
			}
			if c.m.met() != c.met || c.m.promise() != c.says {
				t.Errorf("met %v, promise %q; want %v, %q", c.m.met(), c.m.promise(), c.met, c.says)
			}
		})
	}
}

func TestWriteMeasured(t *testing.T) {
	var b strings.Builder
	err := writeMeasured(&b, sides{"docker run", "verify"}, []measured{
		{scenario: "trivial", plain: []float64{0.5, 0.4, 0.75}, verify: []float64{1.5, 1.25, 2}, target: target{more: 1.5}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "| whole process | runs of each | docker run, s | verify, s |") {
		t.Errorf("head: %s", b.String())
	}
	want := "| trivial | 3 | 0.50 (0.40–0.75) | 1.50 (1.25–2.00) | +1.00 | 3.00 | at most 1.5 s more: met |\n"
	if !strings.Contains(b.String(), want) {
		t.Errorf("table lacks\n%s\nit is\n%s", want, b.String())
	}
}

func TestScaled(t *testing.T) {
	for _, c := range []struct {
		name         string
		rounds       int
		took, wanted float64
		want         int
	}{
		{"ten times longer", 100, 3, 30, 1000},
		{"shorter", 1000, 60, 30, 500},
		{"at least one", 1, 90, 30, 1},
		{"no time at all", 100, 0, 30, 100000},
		{"less than no time", 100, -1, 30, 100000},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := scaled(c.rounds, c.took, c.wanted); got != c.want {
				t.Errorf("%d rounds, want %d", got, c.want)
			}
		})
	}
}
