package plan

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// proseLabel is something asked for in words, as people labelled it.
type proseLabel struct {
	Doc      string `json:"doc"`
	Line     int    `json:"line"`
	What     string `json:"what"`
	Blocking bool   `json:"blocking"`
}

// TestProseCorpus measures against the "prose_steps" of the same folder as
// TestCorpus, by document and line, at most two lines apart. It reports
// figures; it fails only when a plan cannot be made.
func TestProseCorpus(t *testing.T) {
	root := os.Getenv("FRESHINSTALL_CORPUS")
	if root == "" {
		t.Skip("FRESHINSTALL_CORPUS names no folder of labelled repositories")
	}
	files, err := filepath.Glob(filepath.Join(root, "*", "labels.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no labels.json under %s: %v", root, err)
	}
	var all, blocking tally
	done := 0
	for _, f := range files {
		dir := filepath.Dir(f)
		got, err := Build(corpusInput(t, dir, readLabels(t, f)))
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(dir), err)
		}
		all.add(matchProse(t, filepath.Base(dir), got.Prose, readProse(t, f, false)))
		blocking.add(matchProse(nil, "", got.Prose, readProse(t, f, true)))
		for _, s := range got.Prose {
			if s.Do {
				done++
			}
		}
	}
	t.Logf("prose    %v, %d given", all, all.given)
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
func matchProse(t *testing.T, name string, found []verifier.Prose, want []proseLabel) tally {
	used := map[int]bool{}
	s := tally{given: len(found), wanted: len(want)}
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
