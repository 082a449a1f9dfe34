package plan

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

var (
	onTrouble = phrase.Compile(`(?i)\bif\b.{0,60}\b(error|errors|fail|fails|failed|failing|problem|problems|issue|issues|trouble|doesn'?t work|does not work|not work(ing)?|stuck|warning|complains?)\b|\bin case (of|you)\b|\b(workaround|troubleshoot)|\bif (that|this|it) (fails|does)|\b(might|may|could) (stop|fail|complain|break|not work|throw|error)`)
	onAbsence = phrase.Compile(`(?i)\b(if|in case|unless)\b.{0,40}\b(don'?t|do not|haven'?t|have not|isn'?t|is not|not yet|aren'?t|without|missing|lack|already|no)\b|\bif (necessary|needed|required|not (already )?(installed|present|done))`)
	onDone    = phrase.Compile(`(?i)\bif you have(n'?t| not) (already )?(done|run|activated|installed|created) (so|this|it|that|the)\b|\bif not (done|activated|active|already)( yet)?\b|\(if not done yet\)`)
	onWish    = phrase.Compile(`(?i)\b(if|when|in case|should) you('d| would|'re| are|r| plan| wish| do)?\b.{0,25}\b(want|wish|like|prefer|need|intend|going|plan|interested|rather|choose|use|using|have|run(ning)?|modify|change|develop|contribut\w*)\b|\bfor (those|people|users) who\b|^\W*for (the )?(developers|contributors|maintainers|packagers)\b|\bfor (example|instance),? (when|if)\b|\bif desired\b|\bif you like\b`)
	atStart   = phrase.Compile(`(?i)^\W*(if|when|in case|should) you('d| would|'re| are)?\b.{0,20}\b(want|wish|like|prefer|intend|plan|interested|need|have (access|an? account))\b|^\W*for (those|people|users) who\b`)
	mainWish  = phrase.Compile(`(?i)\b(want|wish|like|wishing|planning|going|intend|need) to( \w+ly)? (install|run|build|use|try|set ?up|get|start|play|launch|clone|compile|download|work|reproduce)\b( (and|or) \w+)?( \w+)? (it|this|the|our|started|up|locally|from source|from the source|on your|with)\b`)
	onChange  = phrase.Compile(`(?i)(^|[.,;]\s*)\W*to (change|customi[sz]e|override|specify|disable|enable|adjust|modify|select) \w+`)
	orCode    = phrase.Compile("`,? or\\s*$")
	orElse    = phrase.Compile(`(?i)\bor (using|with|via|by)\b[^.]*$`)
	onMaybe   = phrase.Compile(`(?i)\byou (may|might)( also)? (need|want|have|wish|like|find)\b|\bit (may|might) be (necessary|needed)\b|\byou can (also|optionally|verify|check|confirm|view|inspect|test (it|that|this|your|the connection))\b|\byou could also\b|\balso possible\b|\bcan be re(built|generated|created)\b|\byou can (change|customi[sz]e|override|adjust|tune|modify) (that|this|the|these|those)\b`)
	isOption  = phrase.Compile(`(?i)\boptional(ly)?\b|\bnot (strictly )?(required|necessary|needed)\b|\bbonus\b`)
	prodOnly  = phrase.Compile(`(?i)\b(for|in|to) (a )?production\b|\bdeploy(ing|ment)?\b|\bproduction (build|mode|server|version|environment)\b|\bfor (release|deployment)\b`)
)

// said is what stands right before a command about who types it, empty where
// nothing does or where it is a recommendation. settled: a newcomer on a fresh
// machine has nothing yet, so that "if you don't have it" holds for them.
type said struct {
	text    string
	settled bool
}

// condition reads what is said about a command.
func (c *candidate) condition() (text string, settled bool) {
	if c.said == nil {
		c.said = c.listen()
	}
	return c.said.text, c.said.settled
}

