package patch

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// Page is a document that may hold a section.
type Page struct {
	Name   string
	Source []byte // nil: the document is still to be made

	About  []string        // documents whose steps it tells about; nil: its own
	Told   map[string]bool // keys of entries that stand in another document
	Closed bool            // gets no new entries: another document does
}

// Section writes what a run has proven about the steps of a document into the
// section "Known install problems" of that document.
func Section(name string, source []byte, r *verifier.Result, today time.Time) (Change, error) {
	return Page{Name: name, Source: source}.Section(r, today)
}

// Section writes what a run has proven into the page's section. A new entry
// bears today's date. The document's own text keeps every byte; CRLF, byte order
// mark and a missing last newline stay as they are. A document that holds
// nothing but the section goes with the last entry.
//
// Errors: [*MarkupError], [*MarkerError], [*OpenBlockError].
func (p Page) Section(r *verifier.Result, today time.Time) (Change, error) {
	name, source := p.Name, p.Source
	change := Change{Document: name, Before: source, After: source}
	if p.About == nil {
		p.About = []string{name}
	}
	if !Supports(name) {
		return change, &MarkupError{Document: name}
	}
	around := outlineOf(name, source)
	f := formOf(around)
	at, open, err := f.locate(source)
	if err != nil {
		return change, inDocument(name, err)
	}
	around = around.settled(name, f, at)
	f = formOf(around)
	var head []string
	var have []written
	if at != nil {
		if head, have, err = f.readSection(at); err != nil {
			return change, inDocument(name, err)
		}
	}
	fresh := f.collect(p, r)
	if p.Closed {
		fresh.found = slices.DeleteFunc(fresh.found, func(d *discovery) bool {
			return !slices.ContainsFunc(have, func(w written) bool { return w.Key == d.entry.Key })
		})
	}
	change.Skipped = fresh.skipped
	entries := change.merge(f, have, fresh, &history{documents: p.About, result: r}, today.Format(time.DateOnly))
	if len(head) == 0 {
		head = f.head(around.own < 0)
	}
	switch {
	case len(entries) == 0:
		change.After = without(source, at)
	case at == nil && open > 0:
		return change, &OpenBlockError{Document: name, Line: open}
	default:
		change.After = with(source, at, around.place(), f.renderSection(head, entries))
	}
	return change, nil
}

// readsTheSame reports whether the author's text has the same blocks under the
// same titles in both.
func readsTheSame(name string, before, after []byte) bool {
	a, b := readme.Read(name, before), readme.Read(name, after)
	return slices.EqualFunc(a.Blocks, b.Blocks, func(x, y readme.Block) bool {
		return x.Text() == y.Text() && slices.Equal(x.Headings, y.Headings)
	}) && slices.EqualFunc(a.Headings, b.Headings, func(x, y readme.Heading) bool {
		return x.Level == y.Level && x.Text == y.Text
	})
}

func inDocument(name string, err error) error {
	if mark, ok := errors.AsType[*MarkerError](err); ok {
		mark.Document = name
	}
	return err
}

// merge settles old entries and new findings and sorts them into the change.
func (c *Change) merge(f form, have []written, fresh *harvest, past *history, today string) []written {
	var out []written
	for _, old := range have {
		found := fresh.take(old.Key)
		passed := past.passed(old, found)
		if len(passed) > 0 {
			gone := old.Entry
			gone.Environments = passed
			c.Withdrawn = append(c.Withdrawn, gone)
		}
		settled, changed := f.settle(old, found, passed)
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
	for _, found := range fresh.found {
		e := found.entry
		e.FirstSeen = today
		e.setSolutions(found.fixes)
		c.Added = append(c.Added, e)
		out = append(out, written{Entry: e, raw: f.render(e), intact: true})
	}
	return out
}

// settle brings an old entry up to date. Its wording stays as long as it can
// be read.
func (f form) settle(old written, found *discovery, passed []string) (written, bool) {
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
	return written{Entry: e, raw: f.render(e), intact: true}, true
}

// answer is a solution without its environments.
type answer struct {
	kind  verifier.FixKind
	text  string
	moves bool // its commands are later steps, which belong there
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
			fixes[environment] = answer{kind: s.Kind, text: s.Text}
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
	return foreign.Exact(text) && defused(text) == text && withoutEmptyLines(text) == text && text != ""
}
