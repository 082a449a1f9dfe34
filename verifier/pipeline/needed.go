package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/prove"
)

// Fixes of one step were found one behind the other, and a later one may have
// made an earlier one superfluous. In the clean replay the state before such a
// step is kept, and each fix but the last (without which the step was seen to
// fail) is left out in turn. What is not needed is told and no longer written
// down, once a whole replay without it has passed too: a later step may have
// leaned on it.

// dropping bounds what all of that may take. It saves readers a line or two,
// and is left out where it would be dear.
const dropping = 3 * time.Minute

// chained is the state of the replay before a step with several fixes.
type chained struct {
	step   verifier.Step
	before verifier.Snapshot
}

// several reports whether a step has fixes of which one may be superfluous.
// What was declared stands beside the machine, not in it.
func several(fixes []verifier.Fix) bool {
	declared := func(f verifier.Fix) bool { return f.Kind == verifier.FixDeclare || f.Workaround }
	return len(fixes) > 1 && !slices.ContainsFunc(fixes, declared)
}

// keepChain freezes the replay's machine before such a step.
func (v *visit) keepChain(ctx context.Context, step verifier.Step) error {
	if !several(v.fixes[step.ID]) || len(v.servers) > 0 {
		return nil // a copy would lack the servers of this machine
	}
	bytes, err := v.machine.Written(ctx)
	if err != nil {
		return fmt.Errorf("measure the machine: %w", err)
	}
	if bytes > 4*dear {
		return nil
	}
	snap, err := v.machine.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("freeze the machine: %w", err)
	}
	v.chains = append(v.chains, chained{step, snap})
	return nil
}

// dropUnneeded leaves out what is not needed, where that takes little.
func (v *visit) dropUnneeded(ctx context.Context) error {
	within, stop := context.WithTimeout(ctx, dropping)
	defer stop()
	needed := map[string][]verifier.Fix{}
	for _, c := range v.chains {
		kept, err := v.without(within, c)
		if err != nil && within.Err() != nil && ctx.Err() == nil {
			break // it was dear: all that was proven stays
		}
		if err != nil {
			return err
		}
		if len(kept) < len(v.fixes[c.step.ID]) {
			needed[c.step.ID] = kept
		}
	}
	v.chains = nil
	if len(needed) == 0 {
		return nil
	}
	all := v.fixes
	v.fixes = map[string][]verifier.Fix{}
	for id, fixes := range all {
		v.fixes[id] = fixes
		if fewer, ok := needed[id]; ok {
			v.fixes[id] = fewer
		}
	}
	var again verifier.Replay
	passed, err := v.replayAll(ctx, &again)
	if err != nil {
		return err
	}
	if !passed {
		v.fixes = all // somebody behind it leans on it
		return nil
	}
	for id := range needed {
		v.markUnneeded(id, all[id])
	}
	return nil
}

// without gives the fixes of a step that it needs.
func (v *visit) without(ctx context.Context, c chained) ([]verifier.Fix, error) {
	fixes := v.fixes[c.step.ID]
	for i := 0; i < len(fixes)-1; {
		fewer := slices.Delete(slices.Clone(fixes), i, i+1)
		passes, err := v.passesWith(ctx, c, fewer)
		if err != nil {
			return nil, err
		}
		if passes {
			fixes = fewer
		} else {
			i++
		}
	}
	return fixes, nil
}

// passesWith types a step with some of its fixes into a copy of the replay's
// machine.
func (v *visit) passesWith(ctx context.Context, c chained, fixes []verifier.Fix) (passes bool, err error) {
	m, err := v.stage.Fork(ctx, c.before)
	if err != nil {
		return false, fmt.Errorf("fork to leave a fix out: %w", err)
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	text := c.step.Command
	for _, fix := range fixes {
		v.tell(verifier.Event{Kind: verifier.EventTrial, Step: c.step.ID, Text: "is enough? " + words(fix)})
		for _, command := range fix.Commands {
			rec, err := v.retype(ctx, m, prove.Helper(c.step), command)
			if err != nil || !rec.Result.Outcome.Passed() {
				return false, err
			}
		}
		if fix.Kind == verifier.FixReplace {
			text = fix.Replace
		}
	}
	rec, err := v.retype(ctx, m, c.step, text)
	return err == nil && rec.Result.Outcome.Passed(), err
}

// markUnneeded grades the fixes of a step that were left out of v.fixes.
func (v *visit) markUnneeded(step string, all []verifier.Fix) {
	same := func(f verifier.Fix) func(verifier.Fix) bool {
		return func(g verifier.Fix) bool { return g.Replace == f.Replace && slices.Equal(g.Commands, f.Commands) }
	}
	for _, f := range all {
		if slices.ContainsFunc(v.fixes[step], same(f)) {
			continue
		}
		for i := range v.result.Findings {
			found := &v.result.Findings[i]
			if found.Step == step && len(found.Fixes) > 0 && same(f)(found.Fixes[0]) {
				found.Fixes[0].Grade = verifier.NotNeeded
			}
		}
	}
}