func (c *candidate) listen() *said {
	text := lastSentence(c.block.Lead)
	if back.MatchString(text) {
		text = lastSentence(strings.TrimSuffix(strings.TrimSpace(c.block.Lead), text)) + " " + text
	}
	if c.inline() {
		text = c.block.Sentence.Before
	}
	if n := len(c.cmd.Comments); n > 1 && looksTyped(c.cmd.Comments[n-1]) {
		// The comments speak of a command that is commented out itself.
	} else if n > 0 {
		text += " " + c.cmd.Comments[0]
	} else if c.cmd.Under != "" {
		text += " " + c.cmd.Under
	}
	text = asRoot.ReplaceAllString(straight(text), "")
	if text == "" || recommends(text) && !onTrouble.MatchString(text) {
		return &said{"", true}
	}
	return &said{text, onAbsence.MatchString(text) && !notWanted.MatchString(text) && !alreadyHere(c, text)}
}

// asRoot: "(as root, if your user lacks the rights)" says how, not whether.
var asRoot = phrase.Compile(`(?i)\([^()]*\b(?:root|sudo|superuser|administrator|privileges?)\b[^()]*\)`)

// straight writes apostrophes as a keyboard does.
func straight(text string) string { return strings.ReplaceAll(text, "’", "'") }

// notWanted: not to need something is a wish, not a lack.
var notWanted = phrase.Compile(`(?i)\b(if|in case|unless)\b.{0,20}\b(don'?t|do not) (need|want|like|wish|care|intend|plan)\b`)

var (
	lacking   = phrase.Compile(`(?i)\b(?:don'?t|do not|haven'?t|have not) (?:yet )?(?:have|use|installed|got|want(?: to use)?) (?:the |an? )?[` + "`" + `"']?([\w./-]+)`)
	otherwise = phrase.Compile(`(?i)\bif you(?:'ve| have)? already (?:cloned|checked out|installed|built|downloaded|forked)\b`)
)

// alreadyHere: what a reader is said to lack was brought by a step before, or
// the sentence is for those who began otherwise.
func alreadyHere(c *candidate, text string) bool {
	if otherwise.MatchString(text) {
		return true
	}
	m := lacking.FindStringSubmatch(text)
	if m == nil || len(m[1]) < 3 {
		return false
	}
	for _, o := range c.doc.steps {
		if o == c {
			return false
		}
		if o.followed() && strings.Contains(o.cmd.Text, m[1]) {
			return true
		}
	}
	return false
}

// looksTyped: a comment that is a command switched off.
func looksTyped(comment string) bool {
	return strings.Contains(comment, " && ") || strings.Contains(comment, "./") && !strings.HasSuffix(comment, ".") ||
		len(shell.Split(shell.Input{Lines: []shell.Line{{Text: comment}}})) == 1 && strings.ContainsAny(comment, "-./&|")
}

// back: the sentence goes on from the one before it.
var back = phrase.Compile(`(?i)^\W*(to do (so|that|this|it)|in (this|that|such a) case|if so|if (it|that|this) works)\b`)

func onlyInTrouble(_ *planner, c *candidate) string {
	text, _ := c.condition()
	if c.inline() && onTrouble.MatchString(c.block.Sentence.Paragraph) || onTrouble.MatchString(text) {
		return "only for readers who meet a problem"
	}
	return ""
}

func alreadyDone(_ *planner, c *candidate) string {
	text, _ := c.condition()
	if !onDone.MatchString(text) {
		return ""
	}
	for _, o := range c.doc.steps {
		if o == c {
			break // it stands here for the first time
		}
		if o.role == c.role && plain(o.cmd.Text) == plain(c.cmd.Text) || changesOnly(c) {
			return "repeats a step, for readers who left it out"
		}
	}
	return ""
}

// beforeSubmitting: what contributors do with their change before others see it.
func beforeSubmitting(_ *planner, c *candidate) string {
	text, _ := c.condition()
	if n := len(c.block.List); n > 0 && !submits.MatchString(text) {
		text = lastSentence(c.block.List[0].Intro)
	}
	if submits.MatchString(text) {
		return "for people who change the code, before they hand it in"
	}
	return ""
}

