package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// junitSuiteOf tells of one environment.
func junitSuiteOf(r *verifier.Result, env *verifier.EnvironmentResult) junitSuite {
	alone := *r
	alone.Environments = []verifier.EnvironmentResult{*env}
	d := digestOf(&alone)
	s := junitSuite{Name: cmp.Or(xmlLine(env.Environment.Name), "unnamed"), Time: junitTime(env.Seconds), Properties: junitProperties(d, env)}
	if start := suiteStart(r, env); !start.IsZero() {
		s.Timestamp = start.UTC().Format("2006-01-02T15:04:05")
	}
	problems := map[string][]problem{}
	for _, p := range d.problems {
		problems[p.step.ID] = append(problems[p.step.ID], p)
	}
	taken := map[string]int{}
	for _, t := range d.walk(env) {
		s.add(junitStep(s.Name, t, problems[t.step.ID], taken))
		delete(problems, t.step.ID)
	}
	s.addRest(d, env, problems)
	return s
}

// suiteStart is when the attempt began that an environment is of.
func suiteStart(r *verifier.Result, env *verifier.EnvironmentResult) time.Time {
	if env.Earlier != nil {
		return *env.Earlier
	}
	return r.Started
}

func junitProperties(d *digest, env *verifier.EnvironmentResult) []junitProperty {
	out := []junitProperty{{"verdict", xmlLine(string(env.Verdict))}}
	for _, p := range []junitProperty{
		{"subject", d.subject()}, {"machine", machine(env.Environment)}, {"added", furnished(env.Environment)}, {"rung", rungWords(env.Rung)}, {"downloads", downloadsWords(env.Environment)},
	} {
		if p.Value = xmlLine(p.Value); p.Value != "" {
			out = append(out, p)
		}
	}
	for _, note := range d.result.Notes {
		out = append(out, junitProperty{"note", xmlLine(note)})
	}
	if d.leftMost > 0 {
		out = append(out, junitProperty{"steps-left-out", fmt.Sprint(d.leftMost)})
	}
	return out
}

func junitStep(suite string, t told, problems []problem, taken map[string]int) junitCase {
	name := cmp.Or(foreign.Clip(xmlLine(t.step.Command), 160), at(t.step))
	taken[name]++
	if n := taken[name]; n > 1 { // consumers tell cases apart by their names
		name = fmt.Sprintf("%s (%d)", name, n)
	}
	c := junitCase{Name: name, Class: suite, File: xmlLine(t.step.Document), Line: max(0, t.step.Line), Time: junitTime(t.result.Seconds)}
	var stories, notes []string
	open, whose := 0, 0
	for _, p := range problems {
		stories = append(stories, p.story())
		switch p.severity() {
		case severityError:
			open, whose = open+1, whose+1
		case severityWarning:
			open++
		case severityNote:
		}
	}
	story := strings.Join(stories, "\n\n")
	unexplained := len(problems) == 0 && (t.fate == fateFailed || t.fate == fateMended && t.result.Outcome == verifier.OutcomeFailed)
	switch {
	case whose > 0 || unexplained:
		c.Failure = junitNote(headline(problems, t), kindOf(problems), cmp.Or(story, "No cause is known.")+junitOutput(t.result.Output))
		return c
	case open > 0:
		c.Error = junitNote(headline(problems, t), kindOf(problems), story+junitOutput(t.result.Output))
		return c
	case t.fate == fateUnclear:
		c.Error = junitNote(cmp.Or(t.reason, "it could not be told how it ended"), "inconclusive", story+junitOutput(t.result.Output))
	case t.fate == fateFailed:
		c.Failure = junitNote(headline(problems, t), kindOf(problems), story+junitOutput(t.result.Output))
	case t.fate == fateBlocked, t.fate == fateNotRun:
		c.Skipped = junitNote(t.reason, "", "")
	default:
		notes = append(notes, story)
	}
	for _, dev := range t.result.Deviations {
		notes = append(notes, "Done that the documents do not tell: "+foreign.Line(dev.What))
	}
	if text := strings.TrimLeft(strings.Join(notes, "\n"), "\n"); text != "" {
		c.Out = &junitBody{xmlEscape(text)}
	}
	return c
}

func headline(problems []problem, t told) string {
	if len(problems) == 0 {
		return fmt.Sprintf("the step failed with exit code %d", t.result.Exit)
	}
	return problems[0].brief()
}

func kindOf(problems []problem) string {
	if len(problems) == 0 {
		return "unknown"
	}
	return problems[0].rule()
}

// junitOutput is the end of what a step printed, and says what is missing.
func junitOutput(o verifier.Output) string {
	const most = 40
	lines := strings.Split(strings.Trim(foreign.Text(cmp.Or(o.Tail, o.Head)), "\n"), "\n")
	if len(lines) == 1 && lines[0] == "" {
		return ""
	}
	head := "\n\nOutput"
	if len(lines) > most || o.Tail != "" {
		head += ", its end"
	}
	lines = slices.Clone(lines[max(0, len(lines)-most):])
	for i := range lines {
		lines[i] = foreign.Clip(lines[i], 400)
	}
	return head + fmt.Sprintf(" (%d bytes in all):\n", o.Bytes) + strings.Join(lines, "\n")
}

// addRest adds a case for what no step shows, so that no suite looks better
// than its verdict.
func (s *junitSuite) addRest(d *digest, env *verifier.EnvironmentResult, problems map[string][]problem) {
	for _, p := range d.problems {
		if _, left := problems[p.step.ID]; left {
			c := junitCase{Name: "finding: " + p.title(), Class: s.Name, Time: junitTime(0)}
			note := junitNote(p.brief(), p.rule(), p.story())
			switch p.severity() {
			case severityError:
				c.Failure = note
			case severityWarning:
				c.Error = note
			case severityNote:
				c.Out = &note.junitBody
			}
			s.add(c)
		}
	}
	if replay := env.Replay; replay != nil {
		c := junitCase{Name: "clean replay with all fixes in place", Class: s.Name, Time: junitTime(replay.Seconds)}
		if !replay.Passed {
			c.Failure = junitNote(d.replayWords(env), "replay", "")
		}
		s.add(c)
	}
	verdict := junitCase{Name: "verdict", Class: s.Name, Time: junitTime(0)}
	switch env.Verdict {
	case verifier.Works, verifier.WorksWithDocumentedFixes:
	case verifier.WorksWithFixes, verifier.Broken:
		if s.Failures+s.Errors == 0 {
			verdict.Failure = junitNote(verdictWords(env.Verdict), "verdict", "")
			s.add(verdict)
		}
	default:
		if s.Errors == 0 || env.Incident != nil {
			hitch := d.hitches()
			verdict.Error = junitNote(hitch[len(hitch)-1].what, "inconclusive", "")
			s.add(verdict)
		}
	}
}
