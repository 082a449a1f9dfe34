package readme

import (
	"strings"
)

// readOrg reads Org: headings, blocks, lines after a colon, lists, tables.
func readOrg(b *builder) {
	s := newScanner(b, orgInline)
	for i := 0; i < len(s.raw); {
		i = s.orgAt(i)
	}
}

func (s *scanner) orgAt(i int) int {
	if s.blank(i) {
		return i + 1
	}
	text, trimmed := s.raw[i].text, s.trimmed(i)
	switch {
	case text[0] == '*':
		if level := orgLevel(text); level > 0 {
			s.chapter(level, s.orgTitle(text[level:]), s.raw[i].start)
			return i + 1
		}
	case strings.HasPrefix(trimmed, "#+"):
		return s.orgKeyword(i)
	case trimmed == "#" || strings.HasPrefix(trimmed, "# "):
		s.comment(trimmed[1:])
		return i + 1
	case trimmed == ":" || strings.HasPrefix(trimmed, ": "):
		return s.orgFixed(i)
	case trimmed[0] == ':' && strings.HasSuffix(trimmed, ":"):
		return s.orgDrawer(i)
	case trimmed[0] == '|':
		if !strings.HasPrefix(trimmed, "|-") {
			s.row(i)
		}
		return i + 1
	}
	end := i + 1
	for end < len(s.raw) && !s.blank(end) && !s.orgBegins(end) {
		end++
	}
	s.paragraph(i, end, s.listAt(i))
	return end
}

// orgBegins: a line cannot go on a paragraph.
func (s *scanner) orgBegins(i int) bool {
	text := s.trimmed(i)
	return strings.HasPrefix(text, "#+") || text[0] == '|' || strings.HasPrefix(text, ": ") || isBullet(s.raw[i].text) || orgLevel(s.raw[i].text) > 0
}

func orgLevel(text string) int {
	level := len(text) - len(strings.TrimLeft(text, "*"))
	if level == 0 || level == len(text) || text[level] != ' ' {
		return 0
	}
	return level
}

// orgTitle is a heading without its state, priority and tags.
func (s *scanner) orgTitle(text string) string {
	text = strings.TrimSpace(text)
	for _, state := range []string{"TODO ", "DONE ", "COMMENT "} {
		text = strings.TrimPrefix(text, state)
	}
	if strings.HasPrefix(text, "[#") && len(text) > 4 && text[3] == ']' {
		text = text[4:]
	}
	if at := strings.LastIndex(text, " :"); at > 0 && strings.HasSuffix(text, ":") && !strings.Contains(text[at+1:], " ") {
		text = text[:at]
	}
	return s.shown(text)
}

// shown is a text as it reads, without the marks around code and links.
func (s *scanner) shown(text string) string {
	p := &prose{s: s, text: text, pieces: pieces{{0, 0}}}
	s.inline(text, p)
	p.words(len(text))
	return strings.ReplaceAll(p.plain(), "`", "")
}

// orgKeyword reads a line like "#+begin_src sh" and the block that it begins.
func (s *scanner) orgKeyword(i int) int {
	key, value, _ := strings.Cut(s.trimmed(i)[2:], " ")
	key, value = strings.ToLower(key), strings.TrimSpace(value)
	if name, ok := strings.CutPrefix(key, "begin_"); ok {
		switch name {
		case "src", "example", "export", "comment":
			return s.orgBlock(i, name, value)
		case "quote":
			s.quoted++
		}
		return i + 1
	}
	switch strings.TrimSuffix(key, ":") {
	case "end_quote":
		s.quoted = max(0, s.quoted-1)
	case "title":
		s.chapter(0, value, s.raw[i].start)
	case "caption":
		s.caption = value
	case "include":
		target, rest, _ := strings.Cut(strings.TrimPrefix(value, `"`), `"`)
		if !strings.HasPrefix(value, `"`) {
			target, rest, _ = strings.Cut(value, " ")
		}
		if rest = strings.TrimSpace(rest); rest == "" || rest[0] == ':' {
			s.include(target, s.from(i))
		}
	case "results":
		return s.orgResults(i + 1)
	}
	return i + 1
}

