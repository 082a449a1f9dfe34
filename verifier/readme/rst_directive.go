package readme

import (
	"strings"
)

// explicit reads what begins with two dots: directives, targets, comments.
func (r *rstReader) explicit(i, end int) int {
	margin := r.raw[i].indent
	text := strings.TrimSpace(strings.TrimPrefix(r.trimmed(i), ".."))
	to, _ := r.indented(i+1, end, margin)
	to = max(to, i+1)
	if text == "" {
		if r.blank(i + 1) {
			return i + 1 // an empty comment, which ends what is indented before it
		}
		return to
	}
	if strings.IndexByte("_[|", text[0]) >= 0 {
		return to
	}
	name, argument, ok := strings.Cut(text, "::")
	if ok {
		// A domain may stand before the name: "sphinx:note".
		name = strings.ToLower(name[strings.LastIndexByte(name, ':')+1:])
	}
	if !ok || strings.ContainsAny(name, " \t`") || argument != "" && argument[0] != ' ' {
		r.comment(text)
		return to
	}
	r.directive(i, end, name, strings.TrimSpace(argument))
	return to
}

// part is a directive's place: the lines of its options and of its content.
type part struct {
	margin        int
	options, from int
	to, inner     int
}

func (r *rstReader) part(i, end int) part {
	p := part{margin: r.raw[i].indent, options: i + 1}
	p.from = i + 1
	for p.from < end && !r.blank(p.from) && r.raw[p.from].indent > p.margin && isRSTOption(r.trimmed(p.from)) {
		p.from++
	}
	p.from = r.skipBlank(p.from, end)
	p.to, p.inner = r.indented(p.from, end, p.margin)
	return p
}

func isRSTOption(text string) bool {
	if text[0] != ':' {
		return false
	}
	end := strings.IndexByte(text[1:], ':')
	return end > 0 && (len(text) == end+2 || text[end+2] == ' ')
}

// option is the value of a directive's option.
func (r *rstReader) option(p part, name string) (value string, ok bool) {
	for i := p.options; i < p.from && !r.blank(i); i++ {
		if value, ok := strings.CutPrefix(r.trimmed(i), ":"+name+":"); ok {
			return strings.TrimSpace(value), true
		}
	}
	return "", false
}

// skipped are directives whose content is neither text nor commands.
var skipped = setOf(`image figure math raw csv-table contents graphviz digraph autoclass automodule autofunction mermaid uml plot literalinclude
	meta role default-role currentmodule module index tabularcolumns doctest testcode testoutput testsetup ipython program-output command-output
	jupyter-execute bibliography replace unicode date title sectnum header footer youtube video badges`)

// directive reads a directive and, where its content is text, goes on inside.
func (r *rstReader) directive(i, end int, name, argument string) {
	p := r.part(i, end)
	switch name {
	case "code-block", "code", "sourcecode", "prompt", "parsed-literal", "console", "terminal", "shell", "bash", "cli", "code-console":
		r.code(p, name, argument)
	case "highlight":
		r.language = firstWord(argument)
	case "code-tab":
		lang, title, _ := strings.Cut(argument, " ")
		if title == "" {
			title = lang
		}
		r.openTab("", title)
		r.code(p, name, lang)
		r.closeTabs(len(r.tabs) - 1)
	case "tab", "group-tab", "tab-item", "tabbed", "md-tab-item", "tab-container", "details", "collapse", "dropdown":
		if title, ok := r.option(p, "title"); ok {
			argument = title
		}
		r.openTab("", r.shown(argument))
		r.content(p)
		r.closeTabs(len(r.tabs) - 1)
	case "include", "mdinclude", "include-markdown":
		_, literal := r.option(p, "literal")
		_, code := r.option(p, "code")
		if !literal && !code {
			r.include(argument, r.raw[i].start)
		}
	case "toctree":
		for n := p.from; n < p.to; n++ {
			r.toctree(n)
		}
	case "rubric":
		r.heading(labelLevel, r.shown(argument), r.raw[i].start)
	case "table", "list-table":
		was := r.table
		r.table = true
		r.content(p)
		r.table = was
	case "only", "ifconfig", "tabs", "tab-set", "md-tab-set", "container", "class", "rst-class", "div", "compound", "grid", "grid-item", "grid-item-card":
		r.content(p)
	case "epigraph", "highlights", "pull-quote":
		r.quoted++
		r.content(p)
		r.quoted--
	default:
		if !skipped[name] && !strings.HasPrefix(name, "auto") {
			r.note(i, p, argument)
		}
	}
}

