package plan

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// What is asked for in words, without a command. The decisions:
//
//   - Only parts of the documents that are followed count, only where they set
//     up, and nothing that is said for some readers only.
//   - A sentence that leads to a command, or holds one, is that command's: the
//     step tells how.
//   - Items that only name what must be there are one thing a list, since a
//     reader gets them in one go.
//   - Whether it can be done is decided in prose_file.go.

// proseRules are those of words, for [Rules].
func proseRules() []Rule {
	var all []Rule
	for _, a := range append(slices.Clone(askings), abroadAskings...) {
		all = append(all, a.Rule)
	}
	return append(all, itemRule)
}

var itemRule = Rule{"prose-items", "a list of prerequisites that only names them asks to have them"}

// prose writes down what the documents ask for in words.
func (p *planner) prose() []verifier.Prose {
	out := []verifier.Prose{}
	for _, d := range p.docs {
		r := proseReader{planner: p, doc: d}
		if !r.followed() {
			continue
		}
		for i := range d.Paragraphs {
			r.paragraph(&d.Paragraphs[i])
		}
		out = append(out, r.found...)
	}
	return out
}

// proseReader reads one document.
type proseReader struct {
	*planner
	doc   *document
	found []verifier.Prose
	list  int // of the last found item that only names something; 0: none
}

// followed: the newcomer reads this document to its end.
func (r *proseReader) followed() bool {
	if r.doc == r.docs[0] || r.doc.declared || r.doc.part {
		return true
	}
	return slices.ContainsFunc(r.doc.steps, (*candidate).followed)
}

func (r *proseReader) paragraph(g *readme.Paragraph) {
	b := &readme.Block{Headings: g.Headings, Sections: g.Sections, Opening: g.Opening, Lead: g.Lead, Tab: g.Tab, List: g.List, Quoted: g.Quoted}
	t := sectionTopic(b, r.doc.Title)
	if !setUp[t] || !r.here(g) || r.elsewhere(g) || trouble(g) {
		return
	}
	rest := 0 // where the next sentence is looked for in the source
	for _, s := range sentences(g.Text) {
		line := g.Line
		if at := find(r.doc.Source, max(g.Offset, rest), s); at >= 0 {
			rest, line = at, 1+strings.Count(string(r.doc.Source[:at]), "\n")
		}
		r.sentence(g, t, s, line)
	}
}

// sentence looks for the rule that a sentence fits.
func (r *proseReader) sentence(g *readme.Paragraph, t topic, text string, line int) {
	if len(text) > maxSentence || conditional(text) || !r.anySystem(text) || r.typed(g, text, line) {
		return
	}
	for _, a := range append(askings[:len(askings):len(askings)], abroadAskings...) {
		if !r.on(a.Name) {
			continue
		}
		if m := a.match.FindStringSubmatch(text); m != nil && r.ask(a, m, g, text, line) {
			return
		}
	}
	if t == topicNeeds && len(g.List) > 0 && len(g.Text) < maxItem && r.on(itemRule.Name) && needItem.MatchString(text) {
		r.item(g, text, line)
	}
}

// Longer ones explain more than they ask for.
const (
	maxSentence = 400
	maxItem     = 160
)

// ask writes down what a rule found; !ok: it named no file that can be meant.
func (r *proseReader) ask(a asking, m []string, g *readme.Paragraph, text string, line int) bool {
	s := verifier.Prose{Document: r.doc.path, Line: line, What: oneLine(text), Kind: a.kind}
	if n := len(g.Headings); n > 0 {
		s.Section = g.Headings[n-1]
	}
	if a.path > 0 {
		if s.Path = named(m[a.path]); s.Path == "" {
			return false
		}
	}
	if a.from > 0 {
		if s.From = named(m[a.from]); s.From == "" || s.From == s.Path {
			return false
		}
	}
	if a.shows {
		s.Content = r.content(g, text)
		if s.Content == "" {
			s.Kind = verifier.ProseEdit // what it is to hold is the reader's to know
		}
	}
	if r.again(s) {
		return true
	}
	s.Do = r.doable(s)
	s.Before = r.before(g.Offset)
	r.found, r.list = append(r.found, s), 0
	return true
}

// item adds to what the list before asked for, or begins anew.
func (r *proseReader) item(g *readme.Paragraph, text string, line int) {
	list := g.List[0].List + 1
	if n := len(r.found); n > 0 && r.list == list {
		r.found[n-1].What += "; " + oneLine(text)
		return
	}
	s := verifier.Prose{Document: r.doc.path, Line: line, What: oneLine(text), Kind: verifier.ProseInstall, Before: r.before(g.Offset)}
	if n := len(g.Headings); n > 0 {
		s.Section = g.Headings[n-1]
	}
	r.found, r.list = append(r.found, s), list
}

