package plan

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// classify gives every command its topic, role and platform.
func (p *planner) classify() {
	for _, d := range p.docs {
		for _, c := range d.steps {
			c.topic = p.sectionTopic(c.block, d)
		}
	}
	if p.on("packaged-names") {
		p.markPackaged()
	}
	for _, d := range p.docs {
		p.classifyDocument(d)
	}
}

func (p *planner) classifyDocument(d *document) {
	var before *candidate
	for _, c := range d.steps {
		c.topic = p.sectionTopic(c.block, d)
		c.platform = p.platformOf(c)
		c.serves = serves(c)
		c.role = p.roleOf(c, before)
		before = c
	}
	if p.on("nearest-system") {
		p.nearestSystem(d)
	}
	if p.on("helper-role") {
		helpers(d.steps)
		leaving := ""
		for _, c := range d.steps {
			leaving = c.leavesShell(leaving)
		}
	}
}

// roleOf is the command's own role, unless the section gives all of its
// commands another one.
func (p *planner) roleOf(c, before *candidate) verifier.Role {
	switch c.clone {
	case selfClone:
		if c.topic == topicUpgrade || c.topic == topicDeploy {
			break
		}
		return verifier.RoleClone
	case enters:
		if !left[c.topic] && changesOnly(c) {
			return verifier.RoleClone
		}
	}
	own := p.ownRole(c)
	if remotes.match(firstWords(c)) && developName.MatchString(path.Base(c.doc.path)) {
		return verifier.RoleDevelop // a fork's remotes serve those who send changes
	}
	if (own == verifier.RoleOther || own == verifier.RoleUpgrade) && before != nil && (setUp[c.topic] || c.topic == noTopic) && before.role == verifier.RoleClone && remotes.match(firstWords(c)) {
		return verifier.RoleClone // the rest of getting the checkout
	}
	chapter := c.topic
	if !p.on("chapter-role") {
		chapter = noTopic
	}
	switch chapter {
	case topicRemove, topicUpgrade, topicDeploy, topicDevelop:
		return map[topic]verifier.Role{topicRemove: verifier.RoleUninstall, topicUpgrade: verifier.RoleUpgrade,
			topicDeploy: verifier.RoleDeploy, topicDevelop: verifier.RoleDevelop}[c.topic]
	case topicTest:
		if own == "" || own == verifier.RoleRun || own == verifier.RoleUsage || own == verifier.RoleTest {
			return verifier.RoleTest
		}
	case topicDocs:
		if own == "" || own == verifier.RoleRun {
			return verifier.RoleUsage
		}
		return own
	}
	if lead := p.leadRole(c); p.on("lead-role") && lead != "" && own != verifier.RoleClone {
		return lead
	}
	if own == verifier.RoleConfigure && c.topic == topicRun && runsScript(c) {
		own = verifier.RoleRun // "load_data.py" where it says how to run
	}
	c.unknown = own == ""
	if own == "" && p.on("context-role") {
		own = p.byContext(c, before)
	} else if own == "" {
		own = verifier.RoleOther
	}
	if own == verifier.RoleRun && c.topic == topicNeeds && c.dockerish() {
		own = verifier.RoleConfigure // what the software needs runs; the software itself does not yet
	}
	if own == verifier.RoleRun && c.topic == topicUse && !c.serves {
		own = verifier.RoleUsage
	}
	if own == verifier.RoleOther && !setUp[c.topic] && onlyShows(c) {
		own = verifier.RoleUsage
	}
	if own == verifier.RolePrerequisite && c.topic == topicUse && versionAsked.MatchString(c.cmd.Text) {
		own = verifier.RoleUsage
	}
	if own == verifier.RoleConfigure && (p.pipesInto(c) || !setUp[c.topic] && demonstration(c)) {
		own = verifier.RoleUsage
	}
	return own
}

var (
	toRemove     = phrase.Compile(`(?i)\bto (\w+ly )?(uninstall|remove|delete|clean up|tear down)\b|^\W*(uninstall|remove)\b`)
	toUpgrade    = phrase.Compile(`(?i)\bto (upgrade|update)\b|\bcan be (updated|upgraded)\b|^\W*(upgrade|update) (to|an existing|the package|it)\b`)
	toStop       = phrase.Compile(`(?i)\bto (close|stop|quit|exit|end|terminate|kill|leave|shut ?down)\b`)
	toStart      = phrase.Compile(`(?i)^\W*(to )?(start|starting|run|running|launch|launching)\b`)
	makes        = compile(`make|gmake|just|task`)
	toTest       = phrase.Compile(`(?i)^\W*(to|for) (test|testing|run(ning)? (the |all |our )?(unit |integration )?tests)\b`)
	startStop    = phrase.Compile(`(?i)\b(start(ing)? and stop|stop(ping)? and (re)?start)`)
	andStart     = phrase.Compile(`(?i)\band (start|run|launch|serve)s? (the |your )?(app|application|server|service|site|website|it|everything|containers?|stack)\b`)
	toDeploy     = phrase.Compile(`(?i)^\W*(to )?deploy(ing)?\b`)
	toPrepare    = phrase.Compile(`(?i)^\W*(?:then,? |now |next,? |to |first,? )?(?:initiali[sz]e|create|set ?up|populate|load|migrate|seed|prepare) (?:the |your |an? |some )?(?:\w+ )?(?:database|db|schema|tables?)\b[^.]*:?\s*$`)
	gitHooks     = phrase.Compile(`(?i)\bgit-?hooks\b|\binstall-hooks\b|\bhusky install\b|\blefthook install\b`)
	illustrating = phrase.Compile(`(?i)\bfor (instance|example)\b|\be\.g\.`)
)

