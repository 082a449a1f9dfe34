package plan

import (
	"maps"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

var (
	managerAsks = compile(`apt|apt-get|aptitude|dnf|yum|zypper|pacman|add-apt-repository|choco|flatpak ... install|upgrade|dist-upgrade|full-upgrade|remove|autoremove|purge|-S*|ppa:*`)
	yes         = compile(`... -y|--yes|--assume-yes|--noconfirm|--non-interactive|-qy|-yq|-qqy`)
	appends     = phrase.Compile(`\b(echo|printf|cat)\b.*>\s*[^&\s]`)
)

// told are the flags of one call, those of the program inside it included.
func told(call shell.Call) map[verifier.Flag]bool {
	found := map[verifier.Flag]bool{}
	words, script := wordsOf(call)
	second := ""
	if script != nil {
		second = script[0]
	}
	flagIndex.each(func(i int) bool {
		if l := flagLines[i]; l.pattern.match(words) || script != nil && l.pattern.match(script) {
			found[l.flag] = true
		}
		return true
	}, words[0], second)
	if managerAsks.match(words) && !yes.match(words) {
		found[verifier.FlagInteractive] = true
	}
	if inner, ok := inside(call); ok {
		for f := range told(inner) {
			found[f] = true
		}
	}
	if found[verifier.FlagBackground] {
		delete(found, verifier.FlagLongRunning)
	}
	return found
}

// callFlags are the flags of all of the command's calls.
func (c *candidate) callFlags() map[verifier.Flag]bool {
	if c.told == nil {
		c.told = c.readFlags()
	}
	return c.told
}

func (c *candidate) readFlags() map[verifier.Flag]bool {
	all := map[verifier.Flag]bool{}
	for _, call := range c.cmd.Calls {
		for f := range told(call) {
			all[f] = true
		}
		if call.Sudo {
			all[verifier.FlagSudo] = true
		}
	}
	return all
}

// serves: a program that goes on until it is stopped.
func serves(c *candidate) bool {
	return !c.cmd.Background && c.role != verifier.RoleBuild && c.callFlags()[verifier.FlagLongRunning]
}

// flags are the properties that the run must know of, in the order of the
// closed set.
func (c *candidate) flags() []verifier.Flag {
	is := maps.Clone(c.callFlags())
	_, moves := changesTo(c.cmd)
	is[verifier.FlagPlaceholder] = len(c.cmd.Holes) > 0
	is[verifier.FlagLongRunning] = c.serves || c.last && has(c.block.Directives, "background") && !c.cmd.Background
	is[verifier.FlagNetwork] = is[verifier.FlagNetwork] && c.clone != selfClone && !c.local()
	is[verifier.FlagDirectory] = moves
	is[verifier.FlagSelfClone] = c.clone == selfClone
	is[verifier.FlagInline] = c.inline()
	is[verifier.FlagEditsFile] = is[verifier.FlagEditsFile] || appends.MatchString(c.cmd.Text)
	is[verifier.FlagBackground] = is[verifier.FlagBackground] || c.cmd.Background || c.last && has(c.block.Directives, "background")
	var flags []verifier.Flag
	for _, f := range []verifier.Flag{verifier.FlagPlaceholder, verifier.FlagInteractive, verifier.FlagLongRunning, verifier.FlagSudo,
		verifier.FlagNetwork, verifier.FlagGUI, verifier.FlagActivates, verifier.FlagDirectory, verifier.FlagSelfClone,
		verifier.FlagInline, verifier.FlagEditsFile, verifier.FlagBackground} {
		if is[f] {
			flags = append(flags, f)
		}
	}
	return flags
}

// local: what looks like a download asks the machine itself.
func (c *candidate) local() bool {
	return strings.Contains(c.cmd.Text, "localhost") || strings.Contains(c.cmd.Text, "127.0.0.1")
}

func has(m map[string]string, key string) bool {
	_, ok := m[key]
	return ok
}
