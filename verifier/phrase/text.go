package phrase

import (
	"strings"
	"sync/atomic"
	"unicode"
	"unsafe"
)

// text is a text as expressions look at it before they run.
type text struct {
	whole  string
	folded string
	marks  marks
}

// recent are texts that were read not long ago: one and the same sentence is
// asked by dozens of expressions in a row. A slot is overwritten by the next
// text that falls into it, and nothing but time is lost.
var recent [256]atomic.Pointer[text]

// read folds a text, or finds it among the recent ones. They are told apart by
// where the string lies: an entry keeps its string alive, so that the place
// cannot have been given to another one.
func read(s string) *text {
	slot := &recent[uint8(uintptr(unsafe.Pointer(unsafe.StringData(s)))>>4)^uint8(len(s))]
	if t := slot.Load(); t != nil && len(t.whole) == len(s) && unsafe.StringData(t.whole) == unsafe.StringData(s) {
		return t
	}
	t := &text{whole: s, folded: lower(s)}
	t.marks = marksOf(t.folded)
	slot.Store(t)
	return t
}

// marks has a bit for each pair of neighbouring bytes, many pairs to a bit. A
// text that lacks a bit of a word does not hold the word.
type marks [4]uint64

func marksOf(s string) marks {
	var m marks
	for i := 1; i < len(s); i++ {
		bit := s[i-1]*31 + s[i]*7
		m[bit>>6] |= 1 << (bit & 63)
	}
	return m
}

// hold reports whether all bits of a word are there.
func (m marks) hold(word marks) bool {
	return m[0]&word[0] == word[0] && m[1]&word[1] == word[1] && m[2]&word[2] == word[2] && m[3]&word[3] == word[3]
}

// lower folds as (?i) does: every rune to one of those that it is equal to when
// case is ignored, so that texts and needs are folded alike.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return strings.Map(fold, s)
		}
	}
	return strings.ToLower(s)
}

func fold(r rune) rune {
	if r < 0x80 {
		return unicode.ToLower(r)
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if least < 0x80 {
		return unicode.ToLower(least)
	}
	return least
}
