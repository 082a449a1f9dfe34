package pipeline_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// twoShops is a run in two environments, one after the other, each with a step
// that passes.
func twoShops(t *testing.T) pipeline.Job {
	t.Helper()
	one, _ := target(t, "one", shop(), shopIndex)
	two, _ := target(t, "two", shop(), shopIndex)
	j := job(t, []pipeline.Target{one, two}, step("true", verifier.RoleInstall))
	j.Parallel = 1
	return j
}

// unopened is an environment that must not be run.
func unopened(t *testing.T, name string) pipeline.Target {
	return pipeline.Target{Name: name, Open: func(context.Context, func(string)) (pipeline.Stage, error) {
		t.Errorf("%s was run", name)
		return nil, errors.New("not again")
	}}
}

// What is kept at each moment is what a run that is killed then leaves.
func TestWhatIsKeptNeverSaysMoreThanIsKnown(t *testing.T) {
	j := twoShops(t)
	var kept []verifier.Result
	j.SoFar = func(r verifier.Result) { kept = append(kept, r) }
	whole := verify(t, j)
	var got [][]verifier.Verdict
	for _, r := range kept {
		var verdicts []verifier.Verdict
		for _, env := range r.Environments {
			verdicts = append(verdicts, env.Verdict)
			if (env.Incident != nil) != (env.Verdict == verifier.Inconclusive) || env.Finished() != (env.Incident == nil) {
				t.Errorf("%s: verdict %s, incident %+v, finished %v", env.Environment.Name, env.Verdict, env.Incident, env.Finished())
			}
		}
		got = append(got, verdicts)
		if r.Interrupted != slices.Contains(verdicts, verifier.Inconclusive) {
			t.Errorf("interrupted %v with %v", r.Interrupted, verdicts)
		}
	}
	want := [][]verifier.Verdict{
		{verifier.Inconclusive, verifier.Inconclusive}, {verifier.Works, verifier.Inconclusive}, {verifier.Works, verifier.Works},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(whole.Environments, kept[2].Environments); diff != "" {
		t.Errorf("the last one kept is not the result (-want +got):\n%s", diff)
	}
	if len(kept[0].Plan.Steps) != 0 || len(kept[1].Plan.Steps) != 1 {
		t.Errorf("plans with %d and %d steps were kept", len(kept[0].Plan.Steps), len(kept[1].Plan.Steps))
	}
}

// The second environment is interrupted; so says what is kept, to the last.
func TestWhatIsKeptOfAnInterruptedRun(t *testing.T) {
	j := twoShops(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	j.Environments[1].Open = func(ctx context.Context, _ func(string)) (pipeline.Stage, error) {
		interrupt()
		return nil, ctx.Err()
	}
	var last verifier.Result
	j.SoFar = func(r verifier.Result) { last = r }
	r, err := pipeline.Verify(ctx, j)
	if err != nil {
		t.Fatal(err)
	}
	if !last.Interrupted || last.OutOfTime || last.Environments[1].Incident == nil || last.Environments[1].Incident.What != "interrupted" {
		t.Errorf("interrupted %v, %+v", last.Interrupted, last.Environments[1].Incident)
	}
	if diff := cmp.Diff(r, last); diff != "" {
		t.Errorf("what is kept is not the result (-want +got):\n%s", diff)
	}
}

func TestAFinishedEnvironmentIsTakenOver(t *testing.T) {
	first := verify(t, twoShops(t))
	j := twoShops(t)
	j.Environments[0] = unopened(t, "one")
	j.Environments[0].Earlier = &pipeline.Earlier{Result: first.Environments[0], Started: first.Started}
	r := verify(t, j)
	want := first.Environments[0]
	want.Earlier = &first.Started
	if diff := cmp.Diff(want, r.Environments[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if two := r.Environments[1]; two.Earlier != nil || two.Verdict != verifier.Works || r.Interrupted || len(r.Plan.Steps) != 1 {
		t.Errorf("the other one: %s, earlier %v; interrupted %v, %d steps", two.Verdict, two.Earlier, r.Interrupted, len(r.Plan.Steps))
	}
	t.Run("and keeps its date when that is done twice", func(t *testing.T) {
		j := twoShops(t)
		j.Environments[0] = unopened(t, "one")
		j.Environments[0].Earlier = &pipeline.Earlier{Result: r.Environments[0], Started: r.Started.Add(time.Hour)}
		if again := verify(t, j); !again.Environments[0].Earlier.Equal(first.Started) {
			t.Errorf("earlier %v, want %v", again.Environments[0].Earlier, first.Started)
		}
	})
}

// Results are read from files, which may be broken or made up.
func TestWhatDoesNotHoldTogetherIsRunAgain(t *testing.T) {
	first := verify(t, twoShops(t))
	for name, change := range map[string]func(*verifier.EnvironmentResult){
		"cut off":                            func(r *verifier.EnvironmentResult) { r.Incident = &verifier.Incident{} },
		"the network was gone":               func(r *verifier.EnvironmentResult) { r.Findings = []verifier.Finding{{Blame: verifier.BlameWorld}} },
		"no verdict":                         func(r *verifier.EnvironmentResult) { r.Verdict = "" },
		"a verdict that is none":             func(r *verifier.EnvironmentResult) { r.Verdict = "splendid" },
		"a verdict that its steps belie":     func(r *verifier.EnvironmentResult) { r.Steps[0].Outcome = verifier.OutcomeFailed },
		"an outcome that is none":            func(r *verifier.EnvironmentResult) { r.Steps[0].Outcome = "fine" },
		"no steps":                           func(r *verifier.EnvironmentResult) { r.Steps = nil },
		"steps of another plan":              func(r *verifier.EnvironmentResult) { r.Steps[0].Line++ },
		"a result of another environment":    func(r *verifier.EnvironmentResult) { r.Environment.Name = "two" },
		"a system that has another plan":     func(r *verifier.EnvironmentResult) { r.Environment.Family = "other" },
		"a system for which no plan is made": func(r *verifier.EnvironmentResult) { r.Environment.Family = "none" },
	} {
		t.Run(name, func(t *testing.T) {
			j := twoShops(t)
			made := j.Plan
			j.Plan = func(env verifier.Environment) (verifier.Plan, error) {
				p, err := made(env)
				switch env.Family {
				case "other":
					p.Steps[0].ID = "s9"
				case "none":
					err = errors.New("no plan")
				}
				return p, err
			}
			was := first.Environments[0]
			was.Steps = slices.Clone(was.Steps)
			change(&was)
			j.Environments[0].Earlier = &pipeline.Earlier{Result: was, Started: first.Started}
			r := verify(t, j)
			if one := r.Environments[0]; one.Earlier != nil || one.Verdict != verifier.Works || one.Environment.Name != "one" {
				t.Errorf("verdict %s of %s, earlier %v", one.Verdict, one.Environment.Name, one.Earlier)
			}
		})
	}
}

// The date is set back and forth while steps run: nothing takes longer or
// shorter for it, and nothing ends before it began.
func TestAClockThatJumpsChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, _ := target(t, "one", shop(), shopIndex)
		j := job(t, []pipeline.Target{one}, step("sleep 40", verifier.RoleInstall), step("sleep 7200", verifier.RoleInstall))
		j.Limits.Silence = 0
		var clock sync.Mutex
		asked := 0
		j.Now = func() time.Time {
			clock.Lock()
			defer clock.Unlock()
			asked++
			jump := []time.Duration{0, -30 * time.Hour, 30 * time.Hour, time.Minute}[asked%4]
			return time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC).Add(jump)
		}
		began := time.Now()
		r := verify(t, j)
		took := time.Since(began)
		env := r.Environments[0]
		if d := r.Finished.Sub(r.Started); d != took {
			t.Errorf("from start to finish %s, it took %s", d, took)
		}
		if env.Seconds <= 0 || env.Seconds > took.Seconds() {
			t.Errorf("the environment took %v s of %s", env.Seconds, took)
		}
		if slow := env.Steps[0]; slow.Outcome != verifier.OutcomeOK || slow.Seconds != 40 {
			t.Errorf("slow: %s after %v s", slow.Outcome, slow.Seconds)
		}
		if hang := env.Steps[1]; hang.Ended != verifier.TimedOut || hang.Seconds < 60 || hang.Seconds > 70 {
			t.Errorf("hang: %s after %v s, want the limit of 60 s", hang.Ended, hang.Seconds)
		}
	})
}
