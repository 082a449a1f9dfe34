package plan

import "github.com/freshinstall/freshinstall/verifier"

// Rule is one thing that a careful newcomer knows. Each can be switched off by
// its name, which is how it is measured what it is worth.
type Rule struct {
	Name string
	Why  string // what makes a newcomer do so
}

// on reports whether a rule is in force.
func (p *planner) on(name string) bool { return !p.off[name] }

// Rules are all rules, in the order in which they are applied.
func Rules() []Rule {
	all := append([]Rule(nil), readingRules...)
	for _, r := range leaving {
		all = append(all, r.Rule)
	}
	for _, r := range choosing {
		all = append(all, r.Rule)
	}
	all = append(all, preferences...)
	for _, r := range ending {
		all = append(all, r.Rule)
	}
	return all
}

// readingRules decide what is a command and what it is for; they stand where
// the text is read.
var readingRules = []Rule{
	{"linked-documents", "a README that says how to install elsewhere is read together with what it links to"},
	{"linked-guides", "where the README shows no install steps, the steps of the guide that it names are typed"},
	{"guides-within-guides", "a guide that says to follow another one at some step is read together with it"},
	{"inline-commands", "a sentence that says \"run `make`\" asks for it as much as a block does"},
	{"bare-lines", "a line that can be nothing but a command is one, also where the author forgot to mark it up"},
	{"commentary", "what a sentence announces as output or as the content of a file is not typed"},
	{"names-of-needs", "a list of programs that are needed is read, not typed line by line"},
	{"packaged-names", "a list of what each system calls the package is about the project, whatever the name"},
	{"development-as-install", "where only contributors are told how to set it up, everybody does it their way"},
	{"chapter-role", "a command takes the purpose of its chapter: what stands under Uninstall removes, whatever it calls"},
	{"lead-role", "the sentence before a command tells what it is for"},
	{"context-role", "a program that nobody knows does what its section is about"},
	{"nearest-system", "where a document tells nobody else how, a reader on Linux follows what is written for macOS"},
	{"helper-role", "going into a folder, or making one, serves the command that comes next"},
}

// stepRule gives the reason for which a command is left, or nothing.
type stepRule struct {
	Rule
	reason func(*planner, *candidate) string
}

// documentRule leaves what one document says twice. Late ones need the choices
// in all documents to be made.
type documentRule struct {
	Rule
	apply func(*planner, *document)
	late  bool
}

// planRule looks at all followed commands in their order.
type planRule struct {
	Rule
	apply func(*planner)
}

// leave applies the rules that look at one command and its place.
func (p *planner) leave() { p.leaveThese(p.all) }

func (p *planner) leaveThese(steps []*candidate) {
	for _, c := range steps {
		if has(c.block.Directives, "follow") {
			// The author says so in the document, which is foreign input: what is
			// never run stays so.
			if why := p.never(c); why != "" {
				c.leave(why)
			}
			continue
		}
		if has(c.block.Directives, "skip") {
			c.leave("the author marked it to be skipped")
		}
		for _, r := range leaving {
			if !p.on(r.Name) {
				continue
			}
			if why := r.reason(p, c); why != "" {
				c.leave(why)
			}
		}
	}
}

// leaving are tried in order; the first that speaks gives the reason.
var leaving = []stepRule{
	{Rule{"never-run", "what leaves traces with others or destroys what was there is read, not tried"}, (*planner).never},
	{Rule{"illustrations", "a command that a sentence brings \"for example\" explains; it is not asked for"}, illustration},
	{Rule{"synopses", "a line of a manual shows what one could type, with its optional parts in brackets"}, synopsis},
	{Rule{"extra-documentation", "manuals and completions can wait until the software runs"}, extraDocumentation},
	{Rule{"no-deployment", "bringing software into production comes long after the first install"}, ofRole(verifier.RoleDeploy, "puts the software into production; that is not part of a first install")},
	{Rule{"no-development", "linting and releasing are for those who change the code"}, ofRole(verifier.RoleDevelop, "for people who change the code, not for a first install")},
	{Rule{"no-removal", "nobody removes what they have just begun to install"}, ofRole(verifier.RoleUninstall, "removes or stops what was installed")},
	{Rule{"no-upgrade", "there is nothing yet to be upgraded"}, ofRole(verifier.RoleUpgrade, "upgrades an existing install")},
	{Rule{"tests-in-steps", "tests are run where they are one of the steps, not for their own chapter"}, aloofTest},
	{Rule{"left-chapters", "a chapter on tests, development, troubles or an optional part is for another day"}, leftChapter},
	{Rule{"platforms", "commands for another system are for its users"}, otherPlatform},
	{Rule{"before-submitting", "what is done before handing in a change is done by those who have one"}, beforeSubmitting},
	{Rule{"archives", "what holds for the tarball of a release does not hold for the checkout"}, fromArchive},
	{Rule{"needs-of-tests", "what only the tests need is installed by those who run them"}, forTests},
	{Rule{"parent-wishes", "a list below \"if you use X:\" is for those who use it"}, parentWish},
	{Rule{"section-wishes", "a section that opens with \"if you want to …\" is for readers with that wish"}, sectionWish},
	{Rule{"on-trouble", "a remedy is for those whom the trouble befell"}, onlyInTrouble},
	{Rule{"on-omission", "\"if not done yet\" repeats a step for those who left it out"}, alreadyDone},
	{Rule{"began-otherwise", "\"if you already cloned\" or \"if you don't have it\" is not for whoever just did what the text said"}, elsewise},
	{Rule{"deprecated-parts", "what the document calls deprecated is for those who began with it"}, calledDeprecated},
	{Rule{"optional-steps", "what the document calls optional is left by somebody in a hurry to see it run"}, calledOptional},
	{Rule{"for-production", "what a sentence keeps for production is not for a first try"}, forProduction},
	{Rule{"further-wishes", "\"if you want to …\" is for readers with a wish beyond installing and running"}, furtherWish},
	{Rule{"on-occasion", "what is done whenever something changes is not done before anything has"}, onOccasion},
	{Rule{"lists-of-commands", "\"common commands:\" leads to a list for the days after"}, listed},
	{Rule{"looking-inside", "a console, a database's prompt or the logs are opened by those who want to look"}, looksInside},
	{Rule{"to-change", "\"to change …\" is for those who are not content with what is set up"}, onlyToChange},
	{Rule{"or-by-other-means", "after \"or with\" a sentence names a second way"}, byOtherMeans},
	{Rule{"perhaps", "\"you may need\" and \"you can also\" do not ask for it"}, perhaps},
	{Rule{"only-shows", "what only prints something changes nothing for the install"}, showsOnly},
}

