package pipeline

import (
	"context"
	"maps"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
)

// A package that the archive does not have makes its whole line fail, and only
// later steps show what it stood for. Once all steps were typed, what was proven
// to be missing in them is joined into that line: one correction where the
// mistake is, instead of one at each of its consequences. The clean replay runs
// it; where that fails, everything is as it was.

// joined is what was there before.
type joined struct {
	fixes    map[string][]verifier.Fix
	findings []verifier.Finding
	steps    []verifier.StepResult
}

// join corrects lines with unknown packages; nil where there are none that can
// be corrected by what came after them.
func (v *visit) join(ctx context.Context) (*joined, error) {
	if v.index == nil || len(v.left) > 0 {
		return nil, nil // on a newer release the same line may be right
	}
	was := &joined{maps.Clone(v.fixes), slices.Clone(v.result.Findings), slices.Clone(v.result.Steps)}
	for i := range was.findings {
		was.findings[i].Fixes = slices.Clone(was.findings[i].Fixes)
	}
	changed := false
	for i := range slices.Backward(v.result.Steps) {
		did, err := v.joinInto(ctx, i)
		if err != nil {
			return nil, err
		}
		changed = changed || did
	}
	if !changed {
		return nil, nil
	}
	return was, nil
}

// part undoes it.
func (v *visit) part(was *joined) {
	v.fixes, v.result.Findings, v.result.Steps = was.fixes, was.findings, was.steps
}

// joinInto corrects one line by what is needed behind it.
func (v *visit) joinInto(ctx context.Context, i int) (bool, error) {
	r := &v.result.Steps[i]
	family := v.result.Environment.Family
	lines := v.unknownAt(i)
	if len(lines) == 0 {
		return false, nil
	}
	text := v.steps[i].Command
	var unknown []string
	for _, at := range lines {
		unknown = append(unknown, v.result.Findings[at].Object)
	}
	var needed []string
	var later []int
	for at, f := range v.result.Findings {
		behind := slices.IndexFunc(v.steps, func(s verifier.Step) bool { return s.ID == f.Step }) > i
		if !behind || len(f.Fixes) == 0 || f.Fixes[0].Kind != verifier.FixBefore || f.Fixes[0].Grade != verifier.ProvenInPlace {
			continue
		}
		if names := diagnose.Installs(f.Fixes[0].Commands, family); len(names) > 0 {
			needed, later = append(needed, names...), append(later, at)
		}
	}
	corrected, installed := diagnose.CorrectInstall(text, family, unknown, needed)
	if len(later) == 0 || len(installed) == 0 {
		return false, nil
	}
	for _, name := range unknown {
		if certain, err := diagnose.Unknown(ctx, v.index, name, installed); err != nil || !certain {
			return false, err
		}
	}
	fix := verifier.Fix{Kind: verifier.FixReplace, Replace: corrected, Grade: verifier.ProvenInPlace, Proof: &verifier.Proof{ControlExit: r.Attempts[0].Exit},
		Why: "the archive of this release has no such package; the steps behind it show what is needed instead"}
	last := &v.result.Findings[lines[len(lines)-1]]
	if len(last.Fixes) > 0 && last.Fixes[0].Proof != nil {
		fix.Proof = last.Fixes[0].Proof
	}
	for _, at := range lines[:len(lines)-1] {
		v.notNeeded(at)
	}
	for _, at := range later {
		v.notNeeded(at)
	}
	v.fixes[r.Step] = append(slices.DeleteFunc(slices.Clone(v.fixes[r.Step]), func(f verifier.Fix) bool { return f.Kind == verifier.FixReplace }), fix)
	last.Fixes = []verifier.Fix{fix}
	r.AfterFix = verifier.OutcomeOK
	return true, nil
}

// unknownAt are the findings of a step that is red for packages which the
// archive does not have, and passes without them, if at all.
func (v *visit) unknownAt(i int) []int {
	r := v.result.Steps[i]
	var all []int
	text := v.steps[i].Command
	for at, f := range v.result.Findings {
		if f.Step != r.Step || r.Outcome != verifier.OutcomeFailed {
			continue
		}
		if !v.job.Catalogue.Leaves(f.Rule) {
			if len(f.Fixes) > 0 && f.Fixes[0].Kind == verifier.FixReplace {
				return nil // it is written otherwise altogether
			}
			continue
		}
		if len(f.Fixes) > 0 {
			without, _ := diagnose.CorrectInstall(text, v.result.Environment.Family, []string{f.Object}, nil)
			if f.Fixes[0].Kind != verifier.FixReplace || f.Fixes[0].Replace != without {
				return nil // another name took its place
			}
			text = without
		}
		all = append(all, at)
	}
	return all
}

// notNeeded takes a finding's fix out of what is typed.
func (v *visit) notNeeded(at int) {
	f := &v.result.Findings[at]
	if len(f.Fixes) == 0 {
		return
	}
	fix := f.Fixes[0]
	v.fixes[f.Step] = slices.DeleteFunc(slices.Clone(v.fixes[f.Step]), func(g verifier.Fix) bool {
		return g.Replace == fix.Replace && slices.Equal(g.Commands, fix.Commands)
	})
	if len(v.fixes[f.Step]) == 0 {
		delete(v.fixes, f.Step)
	}
	f.Fixes = slices.Clone(f.Fixes)
	f.Fixes[0].Grade = verifier.NotNeeded
}
