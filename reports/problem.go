package reports

import (
	"fmt"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// problem is a finding, merged over the environments in which it came up.
type problem struct {
	verifier.Finding
	step         verifier.Step
	environments []string
	remedies     []remedy
}

// remedy is the best fix of a problem, for the environments that share it.
type remedy struct {
	environments []string
	finding      string        // its ID in the first of them
	fix          *verifier.Fix // nil: none is known
	flaky        bool
	documented   bool
	proofs       []proof
}

// proof is what was run to show that a fix helps, for the environments in
// which that gave the same.
type proof struct {
	environments []string
	text         string
}

// addProblem takes a finding of an environment; cutShort says why the search
// for its fix ended early, if it did.
func (d *digest) addProblem(env *verifier.EnvironmentResult, f verifier.Finding, cutShort string) {
	name := env.Environment.Name
	key := [3]string{f.Step, f.Fingerprint}
	if f.Fingerprint == "" {
		key[2] = f.Evidence
	}
	i, known := d.numbers[key]
	if !known {
		i = len(d.problems)
		d.numbers[key] = i
		d.problems = append(d.problems, problem{Finding: f, step: d.stepOf(env, f.Step)})
	}
	p := &d.problems[i]
	if !slices.Contains(p.environments, name) {
		p.environments = append(p.environments, name)
	}
	r := remedy{environments: []string{name}, finding: f.ID, flaky: f.Flaky, documented: f.Documented}
	if len(f.Fixes) > 0 {
		r.fix = &f.Fixes[0]
	}
	i = slices.IndexFunc(p.remedies, r.same)
	if i < 0 {
		i = len(p.remedies)
		p.remedies = append(p.remedies, r)
	} else {
		p.remedies[i].environments = append(p.remedies[i].environments, name)
	}
	if r.fix != nil && r.fix.Proof != nil {
		p.remedies[i].addProof(name, proofOf(r.fix.Proof, env.Replay))
	}
	if cutShort != "" {
		p.remedies[i].addProof(name, foreign.Line(cutShort))
	}
}

func (r remedy) same(o remedy) bool {
	if r.flaky != o.flaky || r.documented != o.documented || (r.fix == nil) != (o.fix == nil) {
		return false
	}
	return r.fix == nil || r.fix.Grade == o.fix.Grade && r.fix.Kind == o.fix.Kind &&
		r.fix.Replace == o.fix.Replace && r.fix.Release == o.fix.Release && slices.Equal(r.fix.Commands, o.fix.Commands) && slices.Equal(r.fix.Services, o.fix.Services)
}

func (r *remedy) addProof(environment, text string) {
	i := slices.IndexFunc(r.proofs, func(p proof) bool { return p.text == text })
	if i < 0 {
		i = len(r.proofs)
		r.proofs = append(r.proofs, proof{text: text})
	}
	r.proofs[i].environments = append(r.proofs[i].environments, environment)
}

// proofLines tell the proofs, with environments where they differ.
func (r remedy) proofLines() []string {
	var out []string
	for _, p := range r.proofs {
		text := p.text
		if len(r.proofs) > 1 {
			text = names(p.environments) + " · " + text
		}
		out = append(out, text)
	}
	return out
}

// proofOf says what was run, without times: those differ and prove nothing.
func proofOf(p *verifier.Proof, replay *verifier.Replay) string {
	text := fmt.Sprintf("without it: exit %d · with it: exit %d", p.ControlExit, p.FixedExit)
	switch {
	case p.Replay == "":
		return text + " · no clean replay was run"
	case replay != nil && replay.Steps > 0:
		return text + fmt.Sprintf(" · clean replay of %s: %s", count(replay.Steps, "step"), p.Replay)
	}
	return text + " · clean replay: " + p.Replay
}

// repeat is the command that runs the proof again, in the first environment
// that has one; empty: nothing is proven. A report does not know the file that
// its result lies in.
func (p problem) repeat() string {
	for _, r := range p.remedies {
		if r.fix != nil && r.fix.Grade == verifier.Proven && r.finding != "" {
			return fmt.Sprintf("freshinstall prove RESULT %s -e %s", foreign.Line(r.finding), foreign.Line(r.environments[0]))
		}
	}
	return ""
}
