package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/plan"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// visit is one environment on its way from a clean machine to a verdict.
type visit struct {
	job    *Job
	target Target
	stage  Stage
	index  diagnose.Index // opened at the first failure that needs it
	plan   verifier.Plan
	steps  []verifier.Step
	result verifier.EnvironmentResult

	typist    *run.Typist
	smoke     *smoke // nil: no step so far shows the software at work
	machine   run.Machine
	before    *verifier.Snapshot // the state before the next step, when it is still that
	since     stretch            // what leads there from the last snapshot
	earlier   []string           // commands that passed so far, fixes included
	fixes     map[string][]verifier.Fix
	services  []verifier.Service // that fixes have put beside the machine
	unmended  []failure          // failed steps that no fix made pass
	cwd       string             // where the next step begins
	servers   []server           // what steps left running, which forks do not have by themselves
	ports     []int              // on which something listened when before was taken
	secret    bool               // a secret was typed: what the machine holds must not outlive the run
	logs      atomic.Int64       // counts log files, so that each try has its own
	moved     map[string]string  // steps that a fix has typed before an earlier one: by ID, the ID of that one
	release   string             // newer one of the catalogue on which the run goes on; empty: the environment's own
	left      []leg              // of the way, on stages that were left
	next      Stage              // on which a step has passed that fails on this one
	chains    []chained          // of the replay that goes on
	stages    []Stage            // that were opened beside the environment's own
	installed verifier.Inventory // at the first failure, else at the end
	now       struct {           // what is being done, for events
		step  verifier.Step
		index int
	}
}

// failure is a step that stayed red, and what is known of its cause.
type failure struct{ step, command, class, evidence string }

func (v *visit) follow(ctx context.Context) (err error) {
	v.fixes, v.moved = map[string][]verifier.Fix{}, map[string]string{}
	v.newTypist()
	if v.machine, err = v.stage.Fresh(ctx); err != nil {
		return fmt.Errorf("start a clean machine of %s: %w", v.target.Name, err)
	}
	defer func() {
		if cerr := v.machine.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("remove the machine of %s: %w", v.target.Name, cerr)
		}
	}()
	v.cwd = startFolder(v.plan.Start, v.result.Environment.User)
	v.tell(verifier.Event{Kind: verifier.EventReady, Total: len(v.steps)})
	for i, step := range v.steps {
		v.now.step, v.now.index = step, i+1
		if err := v.step(ctx, step); err != nil {
			return fmt.Errorf("%s:%d: %w", step.Document, step.Line, err)
		}
	}
	if err := v.stage.SaveDownloads(ctx, v.machine); err != nil {
		if ctx.Err() != nil {
			return err
		}
		// The run is whole without it; the next one is cold.
		v.tell(verifier.Event{Kind: verifier.EventPreparing, Text: foreign.Line("downloads were not kept: " + err.Error())})
	}
	if len(v.fixes) > 0 {
		if err := v.replay(ctx); err != nil {
			return err
		}
	}
	if err := v.countGreen(ctx); err != nil {
		return err
	}
	if err := v.persist(ctx); err != nil && ctx.Err() != nil {
		return err // else the run is whole without it: what it would say is advice
	}
	return nil
}

func (v *visit) newTypist() {
	job := v.job
	v.typist = &run.Typist{Step: job.Limits.Step, Silence: job.Limits.Silence, Answers: job.Answers, Values: job.Values,
		Origin: job.Origin, Logs: v.logFolder(), Fill: plan.Fill, Clean: clean, Last: v.lastLine}
}

