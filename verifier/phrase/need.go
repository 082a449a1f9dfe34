package phrase

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Bounds of what is worth looking for: longer lists cost more than they save.
const (
	maxNeed  = 120
	maxExact = 64
)

// needed are lists of strings, folded: every match of the expression holds one
// string of each list. None are known if there is no list.
func needed(expr string) [][]string {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil // Compile has the error too
	}
	return telling(analyse(tree.Simplify()).all())
}

// part is what is known of a piece of an expression.
type part struct {
	exact []string   // all that it can match; nil: unknown
	need  [][]string // of each list any match holds a string
}

// all are the lists of which a match of the part holds a string each.
func (p part) all() [][]string {
	if p.exact == nil {
		return p.need
	}
	return append([][]string{p.exact}, p.need...)
}

func analyse(re *syntax.Regexp) part {
	switch re.Op {
	case syntax.OpLiteral:
		return part{exact: []string{lower(string(re.Rune))}}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return part{exact: []string{""}}
	case syntax.OpCharClass:
		return class(re)
	case syntax.OpCapture:
		return analyse(re.Sub[0])
	case syntax.OpQuest:
		if sub := analyse(re.Sub[0]); sub.exact != nil && len(sub.exact) < maxExact {
			return part{exact: append([]string{""}, sub.exact...)}
		}
	case syntax.OpPlus:
		return part{need: telling(analyse(re.Sub[0]).all())}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return part{need: telling(analyse(re.Sub[0]).all())}
		}
	case syntax.OpAlternate:
		return alternate(re.Sub)
	case syntax.OpConcat:
		return concat(re.Sub)
	}
	return part{}
}

// class is a choice of a few characters; larger ones match nearly anything.
func class(re *syntax.Regexp) part {
	var exact []string
	seen := map[string]bool{}
	for i := 0; i+1 < len(re.Rune); i += 2 {
		if re.Rune[i+1]-re.Rune[i] > 8 {
			return part{}
		}
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if s := lower(string(r)); !seen[s] {
				seen[s] = true
				exact = append(exact, s)
			}
		}
	}
	if len(exact) == 0 || len(exact) > 8 {
		return part{}
	}
	return part{exact: exact}
}

func alternate(subs []*syntax.Regexp) part {
	var exact, need []string
	exactly, needs := true, true
	for _, sub := range subs {
		p := analyse(sub)
		exactly = exactly && p.exact != nil
		exact = append(exact, p.exact...)
		n := telling(p.all())
		if needs = needs && len(n) > 0; needs {
			need = append(need, n[0]...)
		}
	}
	var p part
	if exactly && len(exact) <= maxExact {
		p.exact = exact
	}
	if needs {
		p.need = [][]string{need}
	}
	return p
}

// concat joins what neighbours match exactly, as far as that stays small, and
// keeps what the pieces need.
func concat(subs []*syntax.Regexp) part {
	run := []string{""}
	whole := true
	var found [][]string
	for _, sub := range subs {
		p := analyse(sub)
		if p.exact != nil && len(run)*len(p.exact) <= maxExact {
			run = product(run, p.exact)
			continue
		}
		whole = false
		found = append(append(found, run), p.need...)
		run = []string{""}
		if p.exact != nil {
			run = p.exact
		}
	}
	if whole {
		return part{exact: run}
	}
	return part{need: telling(append(found, run))}
}

func product(heads, tails []string) []string {
	all := make([]string, 0, len(heads)*len(tails))
	for _, h := range heads {
		for _, t := range tails {
			all = append(all, h+t)
		}
	}
	return all
}

// maxLists is how many lists are asked of a text: those that say most.
const maxLists = 3

// telling are the lists that say something, those first whose shortest string
// is longest, the shorter list among equals.
func telling(lists [][]string) [][]string {
	var kept [][]string
	for _, list := range lists {
		if list = without(list); len(list) > 0 && len(list) <= maxNeed && shortest(list) > 0 {
			kept = append(kept, list)
		}
	}
	slices.SortStableFunc(kept, func(a, b []string) int {
		return cmp.Or(shortest(b)-shortest(a), len(a)-len(b))
	})
	kept = slices.CompactFunc(kept, slices.Equal)
	for n := range kept {
		// A single letter stands in nearly every text.
		if n == maxLists || n > 0 && shortest(kept[n]) == 1 {
			return kept[:n]
		}
	}
	return kept
}

func shortest(list []string) int {
	least := len(list[0])
	for _, s := range list[1:] {
		least = min(least, len(s))
	}
	return least
}

// without drops strings that hold another one of the list, which says less but
// is there whenever they are.
func without(list []string) []string {
	var kept []string
	for i, s := range list {
		redundant := false
		for j, other := range list {
			if i != j && strings.Contains(s, other) && (s != other || j < i) {
				redundant = true
				break
			}
		}
		if !redundant {
			kept = append(kept, s)
		}
	}
	return kept
}
