package patch

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// replacement is the text for the span itself.
func (e *editor) replacement(span verifier.Span, text string, inline bool) (with, reason string) {
	if inline && !e.fitsInline(span, text) {
		return "", "the replacement does not fit into code in running text"
	}
	if e.inTable(span.Start) && (strings.Contains(text, "|") || e.form.format == readme.RST && len(text) != span.End-span.Start) {
		return "", "the replacement does not fit into a table"
	}
	if !e.literal(span.Start) && text != e.form.say(text) {
		return "", "the replacement holds characters that mean something in this block"
	}
	if e.inHTML(span.Start) {
		text = html.EscapeString(text)
	}
	_, newline := e.lineEnd(span.Start)
	return strings.ReplaceAll(text, "\n", newline+e.indent(span.Start)), ""
}

// fitsInline reports whether a text can stand where code in running text does.
// What means something in it may only be what the author's own text held there.
func (e *editor) fitsInline(span verifier.Span, text string) bool {
	if strings.Contains(text, "\n") || span.Start == 0 {
		return false
	}
	switch e.form.format {
	case readme.AsciiDoc:
		// Dashes and dots turn into others at most; the author's code has them too.
		own := string(e.source[span.Start:span.End])
		return !strings.ContainsFunc(text, func(r rune) bool {
			return strings.ContainsRune("*`#^~+{}[]<>|$\\;&", r) && !strings.ContainsRune(own, r)
		})
	case readme.Org, readme.Plain:
		return !strings.ContainsAny(text, string(e.source[span.Start-1:span.Start])+"`\u2019")
	case readme.Markdown, readme.RST:
	}
	return !strings.Contains(text, "`")
}

// literal reports whether the block around at shows every character as it is. A
// few blocks of reStructuredText and AsciiDoc read markup in code too.
func (e *editor) literal(at int) bool {
	var reads *regexp.Regexp
	switch e.form.format {
	case readme.RST:
		reads = rstParsed
	case readme.AsciiDoc:
		reads = adocParsed
	case readme.Markdown, readme.Org, readme.Plain:
		return true
	}
	// The block's own line is the last one that could begin it.
	m := reads.FindAllSubmatchIndex(e.source[:at], -1)
	return len(m) == 0 || !slices.ContainsFunc(m[len(m)-1][2:], func(at int) bool { return at >= 0 })
}

// A line that begins a block of code; the group is there where markup is read in it.
var (
	rstParsed  = regexp.MustCompile(`(?m)::[ \t]*\r?$|^[ \t]*\.\. (?:(parsed-literal)|[\w-]+)::|^[ \t]+(:substitutions:)`)
	adocParsed = regexp.MustCompile(`(?m)^\[(?:[^\]\n]*subs=[^\]\n]*(attributes|quotes|normal|macros)|[^\]\n]*)[^\]\n]*\]\r?$|^=+ `)
	orgFixed   = regexp.MustCompile(`^[ \t]*: *$`)
)

func (e *editor) inHTML(at int) bool {
	before := bytes.ToLower(e.source[:at])
	return e.form.format == readme.Markdown && bytes.LastIndex(before, []byte("<pre")) > bytes.LastIndex(before, []byte("</pre"))
}
