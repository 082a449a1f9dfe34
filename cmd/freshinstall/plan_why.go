package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier"
)

// spotAsked is what --why asks about. Without a document, every document that
// has a command there is meant.
type spotAsked struct {
	document string
	line     int
}

// parseWhy reads [DOCUMENT:]LINE; nil where nothing is asked.
func parseWhy(text string, asked bool) (*spotAsked, error) {
	if !asked {
		return nil, nil
	}
	spot := spotAsked{}
	number := text
	if at := strings.LastIndexByte(text, ':'); at >= 0 {
		spot.document, number = strings.TrimPrefix(text[:at], "./"), text[at+1:]
	}
	line, err := strconv.Atoi(number)
	if err != nil || line < 1 || strings.Contains(text, ":") && spot.document == "" {
		return nil, misuse("write a line, as --why 31, or document and line, as --why docs/install.md:31", "--why %q names no line", text)
	}
	spot.line = line
	return &spot, nil
}

// printWhy tells everything about the commands on a line.
func (d *frontDoor) printWhy(made *madePlan, spot spotAsked) error {
	documents, err := made.meant(spot)
	if err != nil {
		return err
	}
	w := &whyView{page: newPage(d.paper()), made: made}
	for i, name := range documents {
		if i > 0 {
			w.gap()
		}
		w.tell(name, spot.line)
	}
	return d.print(w.out.String())
}

// meant are the documents that a question is about.
func (made *madePlan) meant(spot spotAsked) ([]string, error) {
	named := made.Documents
	if spot.document != "" {
		name, err := made.documentNamed(spot.document)
		if err != nil {
			return nil, err
		}
		named = []string{name}
	}
	var long, telling []string
	for _, name := range named {
		if spot.line > made.lines[name] {
			continue
		}
		long = append(long, name)
		if len(made.stepsAt(name, spot.line)) > 0 || len(made.asksAt(name, spot.line)) > 0 {
			telling = append(telling, name)
		}
	}
	switch {
	case len(long) == 0:
		var lengths []string
		for _, name := range named {
			lengths = append(lengths, fmt.Sprintf("%s has %s", name, count(made.lines[name], "line")))
		}
		return nil, misuse("`freshinstall plan --all` shows every command with its line", "there is no line %d: %s", spot.line, strings.Join(lengths, ", "))
	case len(telling) > 0:
		return telling, nil
	}
	return long[:1], nil
}

// documentNamed finds a document by its path, or by the end of it where that
// is clear.
func (made *madePlan) documentNamed(name string) (string, error) {
	if slices.Contains(made.Documents, name) {
		return name, nil
	}
	var ending []string
	for _, have := range made.Documents {
		if strings.HasSuffix(strings.ToLower(have), "/"+strings.ToLower(name)) || strings.EqualFold(have, name) {
			ending = append(ending, have)
		}
	}
	if len(ending) == 1 {
		return ending[0], nil
	}
	return "", misuse("name one of "+strings.Join(made.Documents, ", "), "%s is not among the documents that are read", name)
}

// stepsAt are the commands on a line, in the order of the text.
func (made *madePlan) stepsAt(document string, line int) []verifier.Step {
	var out []verifier.Step
	for _, s := range made.Steps {
		if s.Document == document && s.Line <= line && line <= s.EndLine {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b verifier.Step) int { return a.Span.Start - b.Span.Start })
	return out
}

func (made *madePlan) asksAt(document string, line int) []verifier.Prose {
	var out []verifier.Prose
	for _, a := range made.Prose {
		if a.Document == document && a.Line == line {
			out = append(out, a)
		}
	}
	return out
}

// whyView is the answer on a page.
type whyView struct {
	*page
	made *madePlan
}

func (w *whyView) tell(document string, line int) {
	steps, asked := w.made.stepsAt(document, line), w.made.asksAt(document, line)
	w.hang("", fmt.Sprintf("%s:%d", cleanLine(document), line), w.strong)
	for _, a := range asked {
		w.gap()
		w.ask(a)
	}
	for _, s := range steps {
		w.gap()
		w.step(s)
		w.gap()
		w.overrule(s)
	}
	if len(steps) > 0 {
		return
	}
	w.gap()
	what := "There is no command on this line."
	if len(asked) > 0 {
		what = "No command stands on this line: it asks in words."
	}
	w.text(2, what, lipgloss.NewStyle())
	w.neighbours(document, line)
}

