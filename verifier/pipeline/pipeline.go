package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/freshinstall/freshinstall/verifier"
)

// errOutOfTime is the cause of a context that the run's own limit has ended.
var errOutOfTime = errors.New("the run's time limit")

// Verify follows the plan in every environment and returns what happened. An
// environment that could not be tested says so in its own result; an error
// means that nothing could be begun. When ctx ends, what was found stays.
func Verify(ctx context.Context, job Job) (verifier.Result, error) {
	if len(job.Environments) == 0 {
		return verifier.Result{}, errors.New("verify: no environment")
	}
	account := open(&job)
	parent := ctx
	if job.Limits.Run > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, job.Limits.Run, errOutOfTime)
		defer stop()
	}
	group := new(errgroup.Group)
	group.SetLimit(max(1, job.Parallel))
	for i, target := range job.Environments {
		group.Go(func() error {
			// A red environment is a result: returning its fault would end the others.
			account.enter(i, environment(ctx, &job, target))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return verifier.Result{}, err
	}
	return account.close(parent.Err() != nil, errors.Is(context.Cause(ctx), errOutOfTime)), nil
}

// environment runs one target from a clean machine to its verdict.
func environment(ctx context.Context, job *Job, target Target) ended {
	if before, ok := takenOver(job, target); ok {
		return before
	}
	began := time.Now()
	e := &visit{job: job, target: target}
	e.result.Environment.Name = target.Name
	err := e.run(ctx)
	if err != nil {
		e.result.Incident = incident(ctx, err, target.Name)
	}
	e.leaveRest(ctx)
	e.conclude()
	e.result.Seconds = time.Since(began).Seconds()
	e.tell(verifier.Event{Kind: verifier.EventVerdict, Verdict: e.result.Verdict, Seconds: e.result.Seconds})
	return ended{e.plan, e.result}
}

// run opens the stage and closes all that it opened.
func (v *visit) run(ctx context.Context) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	say := func(text string) { v.tell(verifier.Event{Kind: verifier.EventPreparing, Text: text}) }
	stage, err := v.target.Open(ctx, say)
	if err != nil {
		return fmt.Errorf("prepare %s: %w", v.target.Name, err)
	}
	defer func() {
		for _, s := range append(v.stages, stage) {
			if cerr := s.Close(); err == nil && cerr != nil {
				err = fmt.Errorf("clean up after %s: %w", v.target.Name, cerr)
			}
		}
	}()
	v.stage, v.result.Environment = stage, stage.Record()
	defer func() {
		v.result.Environment = stage.Record() // with what its network refused meanwhile
		v.result.Environment.Installed = v.installed
	}()
	if v.plan, err = v.job.Plan(v.result.Environment); err != nil {
		return fmt.Errorf("plan for %s: %w", v.target.Name, err)
	}
	v.plan = withAcceptance(v.plan, v.job.Acceptance)
	v.steps = followed(v.plan)
	if v.job.Logs != "" {
		if err := os.MkdirAll(filepath.Join(v.job.Logs, v.target.Name), 0o755); err != nil {
			return fmt.Errorf("folder for the logs: %w", err)
		}
	}
	return v.follow(ctx)
}

// declarationFile is where acceptance commands stand.
const declarationFile = "freshinstall.yaml"

// withAcceptance appends the declared definition of done as last steps.
func withAcceptance(p verifier.Plan, commands []string) verifier.Plan {
	for i, command := range commands {
		p.Steps = append(p.Steps[:len(p.Steps):len(p.Steps)], verifier.Step{
			ID: fmt.Sprintf("a%d", i+1), Document: declarationFile, Section: "acceptance", Command: command,
			Role: verifier.RoleTest, Follow: true, Platform: verifier.PlatformAny, Reason: "the declared definition of done"})
	}
	return p
}

func followed(p verifier.Plan) []verifier.Step {
	var out []verifier.Step
	for _, s := range p.Steps {
		if s.Follow {
			out = append(out, s)
		}
	}
	return out
}
