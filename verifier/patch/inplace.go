package patch

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// InPlace corrects the steps themselves: packages that a step lacks join those
// that the document has a reader install before it, anything else that has to
// be typed is put before the step, in the same block and with the same prompt,
// and a command that is wrong is replaced. documents are the ones that the run has read, by
// path; the changes come in the order of the paths.
//
// Only what helps every reader is put in. A fix is skipped, with the reason,
// when environments differ in it, when it would break one that passes now, and
// when its place in the document does not allow it.
//
// An error says that the result is not consistent in itself.
func InPlace(documents map[string][]byte, r *verifier.Result) ([]Change, []Skipped, error) {
	corrections, skipped, err := corrections(r)
	if err != nil {
		return nil, nil, err
	}
	editors := map[string]*editor{}
	for _, c := range corrections {
		source, ok := documents[c.step.Document]
		if !ok {
			skipped = append(skipped, c.skip("the document is not part of the repository's documents"))
			continue
		}
		e := editors[c.step.Document]
		if e == nil {
			e = newEditor(c.step.Document, source)
			editors[c.step.Document] = e
		}
		if reason := e.put(c); reason != "" {
			skipped = append(skipped, c.skip(reason))
		}
	}
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(editors)) {
		if change := editors[name].change(); change.Changed() {
			changes = append(changes, change)
		}
	}
	return changes, skipped, nil
}

// correction is what one step needs.
type correction struct {
	step     verifier.Step
	findings []placed
	hosts    []verifier.Step // before it: may get its packages
}

// placed is one finding's fix, agreed upon by all environments.
type placed struct {
	entry        Entry
	answer       answer
	commands     []string
	replace      string // for FixReplace
	environments []string
}

func (c correction) skip(reason string) Skipped {
	s := Skipped{Document: c.step.Document, Step: c.step.ID, Line: c.step.Line, Command: c.step.Command, Reason: reason}
	for _, p := range c.findings {
		s.Key = cmp.Or(s.Key, p.entry.Key)
		s.Environments = sorted(append(s.Environments, p.environments...))
	}
	return s
}

// before gives the commands to type before the step, in order.
func (c correction) before() []string {
	var out []string
	for _, p := range c.findings {
		out = append(out, p.commands...)
	}
	return out
}

// replace is the last replacement: each was proven on top of the one before.
func (c correction) replace() string {
	text := ""
	for _, p := range c.findings {
		if p.answer.kind == verifier.FixReplace {
			text = p.replace
		}
	}
	return text
}

// corrections goes through the steps in plan order.
func corrections(r *verifier.Result) (out []correction, skipped []Skipped, err error) {
	known := map[string]bool{}
	for _, s := range r.Plan.Steps {
		known[s.ID] = true
	}
	for _, env := range r.Environments {
		for _, f := range env.Findings {
			if !known[f.Step] {
				return nil, nil, fmt.Errorf("corrections in place: finding %s of %s belongs to step %q, which the plan does not have",
					f.ID, env.Environment.Name, f.Step)
			}
		}
	}
	for _, step := range r.Plan.Steps {
		c := correction{step: step}
		for _, key := range keysOf(r, step.ID) {
			p, reason := agree(r, step.ID, step.Document, key)
			p.entry.Step = shown(step.Command)
			switch {
			case len(p.environments) == 0: // nothing proven anywhere
			case reason != "":
				skipped = append(skipped, correction{step: step, findings: []placed{p}}.skip(reason))
			default:
				c.findings = append(c.findings, p)
			}
		}
		c.hosts = hostsOf(r, step, c.findings)
		if len(c.findings) > 0 {
			out = append(out, c)
		}
	}
	return out, skipped, nil
}

// keysOf lists the findings of a step as they came, over all environments.
func keysOf(r *verifier.Result, step string) []string {
	var keys []string
	for _, env := range r.Environments {
		for _, f := range env.Findings {
			if f.Step == step && !slices.Contains(keys, f.Fingerprint) {
				keys = append(keys, f.Fingerprint)
			}
		}
	}
	return keys
}
