package readme

import (
	"regexp"
	"strings"
)

var (
	plainCode  = regexp.MustCompile("`([^`']+)[`']")
	plainLink  = regexp.MustCompile(`()(https?://[^\s>)]+)`)
	plainTitle = regexp.MustCompile(`^[A-Z0-9][A-Z0-9 &/.,()'-]{3,60}:?$`)
	orgCode    = regexp.MustCompile(`(?:^|[\s(])[=~]([^=~\s](?:[^=~]*[^=~\s])?)[=~](?:$|[\s.,;:!?)])`)
	orgLink    = regexp.MustCompile(`\[\[(?:file:)?([^\]]+)\](?:\[[^\]]*\])?\]|()(https?://[^\s>\]]+)`)
	orgHeading = regexp.MustCompile(`^(\*+)\s+(?:TODO |DONE )?(\S.*?)(?:\s+:[\w:]+:)?$`)
	orgBegin   = regexp.MustCompile(`(?i)^\s*#\+begin_(src|example)\b\s*(\S*)`)
	orgEnd     = regexp.MustCompile(`(?i)^\s*#\+end_(src|example)\b`)
	orgComment = regexp.MustCompile(`^\s*#\s(.*)$`)
)

// readPlain reads text without markup: titles in capitals or underlined,
// paragraphs, and indented text, which is where such documents put commands.
func readPlain(b *builder) {
	s := newScanner(b, plainCode, plainLink)
	for i := 0; i < len(s.raw); {
		i = s.plainAt(i)
	}
}

func (s *scanner) plainAt(i int) int {
	if s.blank(i) {
		return i + 1
	}
	if i+1 < len(s.raw) && s.raw[i].indent == 0 && adornment(s.raw[i+1].text) != 0 && adornment(s.raw[i].text) == 0 {
		level := 1
		if adornment(s.raw[i+1].text) != '=' {
			level = 2
		}
		s.heading(level, s.trimmed(i), s.raw[i].start)
		s.marks = nil
		return i + 2
	}
	if plainTitle.MatchString(s.raw[i].text) && s.blank(i-1) && s.blank(i+1) {
		s.heading(2, s.trimmed(i), s.raw[i].start)
		s.marks = nil
		return i + 1
	}
	end := i
	for end < len(s.raw) && !s.blank(end) && (end == i || bullet.FindString(s.raw[end].text) == "" || anyPrompt(s.take(end, end+1))) {
		end++
	}
	isItem := bullet.FindString(s.raw[i].text) != "" && !anyPrompt(s.take(i, i+1))
	if s.raw[i].indent > 0 && s.blank(i-1) && !isItem {
		s.block(Block{Kind: Indented, Lines: s.take(i, end), List: s.items()})
		return end
	}
	s.mark(i)
	s.paragraph(i, end)
	return end
}

// readOrg reads Org: headings, source and example blocks, lines after a colon.
func readOrg(b *builder) {
	s := newScanner(b, orgCode, orgLink)
	for i := 0; i < len(s.raw); {
		i = s.orgAt(i)
	}
}

func (s *scanner) orgAt(i int) int {
	text := s.raw[i].text
	if s.blank(i) {
		return i + 1
	}
	if m := orgHeading.FindStringSubmatch(text); m != nil {
		s.heading(len(m[1]), m[2], s.raw[i].start)
		s.marks = nil
		return i + 1
	}
	if m := orgBegin.FindStringSubmatch(text); m != nil {
		end := i + 1
		for end < len(s.raw) && !orgEnd.MatchString(s.raw[end].text) {
			end++
		}
		lang := m[2]
		if strings.EqualFold(m[1], "example") {
			lang = ""
		}
		s.block(Block{Kind: Fence, Language: lang, Lines: s.take(i+1, end), List: s.items()})
		return end + 1
	}
	if m := orgComment.FindStringSubmatch(text); m != nil {
		s.comment(m[1])
		return i + 1
	}
	if strings.HasPrefix(strings.TrimSpace(text), "#+") {
		return i + 1
	}
	end := i
	if strings.HasPrefix(strings.TrimSpace(text), ": ") {
		var lines []Line
		for ; end < len(s.raw) && strings.HasPrefix(s.trimmed(end), ": "); end++ {
			at := strings.IndexByte(s.raw[end].text, ':') + 2
			lines = append(lines, s.line(s.raw[end].start+at, s.raw[end].end))
		}
		s.block(Block{Kind: Indented, Lines: lines, List: s.items()})
		return end
	}
	for end < len(s.raw) && !s.blank(end) && (end == i || bullet.FindString(s.raw[end].text) == "" && !orgBegin.MatchString(s.raw[end].text)) {
		end++
	}
	s.mark(i)
	s.paragraph(i, end)
	return end
}
