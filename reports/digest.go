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
	planned  map[string]int    // index of a step in the plan, by its ID
	numbers  map[[3]string]int // of problems before they are sorted, by what makes them the same
	verdict  verifier.Verdict  // the worst
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
	d := &digest{result: r, planned: make(map[string]int, len(r.Plan.Steps)), numbers: map[[3]string]int{}, verdict: worst(r.Environments)}
	for i, s := range r.Plan.Steps {
		if _, twice := d.planned[s.ID]; !twice {
			d.planned[s.ID] = i
		}
	}
	for i := range r.Environments {
		env := &r.Environments[i]
		cutShort := map[string]string{}
		for j := range env.Steps {
			if s := &env.Steps[j]; s.CutShort != "" {
				cutShort[s.Step] = s.CutShort
			}
		}
		for _, f := range env.Findings {
			d.addProblem(env, f, cutShort[f.Step])
		}
		d.addSteps(env)
	}
	order := func(s verifier.Step) int {
		if i, planned := d.planned[s.ID]; planned {
			return i
		}
		return -1
	}
	slices.SortStableFunc(d.problems, func(a, b problem) int { return cmp.Compare(order(a.step), order(b.step)) })
	slices.SortStableFunc(d.strays, func(a, b stray) int { return cmp.Compare(order(a.step), order(b.step)) })
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
func (d *digest) stepOf(env *verifier.EnvironmentResult, id string) verifier.Step {
	if i, planned := d.planned[id]; planned {
		return d.result.Plan.Steps[i]
	}
	for i := range env.Steps {
		if s := &env.Steps[i]; s.Step == id {
			return verifier.Step{ID: id, Document: s.Document, Line: s.Line, Command: s.Command}
		}
	}
	return verifier.Step{ID: id}
}

// addSteps counts an environment's steps.
func (d *digest) addSteps(env *verifier.EnvironmentResult) {
	t := tally{environment: env.Environment.Name, verdict: env.Verdict, rung: env.Rung, seconds: env.Seconds}
	for _, s := range d.walk(env) {
		t.steps++
		for _, dev := range s.result.Deviations {
			d.addStray(t.environment, s.step, dev.What)
		}
		switch s.fate {
		case fateOK:
			t.ok++
		case fateMended:
			t.mended++
		case fateFailed:
			t.failed++
		case fateBlocked:
			t.blocked++
		case fateNotRun:
			t.notRun++
		case fateUnclear:
			t.unclear++
		}
		if s.reason != "" {
			d.addLeft(t.environment, s.reason, s.step)
		}
	}
	out := t.notRun + t.blocked + t.unclear
	d.leftMost, d.leftFew = max(d.leftMost, out), min(d.leftFew, out)
	if len(d.tallies) == 0 {
		d.leftFew = out
	}
	d.tallies = append(d.tallies, t)
}

func (d *digest) blockedReason(env *verifier.EnvironmentResult, s *verifier.StepResult) string {
	if s.BlockedBy == "" {
		return cmp.Or(s.Reason, "blocked by a step that failed")
	}
	by := d.stepOf(env, s.BlockedBy)
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
