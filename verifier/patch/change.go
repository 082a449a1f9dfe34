package patch

import (
	"bytes"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Change is what becomes of one document. Before and After are whole
// documents; they are equal when there is nothing to do. Before is nil for a
// document that is to be made; one that After leaves empty goes.
type Change struct {
	Document      string // slash-separated path in the repository
	Before, After []byte

	Added     []Entry   // new ones
	Kept      []Entry   // as they were
	Updated   []Entry   // other environments or solutions than before
	Withdrawn []Entry   // their steps pass now, in the environments that each names
	Skipped   []Skipped // proven, but could not be written
}

// Changed reports whether the document would become another one.
func (c Change) Changed() bool { return !bytes.Equal(c.Before, c.After) }

// made reports whether the document is to be made, gone whether it goes.
func (c Change) made() bool { return c.Before == nil && c.Changed() }
func (c Change) gone() bool { return len(c.Before) > 0 && len(c.After) == 0 }

// Entry is one known install problem.
type Entry struct {
	Key          string   // Finding.Fingerprint
	FirstSeen    string   // "2026-11-22"; empty for corrections in place
	Environments []string // sorted
	Title        string   // in the document's markup, one line
	Step         string   // the command, as shown
	Excerpt      string   // of the error, as shown; may be empty
	Plain        string   // in the document's markup, the cause in plain words
	Solutions    []Solution
}

// Solution is a proven fix and where it helps.
type Solution struct {
	Environments []string // sorted
	Kind         verifier.FixKind
	Text         string // what is typed before the step or instead of it
}

// Documents reports whether the entry already tells the fix for the environment.
func (e Entry) Documents(environment string, fix verifier.Fix) bool {
	for _, s := range e.Solutions {
		if slices.Contains(s.Environments, environment) && s.Kind == fix.Kind && s.Text == fixText(fix) {
			return true
		}
	}
	return false
}

// Skipped is a proven fix that was not put into a document.
type Skipped struct {
	Document     string
	Step         string // Step.ID
	Line         int    // one-based, of the step
	Command      string
	Key          string // Finding.Fingerprint
	Environments []string
	Reason       string // plain words
}

// fixText is what the fix has a person type, or have.
func fixText(f verifier.Fix) string {
	lines := f.Commands
	switch f.Kind {
	case verifier.FixBefore:
	case verifier.FixReplace:
		lines = append(slices.Clone(lines), f.Replace)
	case verifier.FixDeclare:
		// A reader has no declaration: what is declared is what must be there.
		lines = nil
		for _, s := range f.Services {
			lines = append(lines, s.String())
		}
		if f.Release != "" {
			lines = append(lines, "a newer release of the system: "+f.Release)
		}
		for _, command := range f.Commands {
			lines = append(lines, "and typed before the step: "+command)
		}
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// proven is the first fix of a finding that may be written into documents.
func proven(f verifier.Finding) (verifier.Fix, bool) {
	for _, fix := range f.Fixes {
		if fix.Grade == verifier.Proven && !fix.Workaround && fixText(fix) != "" {
			return fix, true
		}
	}
	return verifier.Fix{}, false
}
