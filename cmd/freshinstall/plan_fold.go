package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// folded shows a run of commands that are left as one line.
func (v *view) folded(run []verifier.Step) {
	if len(run) == 0 {
		return
	}
	from, to := run[0].Line, 0
	for _, s := range run {
		to = max(to, s.EndLine)
	}
	place := fmt.Sprintf("line %d", from)
	if to > from {
		place = fmt.Sprintf("lines %d–%d", from, to)
	}
	indent := v.markRoom + 4
	text := fmt.Sprintf("%s: %s left: %s", place, count(len(run), "command"), v.reasons(run))
	v.line(strings.Repeat(" ", indent) + v.faint.Render(v.fitted(text, v.width-indent)))
}

// reasons are the different reasons of a run in brief, the most frequent first.
func (v *view) reasons(run []verifier.Step) string {
	var order []string
	times := map[string]int{}
	for _, s := range run {
		reason := briefly(v.reason(s))
		if times[reason]++; times[reason] == 1 {
			order = append(order, reason)
		}
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(times[b], times[a]) })
	for i, reason := range order {
		if len(times) > 1 && times[reason] > 1 {
			order[i] = fmt.Sprintf("%s (%d)", reason, times[reason])
		}
	}
	return strings.Join(order, ", ")
}

// briefly is the first part of a reason: what follows explains it.
func briefly(reason string) string {
	reason, _, _ = strings.Cut(reason, "; ")
	if head, _, more := strings.Cut(reason, "another way to the same end: "); more {
		return head + "another way to the same end"
	}
	return fit(reason, 100)
}
