package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier"
)

// suresFirst sorts findings: those that the repository's files prove, then the
// others, each in plan order.
func suresFirst(findings []verifier.Finding) []verifier.Finding {
	out := slices.Clone(findings)
	slices.SortStableFunc(out, func(a, b verifier.Finding) int {
		switch {
		case a.Certain && !b.Certain:
			return -1
		case b.Certain && !a.Certain:
			return 1
		}
		return 0
	})
	return out
}

// findingTitle names a finding in a line.
func findingTitle(f verifier.Finding) string {
	title, object := cleanLine(f.Title), cleanLine(f.Object)
	if object != "" && !strings.Contains(title, object) {
		title += ": " + object
	}
	return fit(title, 160)
}

func (v *view) listFindings() {
	for i, f := range v.findings {
		switch {
		case i == 0 && f.Certain:
			v.heading("Findings that are certain: the files of the repository prove them")
		case !f.Certain && (i == 0 || v.findings[i-1].Certain):
			v.heading("Findings that are likely: only a run can tell")
		}
		v.gap()
		v.finding(i+1, f)
	}
}

func (v *view) finding(number int, f verifier.Finding) {
	head := fmt.Sprintf("%2d  ", number)
	v.hang(v.faint.Render(head), findingTitle(f), v.strong)
	plain, indent := lipgloss.NewStyle(), len(head)
	step, known := v.stepOf(f)
	if known {
		v.field(indent, "where", cleanLine(stepPlace(step)), plain)
		v.typed(v.label(indent, "step"), step.Command, v.code)
	}
	meaning := cleanLine(f.Plain)
	if meaning == "" {
		meaning = cleanLine(f.Cause)
	}
	v.field(indent, "means", meaning, plain)
	v.edit(indent, f, step)
	v.field(indent, "more", explaining(f), v.faint)
}

// explaining is the command that tells more of a finding; empty where none does.
func explaining(f verifier.Finding) string {
	if _, known := preflightRule(f.Rule); !known {
		return ""
	}
	return "freshinstall explain " + f.Rule
}

func (v *view) stepOf(f verifier.Finding) (verifier.Step, bool) {
	for _, s := range v.made.Steps {
		if s.ID == f.Step {
			return s, true
		}
	}
	return verifier.Step{}, false
}

// edit says what to change in the document.
func (v *view) edit(indent int, f verifier.Finding, step verifier.Step) {
	plain := lipgloss.NewStyle()
	if len(f.Fixes) == 0 {
		v.field(indent, "edit", "none is known: it takes somebody who knows the project", plain)
		return
	}
	fix := f.Fixes[0]
	commands, lead := fix.Commands, fmt.Sprintf("before line %d, add", step.Line)
	if fix.Kind == verifier.FixReplace {
		commands = append(slices.Clone(commands), fix.Replace)
		lead = fmt.Sprintf("in line %d, write instead", step.Line)
		if step.EndLine > step.Line {
			lead = fmt.Sprintf("in lines %d–%d, write instead", step.Line, step.EndLine)
		}
	}
	v.field(indent, "edit", lead, v.good)
	v.typed(strings.Repeat(" ", indent+labelWidth+2), strings.Join(commands, "\n"), v.code)
	if why := cleanLine(fix.Why); why != "" {
		v.text(indent+labelWidth, "since "+why, v.faint)
	}
}
