package reports

import (
	"fmt"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// answer is the first thing that a reader wants to know.
func (d *digest) answer() string {
	n := len(d.result.Environments)
	if n == 0 {
		return "Nothing was tested."
	}
	counts := map[verifier.Verdict]int{}
	for _, env := range d.result.Environments {
		counts[env.Verdict]++
	}
	var parts []string
	say := func(v verifier.Verdict, words string) {
		switch {
		case counts[v] > 0 && len(parts) == 0:
			parts = append(parts, fmt.Sprintf("%s on %d of %s", words, counts[v], count(n, "environment")))
		case counts[v] > 0:
			parts = append(parts, fmt.Sprintf("%s on %d", words, counts[v]))
		}
	}
	say(verifier.Works, "worked as documented")
	say(verifier.WorksWithDocumentedFixes, "worked with fixes that the documents tell")
	say(verifier.WorksWithFixes, "worked with fixes")
	say(verifier.Broken, "did not work")
	say(verifier.Inconclusive, "could not be tested to the end")
	if len(parts) == 0 {
		return "No environment has a verdict."
	}
	text := strings.Join(parts, ", ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// details are the sentences after the answer.
func (d *digest) details() []string {
	var out []string
	switch {
	case d.result.Interrupted:
		out = append(out, "The run was interrupted; this is what was found until then.")
	case d.result.OutOfTime:
		out = append(out, "The run's time limit ended it; this is what was found until then.")
	}
	for _, env := range d.result.Environments {
		if env.Earlier != nil {
			out = append(out, fmt.Sprintf("What is told of %s was found by an earlier attempt at this run, of %s.",
				foreign.Line(env.Environment.Name), env.Earlier.UTC().Format("2006-01-02 15:04 UTC")))
		}
	}
	for _, note := range d.result.Notes {
		out = append(out, foreign.Line(note))
	}
	switch n := len(d.problems); {
	case n == 0 && d.verdict == verifier.Inconclusive:
		// Nothing was found where nothing was tested: no word of that.
	case n == 0:
		out = append(out, "No problems were found.")
	case d.proven == n && n == 1:
		out = append(out, "1 problem was found; a fix for it is proven.")
	case d.proven == n:
		out = append(out, fmt.Sprintf("%d problems were found; a fix is proven for each of them.", n))
	case d.proven == 0:
		out = append(out, fmt.Sprintf("%s found; no fix is proven.", was(n, "problem")))
	default:
		out = append(out, fmt.Sprintf("%s found; a fix is proven for %d of them.", was(n, "problem"), d.proven))
	}
	if warm := d.warm(); len(warm) > 0 {
		out = append(out, "This was no cold run: earlier ones had downloaded for "+names(warm)+", as is told below; control runs and replays were cold.")
	}
	if d.leftMost > 0 {
		total := 0
		for _, t := range d.tallies {
			total = max(total, t.steps)
		}
		amount := fmt.Sprint(d.leftMost)
		if d.leftFew < d.leftMost {
			amount = fmt.Sprintf("%d to %d", d.leftFew, d.leftMost)
		}
		out = append(out, fmt.Sprintf("%s of %s left out; why is told below.", amount, was(total, "step")))
	}
	return out
}

// warm names the environments that began with downloads of earlier runs.
func (d *digest) warm() []string {
	var out []string
	for _, env := range d.result.Environments {
		if e := env.Environment; e.Downloads != "" && e.Downloads != verifier.NoDownloads {
			out = append(out, e.Name)
		}
	}
	return out
}

// closing is the last line: for a person's eye and for a program's.
func (d *digest) closing(exit *int) string {
	text := fmt.Sprintf("freshinstall: verdict=%s environments=%d findings=%d proven=%d left-out=%d",
		d.verdict, len(d.result.Environments), len(d.problems), d.proven, d.leftMost)
	if len(d.warm()) > 0 {
		text += " cold=no"
	}
	if exit != nil {
		text += fmt.Sprintf(" exit=%d", *exit)
	}
	return text
}

// subject names what was verified.
func (d *digest) subject() string {
	repo := d.result.Repository
	name := foreign.Line(repo.Name)
	if name == "" {
		name = foreign.Line(repo.URL)
	}
	parts := []string{name}
	if repo.Ref != "" {
		parts = append(parts, foreign.Line(repo.Ref))
	}
	if repo.Commit != "" {
		parts = append(parts, "commit "+short(foreign.Line(repo.Commit), 10))
	}
	if repo.Dirty {
		parts = append(parts, "with uncommitted changes")
	}
	return strings.Join(parts, " · ")
}
