package plan

import (
	"bytes"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

var anyFile = phrase.Compile(`(?i)(?:^|\s)` + fileName + `(?:\W|$)`)

// heading finds a file in what a heading asks for, "Create a .env file", where
// the section begins with a block that shows it. What stands between may speak
// of that block, but of no other file.
func (r *proseReader) heading(index int) {
	b := &r.doc.Blocks[index]
	n := len(b.Headings)
	if n < 2 || b.Kind == readme.Inline || b.Kind == readme.Bare || b.Kind == readme.Quote || len(b.Headings[n-1]) > maxItem {
		return
	}
	if b.Lead != "" && (!strings.HasSuffix(b.Lead, ":") || b.Lead != b.Opening || anyFile.MatchString(b.Lead)) {
		return
	}
	content := r.shown(index)
	if content == "" || !setUp[r.sectionTopic(b, r.doc)] {
		return
	}
	at := b.Sections[n-1]
	g := &readme.Paragraph{Text: b.Headings[n-1], Offset: at, Headings: b.Headings, Sections: b.Sections, Tab: b.Tab}
	if !r.here(g) || r.elsewhere(g) || conditional(g.Text) {
		return
	}
	for _, a := range everyAsking {
		m := a.match.FindStringSubmatch(g.Text)
		if m == nil || !a.shows || !r.on(a.Name) {
			continue
		}
		s := verifier.Prose{Document: r.doc.path, Section: g.Text, What: oneLine(g.Text), Kind: a.kind,
			Path: named(m[a.path]), Content: content, Before: r.before(b.Span.Start)}
		if s.Path == "" || r.again(s) {
			return
		}
		s.Line, s.Do = 1+bytes.Count(r.doc.Source[:at], []byte{'\n'}), r.doable(s)
		r.found = append(r.found, s)
		return
	}
}

// sorted are all found ones in the order of the document.
func (r *proseReader) sorted() []verifier.Prose {
	slices.SortStableFunc(r.found, func(a, b verifier.Prose) int { return a.Line - b.Line })
	return r.found
}
