package plan

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// topic is what a section is about, read from its headings.
type topic string

const (
	noTopic       topic = ""
	topicStart    topic = "getting started"
	topicInstall  topic = "installing"
	topicNeeds    topic = "prerequisites"
	topicBuild    topic = "building"
	topicRun      topic = "running"
	topicSet      topic = "configuring"
	topicUse      topic = "use"
	topicTest     topic = "tests"
	topicDevelop  topic = "developing"
	topicDeploy   topic = "deployment"
	topicRemove   topic = "uninstalling"
	topicUpgrade  topic = "upgrading"
	topicTrouble  topic = "troubleshooting"
	topicOptional topic = "an optional part"
	topicDocs     topic = "documentation"
	topicOther    topic = "background"
)

// topicRules are tried in order; the first match names the topic.
var topicRules = []struct {
	topic topic
	match *phrase.Expr
}{
	{topicRemove, words(`uninstall\w*|un-install\w*|remov(e|al|ing)|clean(ing)?[- ]?up|tear ?down|stopping`)},
	{topicUse, words(`(export(ing)?|back(ing)? ?up|dump(ing)?|restor(e|ing)) (the |your |a )?(\w+ )?(data|database|db)( \w+)?`)},
	{topicUse, words(`(updating|update|refreshing|refresh) (the |your |our )?(\w+ )?(data|dataset|datasets|figures|statistics)`)},
	{topicUpgrade, words(`upgrad(e|es|ing)|updat(e|es|ing)|migrat(e|ing) from|switch(ing)? from`)},
	{topicInstall, phrase.Compile(`(?i)^\W*(?:\d+[.)]\s*)?(install(ing|ation)?|set(ting)? ?up|build(ing)?) ?(and|&|,|\+|/) ?(test|verif|check)(y|ing|ication)?\b`)},
	{topicUse, phrase.Compile(`(?i)^\W*(getting|built-?in|online|command[- ]line) help\W*$`)},
	{topicTrouble, words(`trouble ?shoot(ing)?|faq|known (issues|problems|bugs)|common (errors|issues|problems)|debug(ging|gers?)?|help|problems|questions|gotchas|fix(es|ing)?|caveats|if you have .*|errors?`)},
	{topicUse, words(`running ([\w-]+ )?commands.*|continual work|day[- ]to[- ]day.*|daily (work|use|workflow)|useful (information|tips)|tips( (and|&) tricks)?|(later|subsequent|next) (runs|time|starts)`)},
	{topicUse, words(`expla(in(ed|ing)?|nation)( of)?|what (they|it|each|this)( \w+)? do(es)?|cheat ?sheet|(list of|useful|common|helpful|handy|other|additional) (\w+ )?(commands|scripts|tasks)`)},
	{topicDeploy, phrase.Compile(`(?i)^\W*production\W*$`)},
	{topicDeploy, words(`deploy(ment|ing|s)?|(in|for|to) production|production (build|deployment|mode|server|environment|setup)|publish(ing)?|releas(ing|e process)|(making|creating|cutting) (a )?releases?|hosting|heroku|kubernetes|k8s|openshift|(running |run )?(on|to|in) (aws|azure|gcp|google cloud|amazon|the cloud|netlify|vercel|railway|render|digital ?ocean|fly\.io)|ci/cd|ci|continuous (integration|deployment|delivery)|systemd|as a service|packaging`)},
	{topicDevelop, words(`contribut(e|ing|ors?|ions?)|lint(ing|er|ers)?|format(ting|ter)?|(code )?quality checks?|code (style|quality|formatting)|style ?guide|for maintainers|maintainers?|hacking|development workflow|developer(s)?( guide| notes| documentation)?|for developers|git (workflow|flow|hooks)|branching|pull requests?|translat(e|ion|ions|ing)|localization|i18n|internationali[sz]ation|clang[- ](format|tidy)|(making|front[- ]?end|back[- ]?end|code|css|style|ui) changes|maintenance|profiling|benchmark(s|ing)?|adding new .*|regenerat(e|ing).*`)},
	{topicDevelop, phrase.Compile(`(?i)^\W*((set(ting)? ?up|install(ing)?|using|about|git) )?(the )?pre-?commit( hooks?)?\W*$`)},
	{topicDevelop, phrase.Compile(`(?i)^\W*(for )?develop(ment|ing)\W*$`)},
	{topicDocs, words(`(building|build|generat(e|ing)|view(ing)?) (the )?(docs|documentation|api docs)|documentation|docs|api documentation|api reference|completions?|shell completions?|auto-?completion|man ?pages?`)},
	{topicTest, words(`tests?|testing|run(ning)? (the )?(unit |integration |all |e2e )?tests?|test suite|unit tests?|coverage|e2e|end[- ]to[- ]end.*|continuous testing`)},
	{topicOptional, phrase.Compile(`(?i)\boptional(ly)?\b|\bcross[- ]?compil|\bmultiple instances\b|\b(editor|ide|vim|emacs|third[- ]party) (integrations?|support|plugins?)\b|\brelease tarballs?\b|\benabl(?:e|ing) (?:https|ssl|tls)\b`)},
	{topicNeeds, words(`pre-?requisites?|requirements?|dependenc(y|ies)|needed|what you need|before (you )?(begin|start).*|system requirements|you('| wi)ll need|prepar(e|ation|ing)`)},
	{topicStart, words(`getting started|get started|quick ?-?start(ed)?|start here|first steps|set ?-?up|setting up|how to (start|begin|set up|setup)|local (development|setup|environment)|development (setup|environment|server|installation)|dev (setup|environment)|running locally|run(ning)? (it )?locally|usage locally|step ?#?\d+|step by step|instructions?|tl;?dr|installation and usage|install(ation)? (and|&) (usage|run|running|setup)|how to (run|install)( .*)?`)},
	{topicInstall, words(`install(ation|ing|s|ed)?|installation instructions|how to install|download(s|ing)?|packages?( managers?)?|obtain(ing)?|get(ting)? (it|the code|the source)|clon(e|ing).*`)},
	{topicBuild, words(`build(ing|s)?|compil(e|ing|ation)|mak(e|ing)|from source|how to build`)},
	{topicSet, words(`configur(e|ation|ing)|settings?|database( setup)?|environment( variables?)?|env(ironment)? (vars?|file)|seed(ing)?|migrat(e|ion|ions|ing)|initiali[sz](e|ation|ing)|credentials`)},
	{topicRun, words(`run(ning|s)?|start(ing)?|launch(ing)?|serv(e|ing)|execut(e|ing|ion)|boot(ing)?|try it( out)?|local server|dev(elopment)? server`)},
	{topicUse, words(`us(age|e|ing)|how to use|examples?|demo|tutorial|walk-?through|commands|cli|command[- ]line (interface|options|arguments|tools?)|options|features?|arguments|parameters|basic usage|advanced( usage)?|scripts|available scripts|api|reproduc(e|ing|ibility)|train(ing)?|evaluat(e|ion|ing)|inference|recipes|cookbook`)},
	{topicOther, words(`licen[sc]e|credits|acknowledge?ments?|authors?|roadmap|to-?do|changelog|history|about|introduction|overview|architecture|(project |file |repository |folder |directory )?structure|security|references|citation|citing|related|see also|links|support|community|contact|screenshots?|tech(nology)? stack|built with|resources|background|design`)},
}

