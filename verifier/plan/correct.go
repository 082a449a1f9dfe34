package plan

import (
	"slices"
	"strings"
	"unicode"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/readme"
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
			switch {
			case k.Keeps:
			case k.Follow:
				c.reason, c.note = "", why
			default:
				c.reason = why
			}
		}
	}
}

// longestExpected bounds what a document may ask to be looked for.
const longestExpected = 500

// outcomes reads what is said of how steps come out. A document says it of a
// block, which means the last command that is typed of it; what nobody can
// mean is not heeded. A declaration says it of the step that it names.
func (p *planner) outcomes() {
	seen := map[*readme.Block]bool{}
	for _, c := range slices.Backward(p.order) {
		if !c.followed() || seen[c.block] {
			continue
		}
		c.last, seen[c.block] = true, true
		if ready, err := verifier.ParseReady(c.block.Directives["ready"]); err == nil {
			c.ready = &ready
		}
		if text := c.block.Directives["expect"]; len(text) <= longestExpected && !strings.ContainsFunc(text, unicode.IsControl) {
			c.expect = text
		}
	}
	for _, c := range p.order {
		for _, k := range p.in.Corrections {
			if !c.followed() || !k.matches(c) {
				continue
			}
			if k.Ready != nil {
				c.ready = k.Ready
			}
			if k.Expect != "" {
				c.expect = k.Expect
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
