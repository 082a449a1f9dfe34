package shell

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// Placeholders: what the reader has to fill in. Angle brackets are found before
// parsing, since "<owner>" parses as two redirections.
var (
	angleHole  = phrase.Compile(`<[A-Za-z][^<>\n|&;=$()]{0,60}>|<<[A-Za-z][\w -]{0,40}>>|<\.\.\.>`)
	curlyHole  = phrase.Compile(`\{\{\s*[\w.-]+\s*\}\}|(?:^|[\s/=])\{[A-Za-z][\w -]{1,40}\}`)
	wordsHole  = phrase.Compile(`\{[A-Za-z][\w-]*(?: [\w-]+){1,5}\}`) // "{your name}", which the shell takes for several words
	squareHole = phrase.Compile(`(?:^|[\s/=:])(\[[A-Za-z][\w ./-]{1,40}\]|\[-{1,2}[A-Za-z][^\]]*\]|\[/[^\]]*\]|\[OPTIONS?\])`)
	namedHole  = phrase.Compile(`(?i)\b(?:your|my)[-_](?:[a-z0-9]+[-_]?)*(?:api|key|token|secret|password|user|username|name|account|project|domain|org|repo|email|id|host|url|fork|bucket|server|ip|path|file|dir|directory|database|db|here)[a-z0-9_-]*\b|\bYOUR[A-Z_]+\b|\byour(?:username|name|account|key|token|password|domain|repo|email|file|project|host)\b|\byour[-_][a-z]+[-_][a-z_-]+\b`)
	pathHole   = phrase.Compile(`(?:/?path/to(?:/[\w.-]+)*/?|/path/[\w./-]+|path_to_\w+|PATH_TO_\w+|/some/path\S*)`)
	capsHole   = phrase.Compile(`\b(?:[A-Z]{3,}(?:_[A-Z]+)*_(?:NAME|HERE|KEY|TOKEN|ID|PATH|DIR|FILE|URL|USER|ACCOUNT)|USERNAME|PASSWORD|FILENAME|MYPROJECT|PROJECT_NAME|X{4,}|x{4,}|CHANGEME|changeme)\b`)
	sampleHole = phrase.Compile(`\b(?:octocat|[\w.+-]+@example\.(?:com|org|net)|(?:(?:www|my|your)\.)?example\.com)\b`) // names that are nobody's
	ellipsis   = phrase.Compile(`(?:^|\s)(\.\.\.|…)(?:\s|$)`)
)

// holes lists the placeholders of a command.
func holes(text string) []string {
	var found []string
	seen := map[string]bool{}
	add := func(h string) {
		h = strings.Trim(h, " /=:\t\n")
		if h == "" || seen[h] {
			return
		}
		for _, f := range found {
			if strings.Contains(f, h) {
				return
			}
		}
		seen[h] = true
		found = append(found, h)
	}
	for _, h := range angleHole.FindAllString(text, -1) {
		add(h)
	}
	for _, m := range squareHole.FindAllStringSubmatch(text, -1) {
		add(m[1])
	}
	for _, re := range []*phrase.Expr{curlyHole, namedHole, pathHole, sampleHole, ellipsis} {
		for _, h := range re.FindAllString(text, -1) {
			add(h)
		}
	}
	for _, m := range capsHole.FindAllStringIndex(text, -1) {
		// $NAME and NAME= are variables, not gaps.
		if m[0] > 0 && strings.ContainsRune("${", rune(text[m[0]-1])) || m[1] < len(text) && text[m[1]] == '=' {
			continue
		}
		add(text[m[0]:m[1]])
	}
	return found
}

// mask hides angle brackets from the parser, keeping every position.
func mask(text string) string {
	hide := func(s string) string { return strings.Repeat("X", len(s)) }
	text = wordsHole.ReplaceAllStringFunc(text, hide)
	return angleHole.ReplaceAllStringFunc(text, func(h string) string {
		if strings.ContainsAny(h, "\n") {
			return h
		}
		return hide(h)
	})
}
