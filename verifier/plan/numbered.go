package plan

import (
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// stepNumber begins a heading that is one of several: "3. Train", "Step 3".
var stepNumber = phrase.Compile(`(?i)^\W*(?:(?:step|schritt|шаг|paso|passo|étape|etapa)\s*#?\d+\b|\d+\s?[.):]\s)`)

// numbered finds the section whose parts are numbered and in which a block
// stands, by the offset of that section's heading; the last of nested ones.
// Numbered parts are steps of one way, as the items of a numbered list are;
// numbered chapters of a whole document are not.
func numbered(b *readme.Block) (section int, ok bool) {
	for i := len(b.Headings) - 1; i > 1; i-- {
		if stepNumber.MatchString(b.Headings[i]) {
			return b.Sections[i-1], true
		}
	}
	return 0, false
}

// sameSteps: both stand in numbered parts of one section.
func sameSteps(a, b *readme.Block) bool {
	if a == nil || b == nil {
		return false
	}
	x, one := numbered(a)
	y, other := numbered(b)
	return one && other && x == y
}

// goesOnBy: an earlier numbered part of the same section runs something too.
func goesOnBy(c *candidate) bool {
	for _, o := range c.doc.steps {
		if o == c {
			return false
		}
		if o.followed() && o.role == verifier.RoleRun && innermost(o) != innermost(c) && sameSteps(o.block, c.block) {
			return true
		}
	}
	return false
}

// amongSteps: numbered parts of the same section before and behind this one are
// done without containers, so that it is one of them.
func (p *planner) amongSteps(c *candidate) bool {
	native := func(o *candidate) bool {
		return o.followed() && !o.dockerish() && o != c && sameSteps(o.block, c.block) && innermost(o) != innermost(c)
	}
	first := slices.IndexFunc(c.doc.steps, native)
	if first < 0 {
		return false
	}
	here := slices.Index(c.doc.steps, c)
	return first < here && slices.ContainsFunc(c.doc.steps[here:], native)
}
