package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier"
)

// How a plan is shown to people:
//
//   - in the order of the documents, since that is what they hold beside it;
//     the numbers give the order in which commands are typed;
//   - what is typed in full, each command with what it is for; what is left is
//     folded, a run of commands into a line with the reasons;
//   - what the documents ask for in words, at its place;
//   - at the end what the repository's files say against it, sure things first,
//     and a line for programs.

// planView is a plan for people. all shows the commands that are left, too.
func planView(made *madePlan, on paper, all bool) string {
	v := &view{page: newPage(on), made: made, all: all, number: map[string]int{}, found: map[string][]int{}}
	v.findings = suresFirst(made.Findings)
	for i, f := range v.findings {
		v.found[f.Step] = append(v.found[f.Step], i+1)
	}
	for i, s := range followedSteps(made.Plan) {
		v.number[s.ID] = i + 1
	}
	v.measure()
	v.top()
	for _, name := range v.documents() {
		v.document(name)
	}
	v.listFindings()
	v.gap()
	if !all && len(v.number) < len(made.Steps) {
		v.text(2, "--all shows what is left; --why LINE tells all about one command, and how to overrule it.", v.faint)
		v.gap()
	}
	v.line(fmt.Sprintf("freshinstall: plan commands=%d followed=%d by-hand=%d findings=%d", len(made.Steps), len(v.number), len(made.Prose), len(made.Findings)))
	return v.out.String()
}

// view is a plan on a page.
type view struct {
	*page
	made     *madePlan
	all      bool
	findings []verifier.Finding
	number   map[string]int   // by step: its place in the order of typing
	found    map[string][]int // by step: numbers of its findings
	lineRoom int              // columns of the widest line number
	markRoom int              // columns of the widest mark
}

func (v *view) measure() {
	last := 0
	for _, s := range v.made.Steps {
		last = max(last, s.EndLine)
	}
	for _, a := range v.made.Prose {
		last = max(last, a.Line)
	}
	v.lineRoom, v.markRoom = len(fmt.Sprint(last)), len(fmt.Sprint(len(v.number)))
}

func (v *view) top() {
	p := v.made.Plan
	head := "Plan for " + cleanLine(p.Repository)
	if v.made.target != "" {
		head += " on " + cleanLine(v.made.target)
	}
	v.hang("", head, v.strong)
	v.gap()
	sentences := []string{fmt.Sprintf("%d of %s would be typed, %s.", len(v.number), count(len(p.Steps), "command"), startInWords(p.Start))}
	if n := len(p.Prose); n > 0 {
		sentences = append(sentences, fmt.Sprintf("%s asked for in words, without a command.", wasOf(n, "step")))
	}
	if n := len(p.Findings); n > 0 {
		sentences = append(sentences, fmt.Sprintf("%s: see the end.", count(n, "finding")))
	}
	if v.jumps() {
		sentences = append(sentences, "The numbers give the order of typing, which is not that of the lines.")
	}
	v.text(2, strings.Join(sentences, " "), lipgloss.NewStyle())
}

func wasOf(n int, noun string) string {
	if n == 1 {
		return count(n, noun) + " is"
	}
	return count(n, noun) + " are"
}

// jumps reports whether commands are typed in another order than shown: a
// linked document is followed where the link stands.
func (v *view) jumps() bool {
	last := 0
	for _, name := range v.documents() {
		for _, s := range v.stepsOf(name) {
			if n := v.number[s.ID]; n > 0 {
				if n < last {
					return true
				}
				last = n
			}
		}
	}
	return false
}

