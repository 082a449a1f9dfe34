package main

import (
	"fmt"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// tally counts agreements among comparable things.
type tally struct{ agree, of int }

func (t *tally) add(agrees bool) {
	t.of++
	if agrees {
		t.agree++
	}
}

// comparison is one repository's row.
type comparison struct {
	repo     string
	missing  string // why there is nothing to compare; empty: there is
	steps    int    // documented ones in the truth
	optional int    // of those
	followed int    // of those, by us
	extra    int    // steps that we follow and the truth does not know
	outcomes tally  // over the followed ones, as written
	answered int    // of the agreeing ones: the truth met a question that our terminal answered, as a listed deviation
	category tally  // of the first failure, over the followed ones that fail in the truth
	verdict  verifier.Verdict
	passes   *bool   // the truth, with fixes; nil: not tried
	fixed    tally   // truth steps that pass in the end: ours of the truth's
	alarms   int     // findings on steps that pass in the truth
	seconds  float64 // ours, the whole run
	byHand   float64 // the truth's
	differs  []string
}

// compare holds a result's environment against what was seen by hand.
func compare(repo string, a account, plan verifier.Plan, env verifier.EnvironmentResult) comparison {
	c := comparison{repo: repo, steps: len(a.steps), passes: a.passes, byHand: a.seconds, verdict: env.Verdict}
	o := ours{env: env}
	pairs := match(a.steps, plan.Steps)
	known := map[string]int{} // plan step to truth step
	for i, t := range a.steps {
		if t.Optional {
			c.optional++
		}
		if t.OKAfterFixes {
			c.fixed.of++
		}
		j, found := pairs[i]
		if !found {
			c.differ("%s is no step of ours", at(t.Line, t.Cmd, t.Optional))
			continue
		}
		step := plan.Steps[j]
		known[step.ID] = i
		if !step.Follow {
			c.differ("%s not followed: %s", at(t.Line, t.Cmd, t.Optional), orElse(step.Reason, "no reason given"))
			continue
		}
		c.followed++
		if fold(t.Cmd) != fold(step.Command) {
			c.differ("L%d is %s for us", t.Line, code(step.Command))
		}
		c.step(t, step, o)
	}
	c.strangers(plan, known, o)
	for _, f := range env.Findings {
		if i, judged := known[f.Step]; judged && a.steps[i].Category == "" {
			c.alarms++
			c.differ("%s: false finding %s (%s): %s", at(a.steps[i].Line, a.steps[i].Cmd, a.steps[i].Optional), f.Rule, f.Category, clip(f.Evidence, 60))
		}
	}
	if in := env.Incident; in != nil {
		c.differ("incident (%s): %s", in.Blame, clip(in.What+" "+in.Message, 90))
	}
	return c
}

// step compares one step that both sides took.
func (c *comparison) step(t truthStep, step verifier.Step, o ours) {
	r, ran := o.result(step.ID)
	where := at(t.Line, t.Cmd, t.Optional)
	agrees, answered := outcomeAgrees(t, r)
	c.outcomes.add(agrees)
	if answered {
		c.answered++
	}
	switch {
	case !ran:
		c.differ("%s has no outcome", where)
	case !agrees:
		c.differ("%s: %s%s, by hand %s", where, r.Outcome, because(r), byHand(t))
	}
	first, found := o.firstFinding(r)
	if t.Category != "" {
		same := found && first.Category == t.Category || answered && t.Category == verifier.InteractivePrompt
		c.category.add(same)
		if !same && agrees {
			got := "no finding"
			if found {
				got = fmt.Sprintf("category %s (%s)", first.Category, first.Rule)
			}
			c.differ("%s: %s, by hand %s", where, got, t.Category)
		}
	}
	if !t.OKAfterFixes {
		return
	}
	ended := r.Outcome.Passed() || r.AfterFix.Passed()
	if ended {
		c.fixed.agree++
	} else if agrees {
		c.differ("%s: %s in the end%s, by hand passed", where, orElse(string(r.AfterFix), string(r.Outcome)), because(r))
	}
}

// strangers names what we follow and the truth does not. A clone of the
// repository itself lies before the truth's start and is none.
func (c *comparison) strangers(plan verifier.Plan, known map[string]int, o ours) {
	for _, s := range plan.Steps {
		if _, is := known[s.ID]; is || !s.Follow || s.Has(verifier.FlagSelfClone) {
			continue
		}
		c.extra++
		r, _ := o.result(s.ID)
		c.differ("also followed: %s %s (%s)", s.Document, at(s.Line, s.Command, false), orElse(string(r.Outcome), "no outcome"))
	}
}

func (c *comparison) differ(format string, args ...any) {
	c.differs = append(c.differs, fmt.Sprintf(format, args...))
}

// outcomeAgrees judges the first unchanged try. answered says that the truth
// met a question which our terminal answered: the step then counts as
// agreeing although the truth says failed, and is shown apart.
func outcomeAgrees(t truthStep, r verifier.StepResult) (agrees, answered bool) {
	asked := slices.Contains(t.Categories, verifier.InteractivePrompt) || t.Category == verifier.InteractivePrompt
	told := slices.ContainsFunc(r.Deviations, func(d verifier.Deviation) bool { return d.Kind == verifier.DeviationAnswer })
	// Behind another failure the question comes in the repaired try, of which
	// the result tells only that it deviated.
	behind := t.Category != verifier.InteractivePrompt && r.AfterFix == verifier.OutcomeOKWithDeviation
	answered = asked && (told || behind)
	switch t.Category {
	case "":
		agrees = r.Outcome.Passed()
	case verifier.NetworkBlocked: // the world's fault must not be called a failure of the step
		agrees = r.Outcome == verifier.OutcomeInconclusive
	case verifier.InteractivePrompt:
		agrees = r.Outcome == verifier.OutcomeFailed || answered && r.Outcome == verifier.OutcomeOKWithDeviation
	default:
		agrees = r.Outcome == verifier.OutcomeFailed
	}
	return agrees, agrees && answered
}

// ours looks things up in one environment's result.
type ours struct{ env verifier.EnvironmentResult }

func (o ours) result(id string) (verifier.StepResult, bool) {
	for _, r := range o.env.Steps {
		if r.Step == id {
			return r, true
		}
	}
	return verifier.StepResult{}, false
}

// firstFinding is what the first unchanged try led to, else the step's first.
func (o ours) firstFinding(r verifier.StepResult) (verifier.Finding, bool) {
	ids := r.Findings
	if len(r.Attempts) > 0 && r.Attempts[0].Finding != "" {
		ids = []string{r.Attempts[0].Finding}
	}
	for _, f := range o.env.Findings {
		if len(ids) > 0 && f.ID == ids[0] || len(ids) == 0 && r.Step != "" && f.Step == r.Step {
			return f, true
		}
	}
	return verifier.Finding{}, false
}
