package reports

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// digest is what every report tells, worked out once.
type digest struct {
	result   *verifier.Result
	verdict  verifier.Verdict // the worst
	problems []problem
	proven   int // problems with a proven fix in each of their environments
	tallies  []tally
	left     []leftOut
	strays   []stray
	leftMost int // steps that were left out, in the environment with most of them
	leftFew  int // and with fewest
}

// tally counts outcomes of an environment's steps.
type tally struct {
	environment                                         string
	verdict                                             verifier.Verdict
	rung                                                verifier.Rung
	steps, ok, mended, failed, blocked, notRun, unclear int
	seconds                                             float64
}

// leftOut are steps that were not run for the same reason in the same environments.
type leftOut struct {
	environments []string
	reason       string
	steps        []verifier.Step
}

// stray is a deviation, merged over environments.
type stray struct {
	environments []string
	step         verifier.Step
	what         string
}

func digestOf(r *verifier.Result) *digest {
	d := &digest{result: r, verdict: worst(r.Environments)}
	for i := range r.Environments {
		env := &r.Environments[i]
		for _, f := range env.Findings {
			d.addProblem(env, f)
		}
		d.addSteps(env)
	}
	order := map[string]int{}
	for i, s := range r.Plan.Steps {
		order[s.ID] = i + 1
	}
	slices.SortStableFunc(d.problems, func(a, b problem) int { return cmp.Compare(order[a.step.ID], order[b.step.ID]) })
	slices.SortStableFunc(d.strays, func(a, b stray) int { return cmp.Compare(order[a.step.ID], order[b.step.ID]) })
	for _, p := range d.problems {
		if !slices.ContainsFunc(p.remedies, func(r remedy) bool { return r.fix == nil || r.fix.Grade != verifier.Proven }) {
			d.proven++
		}
	}
	return d
}

// worst ranks what could not be tested above what failed: a failure is known.
func worst(environments []verifier.EnvironmentResult) verifier.Verdict {
	rank := []verifier.Verdict{verifier.Works, verifier.WorksWithDocumentedFixes, verifier.WorksWithFixes, verifier.Inconclusive, verifier.Broken}
	at := 0
	for _, env := range environments {
		i := slices.Index(rank, env.Verdict)
		if i < 0 {
			i = slices.Index(rank, verifier.Inconclusive)
		}
		at = max(at, i)
	}
	if len(environments) == 0 {
		return verifier.Inconclusive
	}
	return rank[at]
}

// stepOf finds a step; the plan is fuller, the environment closer.
func stepOf(r *verifier.Result, env *verifier.EnvironmentResult, id string) verifier.Step {
	for _, s := range r.Plan.Steps {
		if s.ID == id {
			return s
		}
	}
	for _, s := range env.Steps {
		if s.Step == id {
			return verifier.Step{ID: id, Document: s.Document, Line: s.Line, Command: s.Command}
		}
	}
	return verifier.Step{ID: id}
}

// addSteps counts an environment's steps. What the plan holds and the
// environment does not name was not run there.
func (d *digest) addSteps(env *verifier.EnvironmentResult) {
	t := tally{environment: env.Environment.Name, verdict: env.Verdict, rung: env.Rung, seconds: env.Seconds}
	seen := map[string]bool{}
	for _, s := range env.Steps {
		seen[s.Step] = true
		t.steps++
		step := stepOf(d.result, env, s.Step)
		for _, dev := range s.Deviations {
			d.addStray(t.environment, step, dev.What)
		}
		switch s.Outcome {
		case verifier.OutcomeOK, verifier.OutcomeOKWithDeviation:
			t.ok++
		case verifier.OutcomeFailed:
			if s.AfterFix.Passed() {
				t.mended++
			} else {
				t.failed++
			}
		case verifier.OutcomeBlocked:
			t.blocked++
			d.addLeft(t.environment, blockedReason(d.result, env, s), step)
		case verifier.OutcomeInconclusive:
			t.unclear++
			d.addLeft(t.environment, cmp.Or(s.Reason, "it could not be told how it ended"), step)
		case verifier.OutcomeNotRun:
			if s.AfterFix.Passed() { // typed in another place
				t.mended++
				continue
			}
			t.notRun++
			d.addLeft(t.environment, cmp.Or(s.Reason, step.Reason, "no reason is recorded"), step)
		default:
			t.unclear++
		}
	}
	for _, step := range d.result.Plan.Steps {
		if !seen[step.ID] {
			t.steps++
			t.notRun++
			d.addLeft(t.environment, cmp.Or(step.Reason, "it was not reached"), step)
		}
	}
	out := t.notRun + t.blocked + t.unclear
	d.leftMost, d.leftFew = max(d.leftMost, out), min(d.leftFew, out)
	if len(d.tallies) == 0 {
		d.leftFew = out
	}
	d.tallies = append(d.tallies, t)
}

func blockedReason(r *verifier.Result, env *verifier.EnvironmentResult, s verifier.StepResult) string {
	if s.BlockedBy == "" {
		return cmp.Or(s.Reason, "blocked by a step that failed")
	}
	by := stepOf(r, env, s.BlockedBy)
	return fmt.Sprintf("blocked by %s, which failed", at(by))
}

func (d *digest) addLeft(environment, reason string, step verifier.Step) {
	i := slices.IndexFunc(d.left, func(l leftOut) bool { return l.reason == reason && l.environments[0] == environment })
	if i < 0 {
		i = len(d.left)
		d.left = append(d.left, leftOut{environments: []string{environment}, reason: reason})
	}
	d.left[i].steps = append(d.left[i].steps, step)
}

func (d *digest) addStray(environment string, step verifier.Step, what string) {
	i := slices.IndexFunc(d.strays, func(s stray) bool { return s.step.ID == step.ID && s.what == what })
	if i < 0 {
		i = len(d.strays)
		d.strays = append(d.strays, stray{step: step, what: what})
	}
	if !slices.Contains(d.strays[i].environments, environment) {
		d.strays[i].environments = append(d.strays[i].environments, environment)
	}
}

// leftMerged joins what was left out for the same reason with the same steps
// in several environments.
func (d *digest) leftMerged() []leftOut {
	var out []leftOut
	for _, l := range d.left {
		i := slices.IndexFunc(out, func(o leftOut) bool {
			return o.reason == l.reason && slices.EqualFunc(o.steps, l.steps, func(a, b verifier.Step) bool { return a.ID == b.ID })
		})
		if i < 0 {
			out = append(out, leftOut{environments: slices.Clone(l.environments), reason: l.reason, steps: l.steps})
			continue
		}
		out[i].environments = append(out[i].environments, l.environments...)
	}
	return out
}
