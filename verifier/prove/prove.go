package prove

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// Diagnosis is what a [Judge] makes of a failed step.
type Diagnosis struct {
	Finding    verifier.Finding // without ID and fixes
	Class      string           // equal for two failures of the same cause
	Candidates []verifier.Fix   // most promising first
	After      string           // step whose failure this one comes of: nothing is to be mended here
}

// Judge explains a failed step and says what might help. earlier are the
// commands of fixes that were in place already.
type Judge func(ctx context.Context, step verifier.Step, rec run.Record, earlier []string) (Diagnosis, error)

// Stuck is a failure for which no candidate of its diagnosis has helped.
type Stuck struct {
	Step      verifier.Step
	Text      string // what was typed: the step, or what a fix has put in its place
	Record    run.Record
	Diagnosis Diagnosis
	Before    verifier.Snapshot // the state before the step, Fixes in place
	Fixes     []verifier.Fix    // of the layers before this one
}

// Elsewhere is a step that has passed on another machine than the environment's.
type Elsewhere struct {
	Fix     verifier.Fix // what has to be declared for that
	Machine run.Machine  // with the step behind it; the caller closes it
	Last    run.Record
}

// Prover tries fixes. Its functions are set by whoever owns the machines; with
// AtOnce above one Fork, Type and Tried are called by several goroutines.
type Prover struct {
	Fork  func(ctx context.Context, snap verifier.Snapshot, more ...verifier.Service) (run.Machine, error)
	Type  func(ctx context.Context, m run.Machine, step verifier.Step, text string) (run.Record, error)
	Judge Judge
	// More names candidates that are dear to find; it is asked where none of a
	// diagnosis has led to the end. May be nil.
	More func(ctx context.Context, s Stuck) ([]verifier.Fix, error)
	// Elsewhere is the last resort: the step, with what led to it, on another
	// machine. It is asked once a step; nil without an error: it fails there too.
	// May be nil.
	Elsewhere func(ctx context.Context, s Stuck) (*Elsewhere, error)
	Tried     func(fix verifier.Fix) // told before each trial; may be nil
	Won       func(fix verifier.Fix) // told of each fix that helped; may be nil
	Now       func() time.Time       // for durations: no jump of the date may show in it
	AtOnce    int                    // trials at the same time; below one means one
	Budget    time.Duration          // of one search, its control run included; 0: none
}

// Mending is what came of the search for one failed step.
type Mending struct {
	Findings  []verifier.Finding // one for each layer of the failure, in the order in which they showed
	Applied   []verifier.Fix     // what made the step pass, in order; empty when nothing did
	Attempts  []verifier.Attempt // of the step, with fixes in place; Finding holds the class that each led to
	Machine   run.Machine        // where the step has passed; nil when it has not. The caller closes it.
	Last      run.Record         // of the step in that machine
	Flaky     bool               // the control passed, or failed for another cause
	Outside   bool               // with fixes in place it then failed for a reason outside of the documents
	After     string             // with fixes in place it then failed for want of what this step should have made
	OutOfTime bool               // the budget ended before everything was tried
}

// errBudget is the cause of a context that the search's own budget has ended.
var errBudget = errors.New("the time for the search")

// Mend looks for fixes of a step that failed with rec on a machine that was
// before when the step began. A step that cannot be mended is no error, nor is
// a search whose time is up.
func (p *Prover) Mend(ctx context.Context, step verifier.Step, rec run.Record, diagnosis Diagnosis, before verifier.Snapshot) (Mending, error) {
	within := ctx
	if p.Budget > 0 {
		var stop context.CancelFunc
		within, stop = context.WithTimeoutCause(ctx, p.Budget, errBudget)
		defer stop()
	}
	s := &search{Prover: p, step: step, began: p.Now()}
	out, err := s.mend(within, rec, diagnosis, before)
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(within), errBudget) {
		out.OutOfTime, err = true, nil
		if len(out.Findings) == 0 {
			finding := diagnosis.Finding
			finding.Fixes = diagnosis.Candidates // suggested: none of them was run
			out.Findings = []verifier.Finding{finding}
		}
	}
	return out, err
}

func (s *search) mend(ctx context.Context, rec run.Record, diagnosis Diagnosis, before verifier.Snapshot) (Mending, error) {
	var out Mending
	control, m, err := s.control(ctx, before)
	if err != nil {
		return out, err
	}
	finding := diagnosis.Finding
	finding.Flaky = true
	if control.Result.Outcome.Passed() {
		out.Flaky, out.Machine, out.Last = true, m, control
		out.Findings = []verifier.Finding{finding}
		return out, nil
	}
	if err := m.Close(); err != nil {
		return out, err
	}
	again, err := s.Judge(ctx, s.step, control, nil)
	if err != nil {
		return out, err
	}
	if again.Class != diagnosis.Class {
		out.Flaky, out.Findings = true, []verifier.Finding{finding}
		return out, nil
	}
	err = s.run(ctx, place{text: s.step.Command, before: before, exit: control.Result.Exit, record: rec, diagnosis: diagnosis})
	return s.mending(), err
}

func (s *search) control(ctx context.Context, before verifier.Snapshot) (run.Record, run.Machine, error) {
	before.Cold = true // what an earlier run had downloaded must not decide
	m, err := s.Fork(ctx, before)
	if err != nil {
		return run.Record{}, nil, fmt.Errorf("fork for the control run of %s: %w", s.step.ID, err)
	}
	rec, err := s.Type(ctx, m, s.step, s.step.Command)
	if err != nil {
		_ = m.Close() // the error of the run is the one that tells
		return rec, nil, fmt.Errorf("control run of %s: %w", s.step.ID, err)
	}
	return rec, m, nil
}

// Helper is the step as which a fix's own commands are typed: the same place
// in the documents, and plainly an installing one.
func Helper(step verifier.Step) verifier.Step {
	return verifier.Step{ID: step.ID, Document: step.Document, Line: step.Line, Role: verifier.RoleInstall, Platform: verifier.PlatformAny}
}

// ours reports whether a failure says nothing about the documents.
func ours(b verifier.Blame) bool { return b == verifier.BlameWorld || b == verifier.BlameContainer }
