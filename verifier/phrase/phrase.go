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
	"strings"
	"sync"
)

// Expr is an expression. It is safe for use by several goroutines.
type Expr struct {
	source string
	words  func() words
	re     func() *regexp.Regexp
}

// words are strings one of which any match holds, folded, with their marks.
type words struct {
	need  []string // nil: unknown
	marks []marks
}

// Compile is like [regexp.MustCompile], but puts the work off until the
// expression is asked for the first time: a program has hundreds of them, and
// one run needs a part. A mistake in an expression is a panic then; a test that
// calls [Expr.Check] finds it before.
func Compile(expr string) *Expr {
	return &Expr{
		source: expr,
		re:     sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) }),
		words: sync.OnceValue(func() words {
			w := words{need: needed(expr)}
			for _, word := range w.need {
				w.marks = append(w.marks, marksOf(word))
			}
			return w
		}),
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
	if w.need == nil {
		return true
	}
	t := read(s)
	for i, word := range w.need {
		if t.marks.hold(w.marks[i]) && strings.Contains(t.folded, word) {
			return true
		}
	}
	return false
}

// MatchString is that of [regexp.Regexp], and so are the others.
func (e *Expr) MatchString(s string) bool { return e.possible(s) && e.re().MatchString(s) }

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
	if !e.possible(s) {
		return ""
	}
	return e.re().FindString(s)
}

func (e *Expr) FindStringIndex(s string) []int {
	if !e.possible(s) {
		return nil
	}
	return e.re().FindStringIndex(s)
}

func (e *Expr) FindAllStringIndex(s string, n int) [][]int {
	if !e.possible(s) {
		return nil
	}
	return e.re().FindAllStringIndex(s, n)
}

func (e *Expr) FindAllString(s string, n int) []string {
	if !e.possible(s) {
		return nil
	}
	return e.re().FindAllString(s, n)
}

func (e *Expr) FindStringSubmatch(s string) []string {
	if !e.possible(s) {
		return nil
	}
	return e.re().FindStringSubmatch(s)
}

func (e *Expr) FindStringSubmatchIndex(s string) []int {
	if !e.possible(s) {
		return nil
	}
	return e.re().FindStringSubmatchIndex(s)
}

func (e *Expr) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if !e.possible(s) {
		return nil
	}
	return e.re().FindAllStringSubmatchIndex(s, n)
}

func (e *Expr) FindAllStringSubmatch(s string, n int) [][]string {
	if !e.possible(s) {
		return nil
	}
	return e.re().FindAllStringSubmatch(s, n)
}

func (e *Expr) ReplaceAllString(s, by string) string {
	if !e.possible(s) {
		return s
	}
	return e.re().ReplaceAllString(s, by)
}

func (e *Expr) ReplaceAllStringFunc(s string, by func(string) string) string {
	if !e.possible(s) {
		return s
	}
	return e.re().ReplaceAllStringFunc(s, by)
}

func (e *Expr) String() string { return e.source }
