package plan

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// variants leaves a command that says again what one before it in the section
// says, with other options: "make prefix=/usr" after "make", an install of the
// same package with more extras.
func (p *planner) variants(d *document) {
	type place struct {
		section int
		text    string
	}
	first := map[place]*candidate{}
	for _, c := range d.steps {
		if _, moves := changesTo(c.cmd); c.followed() && (moves || c.clone != noClone) {
			first = map[place]*candidate{} // elsewhere it is another thing
		}
		if !c.followed() || len(c.cmd.Calls) != 1 && !entersFirst(c) {
			continue
		}
		switch c.role {
		case verifier.RoleInstall, verifier.RoleBuild:
		default:
			continue
		}
		at := place{innermost(c), core(c.cmd.Calls[len(c.cmd.Calls)-1])}
		earlier, seen := first[at]
		if !seen {
			first[at] = c
			continue
		}
		if earlier.block != c.block && plain(earlier.cmd.Text) != plain(c.cmd.Text) {
			why := "the same as in line " + itoa(earlier.cmd.Line) + " with other options"
			c.leave(why)
			for _, o := range d.steps {
				if o.block == c.block && o.role == verifier.RoleBuild && o.cmd.Line > c.cmd.Line && c.role == verifier.RoleBuild {
					o.leave(why) // the rest of that build
				}
			}
		}
	}
}

// entersFirst: "cd folder && command".
func entersFirst(c *candidate) bool {
	return len(c.cmd.Calls) == 2 && c.cmd.Calls[0].Name == "cd"
}

var extras = phrase.Compile(`\[[^\]]*\]|[=<>~!]=?[\d.*]+$|@[\w.^~]+$`)

// core is a call without options, settings, extras and versions.
func core(c shell.Call) string {
	parts := []string{c.Name}
	for i := 0; i < len(c.Args); i++ {
		a := c.Args[i]
		if a == "--build" || a == "--install" || a == "-m" || a == "-E" {
			parts = append(parts, a) // another mode, not an option
			continue
		}
		if strings.HasPrefix(a, "-") {
			// An address behind an option is the option's.
			if i+1 < len(c.Args) && strings.Contains(c.Args[i+1], "://") || a == "--config" || a == "-c" && c.Name == "conda" {
				i++
			}
			continue
		}
		if setting.MatchString(a) {
			continue
		}
		parts = append(parts, extras.ReplaceAllString(a, ""))
		if (c.Name == "pip" || c.Name == "pip3") && len(parts) == 3 {
			break
		}
	}
	return strings.Join(parts, " ")
}

var setting = phrase.Compile(`^[A-Za-z_]\w*=`)

// environments leaves further ways to make a virtual environment: a reader
// needs one.
func (p *planner) environments(d *document) {
	taken := map[int]*candidate{}
	for _, block := range byBlock(d.steps) {
		tool := ""
		for _, c := range block {
			if t := environmentTool(c); t != "" && c.followed() {
				tool = t
				break
			}
		}
		if tool == "" {
			continue
		}
		section := innermost(block[0])
		earlier := taken[section]
		if earlier == nil {
			taken[section] = block[0]
			continue
		}
		if environmentTool(earlier) == tool || anyTool(earlier, tool, d) {
			continue
		}
		for _, c := range block {
			if c.option == nil {
				c.leave("another way to make the environment of line " + itoa(earlier.cmd.Line))
			}
		}
	}
}

// anyTool: the block that was taken uses the tool too.
func anyTool(earlier *candidate, tool string, d *document) bool {
	for _, c := range d.steps {
		if c.block == earlier.block && environmentTool(c) == tool {
			return true
		}
	}
	return false
}

// environmentTool is what makes a virtual environment here, or empty.
func environmentTool(c *candidate) string {
	call := c.call()
	words, _ := wordsOf(call)
	switch {
	case words[0] == "venv" || words[0] == "virtualenv":
		return "venv"
	case words[0] == "mkvirtualenv":
		return "virtualenvwrapper"
	case (words[0] == "conda" || words[0] == "mamba") && (call.Has("create") || call.Has("env")):
		return "conda"
	case (words[0] == "pipenv" || words[0] == "poetry") && call.Has("shell", "install"):
		return words[0]
	case words[0] == "uv" && call.Has("venv", "sync"):
		return "uv"
	}
	return ""
}

