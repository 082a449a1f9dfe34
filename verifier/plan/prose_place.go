package plan

import (
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// Where something asked for in words stands, for whom it is said, and which
// commands stand beside it.

// here: the newcomer follows this part. A section whose commands are all left
// is for others, unless it is for their systems only, and what comes after the
// last followed step is for later.
func (r *proseReader) here(g *readme.Paragraph) bool {
	section := -1
	if n := len(g.Sections); n > 0 {
		section = g.Sections[n-1]
	}
	if follows, has := r.sections[section]; has {
		return follows
	}
	return r.last < 0 || g.Offset < r.last
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

// typed: a command in the sentence is how it is done.
func (r *proseReader) typed(text string, line int) bool {
	for l := line - 1; l <= line+3; l++ {
		for _, c := range r.inlines[l] {
			if strings.Contains(text, c.cmd.Text) {
				return true
			}
		}
	}
	return false
}

// told: the commands behind a sentence are how it is done. A sentence about a
// file that ends with a full stop announces nothing; the commands then must
// name the file.
func (r *proseReader) told(g *readme.Paragraph, text, file string) bool {
	if !strings.HasSuffix(g.Text, text) || !r.leadsTo(g) {
		return false
	}
	commands := r.blocks[g.Next]
	if file == "" || strings.HasSuffix(text, ":") {
		return len(commands) > 0
	}
	return slices.ContainsFunc(commands, func(c *candidate) bool { return strings.Contains(c.cmd.Text, path.Base(file)) })
}

// leadsTo: the block behind the paragraph is introduced by it. The last item of
// a list does not speak of what comes behind the list.
func (r *proseReader) leadsTo(g *readme.Paragraph) bool {
	if g.Next >= len(r.doc.Blocks) {
		return false
	}
	b := &r.doc.Blocks[g.Next]
	return b.Lead == g.Text && (len(b.List) >= len(g.List) || strings.HasSuffix(g.Text, ":"))
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
	otherIf = phrase.Compile(`(?i)\b(if|unless|in case|alternatively|otherwise|optionally|instead|or you can|whenever|every time|each time|for example|e\.g\.|later)\b|\byou can\b[^.]*\bor\b|\b(options|ways) (to|for)\b`)
	asks    = phrase.Compile(`\?\s*$`)
	denies  = phrase.Compile(`(?i)\b(?:not|n't|no longer) (?:strictly )?(?:require|need|depend)`)
	extra   = phrase.Compile(`(?i),? and if you\b[^.]*$|\(if [^)]*\)`)
)

// conditional: said for some readers only, or not asked for at all. On a fresh
// machine nothing is there yet, so that "if you don't have it" holds.
func conditional(text string) bool {
	text = extra.ReplaceAllString(text, "") // what only some do besides
	switch {
	case onTrouble.MatchString(text), onDone.MatchString(text), asks.MatchString(text), denies.MatchString(text):
		return true
	case onAbsence.MatchString(text), recommends(text):
		return false
	case forbids.MatchString(text):
		return true
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
