package plan

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

var (
	publishes = phrase.Compile(`^git push\b|^(npm|yarn|pnpm|cargo|poetry|gem) (publish|push)\b|^twine upload|^docker push\b|^gh (release|pr) create`)
	destroys  = phrase.Compile(`^(dropdb|mkfs\S*|fdisk|shutdown|reboot|halt|poweroff|dd)\b|^(terraform|pulumi) destroy|^kubectl delete|^docker system prune|^git reset --hard|^npm (unpublish|deprecate)`)
	sends     = phrase.Compile(`(?i)(?:-X|--request)[ =]?"?(delete|put|patch)\b`)
)

// maxNested bounds how deep "sh -c" in "sh -c" is read.
const maxNested = 3

// never names what is not run whatever the document says: what leaves traces
// in other places or destroys what was there.
func (p *planner) never(c *candidate) string {
	for _, call := range c.cmd.Calls {
		if why := neverCall(call, 0); why != "" {
			return why
		}
	}
	return ""
}

func neverCall(call shell.Call, depth int) string {
	args := plainArgs(call)
	text := strings.Join(append([]string{call.Name}, args...), " ")
	switch {
	case publishes.MatchString(text):
		return "publishes to the outside; never run"
	case destroys.MatchString(text), call.Name == "git" && len(args) > 0 && args[0] == "clean":
		return "destroys what is there; never run"
	case call.Name == "ssh" && call.Arg(1) != "":
		return "works on another machine; never run"
	case call.Name == "curl" && sends.MatchString(text) && !strings.Contains(text, "localhost") && !strings.Contains(text, "127.0.0.1"):
		return "changes something on a server; never run"
	case call.Name == "find" && call.Has("-delete") && outside(call.Arg(0)),
		call.Name == "rm" && recursive(call.Args) && anyOutside(call.Args):
		return "deletes outside the checkout; never run"
	case (call.Name == "sh" || call.Name == "bash") && depth < maxNested:
		return neverIn(call.Args, depth)
	}
	return ""
}

// neverIn reads the text behind "-c".
func neverIn(args []string, depth int) string {
	for i, a := range args {
		if a != "-c" || i+1 >= len(args) {
			continue
		}
		for _, inner := range shell.Split(shell.Input{Language: "sh", Lines: []shell.Line{{Text: args[i+1]}}}) {
			for _, call := range inner.Calls {
				if why := neverCall(call, depth+1); why != "" {
					return why
				}
			}
		}
	}
	return ""
}

// plainArgs are a call's arguments without the options that git has before its
// own commands.
func plainArgs(call shell.Call) []string {
	args := call.Args
	for call.Name == "git" && len(args) > 0 && strings.HasPrefix(args[0], "-") {
		n := 1
		if args[0] == "-C" || args[0] == "-c" || args[0] == "--git-dir" || args[0] == "--work-tree" {
			n = 2
		}
		args = args[min(n, len(args)):]
	}
	return args
}

func recursive(args []string) bool {
	for _, a := range args {
		if a == "--recursive" || strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.ContainsAny(a, "rR") {
			return true
		}
	}
	return false
}

func anyOutside(args []string) bool {
	for _, a := range args {
		if !strings.HasPrefix(a, "-") && outside(a) {
			return true
		}
	}
	return false
}
