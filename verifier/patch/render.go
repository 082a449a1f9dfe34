package patch

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

const (
	sectionTitle = "## Known install problems"
	sectionNote  = "<!-- freshinstall writes this section and puts its next findings here; the wording of an entry may be improved by hand. -->"
	sectionLead  = "These problems came up when the instructions were followed on a fresh machine. " +
		"Each solution was tried there: without it the step fails, with it the step passes."
	excerptLead = "It fails with:"
	plainLead   = "In plain words: "

	excerptLines = 6
	excerptWidth = 200
)

// renderSection gives the section's lines, marks included.
func renderSection(entries []written) []string {
	lines := []string{beginMark, sectionNote, "", sectionTitle, "", sectionLead}
	for _, e := range entries {
		lines = append(lines, "")
		lines = append(lines, e.raw...)
	}
	return append(lines, "", endMark)
}

// render gives an entry's lines.
func render(e Entry) []string {
	lines := []string{
		fmt.Sprintf("%s%s first-seen=%s environments=%s%s", entryMark, word(e.Key), e.FirstSeen, words(e.Environments), markClose),
		"",
		"### " + e.Title,
		"",
		fmt.Sprintf("Seen on %s, first on %s, at this step:", named(e.Environments), e.FirstSeen),
		"",
	}
	lines = append(lines, block("shell", e.Step)...)
	if e.Excerpt != "" {
		lines = append(lines, "", excerptLead, "")
		lines = append(lines, block("text", e.Excerpt)...)
	}
	lines = append(lines, "")
	lines = append(lines, strings.Split(e.Plain, "\n")...)
	for _, s := range e.Solutions {
		lines = append(lines, "", fmt.Sprintf("%s%s environments=%s%s", fixMark, s.Kind, words(s.Environments), markClose), "")
		lines = append(lines, solutionLead(e, s), "")
		info := "shell"
		if s.Kind == verifier.FixDeclare {
			info = "text"
		}
		lines = append(lines, block(info, s.Text)...)
	}
	return lines
}

func solutionLead(e Entry, s Solution) string {
	where := ""
	if len(e.Solutions) > 1 {
		where = " on " + named(s.Environments)
	}
	how := "type this before the step"
	switch s.Kind {
	case verifier.FixBefore:
	case verifier.FixReplace:
		how = "type this instead of the step"
	case verifier.FixDeclare:
		how = "this must be there before the step"
	}
	return fmt.Sprintf("**Solution%s:** %s.", where, how)
}

func block(info, text string) []string {
	return strings.Split(foreign.Fence(info, text), "\n")
}

// named lists environments as a person would.
func named(environments []string) string {
	shown := make([]string, len(environments))
	for i, name := range environments {
		shown[i] = foreign.Inline(name)
	}
	switch n := len(shown); n {
	case 0:
		return ""
	case 1:
		return shown[0]
	default:
		return strings.Join(shown[:n-1], ", ") + " and " + shown[n-1]
	}
}

// title names a finding: the rule and what it caught.
func title(f verifier.Finding) string {
	name, object := foreign.Line(f.Title), foreign.Line(f.Object)
	if name == "" {
		name = "Step fails"
	}
	if object == "" || strings.Contains(name, object) {
		return defused(foreign.Inline(name))
	}
	return defused(foreign.Inline(name) + ": " + foreign.Code(foreign.Clip(object, excerptWidth)))
}

func plain(f verifier.Finding) string {
	text := foreign.Line(f.Plain)
	if text == "" {
		text = foreign.Line(f.Cause)
	}
	if text == "" {
		text = "the cause could not be put into words."
	}
	return defused(plainLead + foreign.Inline(text))
}

func excerpt(f verifier.Finding) string {
	lines, _ := foreign.Lines(f.Evidence, excerptLines, excerptWidth)
	return defused(strings.Trim(strings.Join(lines, "\n"), "\n"))
}

// shown is a command as an entry shows it.
func shown(command string) string {
	return defused(strings.Trim(foreign.Text(command), "\n"))
}

var ownWord = regexp.MustCompile(`freshinstall(\s*):`)

// defused keeps foreign text from being taken for a mark of ours by whoever
// reads the document without knowing what a fence is.
func defused(text string) string { return ownWord.ReplaceAllString(text, "freshinstall -") }
