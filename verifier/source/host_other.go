//go:build !unix

package source

import "os/exec"

// sameOwner cannot tell here: folders of other users are not shared writable.
func sameOwner(_, _ string) bool { return true }

// stoppable keeps the default, which ends the command itself: there is no
// polite signal here.
func stoppable(*exec.Cmd) {}
