package envs

import (
	"slices"
	"strings"
)

// nearest returns the candidates that a person who wrote word may have meant:
// the closest ones, at most three. Without any that is close it returns
// nothing: a far-fetched suggestion is worse than none.
func nearest(word string, candidates []string) []string {
	word = strings.ToLower(word)
	best := max(1, len(word)/3)
	var names []string
	for _, c := range candidates {
		d := distance(word, strings.ToLower(c), best)
		if d > best || slices.Contains(names, c) {
			continue
		}
		if d < best {
			best, names = d, nil
		}
		if len(names) < 3 {
			names = append(names, c)
		}
	}
	return names
}

// distance counts the single-letter edits and swaps of neighbours that turn a
// into b. Above limit the exact figure does not matter and is not computed.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// didYouMean renders suggestions as the end of a message; empty without any.
func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = `"` + n + `"`
	}
	return " (did you mean " + strings.Join(quoted, " or ") + "?)"
}
