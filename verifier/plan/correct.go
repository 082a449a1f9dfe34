package plan

import (
	"strings"
)

// correct lets the people who know the project overrule the rules; the last
// correction that matches a step counts.
func (p *planner) correct() {
	for _, c := range p.order {
		if has(c.block.Directives, "follow") && p.never(c) == "" {
			c.reason, c.note = "", "the author marked it to be followed"
		}
		for _, k := range p.in.Corrections {
			if !k.matches(c) {
				continue
			}
			why := k.Why
			if why == "" {
				why = "as declared"
			}
			if k.Follow {
				c.reason, c.note = "", why
			} else {
				c.reason = why
			}
		}
	}
}

func (k Correction) matches(c *candidate) bool {
	if k.Document != "" && k.Document != c.doc.path {
		return false
	}
	if k.Line != 0 && (k.Line < c.cmd.Line || k.Line > c.cmd.EndLine) {
		return false
	}
	if k.Match == "" {
		return true
	}
	want, have := fold(k.Match), fold(c.cmd.Text)
	head, tail := strings.TrimSuffix(want, "…"), strings.TrimPrefix(want, "…")
	switch {
	case head != want && tail != want:
		return strings.Contains(have, strings.TrimSuffix(tail, "…"))
	case head != want:
		return strings.HasPrefix(have, head)
	case tail != want:
		return strings.HasSuffix(have, tail)
	}
	return have == want
}

// fold makes texts compare that differ in white space and continuations only.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\\\n", " ")), " ")
}
