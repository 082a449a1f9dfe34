package reports

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// mostBoxes bounds the problems that are shown at length.
const mostBoxes = 60

// view is what the page's template shows. Text in it is clean already, and is
// escaped by the template.
type view struct {
	Title, Policy string
	Style         template.CSS
	Script        template.JS

	Answer, Subject, Tested, Address string
	Class, Sign                      string // of the worst verdict
	Details                          []string
	Incidents                        []incidentView
	Drifts                           []driftView
	Problems                         []problemView
	Nothing                          string // what is said where there are no problems
	MoreProblems                     fold
	Grid                             gridView
	Lanes                            []lane
	Logs                             logsView
	Left                             []leftView
	Strays                           []strayView
	MoreStrays                       fold
	Machines                         []machineView
	Documents, Closing               string
}

// fold is many things in few elements: a line each, behind one summary.
type fold struct {
	Summary string
	Lines   string
}

// driftView is what moved since an environment worked.
type driftView struct{ Name, Text string }

type incidentView struct{ Name, What, Where, ToDo, Message, Due string }

type problemView struct {
	Number                          int
	Title, Meaning, Where, On, Due  string
	Command, Evidence, Cause, Again string
	MoreCommand, MoreEvidence       string
	Remedies                        []remedyView
}

type remedyView struct {
	Class, On, Head, Lead string
	Commands              string
	Copy                  bool // the commands can be shown as they are
	Why, Trial            string
	Proofs                []string
}

type strayView struct{ Where, What, On string }

func viewOf(d *digest) *view {
	r := d.result
	sign, class := verdictMark(d.verdict)
	v := &view{
		Answer: d.answer(), Subject: d.subject(), Address: foreign.Line(r.Repository.URL), Class: class, Sign: sign,
		Details: d.details(), Closing: d.closing(nil), Left: leftViews(d), Machines: machineViews(d),
		Documents: documentsWords(r.Plan),
	}
	v.Title = strings.Trim(foreign.Line(r.Repository.Name)+": "+strings.ToLower(v.Answer[:1])+strings.TrimSuffix(v.Answer[1:], "."), ": ")
	v.Tested, v.Nothing = testedWords(r), d.nothingWords()
	for _, env := range r.Environments {
		if in := env.Incident; in != nil {
			v.Incidents = append(v.Incidents, incidentView{
				Name: foreign.Line(env.Environment.Name), What: foreign.Line(in.What), Where: foreign.Line(in.Where), ToDo: foreign.Line(in.ToDo),
				Message: foreign.Clip(foreign.Line(in.Message), 400), Due: sentence(blameWords(in.Blame)) + ", not the documents"})
		}
	}
	names, sentences := d.drifted()
	for i := range names {
		v.Drifts = append(v.Drifts, driftView{names[i], sentences[i]})
	}
	table := tableOf(d)
	v.Logs = table.logs()
	v.Grid, v.Lanes = table.grid(), table.lanes()
	for i, p := range d.problems {
		if i == mostBoxes {
			v.MoreProblems = moreProblems(d.problems[i:])
			break
		}
		v.Problems = append(v.Problems, p.view(i+1))
	}
	for i, s := range d.strays {
		s := strayView{Where: at(s.step), What: foreign.Line(s.what), On: d.where(s.environments)}
		if i < mostBoxes {
			v.Strays = append(v.Strays, s)
			continue
		}
		v.MoreStrays.Lines += s.Where + "\t" + s.What + "\n"
	}
	if more := len(d.strays) - mostBoxes; more > 0 {
		v.MoreStrays.Summary = fmt.Sprintf("and %d more", more)
	}
	return v
}

// verdictMark repeats what the words beside it say.
func verdictMark(v verifier.Verdict) (sign, class string) {
	switch v {
	case verifier.Works, verifier.WorksWithDocumentedFixes:
		return "✓", "good"
	case verifier.WorksWithFixes:
		return "!", "fair"
	case verifier.Broken:
		return "✗", "bad"
	case verifier.Inconclusive:
		return "?", "unsure"
	}
	return "?", "unsure"
}

