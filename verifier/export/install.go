package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// install.sh is a script for bash, since its commands were typed into bash. The
// decisions:
//
//   - Each command is followed by "|| stop": as in a terminal, only its own
//     status counts, and "set -e" cannot end it half way.
//   - Nothing is set to fail on variables that are not set while commands of the
//     documents run, nor can they read what the script's own stdin holds.
//   - What makes a file or folder is left out where that is there; what adds to
//     a file, or was seen to fail the second time, is done once, with a mark.

// InstallSh writes the recipe as a script.
func InstallSh(r Recipe, tool verifier.Tool) ([]byte, error) {
	if err := r.sound(); err != nil {
		return nil, err
	}
	s := &script{}
	s.say("#!/usr/bin/env bash")
	s.comment("Installs %s on %s, as its documents say and with the fixes that they lack.", r.Folder, r.Release())
	s.comment("Written by %s from %s and run twice in a clean machine.", toolInWords(tool), commitInWords(r.Repository))
	s.comment("Run it in a checkout: bash install.sh   It may be run again.")
	for _, service := range r.Services {
		s.comment("It needs %s.", service)
	}
	s.say("")
	s.say("set -eu")
	s.say(`cd -- "$(dirname -- "${BASH_SOURCE[0]}")"`)
	s.say("checkout=$PWD")
	s.say(installHead)
	s.release(r)
	if doc := firstDocument(r); doc != "" {
		s.refuse(`[ -e `+shell.Quote(doc)+` ]`, fmt.Sprintf("put this file into the top folder of a checkout of %s first", r.Folder))
	}
	switch {
	case r.Root():
		s.refuse(`[ "$(id -u)" = 0 ]`, "run it as root")
	case r.commandsAsRoot():
		s.refuse(`command -v sudo >/dev/null`, "it needs sudo: install that first, and let your user use it")
	}
	for _, v := range r.needed(r.Commands) {
		s.refuse(fmt.Sprintf(`[ -n "${%s-}" ]`, v.Name), fmt.Sprintf("set %s first; the documents call it %s", v.Name, foreign.Line(v.Placeholder)))
	}
	if len(r.Packages()) > 0 {
		s.say(packagesFunction(r))
	}
	if r.marks() {
		s.say(marksFunctions)
	}
	s.say("")
	s.say("exec </dev/null")
	s.say("set +u")
	for i, c := range r.Commands {
		s.command(i, c)
	}
	s.farewell(r)
	return []byte(s.String()), nil
}

const installHead = `
say() { printf 'install.sh: %s\n' "$*" >&2; }
step() { at="$2 (command $1)"; say "$at"; }
stop() { say "stopped at $at: exit status $?"; exit 1; }
`

const marksFunctions = `
# What cannot be done twice leaves a mark, beside git's own files.
marks=$checkout/.git
[ -d "$marks" ] || marks=$checkout
marks=$marks/install.sh.done
was_done() { grep -qxF -- "$1" "$marks" 2>/dev/null; }
mark() { printf '%s\n' "$1" >>"$marks"; }`

// packagesFunction installs packages of the system. Where all are there, it
// needs neither network nor rights.
func packagesFunction(r Recipe) string {
	sudo := ""
	if !r.Root() {
		sudo = "sudo "
	}
	return `
# packages installs those of the system that are not there.
packages() {
	local options=() missing=() p
	for p in "$@"; do
		case $p in
		-*) options+=("$p") ;;
		*) [ "$(dpkg-query -W -f '${db:Status-Status}' "${p%%=*}" 2>/dev/null)" = installed ] || missing+=("$p") ;;
		esac
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	` + sudo + `apt-get update && ` + sudo + `env DEBIAN_FRONTEND=noninteractive apt-get install -y "${options[@]}" "${missing[@]}"
}`
}

// script is a text that grows by lines.
type script struct{ strings.Builder }

func (s *script) say(line string) { s.WriteString(line + "\n") }

// comment writes one line that nothing in it can end.
func (s *script) comment(format string, args ...any) {
	s.say(strings.TrimRight("# "+foreign.Line(fmt.Sprintf(format, args...)), " "))
}

// refuse ends the script with a sentence unless a test passes.
func (s *script) refuse(test, sentence string) {
	s.say(test + " || { say " + shell.Quote(foreign.Line(sentence)) + "; exit 1; }")
}

