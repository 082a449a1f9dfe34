package mutant

import (
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Command is one thing that is typed when a document is followed.
type Command struct {
	Line int    `json:"line"` // one-based, in the document that shows it
	Text string `json:"text"`
}

// Mutant is a project with one thing wrong.
type Mutant struct {
	Project       string    `json:"project"`
	Language      string    `json:"language"`
	Mutator       string    `json:"mutator"`
	What          string    `json:"what"`     // in words
	Document      string    `json:"document"` // that is followed
	Text          string    `json:"-"`        // of it, damaged
	Line          int       `json:"line"`     // of the damaged step in it; of a step that is gone: 0
	Commands      []Command `json:"-"`        // what is typed now, in order
	NotExecutable string    `json:"not_executable,omitempty"`
}

// Key tells mutants apart.
func (m Mutant) Key() string {
	return fmt.Sprintf("%s/%s/%s, line %d", m.Project, m.Mutator, m.What, m.Line)
}

// Plan is the part of a project's plan that mutators work on.
type Plan struct {
	Project Project
	Start   verifier.Start
	steps   []verifier.Step // followed, of the one document, shown there as they are typed
	source  string
}

// NewPlan takes what is followed of a plan. A step that stands in the document
// otherwise than it is typed is typed, and never damaged.
func NewPlan(p Project, plan verifier.Plan) Plan {
	out := Plan{Project: p, Start: plan.Start, source: p.Files[p.Document()]}
	for _, s := range plan.Steps {
		if s.Follow && s.Document == p.Document() {
			out.steps = append(out.steps, s)
		}
	}
	return out
}

// Commands are what is typed of the undamaged document.
func (p Plan) Commands() []Command {
	var all []Command
	for _, s := range p.steps {
		all = append(all, Command{s.Line, s.Command})
	}
	return all
}

// plain reports whether a step stands in the document as it is typed.
func (p Plan) plain(s verifier.Step) bool {
	return s.Span.Start >= 0 && s.Span.End <= len(p.source) && s.Span.Start < s.Span.End &&
		p.source[s.Span.Start:s.Span.End] == s.Command
}

// edit puts text in the place of source[start:end].
type edit struct {
	start, end int
	text       string
}

// damaged makes a mutant of edits and of what each step becomes: nil is gone.
// at is the damaged step.
func (p Plan) damaged(mutator, what string, at int, edits []edit, become func(i int, text string) *string) Mutant {
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	m := Mutant{Project: p.Project.Name, Language: p.Project.Language, Mutator: mutator, What: what, Document: p.Project.Document()}
	var out strings.Builder
	from := 0
	for _, e := range edits {
		out.WriteString(p.source[from:e.start])
		out.WriteString(e.text)
		from = e.end
	}
	out.WriteString(p.source[from:])
	m.Text = out.String()
	for i, s := range p.steps {
		text := become(i, s.Command)
		if text == nil {
			continue
		}
		offset := s.Span.Start
		for _, e := range edits {
			if e.end <= s.Span.Start {
				offset += len(e.text) - (e.end - e.start)
			}
		}
		c := Command{Line: 1 + strings.Count(m.Text[:offset], "\n"), Text: *text}
		if i == at {
			m.Line = c.Line
		}
		m.Commands = append(m.Commands, c)
	}
	return m
}

// reword damages one step by another text.
func (p Plan) reword(mutator, what string, at int, text string) Mutant {
	span := p.steps[at].Span
	return p.damaged(mutator, what, at, []edit{{span.Start, span.End, text}}, func(i int, old string) *string {
		if i == at {
			return &text
		}
		return &old
	})
}

// drop takes one step out with its line, and with the fence around it when it
// is the only line there: who forgets a step leaves no empty box.
func (p Plan) drop(mutator, what string, at int) (Mutant, bool) {
	span := p.steps[at].Span
	start := strings.LastIndexByte(p.source[:span.Start], '\n') + 1
	end := len(p.source)
	if n := strings.IndexByte(p.source[span.End:], '\n'); n >= 0 {
		end = span.End + n + 1
	}
	before := strings.TrimSpace(p.source[start:span.Start])
	if strings.Trim(before, "$") != "" || strings.TrimSpace(p.source[span.End:end]) != "" {
		return Mutant{}, false // it shares its line with other text
	}
	if above, below := lineBefore(p.source, start), lineAfter(p.source, end); fence(above) && fence(below) {
		start, end = start-len(above), end+len(below)
	}
	return p.damaged(mutator, what, -1, []edit{{start, end, ""}}, func(i int, old string) *string {
		if i == at {
			return nil
		}
		return &old
	}), true
}

func fence(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "```") }

func lineBefore(source string, at int) string {
	if at == 0 {
		return ""
	}
	return source[strings.LastIndexByte(source[:at-1], '\n')+1 : at]
}

func lineAfter(source string, at int) string {
	if n := strings.IndexByte(source[at:], '\n'); n >= 0 {
		return source[at : at+n+1]
	}
	return source[at:]
}

// swap lets two neighbours change places.
func (p Plan) swap(mutator, what string, first int) Mutant {
	a, b := p.steps[first], p.steps[first+1]
	edits := []edit{{a.Span.Start, a.Span.End, b.Command}, {b.Span.Start, b.Span.End, a.Command}}
	return p.damaged(mutator, what, first, edits, func(i int, old string) *string {
		switch i {
		case first:
			return &b.Command
		case first + 1:
			return &a.Command
		}
		return &old
	})
}