var brackets = phrase.Compile(`\s*\([^)]*\)`)

// partOptional: of what the section tells, one thing is optional.
var partOptional = phrase.Compile(`(?i)\w (is|are) optional\b`)

func words(alternatives string) *phrase.Expr { return phrase.Any(alternatives) }

// topicOf reads one heading. A document asks for the same few again and again.
func (p *planner) topicOf(heading string) topic {
	t, known := p.topics[heading]
	if !known {
		t = readTopic(heading)
		p.topics[heading] = t
	}
	return t
}

func readTopic(heading string) topic {
	for _, r := range topicRules {
		if r.match.MatchString(heading) {
			return r.topic
		}
	}
	return topicAbroad(heading)
}

// left are topics whose commands belong to another day than the first.
var left = map[topic]bool{
	topicTest: true, topicDevelop: true, topicDeploy: true, topicRemove: true, topicUpgrade: true,
	topicTrouble: true, topicOptional: true, topicDocs: true,
}

// setUp are topics whose commands a newcomer is sure to type.
var setUp = map[topic]bool{topicStart: true, topicInstall: true, topicNeeds: true, topicBuild: true, topicRun: true, topicSet: true}

// sectionTopic reads the whole path of headings: a chapter that is left keeps
// its sections, whatever they are called; else the innermost heading that says
// anything decides.
func (p *planner) sectionTopic(b *readme.Block, d *document) topic {
	title := d.Title
	inner, outer, within := noTopic, noTopic, noTopic
	for i := len(b.Headings) - 1; i >= 0; i-- {
		h := b.Headings[i]
		if i == 0 && b.Sections[0] == title && left[p.topicOf(h)] && setUp[p.topicOf(brackets.ReplaceAllString(h, ""))] {
			h = brackets.ReplaceAllString(h, "") // "Getting started (contributors only)"
		}
		if len(h) > 90 || i == 0 && b.Sections[0] == title && (left[p.topicOf(h)] || len(b.Headings) > 1 && !setUp[p.topicOf(h)]) {
			continue // a sentence, or the document's title
		}
		if command.MatchString(h) {
			continue // a command as a heading is about itself
		}
		t := p.topicOf(h)
		if t == noTopic {
			continue
		}
		if t == topicDevelop && d.develops {
			if inner == noTopic {
				inner = topicStart
			}
			continue
		}
		if t == topicDevelop && onlyDevelop.MatchString(h) && p.inSetUp(b.Headings[:i]) {
			if inner == noTopic {
				inner = topicRun // "Getting started", "Development": how it is started for it
			}
			continue
		}
		if left[t] {
			if t == topicOptional && (recommends(h) || partOptional.MatchString(h)) {
				continue
			}
			outer = t
			continue
		}
		if inner == noTopic {
			inner = t
		} else {
			within = t
		}
	}
	if inner == topicRun && within == topicUse {
		inner = topicUse // "Use a custom start date" among the examples
	}
	if outer != noTopic {
		return outer
	}
	if inner == noTopic && b.Tab != "" {
		inner = p.topicOf(b.Tab)
	}
	return inner
}

