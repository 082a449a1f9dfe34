package plan

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// errand is what a document sends its reader to another one for.
type errand int

const (
	noErrand        errand = iota // found by its name alone
	aboutDeveloping               // a guide for those who change the software
	aboutInstalling
)

// Bounds of what is read: a newcomer does not wander further, and a repository
// must not make us read all of it.
const (
	maxLinkDepth = 2
	maxLinked    = 12
	maxAsked     = 100 // targets of one document that are looked for
)

var (
	aboutSetup = phrase.Compile(`(?i)\b(install(ing|ation|ed)?|set(ting)? ?-?up|get(ting)? started|quick ?-?start|build(ing)?|compil(e|ing)|(setup|build|install\w*|docker|detailed|full|further|step.by.step) (instructions?|guide|steps|docs|documentation)|instructions?|run(ning)? (it )?locally)\b`)
	// toSetUp: the reader is sent to a guide for contributors to set things up,
	// not to contribute.
	toSetUp  = phrase.Compile(`(?i)\b(for|on how to|to|about) (\w+ ){0,3}(set ?-?up|install(ation|ing)?|(get|getting) started|build(ing)?|run(ning)?)\b|\b(environment|local|dev(elopment)?) set ?-?up\b|\b(set ?-?up|install(ation)?|build) (instructions?|guide|steps)\b`)
	sideways = phrase.Compile(`(?i)(licen[cs]e|optional|example|tutorial|changelog|changes|history|authors|code[-_]of[-_]conduct|security|release|roadmap|faq|troubleshoot|upgrad|migrat|uninstall|deploy)`)
)

// followLinks brings the documents that one sends its reader to. Each is read
// once, whoever links to it.
func (p *planner) followLinks(from *document, depth int) {
	if p.in.Open == nil || depth >= maxLinkDepth || !p.on("linked-documents") {
		return
	}
	asked := map[string]bool{}
	for _, l := range from.Links {
		if asked[l.Target] || len(asked) == maxAsked {
			continue
		}
		why := p.sends(from, l)
		if why == noErrand {
			continue
		}
		asked[l.Target] = true
		for _, found := range p.in.Open(from.path, l.Target) {
			if found.Path != from.path {
				p.reach(found, from, l, why, depth)
			}
		}
	}
}

// reach notes that a link leads to a document, and reads it if it is new.
func (p *planner) reach(found Document, from *document, l readme.Link, why errand, depth int) {
	d := p.document(found)
	switch {
	case d == p.docs[0]:
		return
	case d != nil && why <= d.sent:
		return // reached before for as good a reason
	case d == nil && p.linked == maxLinked:
		return
	case d == nil:
		p.linked++
		d = &document{Document: p.read(found), path: found.Path}
		p.docs = append(p.docs, d)
		defer p.followLinks(d, depth+1)
	}
	d.from, d.link, d.sent, d.part = from, l.Span.Start, why, l.Included
}

// document is one that was read already.
func (p *planner) document(found Document) *document {
	for _, d := range p.docs {
		if d.path == found.Path {
			return d
		}
	}
	return nil
}

// sends tells what a link is for: what it is called, where it leads, else the
// sentence that it stands in.
func (p *planner) sends(from *document, l readme.Link) errand {
	if l.Included {
		return aboutInstalling
	}
	target, _, _ := strings.Cut(l.Target, "#")
	target, _, _ = strings.Cut(target, "?")
	if target == "" {
		return noErrand // a place in the same document
	}
	base := strings.ToLower(path.Base(strings.TrimSuffix(target, "/")))
	switch {
	case sideways.MatchString(base):
		return noErrand
	case installName.MatchString(base):
		return aboutInstalling
	case developName.MatchString(base) && toSetUp.MatchString(l.Sentence):
		return aboutInstalling
	case developName.MatchString(base):
		return aboutDeveloping
	case sideways.MatchString(l.Text):
		return noErrand
	case aboutSetup.MatchString(l.Text):
		return aboutInstalling
	case (aboutSetup.MatchString(l.Sentence) || setupAbroad.MatchString(l.Sentence)) && len(l.Sentence) < 400:
		return aboutInstalling
	}
	if n := len(l.Headings); n > 0 && len(strings.Fields(l.Sentence)) < 25 {
		switch t := p.topicOf(l.Headings[n-1]); {
		case t == topicInstall || t == topicStart || t == topicBuild:
			return aboutInstalling
		case t == topicDevelop:
			return aboutDeveloping
		}
	}
	return noErrand
}
