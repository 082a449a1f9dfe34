package plan

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

var (
	answers     = compile(`* --help|-help|-h|help|--version|-version|-V|version|list|ls|status $`)
	illustrates = phrase.Compile(`(?i)^\W*(for (example|instance)|examples?|e\.g\.|eg)\b`)
)

// maxFirstRun bounds the commands that one first use may take.
const maxFirstRun = 12

// firstUses follows the first use that the documents show, block by block of
// its section when that is a quick start; one more that only asks the program
// who it is; no others.
func (p *planner) firstUses() {
	p.learnUses()
	u := firstUse{ran: p.runs()}
	var shows []*candidate
	begins := p.begins()
	for i, c := range p.order {
		switch {
		case !c.followed():
		case i < begins && p.introduces(c, p.order[begins]):
			shows = append(shows, c)
		default:
			u.step(p, c)
		}
	}
	if c := u.illustration; !u.ran && c != nil {
		// Where nothing else runs the software, its first example shows that it does.
		c.reason, c.role, u.ran = "", verifier.RoleRun, true
	}
	p.tryIntroduction(shows, u)
}

// tryIntroduction: a document that shows no other use has shown it before it
// told how to install, and that is what one types first afterwards.
func (p *planner) tryIntroduction(shows []*candidate, u firstUse) {
	for _, c := range shows {
		if u.ran || asksItself(c) {
			c.leave("shows the software before it is installed")
			c.role = verifier.RoleUsage
			continue
		}
		u.ran = true
		c.role = verifier.RoleRun
		at := slices.Index(p.order, c)
		p.order = append(slices.Delete(p.order, at, at+1), c)
	}
}

// example: a use of the software, not a step of the set-up.
func (p *planner) example(c *candidate) bool {
	return c.role == verifier.RoleUsage || c.role == verifier.RoleRun && (p.shownInUse(c) || !setUp[c.topic] && !p.besideInstall(c))
}

// besideInstall: the command's section installs what it then runs.
func (p *planner) besideInstall(c *candidate) bool {
	for _, o := range c.doc.steps {
		if innermost(o) == innermost(c) && o.followed() && o.role == verifier.RoleInstall && o.cmd.Line < c.cmd.Line {
			return true
		}
	}
	return false
}

// runs: the set-up itself ends with the software running.
func (p *planner) runs() bool {
	for _, c := range p.order {
		if c.followed() && c.role == verifier.RoleRun && !p.example(c) && len(c.cmd.Holes) == 0 {
			return true
		}
	}
	return false
}

// firstUse is what has been seen of the software's use so far.
type firstUse struct {
	ran   bool          // the main job has run
	shown bool          // the program has told who it is
	block *readme.Block // the block of the first use
	where int           // its section
	count int

	illustration *candidate // the first that is shown "for example" in a section about other things
}

const anIllustration = "an illustration"

func (u *firstUse) step(p *planner, c *candidate) {
	switch {
	case !p.example(c):
	case u.block == c.block && !u.shown && asksItself(c) && p.isProject(c.call().Name):
		u.shown = true
	case p.sameUse(u, c):
		c.leave("a variant of the use before it")
	case u.block == c.block && u.count < maxFirstRun,
		u.block != nil && u.where == innermost(c) && c.topic == topicStart && u.count < maxFirstRun:
		u.count++
		c.role = verifier.RoleRun
	case goesOnBy(c):
		c.role = verifier.RoleRun
	case u.block != nil && u.count < maxFirstRun && goesOnFrom(c, u.block):
		u.count++
		c.role = verifier.RoleRun
	case c.topic != topicUse && c.topic != topicStart && c.topic != topicRun && illustrates.MatchString(c.block.Lead):
		c.leave(anIllustration)
		if u.illustration == nil && !asksItself(c) {
			u.illustration = c
		}
	case u.ran && !u.shown && asksItself(c) && p.isProject(c.call().Name) && c.topic != noTopic:
		u.shown = true
	case !u.ran && !u.shown && asksForHelp(c) && (p.ownProgram(c) != "" || c.unknown):
		u.shown = true // it has told who it is; its job has not run yet
		c.role = verifier.RoleRun
	case !u.ran:
		u.ran, u.block, u.where, u.count = true, c.block, innermost(c), 1
		c.role = verifier.RoleRun
	default:
		c.leave("an example of use beyond the first run")
		if c.role == verifier.RoleRun && !c.serves && c.topic != topicRun {
			c.role = verifier.RoleUsage
		}
	}
}

