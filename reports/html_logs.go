package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// How much of a large result the logs show; what tells most comes first.
const (
	mostEntries = 250      // steps with an entry, over all environments
	mostOutput  = 1 << 19  // bytes of output in all
	mostOfOne   = 16 << 10 // bytes of a beginning or an end
	mostBars    = 12       // steps in a lane of the time line
	laneWidth   = 1000     // of the time line's pictures, in their own unit
	shortest    = laneWidth / 200
)

type logsView struct {
	Lanes []logLane
	Left  string // what has no entry, or no output in it
}

type logLane struct {
	Number  int // of the environment, from 1
	Name    string
	Entries []logEntry
}

type logEntry struct {
	ID string
	state
	Where, Command, Took string
	Typed                string // the whole command, where the summary has less
	Tries                []string
	Notes                []string
	Problems             []int // numbers
	Head, Gap, Tail      string
}

// logs gives the steps that have something to tell an entry.
func (t *table) logs() logsView {
	type place struct{ env, step, rank int }
	var places []place
	for env, results := range t.results {
		for i, s := range results {
			if rank := telling(s); rank > 0 {
				places = append(places, place{env, i, rank})
			}
		}
	}
	all := len(places)
	if all > mostEntries {
		slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.rank, b.rank) })
		places = places[:mostEntries]
	}
	var v logsView
	left, silent := mostOutput, 0
	entries := make([][]logEntry, len(t.results))
	for _, p := range places {
		e, o := t.entry(p.env, p.step), t.results[p.env][p.step].Output
		if left -= min(len(o.Head), mostOfOne) + min(len(o.Tail), mostOfOne); left >= 0 || o.Head == "" {
			e.Head, e.Gap, e.Tail = outputWords(o)
		} else {
			e.Gap = "What it printed is not shown here; the result holds it."
			silent++
		}
		entries[p.env] = append(entries[p.env], e)
		t.ids[[2]int{p.env, p.step}] = e.ID
	}
	order := func(a, b logEntry) int { return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID)) }
	for env, list := range entries {
		if len(list) > 0 {
			slices.SortFunc(list, order) // as numbers: the shorter is the smaller
			v.Lanes = append(v.Lanes, logLane{env + 1, foreign.Line(t.d.tallies[env].environment), list})
		}
	}
	var says []string
	if all > len(places) {
		says = append(says, fmt.Sprintf("%d steps that say less have no entry here.", all-len(places)))
	}
	if silent > 0 {
		says = append(says, fmt.Sprintf("The output of %s is not shown.", count(silent, "step")))
	}
	if len(says) > 0 {
		says = append(says, "The result file holds all of it.")
	}
	v.Left = strings.Join(says, " ")
	return v
}

// telling ranks what a step has to tell, from 1 on; 0: nothing.
func telling(s *verifier.StepResult) int {
	if s == nil {
		return 0
	}
	switch stateOf(s) {
	case stateFailed:
		return 1
	case stateMended:
		return 2
	case stateUnclear, stateBlocked:
		return 3
	case stateNoted:
		return 4
	case stateOK:
		return 5
	}
	return 0
}

func (t *table) entry(env, step int) logEntry {
	s, planned := t.results[env][step], t.steps[step]
	command := cmp.Or(s.Command, planned.Command)
	e := logEntry{ID: fmt.Sprintf("e%d-%d", env+1, step+1), state: stateOf(s), Where: at(planned),
		Command: foreign.Clip(foreign.Line(command), 120), Took: duration(s.Seconds),
		Problems: t.of[planned.ID+"\x00"+t.d.tallies[env].environment]}
	if typed, more := excerpt(command, 60); typed != e.Command {
		e.Typed = strings.TrimSuffix(typed+"\n("+more+")", "\n()")
	}
	for i, a := range s.Attempts {
		what := "unchanged"
		if i > 0 {
			what = foreign.Clip(foreign.Line(a.Command), 200)
		}
		e.Tries = append(e.Tries, fmt.Sprintf("%s: exit %d after %s", what, a.Exit, duration(a.Seconds)))
	}
	note := func(text string) {
		if text = foreign.Line(text); text != "" {
			e.Notes = append(e.Notes, text)
		}
	}
	if len(s.Attempts) == 0 && s.Exit != 0 {
		note(fmt.Sprintf("exit %d", s.Exit))
	}
	note(s.Reason)
	if s.Outcome == verifier.OutcomeBlocked {
		note(t.d.blockedReason(&t.d.result.Environments[env], s))
	}
	for _, dev := range s.Deviations {
		note(dev.What)
	}
	note(s.CutShort)
	return e
}

