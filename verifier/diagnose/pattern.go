package diagnose

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// pattern is an expression with the texts of which one must stand in the
// output for it to match at all. Most rules are ruled out by that alone, which
// keeps a hundred expressions over half a mebibyte quick.
type pattern struct {
	*regexp.Regexp
	needs []string // in small letters; empty: cannot tell
}

func compile(expression string) (pattern, error) {
	compiled, err := regexp.Compile(expression)
	if err != nil {
		return pattern{}, err
	}
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return pattern{}, err
	}
	return pattern{Regexp: compiled, needs: required(tree.Simplify())}, nil
}

// possible reports whether the pattern may match a text, which is given in
// small letters.
func (p pattern) possible(text string) bool {
	if len(p.needs) == 0 {
		return true
	}
	for _, n := range p.needs {
		if strings.Contains(text, n) {
			return true
		}
	}
	return false
}

// required gives texts of which each match holds at least one; nil if none
// can be named.
func required(tree *syntax.Regexp) []string {
	switch tree.Op {
	case syntax.OpLiteral:
		if len(tree.Rune) < 2 {
			return nil
		}
		return []string{strings.ToLower(string(tree.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return required(tree.Sub[0])
	case syntax.OpRepeat:
		if tree.Min > 0 {
			return required(tree.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range tree.Sub {
			if found := required(sub); found != nil && (best == nil || shortest(found) > shortest(best)) {
				best = found
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range tree.Sub {
			found := required(sub)
			if found == nil {
				return nil
			}
			all = append(all, found...)
		}
		return all
	}
	return nil
}

func shortest(texts []string) int {
	n := len(texts[0])
	for _, t := range texts {
		n = min(n, len(t))
	}
	return n
}

// captures gives the named groups of a match. Digits at the end of a name
// only tell apart the same thing in several places: cmd2 counts as cmd.
func (p pattern) captures(text string, match []int) map[string]string {
	found := map[string]string{}
	for i, name := range p.SubexpNames() {
		if name == "" || match[2*i] < 0 {
			continue
		}
		name = strings.TrimRight(name, "0123456789")
		if value := text[match[2*i]:match[2*i+1]]; value != "" && found[name] == "" {
			found[name] = value
		}
	}
	return found
}
