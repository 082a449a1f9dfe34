package plan

import "github.com/freshinstall/freshinstall/verifier/readme"

// furtherRuns are the project's own programs that have run, each in its block.
// Once a program has run, running it with other arguments shows what else it
// can do; and of many programs a newcomer tries two.
type furtherRuns map[string]*readme.Block

// enough programs have run for somebody who wants to see that they do.
const enough = 2

// run notes that a program runs, or says why it need not. where is the section
// of the first run. Servers are another matter: each is a part of the whole.
func (f furtherRuns) run(p *planner, c *candidate, where int) string {
	own := p.ownProgram(c)
	if own == "" || c.serves || c.dockerish() {
		return ""
	}
	if words, script := wordsOf(c.call()); len(script) > 1 && subcommand.MatchString(script[1]) {
		own += " " + script[1]
	} else if script == nil && len(words) > 1 && subcommand.MatchString(words[1]) {
		own += " " + words[1] // "tool init" and "tool run" are two things
	}
	if block, ran := f[own]; ran && block != c.block {
		return "a further run of what has run before"
	}
	if len(f) >= enough && innermost(c) != where && c.topic == topicRun {
		return "a further program; others have run"
	}
	f[own] = c.block
	return ""
}
