package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Plans that differ name their steps alike ("s5"), so results of them cannot
// lie side by side. They are brought to one plan: a step is the same when its
// document and text are, wherever it stands; a text that stands several times
// is told by its turn.

// unify gives all parts one plan and names their steps by it.
func unify(parts []Part) []Part {
	last := latest(parts).Result
	plan := last.Plan
	plan.Steps = slices.Clone(plan.Steps)
	keys := stepKeys(plan.Steps)
	for _, p := range parts {
		if p.Result == last {
			continue
		}
		at := 0
		for i, key := range stepKeys(p.Result.Plan.Steps) {
			if known := slices.Index(keys, key); known >= 0 {
				at = known + 1
				continue
			}
			keys = slices.Insert(keys, at, key)
			plan.Steps = slices.Insert(plan.Steps, at, p.Result.Plan.Steps[i])
			at++
		}
	}
	ids := make(map[string]string, len(keys))
	for i, key := range keys {
		ids[key] = fmt.Sprintf("s%d", i+1)
		plan.Steps[i].ID = ids[key]
	}
	plan.Findings, plan.Prose, plan.Documents = nil, nil, nil
	out := make([]Part, len(parts))
	for i, p := range parts {
		r := *p.Result
		name := renaming(r.Plan.Steps, ids, i+1)
		for _, doc := range r.Plan.Documents {
			if !slices.Contains(plan.Documents, doc) {
				plan.Documents = append(plan.Documents, doc)
			}
		}
		for _, f := range renameFindings(r.Plan.Findings, name) {
			if !slices.ContainsFunc(plan.Findings, func(have verifier.Finding) bool { return have.Step == f.Step && have.Fingerprint == f.Fingerprint }) {
				plan.Findings = append(plan.Findings, f)
			}
		}
		for _, prose := range r.Plan.Prose {
			prose.Before = name(prose.Before)
			if !slices.ContainsFunc(plan.Prose, func(have verifier.Prose) bool { return have.Document == prose.Document && have.What == prose.What }) {
				plan.Prose = append(plan.Prose, prose)
			}
		}
		r.Environments = slices.Clone(r.Environments)
		for j := range r.Environments {
			renameSteps(&r.Environments[j], r.Plan.Steps, plan.Steps, name)
		}
		out[i] = Part{p.Name, &r}
	}
	for i := range out {
		out[i].Result.Plan = plan
	}
	return out
}

func stepKeys(steps []verifier.Step) []string {
	turns := map[string]int{}
	out := make([]string, len(steps))
	for i, s := range steps {
		key := s.Document + "\x00" + strings.Join(strings.Fields(s.Command), " ")
		turns[key]++
		out[i] = fmt.Sprintf("%s\x00%d", key, turns[key])
	}
	return out
}

// renaming gives the names of one part's steps in the common plan. What its
// own plan does not hold gets a name that nothing else has.
func renaming(steps []verifier.Step, ids map[string]string, part int) func(string) string {
	to := make(map[string]string, len(steps))
	for i, key := range stepKeys(steps) {
		to[steps[i].ID] = ids[key]
	}
	return func(id string) string {
		if id == "" {
			return ""
		}
		return cmp.Or(to[id], fmt.Sprintf("%s of result %d", id, part))
	}
}

// renameSteps names an environment's steps by the common plan, and says of
// each step of that plan that it does not name why it was not run there.
func renameSteps(env *verifier.EnvironmentResult, own, common []verifier.Step, name func(string) string) {
	env.Steps = slices.Clone(env.Steps)
	told := map[string]bool{}
	for i := range env.Steps {
		s := &env.Steps[i]
		s.Step, s.BlockedBy = name(s.Step), name(s.BlockedBy)
		told[s.Step] = true
	}
	reasons := map[string]string{}
	for _, s := range own {
		reasons[name(s.ID)] = cmp.Or(s.Reason, "it was not reached")
	}
	for _, s := range common {
		if !told[s.ID] {
			env.Steps = append(env.Steps, verifier.StepResult{Step: s.ID, Document: s.Document, Line: s.Line, Command: s.Command, Outcome: verifier.OutcomeNotRun,
				Reason: cmp.Or(reasons[s.ID], "the plan that was followed here does not hold it")})
		}
	}
	env.Findings = renameFindings(env.Findings, name)
	if env.Replay != nil {
		replay := *env.Replay
		replay.Failed = name(replay.Failed)
		env.Replay = &replay
	}
}

func renameFindings(findings []verifier.Finding, name func(string) string) []verifier.Finding {
	out := slices.Clone(findings)
	for i := range out {
		out[i].Step = name(out[i].Step)
		out[i].Fixes = slices.Clone(out[i].Fixes)
		for j := range out[i].Fixes {
			moved := slices.Clone(out[i].Fixes[j].Moved)
			for k := range moved {
				moved[k] = name(moved[k])
			}
			out[i].Fixes[j].Moved = moved
		}
	}
	return out
}
