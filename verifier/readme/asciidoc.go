package readme

import (
	"strings"
	"unicode/utf8"
)

// adocReader reads AsciiDoc line by line. Blocks that only group text are
// entered; what is attached to a list item by "+" stays in it.
type adocReader struct {
	*scanner
	vars     map[string]string // document attributes
	style    adocStyle         // of the next block
	open     []adocGroup
	attached bool // "+" stands before
}

// adocGroup is a delimited block that holds blocks.
type adocGroup struct {
	mark   string
	quote  bool
	isTabs bool // its terms are tabs
	tabs   int  // open around it
	items  int  // list items open around it
}

func readAsciiDoc(b *builder) {
	r := &adocReader{vars: map[string]string{}}
	r.scanner = newScanner(b, r.adocInline)
	for i := 0; i < len(r.raw); {
		i = r.at(i)
	}
}

func (r *adocReader) at(i int) int {
	if r.blank(i) {
		return i + 1
	}
	text := r.raw[i].text
	if next, ok := r.delimited(i); ok {
		return next
	}
	switch text[0] {
	case ':':
		if next, ok := r.attribute(i); ok {
			return next
		}
	case '/':
		if strings.HasPrefix(text, "//") {
			r.comment(text[2:])
			return i + 1
		}
	case '+':
		if text == "+" {
			r.attached = true
			return i + 1
		}
	case '[':
		if strings.HasSuffix(text, "]") {
			r.style.read(text[1 : len(text)-1])
			return i + 1
		}
	case '.':
		if len(text) > 1 && strings.IndexByte(". \t", text[1]) < 0 {
			r.caption = r.shown(text[1:])
			return i + 1
		}
	case '=', '#':
		if level := adocLevel(text); level > 0 {
			r.title(level, strings.TrimRight(text[level:], " "+text[:1]), i)
			return i + 1
		}
	}
	if level := r.underlined(i); level > 0 {
		r.title(level, text, i)
		return i + 2
	}
	if r.macro(i, text) {
		return i + 1
	}
	return r.body(i)
}

func adocLevel(text string) int {
	level := len(text) - len(strings.TrimLeft(text, text[:1]))
	if level > 6 || level == len(text) || text[level] != ' ' {
		return 0
	}
	return level
}

func (r *adocReader) title(level int, text string, i int) {
	r.chapter(level, r.shown(strings.TrimSpace(text)), r.raw[i].start)
	r.style, r.attached = adocStyle{}, false
}

// underlined is the level of a title in the two-line form, or 0.
func (r *adocReader) underlined(i int) int {
	if i+1 >= len(r.raw) || r.raw[i].indent > 0 || !r.blank(i-1) && !strings.HasPrefix(r.raw[i-1].text, "[") {
		return 0
	}
	under, title := r.raw[i+1].text, utf8.RuneCountInString(r.raw[i].text)
	if adornment(under) == 0 || len(under) < title-2 || len(under) > title+2 {
		return 0
	}
	return strings.IndexByte("=-~^+", under[0]) + 1
}

