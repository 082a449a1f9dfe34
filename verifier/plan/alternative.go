package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// option is one of several ways to the same end.
type option struct {
	group   string
	name    string
	primary bool
}

// way is an option before the choice: its commands and what speaks for it.
type way struct {
	name        string
	members     []*candidate
	recommended bool
	cue         bool // introduced by "or", "alternatively": ranks behind what stands before
}

// choose makes a group of ways and leaves all but the one that this reader
// takes: the recommended one; else, where nothing ranks them, the one that
// builds from the checkout; else the first.
func (p *planner) choose(ways []way) {
	var usable []way
	for _, w := range ways {
		w.members = stillFollowed(w.members)
		if len(w.members) > 0 {
			usable = append(usable, w)
		}
	}
	if len(usable) < 2 {
		return
	}
	best, why := p.best(usable)
	p.group++
	group := fmt.Sprintf("g%d", p.group)
	for i, w := range usable {
		for _, c := range w.members {
			if c.option == nil {
				c.option = &option{group: group, name: w.name, primary: i == best}
			}
			if i == best && c.note == "" {
				c.note = fmt.Sprintf("of %d ways the one taken: %s", len(usable), why)
			} else if i != best {
				c.leave(fmt.Sprintf("another way to the same end: %s; taken is %s, %s", w.name, usable[best].name, why))
			}
		}
	}
}

func (p *planner) best(ways []way) (int, string) {
	first := "it is the first shown"
	if p.on("recommended-way") {
		for i, w := range ways {
			if w.recommended {
				return i, "the document recommends it"
			}
		}
	}
	if p.on("alternative-ranks-last") {
		for _, w := range ways {
			if w.cue && !(p.clones(w) && p.fetched(ways[0])) {
				return 0, "it comes first, the other is called an alternative"
			}
		}
	}
	if p.on("checkout-first") {
		for i, w := range ways {
			if p.fromCheckout(w) && !container(w) {
				return i, "it installs from the checkout"
			}
		}
	}
	if p.on("containers-last") {
		for i, w := range ways {
			if !container(w) {
				return i, first
			}
		}
	}
	return 0, first
}

// clones: the way begins with the checkout.
func (p *planner) clones(w way) bool {
	return slices.ContainsFunc(w.members, func(c *candidate) bool { return c.clone == selfClone })
}

// fetched: the way installs what others have published.
func (p *planner) fetched(w way) bool {
	return slices.ContainsFunc(w.members, p.fromRegistry)
}

func stillFollowed(cs []*candidate) []*candidate {
	var kept []*candidate
	for _, c := range cs {
		if c.followed() {
			kept = append(kept, c)
		}
	}
	return kept
}

// fromCheckout: the way uses what lies in the repository.
func (p *planner) fromCheckout(w way) bool {
	for _, c := range w.members {
		if c.clone == selfClone {
			return true
		}
		own := p.ownRole(c)
		if own == verifier.RoleBuild && !c.dockerish() {
			return true
		}
		if own == verifier.RoleInstall && localInstall.MatchString(c.cmd.Text) {
			return true
		}
	}
	return false
}

var localInstall = phrase.Compile(`setup\.py|install (-e )?\.|make install|-r \S+\.txt|environment\.ya?ml|npm (install|i|ci)\s*$|yarn( install)?\s*$|bundle install|poetry install|cargo install --path|go install \./|^\./|composer install`)

func container(w way) bool {
	for _, c := range w.members {
		if c.dockerish() {
			return true
		}
	}
	return false
}

// dockerish: the command builds or runs containers.
func (c *candidate) dockerish() bool {
	for _, call := range c.cmd.Calls {
		switch call.Name {
		case "docker", "docker-compose", "podman", "podman-compose", "vagrant", "nerdctl":
			return true
		}
	}
	return false
}