// goesOnFrom: the text goes on from the first use: "next", "finally", or the
// next item of its numbered list.
func goesOnFrom(c *candidate, first *readme.Block) bool {
	if len(first.Sections) == 0 || innermost(c) != first.Sections[len(first.Sections)-1] {
		return false
	}
	if n, m := len(c.block.List), len(first.List); n > 0 && n == m && c.block.List[n-1].Ordered && c.block.List[n-1].List == first.List[n-1].List {
		text, _ := c.condition()
		return !onWish.MatchString(text)
	}
	lead := lastSentence(c.block.Lead)
	if c.inline() && c.block.Sentence.Before != "" {
		lead = c.block.Sentence.Before
	}
	return nextStep.MatchString(lead)
}

var nextStep = phrase.Compile(`(?i)^\W*(next|then|after that|afterwards|finally|lastly|now)\b`)

var further = phrase.Compile(`(?i)^\W*(to|or|for example|if|another)\b`)

// asksForHelp: the last word of one call asks for help.
func asksForHelp(c *candidate) bool {
	n := len(c.call().Args)
	return len(c.cmd.Calls) == 1 && n > 0 && asksHelp[c.call().Args[n-1]]
}

// asksItself: only asks the program who it is and what it can.
func asksItself(c *candidate) bool {
	words, _ := wordsOf(c.call())
	return len(c.cmd.Calls) == 1 && answers.match(words)
}

// sameUse: in the block of the first use, another example of it: told apart by
// a comment, or the same words with other options.
func (p *planner) sameUse(u *firstUse, c *candidate) bool {
	if u.block != c.block {
		return false
	}
	if len(c.cmd.Comments) > 0 && further.MatchString(c.cmd.Comments[0]) {
		return true
	}
	for _, o := range c.doc.steps {
		if o == c {
			return false
		}
		if o.block == c.block && o.role == verifier.RoleRun && (coreOf(o) == coreOf(c) || p.otherFiles(o, c)) {
			return true
		}
	}
	return false
}

// otherFiles: the same program of the project, given other files to work on.
// "tool init", "tool run" are no variants, but one use.
func (p *planner) otherFiles(o, c *candidate) bool {
	if len(o.cmd.Calls) != 1 || len(c.cmd.Calls) != 1 || o.cmd.Calls[0].Name != c.cmd.Calls[0].Name || !p.isProject(c.cmd.Calls[0].Name) || asksItself(c) {
		return false
	}
	return !subcommand.MatchString(c.cmd.Calls[0].Arg(0)) && c.topic == topicUse
}

var subcommand = phrase.Compile(`^[a-z][a-z-]*$`)

// coreOf is what a command runs, options aside.
func coreOf(c *candidate) string {
	var parts []string
	for _, call := range c.cmd.Calls {
		parts = append(parts, core(call))
	}
	return strings.Join(parts, " | ")
}

// afterwards leaves what later sections add once the software has run: data to
// play with, settings, accounts. A section that installs or serves another part
// is none of these.
func (p *planner) afterwards() {
	ran := -1 // section in which it ran
	var first *readme.Block
	used, hasRun := false, false
	again := furtherRuns{}
	for i, c := range p.order {
		used = used || c.topic == topicUse
		hasRun = hasRun || c.followed() && c.role == verifier.RoleRun
		if !c.followed() || sameSteps(first, c.block) && ran != innermost(c) {
			continue
		}
		if (used && c.topic == noTopic || hasRun && c.topic == topicUse) && c.role == verifier.RoleConfigure && !p.bringsPart(i) {
			c.leave("stands among the chapters on use")
			c.role = verifier.RoleUsage
			continue
		}
		if c.role == verifier.RoleRun && (c.serves || setUp[c.topic]) || c.dockerish() && c.role == verifier.RoleRun {
			if ran < 0 {
				ran, first = innermost(c), c.block
			}
			if why := again.run(p, c, ran); why != "" {
				c.leave(why)
				c.role = verifier.RoleUsage
			}
			continue
		}
		if ran >= 0 && c.role == verifier.RoleTest {
			c.leave("runs the project's tests, after the software has run")
			continue
		}
		if ran < 0 || innermost(c) == ran || setUp[p.ownTopic(c)] || p.bringsPart(i) {
			continue
		}
		c.leave("comes after the first run")
		if c.role != verifier.RoleTest && !setUp[p.ownTopic(c)] {
			c.role = verifier.RoleUsage
		}
	}
}

// ownTopic is what the innermost heading alone is about.
func (p *planner) ownTopic(c *candidate) topic {
	if h := c.block.Heading(); !command.MatchString(h) {
		return p.topicOf(h)
	}
	return c.topic
}

