package readme

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// readPlain reads text without markup: titles in capitals or underlined,
// paragraphs, numbered steps, and indented text, which is where such documents
// put commands.
func readPlain(b *builder) {
	s := newScanner(b, plainInline)
	for i := 0; i < len(s.raw); {
		i = s.plainAt(i)
	}
}

func (s *scanner) plainAt(i int) int {
	if s.blank(i) {
		return i + 1
	}
	text := s.raw[i].text
	if next, ok := s.backquoteFence(i); ok {
		return next
	}
	if adornment(s.trimmed(i)) != 0 {
		return i + 1 // a rule, or the line over a title
	}
	if style := s.underline(i); style != "" {
		s.chapter(s.level(style), strings.TrimSpace(text), s.raw[i].start)
		return i + 2
	}
	if title, mark := framed(s.trimmed(i)); mark != "" {
		s.chapter(s.level(mark), title, s.raw[i].start)
		return i + 1
	}
	if isCapitals(text) && s.blank(i-1) && s.blank(i+1) {
		s.chapter(s.level("capitals"), text, s.raw[i].start)
		return i + 1
	}
	if strings.HasPrefix(text, "# freshinstall:") {
		s.comment(text[1:])
		return i + 1
	}
	if remark, ok := Plain.Commented(text); ok && strings.HasPrefix(remark, "freshinstall:") {
		return s.plainOwn(i, remark)
	}
	end := i + 1
	for end < len(s.raw) && !s.blank(end) && (!isBullet(s.raw[end].text) || hasPrompt(s.raw[end].text)) {
		end++
	}
	isItem := isBullet(text) && !hasPrompt(text)
	if s.raw[i].indent > 0 && s.blank(i-1) && !isItem && !s.isProse(i, end) {
		s.block(Block{Kind: Indented, Lines: s.take(i, end)})
		return end
	}
	if !isItem {
		s.closeDeeper(s.margin(i, end))
		s.paragraph(i, end, 0)
		return end
	}
	s.paragraph(i, end, s.listAt(i))
	return end
}

// plainOwn passes over our own section: nothing in plain text keeps a line of
// code that stands there from being read as markup.
func (s *scanner) plainOwn(i int, remark string) int {
	s.comment(remark)
	for end := i + 1; remark == "freshinstall:begin" && end < len(s.raw); end++ {
		if s.raw[end].text == Plain.Comment("freshinstall:end") {
			return end
		}
	}
	return i + 1
}

// backquoteFence reads a fence as in Markdown, which people write wherever they
// write.
func (s *scanner) backquoteFence(i int) (next int, ok bool) {
	text := s.trimmed(i)
	if !strings.HasPrefix(text, "```") || strings.IndexByte(strings.TrimLeft(text, "`"), '`') >= 0 {
		return i, false
	}
	end := i + 1
	for end < len(s.raw) && (!strings.HasPrefix(s.trimmed(end), "```") || strings.Trim(s.trimmed(end), "`") != "") {
		end++
	}
	s.block(Block{Kind: Fence, Language: readInfo(strings.TrimLeft(text, "`")).lang, Lines: s.take(i+1, end)})
	return end + 1, true
}

// underline is the character under a title, if the next line is such a line.
func (s *scanner) underline(i int) string {
	if i+1 >= len(s.raw) || s.raw[i].indent > 3 || i > 0 && !s.blank(i-1) && adornment(s.trimmed(i-1)) == 0 {
		return ""
	}
	under, title := s.trimmed(i+1), s.trimmed(i)
	mark := adornment(under)
	if mark == 0 || strings.IndexByte("=-~*^+#_", mark) < 0 || len(under)*2 < utf8.RuneCountInString(title) {
		return ""
	}
	return string(mark)
}

