package prove

import (
	"context"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// The search goes depth first. At each failure the candidates of its diagnosis
// are tried in order; the first with which the step passes ends everything. One
// with which it fails for another cause got further, and its own failure is
// searched in the same way. Where all of that ends red, the candidates that are
// dear to find come next, and at last another machine. What is told of a search
// without success is the first path that it followed to its end.

const (
	// longestChain bounds the failures that one step may hide behind each other.
	longestChain = 8
	// mostCandidates bounds what is tried for one cause by what is known of it,
	// and again by what is found by looking: after four, a person would ask
	// somebody.
	mostCandidates = 4
	mostLooked     = 8
	// mostTrials bounds a search where no time does.
	mostTrials = 40
)

// place is a failure on the way: the step, with what is in place before it.
type place struct {
	text      string            // the step, or what a fix has put in its place
	before    verifier.Snapshot // the fixes so far in place, the step not yet typed
	exit      int               // of the step without the fix that is tried
	record    run.Record
	diagnosis Diagnosis
}

// layer is a failure of the path that is followed, and what got past it.
type layer struct {
	finding verifier.Finding
	fix     *verifier.Fix
}

// search is the search for one step.
type search struct {
	*Prover
	step     verifier.Step
	began    time.Time
	path     []layer
	seen     []string // classes of the path
	attempts []verifier.Attempt
	trials   int
	end      *deadEnd // the first that was met
	machine  run.Machine
	last     run.Record
}

// deadEnd is a path that led nowhere.
type deadEnd struct {
	path    []layer
	at      place
	outside bool
	after   string
}

func (s *search) run(ctx context.Context, at place) error {
	passed, err := s.descend(ctx, at)
	if passed || err != nil || s.Elsewhere == nil || s.end == nil || s.end.outside || s.end.after != "" {
		return err
	}
	stuck := s.stuck(s.end.at, s.end.path)
	found, err := s.Elsewhere(ctx, stuck)
	if err != nil || found == nil {
		return err
	}
	fix := found.Fix
	fix.Proof = &verifier.Proof{ControlExit: s.end.at.exit, FixedExit: found.Last.Result.Exit, Seconds: s.Now().Sub(s.began).Seconds()}
	s.attempts = append(s.attempts, attempt(found.Last))
	s.machine, s.last, s.path = found.Machine, found.Last, s.end.path
	s.path[len(s.path)-1].fix = &fix
	if s.Won != nil {
		s.Won(fix)
	}
	return nil
}

// descend searches from one failure on and reports whether the step passed.
func (s *search) descend(ctx context.Context, at place) (bool, error) {
	s.path = append(s.path, layer{finding: at.diagnosis.Finding})
	s.seen = append(s.seen, at.diagnosis.Class)
	here := len(s.path) - 1
	leave := func() { s.path, s.seen = s.path[:here], s.seen[:here] }
	known := at.diagnosis.Candidates[:min(len(at.diagnosis.Candidates), mostCandidates)]
	var untried []verifier.Fix
	for _, dear := range []bool{false, true} {
		candidates := known
		if dear {
			var err error
			if candidates, err = s.more(ctx, at, known); err != nil {
				s.stop(at, untried)
				return false, err
			}
		}
		won, further, cannot, err := s.layer(ctx, at, candidates)
		untried = append(untried, cannot...)
		if err != nil {
			s.stop(at, untried)
			return false, err
		}
		if won != nil {
			s.path[here].fix = won
			return true, nil
		}
		for _, next := range further {
			s.path[here].fix = &next.fix
			if passed, err := s.follow(ctx, next); passed || err != nil {
				return passed, err
			}
		}
		s.path[here].fix = nil
	}
	s.stop(at, untried)
	leave()
	return false, nil
}

// follow goes on behind a fix that got further.
func (s *search) follow(ctx context.Context, next further) (bool, error) {
	d := next.place.diagnosis
	switch {
	case d.After != "":
		s.stopAs(deadEnd{after: d.After})
	case ours(d.Finding.Blame):
		// The fix is needed, and what comes behind it cannot be tested here.
		s.path = append(s.path, layer{finding: d.Finding})
		s.stopAs(deadEnd{outside: true})
		s.path = s.path[:len(s.path)-1]
	case len(s.path) >= longestChain:
		s.stopAs(deadEnd{at: next.place})
	default:
		return s.descend(ctx, next.place)
	}
	return false, nil
}

// more asks for what is dear to find, without what was tried.
func (s *search) more(ctx context.Context, at place, tried []verifier.Fix) ([]verifier.Fix, error) {
	if s.More == nil || s.trials >= mostTrials {
		return nil, nil
	}
	found, err := s.More(ctx, s.stuck(at, s.path))
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(f verifier.Fix) bool {
		return slices.ContainsFunc(tried, func(t verifier.Fix) bool { return t.Replace == f.Replace && slices.Equal(t.Commands, f.Commands) })
	})
	return found[:min(len(found), mostLooked)], nil
}

func (s *search) stuck(at place, path []layer) Stuck {
	out := Stuck{Step: s.step, Text: at.text, Record: at.record, Diagnosis: at.diagnosis, Before: at.before}
	for _, l := range path {
		if l.fix != nil {
			out.Fixes = append(out.Fixes, *l.fix)
		}
	}
	return out
}

// stop notes that the path has come to its end at a failure. untried is what
// cannot be had here.
func (s *search) stop(at place, untried []verifier.Fix) {
	if s.end == nil {
		s.path[len(s.path)-1].finding.Fixes = untried
	}
	s.stopAs(deadEnd{at: at})
}

func (s *search) stopAs(end deadEnd) {
	if s.end == nil {
		end.path = slices.Clone(s.path)
		s.end = &end
	}
}

// mending is what came of it.
func (s *search) mending() Mending {
	out := Mending{Attempts: s.attempts, Machine: s.machine, Last: s.last}
	path := s.path
	if s.machine == nil && s.end != nil {
		path, out.Outside, out.After = s.end.path, s.end.outside, s.end.after
	}
	for _, l := range path {
		if l.fix != nil {
			fix := *l.fix
			if s.machine != nil {
				// Each was needed to get to the next, and the last made the step pass.
				fix.Grade = verifier.ProvenInPlace
				if fix.Workaround {
					fix.Grade = verifier.Workaround
				}
				proof := *fix.Proof
				proof.FixedExit = s.last.Result.Exit
				fix.Proof = &proof
				out.Applied = append(out.Applied, fix)
			}
			l.finding.Fixes = []verifier.Fix{fix}
		}
		out.Findings = append(out.Findings, l.finding)
	}
	return out
}

func attempt(rec run.Record) verifier.Attempt {
	return verifier.Attempt{Command: rec.Result.Command, Exit: rec.Result.Exit, Seconds: rec.Result.Seconds}
}
