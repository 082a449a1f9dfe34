package readme

import (
	"path"
	"strings"
)

// rstReader reads reStructuredText the way docutils does: what is indented
// belongs to what stands before it, and is read by the same rules from its own
// margin on.
type rstReader struct {
	*scanner
	targets   map[string]string // of named links
	anonymous []string          // targets of nameless links, in order
	replaced  map[string]string // substitutions
	language  string            // of literal blocks, by a "highlight" directive
	table     bool              // inside of a table
	depth     int
}

func readRST(b *builder) {
	r := &rstReader{targets: map[string]string{}, replaced: map[string]string{}}
	r.scanner = newScanner(b, r.rstInline)
	r.definitions()
	r.body(0, len(r.raw), 0)
}

// definitions collects what is used before it is defined: substitutions and
// the targets of links.
func (r *rstReader) definitions() {
	if !strings.Contains(r.text, ".. |") && !strings.Contains(r.text, ".. _") && !strings.Contains(r.text, "__ ") {
		return
	}
	for i := range r.raw {
		text := r.trimmed(i)
		if after, ok := strings.CutPrefix(text, "__ "); ok {
			r.anonymous = append(r.anonymous, after)
			continue
		}
		after, ok := strings.CutPrefix(text, ".. ")
		if !ok {
			continue
		}
		if name, ok := strings.CutPrefix(after, "|"); ok {
			if name, value, ok := strings.Cut(name, "| replace::"); ok {
				r.replaced[name] = strings.TrimSpace(value)
			}
		} else if target, ok := strings.CutPrefix(after, "__:"); ok {
			r.anonymous = append(r.anonymous, strings.TrimSpace(target))
		} else if name, ok := strings.CutPrefix(after, "_"); ok {
			if name, target, ok := cutTarget(name); ok {
				r.targets[strings.ToLower(name)] = target
			}
		}
	}
}

// cutTarget parts "name: target" and "`a name`: target".
func cutTarget(s string) (name, target string, ok bool) {
	if quoted, isQuoted := strings.CutPrefix(s, "`"); isQuoted {
		name, target, ok = strings.Cut(quoted, "`:")
	} else if at := strings.Index(s+" ", ": "); at >= 0 {
		name, target, ok = s[:at], s[min(len(s), at+1):], true
	}
	return name, strings.TrimSpace(target), ok
}

// body reads lines whose text begins at a margin.
func (r *rstReader) body(i, end, margin int) {
	if r.depth++; r.depth > maxDepth {
		r.depth--
		return
	}
	for i < end {
		i = r.at(i, end, margin)
	}
	r.depth--
}

// at reads what stands at a line and gives the line to go on with.
func (r *rstReader) at(i, end, margin int) int {
	if r.blank(i) {
		return i + 1
	}
	text, trimmed := r.raw[i].text, r.trimmed(i)
	if r.raw[i].indent > margin {
		return r.quotation(i, end, margin)
	}
	if r.depth == 1 {
		if next, ok := r.title(i); ok {
			return next
		}
	}
	switch {
	case trimmed == ".." || strings.HasPrefix(trimmed, ".. "):
		return r.explicit(i, end)
	case strings.HasPrefix(trimmed, "__ "):
		return i + 1
	case strings.HasPrefix(trimmed, ">>> "):
		for i < end && !r.blank(i) {
			i++
		}
		return i
	case strings.HasPrefix(trimmed, "+-") && strings.HasSuffix(trimmed, "+"), strings.HasPrefix(trimmed, "| ") && r.depth == 1 && strings.HasSuffix(trimmed, "|"):
		return r.grid(i, end)
	case isSimpleTable(trimmed):
		return r.simpleTable(i, end)
	case strings.HasPrefix(trimmed, "| "):
		r.paragraph(i, i+1, strings.IndexByte(text, '|')+1)
		return i + 1
	case adornment(trimmed) != 0 && trimmed != "::" && len(trimmed) >= 4:
		return i + 1 // a transition, or what is left of a title
	case trimmed[0] == ':':
		if skip := fieldEnd(text); skip > 0 {
			return r.field(i, end, skip)
		}
	}
	if marker, content, ordered, ok := bulletAt(text); ok && !strings.HasPrefix(marker, "..") {
		return r.item(i, end, marker, content, ordered)
	}
	return r.running(i, end)
}

