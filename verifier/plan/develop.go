package plan

import (
	"path"

	"github.com/freshinstall/freshinstall/verifier"
)

// adoptDevelopment takes the set-up out of a chapter for contributors where a
// document has no other: "Contributing, Setup" is then how the software is
// brought to run, for whomever. A guide that the README sends its reader to
// comes first; the README's own chapter only where no guide installs.
func (p *planner) adoptDevelopment() {
	if !p.on("development-as-install") || installs(p.docs[0]) {
		return
	}
	for _, d := range p.docs[1:] {
		if (d.sent == aboutInstalling || installName.MatchString(path.Base(d.path))) && (installs(d) || p.adopts(d)) {
			return
		}
	}
	p.adopts(p.docs[0])
}

// adopts tries a document with its chapters on development taken for the
// install, and says whether that gives one.
func (p *planner) adopts(d *document) bool {
	var chapter []*candidate
	for _, c := range d.steps {
		if c.topic == topicDevelop {
			chapter = append(chapter, c)
		}
	}
	if len(chapter) == 0 {
		return false
	}
	for _, develops := range []bool{true, false} {
		d.develops = develops
		p.classifyDocument(d)
		for _, c := range chapter {
			c.reason = ""
		}
		p.leaveThese(chapter)
		if installs(d) {
			return true
		}
	}
	return false
}

// startsForDevelopment takes the start of the software out of a section called
// "Developing" where what is installed is not started anywhere else.
func (p *planner) startsForDevelopment() {
	installed := false
	for _, c := range p.order {
		if !c.followed() {
			continue
		}
		if c.role == verifier.RoleRun || c.role == verifier.RoleUsage {
			return
		}
		installed = installed || c.role == verifier.RoleInstall || c.role == verifier.RoleBuild
	}
	for _, c := range p.order {
		if installed && c.topic == topicDevelop && c.serves && c.option == nil && onlyDevelop.MatchString(c.block.Heading()) && p.ownRole(c) == verifier.RoleRun && p.fits(c.platform) {
			c.reason, c.role = "", verifier.RoleRun
			return
		}
	}
}
