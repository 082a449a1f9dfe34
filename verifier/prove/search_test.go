package prove_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// forkInTheRoad is a program that fails in one way with /left and in another with
// /right; only behind /right is there a way on.
func forkInTheRoad(c *envtest.Call) int {
	switch {
	case c.System.Exists("/right"):
		return needs("/end")(c)
	case c.System.Exists("/left"):
		return c.Fail(1, "fatal: /nowhere is missing\n")
	}
	return c.Fail(1, "fatal: /a is missing\n")
}

func TestBehindADeadEndTheNextCandidateIsFollowed(t *testing.T) {
	candidates := map[string][]verifier.Fix{"/a": {before("puts /left"), before("puts /right")}, "/end": {before("puts /end")}}
	out, _ := mend(t, map[string]envtest.Program{"build": forkInTheRoad}, "build", candidates)
	if diff := cmp.Diff([]string{"/a proven-in-place:puts /right", "/end proven-in-place:puts /end"}, grades(out)); diff != "" {
		t.Error(diff)
	}
	delete(candidates, "/end")
	out, _ = mend(t, map[string]envtest.Program{"build": forkInTheRoad}, "build", candidates)
	if diff := cmp.Diff([]string{"/a got-further:puts /left", "/nowhere"}, grades(out)); diff != "" {
		t.Errorf("where nothing leads on, the first path is told: %s", diff)
	}
}

func TestWhatIsDearToFindComesLast(t *testing.T) {
	var asked []string
	more := func(p *prove.Prover) {
		p.More = func(_ context.Context, s prove.Stuck) ([]verifier.Fix, error) {
			asked = append(asked, s.Diagnosis.Class)
			if s.Diagnosis.Class == "/b" {
				return []verifier.Fix{before("puts /x"), before("puts /b")}, nil
			}
			return nil, nil
		}
	}
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a", "/b")}, "build", map[string][]verifier.Fix{"/a": {before("puts /a")}}, more)
	if diff := cmp.Diff([]string{"/a proven-in-place:puts /a", "/b proven-in-place:puts /b"}, grades(out)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/b"}, asked); diff != "" {
		t.Errorf("asked where candidates had helped: %s", diff)
	}
}

func TestAnotherMachineIsTheLastResort(t *testing.T) {
	var stuck []prove.Stuck
	elsewhere := func(passes bool) func(*prove.Prover) {
		return func(p *prove.Prover) {
			p.Elsewhere = func(ctx context.Context, s prove.Stuck) (*prove.Elsewhere, error) {
				stuck = append(stuck, s)
				if !passes {
					return nil, nil
				}
				m, err := p.Fork(ctx, s.Before)
				rec := run.Record{}
				rec.Result.Outcome = verifier.OutcomeOK
				return &prove.Elsewhere{Fix: verifier.Fix{Kind: verifier.FixDeclare, Release: "debian-13"}, Machine: m, Last: rec}, err
			}
		}
	}
	programs := map[string]envtest.Program{"build": needs("/a", "/b")}
	candidates := map[string][]verifier.Fix{"/a": {before("puts /a")}}
	out, _ := mend(t, programs, "build", candidates, elsewhere(true))
	if diff := cmp.Diff([]string{"/a proven-in-place:puts /a", "/b proven-in-place:"}, grades(out)); diff != "" {
		t.Error(diff)
	}
	if len(stuck) != 1 || stuck[0].Diagnosis.Class != "/b" || len(stuck[0].Fixes) != 1 || out.Applied[1].Release != "debian-13" {
		t.Errorf("asked %+v, applied %+v", stuck, out.Applied)
	}
	out, _ = mend(t, programs, "build", candidates, elsewhere(false))
	if diff := cmp.Diff([]string{"/a got-further:puts /a", "/b"}, grades(out)); diff != "" {
		t.Errorf("it fails there too: %s", diff)
	}
	stuck = nil
	out, _ = mend(t, programs, "build", map[string][]verifier.Fix{"/a": {before("puts /a")}, "/b": {before("puts /b")}}, elsewhere(true))
	if len(stuck) != 0 || out.Machine == nil {
		t.Errorf("asked although the step passed here: %+v", stuck)
	}
}

func TestTrialsAtOnceComeToTheSame(t *testing.T) {
	candidates := map[string][]verifier.Fix{"/a": {before("puts /x"), before("puts /y"), before("puts /a"), before("puts /a", "puts /b")}}
	var want []string
	for _, n := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var mu sync.Mutex
			var tried []string
			out, _ := mend(t, map[string]envtest.Program{"build": needs("/a")}, "build", candidates, func(p *prove.Prover) {
				p.AtOnce = n
				p.Tried = func(f verifier.Fix) {
					mu.Lock()
					defer mu.Unlock()
					tried = append(tried, strings.Join(f.Commands, ";"))
				}
			})
			if want == nil {
				want = grades(out)
			}
			if diff := cmp.Diff(want, grades(out)); diff != "" {
				t.Error(diff)
			}
			if len(out.Attempts) != 3 || n == 1 && slices.Contains(tried, "puts /a;puts /b") {
				t.Errorf("attempts %v, tried %v", out.Attempts, tried)
			}
		})
	}
}

func TestTheSearchEndsWithItsBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := func(c *envtest.Call) int { <-c.Done(); return 1 }
		programs := map[string]envtest.Program{"build": needs("/a", "/b"), "hangs": hangs}
		began := time.Now()
		out, _ := mend(t, programs, "build", map[string][]verifier.Fix{"/a": {before("puts /a")}, "/b": {before("hangs"), before("puts /b")}},
			func(p *prove.Prover) { p.Budget = 30 * time.Second })
		if diff := cmp.Diff([]string{"/a got-further:puts /a", "/b"}, grades(out)); diff != "" {
			t.Error(diff)
		}
		if took := time.Since(began); !out.OutOfTime || out.Machine != nil || took > 31*time.Second {
			t.Errorf("%s, %+v", took, out)
		}
	})
}

func TestABudgetThatEndsAtOnceLeavesSuggestions(t *testing.T) {
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a")}, "build", map[string][]verifier.Fix{"/a": {before("puts /a")}},
		func(p *prove.Prover) { p.Budget = time.Nanosecond })
	if diff := cmp.Diff([]string{"/a suggested:puts /a"}, grades(out)); diff != "" || !out.OutOfTime {
		t.Errorf("out of time %v: %s", out.OutOfTime, diff)
	}
}