// alternatives finds the places where a reader takes one of several ways, and
// leaves all but one. What other rules left is no way at all.
func (p *planner) alternatives() {
	for _, d := range p.docs {
		for _, r := range choosing {
			if p.on(r.Name) && !r.late {
				r.apply(p, d)
			}
		}
	}
	for _, r := range choosing {
		if p.on(r.Name) && r.late {
			for _, d := range p.docs {
				r.apply(p, d)
			}
		}
	}
}

// choosing goes from the inside out: a choice inside of a way stands for itself.
var choosing = []documentRule{
	{Rule: Rule{"ways-by-comment", "comments in a block that say \"or\" or name tools tell its ways apart"}, apply: (*planner).byComments},
	{Rule: Rule{"https-before-ssh", "a newcomer has no key at the host yet, so of two addresses the one by https is cloned"}, apply: (*planner).withoutKey},
	{Rule: Rule{"ways-by-tool", "the same thing asked of npm and of yarn is done once"}, apply: (*planner).byTool},
	{Rule: Rule{"ways-by-cue", "a block behind \"alternatively\" is another way to what the block before it does"}, apply: (*planner).byCue},
	{Rule: Rule{"variants", "the same command with other options is for readers with other needs"}, apply: (*planner).variants},
	{Rule: Rule{"environments", "one virtual environment is enough"}, apply: (*planner).environments},
	{Rule: Rule{"ways-by-item", "items that each begin with a tool list the ways to choose from"}, apply: (*planner).byItems},
	{Rule: Rule{"ways-by-row", "a table of packages is looked up for one's own system, where nothing else installs"}, apply: (*planner).byRows},
	{Rule: Rule{"ways-by-tab", "tabs side by side are read one at a time"}, apply: (*planner).byTabs},
	{Rule: Rule{"ways-by-heading", "sections side by side that are called after tools are ways to choose from"}, apply: (*planner).byHeadings},
	{Rule: Rule{"published-package", "whoever was handed the checkout installs that, not what was published before"}, apply: (*planner).published},
	{Rule: Rule{"containers", "where there is a native way, software is tried without containers"}, apply: (*planner).byContainer, late: true},
	{Rule: Rule{"same-build-again", "a chapter that builds once more what was built before explains it at length"}, apply: (*planner).buildsAgain, late: true},
	{Rule: Rule{"second-clone", "a document that clones again begins anew for other readers"}, apply: (*planner).bySecondClone, late: true},
}

// preferences rank the ways of one choice.
var preferences = []Rule{
	{"recommended-way", "a reader without an opinion takes the way that is recommended"},
	{"alternative-ranks-last", "what is called an alternative is for those who cannot take the first way"},
	{"checkout-first", "what is handed over is the checkout, so that is what gets installed"},
	{"containers-last", "the machine is clean already; a container in it adds nothing"},
}

// usage ends the plan where the main job has run once.
func (p *planner) usage() {
	for _, r := range ending {
		if p.on(r.Name) {
			r.apply(p)
		}
	}
}

// ending rules say where a first install is over.
var ending = []planRule{
	{Rule{"runs-in-development", "where only \"Developing\" tells how to start it, everybody starts it so"}, (*planner).startsForDevelopment},
	{Rule{"summaries", "what a sentence sums up before the clone is typed when its turn comes"}, (*planner).summaries},
	{Rule{"first-use", "the first use shows that it works; the other examples are for later"}, (*planner).firstUses},
	{Rule{"before-the-install", "settings and examples before the install begins introduce, they are no steps"}, (*planner).beforehand},
	{Rule{"environments-of-others", "an environment that no step has made is the author's own example"}, (*planner).unmadeEnvironments},
	{Rule{"after-the-first-run", "once the software has run, further settings and data can wait"}, (*planner).afterwards},
	{Rule{"run-with-options", "the same run with further options shows what it can do"}, (*planner).runsWithOptions},
	{Rule{"repeated-commands", "what was typed in an earlier chapter is not typed again"}, (*planner).repeats},
}
