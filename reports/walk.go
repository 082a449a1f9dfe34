package reports

import (
	"cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// fate is how a step ended for a reader of the documents.
type fate int

const (
	fateOK      fate = iota
	fateMended       // failed, and passed with a fix; or typed in another place
	fateFailed       //
	fateBlocked      // by a step that failed
	fateNotRun       //
	fateUnclear      // how it ended could not be told
)

// told is a step of the plan as one environment tells of it.
type told struct {
	step   verifier.Step
	result *verifier.StepResult // only its Step is set where the environment does not name it
	fate   fate
	reason string // of what was left out
}

// walk tells of every step of the plan and of the environment. What the plan
// holds and the environment does not name was not run there.
func (d *digest) walk(env *verifier.EnvironmentResult) []told {
	out := make([]told, 0, max(len(env.Steps), len(d.result.Plan.Steps)))
	seen := make(map[string]bool, len(env.Steps))
	for i := range env.Steps {
		s := &env.Steps[i]
		seen[s.Step] = true
		out = append(out, d.tell(env, s))
	}
	for _, step := range d.result.Plan.Steps {
		if !seen[step.ID] {
			out = append(out, told{step: step, result: &verifier.StepResult{Step: step.ID}, fate: fateNotRun, reason: cmp.Or(step.Reason, "it was not reached")})
		}
	}
	return out
}

func (d *digest) tell(env *verifier.EnvironmentResult, s *verifier.StepResult) told {
	t := told{step: d.stepOf(env, s.Step), result: s, fate: fateUnclear}
	switch s.Outcome {
	case verifier.OutcomeOK, verifier.OutcomeOKWithDeviation:
		t.fate = fateOK
	case verifier.OutcomeFailed:
		t.fate = fateFailed
		if s.AfterFix.Passed() {
			t.fate = fateMended
		}
	case verifier.OutcomeBlocked:
		t.fate, t.reason = fateBlocked, d.blockedReason(env, s)
	case verifier.OutcomeNotRun:
		t.fate, t.reason = fateNotRun, cmp.Or(s.Reason, t.step.Reason, "no reason is recorded")
		if s.AfterFix.Passed() { // typed in another place
			t.fate, t.reason = fateMended, ""
		}
	case verifier.OutcomeInconclusive:
		t.reason = cmp.Or(s.Reason, "it could not be told how it ended")
	}
	return t
}
