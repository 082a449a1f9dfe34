package readme

import (
	"bytes"
	"html"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// tag is an HTML tag.
type tag struct {
	name    string // lower case; empty: it is none
	closing bool
	size    int
}

// maxAttributes bounds how far the end of a tag is looked for.
const maxAttributes = 8 << 10

// readTag reads the tag that a text begins with.
func readTag(text []byte) (t tag) {
	at := 1
	if at < len(text) && text[at] == '/' {
		t.closing = true
		at++
	}
	start := at
	for at < len(text) && (text[at]|0x20 >= 'a' && text[at]|0x20 <= 'z' || at > start && text[at] >= '0' && text[at] <= '9') {
		at++
	}
	if at == start || at == len(text) || bytes.IndexByte([]byte(" \t\r\n/>"), text[at]) < 0 {
		return tag{}
	}
	name := at
	end := bytes.IndexByte(text[at:min(len(text), at+maxAttributes)], '>')
	if end < 0 {
		return tag{}
	}
	if quote := bytes.IndexByte(text[at:at+end], '"'); quote >= 0 && bytes.Count(text[at:at+end], []byte{'"'})%2 == 1 {
		// A ">" inside of a quoted value.
		if rest := bytes.Index(text[at+end:min(len(text), at+end+maxAttributes)], []byte(`">`)); rest >= 0 {
			end += rest + 1
		}
	}
	t.name, t.size = strings.ToLower(string(text[start:name])), at+end+1
	return t
}

func isCodeTag(name string) bool {
	switch name {
	case "code", "kbd", "samp", "tt", "pre":
		return true
	}
	return false
}

// withoutTags leaves the tags and comments out.
func withoutTags(s string) string {
	var out strings.Builder
	for s != "" {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			break
		}
		out.WriteString(s[:at])
		s = s[at:]
		if t := readTag([]byte(s[:min(len(s), maxAttributes)])); t.name != "" {
			s = s[t.size:]
		} else if _, after, ok := strings.Cut(s, "-->"); ok && strings.HasPrefix(s, "<!--") {
			s = after
		} else {
			out.WriteByte('<')
			s = s[1:]
		}
	}
	out.WriteString(s)
	return out.String()
}

// pre adds the text of a <pre> as a block.
func (r *htmlReader) pre(start, end int, t tag) {
	lang := languageOf(r.text[start-t.size : start])
	if at := start + len(r.text[start:end]) - len(bytes.TrimLeft(r.text[start:end], " \t\r\n")); at < end && r.text[at] == '<' {
		if code := readTag(r.text[at:end]); isCodeTag(code.name) && lang == "" {
			lang = languageOf(r.text[at : at+code.size])
		}
	}
	var lines []Line
	for at := start; at < end; {
		stop := bytes.IndexByte(r.text[at:end], '\n')
		if stop < 0 {
			stop = end - at
		}
		lines = r.preLines(lines, at, at+stop)
		at += stop + 1
	}
	r.block(Block{Kind: Pre, Language: lang, Lines: lines, Table: r.cell})
}

// preLines adds a line of the source, which <br> may part into several.
func (r *htmlReader) preLines(lines []Line, start, end int) []Line {
	for at := start; ; {
		cut := bytes.Index(r.lower[at:end], []byte("<br"))
		if cut < 0 {
			break
		}
		at += cut
		t := readTag(r.text[at:end])
		if t.name != "br" {
			at += 3
			continue
		}
		lines = append(lines, r.preLine(start, at))
		at += t.size
		start = at
	}
	return append(lines, r.preLine(start, end))
}

// preLine cuts the tags at both ends of a line off its span; what is left in
// between is decoded in the text alone.
func (r *htmlReader) preLine(start, end int) Line {
	for start < end {
		if isBlankByte(r.text[start]) {
			start++
		} else if t := readTagAt(r.text, start, end); t.name != "" {
			start += t.size
		} else {
			break
		}
	}
	for end > start {
		if isBlankByte(r.text[end-1]) {
			end--
			continue
		}
		open := bytes.LastIndexByte(r.text[start:end], '<')
		if open < 0 || r.text[end-1] != '>' {
			break
		}
		t := readTagAt(r.text, start+open, end)
		if t.name == "" || start+open+t.size != end {
			break
		}
		end = start + open
	}
	if start >= end {
		at := r.source(min(start, len(r.text)-1))
		return Line{Span: verifier.Span{Start: at, End: at}, Number: r.builder.lines.number(at)}
	}
	l := r.line(r.source(start), r.source(end-1)+1)
	if strings.ContainsAny(l.Text, "&<") {
		l.Text = html.UnescapeString(withoutTags(l.Text))
		l.Text = strings.ReplaceAll(l.Text, "\n", " ")
	}
	return l
}

func readTagAt(text []byte, start, end int) tag {
	if text[start] != '<' {
		return tag{}
	}
	return readTag(text[start:end])
}

// languageOf is the language that a tag names: class="language-sh", lang="sh".
func languageOf(raw []byte) string {
	s := strings.ToLower(string(raw))
	if lang := attribute(s, "lang", "language"); lang != "" {
		return letters(lang)
	}
	for _, class := range strings.Fields(attribute(s, "class")) {
		for _, prefix := range []string{"language-", "lang-", "highlight-source-", "brush:"} {
			if after, ok := strings.CutPrefix(class, prefix); ok {
				return letters(after)
			}
		}
	}
	if class := attribute(s, "class"); class == letters(class) {
		return class
	}
	return ""
}

func letters(s string) string {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && c != '-' && (c < '0' || c > '9' || i == 0) {
			return s[:i]
		}
	}
	return s
}