// orgBlock reads the lines up to the block's end, or to the document's.
func (s *scanner) orgBlock(i int, name, value string) int {
	end := i + 1
	for end < len(s.raw) && !strings.EqualFold(s.trimmed(end), "#+end_"+name) {
		end++
	}
	if name == "src" || name == "example" {
		lang := ""
		if name == "src" {
			lang = firstWord(value)
		}
		lines := s.take(i+1, end)
		for n, l := range lines {
			if strings.HasPrefix(l.Text, ",*") || strings.HasPrefix(l.Text, ",#+") {
				lines[n].Text = l.Text[1:] // a comma keeps Org from reading the line
				lines[n].Span.Start++
			}
		}
		s.block(Block{Kind: Fence, Language: lang, Lines: lines})
	}
	return end + 1
}

// orgResults skips what running a block has shown.
func (s *scanner) orgResults(i int) int {
	for i < len(s.raw) && s.blank(i) {
		i++
	}
	if i == len(s.raw) {
		return i
	}
	if name, ok := strings.CutPrefix(strings.ToLower(s.trimmed(i)), "#+begin_"); ok {
		for name = firstWord(name); i < len(s.raw) && !strings.EqualFold(s.trimmed(i), "#+end_"+name); {
			i++
		}
		return i + 1
	}
	for i < len(s.raw) && !s.blank(i) && strings.IndexByte(":|", s.trimmed(i)[0]) >= 0 {
		i++
	}
	return i
}

// orgFixed reads lines that begin with a colon.
func (s *scanner) orgFixed(i int) int {
	s.closeDeeper(s.raw[i].indent)
	var lines []Line
	for ; !s.blank(i) && (s.trimmed(i) == ":" || strings.HasPrefix(s.trimmed(i), ": ")); i++ {
		lines = append(lines, s.rest(i, strings.IndexByte(s.raw[i].text, ':')+1))
	}
	s.block(Block{Kind: Indented, Lines: lines})
	return i
}

// orgDrawer skips properties and logs.
func (s *scanner) orgDrawer(i int) int {
	for end := i + 1; end < min(len(s.raw), i+100); end++ {
		if strings.EqualFold(s.trimmed(end), ":end:") {
			return end + 1
		}
	}
	return i + 1
}

// orgInline knows =verbatim=, ~code~, [[target][text]] and addresses.
func orgInline(text string, p *prose) {
	for at := 0; at < len(text); {
		next := strings.IndexAny(text[at:], "=~[h")
		if next < 0 {
			return
		}
		at += next
		if text[at] == 'h' {
			end := address(text, at)
			if end > at {
				p.link(at, end, text[at:end], text[at:end])
			}
			at = max(at+1, end)
			continue
		}
		if text[at] == '[' {
			at = orgLink(text, at, p)
			continue
		}
		end := orgCode(text, at)
		if end < 0 {
			at++
			continue
		}
		p.mark(at, end+1, at+1, end)
		at = end + 1
	}
}

// orgCode is the place of the mark that ends code, or -1.
func orgCode(text string, at int) int {
	if at+2 >= len(text) || text[at+1] == ' ' || at > 0 && strings.IndexByte(" -('\"{", text[at-1]) < 0 {
		return -1
	}
	limit := min(len(text), at+maxSpan)
	for end := at + 2; end < limit; end++ {
		if text[end] != text[at] || text[end-1] == ' ' {
			continue
		}
		if end+1 == len(text) || strings.IndexByte(" -.,:;!?'\")}[\\", text[end+1]) >= 0 {
			return end
		}
	}
	return -1
}

func orgLink(text string, at int, p *prose) (next int) {
	if !strings.HasPrefix(text[at:], "[[") {
		return at + 1
	}
	inner := text[at+2 : min(len(text), at+maxSpan)]
	end := strings.Index(inner, "]]")
	if end < 0 {
		return at + 2
	}
	target, label, ok := strings.Cut(inner[:end], "][")
	if !ok {
		label = target
	}
	p.link(at, at+2+end+2, label, strings.TrimPrefix(target, "file:"))
	return at + 2 + end + 2
}
