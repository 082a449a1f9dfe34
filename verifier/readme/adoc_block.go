package readme

import (
	"strings"
)

// adocStyle is what the lines in brackets before a block say.
type adocStyle struct {
	name  string // "source", "listing", "NOTE"
	lang  string
	subs  bool // attributes are filled in
	tabs  bool
	fold  bool
	quote bool
	tab   bool // one of several blocks that are shown as tabs
	set   bool
}

// read reads one line, without its brackets; several add up.
func (s *adocStyle) read(text string) {
	if strings.HasPrefix(text, "[") || text == "" {
		return // an anchor
	}
	s.set = true
	for n, part := range splitAttributes(text) {
		key, value, named := strings.Cut(part, "=")
		key, value = strings.TrimSpace(key), strings.Trim(strings.TrimSpace(value), `"'`)
		switch {
		case named && (key == "subs" || key == "options" || key == "opts" || key == "role" || key == "language"):
			s.option(key, value)
		case named:
		case n == 0:
			s.first(key)
		case n == 1 && (s.name == "source" || s.name == ""):
			s.lang = key
			s.name = "source"
		}
	}
}

func (s *adocStyle) option(key, value string) {
	switch key {
	case "subs":
		s.subs = strings.Contains(value, "attributes") || value == "normal"
	case "language":
		s.lang = value
	case "role":
		s.tab = strings.Contains(value, "primary") || strings.Contains(value, "secondary")
	default:
		s.fold = s.fold || strings.Contains(value, "collapsible")
	}
}

// first reads "source%nowrap", "tabs", "#id.role".
func (s *adocStyle) first(text string) {
	s.fold = s.fold || strings.Contains(text, "%collapsible")
	if at := strings.IndexAny(text, "#.%"); at >= 0 {
		text = text[:at]
	}
	if text = strings.Trim(text, "{}"); text == "" {
		return
	}
	s.name = strings.ToLower(text)
	s.tabs = s.name == "tabs"
	s.quote = s.name == "quote"
}

func (s adocStyle) isCode() bool {
	return s.name == "source" || s.name == "listing" || s.name == "literal"
}