// content reads the content of a directive.
func (r *rstReader) content(p part) {
	if p.to <= p.from {
		return
	}
	// Lists around the directive go on behind it, whatever stands in it.
	depth := len(r.marks)
	r.body(p.from, p.to, p.inner)
	r.closeMarks(min(depth, len(r.marks)))
}

// note reads a directive that sets text off. Its text may begin behind the name.
func (r *rstReader) note(i int, p part, argument string) {
	if argument == "" {
		r.content(p)
		return
	}
	stop := i + 1
	for stop < p.to && !r.blank(stop) && r.raw[stop].indent > p.margin && !isRSTOption(r.trimmed(stop)) && !r.begins(stop) {
		stop++
	}
	skip := strings.Index(r.raw[i].text, "::") + 2
	next := r.lines(i, stop, max(stop, p.to), skip)
	if next = max(next, p.from); next < p.to {
		p.from = next
		r.content(p)
	}
}

// code adds the content of a directive as a block.
func (r *rstReader) code(p part, name, argument string) {
	lang := firstWord(argument)
	switch name {
	case "console", "terminal", "code-console":
		lang = "console"
	case "prompt":
		if lang == "" {
			lang = "bash"
		}
	case "shell", "bash":
		lang = name
	case "parsed-literal", "cli":
		lang = ""
	default:
		if lang == "" {
			lang = r.language
		}
	}
	if p.to <= p.from {
		return
	}
	lines := r.take(p.from, p.to)
	_, substitutes := r.option(p, "substitutions")
	if name == "parsed-literal" || substitutes {
		for n := range lines {
			lines[n].Text = r.parsed(lines[n].Text, name == "parsed-literal")
		}
	}
	if caption, ok := r.option(p, "caption"); ok {
		r.caption = r.shown(caption)
	}
	r.block(Block{Kind: Fence, Language: lang, Lines: lines, Table: r.table})
}

// unmarked takes off the marks of emphasis, and the escaped space that sets
// them apart from a word.
var unmarked = strings.NewReplacer("**", "", "``", "", `\ `, "")

// parsed fills substitutions in and takes the marks of emphasis off.
func (r *rstReader) parsed(text string, marks bool) string {
	for at := 0; at < len(text) && len(text) < maxInline; {
		open := strings.IndexByte(text[at:], '|')
		if open < 0 {
			break
		}
		at += open + 1
		name, _, ok := strings.Cut(text[at:], "|")
		if value, known := r.replaced[name]; ok && known {
			text = text[:at-1] + value + text[at+len(name)+1:]
			at += len(value) - 1
		}
	}
	if marks {
		text = unmarked.Replace(text)
	}
	return text
}

// toctree reads an entry of a table of contents.
func (r *rstReader) toctree(i int) {
	if r.blank(i) {
		return
	}
	entry := r.trimmed(i)
	label := entry
	if title, target, ok := strings.Cut(strings.TrimSuffix(entry, ">"), "<"); ok {
		label, entry = strings.TrimSpace(title), target
	}
	if strings.Contains(entry, "*") || entry == "self" {
		return
	}
	if !strings.Contains(entry, "://") {
		entry = r.document(entry)
	}
	r.doc.Links = append(r.doc.Links, Link{Text: label, Target: entry, Headings: r.titles, Span: r.rest(i, 0).Span})
}