func (s *script) release(r Recipe) {
	s.say(`release=$(. /etc/os-release && printf '%s' "${ID-}${VERSION_ID:+ $VERSION_ID}")`)
	s.say(`[ "$release" = ` + shell.Quote(r.Environment.Release) + ` ] || { say ` +
		shell.Quote("this was made for "+foreign.Line(r.Environment.Release)+", and this is ") + `"$release"; exit 1; }`)
}

// command writes one command with where it comes from.
func (s *script) command(i int, c Command) {
	s.say("")
	for _, line := range origin(c) {
		s.comment("%s", line)
	}
	s.say(fmt.Sprintf("step %d %s", i+1, shell.Quote(c.placeInWords())))
	if len(c.Packages) > 0 {
		line := "packages"
		if c.Slim {
			line += " --no-install-recommends"
		}
		for _, p := range c.Packages {
			line += " " + p.Name
		}
		s.say(line + " || stop")
		return
	}
	guard := ""
	body := inBraces(c)
	switch test := c.guard(); {
	case c.Once:
		id := shell.Quote(c.id())
		guard, body = "was_done "+id+" || ", "{ "+body+" && mark "+id+"; }"
	case test != "":
		guard = test + " || "
	}
	s.say(guard + body + " || stop")
}

// inBraces makes one thing of a command to which more can be added on its line.
func inBraces(c Command) string {
	text := c.Text
	switch plain := c.Call != nil || len(c.Sets) > 0; {
	case strings.ContainsAny(text, "\n#"), !plain && strings.HasSuffix(text, "&"), strings.HasSuffix(text, ";"):
		text = "{\n" + text + "\n}"
	case !plain:
		text = "{ " + text + "; }"
	}
	return text + c.input()
}

// input hands a command what was answered to its questions.
func (c Command) input() string {
	if len(c.Answers) == 0 {
		return ""
	}
	text := " < <(printf '%s\\n'"
	for _, a := range c.Answers {
		text += " " + shell.Quote(a)
	}
	return text + ")"
}

// id names a command for the mark that it was done.
func (c Command) id() string {
	sum := sha256.Sum256([]byte(c.Text))
	return hex.EncodeToString(sum[:6])
}

// guard is a test that passes where the command has nothing to do any more;
// empty: it can be done again, or nothing is known.
func (c Command) guard() string {
	if c.Call == nil || c.Call.Sudo {
		return ""
	}
	var args []string
	options := false
	for _, w := range c.Words[1:] {
		if !w.Literal {
			return ""
		}
		options = options || strings.HasPrefix(w.Value, "-")
		args = append(args, w.Value)
	}
	named := func(name string) bool {
		return name != "" && name != "." && name != ".." && !strings.HasSuffix(name, "/") && !strings.HasPrefix(name, "-")
	}
	switch name := c.Words[0].Value; {
	case name == "mkdir" && len(args) == 1 && named(strings.TrimSuffix(args[0], "/")):
		return "[ -d " + shell.Quote(args[0]) + " ]"
	case (name == "cp") && len(args) == 2 && !options && named(args[1]):
		return "[ -f " + shell.Quote(args[1]) + " ]"
	case name == "ln" && len(args) == 3 && args[0] == "-s" && named(args[2]):
		return "[ -L " + shell.Quote(args[2]) + " ]"
	case name == "mv" && len(args) == 2 && !options && named(args[0]):
		return "[ ! -e " + shell.Quote(args[0]) + " ]"
	case name == "git" && len(args) >= 2 && args[0] == "clone" && len(args) <= 3 && !options:
		folder := strings.TrimSuffix(path.Base(strings.TrimRight(args[1], "/")), ".git")
		if len(args) == 3 {
			folder = args[2]
		}
		if named(folder) {
			return "[ -d " + shell.Quote(folder) + " ]"
		}
	}
	return ""
}

// farewell says how to go on in a new terminal.
func (s *script) farewell(r Recipe) {
	s.say("")
	s.say("say 'done'")
	if len(r.Use) == 0 {
		return
	}
	s.say(`printf '%s\n' 'In a new terminal:' "  cd $checkout" \`)
	for i, c := range r.Use {
		end := " \\"
		if i == len(r.Use)-1 {
			end = ""
		}
		s.say("\t" + shell.Quote("  "+foreign.Line(c.Text)) + end)
	}
}
