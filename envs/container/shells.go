package container

import (
	"path"
	"slices"
	"strings"
)

// promptRead is how many bytes bash asks for when it reads a command from a
// terminal without line editing (input.c of bash 4.4 to 5.3). Its read builtin
// asks for one, 128 or 4096.
const promptRead = 1024

// shellKind is which shell waits at its prompt.
type shellKind int

const (
	noShell shellKind = iota
	bashShell
	otherShell
)

// atPrompt tells a shell that waits for its next command from one that runs
// its read builtin, and from programs. known is a shell that has our hook, and
// first the terminal's own, which may have been replaced by exec.
func (r reader) atPrompt(known, first int, raw bool) shellKind {
	if len(r.args) == 0 {
		return noShell
	}
	called := strings.TrimPrefix(path.Base(r.args[0]), "-")
	program := path.Base(r.program)
	kind := otherShell
	switch program {
	case "bash":
		kind = bashShell
	case "dash", "zsh", "ash", "ksh", "ksh93", "mksh", "yash", "fish":
	case "busybox":
		if called != "sh" && called != "ash" {
			return noShell
		}
	default:
		if !strings.HasPrefix(program, "zsh-") {
			return noShell
		}
	}
	hooked := r.pid == known && !raw && kind == bashShell && (r.pid != first || slices.Contains(r.args, hookPath))
	switch {
	case r.pid == known && raw:
		return noShell // what we typed there ends with a mark; waiting before it is the step's own doing
	case hooked && (r.polled || r.size != promptRead):
		return noShell
	case hooked:
		return kind
	case !interactive(r.args[1:]):
		return noShell
	}
	return kind
}

// interactive reports whether a shell's arguments leave it to read commands
// from its terminal: no script and no -c.
func interactive(args []string) bool {
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "--rcfile" || a == "--init-file" || a == "-o" || a == "+o" || a == "-O" || a == "+O":
			i++
		case strings.HasPrefix(a, "--"):
		case strings.HasPrefix(a, "-") && len(a) > 1:
			if strings.Contains(a, "c") {
				return false
			}
		default:
			return false
		}
	}
	return true
}
