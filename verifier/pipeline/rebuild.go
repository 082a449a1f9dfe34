package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// Rebuilt is the state before a step, made again in a clean machine.
type Rebuilt struct {
	Machine run.Machine // the caller closes it, then Stage
	Stage   Stage
	Differs []string // steps that ended otherwise than they had, in plain words
}

// ChangedError says that the documents no longer show what was followed.
type ChangedError struct{ Step, Was, Is string }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("%s was “%s” and is “%s” now", e.Step, e.Was, e.Is)
}

// Rebuild makes the state before a step again, where its snapshot is gone: it
// types all followed steps before it, with the fixes that made them pass, into
// a clean machine of the target. was is what happened there. A step that ends
// otherwise now does not end the rebuilding: the world may have moved, and that
// is told.
func Rebuild(ctx context.Context, job Job, target Target, was verifier.EnvironmentResult, before string) (*Rebuilt, error) {
	v, differs, err := rebuild(ctx, &job, target, was, before)
	if err != nil {
		return nil, err
	}
	return &Rebuilt{Machine: v.machine, Stage: v.stage, Differs: differs}, nil
}

// rebuild gives the visit in that state. The caller closes its machine and stage.
func rebuild(ctx context.Context, job *Job, target Target, was verifier.EnvironmentResult, before string, more ...verifier.Service) (_ *visit, differs []string, err error) {
	v := &visit{job: job, target: target, fixes: map[string][]verifier.Fix{}, services: more}
	say := func(text string) { v.tell(verifier.Event{Kind: verifier.EventPreparing, Text: text}) }
	if v.stage, err = target.Open(ctx, say); err != nil {
		return nil, nil, fmt.Errorf("prepare %s: %w", target.Name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, v.stage.Close())
		}
	}()
	v.result.Environment = v.stage.Record()
	if v.plan, err = job.Plan(v.result.Environment); err != nil {
		return nil, nil, fmt.Errorf("plan for %s: %w", target.Name, err)
	}
	v.plan = withAcceptance(v.plan, job.Acceptance)
	v.cwd = startFolder(v.plan.Start, v.result.Environment.User)
	v.newTypist()
	all := followed(v.plan)
	for i, s := range was.Steps {
		if i >= len(all) || all[i].ID != s.Step || v.typist.Command(all[i]) != s.Command {
			is := "left out"
			if i < len(all) {
				is = v.typist.Command(all[i])
			}
			return nil, nil, &ChangedError{s.Step, s.Command, is}
		}
		if s.Step == before {
			break
		}
		v.steps = append(v.steps, all[i])
		v.recall(was, s)
	}
	if v.machine, err = v.stage.Fresh(ctx, v.services...); err != nil {
		return nil, nil, fmt.Errorf("start a clean machine of %s: %w", target.Name, err)
	}
	for i, step := range v.steps {
		differ, err := v.repeat(ctx, i, step, was.Steps[i])
		if err != nil {
			return nil, nil, errors.Join(err, v.machine.Close())
		}
		if differ != "" {
			differs = append(differs, differ)
		}
		if s := was.Steps[i]; s.Outcome.Passed() || s.AfterFix.Passed() {
			v.earlier = append(append(v.earlier, commandsOf(v.fixes[step.ID])...), step.Command)
		}
	}
	return v, differs, nil
}

// recall takes from a result what made a step pass.
func (v *visit) recall(was verifier.EnvironmentResult, s verifier.StepResult) {
	if !s.AfterFix.Passed() {
		return
	}
	for _, id := range s.Findings {
		for _, f := range was.Findings {
			if f.ID == id && len(f.Fixes) > 0 && f.Fixes[0].Grade != verifier.NotNeeded {
				v.fixes[s.Step] = append(v.fixes[s.Step], f.Fixes[0])
				v.services = append(v.services, f.Fixes[0].Services...)
			}
		}
	}
}

// repeat types a step as it was typed and says how it ended otherwise, if it did.
func (v *visit) repeat(ctx context.Context, i int, step verifier.Step, was verifier.StepResult) (differs string, err error) {
	v.now.step, v.now.index = step, i+1
	v.tell(verifier.Event{Kind: verifier.EventStep, Step: step.ID, Command: step.Command, Index: i + 1, Total: len(v.steps)})
	if _, err := v.prepare(ctx, step); err != nil || was.Outcome == verifier.OutcomeNotRun {
		return "", err
	}
	why, err := v.replayStep(ctx, step)
	if err != nil {
		return "", err
	}
	passed := was.Outcome.Passed() || was.AfterFix.Passed()
	switch {
	case passed && why != "":
		return fmt.Sprintf("%s passed then, and does not now: %s", step.ID, why), nil
	case !passed && why == "":
		return fmt.Sprintf("%s failed then with exit %d, and passes now", step.ID, was.Exit), nil
	}
	return "", nil
}