// step types one step, and when it fails looks for what mends it.
func (v *visit) step(ctx context.Context, step verifier.Step) error {
	v.tell(verifier.Event{Kind: verifier.EventStep, Step: step.ID, Command: step.Command, Index: v.now.index, Total: len(v.steps)})
	done, err := v.prepare(ctx, step)
	if err != nil {
		return err
	}
	if r, before := v.typedBefore(step); before {
		tell(&r, done)
		v.result.Steps = append(v.result.Steps, r)
		v.tell(verifier.Event{Kind: verifier.EventOutcome, Step: step.ID, Outcome: r.Outcome})
		return nil
	}
	if err := v.freeze(ctx, step); err != nil {
		return err
	}
	rec, err := v.typist.Type(ctx, v.machine, step, step.Command, v.logName(step))
	if err != nil {
		return err
	}
	exposed := v.typist.HoldsSecret(rec.Typed)
	defer func() { v.secret = v.secret || exposed || v.typist.HoldsSecret(rec.Typed) }() // from the next step on
	rec.Result.Attempts = []verifier.Attempt{{Command: rec.Result.Command, Exit: rec.Result.Exit, Seconds: rec.Result.Seconds}}
	if err := v.settle(ctx, step, &rec); err != nil {
		// What the step did is known; only the search for its cause or fix is cut off.
		rec.Result.Outcome = verifier.OutcomeInconclusive
		rec.Result.Reason = fmt.Sprintf("failed with exit %d, and the search for a fix could not be finished", rec.Result.Exit)
		tell(&rec.Result, done)
		v.result.Steps = append(v.result.Steps, rec.Result)
		return err
	}
	tell(&rec.Result, done)
	if rec.Result.Outcome != verifier.OutcomeNotRun {
		v.before = nil
	}
	v.extend(step, rec.Result)
	v.note(step, rec, v.cwd)
	v.noteSmoke(step, rec, v.cwd)
	if rec.Execution.Cwd != "" {
		v.cwd = rec.Execution.Cwd
	}
	if rec.Result.Outcome.Passed() || rec.Result.AfterFix.Passed() {
		v.earlier = append(v.earlier, rec.Typed)
	}
	v.result.Steps = append(v.result.Steps, rec.Result)
	v.tell(verifier.Event{Kind: verifier.EventOutcome, Step: step.ID, Outcome: rec.Result.Outcome, Seconds: rec.Result.Seconds})
	return nil
}

// adopt goes on in another machine.
func (v *visit) adopt(m run.Machine) error {
	old := v.machine
	v.machine, v.before, v.since = m, nil, stretch{}
	return old.Close()
}

func (v *visit) observe(step verifier.Step, rec run.Record) diagnose.Observation {
	here := v.stage.Record()
	here.Services = slices.Concat(here.Services, v.services)
	return diagnose.Observation{Step: step, Typed: rec.Typed, Execution: rec.Execution, Output: rec.Text,
		Environment: here, Earlier: v.earlier, Prose: v.plan.Prose, Files: v.job.Files, Tree: v.job.Tree,
		Checkout: v.plan.Repository, Cwd: v.cwd, Mask: v.typist.Shown, Today: v.job.Now()}
}

// startFolder is where the first step begins: relative to the checkout, or
// the home folder.
func startFolder(start verifier.Start, user string) string {
	switch {
	case start == verifier.StartInside:
		return "."
	case user == "root":
		return "/root"
	}
	return "/home/" + user
}

func (v *visit) tell(e verifier.Event) {
	if v.job.Events == nil {
		return
	}
	e.Time, e.Environment = v.job.Now(), v.target.Name
	v.job.Events(e)
}

func (v *visit) lastLine(line string) {
	v.tell(verifier.Event{Kind: verifier.EventOutput, Step: v.now.step.ID, Index: v.now.index, Total: len(v.steps), Text: clean([]byte(line))})
}

func (v *visit) logFolder() string {
	if v.job.Logs == "" {
		return ""
	}
	return filepath.Join(v.job.Logs, v.target.Name)
}

// logName gives each try of a step a file of its own.
func (v *visit) logName(step verifier.Step) string {
	return fmt.Sprintf("%03d-%s.log", v.logs.Add(1), step.ID)
}

func clean(raw []byte) string { return diagnose.Clean(raw) }
