package history

import (
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// Comparison is what one run has otherwise than another one before it.
type Comparison struct {
	From         string                  `json:"from"` // names of the runs
	To           string                  `json:"to"`
	Commit       *verifier.Change        `json:"commit,omitempty"`
	Tool         *verifier.Change        `json:"tool,omitempty"`
	Documents    bool                    `json:"documents,omitempty"`
	Environments []EnvironmentComparison `json:"environments"`
}

// EnvironmentComparison is that of one environment. Findings are the same when
// their fingerprints are.
type EnvironmentComparison struct {
	Name       string              `json:"name"`
	From       verifier.Verdict    `json:"from,omitempty"` // empty: it was no part of the run
	To         verifier.Verdict    `json:"to,omitempty"`
	New        []verifier.Finding  `json:"new"`
	Still      []verifier.Finding  `json:"still"`
	Fixed      []verifier.Finding  `json:"fixed"`     // its step was run, and it did not show
	Unreached  []verifier.Finding  `json:"unreached"` // its step was not run, or not to its end
	Flaky      []verifier.Finding  `json:"flaky"`     // of either run: unchanged, the step did otherwise when it was typed again
	Image      *verifier.Change    `json:"image,omitempty"`
	Moved      []verifier.Move     `json:"moved"`
	Unrecorded bool                `json:"unrecorded,omitempty"` // of one of the two it is not known what was installed
	Bisection  *verifier.Bisection `json:"bisection,omitempty"`  // of the later run
}

// Compare tells what the second run has otherwise than the first.
func Compare(a, b *Run) Comparison {
	out := Comparison{From: a.Name, To: b.Name, Environments: []EnvironmentComparison{},
		Commit: changed(a.Result.Repository.Commit, b.Result.Repository.Commit),
		Tool:   changed(a.Result.Tool.Version, b.Result.Tool.Version)}
	if x, y := a.Result.Inputs, b.Result.Inputs; x != nil && y != nil {
		out.Documents = x.Documents != y.Documents
	}
	for i := range b.Result.Environments {
		now := &b.Result.Environments[i]
		out.Environments = append(out.Environments, compare(find(&a.Result, now.Environment.Name), now))
	}
	for i := range a.Result.Environments {
		if was := &a.Result.Environments[i]; find(&b.Result, was.Environment.Name) == nil {
			out.Environments = append(out.Environments, compare(was, nil))
		}
	}
	return out
}

func find(r *verifier.Result, environment string) *verifier.EnvironmentResult {
	i := slices.IndexFunc(r.Environments, func(e verifier.EnvironmentResult) bool { return e.Environment.Name == environment })
	if i < 0 {
		return nil
	}
	return &r.Environments[i]
}

// compare compares an environment of two runs; nil: it was no part of that one,
// and then nothing is said of its findings.
func compare(was, now *verifier.EnvironmentResult) EnvironmentComparison {
	out := EnvironmentComparison{New: []verifier.Finding{}, Still: []verifier.Finding{}, Fixed: []verifier.Finding{},
		Unreached: []verifier.Finding{}, Flaky: []verifier.Finding{}, Moved: []verifier.Move{}}
	if was != nil {
		out.Name, out.From = was.Environment.Name, was.Verdict
	}
	if now != nil {
		out.Name, out.To = now.Environment.Name, now.Verdict
	}
	if was == nil || now == nil {
		return out
	}
	for _, f := range now.Findings {
		switch {
		case f.Flaky:
			out.Flaky = append(out.Flaky, f)
		case has(was.Findings, f):
			out.Still = append(out.Still, f)
		default:
			out.New = append(out.New, f)
		}
	}
	for _, f := range was.Findings {
		switch {
		case has(now.Findings, f):
		case f.Flaky:
			out.Flaky = append(out.Flaky, f)
		case ran(was, now, f):
			out.Fixed = append(out.Fixed, f)
		default:
			out.Unreached = append(out.Unreached, f)
		}
	}
	out.Image = changed(was.Environment.Digest, now.Environment.Digest)
	if now.Drift != nil {
		out.Bisection = now.Drift.Bisection
	}
	from, to := was.Environment.Installed, now.Environment.Installed
	if out.Unrecorded = from == nil || to == nil; !out.Unrecorded {
		said := heard(now)
		for _, m := range Moves(from, to) {
			named := said.rank(m.Name) <= inTail
			if !named && (m.From == "" && !was.Verdict.Green() || m.To == "" && !now.Verdict.Green()) {
				continue // the run that lacks it ended before it, or its fixes came later
			}
			m.Named = named && !now.Verdict.Green()
			out.Moved = append(out.Moved, m)
		}
		slices.SortStableFunc(out.Moved, func(a, b verifier.Move) int { return said.rank(a.Name) - said.rank(b.Name) })
	}
	return out
}

func has(all []verifier.Finding, f verifier.Finding) bool {
	return slices.ContainsFunc(all, func(g verifier.Finding) bool { return g.Fingerprint == f.Fingerprint })
}

// ran reports whether a finding could have shown again: its step, known by its
// text, came to an end of its own, or is no longer there at all while every
// other one did.
func ran(was, now *verifier.EnvironmentResult, f verifier.Finding) bool {
	command := ""
	for _, s := range was.Steps {
		if s.Step == f.Step {
			command = s.Command
		}
	}
	for _, s := range now.Steps {
		if s.Command == command {
			return s.Outcome.Passed() || s.Outcome == verifier.OutcomeFailed
		}
	}
	return now.Verdict.Green()
}