// attribute reads ":name: value".
func (r *adocReader) attribute(i int) (next int, ok bool) {
	name, value, ok := strings.Cut(r.raw[i].text[1:], ":")
	if !ok || name == "" || strings.ContainsAny(name, " \t`") || value != "" && value[0] != ' ' {
		return i, false
	}
	value = strings.TrimSpace(value)
	for next = i + 1; strings.HasSuffix(value, `\`) && !r.blank(next); next++ {
		value = strings.TrimRight(strings.TrimSuffix(value, `\`), " +") + " " + r.trimmed(next)
	}
	if len(value) < maxSpan {
		r.vars[strings.ToLower(name)] = r.fill(value)
	}
	return next, true
}

// fill puts the values of attributes in; those that are not known stay.
func (r *adocReader) fill(text string) string {
	open := strings.IndexByte(text, '{')
	if open < 0 || len(r.vars) == 0 {
		return text
	}
	var out strings.Builder
	for open >= 0 && out.Len() < maxInline {
		out.WriteString(text[:open])
		text = text[open:]
		name, _, ok := strings.Cut(text[1:min(len(text), 80)], "}")
		value, known := r.vars[strings.ToLower(name)]
		if ok && known {
			out.WriteString(value)
			text = text[len(name)+2:]
		} else {
			out.WriteByte('{')
			text = text[1:]
		}
		open = strings.IndexByte(text, '{')
	}
	out.WriteString(text)
	return out.String()
}

// macro reads lines like "include::file[]" and "ifdef::name[]".
func (r *adocReader) macro(i int, text string) bool {
	name, rest, ok := strings.Cut(text, "::")
	if !ok || !strings.HasSuffix(text, "]") {
		return false
	}
	switch name {
	case "include":
		target, _, _ := strings.Cut(rest, "[")
		r.include(r.fill(target), r.raw[i].start)
	case "ifdef", "ifndef", "ifeval", "endif", "image", "video", "audio", "toc":
	default:
		return false
	}
	return true
}

// body reads a list item, a term, a literal paragraph or a paragraph.
func (r *adocReader) body(i int) int {
	line := r.raw[i]
	style, attached := r.style, r.attached
	r.style, r.attached = adocStyle{}, false
	if style.isCode() {
		end := i
		for !r.blank(end) {
			end++
		}
		r.code(Indented, style, i, end)
		return end
	}
	marker, content, ordered, isItem := bulletAt(line.text)
	if isItem && hasPrompt(line.text) && marker != "*" && marker != "-" {
		isItem = false
	}
	if line.indent > 0 && !isItem && (r.blank(i-1) || attached || r.isAttribute(i-1) || fenceMark(r.raw[i-1].text) != "") && !isTerm(line.text) {
		end := i
		for !r.blank(end) && r.raw[end].text != "+" && (end == i || fenceMark(r.raw[end].text) == "") {
			end++
		}
		r.code(Indented, style, i, end)
		return end
	}
	if isTerm(line.text) {
		return r.term(i)
	}
	skip := 0
	if isItem {
		skip = content
		r.item(i, marker, ordered)
	} else if callout := calloutEnd(line.text); callout > 0 {
		skip = callout
	} else if !attached && r.blank(i-1) {
		r.closeMarks(r.base())
	}
	end := i + 1
	for !r.blank(end) && !r.begins(end) {
		end++
	}
	r.paragraph(i, end, skip)
	return end
}

func (r *adocReader) isAttribute(i int) bool {
	return !r.blank(i) && strings.HasPrefix(r.raw[i].text, "[") && strings.HasSuffix(r.raw[i].text, "]")
}

// base is how many list items are open around the innermost group.
func (r *adocReader) base() int {
	if n := len(r.open); n > 0 {
		return min(r.open[n-1].items, len(r.marks))
	}
	return 0
}

// item opens a list item. Lists are told apart by their marks: a mark that is
// not open yet begins a list inside of the item before.
func (r *adocReader) item(i int, marker string, ordered bool) {
	if marker[0] >= '0' && marker[0] <= '9' {
		marker = "1."
	}
	at := len(r.marks)
	for n := r.base(); n < len(r.marks); n++ {
		if r.marks[n].marker == marker {
			at = n
			break
		}
	}
	if at >= maxDepth {
		return
	}
	r.closeMarks(min(len(r.marks), at+1))
	r.openMark(listMark{indent: at, marker: marker}, Item{List: r.raw[i].start, Ordered: ordered, Number: 1, Intro: r.lead})
}

// isTerm: "Linux::", of a list of terms.
func isTerm(text string) bool {
	at := strings.Index(text, "::")
	if at <= 0 || strings.IndexByte(text[:at], '`') >= 0 && strings.Count(text[:at], "`")%2 == 1 {
		return false
	}
	rest := strings.TrimLeft(text[at:], ":")
	return len(text)-len(rest)-at <= 4 && (rest == "" || rest[0] == ' ') && strings.TrimSpace(text[:at]) != ""
}

// term reads a term and what stands behind it on the line. In a group of tabs
// it is a tab's title.
func (r *adocReader) term(i int) int {
	text := r.raw[i].text
	at := strings.Index(text, "::")
	title := r.shown(strings.TrimSpace(text[:at]))
	skip := len(text) - len(strings.TrimLeft(text[at:], ":"))
	if n := len(r.open); n > 0 && r.open[n-1].isTabs {
		r.closeTabs(r.open[n-1].tabs)
		r.openTab("", title)
	} else if skip == len(text) {
		r.paragraph(i, i+1, 0)
	} else {
		r.paragraphText(title + ":")
	}
	if skip < len(text) {
		r.paragraph(i, i+1, skip)
	}
	// Text below a term is its paragraph, however far it is indented.
	end := i + 1
	for !r.blank(end) && !r.begins(end) {
		end++
	}
	if end > i+1 {
		r.paragraph(i+1, end, 0)
	}
	return end
}

// begins: a line cannot go on a paragraph.
func (r *adocReader) begins(i int) bool {
	text := r.raw[i].text
	return text == "+" || r.isAttribute(i) || isBullet(text) || isTerm(text) || strings.HasPrefix(text, "//") ||
		calloutEnd(text) > 0 || fenceMark(text) != "" || strings.HasPrefix(text, "include::")
}
