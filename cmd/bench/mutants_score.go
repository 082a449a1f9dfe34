package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/freshinstall/freshinstall/cmd/bench/mutant"
	"github.com/freshinstall/freshinstall/verifier"
)

// scored is a mutant with what really happens and what the tool says of it.
type scored struct {
	mutant.Mutant
	Trial    trial            `json:"trial"`
	LeftOut  string           `json:"left_out,omitempty"` // why it counts for nothing
	Verdict  verifier.Verdict `json:"verdict,omitempty"`
	Findings []said           `json:"findings,omitempty"`

	// Detected: the verdict says that the documents do not lead to the end.
	Detected bool `json:"detected"`
	// Located: the first finding, in the order in which steps are typed, is at
	// the line of the damaged step, or at that of the first step which cannot
	// pass because of it, as seen in the plain container.
	Located bool `json:"located"`
	// Proven: every finding has a fix that is graded proven, and all steps
	// passed with all fixes on a clean machine.
	Proven bool `json:"proven"`
	// Mended: beyond that, the corrections that the tool offers apply, and what
	// the documents then say passes in a plain container.
	Mended    bool    `json:"mended"`
	MendedHow string  `json:"mended_how,omitempty"` // where it ended, when not mended
	Seconds   float64 `json:"seconds,omitempty"`    // of the verification
}

// said is a finding, as short as it can be read.
type said struct {
	Line     int               `json:"line"`
	Command  string            `json:"command"`
	Rule     string            `json:"rule"`
	Title    string            `json:"title"`
	Category verifier.Category `json:"category"`
	Evidence string            `json:"evidence"`
	Fix      string            `json:"fix,omitempty"`
	Grade    verifier.Grade    `json:"grade,omitempty"`
}

// score compares a result with what is known of the mutant.
func score(row scored, r verifier.Result) scored {
	env := r.Environments[0]
	row.Verdict = env.Verdict
	switch env.Verdict {
	case verifier.WorksWithFixes, verifier.Broken:
		row.Detected = true
	case verifier.Works, verifier.WorksWithDocumentedFixes, verifier.Inconclusive:
	}
	row.Findings = sayings(env)
	if row.Detected && len(row.Findings) > 0 {
		first := row.Findings[0].Line
		row.Located = first == row.Trial.Line || row.Line != 0 && first == row.Line
	}
	proven := func(s said) bool { return s.Grade == verifier.Proven }
	row.Proven = env.Verdict == verifier.WorksWithFixes && len(row.Findings) > 0 && !slices.ContainsFunc(row.Findings, func(s said) bool { return !proven(s) }) &&
		env.Replay != nil && env.Replay.Passed
	return row
}

// sayings are an environment's findings in the order in which steps are typed.
func sayings(env verifier.EnvironmentResult) []said {
	var all []said
	for _, step := range env.Steps {
		for _, f := range env.Findings {
			if f.Step != step.Step {
				continue
			}
			s := said{Line: step.Line, Command: step.Command, Rule: f.Rule, Title: f.Title, Category: f.Category, Evidence: f.Evidence}
			if len(f.Fixes) > 0 {
				fix := f.Fixes[0]
				s.Grade, s.Fix = fix.Grade, strings.Join(fix.Commands, "; ")
				if fix.Replace != "" {
					s.Fix = strings.TrimPrefix(s.Fix+"; instead: "+fix.Replace, "; ")
				}
			}
			all = append(all, s)
		}
	}
	return all
}

const unmeasured = "could not be measured: "

func (s scored) unmeasured() bool { return strings.HasPrefix(s.LeftOut, unmeasured) }

// without is a mutant of which nothing could be learnt.
func (s scored) without(err error) scored {
	s.LeftOut = unmeasured + clip(err.Error(), 200)
	return s
}

// drawn reports whether a row was filled in.
func (s scored) drawn() bool { return s.Project != "" }

// counts reports whether the mutant is one of those that were asked for.
func (s scored) counts() bool { return s.drawn() && s.LeftOut == "" }

func (s scored) told() string {
	if s.LeftOut != "" {
		return "left out: " + s.LeftOut
	}
	return fmt.Sprintf("%s, %.0f s; detected %t, located %t, proven %t, mended %t", s.Verdict, s.Seconds, s.Detected, s.Located, s.Proven, s.Mended)
}

// firstOf keeps what was drawn up to the last mutant that was asked for, so
// that it does not matter how many ran at once.
func firstOf(rows []scored, count int) []scored {
	var out []scored
	for _, row := range rows {
		if count == 0 {
			break
		}
		if !row.drawn() {
			continue
		}
		out = append(out, row)
		if row.counts() {
			count--
		}
	}
	return out
}

// counter counts the mutants that count.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) wanted(most int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n < most
}

func (c *counter) add(counts bool) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if counts {
		c.n++
	}
	return c.n
}

// soundProject is an undamaged project: everything that is said of it is wrong.
type soundProject struct {
	Project  string           `json:"project"`
	Language string           `json:"language"`
	Verdict  verifier.Verdict `json:"verdict"`
	Steps    int              `json:"steps"`
	Alarms   []said           `json:"alarms,omitempty"`
	Plain    string           `json:"plain,omitempty"` // why it does not lead to the end in a plain container
	Seconds  float64          `json:"seconds"`

	Unmeasured string `json:"unmeasured,omitempty"` // why nothing is known of it; empty: it was verified
}

func soundOf(p mutant.Project, v verified, tried trial) soundProject {
	env := v.result.Environments[0]
	s := soundProject{Project: p.Name, Language: p.Language, Verdict: env.Verdict, Seconds: v.call.seconds, Alarms: sayings(env)}
	for _, step := range v.result.Plan.Steps {
		if step.Follow {
			s.Steps++
		}
	}
	for _, f := range v.result.Plan.Findings { // what is said before anything ran
		s.Alarms = append(s.Alarms, said{Rule: f.Rule, Title: f.Title, Category: f.Category, Evidence: f.Evidence})
	}
	if !tried.Passed {
		s.Plain = fmt.Sprintf("line %d: %s: %s", tried.Line, tried.Command, tried.Said)
	}
	return s
}

// quiet reports whether nothing was said of the project.
func (s soundProject) quiet() bool {
	return s.Unmeasured != "" || s.Verdict == verifier.Works && len(s.Alarms) == 0
}

func (s soundProject) told() string {
	if s.Unmeasured != "" {
		return unmeasured + s.Unmeasured
	}
	text := fmt.Sprintf("%s, %d steps, %.0f s, %d false alarms", s.Verdict, s.Steps, s.Seconds, len(s.Alarms))
	for _, a := range s.Alarms {
		text += fmt.Sprintf("; line %d %s %s: %s", a.Line, a.Rule, a.Title, clip(a.Evidence, 120))
	}
	if s.Plain != "" {
		text += "; plain container: " + s.Plain
	}
	return text
}