// buildsAgain leaves the build of a later section if it types again what an
// earlier one typed in the same folder: a short way for those in a hurry comes
// before the whole story.
func (p *planner) buildsAgain(d *document) {
	built := map[string]*candidate{}
	for _, c := range d.steps {
		if !c.followed() {
			continue
		}
		if _, moves := changesTo(c.cmd); moves || c.clone != noClone {
			built = map[string]*candidate{}
			continue
		}
		if c.role != verifier.RoleBuild {
			continue
		}
		text := plain(c.cmd.Text)
		earlier, again := built[text]
		if !again {
			built[text] = c
			continue
		}
		if innermost(earlier) == innermost(c) {
			continue
		}
		for _, o := range d.steps {
			if innermost(o) == innermost(c) && o.role == verifier.RoleBuild {
				o.leave("builds again what line " + itoa(earlier.cmd.Line) + " built")
			}
		}
	}
}

// published leaves packages of the project from a registry where the document
// also builds from the checkout: what is handed over is the checkout.
func (p *planner) published(d *document) {
	var registry, checkout way
	registry.name, checkout.name = "published package", "from the checkout"
	for _, c := range d.steps {
		if !c.followed() || c.option != nil && !c.option.primary {
			continue
		}
		switch {
		case p.fromRegistry(c):
			registry.members = append(registry.members, c)
			registry.recommended = registry.recommended || recommends(c.block.Lead) || recommends(c.block.Heading())
		case c.clone == selfClone, c.role == verifier.RoleBuild && !c.dockerish() && setUp[c.topic], c.role == verifier.RoleInstall && localInstall.MatchString(c.cmd.Text),
			c.role == verifier.RoleRun && manifestRun.match(firstWords(c)):
			checkout.members = append(checkout.members, c)
		}
	}
	if len(registry.members) == 0 || len(checkout.members) == 0 || registry.recommended {
		return
	}
	registry.members = wholeBlocks(d, registry.members, checkout.members)
	if innermost(registry.members[0]) == innermost(checkout.members[0]) && registry.members[0].block == checkout.members[0].block {
		return // steps of one way
	}
	for _, c := range registry.members {
		c.option = nil
		c.leave("a published package; the checkout at hand is installed instead")
	}
}

// manifestRun runs what the checkout's own manifest describes.
var manifestRun = compile(`go|cargo|npm|yarn|dotnet [run] run|start|dev|*.go`)

func firstWords(c *candidate) []string {
	words, _ := wordsOf(c.call())
	return words
}

// wholeBlocks adds what stands in the same blocks and serves the same end, such
// as a package source that is added first.
func wholeBlocks(d *document, members, others []*candidate) []*candidate {
	in, out := map[any]bool{}, map[any]bool{}
	for _, c := range members {
		in[c.block] = true
	}
	for _, c := range others {
		out[c.block] = true
	}
	var all []*candidate
	for _, c := range d.steps {
		if in[c.block] && !out[c.block] && c.followed() {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return members
	}
	return all
}

var runsPackage = compile(`npx|bunx|uvx|nix-shell|nix|eget|webi`)

// fromRegistry: installs the project itself as somebody else packed it.
func (p *planner) fromRegistry(c *candidate) bool {
	if c.packaged {
		return true
	}
	if len(c.cmd.Calls) == 0 || localInstall.MatchString(c.cmd.Text) {
		return false
	}
	for _, call := range c.cmd.Calls {
		words, _ := wordsOf(call)
		if !p.namesProject(strings.Join(words, " ")) {
			continue
		}
		fetched := c.cmd.Pipe && (words[0] == "curl" || words[0] == "wget")
		if fetched || installsPackage.match(words) || runsPackage.match(words) {
			return true
		}
	}
	return false
}

// bySSH: an address that wants a key: git@host:path, ssh://…
func bySSH(c *candidate) bool { return sshAddress.MatchString(c.cmd.Text) }

var sshAddress = phrase.Compile(`\s(?:ssh://|[\w.-]+@[\w.-]+:)`)

// withoutKey leaves the clone by SSH where the document shows one without.
func (p *planner) withoutKey(d *document) {
	open := map[int]bool{} // by section
	for _, c := range d.steps {
		open[innermost(c)] = open[innermost(c)] || c.followed() && c.clone == selfClone && !bySSH(c)
	}
	for _, c := range d.steps {
		if open[innermost(c)] && c.followed() && c.clone == selfClone && bySSH(c) {
			c.leave("another way to the same end: it needs a key, the address by https does not")
		}
	}
}
