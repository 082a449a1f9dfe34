package patch

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// harvest is what a run has proven about the steps of one document.
type harvest struct {
	found   []*discovery // in plan order
	skipped []Skipped
	form    form
}

// discovery is one finding with its fix for each environment.
type discovery struct {
	entry Entry
	fixes map[string]answer
	order int
}

// collect gathers the findings that a page tells about and that have a proven
// fix.
func (f form) collect(p Page, r *verifier.Result) *harvest {
	h := &harvest{form: f}
	for _, env := range r.Environments {
		for _, f := range env.Findings {
			step, order := stepOf(r, &env, f.Step)
			if !slices.Contains(p.About, step.Document) || p.Told[f.Fingerprint] || f.Fingerprint == "" || strings.TrimSpace(step.Command) == "" {
				continue
			}
			fix, ok := proven(f)
			if !ok {
				continue
			}
			text := fixText(fix)
			if !writable(text) {
				h.skipped = append(h.skipped, Skipped{Document: step.Document, Step: f.Step, Line: step.Line, Command: step.Command,
					Key: f.Fingerprint, Environments: []string{env.Environment.Name},
					Reason: "the fix holds characters that cannot be shown in a document"})
				continue
			}
			h.add(f, step, order, env.Environment.Name, answer{kind: fix.Kind, text: text})
		}
	}
	slices.SortStableFunc(h.found, func(a, b *discovery) int { return a.order - b.order })
	return h
}

// add keeps the first fix of a key in an environment: a step that stands twice
// in a document is one entry.
func (h *harvest) add(f verifier.Finding, step verifier.Step, order int, environment string, a answer) {
	i := slices.IndexFunc(h.found, func(d *discovery) bool { return d.entry.Key == f.Fingerprint })
	if i < 0 {
		i = len(h.found)
		h.found = append(h.found, &discovery{order: order, fixes: map[string]answer{}, entry: Entry{
			Key: f.Fingerprint, Title: h.form.title(f), Step: shown(step.Command), Excerpt: excerpt(f), Plain: h.form.plain(f)}})
	}
	if _, have := h.found[i].fixes[environment]; !have {
		h.found[i].fixes[environment] = a
	}
}

// take gives the discovery of a key and removes it; nil when there is none.
func (h *harvest) take(key string) *discovery {
	i := slices.IndexFunc(h.found, func(d *discovery) bool { return d.entry.Key == key })
	if i < 0 {
		return nil
	}
	d := h.found[i]
	h.found = slices.Delete(h.found, i, i+1)
	return d
}

// stepOf finds a step by its ID. The plan tells the command as the author
// wrote it; what was typed may have values filled in.
func stepOf(r *verifier.Result, env *verifier.EnvironmentResult, id string) (step verifier.Step, order int) {
	for i, s := range r.Plan.Steps {
		if s.ID == id {
			return s, i
		}
	}
	for i, s := range env.Steps {
		if s.Step == id {
			return verifier.Step{ID: id, Document: s.Document, Line: s.Line, Command: s.Command, Follow: true}, len(r.Plan.Steps) + i
		}
	}
	return verifier.Step{}, 0
}

// history answers what became of an entry's step in a run.
type history struct {
	documents []string
	result    *verifier.Result
}

// passed names the environments of an entry in which its step was run and
// passed, and in which the finding did not come up again.
func (h *history) passed(old written, found *discovery) []string {
	ids, followed := h.steps(old)
	var out []string
	for _, environment := range old.Environments {
		if found != nil && found.fixes[environment] != (answer{}) {
			continue
		}
		for _, env := range h.result.Environments {
			if env.Environment.Name == environment && allPassed(env.Steps, ids, followed) && !findsAgain(env.Findings, old.Key) {
				out = append(out, environment)
			}
		}
	}
	return out
}

// steps gives the IDs of the plan's steps that the entry is about: those with
// its command, or, when none has it any more, those with its solution in place
// of the command.
func (h *history) steps(old written) (ids, followed map[string]bool) {
	texts := []string{old.Step}
	for _, s := range old.Solutions {
		if s.Kind == verifier.FixReplace {
			// The replacement stands last, behind what it needs.
			texts = append(texts, s.Text, s.Text[strings.LastIndexByte(s.Text, '\n')+1:])
		}
	}
	for i, text := range texts {
		if i == 0 && text == "" {
			continue
		}
		ids, followed = map[string]bool{}, map[string]bool{}
		for _, s := range h.result.Plan.Steps {
			if slices.Contains(h.documents, s.Document) && shown(s.Command) == text {
				ids[s.ID], followed[s.ID] = true, s.Follow
			}
		}
		if len(ids) > 0 {
			return ids, followed
		}
	}
	return nil, nil
}

// allPassed says that the steps were run in an environment and none of them
// ended in another way than passed. A step that was left on purpose is no
// witness.
func allPassed(steps []verifier.StepResult, ids, followed map[string]bool) bool {
	ran := false
	for _, s := range steps {
		switch {
		case !ids[s.Step]:
		case s.Outcome.Passed():
			ran = true
		case s.Outcome == verifier.OutcomeNotRun && !followed[s.Step]:
		default:
			return false
		}
	}
	return ran
}

func findsAgain(findings []verifier.Finding, key string) bool {
	return slices.ContainsFunc(findings, func(f verifier.Finding) bool { return f.Fingerprint == key })
}
