// Package phrase compiles regular expressions over running text that fail
// fast. Reading a document asks some two hundred expressions about every
// sentence, and nearly all say no; most of them cannot match without one of a
// few words, and looking for these words costs a hundredth of running the
// expression.
//
// It is no engine of its own: the one design decision is that every match is
// still found by the regexp package, so that an expression means here exactly
// what it means there.
package phrase

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Expr is an expression. It is safe for use by several goroutines.
type Expr struct {
	source string
	words  func() words
	re     func() *regexp.Regexp
	runs   atomic.Int32
	fast   func() *automaton
}

// pays is after how many runs an expression gets an automaton.
const pays = 24

// words are lists of strings, folded, with their marks. Every match holds a
// string of each list.
type words [][]word

type word struct {
	text  string
	marks marks
}

func wordsOf(expr string) words {
	var w words
	for _, list := range lookUp(expr) {
		one := make([]word, len(list))
		for i, text := range list {
			one[i] = word{text, marksOf(text)}
		}
		w = append(w, one)
	}
	return w
}

// in reports whether the text holds a string of each list.
func (w words) in(t *text) bool {
	for _, list := range w {
		if !slices.ContainsFunc(list, func(w word) bool { return t.marks.hold(w.marks) && strings.Contains(t.folded, w.text) }) {
			return false
		}
	}
	return true
}

// Compile is like [regexp.MustCompile], but puts the work off until the
// expression is asked for the first time: a program has hundreds of them, and
// one run needs a part. A mistake in an expression is a panic then; a test that
// calls [Expr.Check] finds it before.
func Compile(expr string) *Expr {
	register(expr)
	return &Expr{
		source: expr,
		re:     sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) }),
		words:  sync.OnceValue(func() words { return wordsOf(expr) }),
		fast:   sync.OnceValue(func() *automaton { return newAutomaton(expr) }),
	}
}

// Check says whether the expression can be compiled.
func (e *Expr) Check() error {
	_, err := regexp.Compile(e.source)
	return err
}

// Any compiles alternatives that stand as whole words, in any case.
func Any(alternatives string) *Expr {
	return Compile(`(?i)(?:^|[^\p{L}\d])(?:` + alternatives + `)(?:$|[^\p{L}\d])`)
}

// possible is false only if the text cannot match.
func (e *Expr) possible(s string) bool {
	w := e.words()
	return len(w) == 0 || w.in(read(s))
}

// excluded is true only if the text cannot match, and is sure of it once the
// expression has run often enough to have an automaton.
func (e *Expr) excluded(s string) bool {
	if !e.possible(s) {
		return true
	}
	if !e.often() {
		return false
	}
	matches, ok := e.fast().match(s)
	return ok && !matches
}

func (e *Expr) often() bool {
	return e.runs.Load() > pays || e.runs.Add(1) > pays
}

// MatchString is that of [regexp.Regexp], and so are the others.
func (e *Expr) MatchString(s string) bool {
	if !e.possible(s) {
		return false
	}
	if e.often() {
		if matches, ok := e.fast().match(s); ok {
			return matches
		}
	}
	return e.re().MatchString(s)
}

// endBytes is how far back an expression that is anchored to the end looks. A
// sentence that leads to a command says so in its last words.
const endBytes = 120

// MatchEnd is MatchString for an expression that ends in "$": of a long text
// only the last words are read.
func (e *Expr) MatchEnd(s string) bool {
	if cut := len(s) - endBytes; cut > 0 {
		if blank := strings.IndexByte(s[cut:], ' '); blank >= 0 {
			s = s[cut+blank:]
		}
	}
	return e.MatchString(s)
}

func (e *Expr) FindString(s string) string {
	if e.excluded(s) {
		return ""
	}
	return e.re().FindString(s)
}

func (e *Expr) FindStringIndex(s string) []int {
	if e.excluded(s) {
		return nil
	}
	return e.re().FindStringIndex(s)
}

func (e *Expr) FindAllStringIndex(s string, n int) [][]int {
	if e.excluded(s) {
		return nil
	}
	return e.re().FindAllStringIndex(s, n)
}

func (e *Expr) FindAllString(s string, n int) []string {
	if e.excluded(s) {
		return nil
	}
	return e.re().FindAllString(s, n)
}

func (e *Expr) FindStringSubmatch(s string) []string {
	if e.excluded(s) {
		return nil
	}
	return e.re().FindStringSubmatch(s)
}

func (e *Expr) FindStringSubmatchIndex(s string) []int {
	if e.excluded(s) {
		return nil
	}
	return e.re().FindStringSubmatchIndex(s)
}

func (e *Expr) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if e.excluded(s) {
		return nil
	}
	return e.re().FindAllStringSubmatchIndex(s, n)
}

func (e *Expr) FindAllStringSubmatch(s string, n int) [][]string {
	if e.excluded(s) {
		return nil
	}
	return e.re().FindAllStringSubmatch(s, n)
}

func (e *Expr) ReplaceAllString(s, by string) string {
	if e.excluded(s) {
		return s
	}
	return e.re().ReplaceAllString(s, by)
}

func (e *Expr) ReplaceAllStringFunc(s string, by func(string) string) string {
	if e.excluded(s) {
		return s
	}
	return e.re().ReplaceAllStringFunc(s, by)
}

// String is the expression as it was given.
func (e *Expr) String() string { return e.source }
