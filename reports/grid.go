package reports

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// grid shows environments against outcomes; narrow terminals get a line of
// words instead of columns.
func (p *page) grid(d *digest) {
	if len(d.tallies) == 0 {
		return
	}
	p.gap()
	columns := d.columns()
	name, verdict := len("environment"), len("verdict")
	for _, t := range d.tallies {
		name = max(name, lipgloss.Width(p.plain(foreign.Line(t.environment))))
		verdict = max(verdict, 2+len(verdictWords(t.verdict)))
	}
	if 2+name+2+verdict+9*len(columns)+9 > p.width || name > 40 {
		p.stacked(d)
		return
	}
	head := "  " + pad("environment", name) + "  " + pad("verdict", verdict)
	for _, c := range columns {
		head += fmt.Sprintf("%9s", c.title)
	}
	p.line(p.faint.Render(head + fmt.Sprintf("%9s", "time")))
	for _, t := range d.tallies {
		sign, style := p.verdict(t.verdict)
		row := "  " + pad(p.plain(foreign.Line(t.environment)), name) + "  " + style.Render(pad(sign+" "+verdictWords(t.verdict), verdict))
		for _, c := range columns {
			row += p.number(c.of(t))
		}
		p.line(row + p.faint.Render(fmt.Sprintf("%9s", duration(t.seconds))))
	}
}

func (p *page) number(n int) string {
	if n == 0 {
		return p.faint.Render(fmt.Sprintf("%9s", p.either("·", ".")))
	}
	return fmt.Sprintf("%9d", n)
}

func (p *page) stacked(d *digest) {
	for _, t := range d.tallies {
		sign, style := p.verdict(t.verdict)
		p.hang("  "+style.Render(sign)+" ", 4, foreign.Line(t.environment)+": "+verdictWords(t.verdict), style)
		p.text(4, t.words()+" · "+duration(t.seconds), p.faint)
	}
}

// column is one outcome of the grid.
type column struct {
	title string
	of    func(tally) int
}

// columns are those outcomes that occur; steps and ok always do.
func (d *digest) columns() []column {
	all := []column{
		{"steps", func(t tally) int { return t.steps }},
		{"ok", func(t tally) int { return t.ok }},
		{"mended", func(t tally) int { return t.mended }},
		{"failed", func(t tally) int { return t.failed }},
		{"blocked", func(t tally) int { return t.blocked }},
		{"unclear", func(t tally) int { return t.unclear }},
		{"not run", func(t tally) int { return t.notRun }},
	}
	out := all[:2:2]
	for _, c := range all[2:] {
		for _, t := range d.tallies {
			if c.of(t) > 0 {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// words tells a tally in a sentence.
func (t tally) words() string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{t.ok, "ok"}, {t.mended, "failed and mended"}, {t.failed, "failed"}, {t.blocked, "blocked"}, {t.unclear, "unclear"}, {t.notRun, "not run"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	if len(parts) == 0 {
		return count(t.steps, "step")
	}
	return count(t.steps, "step") + ": " + strings.Join(parts, ", ")
}
