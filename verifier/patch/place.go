package patch

import (
	"bytes"
	"slices"
	"strings"
)

// with puts the section where it stands, or at a new place after an empty line.
func with(source []byte, at *section, place int, lines []string) []byte {
	if at != nil {
		text := strings.Join(lines, at.newline)
		if bytes.HasSuffix(source[:at.end], []byte("\n")) {
			text += at.newline
		}
		return slices.Concat(source[:at.start], []byte(text), source[at.end:])
	}
	newline := newlineOf(source)
	text := strings.Join(lines, newline)
	switch {
	case place < len(source):
		return slices.Concat(source[:place], []byte(newline+text+newline), source[place:])
	case len(bytes.TrimPrefix(source, []byte(bom))) == 0:
		text += newline
	case bytes.HasSuffix(source, []byte("\n")):
		text = newline + text + newline
	default: // the document has no last newline, so neither has the section
		text = newline + newline + text
	}
	return slices.Concat(source, []byte(text))
}

// without takes the section out, and with it the empty line that [with] put
// before it.
func without(source []byte, at *section) []byte {
	if at == nil {
		return source
	}
	before, after := source[:at.start], source[at.end:]
	newline := []byte(at.newline)
	if !bytes.HasSuffix(source[:at.end], []byte("\n")) {
		before = bytes.TrimSuffix(bytes.TrimSuffix(before, newline), newline)
	} else if shorter, ok := bytes.CutSuffix(before, newline); ok && bytes.HasSuffix(shorter, []byte("\n")) {
		before = shorter
	}
	return slices.Concat(before, after)
}

func newlineOf(source []byte) string {
	if first := bytes.IndexByte(source, '\n'); first > 0 && source[first-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
