package plan

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

func stepID(index int) string { return fmt.Sprintf("s%d", index+1) }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// sentences cuts running text. Code in backquotes is never cut, and neither is
// "e.g. this" or "3.11".
func sentences(text string) []string {
	var out []string
	from, code := 0, false
	cut := func(to int) {
		if s := strings.TrimSpace(text[from:to]); s != "" {
			out = append(out, s)
		}
		from = to
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '`':
			code = !code
		case code:
		case c == '\n':
			cut(i + 1)
		case (c == '.' || c == '!' || c == '?') && i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\n' || text[i+1] == ')'):
			if c == '.' && abbreviated(text[from:i+1]) {
				continue
			}
			if next := strings.TrimLeft(text[i+1:], " )"); next != "" && unicode.IsLower(firstRune(next)) {
				continue
			}
			cut(i + 1)
		case strings.HasPrefix(text[i:], "。"):
			cut(i + len("。"))
		}
	}
	cut(len(text))
	return out
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// abbreviated: the full stop belongs to the word, or to the number of an item.
func abbreviated(sentence string) bool {
	word := strings.ToLower(sentence[strings.LastIndexAny(sentence, " (")+1:])
	switch word {
	case "e.g.", "i.e.", "etc.", "vs.", "z.b.", "bzw.", "ca.", "p.ej.", "approx.", "incl.", "min.", "max.", "resp.":
		return true
	}
	return strings.Trim(word, "0123456789") == "." && len(sentence) <= len(word)+1
}

// find is where a sentence begins in the source, or -1: markup and line ends
// between its letters do not count.
func find(source []byte, from int, sentence string) int {
	for _, letters := range []int{24, 8} {
		want := firstLetters(sentence, letters)
		if len(want) < 4 {
			return -1
		}
		if at := findLetters(source, from, want); at >= 0 {
			return at
		}
	}
	return -1
}

// maxDistance bounds how far markup may push a sentence of a paragraph away.
const maxDistance = 1 << 12

func findLetters(source []byte, from int, want []byte) int {
	end := min(len(source), from+maxDistance)
	for at := from; at < end; at++ {
		if !isLetter(source[at]) || source[at] != want[0] {
			continue
		}
		i := 0
		for j := at; j < end && i < len(want) && j-at < 8*len(want)+80; j++ {
			if !isLetter(source[j]) {
				continue
			}
			if source[j] != want[i] {
				break
			}
			i++
		}
		if i == len(want) {
			return at
		}
	}
	return -1
}

func firstLetters(text string, n int) []byte {
	var out []byte
	for i := 0; i < len(text) && len(out) < n; i++ {
		if isLetter(text[i]) {
			out = append(out, text[i])
		}
	}
	return out
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf
}
