package pipeline

import (
	"fmt"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// suspect is what is set back at once: one package, or several of a
// distribution that moved between the same two versions, since those are of
// one source and often need each other in that very version.
type suspect struct {
	moves       []verifier.Move // the likeliest first
	back, forth string          // commands that put the old and the new version in place; forth may be empty
	trial       int             // place among those that were made
}

// suspects are the moves that can be set back, in their order.
func suspects(was verifier.EnvironmentResult) []suspect {
	var out []suspect
	group := map[verifier.Move]int{}
	for _, m := range was.Drift.Moved {
		if !settable(m.From, m) || m.To != "" && !settable(m.To, m) {
			continue
		}
		key := verifier.Move{Manager: m.Manager, From: m.From, To: m.To}
		if i, ok := group[key]; ok && m.Manager == verifier.ManagerDpkg {
			out[i].moves = append(out[i].moves, m)
			continue
		}
		group[key] = len(out)
		out = append(out, suspect{moves: []verifier.Move{m}})
	}
	out = out[:min(len(out), mostSuspects)]
	for i := range out {
		s := &out[i]
		from := func(m verifier.Move) string { return m.From }
		to := func(m verifier.Move) string { return m.To }
		s.back = setBack(was.Environment, s.moves, from)
		if s.moves[0].To != "" {
			s.forth = setBack(was.Environment, s.moves, to)
		}
	}
	return out
}

// settable: a manager whose command was seen to do it, and words that cannot be
// anything but a name and a version, since a result may come from a stranger.
func settable(version string, m verifier.Move) bool {
	switch m.Manager {
	case verifier.ManagerDpkg, verifier.ManagerPip, verifier.ManagerNpm, verifier.ManagerNpmGlobal, verifier.ManagerGem:
		return installedName.MatchString(m.Name) && installedVersion.MatchString(version)
	}
	return false
}

// setBack is the command that puts versions in place, and keeps the step from
// replacing them where the manager has a way for that.
func setBack(env verifier.Environment, moves []verifier.Move, version func(verifier.Move) string) string {
	sudo := ""
	if env.User != "root" && env.Sudo {
		sudo = "sudo "
	}
	name, v := moves[0].Name, version(moves[0])
	switch moves[0].Manager {
	case verifier.ManagerDpkg:
		var pins, names []string
		for _, m := range moves {
			pins = append(pins, fmt.Sprintf(`Package: %s\nPin: version %s\nPin-Priority: 1001\n`, m.Name, version(m)))
			names = append(names, quoted(m.Name+"="+version(m)))
		}
		// The lists may have been removed, or never fetched.
		return "{ ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || " + sudo + "apt-get update; } && " +
			"printf '" + strings.Join(pins, `\n`) + "' | " + sudo + "tee /etc/apt/preferences.d/bisect >/dev/null && " +
			sudo + "apt-get install -y --allow-downgrades " + strings.Join(names, " ")
	case verifier.ManagerPip:
		pin := quoted(name + "==" + v)
		return "echo " + pin + " >/tmp/bisect-constraints && export PIP_CONSTRAINT=/tmp/bisect-constraints && " +
			"{ ! python3 -m pip show -q " + quoted(name) + " >/dev/null 2>&1 || python3 -m pip install " + pin + "; }"
	case verifier.ManagerNpm:
		return "npm install --no-save --no-package-lock " + quoted(name+"@"+v)
	case verifier.ManagerNpmGlobal:
		return sudo + "npm install -g " + quoted(name+"@"+v)
	default: // verifier.ManagerGem
		return sudo + "gem install " + quoted(name) + " -v " + quoted(v)
	}
}