// documents are those that anything stands in, in reading order.
func (v *view) documents() []string {
	var out []string
	names := slices.Clone(v.made.Documents)
	for _, s := range v.made.Steps {
		names = append(names, s.Document)
	}
	for _, a := range v.made.Prose {
		names = append(names, a.Document)
	}
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (v *view) stepsOf(document string) []verifier.Step {
	var out []verifier.Step
	for _, s := range v.made.Steps {
		if s.Document == document {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b verifier.Step) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	return out
}

func (v *view) document(name string) {
	steps := v.stepsOf(name)
	var asked []verifier.Prose
	for _, a := range v.made.Prose {
		if a.Document == name {
			asked = append(asked, a)
		}
	}
	slices.SortStableFunc(asked, func(a, b verifier.Prose) int { return cmp.Compare(a.Line, b.Line) })
	v.heading(cleanLine(name))
	if slices.Contains(v.made.Cut, name) {
		v.text(2, "too long for an install document: only its beginning was read", v.faint)
	}
	if len(steps)+len(asked) == 0 {
		v.text(2, "nothing to type", v.faint)
		return
	}
	var left []verifier.Step // the run that is folded
	for i, s := range steps {
		for len(asked) > 0 && asked[0].Line <= s.Line {
			v.folded(left)
			v.byHand(asked[0])
			left, asked = nil, asked[1:]
		}
		if !s.Follow && !v.all {
			left = append(left, s)
			continue
		}
		v.folded(left)
		before := verifier.Step{}
		if i > 0 {
			before = steps[i-1]
		}
		v.step(s, before.Follow == s.Follow && v.reason(before) == v.reason(s))
		left = nil
	}
	v.folded(left)
	for _, a := range asked {
		v.byHand(a)
	}
}

// step shows a command in full; again says that the reason is the one of the
// command above.
func (v *view) step(s verifier.Step, again bool) {
	mark, style := "-", v.faint
	if n := v.number[s.ID]; n > 0 {
		mark, style = fmt.Sprint(n), v.code
	}
	role, _ := roleInWords(s.Role)
	indent := v.row(mark, s.Line, role, s.Command, style)
	switch reason := v.reason(s); {
	case again && reason != "":
		v.text(indent, "likewise", v.faint)
	case !s.Follow:
		v.text(indent, "left: "+reason, v.faint)
	case reason != "":
		v.text(indent, reason, v.faint)
	}
	for _, need := range openNeeds(s) {
		v.text(indent, needInWords(need), v.fair)
	}
	for _, n := range v.found[s.ID] {
		f := v.findings[n-1]
		v.text(indent, fmt.Sprintf("! finding %d: %s", n, findingTitle(f)), v.fair)
	}
}

// row writes the columns of a line of the plan and tells where the text of the
// last one begins.
func (v *view) row(mark string, line int, role, text string, style lipgloss.Style) (indent int) {
	head := fmt.Sprintf("  %*s  line %-*d  ", v.markRoom, mark, v.lineRoom, line)
	wide := head + padded(role, widestRole) + "  "
	if v.width-lipgloss.Width(wide) >= 34 {
		v.typed(wide, text, style)
		return lipgloss.Width(wide)
	}
	// A narrow terminal has no room for columns.
	v.line(head + role)
	indent = v.markRoom + 4
	v.typed(strings.Repeat(" ", indent), text, style)
	return indent
}

// reason is why a step is left or how it was chosen, with who decided.
func (v *view) reason(s verifier.Step) string { return reasonInWords(s, v.made.overrules) }

// byHand shows what is asked for in words.
func (v *view) byHand(a verifier.Prose) {
	asked, quote := askedInWords(a), quoted(a)
	if asked == "" {
		asked, quote = quote, ""
	}
	indent := v.row("*", a.Line, "by hand", asked, lipgloss.NewStyle())
	if quote != "" {
		v.text(indent, quote, v.faint)
	}
	v.text(indent, whoDoes(a), v.faint)
}

// quoted is the sentence that asks for something.
func quoted(a verifier.Prose) string { return "“" + fit(cleanLine(a.What), 300) + "”" }

// whoDoes says whose turn a step without a command is.
func whoDoes(a verifier.Prose) string {
	if a.Do {
		return "`verify` does it, and names it among what was done unasked"
	}
	return "left to a person: `verify` does not do it"
}
