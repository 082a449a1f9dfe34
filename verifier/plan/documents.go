package plan

import (
	"path"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

var (
	installName = regexp.MustCompile(`(?i)(install|setup|set-up|getting[-_]?started|quick[-_]?start|build(ing)?)`)
	developName = regexp.MustCompile(`(?i)(contribut|develop|hacking)`)
)

// chooseDocuments decides whose commands are followed. A README with install
// steps of its own is complete; without them the newcomer goes where it sends
// them, and the other document's steps take the place of the link.
func (p *planner) chooseDocuments() {
	main := p.docs[0]
	followed := map[*document]bool{main: true}
	if !installs(main) {
		for _, d := range p.others() {
			followed[d] = true
		}
	}
	var names []string
	for _, d := range p.docs {
		if followed[d] && (d == main || len(followed) > 1) {
			names = append(names, d.path)
		}
	}
	for _, d := range p.docs[1:] {
		if followed[d] {
			continue
		}
		for _, c := range d.steps {
			c.leave("another document is followed: " + strings.Join(names, ", "))
		}
	}
	p.arrange(main, followed)
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

// others are the documents that stand in for a README without steps: those
// about installing, else the first about developing.
func (p *planner) others() []*document {
	var about, rest []*document
	for _, d := range p.docs[1:] {
		if !installs(d) {
			continue
		}
		switch base := path.Base(d.path); {
		case strings.HasPrefix(strings.ToLower(base), "readme") && path.Dir(d.path) == path.Dir(p.docs[0].path):
			return []*document{d} // the README proper, in another markup
		case installName.MatchString(base):
			about = append(about, d)
		case !developName.MatchString(base):
			rest = append(rest, d)
		}
	}
	if len(about) > 0 {
		return about[:1]
	}
	if len(rest) > 0 {
		return rest
	}
	for _, d := range p.docs[1:] {
		if installs(d) {
			return []*document{d}
		}
	}
	return nil
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
		p.order = append(p.order, d.steps...)
	}
	p.order = append(p.order, main.steps[at:]...)
	for _, d := range p.docs[1:] {
		if !followed[d] {
			p.order = append(p.order, d.steps...)
		}
	}
}

// insertAt is the index in the README before which a linked document's steps
// come: at its link, and in any case before the software is used.
func (p *planner) insertAt(main, d *document) int {
	link := len(main.Source)
	for _, l := range main.Links {
		target, _, _ := strings.Cut(l.Target, "#")
		if strings.HasSuffix(strings.TrimPrefix(target, "./"), d.path) {
			link = l.Span.Start
			break
		}
	}
	for i, c := range main.steps {
		if c.cmd.Span.Start > link {
			return i
		}
		if c.followed() && (c.role == verifier.RoleRun || c.role == verifier.RoleUsage) {
			return i
		}
	}
	return len(main.steps)
}
