package patch

import (
	"bytes"
	"cmp"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// editor collects edits of one document. Offsets are those of the source.
type editor struct {
	document string
	source   []byte
	form     form
	layout   layout
	titles   []readme.Heading
	edits    []edit
	inserted map[string]bool     // commands that were put in so far
	extended map[string][]string // packages that were added so far, by the ID of the step
	placed   []Entry
}

// edit replaces source[at.Start:at.End].
type edit struct {
	at   verifier.Span
	text string
}

func newEditor(document string, source []byte) *editor {
	around := outlineOf(document, source)
	return &editor{document: document, source: source, form: formOf(around), layout: layouts[around.format],
		titles: readme.Read(document, source).Headings, inserted: map[string]bool{}, extended: map[string][]string{}}
}

// put makes the edits for one correction, or says why it cannot.
func (e *editor) put(c correction) (reason string) {
	span := c.step.Span
	if !e.holds(span, c.step.Command) {
		return "the step is not where the run has read it; the document was changed since"
	}
	inline := c.step.Has(verifier.FlagInline)
	edits, before := e.extend(c, e.missing(c))
	if text := c.replace(); text != "" {
		with, reason := e.replacement(span, text, inline)
		if reason != "" {
			return reason
		}
		edits = append(edits, edit{span, with})
	}
	if len(before) > 0 {
		insert := e.insertLines
		if inline {
			insert = e.insertBlock
		}
		added, reason := insert(span, before)
		if reason != "" {
			return reason
		}
		edits = append(edits, added)
	}
	if slices.ContainsFunc(edits, e.collides) {
		return "another correction touches the same text"
	}
	for _, command := range before {
		e.inserted[command] = true
	}
	e.edits = append(e.edits, edits...)
	for _, p := range c.findings {
		e.placed = append(e.placed, p.entry)
	}
	return ""
}

// collides reports whether the edit reaches into text that another one replaces.
func (e *editor) collides(n edit) bool {
	return slices.ContainsFunc(e.edits, func(have edit) bool {
		return n.at.Start < have.at.End && have.at.Start < n.at.End
	})
}

// holds reports whether the span still shows the command. Markup between the
// lines of a command (prompts, quotes, entities) does not count.
func (e *editor) holds(span verifier.Span, command string) bool {
	if span.Start < 0 || span.End <= span.Start || span.End > len(e.source) {
		return false
	}
	text := html.UnescapeString(string(e.source[span.Start:span.End]))
	return letters(text) == letters(command)
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// missing are the commands that the document does not have yet at this place.
// What changes the shell is needed again each time; anything else, such as
// bringing the package lists up to date, once in a document.
func (e *editor) missing(c correction) []string {
	var out []string
	above := e.above(c.step.Span.Start)
	for _, command := range c.before() {
		command = strings.Trim(command, "\n")
		first, _, _ := strings.Cut(command, " ")
		once := !slices.Contains(shellChanging, first)
		if slices.Contains(above, command) || slices.Contains(out, command) || once && e.inserted[command] {
			continue
		}
		out = append(out, command)
	}
	return out
}

var shellChanging = []string{"cd", "pushd", "popd", "export", "source", ".", "set", "eval", "unset", "alias"}

// above are the lines right before the step in its block, without indentation
// and prompt.
func (e *editor) above(at int) []string {
	start := e.lineStart(at)
	prefix := string(e.source[start:at])
	var out []string
	for start > 0 {
		end := start
		start = e.lineStart(end - 1)
		line := strings.TrimRight(string(e.source[start:end]), "\r\n")
		command, ok := strings.CutPrefix(line, prefix)
		if !ok || strings.TrimSpace(command) == "" || strings.HasPrefix(command, "```") {
			break
		}
		out = append(out, strings.TrimSpace(command))
	}
	return out
}

func (e *editor) lineStart(at int) int { return bytes.LastIndexByte(e.source[:at], '\n') + 1 }

// lineEnd is the end of the line that holds at, and what ends it.
func (e *editor) lineEnd(at int) (end int, newline string) {
	n := bytes.IndexByte(e.source[at:], '\n')
	switch {
	case n < 0:
		return len(e.source), newlineOf(e.source)
	case n > 0 && e.source[at+n-1] == '\r':
		return at + n - 1, "\r\n"
	}
	return at + n, "\n"
}

var (
	plainPrompt = regexp.MustCompile(`[$#%>❯»]\s*$`)
	onlyTags    = regexp.MustCompile(`^\s*(?:<[a-zA-Z][^>]*>)+`)
)

// insertLines puts commands before the line of a step, each as that line begins.
func (e *editor) insertLines(span verifier.Span, commands []string) (edit, string) {
	start := e.lineStart(span.Start)
	prefix := string(e.source[start:span.Start])
	if tags := onlyTags.FindString(prefix); tags != "" && e.inHTML(span.Start) {
		// <pre><code>$ make: what is put in follows the tags, not the line's start.
		start, prefix = start+len(tags), prefix[len(tags):]
	}
	if strings.TrimSpace(prefix) != "" && !plainPrompt.MatchString(prefix) && !(e.form.format == readme.Org && orgFixed.MatchString(prefix)) {
		return edit{}, "the line begins with more than a prompt"
	}
	_, newline := e.lineEnd(span.Start)
	var b strings.Builder
	for _, command := range commands {
		if !e.literal(span.Start) && command != e.form.say(command) {
			return edit{}, "a command holds characters that mean something in this block"
		}
		if e.inHTML(span.Start) {
			command = html.EscapeString(command)
		}
		b.WriteString(prefix + strings.ReplaceAll(command, "\n", newline+e.indent(span.Start)) + newline)
	}
	return edit{verifier.Span{Start: start, End: start}, b.String()}, ""
}

var quotesAndBlanks = regexp.MustCompile(`^[ \t]*(?:> ?)*[ \t]*`)

// indent is the white space and quote marks that the line of at begins with,
// for further lines of one command.
func (e *editor) indent(at int) string {
	prefix := e.source[e.lineStart(at):at]
	if plainPrompt.Match(prefix) && !bytes.HasPrefix(bytes.TrimLeft(prefix, " \t"), []byte(">")) {
		return string(prefix[:len(prefix)-len(bytes.TrimLeft(prefix, " \t"))])
	}
	if e.form.format == readme.Org && orgFixed.Match(prefix) {
		return string(prefix)
	}
	return string(quotesAndBlanks.Find(prefix))
}

// change applies the edits.
func (e *editor) change() Change {
	slices.SortStableFunc(e.edits, func(a, b edit) int {
		// What is put in before a command comes before what replaces it.
		return cmp.Or(a.at.Start-b.at.Start, a.at.End-b.at.End)
	})
	var out []byte
	at := 0
	for _, ed := range e.edits {
		out = append(out, e.source[at:ed.at.Start]...)
		out = append(out, ed.text...)
		at = ed.at.End
	}
	out = append(out, e.source[at:]...)
	return Change{Document: e.document, Before: e.source, After: out, Added: e.placed}
}
