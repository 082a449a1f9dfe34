package plan

import (
	"regexp"

	"github.com/freshinstall/freshinstall/verifier/readme"
)

var (
	printed = regexp.MustCompile(`(?i)\b(output|outputs|prints?|displays?|you (should|will|would|may) (now )?(see|get)|should (look|print|see|output|show|return)|looks? like( this)?|results? in|returns?|something like|similar to)\b[^.]*:?\s*$`)
	content = regexp.MustCompile(`(?i)\b(add|put|insert|append|paste|include|copy) (the following|this|these|something like)\b.{0,60}\b(to|in|into|inside)\b|\b(contents?|content of|your)\b.{0,30}\b(should|must|file)\b.{0,20}\b(look|contain|be)\b|\bexample .{0,40}(script|file|hook|config\w*)\b|\b(create|edit|open|modify) (a|an|the|your)? ?(new )?(file|script)\b.{0,80}(with|containing|contain|add)\b`)
)

// commentary: a block that shows what is printed, or what a file holds, and
// that nobody types.
func commentary(b *readme.Block) bool {
	if b.Kind == readme.Inline || b.Kind == readme.Bare {
		return false
	}
	lead := lastSentence(b.Lead)
	return printed.MatchString(lead) || content.MatchString(lead)
}