var onlyDevelop = phrase.Compile(`(?i)^\W*(for )?develop(ment|ing)( mode| server)?\W*$`)

// inSetUp: one of the outer headings is about getting started.
func (p *planner) inSetUp(outer []string) bool {
	return slices.ContainsFunc(outer, func(h string) bool {
		t := p.topicOf(h)
		return t == topicStart || t == topicInstall
	})
}

var command = phrase.Compile("^`[^`]+`$")

var recommended = phrase.Compile(`(?i)\b(recommend(ed)?|preferred (way|method|option)|preferably|(easiest|simplest|quickest|best) (way|method|option|approach)|is the (easiest|simplest))\b|\((preferred|default|easiest|simplest|easy)\)`)

// recommends: the text calls something the way to go.
func recommends(text string) bool { return recommended.MatchString(text) || praise.MatchString(text) }

// lastSentence is what is read right before a block.
func lastSentence(text string) string {
	text = strings.TrimSpace(text)
	body := strings.TrimRight(text, ".!:? ")
	i := strings.LastIndexAny(body, "\n")
	for _, sep := range []string{". ", "! ", "? "} {
		if j := strings.LastIndex(body, sep); j+1 > i && !strings.HasSuffix(body[:j+1], "e.g.") && !strings.HasSuffix(body[:j+1], "i.e.") {
			i = j + 1
		}
	}
	if i < 0 {
		return text
	}
	return strings.TrimSpace(text[i:])
}
