package pipeline

import (
	"context"
	"errors"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/patch"
)

// leaveRest gives every followed step that was not reached its place in the
// result, with the reason.
func (v *visit) leaveRest(ctx context.Context) {
	if v.result.Steps == nil {
		v.result.Steps = []verifier.StepResult{}
	}
	if v.result.Findings == nil {
		v.result.Findings = []verifier.Finding{}
	}
	reason := "the environment could not be tested to the end"
	switch {
	case errors.Is(context.Cause(ctx), errOutOfTime):
		reason = "the run's time limit was reached before it"
	case ctx.Err() != nil:
		reason = "interrupted before it"
	}
	for _, step := range v.steps[min(len(v.steps), len(v.result.Steps)):] {
		v.result.Steps = append(v.result.Steps, verifier.StepResult{Step: step.ID, Document: step.Document, Line: step.Line,
			Command: step.Command, Outcome: verifier.OutcomeNotRun, Reason: reason})
	}
}

// conclude marks what is documented already and gives rung and verdict.
func (v *visit) conclude() {
	v.markDocumented()
	v.result.Rung = rung(v.steps, v.result.Steps)
	v.result.Verdict = v.verdict()
}

// markDocumented looks for each proven fix in the documents' own section. A
// damaged section documents nothing; writing back tells why.
func (v *visit) markDocumented() {
	for name, source := range v.job.Documents {
		entries, err := patch.Known(name, source)
		if err != nil {
			continue
		}
		for i := range v.result.Findings {
			f := &v.result.Findings[i]
			if entry, ok := entries[f.Fingerprint]; ok && len(f.Fixes) > 0 && f.Fixes[0].Grade == verifier.Proven {
				f.Documented = f.Documented || entry.Documents(v.target.Name, f.Fixes[0])
			}
		}
	}
}

// verdict weighs the steps: a documented step that fails for good outweighs
// what could not be tested, since more testing would not make it pass.
func (v *visit) verdict() verifier.Verdict {
	var failed, mended, unsure bool
	for _, s := range v.result.Steps {
		switch s.Outcome {
		case verifier.OutcomeFailed:
			mended = mended || s.AfterFix.Passed()
			unsure = unsure || s.AfterFix == verifier.OutcomeInconclusive
			failed = failed || !s.AfterFix.Passed() && s.AfterFix != verifier.OutcomeInconclusive
		case verifier.OutcomeBlocked:
			// Counted at the step that blocks it.
		case verifier.OutcomeInconclusive:
			unsure = true
		case verifier.OutcomeOK, verifier.OutcomeOKWithDeviation, verifier.OutcomeNotRun:
		}
	}
	switch {
	case failed:
		return verifier.Broken
	case unsure || v.result.Incident != nil || len(v.result.Steps) == 0:
		return verifier.Inconclusive
	case !mended:
		return verifier.Works
	case v.result.Replay == nil || !v.result.Replay.Passed:
		return verifier.Broken
	}
	for _, f := range v.result.Findings {
		// What was found of a step that passed is advice.
		passed := slices.ContainsFunc(v.result.Steps, func(s verifier.StepResult) bool { return s.Step == f.Step && s.Outcome.Passed() })
		unneeded := len(f.Fixes) > 0 && f.Fixes[0].Grade == verifier.NotNeeded // what is written stands at another finding
		if !f.Documented && !passed && !unneeded {
			return verifier.WorksWithFixes
		}
	}
	return verifier.WorksWithDocumentedFixes
}

// rung says how far the steps got, each rung standing on the ones below it.
func rung(steps []verifier.Step, results []verifier.StepResult) verifier.Rung {
	reached := verifier.RungInstalled
	used := false
	for i, step := range steps {
		if i >= len(results) {
			return ""
		}
		passed := results[i].Outcome.Passed() || results[i].AfterFix.Passed()
		switch step.Role {
		case verifier.RoleRun, verifier.RoleUsage:
			if passed && !used {
				reached, used = verifier.RungUse, true
			}
		case verifier.RoleTest:
			if passed && !used {
				reached = verifier.RungTests
			}
		default:
			if !passed {
				return ""
			}
		}
	}
	if len(steps) == 0 {
		return ""
	}
	return reached
}
