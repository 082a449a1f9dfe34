package reports

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// What the formats for programs share: how much a problem weighs, what names
// it over runs, and its story in plain text.

// severity says how much a problem asks of the people of a repository.
type severity int

const (
	severityNote    severity = iota // told in the documents already, or gone when tried again
	severityWarning                 // not the documents': declaration, test machine, network, or not known whose
	severityError                   // the documents' or the repository's
)

func (p problem) severity() severity {
	open := slices.ContainsFunc(p.remedies, func(r remedy) bool { return !r.documented && !r.flaky })
	switch {
	case !open:
		return severityNote
	case p.Blame == verifier.BlameDocs, p.Blame == verifier.BlameRepository:
		return severityError
	}
	return severityWarning
}

// identity names a problem over runs, environments and moved lines.
func (p problem) identity() string {
	if p.Fingerprint != "" {
		return foreign.Line(p.Fingerprint)
	}
	return hash(p.rule(), strings.Join(strings.Fields(p.step.Command), " "), p.Object)
}

// hash is short enough to be read and long enough for the problems of one repository.
func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

func (p problem) rule() string { return cmp.Or(foreign.Line(p.Rule), "unknown") }

// cause is one root cause: problems of the same rule and object at any steps.
// What no rule explains stays a cause of its own.
func (d *digest) causes() [][]problem {
	var out [][]problem
	at := map[string]int{}
	for _, p := range d.problems {
		key := p.rule() + "\x00" + p.Object
		if p.Object == "" || p.rule() == "unknown" {
			key = p.identity() + "\x00" + p.step.ID
		}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key], out = i, append(out, nil)
		}
		out[i] = append(out[i], p)
	}
	return out
}

// hitch is a reason why something could not be tested, merged over environments.
type hitch struct {
	environments []string // empty: the whole run
	what         string
}

func (d *digest) hitches() []hitch {
	var out []hitch
	switch {
	case d.result.Interrupted:
		out = append(out, hitch{what: "The run was interrupted; this is what was found until then."})
	case d.result.OutOfTime:
		out = append(out, hitch{what: "The run's time limit ended it; this is what was found until then."})
	case len(d.result.Environments) == 0:
		out = append(out, hitch{what: "Nothing was tested."})
	}
	for _, env := range d.result.Environments {
		what := "could not be tested to the end"
		switch in := env.Incident; {
		case in != nil:
			for _, part := range []string{in.What, in.Where, in.ToDo} {
				if text := foreign.Line(part); text != "" {
					what += " · " + text
				}
			}
		case env.Verdict == verifier.Works, env.Verdict == verifier.WorksWithDocumentedFixes,
			env.Verdict == verifier.WorksWithFixes, env.Verdict == verifier.Broken:
			continue
		}
		i := slices.IndexFunc(out, func(h hitch) bool { return h.what == what })
		if i < 0 {
			i = len(out)
			out = append(out, hitch{what: what})
		}
		out[i].environments = append(out[i].environments, env.Environment.Name)
	}
	return out
}

func (h hitch) String() string {
	if len(h.environments) == 0 {
		return h.what
	}
	return names(h.environments) + ": " + h.what
}

// place is where a problem stands; a host that wants a file gets the first
// document where the result knows none.
func (d *digest) place(s verifier.Step) (document string, line int) {
	document = foreign.Line(s.Document)
	if document == "" && len(d.result.Plan.Documents) > 0 {
		document = foreign.Line(d.result.Plan.Documents[0])
	}
	return cmp.Or(document, "README.md"), max(1, s.Line)
}

// brief is a problem in one line.
func (p problem) brief() string {
	parts := []string{ended(p.title())}
	if text := p.meaning(); text != "" {
		parts = append(parts, ended(text))
	}
	for _, r := range p.remedies {
		text := "Fix"
		if len(p.remedies) > 1 {
			text += " on " + names(r.environments)
		}
		text += ", " + r.lead()
		if commands := r.commands(); len(commands) > 0 {
			text += ": " + strings.Join(commands, "; ")
		}
		parts = append(parts, ended(text))
	}
	return foreign.Clip(foreign.Line(strings.Join(parts, " ")), 2000)
}

// ended closes a sentence.
func ended(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// story is a problem in plain text: what it is, what shows it, what it means
// and what to do.
func (p problem) story() string {
	lines := []string{p.title(), "At " + at(p.step) + " on " + names(p.environments)}
	add := func(head, text string, most int) {
		shown, cut := foreign.Lines(text, most, 400)
		for i, line := range shown {
			if i == 0 && line != "" {
				lines = append(lines, head)
			}
			if line != "" {
				lines = append(lines, "    "+line)
			}
		}
		if cut {
			lines = append(lines, "    (this is not all of it)")
		}
	}
	add("The step:", p.step.Command, 12)
	add("It fails with:", p.Evidence, 12)
	if text := p.meaning(); text != "" {
		lines = append(lines, "In plain words: "+text)
	}
	if text := blameWords(p.Blame); text != "" {
		lines = append(lines, "Due to: "+text)
	}
	for _, r := range p.remedies {
		head := "Fix"
		if len(p.remedies) > 1 {
			head += " on " + names(r.environments)
		}
		lines = append(lines, head+", "+r.lead())
		for _, c := range r.commands() {
			lines = append(lines, "    "+c)
		}
		lines = append(lines, r.proofLines()...)
	}
	return strings.Join(lines, "\n")
}