// framed: a title between two rules of the same characters: "*** Title ***".
func framed(text string) (title, mark string) {
	rule := text[:len(text)-len(strings.TrimLeft(text, "*=#-~"))]
	if len(rule) < 2 || adornment(rule) == 0 || !strings.HasSuffix(text, " "+rule) || len(text) > 80 {
		return "", ""
	}
	title, ok := strings.CutPrefix(text[:len(text)-len(rule)], rule+" ")
	if title = strings.TrimSpace(title); !ok || title == "" {
		return "", ""
	}
	return title, rule
}

// isCapitals: a title in capital letters.
func isCapitals(text string) bool {
	text = strings.TrimSuffix(text, ":")
	if len(text) < 4 || len(text) > 60 || strings.IndexByte("&/.,()'- ", text[0]) >= 0 {
		return false
	}
	letters := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'A' && c <= 'Z':
			letters++
		case c >= '0' && c <= '9' || strings.IndexByte(" &/.,()'-", c) >= 0:
		default:
			return false
		}
	}
	return letters > 2
}

// margin is the indentation of a paragraph; that of its first line alone says
// nothing.
func (s *scanner) margin(i, end int) int {
	if i+1 < end {
		return min(s.raw[i].indent, s.raw[i+1].indent)
	}
	return s.raw[i].indent
}

// closeDeeper ends the list items that text at an indentation cannot belong to.
func (s *scanner) closeDeeper(indent int) {
	n := len(s.marks)
	for n > 0 && s.marks[n-1].indent >= indent {
		n--
	}
	s.closeMarks(n)
}

// isProse: indented lines that are running text all the same, as the paragraphs
// of the GNU project's documents and those inside of a list item. Running text
// begins like a sentence and ends like one.
func (s *scanner) isProse(i, end int) bool {
	hanging := end > i+1
	words := 0
	for n := i; n < end; n++ {
		if hasPrompt(s.raw[n].text) {
			return false
		}
		hanging = hanging && (n == i || s.raw[n].indent < s.raw[i].indent)
		words += strings.Count(strings.TrimSpace(s.raw[n].text), " ") + 1
	}
	text := s.trimmed(i)
	first, _ := utf8.DecodeRuneInString(text)
	if !unicode.IsUpper(first) || strings.Contains(firstWord(text), "=") || words < 4 {
		return hanging && s.margin(i, end) == 0 && words > 8 && !strings.HasSuffix(text, "\\")
	}
	if hanging {
		return true
	}
	last := s.raw[end-1].text
	return strings.IndexByte(".:!?", last[len(last)-1]) >= 0
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}

// plainInline knows the quotes that stand around commands in plain text, and
// addresses.
func plainInline(text string, p *prose) {
	for at := 0; at < len(text); {
		next := strings.IndexAny(text[at:], "`'\"\u2018\u201ch")
		if next < 0 {
			return
		}
		at += next
		switch {
		case text[at] == 'h':
			if end := address(text, at); end > at {
				p.link(at, end, text[at:end], text[at:end])
				at = end
				continue
			}
			at++
		default:
			at = quoted(text, at, p)
		}
	}
}

// quoted reads `make', 'make', `make`, "make" or the same in typographic quotes.
func quoted(text string, at int, p *prose) (next int) {
	_, size := utf8.DecodeRuneInString(text[at:])
	start := at + size
	open := text[at:start]
	if (open == "'" || open == `"`) && at > 0 && strings.IndexByte(" (", text[at-1]) < 0 {
		return start
	}
	limit := min(len(text), start+maxSpan)
	for end := start; end < limit; {
		close, size := utf8.DecodeRuneInString(text[end:])
		after := end + size
		ends := after >= len(text) || strings.IndexByte(" .,;:!?)\"", text[after]) >= 0
		switch {
		case close == '`' && open == "`", close == '"' && open == `"` && ends, close == '\u201d' && open == "\u201c", close == '\u2019' && open == "\u2018", close == '\'' && open != "\u2018" && ends:
			if end > start && text[start] != ' ' {
				p.mark(at, after, start, end)
				return after
			}
			return start
		case close == '`' || close == '\u2018' || close == '"' && open == "\u201c":
			return start
		}
		end = after
	}
	return start
}
