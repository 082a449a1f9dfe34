package readme

import (
	"bytes"
	"strings"
)

// readOpening reads a line that begins a container.
func readOpening(line []byte, grouped bool) (o opening, ok bool) {
	if len(line) < 3 {
		return o, false
	}
	switch line[0] {
	case '=':
		if grouped && bytes.HasPrefix(line, []byte("== ")) {
			return opening{role: isTab, form: byNext, title: string(line[3:])}, true
		}
		return mkdocs(string(line), "===", isTab)
	case '!':
		return mkdocs(string(line), "!!!", isNote)
	case '?':
		return mkdocs(string(line), "???", isTab)
	case '@':
		if after, tab := strings.CutPrefix(string(line), "@tab"); tab && grouped && (after == "" || after[0] == ' ' || after[0] == ':') {
			_, title, _ := strings.Cut(after, " ")
			return opening{role: isTab, form: byNext, title: title}, true
		}
	case ':', '/', '`', '~':
		return fenced(string(line), grouped)
	case '<':
		return component(string(line))
	case '{':
		return shortcode(string(line))
	case '-':
		if file, snippet := strings.CutPrefix(string(line), `--8<-- "`); snippet {
			return opening{role: isOther, form: byLine, title: strings.TrimSuffix(file, `"`)}, true
		}
	}
	return o, false
}

// mkdocs reads `=== "Linux"`, `!!! note "Title"`, `???+ note`.
func mkdocs(line, mark string, r role) (o opening, ok bool) {
	rest, ok := strings.CutPrefix(line, mark)
	if !ok {
		return o, false
	}
	rest = strings.TrimLeft(rest, "!+")
	if rest == "" || rest[0] != ' ' {
		return o, false
	}
	rest = strings.TrimSpace(rest)
	_, title, quoted := strings.Cut(rest, `"`)
	title, _, closed := strings.Cut(title, `"`)
	if r == isTab && mark == "===" && !(quoted && rest[0] == '"') || quoted && !closed || !quoted && (strings.Count(rest, " ") > 2 || rest[0] < 'a' || rest[0] > 'z') {
		return o, false
	}
	if !quoted && r == isTab {
		title = rest
	}
	return opening{role: r, form: byIndent, title: title}, true
}

// notes are the names of directives that only set text off.
var notes = setOf(`note tip info warning caution danger important hint attention error admonition seealso success question example quote
	details dropdown abstract bug failure todo div margin sidebar topic card grid grid-item grid-item-card div columns column block panel
	tab tabs tab-set tab-item code-group code-tabs code-group-item`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// fenced reads "::: tip Title", ":::{tab-item} Linux", "/// tab | Linux" and
// fences of backquotes whose inside is Markdown.
func fenced(line string, grouped bool) (o opening, ok bool) {
	char := line[0]
	rest := strings.TrimLeft(line, line[:1])
	o = opening{form: byFence, char: char, count: len(line) - len(rest)}
	rest = strings.TrimSpace(rest)
	switch {
	case char == ':' && o.count == 2 && strings.EqualFold(rest, "tabs"):
		return opening{role: isGroup, form: byTag, name: "::tabs"}, true
	case char == ':' && o.count == 2 && strings.EqualFold(rest, "endtabs"):
		return opening{role: isLost, form: byLine}, true
	case o.count < 3:
		return o, false
	case rest == "" && char == ':':
		return opening{role: isLost, form: byLine}, true
	case rest == "":
		return o, false
	}
	var name, title string
	switch char {
	case '/':
		name, title, _ = strings.Cut(rest, "|")
		if strings.Trim(strings.TrimSpace(name), "abcdefghijklmnopqrstuvwxyz-") != "" {
			return o, false
		}
	case '`', '~':
		if rest[0] != '{' {
			return o, false
		}
		fallthrough
	default:
		if after, braced := strings.CutPrefix(rest, "{"); braced {
			name, title, _ = strings.Cut(after, "}")
		} else {
			name, title, _ = strings.Cut(rest, " ")
		}
	}
	name = strings.ToLower(strings.TrimLeft(strings.TrimSpace(name), "."))
	if at := strings.IndexAny(name, "[: "); at > 0 {
		if title == "" && name[at] == '[' {
			title = strings.Trim(rest[strings.IndexByte(rest, '['):], "[]")
		}
		name = name[:at]
	}
	if (char == '`' || char == '~') && !notes[name] {
		return o, false
	}
	if name == "tabtitle" && char == ':' {
		return opening{role: isTab, form: byNext, title: strings.TrimSpace(title)}, grouped
	}
	o.role, o.title = roleOf(name), strings.TrimSpace(title)
	if o.role == isNote && char == ':' && strings.HasPrefix(rest, "{.") {
		o.title = ""
	}
	return o, true
}

// roleOf knows containers by their names.
func roleOf(name string) role {
	switch name {
	case "tab", "tabitem", "tab-item", "tabpanel", "code-group-item", "codegroupitem", "codetab", "code-tab", "tabbed",
		"details", "dropdown", "accordion", "accordionitem", "expand", "expandable", "expander", "collapse", "collapsible", "toggle", "spoiler":
		return isTab
	case "tabs", "tab-set", "tabpane", "tabset", "panel-tabset", "code-group", "code-tabs", "codegroup", "codetabs", "tabgroup", "tabber":
		return isGroup
	}
	return isNote
}

// component reads a line that is a component's tag, as in MDX: "<TabItem …>".
// Only names in capitals are components; HTML is left to goldmark.
func component(line string) (o opening, ok bool) {
	if name := closingName([]byte(line)); name != "" {
		return opening{role: isLost, form: byLine}, line[2] >= 'A' && line[2] <= 'Z'
	}
	if line[1] < 'A' || line[1] > 'Z' {
		return o, false
	}
	end := strings.IndexAny(line, " \t>/")
	if end < 0 {
		end = len(line)
	}
	for _, c := range line[1:end] {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' {
			return o, false
		}
	}
	if strings.Trim(line[1:end], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" && end > 2 {
		return o, false // <DIV>, and a placeholder
	}
	o = opening{form: byTag, name: strings.ToLower(line[1:end])}
	o.role = roleOf(o.name)
	switch at := strings.IndexByte(line, '>'); {
	case at < 0:
		return o, o.role != isNote || end == len(line) || strings.Contains(line, "=")
	case strings.HasSuffix(line, "/>"):
		return opening{role: isLost, form: byLine}, true
	case !strings.HasSuffix(line, ">") || strings.Contains(line[:len(line)-1], "</"):
		return o, false
	}
	o.title = attribute(line, "label", "title", "value", "name")
	return o, true
}