// where names environments, unless they are all that there are.
func (d *digest) where(environments []string) string {
	if len(environments) == len(d.tallies) {
		return ""
	}
	return names(environments)
}

// nothingWords says what to do where no problem was found.
func (d *digest) nothingWords() string {
	incident := func(e verifier.EnvironmentResult) bool { return e.Incident != nil }
	switch {
	case len(d.tallies) == 0:
		return "Nothing was tested, so there is nothing to tell."
	case slices.ContainsFunc(d.result.Environments, incident):
		return "What is told above; nothing else was found."
	case d.verdict == verifier.Works:
		return "Nothing: no step asks for a change of the documents."
	}
	return "No cause was found; what each step printed stands in the logs."
}

func testedWords(r *verifier.Result) string {
	if r.Started.IsZero() {
		return ""
	}
	text := "Tested on " + r.Started.UTC().Format("2 January 2006 at 15:04 UTC")
	if took := r.Finished.Sub(r.Started); took > 0 {
		text += " in " + duration(took.Round(time.Second).Seconds())
	}
	if r.Tool.Version != "" {
		text += " by " + cmp.Or(foreign.Line(r.Tool.Name), "freshinstall") + " " + foreign.Line(r.Tool.Version)
	}
	return text
}

func documentsWords(p verifier.Plan) string {
	if len(p.Documents) == 0 {
		return ""
	}
	text := "Documents that were followed: " + names(p.Documents)
	if len(p.Cut) > 0 {
		text += " (only the beginning was read of " + names(p.Cut) + ")"
	}
	return text
}

func (p problem) view(number int) problemView {
	v := problemView{
		Number: number, Title: p.title(), Meaning: p.meaning(), Where: at(p.step), On: names(p.environments),
		Due: sentence(blameWords(p.Blame)), Again: p.repeat(),
	}
	if cause := foreign.Line(p.Cause); cause != v.Meaning {
		v.Cause = cause
	}
	v.Command, v.MoreCommand = excerpt(p.step.Command, 12)
	v.Evidence, v.MoreEvidence = excerpt(p.Evidence, 12)
	for _, r := range p.remedies {
		v.Remedies = append(v.Remedies, r.view(len(p.remedies) > 1))
	}
	return v
}

// sentence gives words of ours a capital letter. What a result says may begin
// with the name of a program, which has none.
func sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// excerpt is foreign text cut to its first lines, and what is said of the rest.
func excerpt(text string, most int) (shown, more string) {
	lines, _ := foreign.Lines(text, most, 400)
	if total := strings.Count(strings.Trim(foreign.Text(text), "\n"), "\n") + 1; total > len(lines) {
		more = "and " + count(total-len(lines), "line") + " more"
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n "), more
}

func (r remedy) view(several bool) remedyView {
	v := remedyView{Class: "left", Head: "Fix", Lead: sentence(r.lead()), Commands: strings.Join(r.commands(), "\n"), Proofs: r.proofLines()}
	if several {
		v.On = names(r.environments)
	}
	if r.fix == nil {
		return v
	}
	v.Why, v.Trial, v.Class, v.Copy = foreign.Line(r.fix.Why), "What was tried", "fair", true
	if r.fix.Grade == verifier.Proven {
		v.Class, v.Trial = "good", "How it was proven"
	}
	if head, lead, ok := strings.Cut(r.lead(), ": "); ok {
		v.Head, v.Lead = sentence(head), sentence(lead)
	}
	for _, c := range append([]string{r.fix.Replace}, r.fix.Commands...) {
		v.Copy = v.Copy && foreign.Exact(c)
	}
	return v
}

// moreProblems tells what has no box of its own, a line each.
func moreProblems(problems []problem) fold {
	var lines strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&lines, "%s\t%s\t%s", at(p.step), names(p.environments), p.title())
		for _, r := range p.remedies {
			lines.WriteString("\t" + foreign.Line(r.lead()+" "+strings.Join(r.commands(), "; ")))
		}
		lines.WriteByte('\n')
	}
	return fold{Summary: "and " + count(len(problems), "further problem") + ", a line each", Lines: lines.String()}
}
