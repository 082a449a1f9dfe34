package patch

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// Section writes what a run has proven about the steps of one document into
// the document's section "Known install problems". A new entry bears today's
// date. The document's own text keeps every byte; CRLF, byte order mark and a
// missing last newline stay as they are.
//
// Errors: [*MarkupError], [*MarkerError], [*OpenBlockError].
func Section(name string, source []byte, r *verifier.Result, today time.Time) (Change, error) {
	change := Change{Document: name, Before: source, After: source}
	if !Supports(name) {
		return change, &MarkupError{Document: name}
	}
	at, open, err := locate(source)
	if err != nil {
		return change, inDocument(name, err)
	}
	var have []written
	if at != nil {
		if have, err = readSection(at); err != nil {
			return change, inDocument(name, err)
		}
	}
	fresh := collect(name, r)
	change.Skipped = fresh.skipped
	entries := change.merge(have, fresh, &history{document: name, result: r}, today.Format(time.DateOnly))
	switch {
	case len(entries) == 0:
		change.After = without(source, at)
	case at == nil && open > 0:
		return change, &OpenBlockError{Document: name, Line: open}
	default:
		change.After = with(source, at, renderSection(entries))
	}
	return change, nil
}

func inDocument(name string, err error) error {
	if mark, ok := errors.AsType[*MarkerError](err); ok {
		mark.Document = name
	}
	return err
}

// merge settles old entries and new findings and sorts them into the change.
func (c *Change) merge(have []written, fresh *harvest, past *history, today string) []written {
	var out []written
	for _, old := range have {
		found := fresh.take(old.Key)
		passed := past.passed(old, found)
		if len(passed) > 0 {
			gone := old.Entry
			gone.Environments = passed
			c.Withdrawn = append(c.Withdrawn, gone)
		}
		settled, changed := settle(old, found, passed)
		switch {
		case len(settled.Environments) == 0:
			continue
		case changed:
			c.Updated = append(c.Updated, settled.Entry)
		default:
			c.Kept = append(c.Kept, settled.Entry)
		}
		out = append(out, settled)
	}
	for _, found := range fresh.rest() {
		e := found.entry
		e.FirstSeen = today
		e.setSolutions(found.fixes)
		c.Added = append(c.Added, e)
		out = append(out, written{Entry: e, raw: render(e), intact: true})
	}
	return out
}

// settle brings an old entry up to date. Its wording stays as long as it can
// be read.
func settle(old written, found *discovery, passed []string) (written, bool) {
	fixes := old.fixes()
	for _, environment := range passed {
		delete(fixes, environment)
	}
	if found != nil {
		maps.Copy(fixes, found.fixes)
	}
	if len(fixes) == 0 {
		return written{}, true
	}
	if maps.Equal(fixes, old.fixes()) && (old.intact || found == nil) {
		return old, false
	}
	e := old.Entry
	if !old.intact {
		if found == nil || lacking(fixes) {
			return old, false // nothing to write it anew from
		}
		e = found.entry
		e.FirstSeen = old.FirstSeen
	}
	e.setSolutions(fixes)
	return written{Entry: e, raw: render(e), intact: true}, true
}

// answer is a solution without its environments.
type answer struct {
	kind verifier.FixKind
	text string
}

// fixes is the entry's answer for each of its environments; an entry that was
// damaged by hand has empty ones.
func (w *written) fixes() map[string]answer {
	fixes := map[string]answer{}
	for _, environment := range w.Environments {
		fixes[environment] = answer{}
	}
	if !w.intact {
		return fixes
	}
	for _, s := range w.Solutions {
		for _, environment := range s.Environments {
			fixes[environment] = answer{s.Kind, s.Text}
		}
	}
	return fixes
}

func lacking(fixes map[string]answer) bool {
	for _, a := range fixes {
		if a.text == "" {
			return true
		}
	}
	return false
}

// setSolutions groups environments with the same answer.
func (e *Entry) setSolutions(fixes map[string]answer) {
	e.Environments = slices.Sorted(maps.Keys(fixes))
	e.Solutions = nil
	for _, environment := range e.Environments {
		a := fixes[environment]
		i := slices.IndexFunc(e.Solutions, func(s Solution) bool { return s.Kind == a.kind && s.Text == a.text })
		if i < 0 {
			i = len(e.Solutions)
			e.Solutions = append(e.Solutions, Solution{Kind: a.kind, Text: a.text})
		}
		e.Solutions[i].Environments = append(e.Solutions[i].Environments, environment)
	}
}

// writable says that a fix can stand in a document exactly as it was proven.
func writable(text string) bool {
	return foreign.Exact(text) && defused(text) == text && strings.TrimSpace(text) != ""
}
