package preflight

import (
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// untold names the gaps of a step that the reader must fill in, and of which
// the document says nothing besides. A gap that is a path of the reader's own
// explains itself, and so does one that the text speaks of elsewhere.
func (w *walk) untold(s verifier.Step) {
	if len(s.Needs) == 0 || s.Has(verifier.FlagSelfClone) || w.tree.Read == nil {
		return
	}
	source, err := w.tree.Read(s.Document)
	if err != nil || len(source) == 0 {
		return
	}
	for _, gap := range s.Needs {
		if selfEvident.MatchString(gap) || spokenOf(string(source), s, gap) {
			continue
		}
		name := strings.Trim(gap, "<>{}[] ")
		w.report(fault{rule: RuleUntold, object: gap,
			cause: "the document shows " + gap + " and does not say what stands there or where it comes from",
			plain: "The instructions leave a gap, “" + name + "”, and do not say what to put there."})
	}
}

// selfEvident: what everybody has and knows, or may choose.
var selfEvident = phrase.Compile(`(?i)path|file|folder|dir|user|e?mail|name\b|commit|message|branch|version|port|host|domain|url|command|args?\b|option|\.\.\.|…`)

// spokenOf: the gap's name, or its last word, stands somewhere else in the document
// than in commands like this one.
func spokenOf(source string, s verifier.Step, gap string) bool {
	name := strings.ToLower(strings.Trim(gap, "<>{}[] "))
	for _, mark := range []string{"your-", "your_", "my-", "my_", "your ", "my "} {
		name = strings.TrimPrefix(name, mark)
	}
	words := phrase.Compile(regexp.QuoteMeta(name))
	if plain := strings.NewReplacer("-", " ", "_", " ").Replace(name); plain != name {
		words = phrase.Compile(regexp.QuoteMeta(name) + "|" + regexp.QuoteMeta(plain))
	}
	for n, line := range strings.Split(strings.ToLower(source), "\n") {
		if n+1 >= s.Line && n+1 <= s.EndLine {
			continue
		}
		if words.MatchString(line) {
			return true
		}
	}
	return false
}
