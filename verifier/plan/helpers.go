package plan

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// helpers gives commands that only prepare another one (change the folder, make
// one, fetch or move a file, set a variable) the role of what they prepare, and
// everything that is done in another repository's checkout the role of having
// that one.
func helpers(steps []*candidate) {
	for i := len(steps) - 1; i >= 0; i-- {
		c := steps[i]
		next := following(steps, i)
		if next == nil || c.clone != noClone || !prepares(c, next) && !setsOnly(c) {
			continue
		}
		if setsOnly(c) && next.role != verifier.RoleRun {
			continue
		}
		switch next.role {
		case verifier.RoleInstall, verifier.RoleBuild, verifier.RolePrerequisite, verifier.RoleTest, verifier.RoleDeploy:
			c.role = next.role
		case verifier.RoleRun, verifier.RoleUsage, verifier.RoleConfigure:
			if changesOnly(c) || c.block == next.block && setsOnly(c) && next.role == verifier.RoleRun {
				c.role = next.role
			}
		}
	}
	foreign, folder := -1, ""
	for _, c := range steps {
		switch {
		case c.clone == otherClone:
			foreign, folder = c.index, otherFolder(c)
		case c.clone == selfClone:
			foreign, folder = -1, ""
		case c.index != foreign:
			foreign = -1
			if dir, ok := changesTo(c.cmd); ok && folder != "" && strings.HasPrefix(dir+"/", folder+"/") {
				foreign = c.index
				c.role = verifier.RolePrerequisite
			}
		case foreign >= 0 && c.role != verifier.RoleUninstall:
			c.role = verifier.RolePrerequisite
		}
	}
}

var opensShell = compile(`su|sudo|doas|psql|mysql|sqlite3|newgrp|bash|zsh|docker|docker-compose|ssh ...`)

// leavesShell gives "exit" the role of what opened the shell that it leaves:
// without it what follows would be typed inside. It returns the role of the
// shell that is open behind the command, or nothing.
func (c *candidate) leavesShell(open string) string {
	words := firstWords(c)
	switch {
	case len(c.cmd.Calls) == 1 && (c.cmd.Calls[0].Name == "exit" || c.cmd.Calls[0].Name == "logout"):
		if open != "" {
			c.role = verifier.Role(open)
		}
		return ""
	case len(c.cmd.Calls) == 1 && c.callFlags()[verifier.FlagInteractive] && opensShell.match(words), strings.Contains(c.cmd.Text, "su - "), strings.Contains(c.cmd.Text, "sudo -i"), strings.Contains(c.cmd.Text, "sudo su"):
		return string(c.role)
	}
	return open
}

// otherFolder is the folder that a clone of another repository makes.
func otherFolder(c *candidate) string {
	url, dir, _ := cloned(c.cmd)
	if dir != "" {
		return dir
	}
	return path.Base(normalURL(url))
}

// following is the next command of the same block, or of the same section when
// the block ends here.
func following(steps []*candidate, i int) *candidate {
	if i+1 >= len(steps) || innermost(steps[i]) != innermost(steps[i+1]) {
		return nil
	}
	return steps[i+1]
}

// changesOnly: nothing but a change of the working folder.
func changesOnly(c *candidate) bool {
	return len(c.cmd.Calls) == 1 && (c.cmd.Calls[0].Name == "cd" || c.cmd.Calls[0].Name == "pushd")
}

// setsOnly: the settings of a file, read for what comes next.
func setsOnly(c *candidate) bool {
	for _, call := range c.cmd.Calls {
		if !((call.Name == "source" || call.Name == ".") && strings.HasSuffix(call.Arg(0), ".env")) {
			return false
		}
	}
	return len(c.cmd.Calls) > 0
}

// prepares: a helper of the command that comes next.
func prepares(c, next *candidate) bool {
	if changesOnly(c) {
		return true
	}
	if len(c.cmd.Calls) != 1 {
		return false
	}
	switch c.cmd.Calls[0].Name {
	case "mkdir":
		return c.block == next.block || changesOnly(next)
	case "wget", "curl":
		return c.block == next.block && !c.cmd.Pipe
	}
	return false
}