// beforehand leaves what stands before the install begins and belongs to no
// part of it.
func (p *planner) beforehand() {
	begins := p.begins()
	for i := 0; i < begins; i++ {
		c := p.order[i]
		if c.followed() && c.doc == p.order[begins].doc && !setUp[c.topic] && (c.role == verifier.RoleConfigure || c.role == verifier.RoleUsage) {
			c.leave("stands before the install begins")
		}
	}
}

// begins is where the install does, or -1.
func (p *planner) begins() int {
	return slices.IndexFunc(p.order, func(c *candidate) bool {
		return c.followed() && setUp[c.topic] && (c.role == verifier.RoleClone || c.role == verifier.RoleInstall || c.role == verifier.RoleBuild)
	})
}

// introduces: shows the project's own program before the install, which begins
// with another command.
func (p *planner) introduces(c, begin *candidate) bool {
	return c.unknown && innermost(c) != innermost(begin) && (onlyItsOwn(c) || p.pipesThrough(c))
}

// bringsPart: the section of a step installs or serves something itself.
func (p *planner) bringsPart(i int) bool {
	at := p.order[i]
	for _, c := range p.order {
		if c.doc == at.doc && innermost(c) == innermost(at) && c.followed() && at.topic != topicUse &&
			(c.role == verifier.RoleInstall || c.serves || c.role == verifier.RoleClone) && !changesOnly(c) {
			return true
		}
	}
	return false
}

// summaries leaves what running text says in short before the steps come in
// detail: what cannot run before the clone that follows.
func (p *planner) summaries() {
	cloned := false
	for _, c := range p.order {
		cloned = cloned || c.clone == selfClone && c.followed()
	}
	for _, c := range p.order {
		if !c.followed() {
			continue
		}
		if c.clone == selfClone {
			cloned = false
		}
		if cloned && c.inline() && (c.role == verifier.RoleRun || c.role == verifier.RoleBuild) {
			c.leave("a summary; the steps come in detail later")
		}
	}
}

// entersWhatRuns: goes where a command of the same list is typed, as one does
// in every new terminal.
func (p *planner) entersWhatRuns(c *candidate) bool {
	if !changesOnly(c) && !c.callFlags()[verifier.FlagActivates] {
		return false
	}
	for _, o := range c.doc.steps {
		if o.followed() && o.cmd.Line > c.cmd.Line && innermost(o) == innermost(c) && (o.role == verifier.RoleRun || o.role == verifier.RoleInstall) {
			return true
		}
	}
	return false
}

// repeats leaves what was typed before and stands again in a later chapter.
func (p *planner) repeats() {
	seen := map[string]bool{}
	where := ""
	for _, c := range p.order {
		if !c.followed() {
			continue
		}
		if dir, moves := changesTo(c.cmd); moves {
			where = dir
		}
		text := plain(c.cmd.Text)
		if !c.serves {
			text = where + "\n" + text // elsewhere it is another thing
		}
		if seen[text] && c.clone == noClone && !p.entersWhatRuns(c) && (c.serves || c.inline() || c.topic == topicUse || c.topic == noTopic) {
			c.leave("typed before")
			continue
		}
		seen[text] = true
	}
}

// runsWithOptions leaves a run that only adds options to one typed before.
func (p *planner) runsWithOptions() {
	var runs []*candidate
	for _, c := range p.order {
		if !c.followed() || c.role != verifier.RoleRun || len(c.cmd.Calls) != 1 {
			continue
		}
		text := plain(c.cmd.Text)
		for _, earlier := range runs {
			if more, ok := strings.CutPrefix(text, plain(earlier.cmd.Text)+" "); ok && strings.HasPrefix(more, "-") {
				c.leave("the run of line " + itoa(earlier.cmd.Line) + " with further options")
				break
			}
		}
		if c.followed() {
			runs = append(runs, c)
		}
	}
}

// unmadeEnvironments leaves what is typed in an environment by name that no
// followed step makes: ". env-4.3/bin/activate" in an example.
func (p *planner) unmadeEnvironments() {
	made := ""
	var inside *readme.Block
	for _, c := range p.order {
		if !c.followed() {
			continue
		}
		if inside != nil && c.block == inside {
			c.leave("goes on in an environment that no step has made")
			continue
		}
		if m := entersEnvironment.FindStringSubmatch(plain(c.cmd.Text)); m != nil && !setUp[c.topic] && !strings.Contains(made, m[1]) {
			inside = c.block
			c.leave("enters an environment that no step has made")
			continue
		}
		made += "\n" + c.cmd.Text
	}
}

var entersEnvironment = phrase.Compile(`^(?:\.|source) (?:\./)?([\w.-]+)/bin/activate$`)
