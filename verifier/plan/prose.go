package plan

import (
	"bytes"
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

// everyAsking are the rules of all languages. They can be switched off by their
// names, and are none of [Rules], which decide what is typed.
var everyAsking = slices.Concat(askings, abroadAskings)

var itemRule = Rule{"prose-items", "a list of prerequisites that only names them asks to have them"}

// prose writes down what the documents ask for in words.
func (p *planner) prose() []verifier.Prose {
	out := []verifier.Prose{}
	for _, d := range p.docs {
		r := newProseReader(p, d)
		if !r.followed() {
			continue
		}
		for i := range d.Paragraphs {
			r.paragraph(&d.Paragraphs[i])
			if len(r.found) >= maxProse {
				break
			}
		}
		for i := 0; i < len(d.Blocks) && len(r.found) < maxProse; i++ {
			r.heading(i)
		}
		out = append(out, r.sorted()...)
	}
	return out
}

// proseReader reads one document.
type proseReader struct {
	*planner
	doc      *document
	sections map[int]bool         // those with commands for this system: one is followed
	inlines  map[int][]*candidate // commands in running text, by line
	blocks   map[int][]*candidate // commands in blocks, by the block's index
	last     int                  // where the last followed command stands; -1: none
	found    []verifier.Prose
	list     int // of the last found item that only names something; 0: none
}

func newProseReader(p *planner, d *document) *proseReader {
	r := &proseReader{planner: p, doc: d, sections: map[int]bool{}, inlines: map[int][]*candidate{}, blocks: map[int][]*candidate{}, last: -1}
	for _, c := range d.steps {
		if p.fits(c.platform) {
			r.sections[innermost(c)] = r.sections[innermost(c)] || c.followed()
		}
		if c.followed() {
			r.last = max(r.last, c.cmd.Span.Start)
		}
		if c.inline() {
			r.inlines[c.cmd.Line] = append(r.inlines[c.cmd.Line], c)
		} else {
			r.blocks[c.index] = append(r.blocks[c.index], c)
		}
	}
	return r
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
	t := r.sectionTopic(b, r.doc)
	if !setUp[t] || !r.here(g) || r.elsewhere(g) || trouble(g) {
		return
	}
	rest := 0 // where the next sentence is looked for in the source
	for _, s := range sentences(g.Text) {
		line := g.Line
		if at := find(r.doc.Source, max(g.Offset, rest), s); at >= 0 {
			rest, line = at, g.Line+bytes.Count(r.doc.Source[g.Offset:at], []byte{'\n'})
		}
		r.sentence(g, t, s, line)
	}
}

// sentence looks for the rule that a sentence fits.
func (r *proseReader) sentence(g *readme.Paragraph, t topic, text string, line int) {
	if len(text) > maxSentence || conditional(text) || !r.anySystem(text) || r.typed(text, line) {
		return
	}
	for _, a := range everyAsking {
		if !r.on(a.Name) {
			continue
		}
		if m := a.match.FindStringSubmatch(text); m != nil && r.ask(a, m, g, text, line) {
			return
		}
	}
	if n := len(g.List); n > 0 && (t == topicNeeds || introduces.MatchString(lastSentence(g.List[n-1].Intro))) &&
		len(g.Text) < maxItem && r.on(itemRule.Name) && needItem.MatchString(text) {
		r.item(g, text, line)
	}
}

// introduces a list of what must be there.
var introduces = phrase.Compile(`(?i)\b(?:pre-?requisites?|requirements?|you(?:'ll| will)?(?: first| also)? need|(?:must|should|need to) (?:be installed|have|install)|required|following (?:tools|software|programs|dependencies)|installed)\b[^.]*:?\s*$`)

// Longer ones explain more than they ask for; a document that asks for more is
// none to install by.
const (
	maxSentence = 400
	maxItem     = 160
	maxProse    = 200
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
	if r.told(g, text, s.Path) {
		return true
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
	if r.told(g, text, "") {
		return
	}
	n := len(r.found)
	if intro := g.List[len(g.List)-1].Intro; n > 0 && intro != "" && strings.Contains(oneLine(intro), r.found[n-1].What) {
		return // the sentence before the list asked for it already
	}
	if n > 0 && r.list == list {
		if len(r.found[n-1].What) > maxSentence {
			return // longer than anybody reads
		}
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
