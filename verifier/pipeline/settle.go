package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// settle decides what a typed step came to: passed, failed and mended, failed,
// blocked by an earlier failure, or nothing that can be said of the documents.
func (v *visit) settle(ctx context.Context, step verifier.Step, rec *run.Record) error {
	r := &rec.Result
	if r.Outcome == verifier.OutcomeNotRun {
		return nil
	}
	if r.Outcome.Passed() {
		failed, err := v.fails(ctx, v.machine, step, rec)
		if err != nil || !failed {
			return err
		}
		r.Outcome, r.Reason = verifier.OutcomeFailed, "it ended with status 0 although it says that it failed"
		if rec.Execution.Unmet != "" {
			r.Reason = "it ended with status 0; " + rec.Execution.Unmet
		}
	}
	if err := v.countFailed(ctx); err != nil {
		return err
	}
	d, err := v.judge(ctx, step, *rec, nil)
	if err != nil {
		return err
	}
	if by := cmp.Or(v.sameCause(d), d.After); by != "" {
		block(r, by)
		return nil
	}
	if err := v.hadLater(ctx, step); err != nil {
		if gone, ok := errors.AsType[*unrepeated](err); ok {
			v.leave(step, r, d, gone)
			return nil
		}
		return err
	}
	before := *v.before
	if ours(d.Finding.Blame) {
		err = v.again(ctx, step, rec, d)
	} else {
		err = v.mend(ctx, step, rec, d)
	}
	if err == nil {
		v.keep(ctx, r, before)
	}
	return err
}

// again gives a failure that is not the documents' a second chance, and
// otherwise leaves the step inconclusive.
func (v *visit) again(ctx context.Context, step verifier.Step, rec *run.Record, d prove.Diagnosis) error {
	before := *v.before
	before.Cold = true
	m, err := v.fork(ctx, before)
	if gone, ok := errors.AsType[*unserved](err); ok {
		v.leave(step, &rec.Result, d, gone)
		return nil
	}
	if err != nil {
		return fmt.Errorf("try again: %w", err)
	}
	second, err := v.retype(ctx, m, step, step.Command)
	if err != nil {
		_ = m.Close() // the error of the run is the one that tells
		return err
	}
	rec.Result.Attempts = append(rec.Result.Attempts, attempt(second))
	v.restarted(&second.Result)
	if second.Result.Outcome.Passed() {
		attempts := rec.Result.Attempts
		*rec = second
		rec.Result.Attempts = attempts
		rec.Result.Outcome = verifier.OutcomeOKWithDeviation
		rec.Result.Deviations = append(rec.Result.Deviations, verifier.Deviation{Kind: verifier.DeviationOther,
			What: "failed once for a reason outside of the documents, and passed when typed again: " + d.Finding.Evidence})
		return v.adopt(m)
	}
	finding, err := v.deadLink(ctx, m, step, *rec, d.Finding)
	if err != nil {
		_ = m.Close() // the error of the run is the one that tells
		return err
	}
	rec.Result.Findings = append(rec.Result.Findings, v.record(step, finding))
	if ours(finding.Blame) {
		rec.Result.Outcome, rec.Result.Reason = verifier.OutcomeInconclusive, finding.Plain
	}
	v.unmended = append(v.unmended, failure{step.ID, step.Command, d.Class, d.Finding.Evidence})
	return m.Close()
}

// deadLink gives the finding that a step's own address is nobody's, where
// that is certain, and otherwise the one that was there.
func (v *visit) deadLink(ctx context.Context, m run.Machine, step verifier.Step, rec run.Record, was verifier.Finding) (verifier.Finding, error) {
	if was.Category != verifier.NetworkBlocked || was.Blame != verifier.BlameWorld {
		return was, nil
	}
	host, err := v.nobodysName(ctx, m, step)
	if err != nil || host == "" {
		return was, err
	}
	o := v.observe(step, rec)
	o.NobodysName = host
	for _, e := range v.job.Catalogue.Explain(o) {
		if e.Finding.Object == host && e.Finding.Blame == verifier.BlameDocs {
			e.Finding.Evidence = was.Evidence
			return e.Finding, nil
		}
	}
	return was, nil
}

