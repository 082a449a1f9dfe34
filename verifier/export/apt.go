package export

import (
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/shell"
)

var (
	sudoWord = regexp.MustCompile(`(?:^|[\s;&|({])(?:sudo|doas)\s`)
	// packageWord is a name, with an architecture and a version if any: no file and no task.
	packageWord = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9]+)?(?:=[A-Za-z0-9.+:~-]+)?$`)
	// sources are what changes where packages come from: others after it may be of another kind.
	sources = regexp.MustCompile(`/etc/apt|apt-add-repository|add-apt-repository|apt-key|\bdpkg\b|\.deb\b|/usr/share/keyrings|extrepo`)
)

// aptOptions change nothing of what is installed.
var aptOptions = []string{"-y", "--yes", "--assume-yes", "-q", "-qq", "-yq", "-qy", "-yqq", "-qqy", "--quiet"}

// apt reads a piece that does nothing but install packages of Debian's, or
// fetch their lists (update).
func apt(p shell.Piece) (names []string, slim, update, ok bool) {
	c := p.Call
	if c == nil || c.Name != "apt-get" && c.Name != "apt" || slices.ContainsFunc(c.Set, func(n string) bool { return n != "DEBIAN_FRONTEND" }) ||
		slices.ContainsFunc(p.Words, func(w shell.Word) bool { return !w.Literal }) {
		return nil, false, false, false
	}
	verb := ""
	for _, a := range c.Args {
		switch {
		case slices.Contains(aptOptions, a):
		case a == "--no-install-recommends":
			slim = true
		case verb == "" && (a == "install" || a == "update"):
			verb = a
		case verb == "install" && packageWord.MatchString(a) && !strings.HasSuffix(a, "-") && !strings.HasSuffix(a, "+"):
			names = append(names, a) // "name-" would remove it
		default:
			return nil, false, false, false
		}
	}
	update = verb == "update" && !slim
	return names, slim, update, update || len(names) > 0
}

// packagesAlone reports whether a command does nothing but install packages.
func packagesAlone(pieces []shell.Piece) bool {
	return !slices.ContainsFunc(pieces, func(p shell.Piece) bool {
		_, _, _, ok := apt(p)
		return !ok
	})
}

// drawTogether makes one command of all that install packages, at the place of
// the first of them, as far as the order allows it: up to what changes where
// packages come from. One that brings recommended packages and one that does
// not stay two, side by side.
func drawTogether(all []Command) []Command {
	var out []Command
	for len(all) > 0 {
		n := 1 + slices.IndexFunc(all, func(c Command) bool {
			_, _, _, plain := apt(c.Piece)
			return !plain && sources.MatchString(c.Text)
		})
		if n == 0 {
			n = len(all)
		}
		out = append(out, drawn(all[:n])...)
		all = all[n:]
	}
	return out
}

// drawn is drawTogether for commands among which all packages come from the
// same places.
func drawn(all []Command) []Command {
	var groups []Command // at most two
	for _, c := range all {
		names, slim, _, _ := apt(c.Piece)
		for _, n := range names {
			at := slices.IndexFunc(groups, func(g Command) bool { return g.Slim == slim })
			if at < 0 {
				at = len(groups)
				groups = append(groups, Command{Kind: Step, Slim: slim})
			}
			if !slices.ContainsFunc(groups[at].Packages, func(p Package) bool { return p.Name == n }) {
				groups[at].Packages = append(groups[at].Packages, Package{Name: n, Place: c.Place(), Fix: c.Kind != Step})
			}
		}
	}
	if len(groups) == 0 {
		return all
	}
	var out []Command
	for _, c := range all {
		names, _, update, ok := apt(c.Piece)
		switch {
		case !ok:
			out = append(out, c)
		case update: // what installs begins with it
		case len(names) > 0:
			out = append(out, groups...)
			groups = nil
		}
	}
	return out
}
