package plan

import (
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

var (
	installName = phrase.Compile(`(?i)(install|setup|set-up|getting[-_]?started|quick[-_]?start|build(ing)?)`)
	developName = phrase.Compile(`(?i)(contribut|develop|hacking)`)
)

// chooseDocuments decides whose commands are followed. A README with install
// steps of its own is complete; without them the newcomer goes where it sends
// them, and the other document's steps take the place of the link. What the
// author declared, and what a document includes, is always read on.
func (p *planner) chooseDocuments() {
	main := p.docs[0]
	followed := map[*document]bool{main: true}
	for _, d := range p.docs[1:] {
		if d.declared || d.part {
			followed[d] = true
		}
	}
	if p.on("linked-guides") && !main.declared && !installs(main) && !anyInstalls(p.docs[1:], followed) {
		for _, d := range p.others() {
			followed[d] = true
		}
	}
	for _, d := range p.docs[1:] {
		if p.on("guides-within-guides") && !followed[d] && p.within(d, followed) && d.sent == aboutInstalling && saysToFollow(d) {
			followed[d] = true
		}
	}
	var names []string
	for _, d := range p.docs {
		if followed[d] && (d == main || len(followed) > 1) {
			names = append(names, d.path)
		}
	}
	kept := p.docs[:1:1]
	for _, d := range p.docs[1:] {
		switch {
		case followed[d]:
		case d.sent < aboutInstalling || d.from != nil && p.distance(d) > 1:
			// Nobody is sent there to install, or only by a document that is not the
			// first: its commands are no part of the plan.
			continue
		case !d.declared && aboutUse.MatchString(path.Base(d.path)) && installs(main):
			continue // whoever has installed it reads there what it can do
		default:
			for _, c := range d.steps {
				c.leave("another document is followed: " + strings.Join(names, ", "))
			}
		}
		kept = append(kept, d)
	}
	p.docs = kept
	p.arrange(main, followed)
}

var aboutUse = phrase.Compile(`(?i)^(usage|using|use|examples?|tutorials?|cheat-?sheets?|reference|api|commands?|cli|faq|manual|features?|options|user-?guide)\b`)

func anyInstalls(docs []*document, among map[*document]bool) bool {
	for _, d := range docs {
		if among[d] && installs(d) {
			return true
		}
	}
	return false
}

// installs reports whether a document has install steps of its own.
func installs(d *document) bool {
	for _, c := range d.steps {
		if !c.followed() {
			continue
		}
		switch c.role {
		case verifier.RoleClone, verifier.RoleInstall, verifier.RoleBuild:
			return true
		case verifier.RoleRun:
			if c.dockerish() || setUp[c.topic] && c.block.Kind != readme.Bare {
				return true
			}
		}
	}
	return false
}

// others are the documents that stand in for a README without steps: the best
// kind of those that have some. Of several guides about installing one is
// followed; parts that are installed by themselves are all wanted.
func (p *planner) others() []*document {
	ranks := make([][]*document, 6)
	for _, d := range p.docs[1:] {
		if installs(d) {
			r := p.standIn(d)
			ranks[r] = append(ranks[r], d)
		}
	}
	for r, docs := range ranks {
		// Where the README itself sends its reader comes before where that leads to.
		slices.SortStableFunc(docs, func(a, b *document) int { return p.distance(a) - p.distance(b) })
		switch {
		case len(docs) == 0:
		case r == standsInPart, r == standsInRest, r == standsInGuide && parts(docs):
			return docs
		case r == standsInGuide:
			return together(docs)
		default:
			return docs[:1]
		}
	}
	return nil
}

// How well a document stands in for a README without steps, best first.
const (
	standsInReadme  = iota // the README proper, in another markup
	standsInGuide          // the README sends its reader there to install
	standsInNamed          // called after installing
	standsInRest           // a document beside the README
	standsInDevelop        // for those who change the software
	standsInPart           // of a part of the software
)

func (p *planner) standIn(d *document) int {
	base := path.Base(d.path)
	switch {
	case strings.HasPrefix(strings.ToLower(base), "readme") && path.Dir(d.path) == path.Dir(p.docs[0].path) && d.sent < aboutInstalling:
		return standsInReadme
	case d.sent == aboutInstalling:
		return standsInGuide
	case installName.MatchString(base):
		return standsInNamed
	case d.sent == aboutDeveloping || developName.MatchString(base):
		return standsInDevelop
	case strings.HasPrefix(strings.ToLower(base), "readme"):
		return standsInPart
	}
	return standsInRest
}

// distance is by how many links a document is reached; those without one are
// looked for last.
func (p *planner) distance(d *document) int {
	n := 0
	for ; d.from != nil && n < maxLinkDepth; d = d.from {
		n++
	}
	if d != p.docs[0] {
		return maxLinkDepth + 1
	}
	return n
}

// together are the first guide and those that the same link leads to.
func together(docs []*document) []*document {
	n := 1
	for n < len(docs) && docs[n].from == docs[0].from && docs[n].link == docs[0].link && path.Dir(docs[n].path) == path.Dir(docs[0].path) {
		n++
	}
	return docs[:n]
}

// parts: READMEs of several folders, each of another part of the software.
func parts(docs []*document) bool {
	folders := map[string]bool{}
	for _, d := range docs {
		if !strings.HasPrefix(strings.ToLower(path.Base(d.path)), "readme") || path.Dir(d.path) == "." {
			return false
		}
		folders[path.Dir(d.path)] = true
	}
	return len(folders) > 1
}

// arrange puts the steps in the order in which a newcomer meets them.
func (p *planner) arrange(main *document, followed map[*document]bool) {
	var inserts []*document
	for _, d := range p.docs[1:] {
		if followed[d] {
			inserts = append(inserts, d)
		}
	}
	at := len(main.steps)
	for _, d := range inserts {
		at = min(at, p.insertAt(main, d))
	}
	p.order = append(p.order, main.steps[:at]...)
	for _, d := range inserts {
		if !p.within(d, followed) {
			p.order = append(p.order, p.withLinked(d, followed)...)
		}
	}
	p.order = append(p.order, main.steps[at:]...)
	for _, d := range p.docs[1:] {
		if !followed[d] {
			p.order = append(p.order, d.steps...)
		}
	}
}

// saysToFollow: the sentence of the link says to do what stands there.
func saysToFollow(d *document) bool {
	for _, l := range d.from.Links {
		if l.Span.Start == d.link {
			return followThere.MatchString(l.Sentence)
		}
	}
	return false
}

var followThere = phrase.Compile(`(?i)\b(?:follow|do|complete|perform|carry out|go through)\b[^.]*\b(?:instructions?|steps|guide|page|document|section|here)\b`)

// within: a followed guide, and not the first document, sends there.
func (p *planner) within(d *document, followed map[*document]bool) bool {
	return d.from != nil && d.from != p.docs[0] && followed[d.from] && p.distance(d) <= maxLinkDepth
}

// withLinked are the steps of a guide, with those of the documents that it says
// to follow at their links.
func (p *planner) withLinked(d *document, followed map[*document]bool) []*candidate {
	steps := slices.Clone(d.steps)
	for _, e := range p.docs[1:] {
		if e.from != d || !followed[e] || !p.within(e, followed) {
			continue
		}
		at := slices.IndexFunc(steps, func(c *candidate) bool { return c.doc == d && c.cmd.Span.Start > e.link })
		if at < 0 {
			at = len(steps)
		}
		steps = slices.Insert(steps, at, p.withLinked(e, followed)...)
	}
	return steps
}

// insertAt is the index in the README before which a linked document's steps
// come: at its link, and in any case before the software is used.
func (p *planner) insertAt(main, d *document) int {
	link := d.link
	if d.from != main {
		link = len(main.Source)
	}
	for i, c := range main.steps {
		if c.cmd.Span.Start > link {
			return i
		}
		if d.part {
			continue
		}
		if c.followed() && (c.role == verifier.RoleRun || c.role == verifier.RoleUsage) {
			return i
		}
	}
	return len(main.steps)
}
