package diagnose

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// What Clean keeps of an output that is longer than both together: the
// beginning, where the first cause often stands, and the end.
const (
	keepHead = 192 << 10
	keepTail = 320 << 10
)

// Clean turns the raw bytes of a terminal into lines that rules can match:
// escape sequences and control characters are gone, a line that was
// overwritten after a carriage return stands as it was last seen, and the
// result is valid UTF-8. Output above half a mebibyte is cut in the middle,
// with a line in square brackets that says how much is missing.
func Clean(raw []byte) string {
	if len(raw) <= keepHead+keepTail {
		return cleanLines(raw)
	}
	head, tail := raw[:keepHead], raw[len(raw)-keepTail:]
	// Cut at line ends where there are any, so that no half line misleads a rule.
	if i := bytes.LastIndexByte(head, '\n'); i > keepHead/2 {
		head = head[:i+1]
	}
	if i := bytes.IndexByte(tail, '\n'); i >= 0 && i < keepTail/2 {
		tail = tail[i+1:]
	}
	missing := len(raw) - len(head) - len(tail)
	return cleanLines(head) + fmt.Sprintf("\n[%d bytes left out here]\n", missing) + cleanLines(tail)
}

func cleanLines(raw []byte) string {
	var out strings.Builder
	var line, shown []byte // shown: what the line held before the last carriage return
	end := func() {
		if len(bytes.TrimSpace(line)) == 0 && len(shown) > 0 {
			line = append(line[:0], shown...)
		}
		out.Write(bytes.TrimRight(line, " \t"))
		line, shown = line[:0], shown[:0]
	}
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == 0x1b:
			i += escapeLength(raw[i:])
		case c == '\n':
			end()
			out.WriteByte('\n')
			i++
		case c == '\r':
			// A blank overwrite only wipes a progress bar: keep what stood there.
			if len(bytes.TrimSpace(line)) > 0 {
				shown = append(shown[:0], line...)
			}
			line = line[:0]
			i++
		case c == '\b':
			_, size := utf8.DecodeLastRune(line)
			line = line[:len(line)-size]
			i++
		case c == '\t':
			line = append(line, c)
			i++
		case c < 0x20 || c == 0x7f:
			i++
		default:
			r, size := utf8.DecodeRune(raw[i:])
			if r < 0x80 || r > 0x9f { // C1 controls
				line = utf8.AppendRune(line, r) // U+FFFD for what is no UTF-8
			}
			i += size
		}
	}
	end()
	return out.String()
}

// escapeLength gives the number of bytes of the escape sequence at the start
// of b, whose first byte is ESC. A sequence that never ends takes its line at
// most: a stray ESC must not swallow the rest of the output.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 1
	}
	switch b[1] {
	case '[': // control sequence: parameters, then one final byte
		for i := 2; i < len(b); i++ {
			switch {
			case b[i] >= 0x40 && b[i] <= 0x7e:
				return i + 1
			case b[i] < 0x20 || b[i] > 0x7e:
				return i
			}
		}
		return len(b)
	case ']', 'P', 'X', '^', '_': // strings, up to BEL or ESC \
		for i := 2; i < len(b); i++ {
			switch {
			case b[i] == 0x07:
				return i + 1
			case b[i] == 0x1b && i+1 < len(b) && b[i+1] == '\\':
				return i + 2
			case b[i] == '\n':
				return i
			}
		}
		return len(b)
	case '(', ')', '*', '+', '#', '%', ' ': // character sets: one byte more
		return min(3, len(b))
	}
	if b[1] < 0x20 {
		return 1
	}
	return 2
}