// quotation reads indented text that nothing announced. Where it shows
// prompts it is meant as code.
func (r *rstReader) quotation(i, end, margin int) int {
	to, inner := r.indented(i, end, margin)
	stop := i
	for stop < to && !r.blank(stop) {
		stop++
	}
	if anyPrompt(r.take(i, stop)) {
		r.block(Block{Kind: Quote, Lines: r.take(i, stop)})
		return stop
	}
	r.body(i, to, inner)
	return to
}

// indented finds the end of the lines from i on that are indented deeper than
// a margin, blank lines between them included, and the least indentation in them.
func (r *rstReader) indented(i, end, margin int) (to, inner int) {
	to, inner = i, 1<<30
	for ; i < end && (r.blank(i) || r.raw[i].indent > margin); i++ {
		if !r.blank(i) {
			to, inner = i+1, min(inner, r.raw[i].indent)
		}
	}
	return to, inner
}

// skipBlank finds the next line with text.
func (r *rstReader) skipBlank(i, end int) int {
	for i < end && r.blank(i) {
		i++
	}
	return i
}

// item reads a list item. What is indented as deep as its text belongs to it;
// with less care, deeper than its mark.
func (r *rstReader) item(i, end int, marker string, content int, ordered bool) int {
	line := r.raw[i]
	to, inner := r.indented(i+1, end, line.indent)
	// In docutils the text of an item may go on without an indentation.
	stop := i + 1
	for stop < end && !r.blank(stop) && r.raw[stop].indent == line.indent && !isBullet(r.raw[stop].text) && !strings.HasPrefix(r.trimmed(stop), "..") {
		stop++
	}
	r.openMark(listMark{indent: line.indent, marker: marker}, Item{List: line.start, Ordered: ordered, Number: 1, Intro: r.lead})
	depth := len(r.marks)
	if stop > i+1 {
		to = stop
		r.lines(i, stop, end, content)
	} else {
		next := i + 1
		for next < to && !r.blank(next) && !r.begins(next) {
			next++
		}
		// A first line that ends in "::" announces what follows at once.
		if strings.HasSuffix(line.text, "::") {
			next = i + 1
		}
		if isBullet(line.text[content:]) || strings.HasPrefix(line.text[content:], ".. ") {
			r.nested(i, to, content)
		} else {
			next = r.lines(i, next, to, content)
			r.body(next, to, min(inner, columnsAt(line.text, content)))
		}
	}
	// The item stays open for the next of its list, and for none other.
	next := r.skipBlank(to, end)
	if next == end || r.raw[next].indent != line.indent || !isBullet(r.raw[next].text) {
		r.closeMarks(depth - 1)
	} else {
		r.closeMarks(depth)
	}
	return to
}

// columnsAt is the column of a byte of a line.
func columnsAt(text string, at int) int {
	n := 0
	for i := range at {
		if text[i] == '\t' {
			n += 8 - n%8
		} else {
			n++
		}
	}
	return n
}

// nested reads an item whose text begins with another item or a directive, by
// a line that begins there.
func (r *rstReader) nested(i, to, content int) {
	kept := r.raw[i]
	r.raw[i].text = strings.Repeat(" ", content) + kept.text[content:]
	r.raw[i].indent = content
	// take and rest count from the line's end, so that positions stay.
	r.body(i, to, content)
	r.raw[i] = kept
}

// begins: a line that ends a paragraph although no blank line stands before it.
func (r *rstReader) begins(i int) bool {
	text := r.trimmed(i)
	return isBullet(text) || strings.HasPrefix(text, ".. ") && strings.Contains(text, "::")
}

// running reads a paragraph, and a definition if one follows it.
func (r *rstReader) running(i, end int) int {
	margin := r.raw[i].indent
	stop := i + 1
	for stop < end && !r.blank(stop) && r.raw[stop].indent == margin && !r.begins(stop) {
		stop++
	}
	return r.lines(i, stop, end, 0)
}

