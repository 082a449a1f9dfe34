package plan

import (
	"github.com/freshinstall/freshinstall/verifier"
)

// nearestSystem lets a reader on Linux follow what is written for macOS where
// the document tells users of macOS and of Windows how, and nobody else: the
// two shells are alike. What only macOS has stays with it.
func (p *planner) nearestSystem(d *document) {
	for _, c := range d.steps {
		if c.platform != verifier.PlatformMacOS && p.fits(c.platform) && (c.role == verifier.RoleInstall || c.role == verifier.RoleBuild || c.role == verifier.RoleRun) {
			return // there is something for this reader
		}
	}
	for _, c := range d.steps {
		if c.platform == verifier.PlatformMacOS && managers[c.call().Name] != verifier.PlatformMacOS {
			c.platform = verifier.PlatformAny
		}
	}
}
