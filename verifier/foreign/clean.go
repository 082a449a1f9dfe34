package foreign

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text removes what could act on a terminal or deceive a reader: terminal
// sequences, control characters, text direction overrides, invisible
// characters. Line ends of every kind become "\n"; tabs stay.
func Text(s string) string {
	if plain(s) == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if n := plain(s[i:]); n > 0 {
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		if n := sequence(s[i:]); n > 0 {
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == '\r' && strings.HasPrefix(s[i+size:], "\n") {
			size++
		}
		i += size
		switch {
		case r == '\n' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
		case r == '\t' || visible(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain is the length of what needs no second look: most of what programs print.
func plain(s string) int {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' && c != '\t' {
			return i
		}
	}
	return len(s)
}

// Line is [Text] as one line: each run of white space becomes one space.
func Line(s string) string { return strings.Join(strings.Fields(Text(s)), " ") }

// Clip cuts s to at most limit characters and ends it with "…" when it was cut.
func Clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:max(0, limit-1)]), " ") + "…"
}

// Lines is [Text] cut to its first lines; cut says that something is missing.
// Lines longer than width characters are clipped.
func Lines(s string, most, width int) (lines []string, cut bool) {
	for line := range strings.SplitSeq(strings.Trim(Text(s), "\n"), "\n") {
		if len(lines) == most {
			return lines, true
		}
		line = strings.TrimRight(strings.ReplaceAll(line, "\t", "    "), " ")
		clipped := Clip(line, width)
		cut = cut || clipped != line
		lines = append(lines, clipped)
	}
	return lines, cut
}

// Exact reports whether s can be shown as it is: [Text] would change nothing.
func Exact(s string) bool { return Text(s) == s }

// visible keeps what a reader can see. Format characters (category Cf) hold
// the text direction overrides, zero-width characters and tags.
func visible(r rune) bool {
	return !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r)
}

// sequence is the length of the terminal sequence that s begins with, or 0.
func sequence(s string) int {
	switch {
	case strings.HasPrefix(s, "\x1b["):
		return control(s, 2)
	case strings.HasPrefix(s, "\u009b"):
		return control(s, len("\u009b"))
	case strings.HasPrefix(s, "\x1b]"), strings.HasPrefix(s, "\x1bP"), strings.HasPrefix(s, "\x1bX"),
		strings.HasPrefix(s, "\x1b^"), strings.HasPrefix(s, "\x1b_"):
		return device(s, 2)
	case strings.HasPrefix(s, "\u009d"), strings.HasPrefix(s, "\u0090"):
		return device(s, len("\u009d"))
	case strings.HasPrefix(s, "\x1b"):
		return escape(s)
	}
	return 0
}

// escape is a short sequence: intermediates, then one final character.
func escape(s string) int {
	n := 1
	for n < len(s) && s[n] >= 0x20 && s[n] <= 0x2f {
		n++
	}
	if n < len(s) && s[n] >= 0x30 && s[n] <= 0x7e {
		n++
	}
	return n
}

// control is a control sequence: parameters, intermediates, a final byte. A
// broken one ends where it breaks, so that it cannot swallow text.
func control(s string, from int) int {
	n := from
	for n < len(s) && s[n] >= 0x20 && s[n] <= 0x3f {
		n++
	}
	if n < len(s) && s[n] >= 0x40 && s[n] <= 0x7e {
		n++
	}
	return n
}

// device is a string for the terminal itself (title, link, clipboard). One
// without an end stops at the line's end.
func device(s string, from int) int {
	for n := from; n < len(s); n++ {
		switch {
		case s[n] == '\a':
			return n + 1
		case strings.HasPrefix(s[n:], "\x1b\\"), strings.HasPrefix(s[n:], "\u009c"):
			return n + 2
		case s[n] == '\n':
			return n
		}
	}
	return len(s)
}
