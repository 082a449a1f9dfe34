package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/prove"
)

// replay follows the whole plan once more in a fresh machine, the accepted
// fixes in their places. Only this raises a fix to proven: what helped in a
// machine that had been through failures may lean on what those left behind.
// Services of fixes are there from the start, as they are once declared.
func (v *visit) replay(ctx context.Context) error {
	began := time.Now()
	v.tell(verifier.Event{Kind: verifier.EventReplay})
	replay := &verifier.Replay{Why: "it was cut off"} // until it is through
	v.result.Replay = replay
	was, err := v.join(ctx)
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	passed, err := v.replayAll(ctx, replay)
	if was != nil && (err != nil || !passed) {
		v.part(was) // a joined line that was not typed to the end proves nothing
	}
	if err != nil {
		return err
	}
	if !passed && was != nil {
		*replay = verifier.Replay{Why: replay.Why}
		if passed, err = v.replayAll(ctx, replay); err != nil {
			return err
		}
	}
	if replay.Passed = passed; passed {
		replay.Why = ""
		if err := v.dropUnneeded(ctx); err != nil {
			return err
		}
	}
	replay.Seconds = time.Since(began).Seconds()
	v.grade(replay.Passed)
	return nil
}

// replayAll follows the plan on each stage that the way led over. What was
// mended on one that was left is needed there.
func (v *visit) replayAll(ctx context.Context, replay *verifier.Replay) (passed bool, err error) {
	for _, l := range append(slices.Clone(v.left), leg{v.stage, len(v.steps)}) {
		v.chains = nil
		if passed, err = v.replayOn(ctx, l.stage, v.steps[:l.until], replay); err != nil || !passed {
			return false, err
		}
	}
	return true, nil
}

// replayOn follows steps in a fresh machine of a stage, up to the first that
// fails there, and reports whether none did.
func (v *visit) replayOn(ctx context.Context, stage Stage, steps []verifier.Step, replay *verifier.Replay) (bool, error) {
	m, err := stage.Fresh(ctx, v.services...)
	if err != nil {
		return false, fmt.Errorf("start a clean machine for the replay: %w", err)
	}
	if err := v.adopt(m); err != nil {
		return false, err
	}
	replay.Steps = 0
	for i, step := range steps {
		v.now.step, v.now.index = step, i+1
		was := v.result.Steps[i]
		if _, err := v.prepare(ctx, step); err != nil {
			return false, fmt.Errorf("replay: %w", err)
		}
		if was.Outcome == verifier.OutcomeNotRun {
			continue
		}
		if err := v.keepChain(ctx, step); err != nil {
			return false, err
		}
		why, err := v.replayStep(ctx, step)
		if err != nil {
			return false, err
		}
		replay.Steps++
		if (was.Outcome.Passed() || was.AfterFix.Passed()) && why != "" {
			replay.Failed, replay.Why = step.ID, why
			return false, nil
		}
	}
	return true, nil
}

// replayStep types a step with its fixes and says why it failed, if it did.
func (v *visit) replayStep(ctx context.Context, step verifier.Step) (string, error) {
	text := step.Command
	for _, fix := range v.fixes[step.ID] {
		for _, command := range fix.Commands {
			rec, err := v.retype(ctx, v.machine, prove.Helper(step), command)
			if err != nil {
				return "", fmt.Errorf("replay: %w", err)
			}
			if !rec.Result.Outcome.Passed() {
				return fmt.Sprintf("%s: exit %d", rec.Result.Command, rec.Result.Exit), nil
			}
		}
		if fix.Kind == verifier.FixReplace {
			text = fix.Replace
		}
	}
	rec, err := v.retype(ctx, v.machine, step, text)
	if err != nil {
		return "", fmt.Errorf("replay: %w", err)
	}
	if rec.Result.Outcome.Passed() {
		return "", nil
	}
	return fmt.Sprintf("%s: exit %d", rec.Result.Command, rec.Result.Exit), nil
}

// grade raises the fixes that helped, or says that a clean machine did not
// bear them out.
func (v *visit) grade(passed bool) {
	for i := range v.result.Findings {
		for j := range v.result.Findings[i].Fixes {
			fix := &v.result.Findings[i].Fixes[j]
			if fix.Grade != verifier.ProvenInPlace || fix.Proof == nil {
				continue
			}
			proof := *fix.Proof
			proof.Replay = "failed"
			if passed {
				proof.Replay = "passed"
			}
			if passed && !fix.Untried {
				fix.Grade = verifier.Proven
			}
			fix.Proof = &proof
		}
	}
}
