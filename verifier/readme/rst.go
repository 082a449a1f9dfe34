package readme

import (
	"regexp"
	"strings"
)

var (
	rstCode      = regexp.MustCompile("``(.+?)``|:(?:code|command|kbd|samp|program):`([^`]+)`")
	rstLink      = regexp.MustCompile("`([^`<]+?)\\s*<([^>`]+)>`_|(?:^|\\s)()(https?://[^\\s>]+)|:doc:`()([^`<>]+)`")
	rstDirective = regexp.MustCompile(`^\s*\.\.\s+([\w:-]+?)::\s*(.*)$`)
	rstOption    = regexp.MustCompile(`^\s*:[\w-]+:`)
	rstTarget    = regexp.MustCompile(`^\s*\.\.\s+(_|\[|\|)`)
	rstComment   = regexp.MustCompile(`^\s*\.\.(\s+(.*))?$`)
)

// rstReader reads reStructuredText: titles by their adornment, code directives,
// literal blocks after "::", block quotes with prompts, inline literals.
type rstReader struct {
	*scanner
	styles []string // adornments, in order of first appearance: the level
}

func readRST(b *builder) {
	r := &rstReader{scanner: newScanner(b, rstCode, rstLink)}
	for i := 0; i < len(r.raw); {
		i = r.at(i)
	}
}

// at reads what stands at a line and gives the line to go on with.
func (r *rstReader) at(i int) int {
	if r.blank(i) {
		return i + 1
	}
	if n, ok := r.title(i); ok {
		return n
	}
	line := r.raw[i]
	if m := rstDirective.FindStringSubmatch(line.text); m != nil {
		r.mark(i)
		return r.directive(i, strings.ToLower(m[1]), strings.TrimSpace(m[2]))
	}
	if rstTarget.MatchString(line.text) {
		return i + 1
	}
	if m := rstComment.FindStringSubmatch(line.text); m != nil {
		r.comment(m[2])
		_, to := r.indented(i+1, line.indent)
		return max(to, i+1)
	}
	return r.body(i)
}

// title reads a section title, overlined or not.
func (r *rstReader) title(i int) (next int, ok bool) {
	over := adornment(r.raw[i].text) != 0 && i+2 < len(r.raw) && adornment(r.raw[i+2].text) == adornment(r.raw[i].text) && !r.blank(i+1)
	at := i
	if over {
		at = i + 1
	}
	if at+1 >= len(r.raw) || r.raw[at].indent > 0 && !over || adornment(r.raw[at].text) != 0 {
		return 0, false
	}
	mark := adornment(r.raw[at+1].text)
	if mark == 0 || len(r.trimmed(at+1))+2 < len([]rune(r.trimmed(at))) || !over && !r.blank(i-1) && i > 0 && !r.afterTarget(i) {
		return 0, false
	}
	style := string(mark)
	if over {
		style += string(mark)
	}
	level := len(r.styles) + 1
	for n, s := range r.styles {
		if s == style {
			level = n + 1
		}
	}
	if level > len(r.styles) {
		r.styles = append(r.styles, style)
	}
	r.heading(level, strings.ReplaceAll(strings.ReplaceAll(r.trimmed(at), "``", ""), "\\", ""), r.raw[at].start)
	r.marks = nil
	return at + 2, true
}

func (r *rstReader) afterTarget(i int) bool {
	return rstTarget.MatchString(r.raw[i-1].text) || adornment(r.raw[i-1].text) != 0
}

// adornment is the character that a line consists of, if it is a title's line.
func adornment(text string) byte {
	t := strings.TrimRight(text, " \t\r")
	if len(t) < 3 || !strings.ContainsRune("=-`:.'\"~^_*+#<>", rune(t[0])) || strings.Trim(t, t[:1]) != "" {
		return 0
	}
	return t[0]
}

// directive reads a directive and, where its content is text, goes on inside.
func (r *rstReader) directive(i int, name, argument string) int {
	margin := r.raw[i].indent
	body := i + 1
	for body < len(r.raw) && !r.blank(body) && r.raw[body].indent > margin && rstOption.MatchString(r.raw[body].text) {
		body++
	}
	from, to := r.indented(body, margin)
	switch name {
	case "code-block", "code", "sourcecode", "prompt", "highlight", "parsed-literal", "console", "terminal", "shell", "cli", "code-console":
		lang, _, _ := strings.Cut(argument, " ")
		if name == "console" || name == "terminal" || name == "prompt" {
			lang = "console"
		}
		if to > from {
			r.block(Block{Kind: Fence, Language: lang, Lines: r.take(from, to), List: r.items()})
		}
		return max(to, body)
	case "image", "figure", "math", "raw", "table", "list-table", "csv-table", "toctree", "include", "literalinclude", "contents", "highlights", "graphviz", "autoclass", "automodule":
		return max(to, body)
	case "tab", "group-tab", "tab-item", "code-tab", "details", "collapse", "dropdown":
		if name == "code-tab" {
			lang, title, _ := strings.Cut(argument, " ")
			r.tabs = append(r.tabs, title)
			r.block(Block{Kind: Fence, Language: lang, Lines: r.take(from, to), List: r.items()})
			r.tabs = r.tabs[:len(r.tabs)-1]
			return max(to, body)
		}
		r.tabs = append(r.tabs, argument)
		for at := from; at < to; {
			at = r.at(at)
		}
		r.tabs = r.tabs[:len(r.tabs)-1]
		return max(to, body)
	}
	if argument != "" {
		r.text(argument)
	}
	return body
}

// body reads a paragraph, a list item or an indented block, and the literal
// block that it may announce.
func (r *rstReader) body(i int) int {
	line := r.raw[i]
	if line.indent > r.margin() && r.blank(i-1) && bullet.FindString(line.text) == "" {
		from, to := r.indented(i, r.margin())
		if anyPrompt(r.take(from, to)) {
			r.block(Block{Kind: Quote, Lines: r.take(from, to), List: r.items()})
			return to
		}
	}
	r.mark(i)
	end := i + 1
	for end < len(r.raw) && !r.blank(end) && bullet.FindString(r.raw[end].text) == "" && !rstDirective.MatchString(r.raw[end].text) {
		end++
	}
	if end > i+1 || r.trimmed(i) != "::" {
		r.paragraph(i, end)
	}
	if strings.HasSuffix(r.trimmed(end-1), "::") && (end >= len(r.raw) || r.blank(end)) {
		r.lead = strings.TrimSuffix(r.lead, ":")
		from, to := r.indented(end, line.indent)
		if to > from {
			r.block(Block{Kind: Indented, Lines: r.take(from, to), List: r.items()})
			return to
		}
	}
	return end
}

// margin is the indentation of running text here.
func (r *rstReader) margin() int {
	if n := len(r.marks); n > 0 {
		return r.marks[n-1].indent + 2
	}
	return 0
}

var shownPrompt = regexp.MustCompile(`^\s*(\$|>|%|#|PS>|\([\w.-]+\) ?\$|[\w.-]+@[\w.-]+.*[$#])\s+\S`)

func anyPrompt(lines []Line) bool {
	for _, l := range lines {
		if shownPrompt.MatchString(l.Text) {
			return true
		}
	}
	return false
}
