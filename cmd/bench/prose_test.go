package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/plan"
)

// proseLabel is something asked for in words, as people labelled it.
type proseLabel struct {
	Doc      string `json:"doc"`
	Line     int    `json:"line"`
	What     string `json:"what"`
	Blocking bool   `json:"blocking"`
}

// TestProseCorpus measures against the "prose_steps" of labelled READMEs, by document and line, at most two lines apart. It reports
// figures; it fails only when a plan cannot be made.
func TestProseCorpus(t *testing.T) {
	root := os.Getenv("FRESHINSTALL_CORPUS")
	if root == "" {
		t.Skip("FRESHINSTALL_CORPUS names no folder of labelled repositories")
	}
	labelled, err := readLabelled(root)
	if err != nil || len(labelled) == 0 {
		t.Fatalf("no labelled documents under %s: %v", root, err)
	}
	var all, blocking agreement
	done := 0
	for _, l := range labelled {
		got, err := plan.Build(l.input)
		if err != nil {
			t.Fatalf("%s: %v", l.name, err)
		}
		file := filepath.Join(root, l.name, "labels.json")
		all = all.and(matchProse(t, l.name, got.Prose, readProse(t, file, false)))
		blocking = blocking.and(matchProse(nil, "", got.Prose, readProse(t, file, true)))
		for _, s := range got.Prose {
			if s.Do {
				done++
			}
		}
	}
	t.Logf("prose    P %.3f R %.3f (%d of %d, %d given)", float64(all.right)/max(1, float64(all.given)), float64(all.right)/max(1, float64(all.wanted)), all.right, all.wanted, all.given)
	t.Logf("blocking R %.3f (%d of %d)", float64(blocking.right)/max(1, float64(blocking.wanted)), blocking.right, blocking.wanted)
	t.Logf("to be done by the run: %d", done)
}

func readProse(t *testing.T, file string, blocking bool) []proseLabel {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var l struct {
		Prose []proseLabel `json:"prose_steps"`
	}
	if err := json.Unmarshal(data, &l); err != nil {
		t.Fatal(err)
	}
	var out []proseLabel
	for _, p := range l.Prose {
		if p.Blocking || !blocking {
			out = append(out, p)
		}
	}
	return out
}

// matchProse pairs each found one with the nearest label; t may be nil.
func matchProse(t *testing.T, name string, found []verifier.Prose, want []proseLabel) agreement {
	used := map[int]bool{}
	s := agreement{given: len(found), wanted: len(want)}
	for _, p := range found {
		best := -1
		for i, l := range want {
			apart := max(l.Line-p.Line, p.Line-l.Line)
			if !used[i] && strings.EqualFold(l.Doc, p.Document) && apart <= 2 && (best < 0 || apart < max(want[best].Line-p.Line, p.Line-want[best].Line)) {
				best = i
			}
		}
		mark := "right"
		if best >= 0 {
			used[best] = true
			s.right++
		} else {
			mark = "EXTRA"
		}
		if t != nil {
			t.Logf("%s %s %s:%d %s do=%v path=%s from=%s before=%s {%s}: %s", mark, name, p.Document, p.Line, p.Kind, p.Do, p.Path, p.From, p.Before, p.Section, p.What)
		}
	}
	for i, l := range want {
		if !used[i] && t != nil {
			t.Logf("missed %s %s:%d blocking=%v %s", name, l.Doc, l.Line, l.Blocking, l.What)
		}
	}
	return s
}
