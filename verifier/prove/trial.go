package prove

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// trial is one candidate, run in a fork: its commands, then the step.
type trial struct {
	fix     verifier.Fix
	text    string            // what was typed as the step
	after   verifier.Snapshot // fix in place, step not yet typed
	record  run.Record        // of the step
	machine run.Machine       // where it passed, else nil
	reached bool              // the step was typed
	cannot  bool              // what it declares cannot be had here, which says nothing against it
	err     error
}

// further is a trial that changed the failure.
type further struct {
	fix   verifier.Fix
	place place
}

// layer tries the candidates for one failure. It gives the first in order with
// which the step passed (s.machine is then set), and those that got further,
// the promising ones first; also what cannot be had here.
func (s *search) layer(ctx context.Context, at place, candidates []verifier.Fix) (*verifier.Fix, []further, []verifier.Fix, error) {
	var got []further
	var cannot []verifier.Fix
	for _, t := range s.race(ctx, at, candidates) {
		switch {
		case t.err != nil:
			return nil, nil, cannot, t.err
		case t.cannot:
			cannot = append(cannot, t.fix)
		case !t.reached:
		case t.machine != nil:
			t.fix.Grade = verifier.ProvenInPlace
			t.fix.Proof = s.proof(at, t)
			s.attempts = append(s.attempts, attempt(t.record))
			s.machine, s.last = t.machine, t.record
			if s.Won != nil {
				s.Won(t.fix)
			}
			return &t.fix, nil, nil, nil
		default:
			d, err := s.Judge(ctx, s.step, t.record, s.inPlace(t.fix))
			if err != nil {
				return nil, nil, cannot, err
			}
			failed := attempt(t.record)
			failed.Finding = d.Class
			s.attempts = append(s.attempts, failed)
			t.fix.Grade, t.fix.Proof = verifier.GotFurther, s.proof(at, t)
			if !slices.Contains(s.seen, d.Class) {
				got = append(got, further{t.fix, place{t.text, t.after, t.record.Result.Exit, t.record, d}})
			}
		}
	}
	slices.SortStableFunc(got, func(a, b further) int {
		return rank(a.place.diagnosis) - rank(b.place.diagnosis)
	})
	return nil, got, cannot, nil
}

// rank puts what the network or our own stage has ended behind the rest.
func rank(d Diagnosis) int {
	if ours(d.Finding.Blame) {
		return 1
	}
	return 0
}

func (s *search) proof(at place, t *trial) *verifier.Proof {
	return &verifier.Proof{ControlExit: at.exit, FixedExit: t.record.Result.Exit, Seconds: s.Now().Sub(s.began).Seconds()}
}

// race runs the candidates, AtOnce of them at a time, and gives the trials in
// their order up to the first that passed. Those behind it are ended: what is
// found does not depend on how many run at once.
func (s *search) race(ctx context.Context, at place, candidates []verifier.Fix) []*trial {
	candidates = candidates[:min(len(candidates), max(0, mostTrials-s.trials))]
	s.trials += len(candidates)
	trials := make([]*trial, len(candidates))
	stops := make([]context.CancelFunc, len(candidates))
	var mu sync.Mutex
	first := math.MaxInt // of those that ended the race: passed, or an error
	slots := make(chan struct{}, max(1, s.AtOnce))
	var group sync.WaitGroup
	for i, fix := range candidates {
		slots <- struct{}{}
		mu.Lock()
		if first < i {
			mu.Unlock()
			<-slots
			break
		}
		within, stop := context.WithCancel(ctx)
		stops[i] = stop
		mu.Unlock()
		group.Go(func() {
			defer func() { <-slots }()
			t := s.try(within, at, fix)
			mu.Lock()
			defer mu.Unlock()
			trials[i] = t
			if (t.machine != nil || t.err != nil) && i < first {
				first = i
				for _, behind := range stops[i+1:] {
					if behind != nil {
						behind()
					}
				}
			}
		})
	}
	group.Wait()
	for i, t := range trials {
		if stops[i] != nil {
			stops[i]()
		}
		if i > first && t != nil && t.machine != nil {
			_ = t.machine.Close() // it passed too, and a better one did before
		}
	}
	if first < len(trials) {
		trials = trials[:first+1]
	}
	return trials
}

// try runs one candidate in a fork.
func (s *search) try(ctx context.Context, at place, fix verifier.Fix) *trial {
	if s.Tried != nil {
		s.Tried(fix)
	}
	t := &trial{fix: fix, text: at.text}
	m, err := s.Fork(ctx, at.before, fix.Services...)
	var trouble interface{ Incident() verifier.Incident }
	if fix.Kind == verifier.FixDeclare && errors.As(err, &trouble) && ctx.Err() == nil {
		t.cannot = true
		return t
	}
	if err != nil {
		t.err = fmt.Errorf("fork for a trial at %s: %w", s.step.ID, err)
		return t
	}
	if t.err = s.typed(ctx, m, t); t.err != nil {
		t.err = fmt.Errorf("trial at %s: %w", s.step.ID, t.err)
	}
	if t.err == nil && t.reached && t.record.Result.Outcome.Passed() {
		t.machine = m
		return t
	}
	_ = m.Close() // a fork that is given up; what matters was recorded
	return t
}

// typed types the fix and the step.
func (s *search) typed(ctx context.Context, m run.Machine, t *trial) (err error) {
	for _, command := range t.fix.Commands {
		rec, err := s.Type(ctx, m, Helper(s.step), command)
		if err != nil || !rec.Result.Outcome.Passed() {
			return err
		}
	}
	if t.fix.Kind == verifier.FixReplace {
		t.text = t.fix.Replace
	}
	if t.after, err = m.Snapshot(ctx); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if t.record, err = s.Type(ctx, m, s.step, t.text); err != nil {
		return err
	}
	t.reached = true
	return nil
}

// inPlace lists the commands of the fixes of the path and of the one on trial.
func (s *search) inPlace(trial verifier.Fix) []string {
	var out []string
	for _, l := range s.path {
		if l.fix != nil {
			out = append(out, l.fix.Commands...)
		}
	}
	return append(out, trial.Commands...)
}