var submits = phrase.Compile(`(?i)\b(before|when|prior to) (you )?(submit|send|open|creat|mak|commit|push|contribut|merg)\w*( (a|any|your|the|to))?( \w+)?( \w+)? ?(changes?|pull requests?|prs?|patch(es)?|commits?|code|contributions?|merge requests?|upstream)\b|\bbefore (you )?commit(ting)?\b`)

// forTests: of a list of what the tests need.
func forTests(_ *planner, c *candidate) string {
	for _, item := range c.block.List {
		if testsNeed.MatchString(item.Intro) || testsNeed.MatchString(item.Text) && len(item.Text) < 200 {
			return "only the tests need it"
		}
	}
	return ""
}

var testsNeed = phrase.Compile(`(?i)\b(?:to|for) (?:\w+ )?(?:run|running|execute) (?:the |all |our )?(?:\w+ )?tests?\b.{0,40}\b(?:need|require|install)\w*\b.*:\s*$`)

// parentWish: the item that the list belongs to is for readers with a wish.
func parentWish(_ *planner, c *candidate) string {
	if n := len(c.block.List); n > 1 {
		if wish := c.block.List[n-2].Text; len(wish) < 200 && strings.HasSuffix(strings.TrimSpace(wish), ":") && wishStart.MatchString(wish) && !wishesMain(wish) {
			return "only for readers with a further wish: " + shorten(wish)
		}
	}
	return ""
}

var wishStart = phrase.Compile(`(?i)^\W*(if (you('d|'re| are| would)? ?(using|use|want|wish|like|prefer|plan|need)|using|running)|when using|(in case|for those))\b`)

// fromArchive: a tarball is built in another way than the checkout, and the
// document tells both.
func fromArchive(p *planner, c *candidate) string {
	const why = "for readers who have an archive of a release; here is the checkout"
	if p.unpacksIt(c) {
		return why
	}
	text, _ := c.condition()
	if !ofArchive.MatchString(text) || ofCheckout.MatchString(text) {
		return ""
	}
	for _, o := range c.doc.steps {
		if other, _ := o.condition(); o != c && ofCheckout.MatchString(other) && !ofArchive.MatchString(other) {
			return why
		}
	}
	return ""
}

// unpacksIt: the section builds what it unpacks from an archive of the project,
// and another one clones it.
func (p *planner) unpacksIt(c *candidate) bool {
	unpacked, cloned := false, false
	for _, o := range c.doc.steps {
		same := innermost(o) == innermost(c)
		cloned = cloned || !same && o.clone == selfClone
		unpacked = unpacked || same && unpacks.match(firstWords(o)) && strings.Contains(strings.ToLower(o.cmd.Text), strings.ToLower(p.in.Repository))
		if same && o.clone == selfClone {
			return false
		}
	}
	return unpacked && cloned
}

var unpacks = compile(`tar|unzip|bsdtar|gtar`)

var (
	ofArchive  = phrase.Compile(`(?i)\b(from|using|have|with|downloaded|unpack\w*) (an? |the |this )?((official|release|source|released|distribution|dist|\.?tar\.gz) )*(tarballs?|archives?|tar ?balls?|zip( files?)?|release (tarball|archive|packages?))\b`)
	ofCheckout = phrase.Compile(`(?i)\b(from|using|have|with|in|cloned?) (an? |the |this |our )?(fresh |current |latest )?(git|github|svn|mercurial|repository|repo|checkout|clone|source tree)\b`)
)

// sectionWish: the section opens with a wish that not every reader has.
func sectionWish(_ *planner, c *candidate) string {
	wish := c.block.Opening
	if wish != c.block.Lead && wish != c.block.Sentence.Paragraph && len(wish) < 300 && atStart.MatchString(wish) && !wishesMain(wish) {
		return "the section is for readers with a further wish: " + shorten(wish)
	}
	return ""
}

