package source

import (
	"cmp"
	"slices"
	"strings"
)

// closest returns up to limit names that look most like the wanted one; if
// none does, the first ones, so that a person sees what kind of names there are.
func closest(wanted string, names []string, limit int) []string {
	type match struct {
		name  string
		score float64
	}
	var matches []match
	for _, name := range names {
		if s := likeness(strings.ToLower(wanted), strings.ToLower(name)); s >= 0.5 {
			matches = append(matches, match{name, s})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	var out []string
	for _, m := range matches {
		if !slices.Contains(out, m.name) && len(out) < limit {
			out = append(out, m.name)
		}
	}
	if out == nil {
		for _, name := range names {
			if !slices.Contains(out, name) && len(out) < limit {
				out = append(out, name)
			}
		}
	}
	for i := range out {
		out[i] = clean(out[i])
	}
	return out
}

// likeness is the share of equal letters at the beginning and the end: slips
// are mostly one letter in the middle, and a forgotten prefix or suffix counts.
func likeness(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	head, tail, least := 0, 0, min(len(a), len(b))
	for head < least && a[head] == b[head] {
		head++
	}
	for tail < least-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return float64(head+tail) / float64(max(len(a), len(b)))
}
