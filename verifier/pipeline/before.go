package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// The state before a step is what fixes are tried in. Mostly a snapshot of it
// is taken before the step is typed. Where that would be dear (a compiler and
// its libraries were installed: hundreds of megabytes that an engine copies and
// sums up), or where next to no time has passed since the last one, it is left
// out, since most steps pass and then no one needs it. If
// the step fails, its state is had by typing again, in a copy of the last
// snapshot, what passed since. The control run, which types the failed step
// there unchanged, shows whether it is the same state.

// stretch is what was typed since the last snapshot, all of which passed.
type stretch struct {
	from    *verifier.Snapshot // nil: what came after cannot be typed again
	steps   []verifier.Step
	seconds float64 // that they took
}

const (
	// dear is from how many bytes on they are what a snapshot costs. Below, that
	// is its making: least is how many seconds it takes of next to nothing.
	dear  = 128 << 20
	least = 0.1
	// copied is how many bytes an engine puts into a snapshot in a second
	// (418 MB in 6 s, of many small files).
	copied = 64 << 20
	// worth is how many times the cost of a snapshot the typing must take that it
	// saves: so all that are taken together add no more than a tenth to a run.
	worth = 10
	// longest bounds what is typed again, in seconds: who waits for a fix should
	// not wait for a whole build first.
	longest = 180
	// worthTelling is how many seconds of typing again a reader should know of.
	worthTelling = 2
)

// freeze takes the state before a step. A step of builtins alone changes no
// file, and when it fails it has changed no state either: the snapshot is
// then taken only if it is needed.
func (v *visit) freeze(ctx context.Context, step verifier.Step) error {
	if v.before != nil || step.Builtin {
		return nil
	}
	if v.since.from != nil && v.since.seconds < longest {
		bytes, err := v.machine.Written(ctx)
		if err != nil {
			return fmt.Errorf("measure the machine: %w", err)
		}
		var cost float64
		switch {
		case bytes >= dear:
			cost = float64(bytes) / copied
		case len(v.servers) == 0: // one that does not come up a second time would hide what the step said
			cost = least
		}
		if v.since.seconds < worth*cost {
			return nil
		}
	}
	return v.snapshot(ctx)
}

func (v *visit) snapshot(ctx context.Context) (err error) {
	if len(v.servers) > 0 {
		if v.ports, err = listening(ctx, v.machine); err != nil {
			return err
		}
		v.ports = slices.DeleteFunc(v.ports, v.ofService)
	}
	snap, err := v.machine.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("freeze the machine: %w", err)
	}
	v.before, v.since = &snap, stretch{from: &snap}
	return nil
}

// extend takes a step that was typed into the stretch since the last snapshot,
// and ends the stretch where the step did not simply pass.
func (v *visit) extend(step verifier.Step, r verifier.StepResult) {
	switch {
	case r.Outcome == verifier.OutcomeNotRun:
	case !r.Outcome.Passed() || len(r.Attempts) > 1:
		v.since = stretch{}
	case v.since.from != nil:
		v.since.steps, v.since.seconds = append(v.since.steps, step), v.since.seconds+r.Seconds
	}
}

// unrepeated says that the state before a step could not be had again.
type unrepeated struct{ step, why string }

func (u *unrepeated) Error() string {
	return fmt.Sprintf("the state before this step could not be had again, so no fix was tried: %s passed, and did not when typed again (%s)", u.step, u.why)
}

// hadLater makes sure of the state before a step that has failed.
func (v *visit) hadLater(ctx context.Context, step verifier.Step) error {
	if v.before != nil {
		return nil
	}
	if step.Builtin {
		return v.snapshot(ctx)
	}
	if v.since.seconds >= worthTelling {
		v.tell(verifier.Event{Kind: verifier.EventPreparing, Text: fmt.Sprintf("the state before it, by typing again what passed since the last snapshot (about %.0f s)", v.since.seconds)})
	}
	err := v.typedAgain(ctx, step)
	if _, ok := errors.AsType[*unrepeated](err); ok { // the world may have been out of reach for a moment
		err = v.typedAgain(ctx, step)
	}
	return err
}

// typedAgain makes the state before a step from the last snapshot.
func (v *visit) typedAgain(ctx context.Context, step verifier.Step) (err error) {
	m, err := v.fork(ctx, *v.since.from)
	if err != nil {
		return fmt.Errorf("make the state before the step again: %w", err)
	}
	defer func(machine run.Machine) {
		v.machine = machine
		if cerr := m.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("remove a copy of the machine: %w", cerr)
		}
	}(v.machine)
	v.machine = m
	for _, s := range v.since.steps {
		if _, err := v.prepare(ctx, s); err != nil {
			return err
		}
		why, err := v.replayStep(ctx, s)
		if err != nil {
			return err
		}
		if why != "" {
			return &unrepeated{s.ID, why}
		}
	}
	if _, err := v.prepare(ctx, step); err != nil {
		return err
	}
	return v.snapshot(ctx)
}