// lines reads the lines of a paragraph, and the literal block that its end may
// announce.
func (r *rstReader) lines(i, stop, end, skip int) int {
	last := r.raw[stop-1].text
	announces := strings.HasSuffix(last, "::")
	if stop > i+1 || strings.TrimSpace(last[min(skip, len(last)):]) != "::" {
		r.scanner.running(i, stop, skip, r.table)
	}
	if !announces {
		return stop
	}
	r.lead = strings.TrimSuffix(r.lead, ":")
	margin := r.raw[i].indent
	from := r.skipBlank(stop, end)
	if from < end && skip > 0 {
		// In a list item what is as deep as its text is its next paragraph, if
		// that leaves something deeper for the block.
		if content := columnsAt(r.raw[i].text, skip); r.raw[from].indent > content {
			margin = content
		}
	}
	to, _ := r.indented(from, end, margin)
	if to == from {
		return r.quotedLiteral(from, end, stop, margin)
	}
	r.block(Block{Kind: Indented, Language: r.language, Lines: r.take(from, to)})
	return to
}

// quotedLiteral reads a literal block that is not indented: each of its lines
// begins with the same mark.
func (r *rstReader) quotedLiteral(from, end, stop, margin int) int {
	if from >= end || from == stop || r.raw[from].indent != margin {
		return stop
	}
	mark := r.trimmed(from)[0]
	if strings.IndexByte("$>%#|!", mark) < 0 {
		return stop
	}
	to := from
	for to < end && !r.blank(to) && r.trimmed(to)[0] == mark {
		to++
	}
	r.block(Block{Kind: Indented, Language: r.language, Lines: r.take(from, to)})
	return to
}

// title reads a section title, overlined or not.
func (r *rstReader) title(i int) (next int, ok bool) {
	over := adornment(r.raw[i].text)
	at := i
	if over != 0 {
		if r.blank(i+1) || r.blank(i+2) || adornment(r.raw[i+2].text) != over {
			return 0, false
		}
		at = i + 1
	} else if r.blank(i+1) || !r.blank(i-1) && !r.afterTarget(i) {
		return 0, false
	}
	mark := adornment(r.raw[at+1].text)
	if mark == 0 || adornment(r.raw[at].text) != 0 || len(r.raw[at+1].text)+2 < len([]rune(r.trimmed(at))) {
		return 0, false
	}
	style := string(mark)
	if over != 0 {
		style += style
	}
	title := strings.ReplaceAll(r.shown(r.trimmed(at)), "\\", "")
	r.chapter(r.level(style), title, r.raw[at].start)
	return at + 2, true
}

func (r *rstReader) afterTarget(i int) bool {
	before := r.raw[i-1].text
	return strings.HasPrefix(strings.TrimSpace(before), ".. ") || adornment(before) != 0
}

// fieldEnd is where the body of a field like ":Author: x" begins, or 0.
func fieldEnd(text string) int {
	start := strings.IndexByte(text, ':')
	end := strings.IndexByte(text[start+1:], ':')
	if end <= 0 {
		return 0
	}
	at := start + 1 + end + 1
	if at < len(text) && text[at] != ' ' || text[start+1] == ' ' {
		return 0 // a role, or a colon in running text
	}
	return at
}

func (r *rstReader) field(i, end, skip int) int {
	to, inner := r.indented(i+1, end, r.raw[i].indent)
	if skip < len(r.raw[i].text) {
		r.paragraph(i, i+1, skip)
	}
	r.body(i+1, to, inner)
	return max(to, i+1)
}

// grid reads a table with lines around its cells.
func (r *rstReader) grid(i, end int) int {
	for ; i < end && !r.blank(i) && strings.IndexByte("+|", r.trimmed(i)[0]) >= 0; i++ {
		if r.trimmed(i)[0] == '|' {
			r.row(i)
		}
	}
	return i
}

// isSimpleTable: the line over a table without lines between its cells.
func isSimpleTable(text string) bool {
	return strings.HasPrefix(text, "==") && strings.Contains(text, " =") && strings.Trim(text, "= ") == ""
}

// simpleTable reads up to the line under the table, which a blank line follows.
func (r *rstReader) simpleTable(i, end int) int {
	rules := 1
	for i++; i < end; i++ {
		switch {
		case r.blank(i):
		case isSimpleTable(r.trimmed(i)):
			if rules++; rules >= 2 && r.blank(i+1) {
				return i + 1
			}
		default:
			r.row(i)
		}
		if rules == 1 && r.blank(i) {
			return i
		}
	}
	return i
}

// document is the file that :doc: names, which it does without its ending.
func (r *rstReader) document(target string) string {
	if ext := path.Ext(target); ext != "" && len(ext) <= 5 {
		return target
	}
	return target + path.Ext(r.doc.Path)
}