// neighbours names the commands next to a line that has none.
func (w *whyView) neighbours(document string, line int) {
	var before, after *verifier.Step
	for i, s := range w.made.Steps {
		switch {
		case s.Document != document:
		case s.EndLine < line && (before == nil || s.EndLine > before.EndLine):
			before = &w.made.Steps[i]
		case s.Line > line && (after == nil || s.Line < after.Line):
			after = &w.made.Steps[i]
		}
	}
	if before == nil && after == nil {
		w.text(2, "The document shows no command at all.", lipgloss.NewStyle())
		return
	}
	w.text(2, "The next ones:", lipgloss.NewStyle())
	for _, s := range []*verifier.Step{before, after} {
		if s != nil {
			w.typed(fmt.Sprintf("    line %-*d  ", len(fmt.Sprint(w.made.lines[document])), s.Line), firstLine(s.Command), w.code)
		}
	}
}

const whyIndent = 2

// ask tells of a step without a command.
func (w *whyView) ask(a verifier.Prose) {
	plain := lipgloss.NewStyle()
	w.field(whyIndent, "by hand", askedInWords(a), w.strong)
	w.field(whyIndent, "it says", quoted(a), plain)
	if a.Content != "" {
		w.typed(w.label(whyIndent, "content"), a.Content, w.code)
	}
	w.field(whyIndent, "done", whoDoes(a), plain)
	w.field(whyIndent, "section", cleanLine(a.Section), plain)
	w.field(whyIndent, "when", w.before(a), plain)
}

// before says when words ask for something, among the commands.
func (w *whyView) before(a verifier.Prose) string {
	for _, s := range w.made.Steps {
		if s.ID == a.Before {
			return fmt.Sprintf("before %s (%s)", fit(firstLine(s.Command), 80), cleanLine(stepPlace(s)))
		}
	}
	return "after all commands"
}

func (w *whyView) step(s verifier.Step) {
	plain := lipgloss.NewStyle()
	_, role := roleInWords(s.Role)
	w.typed(w.label(whyIndent, "command"), s.Command, w.code)
	w.field(whyIndent, "decision", w.decision(s), w.strong)
	w.field(whyIndent, "reason", w.reason(s), plain)
	w.field(whyIndent, "role", role, plain)
	w.field(whyIndent, "section", cleanLine(s.Section), plain)
	w.field(whyIndent, "meant for", platformInWords(s.Platform), plain)
	w.field(whyIndent, "instead", w.instead(s), plain)
	for i, f := range s.Flags {
		label := ""
		if i == 0 {
			label = "note"
		}
		w.field(whyIndent, label, flagInWords(f), plain)
	}
	for i, need := range openNeeds(s) {
		label := ""
		if i == 0 {
			label = "value"
		}
		w.field(whyIndent, label, needInWords(need), w.fair)
	}
	place := fmt.Sprintf("line %d", s.Line)
	if s.EndLine > s.Line {
		place = fmt.Sprintf("lines %d–%d", s.Line, s.EndLine)
	}
	w.field(whyIndent, "place", fmt.Sprintf("%s, bytes %d to %d of %s", place, s.Span.Start, s.Span.End, cleanLine(s.Document)), plain)
	for _, f := range w.made.Findings {
		if f.Step != s.ID {
			continue
		}
		w.field(whyIndent, "finding", findingTitle(f), w.fair)
		w.field(whyIndent, "", explaining(f), w.faint)
	}
}

func (w *whyView) decision(s verifier.Step) string {
	if !s.Follow {
		return "left"
	}
	followed := followedSteps(w.made.Plan)
	at := slices.IndexFunc(followed, func(f verifier.Step) bool { return f.ID == s.ID })
	return fmt.Sprintf("typed, as number %d of %d", at+1, len(followed))
}

func (w *whyView) reason(s verifier.Step) string {
	if reason := reasonInWords(s, w.made.overrules); reason != "" {
		return reason
	}
	if s.Follow {
		return "nothing speaks against it"
	}
	return "none is known"
}

// instead says which way was taken of those to the same end.
func (w *whyView) instead(s verifier.Step) string {
	if s.Alternative == nil {
		return ""
	}
	if s.Alternative.Primary {
		return fmt.Sprintf("of several ways to the same end this one is taken: %s (group %s)", cleanLine(s.Alternative.Option), cleanLine(s.Alternative.Group))
	}
	var taken []string
	for _, other := range w.made.Steps {
		if a := other.Alternative; a != nil && a.Group == s.Alternative.Group && a.Primary {
			taken = append(taken, fmt.Sprintf("%s (%s)", fit(firstLine(other.Command), 80), cleanLine(stepPlace(other))))
		}
	}
	text := fmt.Sprintf("this way: %s (group %s)", cleanLine(s.Alternative.Option), cleanLine(s.Alternative.Group))
	if len(taken) > 0 {
		text += "; taken instead: " + strings.Join(taken[:min(3, len(taken))], ", ")
		if len(taken) > 3 {
			text += ", …"
		}
	}
	return text
}
