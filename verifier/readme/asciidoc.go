package readme

import (
	"regexp"
	"strings"
)

var (
	adocCode    = regexp.MustCompile("``(.+?)``|`\\+?([^`]+?)\\+?`")
	adocLink    = regexp.MustCompile(`(?:link|xref):()([^\s\[]+)\[[^\]]*\]|<<([^,>]+)>>|()(https?://[^\s\[]+)`)
	adocHeading = regexp.MustCompile(`^(={1,6})\s+(\S.*?)\s*=*$`)
	adocAttr    = regexp.MustCompile(`^:([\w-]+):\s*(.*)$`)
	adocBlock   = regexp.MustCompile(`^\[(.*)\]$`)
	adocTitle   = regexp.MustCompile(`^\.([A-Za-z].*)$`)
	adocFence   = regexp.MustCompile("^(-{4,}|\\.{4,}|`{3,}|\\+{4,}|/{4,}|\\|={3,}|,={3,}|--|={4,}|\\*{4,}|_{4,})(\\w*)\\s*$")
)

// adocReader reads AsciiDoc: titles, listing and literal blocks, literal
// paragraphs, inline code, links with attributes in them.
type adocReader struct {
	*scanner
	style string // of the next block: "source,bash"
}

func readAsciiDoc(b *builder) {
	r := &adocReader{scanner: newScanner(b, adocCode, adocLink)}
	for i := 0; i < len(r.raw); {
		i = r.at(i)
	}
}

func (r *adocReader) at(i int) int {
	text := r.raw[i].text
	if r.blank(i) {
		return i + 1
	}
	if m := adocAttr.FindStringSubmatch(text); m != nil {
		r.vars[m[1]] = m[2]
		return i + 1
	}
	if m := adocHeading.FindStringSubmatch(text); m != nil {
		r.heading(len(m[1]), strings.ReplaceAll(m[2], "`", ""), r.raw[i].start)
		r.marks, r.style = nil, ""
		return i + 1
	}
	if level := r.underlined(i); level > 0 {
		r.heading(level, strings.ReplaceAll(r.trimmed(i), "`", ""), r.raw[i].start)
		r.marks, r.style = nil, ""
		return i + 2
	}
	if m := adocFence.FindStringSubmatch(text); m != nil {
		return r.fence(i, m[1], m[2])
	}
	if m := adocBlock.FindStringSubmatch(text); m != nil {
		r.style = strings.ToLower(m[1])
		return i + 1
	}
	if strings.HasPrefix(text, "//") {
		r.comment(strings.TrimPrefix(text, "//"))
		return i + 1
	}
	if m := adocTitle.FindStringSubmatch(text); m != nil && r.blank(i-1) {
		r.text(m[1])
		return i + 1
	}
	return r.body(i)
}

// underlined is the level of a title in the two-line form, or 0.
func (r *adocReader) underlined(i int) int {
	if i+1 >= len(r.raw) || r.raw[i].indent > 0 || i > 0 && !r.blank(i-1) {
		return 0
	}
	under, title := r.trimmed(i+1), r.trimmed(i)
	if adornment(under) == 0 || len(under) < len([]rune(title))-2 || len(under) > len([]rune(title))+2 {
		return 0
	}
	return strings.IndexByte("=-~^+", under[0]) + 1
}

// fence reads a delimited block; the ones that only group text are entered.
func (r *adocReader) fence(i int, mark, lang string) int {
	switch mark[0] {
	case '=', '*', '_':
		r.style = ""
		return i + 1
	}
	if mark == "--" && !strings.HasPrefix(r.style, "source") {
		r.style = ""
		return i + 1
	}
	end := i + 1
	for end < len(r.raw) && strings.TrimSpace(r.raw[end].text) != mark {
		end++
	}
	style := strings.Split(r.style, ",")
	r.style = ""
	if mark[0] == '-' || mark[0] == '.' || mark[0] == '`' {
		if lang == "" && len(style) > 1 && (strings.HasPrefix(style[0], "source") || style[0] == "") {
			lang = strings.TrimSpace(style[1])
		}
		r.block(Block{Kind: Fence, Language: lang, Lines: r.take(i+1, end), List: r.items()})
	}
	return end + 1
}

// body reads a paragraph or a literal paragraph.
func (r *adocReader) body(i int) int {
	line := r.raw[i]
	isItem := bullet.FindString(line.text) != "" && !anyPrompt([]Line{{Text: line.text}})
	if (line.indent > 0 || strings.HasPrefix(r.style, "source") || strings.HasPrefix(r.style, "literal") || strings.HasPrefix(r.style, "listing")) && r.blankOrStyle(i-1) && !isItem {
		end := i
		for end < len(r.raw) && !r.blank(end) {
			end++
		}
		lang := ""
		if _, l, ok := strings.Cut(r.style, ","); ok {
			lang, _, _ = strings.Cut(strings.TrimSpace(l), ",")
		}
		r.style = ""
		r.block(Block{Kind: Indented, Language: lang, Lines: r.take(i, end), List: r.items()})
		return end
	}
	r.style = ""
	if r.trimmed(i) == "+" {
		return i + 1
	}
	r.mark(i)
	end := i + 1
	for end < len(r.raw) && !r.blank(end) && bullet.FindString(r.raw[end].text) == "" && adocFence.FindString(r.raw[end].text) == "" && adocBlock.FindString(r.raw[end].text) == "" && r.trimmed(end) != "+" {
		end++
	}
	r.paragraph(i, end)
	return end
}

func (r *adocReader) blankOrStyle(i int) bool {
	return r.blank(i) || adocBlock.MatchString(r.raw[i].text) || r.trimmed(i) == "+"
}