// mend searches for fixes and goes on where the step has passed.
func (v *visit) mend(ctx context.Context, step verifier.Step, rec *run.Record, d prove.Diagnosis) error {
	prover := &prove.Prover{Fork: v.fork, Now: time.Now, Judge: v.judge, AtOnce: v.job.AtOnce, Budget: v.job.Limits.Search,
		Type: v.retype, More: v.further, Elsewhere: v.inNewerRelease,
		Tried: func(f verifier.Fix) { v.tell(verifier.Event{Kind: verifier.EventTrial, Step: step.ID, Text: words(f)}) },
		Won: func(f verifier.Fix) {
			v.tell(verifier.Event{Kind: verifier.EventProven, Step: step.ID, Text: words(f)})
		}}
	if v.leftUndone(d) != "" {
		// An earlier step that stayed red explains it better than a guess would.
		prover.More, prover.Elsewhere = nil, nil
	}
	mending, err := prover.Mend(ctx, step, *rec, d, *v.before)
	r := &rec.Result
	if gone, ok := errors.AsType[*unserved](err); ok {
		v.leave(step, r, d, gone)
		return nil
	}
	v.restarted(r)
	if err == nil && mending.Machine == nil && !mending.Flaky && mending.After == "" && len(mending.Findings) == 1 {
		if by := v.leftUndone(d); by != "" {
			block(r, by)
			return nil
		}
	}
	if mending.OutOfTime {
		r.CutShort = fmt.Sprintf("the time for the search for a fix (%s) was up before everything was tried", v.job.Limits.Search)
	}
	ids := map[string]string{} // by class
	for _, finding := range mending.Findings {
		id := v.record(step, v.learned(finding))
		r.Findings, ids[class(finding)] = append(r.Findings, id), id
	}
	r.Attempts[0].Finding = ids[d.Class]
	for _, a := range mending.Attempts {
		a.Finding = ids[a.Finding]
		r.Attempts = append(r.Attempts, a)
	}
	if err != nil {
		return err
	}
	switch {
	case mending.Flaky:
		r.Outcome, r.Reason = verifier.OutcomeInconclusive, "failed, and did otherwise when typed again unchanged"
	case mending.Outside:
		r.AfterFix, r.Reason = verifier.OutcomeInconclusive, mending.Findings[len(mending.Findings)-1].Plain
		v.unmended = append(v.unmended, failure{step.ID, step.Command, d.Class, d.Finding.Evidence})
	case mending.Machine == nil:
		v.unmended = append(v.unmended, failure{step.ID, step.Command, d.Class, d.Finding.Evidence})
	}
	if mending.After != "" {
		block(r, mending.After)
	}
	if mending.Machine == nil {
		return nil
	}
	r.AfterFix = mending.Last.Result.Outcome
	for _, d := range mending.Last.Result.Deviations {
		if !slices.Contains(r.Deviations, d) {
			r.Deviations = append(r.Deviations, d)
		}
	}
	if len(mending.Applied) > 0 {
		v.fixes[step.ID] = mending.Applied
		for _, fix := range mending.Applied {
			v.earlier = append(v.earlier, fix.Commands...)
			v.services = append(v.services, fix.Services...)
			for _, id := range fix.Moved {
				v.moved[id] = step.ID
			}
			if fix.Release != "" {
				v.moveOn(fix.Release)
			}
		}
	}
	// What is left running is what the step came to in the machine that is gone on with.
	rec.Execution, rec.Typed = mending.Last.Execution, mending.Last.Typed
	return v.adopt(mending.Machine)
}

// retype types a step in a trial; status 0 is no success where the output or a
// missing effect says otherwise.
func (v *visit) retype(ctx context.Context, m run.Machine, step verifier.Step, text string) (run.Record, error) {
	rec, err := v.typist.Type(ctx, m, step, text, v.logName(step))
	if err != nil || !rec.Result.Outcome.Passed() {
		return rec, err
	}
	failed, err := v.fails(ctx, m, step, &rec)
	if err == nil && !failed {
		failed, err = v.portMissing(ctx, m, &rec)
	}
	if failed {
		rec.Result.Outcome = verifier.OutcomeFailed
	}
	return rec, err
}

// leave records a failure for which no fix could be tried.
func (v *visit) leave(step verifier.Step, r *verifier.StepResult, d prove.Diagnosis, why error) {
	r.Reason = why.Error()
	finding := d.Finding
	finding.Fixes = d.Candidates
	r.Findings = append(r.Findings, v.record(step, finding))
	if ours(finding.Blame) {
		r.Outcome, r.Reason = verifier.OutcomeInconclusive, finding.Plain
	}
	v.unmended = append(v.unmended, failure{step.ID, step.Command, d.Class, d.Finding.Evidence})
}

