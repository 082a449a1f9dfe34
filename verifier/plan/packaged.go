package plan

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/shell"
)

// manyManagers is how many package managers a chapter must name before it is
// taken for a list of the packages of the project itself: three is a list of
// needs for the three usual systems.
const manyManagers = 4

// markPackaged finds the chapters that list under which name each system has
// the project packed. The name often is not the project's own: it was taken, or
// spelt otherwise. So a chapter counts as such a list if many package managers
// install one package each and most of the names are like the project's.
func (p *planner) markPackaged() {
	for _, d := range p.docs {
		chapters := map[int][]*candidate{}
		var order []int
		for _, c := range d.steps {
			if _, ok := onePackage(c); !ok || c.topic == topicNeeds {
				continue
			}
			at := chapterOf(c)
			if len(chapters[at]) == 0 {
				order = append(order, at)
			}
			chapters[at] = append(chapters[at], c)
		}
		for _, at := range order {
			p.markChapter(chapters[at])
		}
	}
}

func (p *planner) markChapter(cs []*candidate) {
	managers, like := map[string]bool{}, 0
	for _, c := range cs {
		name, _ := onePackage(c)
		managers[c.call().Name] = true
		if p.resembles(name) {
			like++
		}
	}
	if len(managers) < manyManagers || 2*like < len(cs) {
		return
	}
	for _, c := range cs {
		c.packaged = true
	}
}

// chapterOf is the outermost section below the document's title.
func chapterOf(c *candidate) int {
	for _, at := range c.block.Sections {
		if at != c.doc.Title {
			return at
		}
	}
	return -1
}

var (
	installsOne  = compile(`apt|apt-get|aptitude|dnf|yum|zypper|apk|pacman|yay|paru|brew|port|pkg|pkg_add|pkgin|snap|flatpak|guix|nix-env|nix|emerge|eopkg|xbps-install|scoop|choco|winget|conda|mamba|cargo|sbopkg|swupd|opkg|urpmi|pacstall|cave|mise|asdf|x`)
	packageVerbs = set("install add -i -S -Sy -Syu -iA it get package profile resolve use ask")
)

// onePackage is the only package that a command installs.
func onePackage(c *candidate) (string, bool) {
	if len(c.cmd.Calls) != 1 || c.call().Has("build", "run", "test") || !installsOne.match([]string{c.call().Name}) {
		return "", false
	}
	return onlyName(c.call())
}

func onlyName(call shell.Call) (string, bool) {
	name := ""
	for _, a := range call.Args {
		switch {
		case strings.HasPrefix(a, "-"), packageVerbs[a]:
		case name != "":
			return "", false
		default:
			name = a
		}
	}
	return name, name != ""
}

// resembles: a name shares a word of some length with the project's.
func (p *planner) resembles(name string) bool {
	name = strings.ToLower(name)
	own := strings.ToLower(p.in.Repository)
	if name == own || strings.HasSuffix(name, "/"+own) || strings.HasSuffix(name, "."+own) {
		return true
	}
	for _, word := range strings.FieldsFunc(own, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if len(word) > 3 && strings.Contains(name, word) {
			return true
		}
	}
	return len(own) > 2 && strings.Contains(name, own)
}