// again: the document asked for the same file before, or said the same words.
func (r *proseReader) again(s verifier.Prose) bool {
	return slices.ContainsFunc(r.found, func(o verifier.Prose) bool {
		return o.Kind == s.Kind && o.Path == s.Path && o.From == s.From && (s.Path != "" || o.What == s.What)
	})
}

// here: the newcomer follows this part. A section whose commands are all left
// is for others, and what comes after the last followed step is for later.
func (r *proseReader) here(g *readme.Paragraph) bool {
	section := -1
	if n := len(g.Sections); n > 0 {
		section = g.Sections[n-1]
	}
	has, follows, any, last := false, false, false, true
	for _, c := range r.doc.steps {
		if innermost(c) == section {
			has, follows = true, follows || c.followed()
		}
		if c.followed() {
			any = true
			last = last && c.cmd.Span.Start < g.Offset
		}
	}
	switch {
	case has:
		return follows
	case any:
		return !last
	}
	return true
}

// elsewhere: for another system, by tab, list item or heading, or for readers
// with a wish of their own.
func (r *proseReader) elsewhere(g *readme.Paragraph) bool {
	places := []string{g.Tab}
	for i, h := range g.Headings {
		if i > 0 || len(g.Headings) == 1 {
			places = append(places, h)
		}
	}
	for _, place := range places {
		if got := settle(mentioned(place, false)); got != "" && !r.fits(got) {
			return true
		}
	}
	return len(g.Opening) < 300 && g.Opening != g.Text && atStart.MatchString(g.Opening) && !wishesMain(g.Opening)
}

func (r *proseReader) anySystem(text string) bool {
	got := settle(mentioned(text, true))
	return got == "" || r.fits(got)
}

// typed: a command in the sentence, or one that the sentence leads to, is how
// it is done.
func (r *proseReader) typed(g *readme.Paragraph, text string, line int) bool {
	leads := strings.HasSuffix(strings.TrimSpace(g.Text), strings.TrimSpace(text))
	for _, c := range r.doc.steps {
		switch {
		case c.inline() && c.cmd.Line >= line-1 && c.cmd.Line <= line+3 && strings.Contains(text, c.cmd.Text):
			return true
		case !c.inline() && leads && c.index == g.Next && r.leadsTo(g):
			return true
		}
	}
	return false
}

// leadsTo: the block behind the paragraph is introduced by it.
func (r *proseReader) leadsTo(g *readme.Paragraph) bool {
	return g.Next < len(r.doc.Blocks) && r.doc.Blocks[g.Next].Lead == g.Text
}

// before is the step that comes next in the plan's order.
func (r *proseReader) before(offset int) string {
	at := -1
	for i, c := range r.order {
		if c.doc != r.doc {
			continue
		}
		if c.cmd.Span.Start > offset {
			return stepID(i)
		}
		at = i + 1
	}
	switch {
	case at < 0 && r.doc == r.docs[0]:
		at = 0
	case at < 0:
		return ""
	}
	if at == len(r.order) {
		return ""
	}
	return stepID(at)
}

var (
	otherIf = phrase.Compile(`(?i)\b(if|unless|in case|alternatively|otherwise|optionally|instead|or you can|whenever|every time|each time|for example|e\.g\.|later)\b`)
	asks    = phrase.Compile(`\?\s*$`)
)

// conditional: said for some readers only, or not asked for at all. On a fresh
// machine nothing is there yet, so that "if you don't have it" holds.
func conditional(text string) bool {
	switch {
	case onTrouble.MatchString(text), onDone.MatchString(text), forbids.MatchString(text), asks.MatchString(text):
		return true
	case onAbsence.MatchString(text), recommends(text):
		return false
	case onWish.MatchString(text) && !wishesMain(text), onMaybe.MatchString(text), isOption.MatchString(text):
		return true
	case prodOnly.MatchString(text), onChange.MatchString(text):
		return true
	}
	return otherIf.MatchString(text) && !wishesMain(text)
}

// trouble: the paragraph is about what goes wrong for some.
func trouble(g *readme.Paragraph) bool {
	return onTrouble.MatchString(lastSentence(g.Lead)) && len(g.List) > 0 || calledOptionalItem(g.List)
}

func calledOptionalItem(list []readme.Item) bool {
	for _, i := range list {
		if len(i.Text) < maxItem && isOption.MatchString(i.Text) || isOption.MatchString(lastSentence(i.Intro)) {
			return true
		}
	}
	return false
}
