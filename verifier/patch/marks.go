package patch

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
)

const (
	beginMark = "begin"
	endMark   = "end"
	entryMark = "entry "
	fixMark   = "fix "
	bom       = "\ufeff"
)

// textLine is a line of a document without its end.
type textLine struct {
	text       string
	start, end int // bytes, end after the line's end
}

func splitLines(source []byte) []textLine {
	var lines []textLine
	for at := 0; at < len(source); {
		end := len(source)
		if n := bytes.IndexByte(source[at:], '\n'); n >= 0 {
			end = at + n + 1
		}
		text := strings.TrimSuffix(strings.TrimSuffix(string(source[at:end]), "\n"), "\r")
		lines = append(lines, textLine{text: text, start: at, end: end})
		at = end
	}
	return lines
}

// section is where the marks stand in a document.
type section struct {
	start, end int        // bytes, with the end mark's line end
	lines      []textLine // between the marks
	first      int        // one-based number of the first of them
	newline    string     // that the begin mark's line has
}

// locate finds the section. It is nil when the document has none; open is the
// one-based line of a block that is never closed, or 0.
func (f form) locate(source []byte) (found *section, open int, err error) {
	blocks := fences{format: f.format}
	begin := -1
	lines := splitLines(source)
	for i, l := range lines {
		text := l.text
		if i == 0 {
			text = strings.TrimPrefix(text, bom)
		}
		if blocks.inside(text, i+1) {
			continue
		}
		switch mark, _ := f.marked(text); mark {
		case beginMark:
			if begin >= 0 {
				return nil, 0, &MarkerError{Line: i + 1, What: fmt.Sprintf("a section begins inside the one of line %d", begin+1)}
			}
			if found != nil {
				return nil, 0, &MarkerError{Line: i + 1, What: "a second section begins here"}
			}
			begin = i
		case endMark:
			if begin < 0 {
				return nil, 0, &MarkerError{Line: i + 1, What: "a section ends here that never began"}
			}
			start := lines[begin].start
			if begin == 0 && bytes.HasPrefix(source, []byte(bom)) {
				start = len(bom)
			}
			found = &section{start: start, end: l.end, lines: lines[begin+1 : i], first: begin + 2, newline: "\n"}
			if bytes.HasSuffix(source[:lines[begin].end], []byte("\r\n")) {
				found.newline = "\r\n"
			}
			begin = -1
		}
	}
	if begin >= 0 {
		return nil, 0, &MarkerError{Line: begin + 1, What: "the section that begins here never ends"}
	}
	return found, blocks.open(), nil
}

// word writes a value so that it holds neither space, comma nor the end of a comment.
func word(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "--", "-%2D")
}

func unword(s string) (string, bool) {
	out, err := url.QueryUnescape(s)
	return out, err == nil && out != ""
}

func words(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = word(s)
	}
	return strings.Join(out, ",")
}

func unwords(s string) ([]string, bool) {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		w, ok := unword(part)
		if !ok {
			return nil, false
		}
		out = append(out, w)
	}
	return out, true
}
