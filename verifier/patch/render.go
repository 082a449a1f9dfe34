package patch

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

const (
	sectionTitle = "Known install problems"
	sectionNote  = "freshinstall writes this section and puts its next findings here; the wording of an entry may be improved by hand."
	sectionLead  = "These problems came up when the instructions were followed on a fresh machine. " +
		"Each solution was tried there: without it the step fails, with it the step passes."
	excerptLead = "It fails with:"
	plainLead   = "In plain words: "

	excerptLines = 6
	excerptWidth = 200
)

// head gives the lines before the first entry. In a chapter of the document's
// own that is no title.
func (f form) head(titled bool) []string {
	lines := append(f.wrap(f.format.Comment(sectionNote)), "")
	if titled {
		lines = append(append(lines, f.heading(0, sectionTitle)...), "")
	}
	return append(lines, f.wrap(sectionLead)...)
}

// renderSection gives the section's lines, marks included.
func (f form) renderSection(head []string, entries []written) []string {
	lines := []string{f.mark(beginMark)}
	lines = append(lines, head...)
	for _, e := range entries {
		lines = append(lines, "")
		lines = append(lines, e.raw...)
	}
	return append(lines, "", f.mark(endMark))
}

// render gives an entry's lines.
func (f form) render(e Entry) []string {
	lines := []string{f.mark(fmt.Sprintf("%s%s first-seen=%s environments=%s", entryMark, word(e.Key), e.FirstSeen, words(e.Environments))), ""}
	lines = append(lines, f.heading(1, e.Title)...)
	lines = append(lines, "")
	lines = append(lines, f.block(fmt.Sprintf("Seen on %s, first on %s, at this step:", f.named(e.Environments), e.FirstSeen), "shell", e.Step)...)
	if e.Excerpt != "" {
		lines = append(lines, "")
		lines = append(lines, f.block(excerptLead, "text", e.Excerpt)...)
	}
	lines = append(lines, "")
	lines = append(lines, strings.Split(e.Plain, "\n")...)
	for _, s := range e.Solutions {
		kind := "shell"
		if s.Kind == verifier.FixDeclare {
			kind = "text"
		}
		lines = append(lines, "", f.mark(fmt.Sprintf("%s%s environments=%s", fixMark, s.Kind, words(s.Environments))), "")
		lines = append(lines, f.block(f.solutionLead(e, s), kind, s.Text)...)
	}
	return lines
}

func (f form) solutionLead(e Entry, s Solution) string {
	where := ""
	if len(e.Solutions) > 1 {
		where = " on " + f.named(s.Environments)
	}
	how := "type this before the step"
	switch s.Kind {
	case verifier.FixBefore:
	case verifier.FixReplace:
		how = "type this instead of the step"
	case verifier.FixDeclare:
		how = "this must be there before the step"
	}
	return f.strong("Solution"+where+":") + " " + how + "."
}

// named lists environments as a person would.
func (f form) named(environments []string) string {
	shown := make([]string, len(environments))
	for i, name := range environments {
		shown[i] = f.say(name)
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
func (f form) title(found verifier.Finding) string {
	name, object := foreign.Line(found.Title), foreign.Line(found.Object)
	if !strings.ContainsFunc(name, isWord) {
		name = "Step fails"
	}
	if object == "" || strings.Contains(name, object) {
		return defused(f.say(name))
	}
	return defused(f.say(name) + ": " + f.code(foreign.Clip(object, excerptWidth)))
}

func (f form) plain(found verifier.Finding) string {
	text := foreign.Line(found.Plain)
	if text == "" {
		text = foreign.Line(found.Cause)
	}
	if text == "" {
		text = "the cause could not be put into words."
	}
	return defused(strings.Join(f.wrap(plainLead+f.say(text)), "\n"))
}

func excerpt(f verifier.Finding) string {
	lines, _ := foreign.Lines(f.Evidence, excerptLines, excerptWidth)
	return defused(withoutEmptyLines(strings.Join(lines, "\n")))
}

// shown is a command as an entry shows it.
func shown(command string) string {
	return defused(withoutEmptyLines(foreign.Text(command)))
}

// withoutEmptyLines takes those at the beginning and the end off: where code is
// told by its indentation they are nobody's.
func withoutEmptyLines(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(withoutEmptyEnd(lines[nextText(lines):]), "\n")
}

var ownWord = regexp.MustCompile(`freshinstall(\s*):`)

// defused keeps foreign text from being taken for a mark of ours by whoever
// reads the document without knowing what a fence is.
func defused(text string) string { return ownWord.ReplaceAllString(text, "freshinstall -") }
