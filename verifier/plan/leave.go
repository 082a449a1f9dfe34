package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

func illustration(_ *planner, c *candidate) string {
	if c.inline() && illustrating.MatchString(c.block.Sentence.Before) {
		return anIllustration
	}
	return ""
}

func extraDocumentation(_ *planner, c *candidate) string {
	if documentation.match(firstWords(c)) {
		return "installs documentation or completions, an optional extra"
	}
	return ""
}

func ofRole(role verifier.Role, reason string) func(*planner, *candidate) string {
	return func(_ *planner, c *candidate) string {
		if c.role == role {
			return reason
		}
		return ""
	}
}

func showsOnly(_ *planner, c *candidate) string {
	if c.role == verifier.RoleOther || c.role == verifier.RoleUsage && onlyShows(c) {
		return "only shows or undoes something; the install does not need it"
	}
	return ""
}

func aloofTest(p *planner, c *candidate) string {
	if c.role == verifier.RoleTest && (c.topic == topicTest || !p.testInList(c) || c.inline() && toTest.MatchString(c.block.Sentence.After)) {
		return "runs the project's tests; the document does not make that a step of the install"
	}
	return ""
}

func leftChapter(_ *planner, c *candidate) string {
	if left[c.topic] {
		return fmt.Sprintf("stands in a part about %s", c.topic)
	}
	return ""
}

func otherPlatform(p *planner, c *candidate) string {
	if !p.fits(c.platform) {
		return "for " + platformNames[c.platform]
	}
	return ""
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

// outside: a path that is not plainly below the working directory.
func outside(arg string) bool {
	if strings.HasPrefix(arg, "/") || strings.HasPrefix(arg, "~") || strings.HasPrefix(arg, "$") || strings.HasPrefix(arg, "*") {
		return true
	}
	clean := path.Clean(arg)
	return clean == "." || clean == ".." || strings.HasPrefix(clean, "../")
}

var (
	squares       = phrase.Compile(`(?i)\[-{1,2}\w[^\]]*\]|\[((?-i:[A-Z]{2,}[A-Z_ ]*\.\.\.)|options|path|args|arguments|flags|file|files|command|commands|params)[^\]]*\]|\S+\|\S+\]`)
	documentation = compile(`make|gmake|ninja|just ... install*doc*|install-man*|install-html|install-info|install-completion*`)
)

// whatever is a gap for anything that the program takes.
var whatever = phrase.Compile(`(?i)^<(sub-?commands?|commands?|cmd|args?|arguments?|options?|opts?|flags?|params?|parameters?)>$`)

// synopsis: a line of a manual, with the optional parts in brackets.
func synopsis(_ *planner, c *candidate) string {
	if slices.ContainsFunc(c.cmd.Holes, whatever.MatchString) {
		return "a synopsis, not a command to type"
	}
	if len(c.cmd.Holes) > 0 && squares.MatchString(c.cmd.Text) {
		return "a synopsis, not a command to type"
	}
	if name, ok := onlyName(c.call()); ok && installsPackage.match(firstWords(c)) && c.clone == noClone {
		for _, h := range c.cmd.Holes {
			if h == name {
				return "a pattern for whatever package is wanted"
			}
		}
	}
	return ""
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
