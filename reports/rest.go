package reports

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

func (p *page) left(d *digest) {
	groups := d.leftMerged()
	if len(groups) == 0 {
		return
	}
	p.heading("Left out")
	p.gap()
	for _, l := range groups {
		where := ""
		if len(l.environments) < len(d.tallies) {
			where = " · " + names(l.environments)
		}
		number := fmt.Sprintf("%4d  ", len(l.steps))
		p.hang(number, len(number), foreign.Line(l.reason)+where, lipgloss.NewStyle())
		p.text(len(number), l.examples(), p.faint)
	}
}

// fewSteps of a group are named.
const fewSteps = 3

// examples names the first few steps of a group.
func (l leftOut) examples() string {
	var parts []string
	for _, s := range l.steps[:min(fewSteps, len(l.steps))] {
		parts = append(parts, at(s)+" "+foreign.Clip(foreign.Line(s.Command), 48))
	}
	if more := len(l.steps) - fewSteps; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, " · ")
}

func (p *page) strays(d *digest) {
	if len(d.strays) == 0 {
		return
	}
	p.heading("Done that the documents do not tell")
	p.gap()
	for _, s := range d.strays {
		where := ""
		if len(s.environments) < len(d.tallies) {
			where = " · " + names(s.environments)
		}
		p.hang("  ", 2, at(s.step)+" · "+foreign.Line(s.what)+where, lipgloss.NewStyle())
	}
}

func (p *page) machines(d *digest) {
	if len(d.result.Environments) == 0 {
		return
	}
	p.heading("Machines")
	p.gap()
	for _, env := range d.result.Environments {
		e := env.Environment
		p.hang("  ", 2, foreign.Line(e.Name)+": "+cmp.Or(machine(e), "was never made ready"), lipgloss.NewStyle())
		p.text(4, "added to it: "+furnished(e), p.faint)
		if len(e.Packages) > 0 {
			p.text(4, "declared as already there: "+foreign.Line(strings.Join(e.Packages, ", ")), p.faint)
		}
		if words := networkWords(e); words != "" {
			p.text(4, words, p.faint)
		}
		if words := downloadsWords(e); words != "" {
			p.text(4, words, p.faint)
		}
		if words := rungWords(env.Rung); words != "" {
			p.text(4, "got so far: "+words, p.faint)
		}
		if words := d.replayWords(&env); words != "" {
			p.text(4, words, p.faint)
		}
	}
}

// replayWords tells how the clean replay went.
func (d *digest) replayWords(env *verifier.EnvironmentResult) string {
	switch replay := env.Replay; {
	case replay == nil:
		return ""
	case replay.Passed:
		return fmt.Sprintf("clean replay with all fixes in place: %s passed in %s", count(replay.Steps, "step"), duration(replay.Seconds))
	default:
		text := "clean replay with all fixes in place: failed"
		if replay.Failed != "" {
			text += " at " + at(d.stepOf(env, replay.Failed))
		}
		if replay.Why != "" {
			text += ", " + foreign.Line(replay.Why)
		}
		return text
	}
}
