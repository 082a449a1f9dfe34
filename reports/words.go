package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

func short(s string, most int) string {
	if len(s) > most {
		return s[:most]
	}
	return s
}

func verdictWords(v verifier.Verdict) string {
	switch v {
	case verifier.Works:
		return "works"
	case verifier.WorksWithDocumentedFixes:
		return "works with documented fixes"
	case verifier.WorksWithFixes:
		return "works with fixes"
	case verifier.Broken:
		return "broken"
	case verifier.Inconclusive:
		return "inconclusive"
	}
	return "unknown verdict " + foreign.Line(string(v))
}

func rungWords(r verifier.Rung) string {
	switch r {
	case verifier.RungInstalled:
		return "installed"
	case verifier.RungAnswers:
		return "installed and answers"
	case verifier.RungTests:
		return "its tests start"
	case verifier.RungUse:
		return "its first documented use works"
	}
	return ""
}

func blameWords(b verifier.Blame) string {
	switch b {
	case verifier.BlameDocs:
		return "the documents"
	case verifier.BlameRepository:
		return "the repository"
	case verifier.BlameEnvironment:
		return "the declaration of the environment"
	case verifier.BlameContainer:
		return "the test machine itself"
	case verifier.BlameWorld:
		return "network or package archive"
	}
	return foreign.Line(string(b))
}

// gradeWords say how sure a fix is, in words that claim no more.
func gradeWords(g verifier.Grade) string {
	switch g {
	case verifier.Proven:
		return "proven"
	case verifier.ProvenInPlace:
		return "helped here, but not in a clean replay"
	case verifier.GotFurther:
		return "got further, then failed for another cause"
	case verifier.Suggested:
		return "suggested, not shown to help"
	case verifier.Workaround:
		return "workaround, no solution"
	case verifier.NotNeeded:
		return "helped, and is not needed with the other fixes"
	}
	return foreign.Line(string(g))
}

// fixLead introduces the commands of a remedy, or says why there are none.
func (r remedy) lead() string {
	switch {
	case r.fix == nil && r.flaky:
		return "none needed: tried again unchanged, the step passed"
	case r.fix == nil:
		return "none is known yet"
	}
	how := "type this before the step"
	switch r.fix.Kind {
	case verifier.FixBefore:
		if len(r.fix.Moved) > 0 {
			how = "this step of the documents belongs before it"
		}
	case verifier.FixReplace:
		how = "type this instead of the step"
	case verifier.FixDeclare:
		how = "declare this for the environment in freshinstall.yaml, and say in the documents that it is needed"
		if len(r.fix.Commands) > 0 {
			how += "; then type before the step what stands below it"
		}
	}
	text := gradeWords(r.fix.Grade)
	if r.documented {
		text += ", already in the documents"
	}
	return text + ": " + how
}

// commands are what the remedy has a person type, cleaned, a line each.
func (r remedy) commands() []string {
	if r.fix == nil {
		return nil
	}
	var lines []string
	if r.fix.Kind == verifier.FixDeclare {
		if r.fix.Release != "" {
			lines = append(lines, "from: "+r.fix.Release)
		}
		if len(r.fix.Services) > 0 {
			lines = append(lines, "services:")
		}
		for _, s := range r.fix.Services {
			lines = append(lines, "  - "+s.Declaration())
		}
	}
	lines = append(lines, r.fix.Commands...)
	if r.fix.Kind == verifier.FixReplace {
		lines = append(slices.Clone(lines), r.fix.Replace)
	}
	return strings.Split(strings.Trim(foreign.Text(strings.Join(lines, "\n")), "\n"), "\n")
}

// longestTitle bounds what a rule and what it caught may fill, in characters.
const longestTitle = 160

// title names a problem.
func (p problem) title() string {
	name, object := foreign.Line(p.Title), foreign.Line(p.Object)
	if name == "" {
		name = "Step failed"
	}
	if object != "" && !strings.Contains(name, object) {
		name += ": " + object
	}
	return foreign.Clip(name, longestTitle)
}

// meaning is the cause in plain words, or else in technical ones.
func (p problem) meaning() string {
	if text := foreign.Line(p.Plain); text != "" {
		return text
	}
	return foreign.Line(p.Cause)
}

// at tells where a step stands.
func at(s verifier.Step) string {
	switch {
	case s.Document == "":
		return "step " + foreign.Line(s.ID)
	case s.Line == 0:
		return foreign.Line(s.Document)
	}
	return fmt.Sprintf("%s:%d", foreign.Line(s.Document), s.Line)
}

// machine describes an environment and what was added to it.
func machine(env verifier.Environment) string {
	parts := []string{}
	if env.Image != "" {
		image := foreign.Line(env.Image)
		if env.Digest != "" {
			image += " (" + short(foreign.Line(env.Digest), 19) + ")"
		}
		parts = append(parts, image)
	}
	if env.Release != "" {
		parts = append(parts, foreign.Line(env.Release))
	}
	if env.Architecture != "" {
		parts = append(parts, foreign.Line(env.Architecture))
	}
	if env.User != "" {
		user := "user " + foreign.Line(env.User)
		if env.Sudo {
			user += " with sudo"
		}
		parts = append(parts, user)
	}
	for _, s := range env.Services {
		text := "beside it " + foreign.Line(s.String())
		if s.Made != "" {
			text += " (" + foreign.Line(s.Made) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// furnished lists what was added to the bare machine.
func furnished(env verifier.Environment) string {
	if len(env.Furnishings) == 0 {
		return "nothing"
	}
	var parts []string
	for _, f := range env.Furnishings {
		text := foreign.Line(f.Name)
		if f.Detail != "" {
			text += " (" + foreign.Line(f.Detail) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func was(n int, noun string) string {
	if n == 1 {
		return count(n, noun) + " was"
	}
	return count(n, noun) + " were"
}

func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// names lists environments.
func names(environments []string) string {
	shown := make([]string, len(environments))
	for i, name := range environments {
		shown[i] = foreign.Line(name)
	}
	return strings.Join(shown, ", ")
}

// downloadsWords tells what was there before step 1 that a clean machine lacks.
func downloadsWords(e verifier.Environment) string {
	if e.Downloads == "" {
		return ""
	}
	return "downloads of earlier runs of this repository that were there (--cache): " + foreign.Line(e.Downloads)
}

// networkWords tells what a machine could reach, where that is not the usual.
func networkWords(e verifier.Environment) string {
	const most = 20
	switch {
	case e.Open != "":
		return "its network was open towards the host and private networks: " + foreign.Line(e.Open)
	case e.Network == "none":
		return "its network: none"
	case e.Network != "registries":
		return ""
	case len(e.Refused) == 0:
		return "its network: package registries only; nothing else was asked for"
	}
	text := "its network: package registries only; refused: " + foreign.Line(strings.Join(e.Refused[:min(most, len(e.Refused))], ", "))
	if more := len(e.Refused) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + " (what can be reached there belongs under registries:)"
}
