package readme

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/freshinstall/freshinstall/verifier"
)

// flat is a paragraph as a person reads it: one string, code in backquotes,
// with the code spans and links marked.
type flat struct {
	text     []byte
	done     string // the text, once it is complete
	ends     []int  // of its sentences
	codes    []codeSpan
	links    []flatLink
	offset   int  // of the paragraph in the source
	unmarked bool // plain text only
	label    bool // bold or italic text only
	table    bool
}

type codeSpan struct {
	start, end int // in the flat text, backquotes included
	source     verifier.Span
	linked     bool
	decoded    bool // the flat text says what the source only means
	pre        bool // preformatted: a block of its own
}

type flatLink struct {
	start        int
	text, target string
}

// code adds a code span that reads as text and stands at a place of the source.
func (f *flat) code(text []byte, source verifier.Span, decoded bool) {
	start := len(f.text)
	f.text = append(f.text, '`')
	f.text = append(f.text, text...)
	f.text = append(f.text, '`')
	if len(f.codes) < maxCodes {
		f.codes = append(f.codes, codeSpan{start: start, end: len(f.text), source: source, decoded: decoded})
	}
}

// whole is the flat text; nothing may be added to it afterwards.
func (f *flat) whole() string {
	if f.done == "" {
		f.done = string(f.text)
	}
	return f.done
}

func (f *flat) plain() string { return strings.TrimSpace(f.whole()) }

// maxParagraph bounds what a block says of the paragraph around it: nobody
// reads more, and a hostile document would make it large for each of its codes.
const maxParagraph = 4096

// sentence cuts the sentence around a code span.
func (f *flat) sentence(c codeSpan) Sentence {
	t := f.whole()
	from, to := f.bounds(c.start, c.end)
	ends := c.end >= f.lastWord()
	paragraph := f.plain()
	if len(paragraph) > maxParagraph {
		from, to = max(from, c.start-maxParagraph/2), min(to, c.end+maxParagraph/2)
		paragraph = t[from:to]
	}
	return Sentence{
		Before:    strings.TrimSpace(t[from:c.start]),
		After:     strings.TrimSpace(t[c.end:to]),
		Paragraph: paragraph,
		Alone:     ends && strings.IndexFunc(t[:c.start], isWord) < 0,
		Last:      ends,
		Linked:    c.linked,
	}
}

// lastWord is the offset of the last character that is part of a word.
func (f *flat) lastWord() int { return strings.LastIndexFunc(f.whole(), isWord) }

func (f *flat) around(at int) string {
	from, to := f.bounds(at, at)
	return strings.TrimSpace(f.whole()[from:to])
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '`' }

// bounds finds the sentence that holds a piece of the flat text.
func (f *flat) bounds(start, end int) (from, to int) {
	if f.ends == nil {
		f.ends = f.sentenceEnds()
	}
	i := sort.SearchInts(f.ends, start+1) // the first end behind start
	if i > 0 {
		from = f.ends[i-1]
	}
	for i < len(f.ends) && f.ends[i] <= end {
		i++
	}
	if i < len(f.ends) {
		return from, f.ends[i]
	}
	return from, len(f.whole())
}

// sentenceEnds are the offsets behind each sentence; a full stop inside of code
// ends none.
func (f *flat) sentenceEnds() []int {
	t := f.whole()
	ends := []int{0}
	code := 0
	for i := 0; i < len(t); i++ {
		for code < len(f.codes) && f.codes[code].end <= i {
			code++
		}
		if code < len(f.codes) && i >= f.codes[code].start {
			i = f.codes[code].end - 1
			continue
		}
		if endsSentence(t, i) {
			ends = append(ends, i+1)
		}
	}
	return ends
}

// endsSentence: a line break, or a full stop before white space that is no
// abbreviation's.
func endsSentence(t string, i int) bool {
	switch t[i] {
	case '\n':
		return true
	case '.', '!', '?':
	default:
		return false
	}
	if i+1 < len(t) && t[i+1] != ' ' && t[i+1] != '\n' {
		return false
	}
	if t[i] == '.' {
		word := t[strings.LastIndexAny(t[max(0, i-12):i], " \n(")+1+max(0, i-12) : i]
		switch strings.ToLower(word) {
		case "e.g", "i.e", "eg", "ie", "vs", "etc", "approx", "no":
			return false
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(t[i+1:], " "))
		return !unicode.IsLower(next)
	}
	return true
}