// elsewise: for readers who did or have something else than this one.
func elsewise(_ *planner, c *candidate) string {
	text, _ := c.condition()
	if otherwise.MatchString(text) || onAbsence.MatchString(text) && alreadyHere(c, text) {
		return "for readers who began otherwise"
	}
	return ""
}

// canBeAdded: a section begins by saying that its subject can be left out.
var canBeAdded = phrase.Compile(`(?i)\b(can|may) (be optionally|optionally be)\b`)

func calledOptional(_ *planner, c *candidate) string {
	// The tool that installs is brought up to date by everybody.
	ofTool := strings.Contains(c.cmd.Text, "-U pip") || strings.Contains(c.cmd.Text, "--upgrade pip")
	if text, settled := c.condition(); !settled && !ofTool && isOption.MatchString(text) {
		return "the document calls it optional"
	}
	if wish := c.block.Opening; wish != c.block.Lead && len(wish) < 300 && canBeAdded.MatchString(wish) {
		return "the section is about something optional"
	}
	return ""
}

func forProduction(_ *planner, c *candidate) string {
	if text, settled := c.condition(); !settled && c.role != verifier.RoleClone && prodOnly.MatchString(text) {
		return "for production, not for a first install"
	}
	return ""
}

func furtherWish(p *planner, c *candidate) string {
	text, settled := c.condition()
	if at := onSystem.FindStringIndex(text); at != nil {
		if system := settle(mentioned(firstFields(text[at[1]:], 3), false)); system != "" && p.fits(system) {
			return "" // "if you are on Ubuntu" is everybody here
		}
	}
	if boosts.MatchString(c.block.Lead) && !c.inline() {
		return "only for readers with a further wish: " + shorten(c.block.Lead)
	}
	if !settled && onWish.MatchString(text) && !wishesMain(text) && !haveRuntime.MatchString(text) && (c.inline() || !complete.MatchString(text)) {
		return "only for readers with a further wish: " + shorten(text)
	}
	return ""
}

// boosts: a paragraph that begins with what another tool would improve.
var boosts = phrase.Compile(`(?i)^\W*using (an? |the )?[\w.-]+( [\w.-]+){0,2} (can|could|will|may) (\w+ly )?(boost|speed|improve|increase|reduce|accelerate|make)`)

// haveRuntime: a version that the software needs is no wish.
var haveRuntime = phrase.Compile(`(?i)\bif you (already )?have (the )?[A-Z][\w+#.]* (version )?v?\d[\d.]*\+?( or (later|newer|above|higher|greater|up))?\b`)

// complete: the wish is told right there what to do, and the block below goes
// on with the subject.
var complete = phrase.Compile(`(?i)^\W*(if|when)\b[^,.]*, (please |just |simply )?(add|use|set|pass|see|check|read|refer|visit|consult|append|specify|edit|change)\b.*\.\s*$`)

// onSystem ends where the system is named that one is on.
var onSystem = phrase.Compile(`(?i)\b(?:if|when|in case) (?:you(?:(?:'re| are) (?:on|using|running)| use| run| have)|your (?:system|machine|computer) (?:is|runs)) (?:an? |the )?`)

// firstFields are the first words of a text.
func firstFields(text string, n int) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(n, len(words))], " ")
}

func onOccasion(_ *planner, c *candidate) string {
	if text, _ := c.condition(); thisIs.MatchString(text) && !firstTime.MatchString(text) {
		return "for an occasion that a first install is not: " + shorten(text)
	}
	if text, settled := c.condition(); !settled && occasion.MatchString(text) && !c.callFlags()[verifier.FlagActivates] {
		return "for later, when something has changed"
	}
	return ""
}

// thisIs: "If this is a general election, …", but not "the first time".
var (
	thisIs    = phrase.Compile(`(?i)^\W*if (?:this|it|today) is (?:an?|the) \w+`)
	firstTime = phrase.Compile(`(?i)\b(?:first|initial|new|fresh|clean|debian|ubuntu|linux|development|local)\b`)
)