var fetches = set("curl wget tar unzip gunzip")

var remotes = compile(`git remote|fetch`)

// leadRole: the sentence before says what it is for.
func (p *planner) leadRole(c *candidate) verifier.Role {
	lead := lastSentence(c.block.Lead)
	if c.inline() {
		lead = c.block.Sentence.Before
	}
	switch {
	case toRemove.MatchString(lead):
		if own := p.ownRole(c); own == verifier.RoleUninstall || own == verifier.RoleOther || own == "" || makes.match(firstWords(c)) {
			return verifier.RoleUninstall
		}
	case startStop.MatchString(lead) && c.inline():
		return verifier.RoleOther
	case toStop.MatchString(lead):
		if own := p.ownRole(c); own == verifier.RoleOther || own == "" || own == verifier.RoleUninstall {
			return verifier.RoleOther
		}
	case p.ownRole(c) == "" && toPrepare.MatchString(lead):
		return verifier.RoleConfigure
	case gitHooks.MatchString(c.cmd.Text):
		return verifier.RoleDevelop
	case c.inline() && toTest.MatchString(c.block.Sentence.After):
		return verifier.RoleTest
	case andStart.MatchString(lead) && p.ownRole(c) == verifier.RoleBuild && strings.Contains(c.call().Name, "/"):
		return verifier.RoleRun
	case toStart.MatchString(lead) && p.ownRole(c) == verifier.RoleBuild && makes.match(firstWords(c)) && len(c.call().Args) > 0:
		return verifier.RoleRun
	case toDeploy.MatchString(lead):
		if own := p.ownRole(c); own == verifier.RoleRun || own == "" || changesOnly(c) {
			return verifier.RoleDeploy
		}
	case toTest.MatchString(lead):
		if own := p.ownRole(c); own == verifier.RoleRun || own == "" || own == verifier.RoleConfigure && runsScript(c) {
			return verifier.RoleTest
		}
	case illustrating.MatchString(lead) && c.inline():
		return verifier.RoleUsage
	case toUpgrade.MatchString(lead) && !strings.Contains(c.cmd.Text, "pip install -U pip"):
		if own := p.ownRole(c); own == verifier.RoleInstall || own == verifier.RoleUpgrade || own == "" || own == verifier.RoleClone {
			return verifier.RoleUpgrade
		}
	}
	return ""
}

// ownRole is what the command does, whatever the text says.
func (p *planner) ownRole(c *candidate) verifier.Role {
	if c.clone == otherClone {
		return verifier.RolePrerequisite
	}
	if c.packaged || p.fetchesRelease(c) || c.call().Name == "go" && c.call().Arg(0) == "get" && p.namesProject(c.cmd.Text) {
		return verifier.RoleInstall // "go get -u" brings it as well
	}
	role := verifier.Role("")
	for _, call := range c.cmd.Calls {
		r := p.callRole(call)
		// Of a chain of commands the last that says something gives the role; a
		// build that also runs is run.
		if weak := r == verifier.RolePrerequisite || r == verifier.RoleOther; r != "" && !(weak && role != "" && role != verifier.RolePrerequisite) {
			role = r
		}
	}
	if first, last := c.call(), len(c.cmd.Calls)-1; c.cmd.Pipe && (first.Name == "curl" || first.Name == "wget") && (starters[c.cmd.Calls[last].Name]) {
		if p.namesProject(c.cmd.Text) {
			return verifier.RoleInstall
		}
		return verifier.RolePrerequisite
	}
	if (role == verifier.RoleDeploy || role == "") && keeps.match(firstWords(c)) && service.MatchString(c.cmd.Text) {
		return verifier.RoleConfigure
	}
	if role == verifier.RoleRun && c.dockerish() && service.MatchString(c.cmd.Text) {
		return verifier.RolePrerequisite
	}
	if onlyShows(c) {
		return verifier.RoleOther
	}
	if role == "" && len(c.cmd.Calls) == 0 && len(c.cmd.Assigns) > 0 {
		return verifier.RoleConfigure
	}
	return role
}

// fetchesRelease: one line that downloads the project as it was released, and
// puts it in its place.
func (p *planner) fetchesRelease(c *candidate) bool {
	fetched := false
	for _, call := range c.cmd.Calls {
		switch {
		case fetches[call.Name] && p.namesProject(strings.Join(call.Args, " ")):
			fetched = true
		case fetched && (call.Name == "mv" || call.Name == "chmod" || call.Name == "dpkg" || call.Name == "install" || call.Name == "tar"):
			return true
		}
	}
	return false
}

