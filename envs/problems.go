package envs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a declaration.
type Problem struct {
	File string // as the caller named it
	Line int    // one-based; 0: of the whole file
	What string // plain words, with what to do when that is not plain
}

// String is the problem as compilers print theirs, so that editors find it.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.What
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}

// Problems are all things that are wrong with a declaration, by line. It is
// the error of [Parse] and [Read].
type Problems struct {
	List []Problem // at least one
}

// Error prints a problem a line.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, one := range p.List {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// maxProblems bounds what is told at once; more means that the file is
// something else.
const maxProblems = 100

// tidy orders the problems by line, each told once.
func (p *Problems) tidy() {
	slices.SortStableFunc(p.List, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	p.List = slices.Compact(p.List)
	if more := len(p.List) - maxProblems; more > 0 {
		last := p.List[maxProblems]
		last.What = fmt.Sprintf("and %d problems more", more)
		p.List = append(p.List[:maxProblems], last)
	}
}

// short keeps a foreign text in a message small.
func short(s string) string {
	const limit = 80
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
