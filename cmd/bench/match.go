package main

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Which of our steps is which of the hand-followed ones, in four passes, each
// step used once, the surest pass first:
//
//	same document, same line, same text
//	same document, same text, at most two lines away (prompts and fences count differently)
//	same document, same text, anywhere (an alternative shown twice)
//	same document, same line, another text, where both are alone on that line
//
// Text is compared folded: white space, continuations and comments away.

// pairing maps the index of a truth step to the index of a plan step.
type pairing map[int]int

func match(truths []truthStep, steps []verifier.Step) pairing {
	pairs, used := pairing{}, map[int]bool{}
	pass := func(same func(truthStep, verifier.Step) bool) {
		for i, t := range truths {
			if _, done := pairs[i]; done {
				continue
			}
			for j, s := range steps {
				if !used[j] && document(t.Doc) == document(s.Document) && same(t, s) {
					pairs[i], used[j] = j, true
					break
				}
			}
		}
	}
	text := func(t truthStep, s verifier.Step) bool { return fold(t.Cmd) == fold(s.Command) }
	pass(func(t truthStep, s verifier.Step) bool { return t.Line == s.Line && text(t, s) })
	pass(func(t truthStep, s verifier.Step) bool {
		return s.Follow && max(t.Line-s.Line, s.Line-t.Line) <= 2 && text(t, s)
	})
	pass(func(t truthStep, s verifier.Step) bool { return s.Follow && text(t, s) })
	pass(text)

	alone := func(line int, doc string) bool {
		n := 0
		for _, t := range truths {
			if t.Line == line && document(t.Doc) == document(doc) {
				n++
			}
		}
		for _, s := range steps {
			if s.Line == line && document(s.Document) == document(doc) {
				n++
			}
		}
		return n == 2
	}
	pass(func(t truthStep, s verifier.Step) bool { return t.Line == s.Line && alone(t.Line, t.Doc) })
	return pairs
}

func document(path string) string { return strings.ToLower(strings.TrimPrefix(path, "./")) }

// fold brings a command to the form in which it is compared.
func fold(command string) string {
	command = strings.ReplaceAll(command, "\\\n", " ")
	lines := strings.Split(command, "\n")
	for i, line := range lines {
		lines[i] = uncomment(line)
	}
	return strings.TrimRight(strings.Join(strings.Fields(strings.Join(lines, " ")), " "), "; ")
}

// uncomment cuts a shell comment off one line: a # that begins a word outside
// of quotes.
func uncomment(line string) string {
	var quote rune
	before := ' '
	for i, r := range line {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case before == '\\': // escaped
		case r == '\'' || r == '"':
			quote = r
		case r == '#' && (before == ' ' || before == '\t'):
			return line[:i]
		}
		before = r
	}
	return line
}
