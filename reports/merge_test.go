package reports

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// jobs takes a result apart as a matrix would have made it.
func jobs(r *verifier.Result) []Part {
	var parts []Part
	for _, env := range r.Environments {
		alone := *r
		alone.Environments = []verifier.EnvironmentResult{env}
		parts = append(parts, Part{env.Environment.Name + ".json", &alone})
	}
	return parts
}

func merge(t *testing.T, parts ...Part) *verifier.Result {
	t.Helper()
	r, err := Merge(parts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAMatrixMergesToWhatOneRunGives(t *testing.T) {
	for _, name := range []string{"five-findings", "differing", "inconclusive", "resumed", "works"} {
		t.Run(name, func(t *testing.T) {
			parts := jobs(fixtures()[name])
			if diff := cmp.Diff(fixtures()[name], merge(t, parts...)); diff != "" {
				t.Errorf("(-one run +merged):\n%s", diff)
			}
			if diff := cmp.Diff(jobs(fixtures()[name]), parts); diff != "" {
				t.Errorf("the parts were changed:\n%s", diff)
			}
		})
	}
}

func TestDisagreementsAreSaid(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*verifier.Result)
		want   []string
	}{
		{"none", func(*verifier.Result) {}, nil},
		{"commit", func(r *verifier.Result) { r.Repository.Commit = "99aa" },
			[]string{"The merged results are of different commits: 4c1f2e97a0 (debian-12.json), 99aa (debian-13.json). What is told of one may not hold for the other."}},
		{"no commit", func(r *verifier.Result) { r.Repository.Commit = "" },
			[]string{"The merged results are of different commits: 4c1f2e97a0 (debian-12.json), none (debian-13.json). What is told of one may not hold for the other."}},
		{"uncommitted changes", func(r *verifier.Result) { r.Repository.Dirty = true },
			[]string{"The merged results are of different files of the same commit: as committed (debian-12.json), changed (debian-13.json). Some were changed and not committed."}},
		{"version", func(r *verifier.Result) { r.Tool.Version = "0.2.0" },
			[]string{"The merged results are of different versions of freshinstall: 0.1.0 (debian-12.json), 0.2.0 (debian-13.json)."}},
		{"plan", func(r *verifier.Result) { r.Plan.Steps = r.Plan.Steps[:9] },
			[]string{"The merged results followed different plans; a step that an environment's plan does not hold is told as not run there."}},
		{"environment", func(r *verifier.Result) { r.Environments[0].Environment.Name = "debian-12" },
			[]string{"debian-12 stands in debian-12.json (of 2026-11-22 09:30 UTC) and in debian-13.json (of 2026-11-22 09:30 UTC); the later one counts, that of debian-13.json."}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			parts := jobs(fiveFindings())
			tc.change(parts[1].Result)
			r := merge(t, parts...)
			if diff := cmp.Diff(tc.want, r.Notes); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, format := range []string{"markdown", "github", "gitlab", "sarif", "junit"} {
				text := strings.ReplaceAll(strings.ReplaceAll(string(render(t, format, r)), "&#39;", "'"), "&#34;", `"`)
				for _, note := range tc.want {
					if !strings.Contains(text, note) {
						t.Errorf("%s does not say %q", format, note)
					}
				}
			}
		})
	}
}

func TestTheLaterOfTwoCounts(t *testing.T) {
	old, young := works(), works()
	young.Started = old.Started.Add(time.Hour)
	young.Environments[0].Verdict = verifier.Broken
	for name, parts := range map[string][]Part{"named last": {{"old", old}, {"young", young}}, "named first": {{"young", young}, {"old", old}}} {
		t.Run(name, func(t *testing.T) {
			r := merge(t, parts...)
			if len(r.Environments) != 1 || r.Environments[0].Verdict != verifier.Broken || !strings.Contains(r.Notes[0], "that of young.") {
				t.Errorf("%d environments, %v", len(r.Environments), r.Notes)
			}
		})
	}
	t.Run("taken over from an earlier attempt", func(t *testing.T) {
		before := old.Started.Add(-time.Hour)
		taken := works()
		taken.Started, taken.Environments[0].Earlier = young.Started, &before
		taken.Environments[0].Verdict = verifier.Broken
		if r := merge(t, Part{"old", old}, Part{"taken", taken}); r.Environments[0].Verdict != verifier.Works {
			t.Error("the run's start counts, not the attempt's")
		}
	})
	t.Run("what does not count does not cut the run short", func(t *testing.T) {
		cut := works()
		cut.Interrupted = true
		if r := merge(t, Part{"cut", cut}, Part{"young", young}); r.Interrupted {
			t.Error("interrupted")
		}
	})
}