var occasion = phrase.Compile(`(?i)\b(whenever|every time|each time|any ?time (that |you )|(after|once) (the |your )?(initial|first)[- ](time )?(project )?(set-?up|install\w*|run|build)\b|(after|once you('ve| have)?|when(ever)? you('ve| have)?) (chang|modif|edit|updat|add|pull)(ed|es|ing|e|ify|ied)?\b)|\bnow,? when(ever)?\b|\bthe next times?\b|^\W*(nas? pr[oó]ximas? vez(es)?|las? pr[oó]ximas? (vez|veces)|la prochaine fois|les prochaines fois|beim nächsten mal|la prossima volta|в следующий раз)(?:$|[^\p{L}])`)

// looksInside: opens a console, or shows what goes on.
func looksInside(_ *planner, c *candidate) string {
	if text, settled := c.condition(); !settled && toLook.MatchString(text) {
		return "only to look inside; the install does not need it"
	}
	return ""
}

var toLook = phrase.Compile(`(?i)^\W*(?:to |if you need to |you can )?(?:get|open|access|enter|view|see|check|inspect|connect to|attach to|follow|tail|show|watch)(?: into)? (?:(?:the|a|an|your|all|its|of|rails|django|python|interactive|running|database|postgres|mysql|docker|container'?s?|server|application|app|web) )*(?:consoles?|shells?|repl|logs?|database|psql|containers?)\b[^.]{0,40}[:,]?\s*$`)

// listed: of a list of commands for whatever a reader may want to do one day.
func listed(_ *planner, c *candidate) string {
	if !c.inline() && listOf.MatchString(lastSentence(c.block.Lead)) {
		return "of a list of commands for daily use"
	}
	return ""
}

var listOf = phrase.Compile(`(?i)^\W*(?:here are |these are )?(?:some |a few |the |other |more )*(?:common|common(?:ly)? used|useful|handy|helpful|frequent(?:ly used)?|additional|other)(?: \w+)? (?:commands|tasks|scripts|targets|operations)(?: \w+){0,4}\W*$`)

func onlyToChange(_ *planner, c *candidate) string {
	if text, settled := c.condition(); !settled && onChange.MatchString(text) {
		return "only to change how it is set up"
	}
	return ""
}

func byOtherMeans(_ *planner, c *candidate) string {
	if c.clone == selfClone && !bySSH(c) {
		return "" // where the other one needs a key, this is the first way
	}
	if text, settled := c.condition(); !settled && c.inline() && (orElse.MatchString(text) || orCode.MatchString(text)) {
		return "another way to the same end"
	}
	return ""
}

func perhaps(_ *planner, c *candidate) string {
	if c.inline() && c.topic == topicNeeds && onlyShows(c) {
		return "" // to see whether what is needed is there
	}
	if text, settled := c.condition(); !settled && onMaybe.MatchString(text) {
		return "the document does not ask for it in every case"
	}
	return ""
}

var besideMain = phrase.Compile(`(?i)\b(bash|shell|doc(s|umentation)?|manual|man ?pages?|tests?|benchmarks?|examples?|plugins?|linter|development|contribut\w+)\b`)

// wishesMain: the wish is what every reader has, to install and run the thing.
func wishesMain(text string) bool {
	return mainWish.MatchString(text) && !besideMain.MatchString(text)
}

func calledDeprecated(_ *planner, c *candidate) string {
	if isDeprecated.MatchString(c.block.Heading()) || isDeprecated.MatchString(lastSentence(c.block.Lead)) || len(c.block.Opening) < 300 && isDeprecated.MatchString(c.block.Opening) {
		return "the document calls it deprecated"
	}
	return ""
}

var isDeprecated = phrase.Compile(`(?i)\b(?:this|these|the following)(?: \w+){0,2} (?:is|are|has been|have been|was|were)(?: now| \w+ly)? (?:deprecated|obsolete|no longer (?:supported|maintained|recommended))\b|\((?:deprecated|obsolete)\)|^\W*(?:deprecated|obsolete)\b`)