// splitAttributes parts at commas that stand in no quotes.
func splitAttributes(text string) (parts []string) {
	start, quote := 0, byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ',':
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// fenceMark is the run of characters that a line begins or ends a block with.
func fenceMark(text string) string {
	if text == "--" {
		return text
	}
	if len(text) < 3 {
		return ""
	}
	switch text[0] {
	case '`':
		rest := strings.TrimLeft(text, "`")
		if n := len(text) - len(rest); n >= 3 && strings.IndexByte(rest, '`') < 0 && !strings.Contains(rest, " ") {
			return text[:n]
		}
	case '|', ',', ':', '!':
		if len(text) >= 4 && strings.Trim(text[1:], "=") == "" {
			return text
		}
	case '-', '.', '+', '/', '=', '*', '_':
		if len(text) >= 4 && strings.Trim(text, text[:1]) == "" {
			return text
		}
	}
	return ""
}

// delimited reads a line that begins or ends a delimited block.
func (r *adocReader) delimited(i int) (next int, ok bool) {
	text := r.raw[i].text
	mark := fenceMark(text)
	if mark == "" || r.isUnderline(i) {
		return i, false
	}
	if n := len(r.open); n > 0 && mark[0] != '`' {
		for k := n - 1; k >= max(0, n-maxDepth); k-- {
			if r.open[k].mark == mark {
				r.closeGroups(k)
				return i + 1, true
			}
		}
	}
	style := r.style
	switch {
	case mark[0] == '=' || mark[0] == '*' || mark[0] == '_' || mark == "--" && !style.isCode():
		r.openGroup(mark, style)
		return i + 1, true
	case strings.IndexByte("|,:!", mark[0]) >= 0:
		r.style, r.attached = adocStyle{}, false
		return r.table(i+1, mark), true
	}
	r.style, r.attached = adocStyle{}, false
	end := i + 1
	for end < len(r.raw) && r.raw[end].text != mark {
		end++
	}
	switch mark[0] {
	case '`':
		style.lang = readInfo(text[len(mark):]).lang
		fallthrough
	case '-', '.':
		r.code(Fence, style, i+1, end)
	}
	return end + 1, true
}

// isUnderline: the line is the second of a title.
func (r *adocReader) isUnderline(i int) bool {
	return i > 0 && !r.blank(i-1) && r.underlined(i-1) > 0 && r.blank(i-2) && r.raw[i].text[0] != '`' && fenceMark(r.raw[i-1].text) == "" && !r.isAttribute(i-1) && r.raw[i-1].text[0] != '.'
}

func (r *adocReader) openGroup(mark string, style adocStyle) {
	g := adocGroup{mark: mark, isTabs: style.tabs, tabs: len(r.tabs), items: len(r.marks), quote: mark[0] == '_' || style.quote}
	if g.quote {
		r.quoted++
	}
	if style.fold {
		r.openTab("", r.caption)
		r.caption = ""
	} else if r.caption != "" && !style.tabs {
		r.paragraphText(r.caption)
		r.caption = ""
	}
	r.open = append(r.open, g)
	r.style, r.attached = adocStyle{}, false
}

// closeGroups ends all groups but n.
func (r *adocReader) closeGroups(n int) {
	for len(r.open) > n {
		g := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		if g.quote {
			r.quoted--
		}
		r.closeTabs(g.tabs)
		r.closeMarks(min(g.items, len(r.marks)))
	}
	r.style, r.attached = adocStyle{}, false
}

// table reads the code in a table's cells, and blocks where cells hold such.
func (r *adocReader) table(i int, mark string) int {
	for ; i < len(r.raw) && r.raw[i].text != mark; i++ {
		text := r.raw[i].text
		switch inner := fenceMark(text); {
		case inner != "" && (inner[0] == '-' || inner[0] == '.') && inner != "--":
			end := i + 1
			for end < len(r.raw) && r.raw[end].text != inner && r.raw[end].text != mark {
				end++
			}
			r.code(Fence, r.style, i+1, end)
			r.doc.Blocks = markTable(r.doc.Blocks)
			r.style = adocStyle{}
			i = end
			if end < len(r.raw) && r.raw[end].text == mark {
				return end + 1
			}
		case text == "":
		case r.isAttribute(i):
			r.style.read(text[1 : len(text)-1])
		default:
			r.row(i)
		}
	}
	return i + 1
}

func markTable(blocks []Block) []Block {
	if n := len(blocks); n > 0 {
		blocks[n-1].Table = true
	}
	return blocks
}

// code adds lines as a block: callouts are cut off, attributes filled in where
// the author wishes it.
func (r *adocReader) code(kind Kind, style adocStyle, from, to int) {
	lines := r.take(from, to)
	for n, l := range lines {
		if end := withoutCallouts(l.Text); end < len(l.Text) {
			lines[n].Text = l.Text[:end]
			lines[n].Span.End = l.Span.Start + end
		}
		if style.subs {
			lines[n].Text = r.fill(lines[n].Text)
		}
	}
	if style.lang == "" && style.name == "source" {
		style.lang = r.vars["source-language"]
	}
	if style.tab && r.caption != "" {
		r.openTab("", r.caption)
		defer r.closeTabs(len(r.tabs) - 1)
	}
	r.block(Block{Kind: kind, Language: strings.TrimSpace(style.lang), Lines: lines})
}

// withoutCallouts is the length of a line without the "<1>" at its end, which
// stand for a note below, and without the comment that may hide them.
func withoutCallouts(line string) int {
	end := len(line)
	for {
		text := strings.TrimRight(line[:end], " \t")
		open := strings.LastIndexByte(text, '<')
		if open < 0 || !strings.HasSuffix(text, ">") || open > 0 && text[open-1] != ' ' && text[open-1] != '\t' {
			break
		}
		number := strings.Trim(text[open+1:len(text)-1], "!-")
		if number == "" || number != "." && strings.Trim(number, "0123456789") != "" {
			break
		}
		end = open
	}
	if end == len(line) {
		return end
	}
	text := strings.TrimRight(line[:end], " \t")
	for _, comment := range []string{" //", " #", " --", " ;;"} {
		if bare, ok := strings.CutSuffix(text, comment); ok {
			return len(strings.TrimRight(bare, " \t"))
		}
	}
	return len(text)
}

// calloutEnd is where the text of a callout's note begins, or 0.
func calloutEnd(text string) int {
	if text == "" || text[0] != '<' {
		return 0
	}
	number, rest, ok := strings.Cut(text[1:], ">")
	if !ok || number == "" || number != "." && strings.Trim(number, "0123456789") != "" || !strings.HasPrefix(rest, " ") {
		return 0
	}
	return len(number) + 2
}