// outputWords is what is shown of an output, and what is said of the rest.
func outputWords(o verifier.Output) (head, gap, tail string) {
	cut := o.Tail != "" || o.Truncated
	if head, tail = o.Head, o.Tail; len(head) > mostOfOne {
		head, cut = strings.ToValidUTF8(head[:mostOfOne], ""), true
	}
	if len(tail) > mostOfOne {
		tail = strings.ToValidUTF8(tail[len(tail)-mostOfOne:], "")
	}
	head, tail = strings.TrimRight(foreign.Text(head), "\n "), strings.Trim(foreign.Text(tail), "\n")
	if cut {
		gap = fmt.Sprintf("A part is left out here; %s were printed in all.", count(int(o.Bytes), "byte"))
	}
	if o.Log != "" && (head != "" || cut) {
		gap = strings.TrimSpace(gap + " All of it is in " + foreign.Line(o.Log) + ", where the test was run.")
	}
	return head, gap, tail
}

// lane is one environment's part of the time line.
type lane struct {
	Number      int
	Name, Words string
	Bars        []bar
	Rest        string
}

type bar struct {
	state
	Where, Command, Took, Target string
	X, Width                     int // of laneWidth
}

// lanes draws when each step began and how long it took, on one scale for all
// environments. Steps that took no time to speak of are counted.
func (t *table) lanes() []lane {
	longest := 0.0
	totals := make([]float64, len(t.results))
	for env, results := range t.results {
		for _, s := range results {
			if s != nil {
				totals[env] += max(0, s.Seconds)
			}
		}
		longest = max(longest, totals[env])
	}
	var lanes []lane
	for env, results := range t.results {
		if totals[env] <= 0 {
			continue
		}
		tally := t.d.tallies[env]
		l := lane{Number: env + 1, Name: foreign.Line(tally.environment), Words: "steps " + duration(totals[env])}
		if tally.seconds > totals[env] {
			l.Words += " of " + duration(tally.seconds) + "; the rest went into preparing machines"
			if len(t.d.result.Environments[env].Findings) > 0 {
				l.Words += ", and finding and proving fixes"
			}
		}
		least := slowest(results, mostBars)
		begun, others, otherSeconds := 0.0, 0, 0.0
		for i, s := range results {
			if s == nil || s.Seconds < 0 {
				continue
			}
			if s.Seconds < least || s.Seconds == 0 || len(l.Bars) == mostBars {
				others, otherSeconds = others+1, otherSeconds+s.Seconds
			} else {
				width := max(shortest, int(s.Seconds/longest*laneWidth))
				l.Bars = append(l.Bars, bar{stateOf(s), at(t.steps[i]), foreign.Clip(foreign.Line(cmp.Or(s.Command, t.steps[i].Command)), 120),
					duration(s.Seconds), t.ids[[2]int{env, i}], min(laneWidth-width, int(begun/longest*laneWidth)), width})
			}
			begun += s.Seconds
		}
		if others > 0 {
			l.Rest = fmt.Sprintf("%s took %s together", count(others, "shorter step"), duration(otherSeconds))
		}
		lanes = append(lanes, l)
	}
	return lanes
}

// slowest is the time that the n slowest steps took at least.
func slowest(results []*verifier.StepResult, n int) float64 {
	var times []float64
	for _, s := range results {
		if s != nil {
			times = append(times, s.Seconds)
		}
	}
	slices.Sort(times)
	return times[max(0, len(times)-n)]
}
