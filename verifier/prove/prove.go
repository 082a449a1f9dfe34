package prove

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

const (
	// longestChain bounds the failures that one step may hide behind each other.
	longestChain = 8
	// mostCandidates bounds what is tried for one cause: after four, a person
	// would ask somebody.
	mostCandidates = 4
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

// Prover tries fixes. Its functions are set by whoever owns the machines.
type Prover struct {
	Fork  func(ctx context.Context, snap verifier.Snapshot, more ...verifier.Service) (run.Machine, error)
	Type  func(ctx context.Context, m run.Machine, step verifier.Step, text string) (run.Record, error)
	Judge Judge
	Tried func(fix verifier.Fix) // told before each trial; may be nil
	Won   func(fix verifier.Fix) // told of each fix that helped; may be nil
	Now   func() time.Time       // for durations: no jump of the date may show in it
}

// Mending is what came of the search for one failed step.
type Mending struct {
	Findings []verifier.Finding // one for each layer of the failure, in the order in which they showed
	Applied  []verifier.Fix     // what made the step pass, in order; empty when nothing did
	Attempts []verifier.Attempt // of the step, with fixes in place; Finding holds the class that each led to
	Machine  run.Machine        // where the step has passed; nil when it has not. The caller closes it.
	Last     run.Record         // of the step in that machine
	Flaky    bool               // the control passed, or failed for another cause
	Outside  bool               // with fixes in place it then failed for a reason outside of the documents
	After    string             // with fixes in place it then failed for want of what this step should have made
}

// Mend looks for fixes of a step that failed with rec on a machine that was
// before when the step began. A step that cannot be mended is no error.
func (p *Prover) Mend(ctx context.Context, step verifier.Step, rec run.Record, diagnosis Diagnosis, before verifier.Snapshot) (Mending, error) {
	var out Mending
	began := p.Now()
	control, m, err := p.control(ctx, step, before)
	if err != nil {
		return out, err
	}
	if control.Result.Outcome.Passed() {
		out.Flaky, out.Machine, out.Last = true, m, control
		finding := diagnosis.Finding
		finding.Flaky = true
		out.Findings = []verifier.Finding{finding}
		return out, nil
	}
	if err := m.Close(); err != nil {
		return out, err
	}
	again, err := p.Judge(ctx, step, control, nil)
	if err != nil {
		return out, err
	}
	if again.Class != diagnosis.Class {
		finding := diagnosis.Finding
		finding.Flaky = true
		out.Flaky, out.Findings = true, []verifier.Finding{finding}
		return out, nil
	}
	chain := &chain{Prover: p, step: step, text: step.Command, base: before, control: control.Result.Exit, began: began}
	err = chain.search(ctx, diagnosis)
	out.Findings, out.Applied, out.Attempts = chain.findings, chain.applied, chain.attempts
	out.Machine, out.Last, out.Outside, out.After = chain.machine, chain.last, chain.outside, chain.after
	return out, err
}

func (p *Prover) control(ctx context.Context, step verifier.Step, before verifier.Snapshot) (run.Record, run.Machine, error) {
	before.Cold = true // what an earlier run had downloaded must not decide
	m, err := p.Fork(ctx, before)
	if err != nil {
		return run.Record{}, nil, fmt.Errorf("fork for the control run of %s: %w", step.ID, err)
	}
	rec, err := p.Type(ctx, m, step, step.Command)
	if err != nil {
		_ = m.Close() // the error of the run is the one that tells
		return rec, nil, fmt.Errorf("control run of %s: %w", step.ID, err)
	}
	return rec, m, nil
}

// chain is the search for one step: fix, and when the step then fails for
// another cause, fix that one too.
type chain struct {
	*Prover
	step     verifier.Step
	text     string            // the step, or what a fix has put in its place
	base     verifier.Snapshot // before the step, the fixes so far in place
	control  int               // exit of the step without the fix that is tried
	began    time.Time
	findings []verifier.Finding
	applied  []verifier.Fix
	attempts []verifier.Attempt
	machine  run.Machine
	last     run.Record
	outside  bool
	after    string
	untried  []verifier.Fix // what cannot be had here
}

func (c *chain) search(ctx context.Context, d Diagnosis) error {
	seen := []string{d.Class}
	for range longestChain {
		c.findings = append(c.findings, d.Finding)
		here := len(c.findings) - 1
		won, next, err := c.layer(ctx, d, seen)
		if err != nil {
			return err
		}
		if c.machine != nil {
			c.findings[here].Fixes = []verifier.Fix{*won}
			c.applied = append(c.applied, *won)
			c.settle()
			return nil
		}
		if next == nil {
			c.findings[here].Fixes = c.untried
			c.applied = nil
			return nil
		}
		c.findings[here].Fixes = []verifier.Fix{next.fix}
		c.applied = append(c.applied, next.fix)
		if next.diagnosis.After != "" {
			c.after, c.applied = next.diagnosis.After, nil
			return nil
		}
		if ours(next.diagnosis.Finding.Blame) {
			// The fix is needed, and what comes behind it cannot be tested here.
			c.findings = append(c.findings, next.diagnosis.Finding)
			c.outside, c.applied = true, nil
			return nil
		}
		c.base, c.text, c.control = next.after, next.text, next.exit
		seen = append(seen, next.diagnosis.Class)
		d = next.diagnosis
	}
	c.applied = nil
	return nil
}

// settle raises the fixes of a chain that ended green: each was needed to get
// to the next, and the last made the step pass.
func (c *chain) settle() {
	for i := range c.findings {
		for j := range c.findings[i].Fixes {
			fix := &c.findings[i].Fixes[j]
			fix.Grade = verifier.ProvenInPlace
			if fix.Workaround {
				fix.Grade = verifier.Workaround
			}
			fix.Proof.FixedExit = c.last.Result.Exit
		}
	}
	for i := range c.applied {
		c.applied[i].Grade = c.findings[i].Fixes[0].Grade
		c.applied[i].Proof = c.findings[i].Fixes[0].Proof
	}
}

// further is a trial that changed the failure.
type further struct {
	fix       verifier.Fix
	text      string
	after     verifier.Snapshot // fix in place, step not yet typed
	exit      int
	diagnosis Diagnosis
}

// layer tries the candidates for one cause. It returns the fix that made the
// step pass (c.machine is then set), or the first that got further, or neither.
func (c *chain) layer(ctx context.Context, d Diagnosis, seen []string) (*verifier.Fix, *further, error) {
	var best *further
	c.untried = nil
	for _, candidate := range d.Candidates[:min(len(d.Candidates), mostCandidates)] {
		if c.Tried != nil {
			c.Tried(candidate)
		}
		passed, next, err := c.try(ctx, candidate)
		if err != nil {
			return nil, nil, err
		}
		if passed != nil {
			if c.Won != nil {
				c.Won(*passed)
			}
			return passed, nil, nil
		}
		if next == nil || slices.Contains(seen, next.diagnosis.Class) {
			continue
		}
		if best == nil || ours(best.diagnosis.Finding.Blame) && !ours(next.diagnosis.Finding.Blame) {
			best = next
		}
	}
	return nil, best, nil
}

// try runs one candidate in a fork: its commands, then the step.
func (c *chain) try(ctx context.Context, fix verifier.Fix) (*verifier.Fix, *further, error) {
	m, err := c.Fork(ctx, c.base, fix.Services...)
	var trouble interface{ Incident() verifier.Incident }
	if fix.Kind == verifier.FixDeclare && errors.As(err, &trouble) && ctx.Err() == nil {
		// It cannot be had here, which says nothing against it.
		c.untried = append(c.untried, fix)
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("fork for a trial at %s: %w", c.step.ID, err)
	}
	keep := false
	defer func() {
		if !keep {
			_ = m.Close() // a fork that is given up; what matters was recorded
		}
	}()
	for _, command := range fix.Commands {
		rec, err := c.Type(ctx, m, Helper(c.step), command)
		if err != nil {
			return nil, nil, fmt.Errorf("trial at %s: %w", c.step.ID, err)
		}
		if !rec.Result.Outcome.Passed() {
			return nil, nil, nil
		}
	}
	text := c.text
	if fix.Kind == verifier.FixReplace {
		text = fix.Replace
	}
	after, err := m.Snapshot(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("snapshot of a trial at %s: %w", c.step.ID, err)
	}
	rec, err := c.Type(ctx, m, c.step, text)
	if err != nil {
		return nil, nil, fmt.Errorf("trial at %s: %w", c.step.ID, err)
	}
	fix.Proof = &verifier.Proof{ControlExit: c.control, FixedExit: rec.Result.Exit, Seconds: c.Now().Sub(c.began).Seconds()}
	attempt := verifier.Attempt{Command: rec.Result.Command, Exit: rec.Result.Exit, Seconds: rec.Result.Seconds}
	if rec.Result.Outcome.Passed() {
		fix.Grade = verifier.ProvenInPlace
		c.attempts = append(c.attempts, attempt)
		keep, c.machine, c.last = true, m, rec
		return &fix, nil, nil
	}
	d, err := c.Judge(ctx, c.step, rec, c.inPlace(fix))
	if err != nil {
		return nil, nil, err
	}
	attempt.Finding = d.Class
	c.attempts = append(c.attempts, attempt)
	fix.Grade = verifier.GotFurther
	return nil, &further{fix: fix, text: text, after: after, exit: rec.Result.Exit, diagnosis: d}, nil
}

// inPlace lists the commands of the chain so far and of the fix on trial.
func (c *chain) inPlace(trial verifier.Fix) []string {
	var out []string
	for _, fix := range append(slices.Clone(c.applied), trial) {
		out = append(out, fix.Commands...)
	}
	return out
}

// Helper is the step as which a fix's own commands are typed: the same place
// in the documents, and plainly an installing one.
func Helper(step verifier.Step) verifier.Step {
	return verifier.Step{ID: step.ID, Document: step.Document, Line: step.Line, Role: verifier.RoleInstall, Platform: verifier.PlatformAny}
}

// ours reports whether a failure says nothing about the documents.
func ours(b verifier.Blame) bool { return b == verifier.BlameWorld || b == verifier.BlameContainer }
