package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// mostSuspects bounds how many are tried: prove takes so many, those that are
// known and those that it asks for later.
const mostSuspects = 12

// NoDriftError says why there is nothing to try in an environment.
type NoDriftError struct{ Environment, Why string }

func (e *NoDriftError) Error() string {
	return fmt.Sprintf("nothing to try in %s: %s", e.Environment, e.Why)
}

// Bisect looks for the package whose new version broke a step, among those that
// moved since it worked. All steps before it are typed into a clean machine.
// There, for one suspect after the other, its old version is put in place as a
// fix would be, and the step is typed. Where it passes, the new version is put
// in place in the same way: only if the step then fails is it the version that
// made the difference, and not the installing. was is not changed.
func Bisect(ctx context.Context, job Job, target Target, was verifier.EnvironmentResult) (out verifier.Bisection, err error) {
	began := time.Now()
	failed := func(s verifier.StepResult) bool { return s.Outcome == verifier.OutcomeFailed }
	at := slices.IndexFunc(was.Steps, failed)
	if was.Drift == nil || at < 0 {
		return out, &NoDriftError{was.Environment.Name, "it is not known what moved since it worked last"}
	}
	all := suspects(was)
	if len(all) == 0 {
		return out, &NoDriftError{was.Environment.Name, "no package that moved can be set back by a manager's own command"}
	}
	step := was.Steps[at]
	out = verifier.Bisection{Step: step.Step, Trials: []verifier.Trial{}}
	var again Repetition
	v, done, err := again.before(ctx, &job, onRelease(target, was, at), was, step)
	if err != nil {
		return out, err
	}
	defer func() {
		err = errors.Join(err, done())
		out.Seconds = time.Since(began).Seconds()
	}()
	b := &bisection{visit: v, step: again.Step, suspects: all, out: &out}
	if out.Why, err = b.search(ctx); err != nil {
		return out, err
	}
	if out.Guilty == nil && out.Why == "" && len(again.Differs) > 0 {
		out.Why = again.Differs[0]
	}
	return out, nil
}

// bisection is the search in one environment.
type bisection struct {
	*visit
	step     verifier.Step
	suspects []suspect
	out      *verifier.Bisection
}

// search tries the suspects, and says why none was proven guilty, if so.
func (b *bisection) search(ctx context.Context) (why string, err error) {
	before, err := b.machine.Snapshot(ctx)
	if err != nil {
		return "", fmt.Errorf("freeze the machine: %w", err)
	}
	rec, err := b.retype(ctx, b.machine, b.step, b.step.Command)
	if err != nil {
		return "", err
	}
	b.out.Control = rec.Result.Exit
	if rec.Result.Outcome.Passed() {
		return "with everything as it is now, the step passes today", nil
	}
	d, err := b.blame(ctx, b.step, rec, nil)
	if err != nil {
		return "", err
	}
	if ours(d.Finding.Blame) {
		return d.Finding.Plain, nil
	}
	candidates := b.candidates()
	known := min(len(candidates), 4) // the rest is asked for when those have not helped
	d.Candidates = candidates[:known]
	prover := &prove.Prover{Fork: b.fork, Type: b.typed, Judge: b.blame, Tried: b.tried, Now: time.Now, Budget: b.job.Limits.Search,
		More: func(_ context.Context, s prove.Stuck) ([]verifier.Fix, error) {
			if len(s.Fixes) > 0 {
				return nil, nil // one at a time: what is broken by two is not proven of one
			}
			return candidates[known:], nil
		}}
	mending, err := prover.Mend(ctx, b.step, rec, d, before)
	if gone, ok := errors.AsType[*unserved](err); ok {
		return gone.Error(), nil
	}
	if err != nil {
		return "", err
	}
	b.out.OutOfTime = mending.OutOfTime
	switch {
	case mending.Flaky:
		if mending.Machine != nil {
			err = mending.Machine.Close()
		}
		return "unchanged, the step did otherwise when it was typed again", err
	case mending.OutOfTime:
		return fmt.Sprintf("the time for it (%s) was up before every suspect was tried", b.job.Limits.Search), nil
	case mending.Machine == nil || len(mending.Applied) != 1:
		if mending.Machine != nil {
			err = mending.Machine.Close()
		}
		return "", err
	}
	if err := mending.Machine.Close(); err != nil {
		return "", err
	}
	guilty := b.of(mending.Applied[0].Commands[0])
	b.out.Trials[guilty.trial].Passed = true
	return b.control(ctx, before, guilty)
}

// control puts the new version in place as the old one was put: the step must
// fail with it.
func (b *bisection) control(ctx context.Context, before verifier.Snapshot, s *suspect) (why string, err error) {
	if s.forth == "" {
		b.out.Guilty = &s.moves[0] // it is gone: the unchanged step was the control
		return "", nil
	}
	m, err := b.fork(ctx, before)
	if err != nil {
		return "", fmt.Errorf("fork for the control run: %w", err)
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	rec, err := b.retype(ctx, m, prove.Helper(b.step), s.forth)
	if err != nil {
		return "", err
	}
	if !rec.Result.Outcome.Passed() {
		return fmt.Sprintf("with %s %s the step passes, but %s could not be installed in the same way for the control run", s.moves[0].Name, s.moves[0].From, s.moves[0].To), nil
	}
	if rec, err = b.retype(ctx, m, b.step, b.step.Command); err != nil {
		return "", err
	}
	if rec.Result.Outcome.Passed() {
		return fmt.Sprintf("with %s %s the step passes, and also with %s, once that is installed in the same way", s.moves[0].Name, s.moves[0].From, s.moves[0].To), nil
	}
	b.out.Control, b.out.Guilty = rec.Result.Exit, &s.moves[0]
	return "", nil
}

// blame explains a failure without looking for what else might help.
func (b *bisection) blame(_ context.Context, step verifier.Step, rec run.Record, earlier []string) (prove.Diagnosis, error) {
	first := b.explain(b.observeBehind(step, rec, earlier))[0].Finding
	return prove.Diagnosis{Finding: first, Class: class(first)}, nil
}

func (b *bisection) candidates() (out []verifier.Fix) {
	for _, s := range b.suspects {
		out = append(out, verifier.Fix{Kind: verifier.FixBefore, Commands: []string{s.back},
			Why: fmt.Sprintf("%s was %s when the step passed", s.moves[0].Name, s.moves[0].From)})
	}
	return out
}

// of finds the suspect that a command sets back; nil: it is another command.
func (b *bisection) of(command string) *suspect {
	for i := range b.suspects {
		if b.suspects[i].back == command {
			return &b.suspects[i]
		}
	}
	return nil
}

func (b *bisection) tried(f verifier.Fix) {
	s := b.of(f.Commands[0])
	s.trial = len(b.out.Trials)
	t := verifier.Trial{Move: s.moves[0]}
	for _, m := range s.moves[1:] {
		t.With = append(t.With, m.Name)
	}
	b.out.Trials = append(b.out.Trials, t)
	b.tell(verifier.Event{Kind: verifier.EventTrial, Step: b.step.ID, Text: fmt.Sprintf("%s %s instead of %s", s.moves[0].Name, s.moves[0].From, s.moves[0].To)})
}

// typed notes which old versions could be had.
func (b *bisection) typed(ctx context.Context, m run.Machine, step verifier.Step, text string) (run.Record, error) {
	rec, err := b.retype(ctx, m, step, text)
	if s := b.of(text); err == nil && s != nil {
		b.out.Trials[s.trial].Had = rec.Result.Outcome.Passed()
	}
	return rec, err
}
