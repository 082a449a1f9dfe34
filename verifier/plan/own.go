package plan

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/shell"
)

// learnUses notes what the chapters on use run, and where first.
func (p *planner) learnUses() {
	p.uses = map[string]*candidate{}
	for _, c := range p.order {
		if own := p.ownProgram(c); own != "" && c.topic == topicUse && p.uses[own] == nil {
			p.uses[own] = c
		}
	}
}

// ownProgram is what a command runs of the project itself: a script, however it
// is started, or a program that only the project has; else empty.
func (p *planner) ownProgram(c *candidate) string {
	if _, script := wordsOf(c.call()); script != nil {
		return script[0]
	}
	if name := c.call().Name; p.isProject(name) {
		return name
	}
	return ""
}

// shownInUse: the same program was shown before as one that is used; with
// other settings it is a further example, whatever its heading says.
func (p *planner) shownInUse(c *candidate) bool {
	o := p.uses[p.ownProgram(c)]
	return o != nil && o != c && !c.serves && o.doc == c.doc && o.cmd.Line < c.cmd.Line
}

// pipesThrough: the project's own program stands in a pipe.
func (p *planner) pipesThrough(c *candidate) bool {
	return c.cmd.Pipe && slices.ContainsFunc(c.cmd.Calls, func(call shell.Call) bool { return p.isProject(call.Name) })
}

// onlyItsOwn: programs that no other project has, called by their names alone.
func onlyItsOwn(c *candidate) bool {
	for _, call := range c.cmd.Calls {
		if shell.Known(call.Name) || strings.Contains(call.Name, "/") {
			return false
		}
	}
	return len(c.cmd.Calls) > 0
}