// methods are the ways that headings, tabs, comments and list items name.
// Methods of different kinds are no alternatives: a front end by npm and a back
// end by pip are both wanted.
var methods = []struct {
	name, kind string
	match      *phrase.Expr
}{
	{"pipx", "python", words(`pipx`)}, {"conda", "python", words(`(ana|mini)?conda|mamba|conda-forge`)},
	{"poetry", "python", words(`poetry`)}, {"pipenv", "python", words(`pipenv`)}, {"uv", "python", words(`uv`)},
	{"virtualenvwrapper", "python", words(`virtualenvwrapper`)}, {"venv", "python", words(`venv|virtualenv`)}, {"pip", "python", words(`pip3?|pypi`)},
	{"yarn", "js", words(`yarn`)}, {"pnpm", "js", words(`pnpm`)}, {"bun", "js", words(`bun`)}, {"npm", "js", words(`npm`)},
	{"docker", "", words(`docker([- ]?compose)?|containers?|podman|devcontainers?`)}, {"vagrant", "", words(`vagrant`)},
	{"cmake", "", words(`cmake`)}, {"configure", "", words("`?(\\./)?configure`?|autotools|autoconf")}, {"meson", "", words(`meson`)}, {"make", "", words(`make(file)?`)},
	{"source", "", words(`github|(from )?(the )?sources?( code)?|from git(hub)?|from scratch|manual(ly)?|git clone|clone|local(ly)?|native(ly)?`)},
	{"binary", "", words(`binar(y|ies)|releases?|pre-?built|pre-?compiled|tarball|appimage|download`)},
	{"brew", "", words(`homebrew|linuxbrew|brew`)}, {"snap", "", words(`snap(craft)?`)}, {"flatpak", "", words(`flatpak|flathub`)},
	{"nix", "", words(`nix`)}, {"apt", "", words(`apt(-get)?|package manager|packages|distro`)}, {"cargo", "", words(`cargo|crates\.io`)},
	{"go", "", words(`go (install|get)`)}, {"script", "", words(`(install(er|ation)? )?script|one-?lin(e|er)|curl|automat(ic|ed|ically)`)},
	{"gem", "", words(`rubygems|gem`)}, {"composer", "php", words(`composer|packagist`)},
	{"option", "", choice},
}

var byWay = phrase.Compile(`(?i)\b(with|via|using|from|through|by|in|use|option|method)\b`)
var fillers = set("easy install just globally available container containers images docker compose common all other package manager code script file the a an install installation installing setup set up build building run running with via using from through by in locally quick and or recommended your machine it method option way for developers users project app application image compose deployment usage start")

// methodOf reads a heading, a tab or the like; the kind is "" where the method
// goes with any other.
func (p *planner) methodOf(text string) (name, kind string) {
	m, known := p.ways[text]
	if !known {
		m.name, m.kind = readMethod(text)
		p.ways[text] = m
	}
	return m.name, m.kind
}

type method struct{ name, kind string }

func readMethod(text string) (name, kind string) {
	text = strings.ToLower(text)
	if head, _, aside := strings.Cut(text, "("); aside && strings.TrimSpace(head) != "" {
		text = head // "(recommended, also for …)" names no method
	}
	for _, m := range methods {
		loc := m.match.FindStringIndex(text)
		if loc == nil {
			continue
		}
		if byWay.MatchString(text[:loc[0]]) || m.name == "option" || onlyMethod(m.match.ReplaceAllString(text, " ")) {
			return m.name, m.kind
		}
	}
	return "", ""
}

// onlyMethod: nothing but filler stands beside the method's name.
func onlyMethod(rest string) bool {
	for _, w := range strings.FieldsFunc(rest, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if !fillers[w] && len(w) > 1 {
			return false
		}
	}
	return true
}

// distinct reports whether a list of ways names at least two methods that
// exclude each other.
func distinct(names, kinds []string) bool {
	for i := range names {
		for j := range names[:i] {
			if names[i] != names[j] && (kinds[i] == kinds[j] || kinds[i] == "" || kinds[j] == "") {
				return true
			}
			if names[i] == "option" && names[j] == "option" {
				return true
			}
		}
	}
	return false
}
