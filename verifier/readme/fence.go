package readme

import (
	"strings"
)

// info is what the line that opens a fence says behind the backquotes.
type info struct {
	lang  string
	title string // of the fence: `[npm]`, `title="npm"`
	opts  bool   // a directive: lines like ":linenos:" before the code are its options
}

// readInfo knows the ways of several generators: "bash", "bash title=x",
// "sh:file", "{.bash .copy}", "{bash, eval=FALSE}", "{code-block} bash",
// "sh [npm]", "language-sh".
func readInfo(s string) info {
	s = strings.TrimSpace(s)
	var in info
	if after, ok := strings.CutPrefix(s, "{"); ok {
		inside, rest, _ := strings.Cut(after, "}")
		words := strings.FieldsFunc(inside, func(r rune) bool { return r == ' ' || r == ',' })
		if len(words) > 0 {
			in.lang = words[0]
		}
		switch in.lang {
		case "code-block", "code", "sourcecode", "code-cell", "parsed-literal", "prompt":
			in.lang, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
			in.opts = true
		}
		if lang := attribute(inside, "language", "lang"); lang != "" {
			in.lang = lang
		}
		in.title = attribute(inside, "title", "filename")
	} else {
		in.lang, _, _ = strings.Cut(s, " ")
		in.lang, _, _ = strings.Cut(in.lang, "\t")
		in.title = attribute(s, "title", "label", "filename", "tab")
		if _, label, ok := strings.Cut(s, "["); ok && in.title == "" {
			in.title, _, _ = strings.Cut(label, "]")
		}
		if strings.Contains(in.lang, "=") && strings.ContainsAny(in.lang, `"'`) {
			in.lang = "" // only attributes
		}
	}
	in.lang = strings.TrimLeft(in.lang, ".")
	if at := strings.IndexAny(in.lang, ":,{[=("); at >= 0 {
		in.lang = in.lang[:at]
	}
	in.lang = strings.TrimPrefix(strings.TrimPrefix(in.lang, "language-"), "lang-")
	return in
}

// unfenced are the lines of indented code between a fence of its own: what
// becomes of a fence that is indented too deep.
func unfenced(lines []Line) (lang string, inner []Line, ok bool) {
	first := 0
	for first < len(lines) && lines[first].Text == "" {
		first++
	}
	if first == len(lines) {
		return "", nil, false
	}
	mark := strings.TrimLeft(lines[first].Text, " \t")
	if !strings.HasPrefix(mark, "```") && !strings.HasPrefix(mark, "~~~") {
		return "", nil, false
	}
	rest := strings.TrimLeft(mark, mark[:1])
	if strings.ContainsRune(rest, '`') {
		return "", nil, false
	}
	inner = lines[first+1:]
	for i, l := range inner {
		text := strings.TrimLeft(l.Text, " \t")
		if len(text) >= 3 && text[0] == mark[0] && strings.Trim(text, mark[:1]) == "" {
			inner = inner[:i]
			break
		}
		// The fence's own indentation is not the code's.
		cut := min(len(lines[first].Text)-len(mark), len(l.Text)-len(text))
		inner[i].Text, inner[i].Span.Start = l.Text[cut:], l.Span.Start+cut
	}
	return readInfo(rest).lang, inner, true
}