// closingName is the name that a line closes: of "</TabItem>", "{% endtab %}",
// "{{< /tab >}}", "::EndTabs".
func closingName(line []byte) string {
	if len(line) < 3 || line[0] == '<' && line[1] != '/' || strings.IndexByte("<{:", line[0]) < 0 {
		return ""
	}
	s := strings.ToLower(string(line))
	if name, ok := strings.CutPrefix(s, "</"); ok {
		name, _, _ = strings.Cut(name, ">")
		return strings.TrimSpace(name)
	}
	if s == "::endtabs" {
		return "::tabs"
	}
	if !strings.HasPrefix(s, "{") {
		return ""
	}
	inner := strings.TrimSpace(strings.Trim(s, "{}<>%- "))
	if name, ok := strings.CutPrefix(inner, "end"); ok {
		return name
	}
	if name, ok := strings.CutPrefix(inner, "/"); ok {
		return strings.TrimSpace(name)
	}
	return ""
}

// shortcode reads the marks of Hugo, Jekyll, GitBook and Zola.
func shortcode(line string) (o opening, ok bool) {
	mark := line[:2]
	if strings.HasPrefix(line, "{{<") || strings.HasPrefix(line, "{{%") {
		mark = line[:3]
	}
	if mark == "{{" || mark != "{%" && len(mark) == 2 || !strings.HasSuffix(line, "}") {
		return o, false
	}
	inner := strings.TrimSpace(strings.Trim(line[len(mark):], "{}<>%- "))
	if strings.Contains(inner, "{{") || strings.Contains(inner, "{%") {
		return o, false // begun and ended on one line
	}
	if closingName([]byte(line)) != "" {
		return opening{role: isLost, form: byLine}, true
	}
	name, rest, _ := strings.Cut(inner, " ")
	name = strings.ToLower(name)
	o = opening{form: byTag, name: name, role: roleOf(name)}
	switch name {
	case "highlight", "codeblock":
		lang, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		return opening{role: isCode, form: byTag, name: name, title: strings.Trim(lang, `"'`)}, true
	case "include", "include_relative", "readfile", "embed-markdown":
		return opening{role: isOther, form: byLine, title: firstArgument(rest, "file", "src")}, true
	}
	if o.role == isNote && !notes[name] && name != "callout" && name != "alert" && name != "code" && name != "step" && name != "steps" {
		return opening{role: isLost, form: byLine}, true
	}
	if o.role == isTab {
		o.title = firstArgument(rest, "title", "name", "header", "label", "text", "summary")
		if first, second, two := strings.Cut(o.title, " "); mark == "{%" && two && first != "" && !strings.ContainsAny(rest, `"'=`) {
			o.title = second // {% tab GROUP TITLE %}
		}
	}
	return o, true
}

// firstArgument is the value of one of the keys, or all the arguments where
// they have no keys.
func firstArgument(args string, keys ...string) string {
	if value := attribute(args, keys...); value != "" {
		return value
	}
	args = strings.TrimSpace(args)
	if strings.HasPrefix(args, `"`) {
		value, _, _ := strings.Cut(args[1:], `"`)
		return value
	}
	if strings.Contains(args, "=") {
		return ""
	}
	return strings.Trim(args, `"'`)
}

// attribute is the value of the first of the keys that a tag has.
func attribute(tag string, keys ...string) string {
	for _, key := range keys {
		for from := 0; from < len(tag); {
			at := strings.Index(tag[from:], key+"=")
			if at < 0 {
				break
			}
			at += from
			from = at + len(key) + 1
			if at > 0 && strings.IndexByte(" \t\n,", tag[at-1]) < 0 {
				continue
			}
			value := strings.TrimLeft(tag[from:], "{ ")
			if value == "" {
				break
			}
			if quote := value[0]; quote == '"' || quote == '\'' || quote == '`' {
				value, _, _ = strings.Cut(value[1:], string(quote))
				return value
			}
			value, _, _ = strings.Cut(value, " ")
			return strings.TrimRight(value, "}>/")
		}
	}
	return ""
}
