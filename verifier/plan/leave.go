package plan

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// leave applies the rules that look at one command and its place.
func (p *planner) leave() {
	for _, c := range p.all {
		p.leaveOne(c)
	}
}

func (p *planner) leaveOne(c *candidate) {
	if has(c.block.Directives, "skip") {
		c.leave("the author marked it to be skipped")
	}
	if why := p.never(c); why != "" {
		c.leave(why)
	}
	if c.inline() && illustrating.MatchString(c.block.Sentence.Before) {
		c.leave("an illustration")
	}
	if synopsis(c) {
		c.leave("a synopsis, not a command to type")
	}
	if documentation.match(firstWords(c)) {
		c.leave("installs documentation or completions, an optional extra")
	}
	switch c.role {
	case verifier.RoleDeploy:
		c.leave("puts the software into production; that is not part of a first install")
	case verifier.RoleDevelop:
		c.leave("for people who change the code, not for a first install")
	case verifier.RoleUninstall:
		c.leave("removes or stops what was installed")
	case verifier.RoleUpgrade:
		c.leave("upgrades an existing install")
	case verifier.RoleTest:
		if c.topic == topicTest || !p.testInList(c) {
			c.leave("runs the project's tests; the document does not make that a step of the install")
		}
	}
	if left[c.topic] {
		c.leave(fmt.Sprintf("stands in a part about %s", c.topic))
	}
	if !p.fits(c.platform) {
		c.leave("for " + platformNames[c.platform])
	}
	if why := conditional(c); why != "" {
		c.leave(why)
	}
	if c.role == verifier.RoleOther {
		c.leave("only shows or undoes something; the install does not need it")
	}
}

// testInList: the tests are a step among the steps of the set-up.
func (p *planner) testInList(c *candidate) bool {
	if !setUp[c.topic] {
		return false
	}
	for _, i := range c.block.List {
		if i.Ordered {
			return true
		}
	}
	return c.nth > 0 && c.index > 0 || c.topic == topicStart || c.topic == topicInstall
}

var (
	publishes = regexp.MustCompile(`^git push\b|^(npm|yarn|pnpm|cargo|poetry|gem) (publish|push)\b|^twine upload|^docker push\b|^gh (release|pr) create`)
	destroys  = regexp.MustCompile(`^(dropdb|mkfs\S*|fdisk|shutdown|reboot|halt|poweroff|dd)\b|^(terraform|pulumi) destroy|^kubectl delete|^docker system prune|^git (reset --hard|clean -\w*f)|^npm (unpublish|deprecate)`)
	deletes   = regexp.MustCompile(`^rm (-\S+ )*-\w*r`)
)

// never names what is not run whatever the document says: what leaves traces
// in other places or destroys what was there.
func (p *planner) never(c *candidate) string {
	for _, call := range c.cmd.Calls {
		text := strings.Join(append([]string{call.Name}, call.Args...), " ")
		switch {
		case publishes.MatchString(text):
			return "publishes to the outside; never run"
		case destroys.MatchString(text):
			return "destroys what is there; never run"
		case deletes.MatchString(text):
			for _, a := range call.Args {
				if strings.HasPrefix(a, "-") {
					continue
				}
				if outside(a) {
					return "deletes outside the checkout; never run"
				}
			}
		}
	}
	return ""
}

// outside: a path that is not plainly below the working directory.
func outside(arg string) bool {
	if strings.HasPrefix(arg, "/") || strings.HasPrefix(arg, "~") || strings.HasPrefix(arg, "$") || strings.HasPrefix(arg, "*") {
		return true
	}
	clean := path.Clean(arg)
	return clean == "." || clean == ".." || strings.HasPrefix(clean, "../")
}

