package reports

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// What the grid shows of a large result. Rows say what differs; steps that
// went alike everywhere stand behind one row.
const (
	mostRows    = 200  // rows with cells
	mostCells   = 4000 // so fewer rows where there are many environments
	foldsFrom   = 60   // with more steps than this, those that passed everywhere are folded too
	leastPassed = 3    // steps that passed in a row, to be folded
)

// state is how a step ended, as the grid says it.
type state struct{ Class, Word, Meaning string }

// The closed set of states, as the digest counts them; a step that passed with
// a deviation counts as passed.
var (
	stateOK      = state{"ok", "ok", "passed as it stands in the documents"}
	stateNoted   = state{"noted", "ok with note", "passed; something was done that the documents do not tell"}
	stateMended  = state{"mended", "mended", "failed as documented, and passed with the fix in place"}
	stateFailed  = state{"failed", "failed", "failed, and no fix was found that makes it pass"}
	stateBlocked = state{"blocked", "blocked", "could not be tried, since an earlier step failed"}
	stateUnclear = state{"unclear", "unclear", "it could not be told how it ended"}
	stateLeft    = state{"left", "not run", "was left out, for the reason told below"}
)

func states() []state {
	return []state{stateOK, stateNoted, stateMended, stateFailed, stateBlocked, stateUnclear, stateLeft}
}

func stateOf(s *verifier.StepResult) state {
	switch {
	case s == nil:
		return stateLeft
	case s.Outcome == verifier.OutcomeOK:
		return stateOK
	case s.Outcome == verifier.OutcomeOKWithDeviation:
		return stateNoted
	case (s.Outcome == verifier.OutcomeFailed || s.Outcome == verifier.OutcomeNotRun) && s.AfterFix.Passed():
		return stateMended
	case s.Outcome == verifier.OutcomeFailed:
		return stateFailed
	case s.Outcome == verifier.OutcomeBlocked:
		return stateBlocked
	case s.Outcome == verifier.OutcomeNotRun:
		return stateLeft
	}
	return stateUnclear
}

// table holds every step against every environment.
type table struct {
	d       *digest
	steps   []verifier.Step          // the plan's, then those that only environments name
	results [][]*verifier.StepResult // of an environment, by step; nil: it says nothing of it
	ids     map[[2]int]string        // by environment and step: the id of its entry in the logs
	of      map[string][]int         // by step and environment: numbers of problems
}

func tableOf(d *digest) *table {
	t := &table{d: d, steps: d.result.Plan.Steps[:len(d.result.Plan.Steps):len(d.result.Plan.Steps)], ids: map[[2]int]string{}, of: map[string][]int{}}
	index := make(map[string]int, len(t.steps))
	for i, s := range t.steps {
		index[s.ID] = i
	}
	for i := range d.result.Environments {
		for _, s := range d.result.Environments[i].Steps {
			if _, ok := index[s.Step]; !ok {
				index[s.Step] = len(t.steps)
				t.steps = append(t.steps, verifier.Step{ID: s.Step, Document: s.Document, Line: s.Line, Command: s.Command})
			}
		}
	}
	for i := range d.result.Environments {
		env := &d.result.Environments[i]
		row := make([]*verifier.StepResult, len(t.steps))
		for j := range env.Steps {
			row[index[env.Steps[j].Step]] = &env.Steps[j]
		}
		t.results = append(t.results, row)
	}
	for i, p := range d.problems {
		for _, env := range p.environments {
			key := p.step.ID + "\x00" + env
			t.of[key] = append(t.of[key], i+1)
		}
	}
	return t
}

type gridView struct {
	Heads  []gridHead
	Rows   []gridRow
	Legend []state
	More   fold // steps without a row
}

type gridHead struct{ Name, Class, Sign, Verdict, Tally string }

type gridRow struct {
	Where, Command, Note string
	Fold                 fold // several steps in one row
	Cells                []gridCell
}

type gridCell struct {
	state
	Target string // id of its entry in the logs; empty: it has none
}

func (t *table) grid() gridView {
	var v gridView
	for _, tally := range t.d.tallies {
		sign, class := verdictMark(tally.verdict)
		v.Heads = append(v.Heads, gridHead{foreign.Line(tally.environment), class, sign, verdictWords(tally.verdict), tally.words() + " · " + duration(tally.seconds)})
	}
	if len(v.Heads) == 0 {
		return v
	}
	most := max(1, min(mostRows, mostCells/len(v.Heads)))
	for at := 0; at < len(t.steps); {
		n := t.alike(at)
		if len(v.Rows) == most && at+n < len(t.steps) {
			v.More = t.lines(at, len(t.steps))
			break
		}
		v.Rows = append(v.Rows, t.row(at, n))
		at += n
	}
	met := map[state]bool{}
	for _, row := range t.results {
		for _, s := range row {
			met[stateOf(s)] = true
		}
	}
	for _, s := range states() {
		if met[s] {
			v.Legend = append(v.Legend, s)
		}
	}
	return v
}

// alike counts the steps from one on that go into the same row.
func (t *table) alike(from int) int {
	first := t.everywhere(from)
	n := 1
	for from+n < len(t.steps) && first != (state{}) && t.everywhere(from+n) == first {
		n++
	}
	if first == stateLeft || first == stateOK && len(t.steps) > foldsFrom && n >= leastPassed {
		return n
	}
	return 1
}

// everywhere is the state that a step has in all environments; zero: they differ.
func (t *table) everywhere(step int) state {
	first := stateOf(t.results[0][step])
	for _, row := range t.results[1:] {
		if stateOf(row[step]) != first {
			return state{}
		}
	}
	return first
}

func (t *table) row(from, n int) gridRow {
	step := t.steps[from]
	row := gridRow{Where: at(step), Command: foreign.Clip(foreign.Line(step.Command), 160)}
	if n > 1 {
		row.Where, row.Command = at(step)+" to "+at(t.steps[from+n-1]), ""
		row.Fold = t.lines(from, from+n)
		row.Fold.Summary = count(n, "command") + " in a row"
	}
	if t.everywhere(from) == stateLeft {
		row.Note = t.reason(0, from)
		for i := from + 1; i < from+n && row.Note != ""; i++ {
			if t.reason(0, i) != t.reason(0, from) {
				row.Note = ""
			}
		}
	}
	for env, results := range t.results {
		row.Cells = append(row.Cells, gridCell{stateOf(results[from]), t.ids[[2]int{env, from}]})
		if n > 1 {
			row.Cells[env].Target = ""
		}
	}
	return row
}

// reason says why a step was left out.
func (t *table) reason(env, step int) string {
	if s := t.results[env][step]; s != nil && s.Reason != "" {
		return foreign.Line(s.Reason)
	}
	return foreign.Line(cmp.Or(t.steps[step].Reason, "it was not reached"))
}

// lines tells steps in plain lines: where, the states by environment, what.
// The script splits them again.
func (t *table) lines(from, to int) fold {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(at(t.steps[i]) + "\t")
		for env := range t.results {
			if env > 0 {
				b.WriteString(" · ")
			}
			b.WriteString(stateOf(t.results[env][i]).Word)
		}
		b.WriteString("\t" + foreign.Clip(foreign.Line(t.steps[i].Command), 160))
		if t.everywhere(i) == stateLeft {
			b.WriteString("\t" + t.reason(0, i))
		}
		b.WriteByte('\n')
	}
	return fold{Summary: fmt.Sprintf("and %s, a line each", count(to-from, "further step")), Lines: b.String()}
}
