package reports

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// TerminalOptions says what the terminal can show. The zero value suits any.
type TerminalOptions struct {
	Width int  // columns; 0 means 100
	Color bool // with sixteen colours; false writes no escape sequence at all
	ASCII bool // no other characters than ASCII
	Exit  *int // exit code of the program, for the closing line; nil leaves it out
}

// Terminal writes a result for a person at a terminal: the answer first, one
// line for each environment, then each problem with its fix and the proof, and
// what was left out. The last line is made for programs too: "freshinstall:"
// and key=value pairs.
func Terminal(w io.Writer, r *verifier.Result, o TerminalOptions) error {
	d := digestOf(r)
	p := newPage(o)
	p.top(d)
	p.grid(d)
	p.incidents(d)
	p.drift(d)
	p.problems(d)
	p.left(d)
	p.strays(d)
	p.machines(d)
	p.gap()
	p.line(d.closing(o.Exit))
	if _, err := io.WriteString(w, p.out.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (p *page) top(d *digest) {
	if subject := d.subject(); subject != "" {
		const head = "Fresh installation of "
		p.hang(p.faint.Render(head), len(head), subject, p.faint)
		p.gap()
	}
	sign, style := p.verdict(d.verdict)
	p.hang(style.Render(sign)+" ", 2, d.answer(), p.strong)
	for _, sentence := range d.details() {
		p.text(2, sentence, lipgloss.NewStyle())
	}
}

func (p *page) incidents(d *digest) {
	first := true
	for _, env := range d.result.Environments {
		if env.Incident == nil {
			continue
		}
		if first {
			p.heading("Could not be tested to the end")
			first = false
		}
		in := env.Incident
		p.gap()
		p.hang("  "+p.unsure.Render("?")+" ", 4, foreign.Line(env.Environment.Name)+": "+foreign.Line(in.What), p.strong)
		p.field("where", foreign.Line(in.Where), lipgloss.NewStyle())
		p.field("do now", foreign.Line(in.ToDo), lipgloss.NewStyle())
		p.field("it said", foreign.Clip(foreign.Line(in.Message), 400), p.faint)
		p.field("due to", blameWords(in.Blame)+", not the documents", p.faint)
	}
}

func (p *page) problems(d *digest) {
	if len(d.problems) == 0 {
		return
	}
	p.heading("Problems")
	plain := lipgloss.NewStyle()
	for i, pr := range d.problems {
		p.gap()
		number := fmt.Sprintf("%2d  ", i+1)
		p.hang(p.faint.Render(number), len(number), pr.title(), p.strong)
		p.field("where", at(pr.step)+" · "+names(pr.environments), plain)
		p.lines("step", pr.step.Command, 3, p.code)
		p.lines("shows", pr.Evidence, 4, plain)
		p.field("means", pr.meaning(), plain)
		p.field("due to", blameWords(pr.Blame), plain)
		for _, r := range pr.remedies {
			p.remedy(r, len(pr.remedies) > 1)
		}
		if again := pr.repeat(); again != "" {
			p.field("again", again, p.faint)
		}
	}
}

// lines shows foreign text of several lines under a label, cut to size.
func (p *page) lines(label, text string, most int, style lipgloss.Style) {
	if strings.TrimSpace(foreign.Text(text)) == "" {
		return
	}
	lines, _ := foreign.Lines(text, most, 400)
	total := strings.Count(strings.Trim(foreign.Text(text), "\n"), "\n") + 1
	for i, l := range lines {
		head := strings.Repeat(" ", fieldIndent)
		if i == 0 {
			head = p.label(label)
		}
		if l = p.plain(l); lipgloss.Width(l) <= p.width-fieldIndent {
			p.line(head + style.Render(l)) // as it is: blanks may point at something
			continue
		}
		p.hang(head, fieldIndent, l, style)
	}
	if total > len(lines) {
		p.under(0, p.plain(fmt.Sprintf("… and %s more", count(total-len(lines), "line"))), p.faint)
	}
}

func (p *page) remedy(r remedy, several bool) {
	lead, style := r.lead(), p.fair
	if r.fix != nil && r.fix.Grade == verifier.Proven {
		style = p.good
	}
	if several {
		lead = names(r.environments) + " · " + lead
	}
	p.field("fix", lead, style)
	for _, c := range r.commands() {
		p.under(2, p.plain(c), p.code)
	}
	if r.fix != nil {
		p.field("", foreign.Line(r.fix.Why), p.faint)
	}
	for _, line := range r.proofLines() {
		p.field("", line, p.faint)
	}
}