var prepared = compile(`@manage|setup*|init*|seed*|migrat*|config*|prepare*|*db*`)

// runsScript: a script that is called by a name of its own.
func runsScript(c *candidate) bool {
	_, script := wordsOf(c.call())
	return script != nil && !prepared.match(script) && c.call().Name != "source" && c.call().Name != "."
}

// keeps starts what runs in the background of a machine.
var keeps = compile(`systemctl|service|pg_ctlcluster|brew|rc-service|/etc/init.d/* ...`)

var viewers = set("echo printf cat cut ls pwd grep sort head tail wc tr tree date uname whoami less more sed awk find which df du man info")

var asksHelp = set("--help -h help -help")

// onlyShows: programs that print something and keep nothing.
func onlyShows(c *candidate) bool {
	if len(c.cmd.Calls) == 1 && len(c.cmd.Calls[0].Args) == 1 && shell.Known(c.cmd.Calls[0].Name) && asksHelp[c.cmd.Calls[0].Args[0]] {
		return true
	}
	for _, call := range c.cmd.Calls {
		if !viewers[call.Name] || call.Name == "sed" && call.Has("-i") {
			return false
		}
	}
	return len(c.cmd.Calls) > 0 && !strings.Contains(c.cmd.Text, ">")
}

// roleByTable is that of the first line of the table that matches.
func roleByTable(words, script []string) (role verifier.Role) {
	second := ""
	if script != nil {
		second = script[0]
	}
	roleIndex.each(func(i int) bool {
		l := roleLines[i]
		if script != nil && l.pattern.match(script) || l.pattern.match(words) {
			role = l.role
		}
		return role == ""
	}, words[0], second)
	return role
}

// callRole reads one program call, through containers and package runners.
func (p *planner) callRole(c shell.Call) verifier.Role {
	if inner, ok := inside(c); ok {
		if r := p.callRole(inner); r != "" && r != verifier.RoleOther {
			return r
		}
	}
	text := strings.Join(append([]string{c.Name}, c.Args...), " ")
	if (c.Name == "npm" || c.Name == "yarn" || c.Name == "gem") && p.namesProject(text) && installsPackage.match(append([]string{c.Name}, c.Args...)) {
		return verifier.RoleInstall
	}
	if versionAsked.MatchString(text) && !p.isProject(c.Name) {
		return verifier.RolePrerequisite
	}
	words, script := wordsOf(c)
	if r := roleByTable(words, script); r != "" {
		return r
	}
	if installsPackage.match(words) {
		if p.namesProject(text) || c.Name == "pip" || c.Name == "pip3" || c.Name == "conda" {
			return verifier.RoleInstall
		}
		return verifier.RolePrerequisite
	}
	if _, ok := managers[c.Name]; ok {
		return verifier.RolePrerequisite
	}
	return ""
}

var (
	versionAsked    = phrase.Compile(`^\S+ (-?-[vV](ersion)?|version|--version|-V)$`)
	installsPackage = compile(`pip|uv|pipx|npm|yarn|pnpm|bun|gem|cargo|go|brew|apt|apt-get|aptitude|dnf|yum|zypper|apk|pacman|yay|port|choco|scoop|winget|conda|mamba|pkg|eopkg|luarocks|opam|nix-env|cpan*|pecl|dotnet|helm|vcpkg|*/vcpkg|snap|flatpak|emerge|pkg_add|xbps-install|mise ... install|add|i|-S*|-i|-iA|reinstall|get|use`)
)

// namesProject: the text holds the repository's name as a word.
func (p *planner) namesProject(text string) bool {
	return p.namesIt(text, strings.ToLower(p.in.Repository)) || p.title != "" && p.namesIt(text, p.title)
}

func (p *planner) namesIt(text, name string) bool {
	if len(name) < 3 {
		return false
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" /@=:[]\"'#", r) }) {
		w = strings.TrimPrefix(strings.TrimSuffix(w, ".git"), "nixpkgs.")
		if w == name || strings.ReplaceAll(w, "_", "-") == strings.ReplaceAll(name, "_", "-") || alike(w, name) && strings.Contains(w, name) {
			return true
		}
	}
	return false
}

// inside looks into "docker compose exec SERVICE CMD", "poetry run CMD" and
// their like.
func inside(c shell.Call) (shell.Call, bool) {
	args := c.Args
	if c.Name == "docker" && len(args) > 0 && args[0] == "compose" {
		args = args[1:]
	} else if c.Name != "docker-compose" && c.Name != "podman-compose" {
		switch c.Name {
		case "poetry", "pipenv", "uv", "hatch", "pdm", "rye", "bundle":
			if len(args) > 1 && (args[0] == "run" || args[0] == "exec") {
				return shell.Call{Name: args[1], Args: args[2:]}, true
			}
		}
		return shell.Call{}, false
	}
	if len(args) == 0 || args[0] != "exec" && args[0] != "run" {
		return shell.Call{}, false
	}
	args = args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if (args[0] == "-e" || args[0] == "-u" || args[0] == "-w" || args[0] == "--user") && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) < 2 {
		return shell.Call{}, false
	}
	return shell.Call{Name: args[1], Args: args[2:]}, true
}
