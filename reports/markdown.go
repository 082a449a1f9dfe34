package reports

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// Markdown writes a result for a pull request, an issue or a job's summary.
// Foreign text stands in blocks and code spans that it cannot leave, or with
// everything escaped that could become markup, a link or a mention.
func Markdown(w io.Writer, r *verifier.Result) error {
	if _, err := io.WriteString(w, sheetOf(digestOf(r)).String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// sheet collects blocks of Markdown, an empty line between them, in sections
// that may be left out.
type sheet struct{ sections []*section }

// section is a part of a sheet that can be left out as a whole.
type section struct {
	name string // as it is told where it is left out; empty: it never is
	out  strings.Builder
}

func sheetOf(d *digest) *sheet {
	m := &sheet{}
	m.top(d)
	m.incidents(d)
	m.drift(d)
	m.problems(d)
	m.left(d)
	m.strays(d)
	m.machines(d)
	m.section("")
	m.para("<sub>" + foreign.Inline(d.closing(nil)) + "</sub>")
	return m
}

// String is the sheet as it is written: sections with an empty line between them.
func (m *sheet) String() string {
	parts := make([]string, len(m.sections))
	for i, s := range m.sections {
		parts[i] = s.out.String()
	}
	return strings.Join(parts, "\n")
}

// section begins a part; what is written before the first one is lost.
func (m *sheet) section(name string) { m.sections = append(m.sections, &section{name: name}) }

func (m *sheet) para(s string) {
	out := &m.sections[len(m.sections)-1].out
	if out.Len() > 0 {
		out.WriteByte('\n')
	}
	out.WriteString(s)
	out.WriteByte('\n')
}

func (m *sheet) top(d *digest) {
	m.section("")
	m.para("## " + verdictSign(d.verdict) + " " + foreign.Inline(d.answer()))
	m.section("what was tested")
	m.para("Fresh installation of " + foreign.Inline(d.subject()) + ". " + foreign.Inline(strings.Join(d.details(), " ")))
	if len(d.tallies) == 0 {
		return
	}
	m.section("the table of environments")
	columns := d.columns()
	head, rule := "| Environment | Verdict |", "| --- | --- |"
	for _, c := range columns {
		head += " " + strings.ToUpper(c.title[:1]) + c.title[1:] + " |"
		rule += " ---: |"
	}
	rows := []string{head + " Time |", rule + " ---: |"}
	for _, t := range d.tallies {
		row := "| " + foreign.Inline(t.environment) + " | " + verdictSign(t.verdict) + " " + foreign.Inline(verdictWords(t.verdict)) + " |"
		for _, c := range columns {
			row += fmt.Sprintf(" %d |", c.of(t))
		}
		rows = append(rows, row+" "+duration(t.seconds)+" |")
	}
	m.para(strings.Join(rows, "\n"))
}

// verdictSign repeats what the words beside it say.
func verdictSign(v verifier.Verdict) string {
	switch v {
	case verifier.Works, verifier.WorksWithDocumentedFixes:
		return "✅"
	case verifier.WorksWithFixes:
		return "⚠️"
	case verifier.Broken:
		return "❌"
	case verifier.Inconclusive:
		return "❔"
	}
	return "❔"
}

func (m *sheet) incidents(d *digest) {
	first := true
	for _, env := range d.result.Environments {
		in := env.Incident
		if in == nil {
			continue
		}
		if first {
			m.section("what could not be tested")
			m.para("### Could not be tested to the end")
			first = false
		}
		lines := []string{"- **" + foreign.Inline(env.Environment.Name) + "**: " + foreign.Inline(in.What)}
		for _, part := range []struct{ label, text string }{
			{"Where", in.Where}, {"Do now", in.ToDo}, {"Due to", blameWords(in.Blame) + ", not the documents"}} {
			if foreign.Line(part.text) != "" {
				lines = append(lines, "  - "+part.label+": "+foreign.Inline(part.text))
			}
		}
		if text := foreign.Clip(foreign.Line(in.Message), 400); text != "" {
			lines = append(lines, "  - It said: "+foreign.Code(text))
		}
		m.para(strings.Join(lines, "\n"))
	}
}

func (m *sheet) problems(d *digest) {
	if len(d.problems) == 0 {
		return
	}
	m.section("")
	m.para("### Problems")
	for i, p := range d.problems {
		m.section(fmt.Sprintf("problem %d", i+1))
		m.para(fmt.Sprintf("#### %d. %s", i+1, foreign.Inline(p.title())))
		m.para("At " + foreign.Code(at(p.step)) + " on " + foreign.Inline(names(p.environments)) + ":")
		m.block("shell", p.step.Command, 12)
		if strings.TrimSpace(foreign.Text(p.Evidence)) != "" {
			m.para("It fails with:")
			m.block("text", p.Evidence, 12)
		}
		if text := p.meaning(); text != "" {
			m.para("In plain words: " + foreign.Inline(text))
		}
		m.para("Due to: " + foreign.Inline(blameWords(p.Blame)) + ".")
		for _, r := range p.remedies {
			m.remedy(r, len(p.remedies) > 1)
		}
		if again := p.repeat(); again != "" {
			m.para("<sub>To run the proof again: " + foreign.Code(again) + "</sub>")
		}
	}
}

// block shows foreign text as code, cut to its first lines.
func (m *sheet) block(info, text string, most int) {
	lines, _ := foreign.Lines(text, most, 400)
	shown := strings.Join(lines, "\n")
	if strings.TrimSpace(shown) == "" {
		return
	}
	m.para(foreign.Fence(info, shown))
	if total := strings.Count(strings.Trim(foreign.Text(text), "\n"), "\n") + 1; total > len(lines) {
		m.para("(and " + count(total-len(lines), "line") + " more)")
	}
}

func (m *sheet) remedy(r remedy, several bool) {
	head := "**Fix"
	if several {
		head += " on " + foreign.Inline(names(r.environments))
	}
	m.para(head + ":** " + foreign.Inline(r.lead()))
	if commands := r.commands(); len(commands) > 0 {
		info := "shell"
		if r.fix.Kind == verifier.FixDeclare {
			info = "yaml"
		}
		m.para(foreign.Fence(info, strings.Join(commands, "\n")))
	}
	var notes []string
	if r.fix != nil && foreign.Line(r.fix.Why) != "" {
		notes = append(notes, foreign.Inline(r.fix.Why))
	}
	for _, line := range r.proofLines() {
		notes = append(notes, foreign.Inline(line))
	}
	if len(notes) > 0 {
		m.para("<sub>" + strings.Join(notes, "<br>") + "</sub>")
	}
}

func (m *sheet) left(d *digest) {
	groups := d.leftMerged()
	if len(groups) == 0 {
		return
	}
	m.section("what was left out")
	m.para("### Left out")
	var lines []string
	for _, l := range groups {
		line := fmt.Sprintf("- %s: %s", count(len(l.steps), "step"), foreign.Inline(l.reason))
		if len(l.environments) < len(d.tallies) {
			line += " (" + foreign.Inline(names(l.environments)) + ")"
		}
		const few = 3
		for _, s := range l.steps[:min(few, len(l.steps))] {
			line += "\n  - " + foreign.Code(at(s)) + ": " + foreign.Code(foreign.Clip(foreign.Line(s.Command), 80))
		}
		if more := len(l.steps) - few; more > 0 {
			line += fmt.Sprintf("\n  - and %d more", more)
		}
		lines = append(lines, line)
	}
	m.para(strings.Join(lines, "\n"))
}

func (m *sheet) strays(d *digest) {
	if len(d.strays) == 0 {
		return
	}
	m.section("what was done that the documents do not tell")
	m.para("### Done that the documents do not tell")
	var lines []string
	for _, s := range d.strays {
		line := "- " + foreign.Code(at(s.step)) + ": " + foreign.Inline(s.what)
		if len(s.environments) < len(d.tallies) {
			line += " (" + foreign.Inline(names(s.environments)) + ")"
		}
		lines = append(lines, line)
	}
	m.para(strings.Join(lines, "\n"))
}

func (m *sheet) machines(d *digest) {
	if len(d.result.Environments) == 0 {
		return
	}
	m.section("the machines")
	m.para("<details><summary>Machines</summary>")
	var lines []string
	for _, env := range d.result.Environments {
		e := env.Environment
		lines = append(lines, "- **"+foreign.Inline(e.Name)+"**: "+foreign.Inline(cmp.Or(machine(e), "was never made ready")))
		lines = append(lines, "  - added to it: "+foreign.Inline(furnished(e)))
		if len(e.Packages) > 0 {
			lines = append(lines, "  - declared as already there: "+foreign.Inline(strings.Join(e.Packages, ", ")))
		}
		for _, words := range []string{networkWords(e), downloadsWords(e), rungWords(env.Rung), d.replayWords(&env)} {
			if words != "" {
				lines = append(lines, "  - "+foreign.Inline(words))
			}
		}
	}
	m.para(strings.Join(lines, "\n"))
	m.para("</details>")
}