var (
	onTrouble = regexp.MustCompile(`(?i)\bif\b.{0,60}\b(error|errors|fail|fails|failed|failing|problem|problems|issue|issues|trouble|doesn'?t work|does not work|not work(ing)?|stuck|warning|complains?)\b|\bin case (of|you)\b|\b(workaround|troubleshoot)|\bif (that|this|it) (fails|does)|\b(might|may|could) (stop|fail|complain|break|not work|throw|error)`)
	onAbsence = regexp.MustCompile(`(?i)\b(if|in case|unless)\b.{0,40}\b(don'?t|do not|haven'?t|have not|isn'?t|is not|not yet|aren'?t|without|missing|lack|already|no)\b|\bif (necessary|needed|required|not (already )?(installed|present|done))`)
	onDone    = regexp.MustCompile(`(?i)\bif not (done|activated|active|already)( yet)?\b|\(if not done yet\)`)
	onWish    = regexp.MustCompile(`(?i)\b(if|when|in case|should) you('d| would|'re| are|r| plan| wish| do)?\b.{0,25}\b(want|wish|like|prefer|need|intend|going|plan|interested|rather|choose|use|using|have|run(ning)?|modify|change|develop|contribut\w*)\b|\bfor (those|people|users) who\b|\bif desired\b|\bif you like\b`)
	atStart   = regexp.MustCompile(`(?i)^\W*(if|when|in case|should) you('d| would|'re| are)?\b.{0,20}\b(want|wish|like|prefer|intend|plan|interested|need)\b|^\W*for (those|people|users) who\b`)
	mainWish  = regexp.MustCompile(`(?i)\b(want|wish|like|wishing|planning|going|intend|need) to( \w+ly)? (install|run|build|use|try|set ?up|get|start|play|launch|clone|compile|download|work|reproduce)\b( (and|or) \w+)?( \w+)? (it|this|the|our|started|up|locally|from source|from the source|on your|with)\b`)
	onChange  = regexp.MustCompile(`(?i)(^|[.,;]\s*)\W*to (change|customi[sz]e|override|specify|disable|enable|adjust|modify|select) \w+`)
	orElse    = regexp.MustCompile(`(?i)\bor (using|with|via|by)\b[^.]*$`)
	onMaybe   = regexp.MustCompile(`(?i)\byou (may|might)( also)? (need|want|have|wish|like|find)\b|\bit (may|might) be (necessary|needed)\b|\byou can (also|optionally)\b|\byou could also\b|\balso possible\b`)
	isOption  = regexp.MustCompile(`(?i)\boptional(ly)?\b|\bnot (strictly )?(required|necessary|needed)\b|\bbonus\b`)
	prodOnly  = regexp.MustCompile(`(?i)\b(for|in|to) (a )?production\b|\bdeploy(ing|ment)?\b|\bproduction (build|mode|server|version|environment)\b|\bfor (release|deployment)\b`)
)

// conditional reads the sentence before: what only some readers do. A newcomer
// on a fresh machine has nothing yet, so "if you don't have it" holds.
func conditional(c *candidate) string {
	text := lastSentence(c.block.Lead)
	if c.inline() {
		text = c.block.Sentence.Before
		if onTrouble.MatchString(c.block.Sentence.Paragraph) {
			return "only for readers who meet a problem"
		}
	}
	if wish := c.block.Opening; wish != c.block.Lead && wish != c.block.Sentence.Paragraph && len(wish) < 300 && atStart.MatchString(wish) && !wishesMain(wish) {
		return "the section is for readers with a further wish: " + shorten(wish)
	}
	if len(c.cmd.Comments) > 0 {
		text += " " + c.cmd.Comments[0]
	} else if c.cmd.Under != "" {
		text += " " + c.cmd.Under
	}
	// A way of saying what the step itself is for is no condition.
	upgradeOfTool := strings.Contains(c.cmd.Text, "-U pip") || strings.Contains(c.cmd.Text, "--upgrade pip")
	switch {
	case text == "" || recommended.MatchString(text) && !onTrouble.MatchString(text):
		return ""
	case onTrouble.MatchString(text):
		return "only for readers who meet a problem"
	case onDone.MatchString(text):
		return "repeats a step, for readers who left it out"
	case onAbsence.MatchString(text):
		return ""
	case isOption.MatchString(text) && !upgradeOfTool:
		return "the document calls it optional"
	case prodOnly.MatchString(text) && c.role != verifier.RoleClone:
		return "for production, not for a first install"
	case onWish.MatchString(text) && !wishesMain(text):
		return "only for readers with a further wish: " + shorten(text)
	case onChange.MatchString(text):
		return "only to change how it is set up"
	case c.inline() && orElse.MatchString(text):
		return "another way to the same end"
	case onMaybe.MatchString(text):
		return "the document does not ask for it in every case"
	}
	return ""
}

var besideMain = regexp.MustCompile(`(?i)\b(doc(s|umentation)?|manual|man ?pages?|tests?|benchmarks?|examples?|plugins?|linter|development|contribut\w+)\b`)

// wishesMain: the wish is what every reader has, to install and run the thing.
func wishesMain(text string) bool {
	return mainWish.MatchString(text) && !besideMain.MatchString(text)
}

var (
	squares       = regexp.MustCompile(`\[-{1,2}\w[^\]]*\]|\[(options|path|args|arguments|flags|file|files|command|commands|params)[^\]]*\]|\S+\|\S+\]`)
	documentation = compile(`make|gmake|ninja|just ... install*doc*|install-man*|install-html|install-info|install-completion*`)
)

// synopsis: a line of a manual, with the optional parts in brackets.
func synopsis(c *candidate) bool {
	return len(squares.FindAllString(c.cmd.Text, -1)) > 0 && len(c.cmd.Holes) > 0
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= 80 {
		return text
	}
	cut := strings.LastIndexByte(text[:80], ' ')
	if cut < 0 {
		cut = 80
	}
	return text[:cut] + " …"
}
