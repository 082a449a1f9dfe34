package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// Repetition is a proof that was run again.
type Repetition struct {
	Step     verifier.Step
	Fixes    []verifier.Fix // of the step: all that it needs
	Control  Again          // the unchanged step, without them
	Fixed    Again          // with them
	Differs  []string       // steps before it that ended otherwise than they had, in plain words
	Untested string         // why nothing can be said: the network, or our own stage; empty: it can
}

// Again is one of its two runs.
type Again struct {
	Was, Is int    // exit status
	Same    bool   // it came to the same, for the same cause
	Cause   string // of a failure, a plain sentence
}

// Same reports whether the proof holds as it did.
func (r Repetition) Same() bool { return r.Control.Same && r.Fixed.Same }

// NoProofError says that a finding has no proof that can be run again.
type NoProofError struct{ Finding, Why string }

func (e *NoProofError) Error() string { return fmt.Sprintf("%s has no proof: %s", e.Finding, e.Why) }

// Repeat runs the proof of a finding again. All steps before its own are typed
// into a clean machine, with their fixes, then the step unchanged; and in
// another one the same with the fixes of the step before it. Findings of one
// step have one proof.
func Repeat(ctx context.Context, job Job, target Target, was verifier.EnvironmentResult, finding string) (Repetition, error) {
	var out Repetition
	i := slices.IndexFunc(was.Findings, func(f verifier.Finding) bool { return f.ID == finding })
	if i < 0 {
		return out, &NoProofError{finding, "there is no such finding in " + was.Environment.Name}
	}
	at := slices.IndexFunc(was.Steps, func(s verifier.StepResult) bool { return s.Step == was.Findings[i].Step })
	if at < 0 || was.Steps[at].Outcome != verifier.OutcomeFailed || !was.Steps[at].AfterFix.Passed() {
		return out, &NoProofError{finding, "no fix made its step pass"}
	}
	step := was.Steps[at]
	recalled := &visit{fixes: map[string][]verifier.Fix{}}
	recalled.recall(was, step)
	out.Fixes = recalled.fixes[step.Step]
	if len(out.Fixes) == 0 || out.Fixes[0].Proof == nil {
		return out, &NoProofError{finding, "the result does not say what was run"}
	}
	target = onRelease(target, was, at)
	control, err := out.control(ctx, &job, target, was, step)
	if err != nil || out.Untested != "" {
		return out, err
	}
	out.Control = control
	for _, f := range out.Fixes {
		target = onto(target, f.Release)
	}
	out.Fixed, err = out.fixed(ctx, &job, target, was, step, recalled.services)
	return out, err
}

// onRelease is the target on which the step was first typed: steps before it
// may have needed a newer release.
func onRelease(t Target, was verifier.EnvironmentResult, at int) Target {
	earlier := &visit{fixes: map[string][]verifier.Fix{}}
	for _, s := range was.Steps[:at] {
		earlier.recall(was, s)
		for _, f := range earlier.fixes[s.Step] {
			t = onto(t, f.Release)
		}
	}
	return t
}

// onto is a newer release of the target; the target itself where none is meant.
func onto(t Target, release string) Target {
	if i := slices.IndexFunc(t.Newer, func(n Target) bool { return n.Name == release }); i >= 0 {
		newer := t.Newer[i]
		newer.Newer = t.Newer[i+1:]
		return newer
	}
	return t
}

// control types the unchanged step.
func (r *Repetition) control(ctx context.Context, job *Job, target Target, was verifier.EnvironmentResult, step verifier.StepResult) (a Again, err error) {
	v, done, err := r.before(ctx, job, target, was, step)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, done()) }()
	rec, err := v.retype(ctx, v.machine, r.Step, r.Step.Command)
	if err != nil {
		return a, fmt.Errorf("control run of %s: %w", step.Step, err)
	}
	a = v.told(rec, r.Fixes[0].Proof.ControlExit)
	found := v.explain(v.observe(r.Step, rec))[0].Finding
	i := slices.IndexFunc(was.Findings, func(f verifier.Finding) bool { return slices.Contains(step.Findings, f.ID) })
	a.Same = !rec.Result.Outcome.Passed() && class(found) == class(was.Findings[i])
	if !a.Same && !rec.Result.Outcome.Passed() && ours(found.Blame) {
		r.Untested = found.Plain
	}
	return a, nil
}

// fixed types the step with its fixes.
func (r *Repetition) fixed(ctx context.Context, job *Job, target Target, was verifier.EnvironmentResult, step verifier.StepResult, services []verifier.Service) (a Again, err error) {
	v, done, err := r.before(ctx, job, target, was, step, services...)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, done()) }()
	text := r.Step.Command
	for _, f := range r.Fixes {
		for _, command := range f.Commands {
			rec, err := v.retype(ctx, v.machine, prove.Helper(r.Step), command)
			if err != nil {
				return a, fmt.Errorf("fix of %s: %w", step.Step, err)
			}
			if !rec.Result.Outcome.Passed() {
				return r.judged(v, rec), nil
			}
		}
		if f.Kind == verifier.FixReplace {
			text = f.Replace
		}
	}
	rec, err := v.retype(ctx, v.machine, r.Step, text)
	if err != nil {
		return a, fmt.Errorf("%s with its fix: %w", step.Step, err)
	}
	return r.judged(v, rec), nil
}

// judged is the run with the fix; a network that failed it says nothing.
func (r *Repetition) judged(v *visit, rec run.Record) Again {
	a := v.told(rec, r.Fixes[len(r.Fixes)-1].Proof.FixedExit)
	a.Same = rec.Result.Outcome.Passed()
	if found := v.explain(v.observe(r.Step, rec))[0].Finding; !a.Same && ours(found.Blame) {
		r.Untested = found.Plain
	}
	return a
}

// told is a run as it is told.
func (v *visit) told(rec run.Record, was int) Again {
	a := Again{Was: was, Is: rec.Result.Exit}
	if !rec.Result.Outcome.Passed() {
		a.Cause = v.explain(v.observe(verifier.Step{}, rec))[0].Finding.Plain
	}
	return a
}

// before gives the state before the step; done removes it.
func (r *Repetition) before(ctx context.Context, job *Job, target Target, was verifier.EnvironmentResult, step verifier.StepResult, more ...verifier.Service) (*visit, func() error, error) {
	v, differs, err := rebuild(ctx, job, target, was, step.Step, more...)
	if err != nil {
		return nil, nil, err
	}
	done := func() error { return errors.Join(v.machine.Close(), v.stage.Close()) }
	for _, d := range differs {
		if !slices.Contains(r.Differs, d) {
			r.Differs = append(r.Differs, d)
		}
	}
	i := slices.IndexFunc(v.plan.Steps, func(s verifier.Step) bool { return s.ID == step.Step && s.Follow })
	if i < 0 {
		return nil, nil, errors.Join(&ChangedError{step.Step, step.Command, "left out"}, done())
	}
	r.Step = v.plan.Steps[i]
	v.now.step = r.Step
	if _, err := v.prepare(ctx, r.Step); err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return v, done, nil
}
