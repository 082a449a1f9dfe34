package plan

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/readme"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

var (
	printed = phrase.Compile(`(?i)\b(output|outputs|prints?|displays?|you (should|will|would|may) (now )?(see|get)|should (look|print|see|output|show|return)|looks? like( this)?|results? in|returns?|something like|similar to|resembl(es|ing)|presented with)\b[^.]*:?\s*$`)
	content = phrase.Compile(`(?i)\b(add|put|insert|append|paste|include|copy) (the following|this|these|something like)\b.{0,60}\b(to|in|into|inside)\b|\b(snippet|excerpt) (from|of|in)\b|\b(contents?|content of|your)\b.{0,30}\b(should|must|file)\b.{0,20}\b(look|contain|be)\b|\bexample .{0,40}(script|file|hook|config\w*)\b|\b(create|edit|open|modify) (a|an|the|your)? ?(new )?(file|script)\b.{0,80}(with|containing|contain|add)\b`)
)

var intoTerminal = phrase.Compile(`(?i)\b(in(to)?|at|on) (a|an|the|your|any) (\w+ )?(terminal|shell|console|command[- ]line|command prompt|prompt)\b`)

// byMeansOf: what follows is what it is done with.
var byMeansOf = phrase.Compile(`(?i)\b(do|install|get|see|view|check|try|start|update|list|one or more)\b[^.:]* (with|using|via|by)( the following| this)?( command| commands)?\s*:\s*$`)

// commentary: a block that shows what is printed, or what a file holds, and
// that nobody types.
func commentary(b *readme.Block) bool {
	if b.Kind == readme.Inline || b.Kind == readme.Bare {
		return false
	}
	lead := lastSentence(b.Lead)
	if verbEnd.MatchEnd(lead) {
		return false // "print it by running:"
	}
	if intoTerminal.MatchString(lead) || byMeansOf.MatchEnd(lead) {
		return false
	}
	return printed.MatchString(lead) || content.MatchString(lead) || fills.MatchString(lead)
}

// fills: a file is made and filled with what stands in the block.
var fills = phrase.Compile("(?i)\\b(create|make|open|edit)\\b[^.;]{0,30}`?[\\w./-]*\\.\\w+`? (file )?and (fill|populate|put|paste|add|write)\\b[^.;]*:?\\s*$")

// settingsFile: exports alone, headed by the name of the file that holds them.
func settingsFile(b *readme.Block, commands []shell.Command) bool {
	if len(commands) == 0 {
		return false
	}
	name, is := strings.CutPrefix(strings.TrimSpace(b.Lines[0].Text), "#")
	if !is || !namesFile.MatchString(strings.TrimSpace(name)) {
		return false
	}
	for _, c := range commands {
		if len(c.Calls) > 1 || len(c.Calls) == 1 && c.Calls[0].Name != "export" {
			return false
		}
	}
	return true
}

var namesFile = phrase.Compile(`^(?:\./)?(?:[\w.-]+/)*(?:\.[A-Za-z][\w.-]*|[\w-]+\.(?:env|sh|conf|cfg|ini|ya?ml|toml))$`)

// shownOutput: the sentence before announces what is printed.
func shownOutput(b *readme.Block) bool { return printed.MatchString(lastSentence(b.Lead)) }

// allKnown: every line of the block is a command of a program that is known, so
// that it is no file's content, whatever the sentence before seems to say.
func allKnown(b *readme.Block, commands []shell.Command) bool {
	lines := 0
	for _, l := range b.Lines {
		if t := strings.TrimSpace(l.Text); t != "" && !strings.HasPrefix(t, "#") {
			lines++
		}
	}
	for _, c := range commands {
		lines -= c.EndLine - c.Line + 1
		if len(c.Calls) == 0 || !shell.Known(c.Calls[0].Name) || !setUpTools[c.Calls[0].Name] {
			return false
		}
	}
	return len(commands) > 0 && lines == 0
}

// setUpTools are programs that scripts and settings shown as a file's content
// hardly ever consist of alone.
var setUpTools = set("cp mv mkdir touch ln chmod npm yarn pnpm pip pip3 composer bundle php rails rake make docker docker-compose git cd")

var needs = phrase.Compile(`(?i)\b(requires?|required|needs?|needed|depends?|dependencies|uses?|using|following (tools|programs|packages|software|libraries))\b[^.]*:?\s*$`)

// namesOfNeeds: a list of programs that must be there, one name a line, as
// plain text shows it. A name alone does nothing when it is typed.
func namesOfNeeds(b *readme.Block, commands []shell.Command) bool {
	if b.Language != "" || !needs.MatchString(lastSentence(b.Lead)) {
		return false
	}
	for _, c := range commands {
		if c.Prompt != "" || len(strings.Fields(c.Text)) != 1 || strings.Contains(c.Text, "/") {
			return false
		}
	}
	return len(commands) > 0
}