// record numbers a finding and keeps it.
func (v *visit) record(step verifier.Step, f verifier.Finding) string {
	f.ID, f.Step = fmt.Sprintf("f%d", len(v.result.Findings)+1), step.ID
	if f.Fixes == nil {
		f.Fixes = []verifier.Fix{}
	}
	v.result.Findings = append(v.result.Findings, f)
	v.tell(verifier.Event{Kind: verifier.EventFinding, Step: step.ID, Text: f.Plain})
	return f.ID
}

// judge explains a failed step and asks for candidates.
func (v *visit) judge(ctx context.Context, step verifier.Step, rec run.Record, earlier []string) (prove.Diagnosis, error) {
	o := v.observeBehind(step, rec, earlier)
	first, there, err := v.offPath(ctx, v.explain(o)[0], o)
	if err != nil {
		return prove.Diagnosis{}, err
	}
	d := prove.Diagnosis{Finding: first.Finding, Class: class(first.Finding)}
	if ours(first.Finding.Blame) {
		return d, nil
	}
	for _, f := range slices.Backward(v.unmended) {
		if first.MadeBy(f.command) {
			d.After = f.step
			return d, nil
		}
	}
	if err := v.openIndex(ctx); err != nil {
		return d, err
	}
	candidates, err := v.job.Catalogue.Candidates(ctx, first, o, v.index)
	if err != nil {
		return d, fmt.Errorf("look for fixes: %w", err)
	}
	d.Candidates = v.open(step, append(there, candidates...))
	return d, nil
}

// open takes declared values out of fixes, which are made of what was typed.
func (v *visit) open(step verifier.Step, fixes []verifier.Fix) []verifier.Fix {
	for i := range fixes {
		fix := &fixes[i]
		fix.Replace = v.typist.Open(step, fix.Replace)
		for j := range fix.Commands {
			fix.Commands[j] = v.typist.Open(step, fix.Commands[j])
		}
	}
	return fixes
}

// openIndex opens the package index at the first failure that needs it. It is
// tried twice, since an archive that did not answer once is no reason to give
// an environment up.
func (v *visit) openIndex(ctx context.Context) (err error) {
	if v.index != nil {
		return nil
	}
	for range 2 {
		v.tell(verifier.Event{Kind: verifier.EventPreparing, Text: "the distribution's package index, to look up what is missing"})
		if v.index, err = v.stage.Index(ctx); err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		v.index = nil
		return fmt.Errorf("package index of %s: %w", v.target.Name, err)
	}
	return nil
}

func (v *visit) silent(step verifier.Step, rec run.Record) bool {
	return len(v.job.Catalogue.Silent(v.observe(step, rec))) > 0
}

// class is equal for failures of one cause: same rule, same object. Two
// unknown failures are one class, since telling lines hold times and numbers.
func class(f verifier.Finding) string { return f.Rule + "\x00" + f.Object }

// sameCause names the earlier step that stayed red for the very same cause.
func (v *visit) sameCause(d prove.Diagnosis) string {
	for _, f := range slices.Backward(v.unmended) {
		if f.class == d.Class && f.evidence == d.Finding.Evidence {
			return f.step
		}
	}
	return ""
}

// leftUndone names the earlier step that should have made what a step lacks:
// something is not there, no fix brings it, and a step before stayed red.
func (v *visit) leftUndone(d prove.Diagnosis) string {
	switch d.Finding.Category {
	case verifier.MissingFile, verifier.MissingTool, verifier.WrongCommand, verifier.OrderOfSteps, verifier.MissingService:
		if len(v.unmended) > 0 {
			return v.unmended[len(v.unmended)-1].step
		}
	}
	return ""
}

func block(r *verifier.StepResult, by string) {
	r.Outcome, r.BlockedBy = verifier.OutcomeBlocked, by
	r.Reason = fmt.Sprintf("needs what %s did not do", by)
}

// ours reports whether a failure says nothing about documents or repository.
func ours(b verifier.Blame) bool {
	return b == verifier.BlameWorld || b == verifier.BlameContainer || b == verifier.BlameEnvironment
}

func attempt(rec run.Record) verifier.Attempt {
	return verifier.Attempt{Command: rec.Result.Command, Exit: rec.Result.Exit, Seconds: rec.Result.Seconds}
}

func words(f verifier.Fix) string {
	text := ""
	if f.Release != "" {
		text = f.Release + "; "
	}
	for _, s := range f.Services {
		text += s.String() + "; "
	}
	for _, c := range f.Commands {
		text += c + "; "
	}
	if f.Kind == verifier.FixReplace {
		return text + f.Replace
	}
	return text[:max(0, len(text)-2)]
}
