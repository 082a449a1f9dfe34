package plan

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// byContext is the role of a command that says nothing by itself: what its
// section is about.
func (p *planner) byContext(c, before *candidate) verifier.Role {
	if p.isProject(c.call().Name) || p.pipesInto(c) {
		return verifier.RoleUsage
	}
	switch c.topic {
	case topicNeeds:
		return verifier.RolePrerequisite
	case topicInstall:
		return verifier.RoleInstall
	case topicBuild:
		return verifier.RoleBuild
	case topicSet:
		return verifier.RoleConfigure
	case topicRun:
		if fetches[c.call().Name] {
			return verifier.RolePrerequisite
		}
		return verifier.RoleRun
	case topicTest:
		return verifier.RoleTest
	}
	if changes := len(c.cmd.Calls) == 1 && c.cmd.Calls[0].Name == "cd"; changes {
		if before != nil && before.block == c.block {
			return before.role
		}
		return verifier.RoleInstall
	}
	if c.topic == topicStart {
		return verifier.RoleConfigure
	}
	if c.topic == topicUse || c.cmd.Prompt != "" || illustrates.MatchString(c.block.Lead) || verbEnd.MatchEnd(lastSentence(c.block.Lead)) {
		return verifier.RoleUsage // a program that nobody knows, and the reader is told to run it
	}
	return verifier.RoleOther
}

// pipesInto: another program's output is given to the project's own.
func (p *planner) pipesInto(c *candidate) bool {
	n := len(c.cmd.Calls)
	return c.cmd.Pipe && n > 1 && p.isProject(c.cmd.Calls[n-1].Name)
}

// demonstration: a terminal session with what it printed.
func demonstration(c *candidate) bool {
	if c.cmd.Prompt == "" {
		return false
	}
	for _, l := range c.block.Lines {
		if t := strings.TrimSpace(l.Text); t != "" && !strings.HasPrefix(t, c.cmd.Prompt) && !strings.HasPrefix(t, "#") {
			return true
		}
	}
	return false
}

// isProject: a program that the project itself provides.
func (p *planner) isProject(name string) bool {
	return p.names[name] || p.names[strings.TrimPrefix(name, "./")] || strings.EqualFold(path.Base(name), p.in.Repository)
}