// In another commit a step has another number and another line.
func TestStepsKeepTheirResultsAcrossPlans(t *testing.T) {
	parts := jobs(differing())
	second := parts[1].Result
	second.Plan.Steps = slices.Clone(second.Plan.Steps)
	second.Plan.Steps = slices.Insert(second.Plan.Steps, 2, left("s3", 15, "make docs", "not needed"))
	renamed := map[string]string{}
	for i := range second.Plan.Steps {
		id := second.Plan.Steps[i].ID
		second.Plan.Steps[i].ID = "s" + string(rune('A'+i))
		second.Plan.Steps[i].Line++
		if i != 2 {
			renamed[id] = second.Plan.Steps[i].ID
		}
	}
	env := &second.Environments[0]
	env.Steps, env.Findings = slices.Clone(env.Steps), slices.Clone(env.Findings)
	for i := range env.Steps {
		env.Steps[i].Step = renamed[env.Steps[i].Step]
	}
	for i := range env.Findings {
		env.Findings[i].Step = renamed[env.Findings[i].Step]
	}
	r := merge(t, parts...)
	commands := map[string]string{}
	for _, s := range r.Plan.Steps {
		if commands[s.ID] != "" {
			t.Errorf("two steps are %s", s.ID)
		}
		commands[s.ID] = s.Command
	}
	if len(commands) != 11 {
		t.Errorf("%d steps, want 11", len(commands))
	}
	for i, env := range r.Environments {
		if len(env.Steps) != 11 {
			t.Errorf("%s tells of %d steps", env.Environment.Name, len(env.Steps))
		}
		for _, s := range env.Steps {
			if s.Command != "" && commands[s.Step] != s.Command {
				t.Errorf("%s: %s is %q, its result is of %q", env.Environment.Name, s.Step, commands[s.Step], s.Command)
			}
			if s.BlockedBy != "" && commands[s.BlockedBy] != "make -C build" {
				t.Errorf("blocked by %q", commands[s.BlockedBy])
			}
		}
		for j, f := range env.Findings {
			if was := fixtures()["differing"].Environments[i].Findings[j]; commands[f.Step] != digestOf(differing()).stepOf(&env, was.Step).Command {
				t.Errorf("%s: finding %s is now of %q", env.Environment.Name, f.ID, commands[f.Step])
			}
		}
	}
	docs := slices.IndexFunc(r.Environments[0].Steps, func(s verifier.StepResult) bool { return commands[s.Step] == "make docs" })
	if docs < 0 || r.Environments[0].Steps[docs].Reason != "the plan that was followed here does not hold it" {
		t.Error("a step of the other plan alone is not told")
	}
	if digestOf(r).verdict != verifier.Broken || r.Environments[0].Replay.Failed == "" || commands[r.Environments[0].Replay.Failed] != "make -C build" {
		t.Error("the replay names another step")
	}
}

func TestMergeRefuses(t *testing.T) {
	other := works()
	other.Repository.Name = "lighthouse"
	for name, parts := range map[string][]Part{"nothing": nil, "another repository": {{"a", works()}, {"b", other}}} {
		t.Run(name, func(t *testing.T) {
			_, err := Merge(parts)
			unfit, ok := errors.AsType[*MergeError](err)
			if !ok || unfit.ToDo == "" {
				t.Errorf("err = %v", err)
			}
		})
	}
}
