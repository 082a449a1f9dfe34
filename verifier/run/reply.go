package run

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// How a newcomer answers, in this order:
//
//   - what the declaration says for this prompt;
//   - a pager is left with q;
//   - a password, a name, a token: nobody can know it, so no answer;
//   - a package manager's question, and a host key's, is answered yes;
//   - yes or no without a default, which a capital letter marks, is answered yes;
//   - a question with a visible default gets Enter;
//   - anything else gets no answer, and the step ends as one that asks.
const (
	mostAnswers = 40 // in one step; a program that asks more is in a loop
	mostRepeats = 3  // of the same prompt
)

var (
	pager     = regexp.MustCompile(`(?i)^(?::|\(END\)|--More--.*|lines \d+.*|.*\(press h for help or q to quit\)|.*\(END\))\s*$`)
	secretive = regexp.MustCompile(`(?i)(?:password|passphrase|user ?name|login|token|api[ _-]?key|secret|e-?mail)[^\n]*[:?>]\s*$`)
	hostKey   = regexp.MustCompile(`(?i)continue connecting \(yes/no`)
	packaging = regexp.MustCompile(`(?i)(?:do you want to continue\?|is this ok|proceed with installation\?|proceed \(|ok to proceed\?|after this operation|need to install the following packages)`)
	yesOrNo   = regexp.MustCompile(`(?i)[\[(]\s*y(?:es)?\s*/\s*n(?:o)?\s*[\])]\s*[:?]?\s*$`)
	noDefault = regexp.MustCompile(`[\[(]\s*y(?:es)?\s*/\s*n(?:o)?\s*[\])]\s*[:?]?\s*$`)
	goOn      = regexp.MustCompile(`(?i)(?:press|hit) (?:\[?(?:enter|return)\]?|any key)`)
	defaulted = regexp.MustCompile(`(?i)(?:\[[^\[\]\n]+\]|\((?:default[:= ]+)?[^()\n]+\))\s*[:?>]?\s*$`)
)

// questions answers the prompts of one step.
type questions struct {
	declared map[string]string
	role     verifier.Role
	asked    map[string]int
	count    int
}

func (q *questions) answer(prompt string) (string, bool) {
	if q.asked == nil {
		q.asked = map[string]int{}
	}
	q.count++
	q.asked[prompt]++
	if q.count > mostAnswers || q.asked[prompt] > mostRepeats {
		return "", false
	}
	for _, part := range sortedKeys(q.declared) {
		if strings.Contains(strings.ToLower(prompt), strings.ToLower(part)) {
			return q.declared[part], true
		}
	}
	return reply(prompt)
}

func reply(prompt string) (string, bool) {
	last := prompt
	if i := strings.LastIndexByte(strings.TrimRight(prompt, "\n "), '\n'); i >= 0 {
		last = prompt[i+1:]
	}
	last = strings.TrimSpace(last)
	switch {
	case pager.MatchString(last):
		return "q", true
	case secretive.MatchString(last):
		return "", false
	case hostKey.MatchString(prompt):
		return "yes", true
	case packaging.MatchString(prompt), noDefault.MatchString(last):
		return "y", true
	case yesOrNo.MatchString(last), goOn.MatchString(last), defaulted.MatchString(last):
		return "", true
	}
	return "", false
}
