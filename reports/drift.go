package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// How many of those that moved a sentence names.
const (
	mostNamed   = 3 // of those that the error names
	mostUnnamed = 2 // where it names none
)

// DriftWords says in one plain sentence what moved since an environment worked.
func DriftWords(d *verifier.Drift) string {
	var parts []string
	named := slices.IndexFunc(d.Moved, func(m verifier.Move) bool { return !m.Named })
	if named < 0 {
		named = len(d.Moved)
	}
	shown := min(named, mostNamed)
	if named == 0 {
		shown = min(len(d.Moved), mostUnnamed)
	}
	for _, m := range d.Moved[:shown] {
		words := MoveWords(m)
		if m.Named {
			words += " (named in the error)"
		}
		parts = append(parts, words)
	}
	if rest := len(d.Moved) - shown; rest > 0 && shown > 0 {
		parts = append(parts, count(rest, "other package"))
	}
	if named == 0 && len(d.Moved) > 0 {
		parts[len(parts)-1] += " (the error names none of them)"
	}
	if d.Commit != nil {
		parts = append(parts, "commit "+ChangeWords(*d.Commit))
	}
	if d.Documents {
		parts = append(parts, "the documents")
	}
	if d.Image != nil {
		parts = append(parts, "the base image")
	}
	if d.Declaration {
		parts = append(parts, "the environment's declaration")
	}
	if d.Tool != nil {
		parts = append(parts, "freshinstall itself "+ChangeWords(*d.Tool))
	}
	text := "worked on " + d.Worked.UTC().Format("2 January 2006") + "; "
	switch {
	case len(parts) > 0:
		text += "since then " + strings.Join(parts, ", ")
	case d.Unrecorded:
		text += "commit, documents, image and freshinstall are the same since then"
	default:
		text += "nothing that is recorded is another since then (packages, image, documents, commit, freshinstall)"
	}
	if d.Unrecorded {
		text += "; which packages moved is not known"
	}
	return text
}

// MoveWords is a package with both of its versions.
func MoveWords(m verifier.Move) string {
	name := foreign.Line(m.Name)
	if m.Manager != verifier.ManagerDpkg && m.Manager != verifier.ManagerTool {
		name += " (" + string(m.Manager) + ")"
	}
	switch {
	case m.From == "":
		return name + " " + foreign.Line(m.To) + " is new"
	case m.To == "":
		return name + " " + foreign.Line(m.From) + " is gone"
	}
	return name + " " + foreign.Line(m.From) + " → " + foreign.Line(m.To)
}

// ChangeWords is a change, digests and commits cut to what people quote.
func ChangeWords(c verifier.Change) string { return abridged(c.From) + " → " + abridged(c.To) }

func abridged(s string) string {
	s = foreign.Line(s)
	hex := strings.TrimPrefix(s, "sha256:")
	if len(hex) >= 40 && strings.Trim(hex, "0123456789abcdef") == "" {
		return hex[:7]
	}
	return s
}

// BisectionWords says what came of trying old versions; empty: nothing was tried.
func BisectionWords(b *verifier.Bisection) string {
	if b == nil {
		return ""
	}
	if g := b.Guilty; g != nil {
		with := ""
		for _, t := range b.Trials {
			if t.Move.Name == g.Name && t.Move.Manager == g.Manager && len(t.With) > 0 {
				with = " (with " + foreign.Line(strings.Join(t.With, ", ")) + ")"
			}
		}
		return fmt.Sprintf("proven: %s%s broke it. In clean machines the step passes with %s and fails with %s",
			foreign.Line(g.Name), with, foreign.Line(g.From), orNone(g.To))
	}
	var cannot, innocent []string
	for _, t := range b.Trials {
		if t.Had {
			innocent = append(innocent, foreign.Line(t.Name+" "+t.From))
		} else {
			cannot = append(cannot, foreign.Line(t.Name+" "+t.From))
		}
	}
	text := "which one broke it could not be proven"
	if b.Why != "" {
		text += ": " + foreign.Line(b.Why)
	}
	if len(innocent) > 0 {
		text += "; the step fails also with " + strings.Join(innocent, ", ")
	}
	if len(cannot) > 0 {
		text += "; could not be had any more: " + strings.Join(cannot, ", ")
	}
	return text
}

func orNone(version string) string {
	if version == "" {
		return "none"
	}
	return foreign.Line(version)
}

// drifted are the environments that worked once, with what moved since.
func (d *digest) drifted() (names, sentences []string) {
	for _, env := range d.result.Environments {
		if env.Drift == nil {
			continue
		}
		text := DriftWords(env.Drift)
		if more := BisectionWords(env.Drift.Bisection); more != "" {
			text += ". " + strings.ToUpper(more[:1]) + more[1:]
		}
		names, sentences = append(names, foreign.Line(env.Environment.Name)), append(sentences, text+".")
	}
	return names, sentences
}

func (p *page) drift(d *digest) {
	names, sentences := d.drifted()
	for i := range names {
		if i == 0 {
			p.heading("Since it worked last")
		}
		p.text(2, names[i]+" "+sentences[i], lipgloss.NewStyle())
	}
}

func (m *sheet) drift(d *digest) {
	names, sentences := d.drifted()
	var lines []string
	for i := range names {
		lines = append(lines, "- **"+foreign.Inline(names[i])+"** "+foreign.Inline(sentences[i]))
	}
	if len(lines) > 0 {
		m.para("### Since it worked last")
		m.para(strings.Join(lines, "\n"))
	}
}
