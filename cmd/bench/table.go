package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// columns of the table, in order; "ours" is the tool, "truth" the hand.
var columns = []string{
	"repository", "steps in truth", "followed by us", "we follow besides", "outcome agrees", "of those answered",
	"category agrees", "after fixes: truth / ours", "false findings", "seconds truth / ours", "what differs",
}

// shown is how many differences a cell holds; the details hold all.
const shown = 3

// writeTable prints a Markdown table, a row each and the totals.
func writeTable(w io.Writer, rows []comparison) error {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(columns)
	b.WriteString("|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, c := range rows {
		line(cells(c))
	}
	line(totals(rows))
	_, err := io.WriteString(w, b.String())
	return err
}

func cells(c comparison) []string {
	if c.missing != "" {
		row := make([]string, len(columns))
		for i := range row {
			row[i] = "–"
		}
		row[0], row[1], row[len(row)-1] = cell(c.repo), steps(c), cell("no result: "+c.missing)
		row[7] = passed(c.passes) + " / –"
		row[9] = fmt.Sprintf("%.0f / –", c.byHand)
		return row
	}
	return []string{
		cell(c.repo), steps(c), fmt.Sprint(c.followed), fmt.Sprint(c.extra), c.outcomes.String(), fmt.Sprint(c.answered),
		c.category.String(), fmt.Sprintf("%s / %s (%s steps)", passed(c.passes), ending(c.verdict), c.fixed),
		fmt.Sprint(c.alarms), fmt.Sprintf("%.0f / %.0f", c.byHand, c.seconds), cell(short(c.differs)),
	}
}

// totals sums over the repositories that have a result; the steps of the
// others are in the first figure all the same.
func totals(rows []comparison) []string {
	var sum comparison
	results, truthPasses, ourPasses, both := 0, 0, 0, 0
	for _, c := range rows {
		sum.steps, sum.optional = sum.steps+c.steps, sum.optional+c.optional
		yes := c.passes != nil && *c.passes
		if yes {
			truthPasses++
		}
		if c.missing != "" {
			continue
		}
		results++
		sum.followed += c.followed
		sum.extra += c.extra
		sum.answered += c.answered
		sum.alarms += c.alarms
		sum.seconds += c.seconds
		sum.byHand += c.byHand
		sum.outcomes = sum.outcomes.plus(c.outcomes)
		sum.category = sum.category.plus(c.category)
		sum.fixed = sum.fixed.plus(c.fixed)
		if ending(c.verdict) == "yes" {
			ourPasses++
			if yes {
				both++
			}
		}
	}
	return []string{
		fmt.Sprintf("**%d of %d with a result**", results, len(rows)), steps(sum), tally{sum.followed, sum.steps}.percent(), fmt.Sprint(sum.extra),
		sum.outcomes.percent(), fmt.Sprint(sum.answered), sum.category.percent(),
		fmt.Sprintf("%d / %d (both: %d; %s steps)", truthPasses, ourPasses, both, sum.fixed), fmt.Sprint(sum.alarms),
		fmt.Sprintf("%.0f / %.0f", sum.byHand, sum.seconds), "",
	}
}

// writeDetails lists every difference by repository.
func writeDetails(w io.Writer, rows []comparison) error {
	var b strings.Builder
	for _, c := range rows {
		fmt.Fprintf(&b, "## %s\n\n", c.repo)
		switch {
		case c.missing != "":
			fmt.Fprintf(&b, "- no result: %s\n", c.missing)
		case len(c.differs) == 0:
			b.WriteString("- nothing differs\n")
		}
		for _, d := range c.differs {
			fmt.Fprintf(&b, "- %s\n", oneLine(d))
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t tally) String() string { return fmt.Sprintf("%d of %d", t.agree, t.of) }

func (t tally) plus(u tally) tally { return tally{t.agree + u.agree, t.of + u.of} }

func (t tally) percent() string {
	if t.of == 0 {
		return t.String()
	}
	return fmt.Sprintf("%s (%.0f %%)", t, 100*float64(t.agree)/float64(t.of))
}

func steps(c comparison) string {
	if c.optional == 0 {
		return fmt.Sprint(c.steps)
	}
	return fmt.Sprintf("%d (%d optional)", c.steps, c.optional)
}

func passed(p *bool) string {
	switch {
	case p == nil:
		return "not tried"
	case *p:
		return "yes"
	}
	return "no"
}

// ending says in a word whether everything passed once fixes were in place.
func ending(v verifier.Verdict) string {
	switch v {
	case verifier.Works, verifier.WorksWithDocumentedFixes, verifier.WorksWithFixes:
		return "yes"
	case verifier.Broken:
		return "no"
	case verifier.Inconclusive:
		return "inconclusive"
	}
	return fmt.Sprintf("unknown verdict %q", string(v))
}

func short(differs []string) string {
	if len(differs) <= shown+1 {
		return strings.Join(differs, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(differs[:shown], "; "), len(differs)-shown)
}

// cell makes foreign text fit for a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(oneLine(s), "|", "\\|") }
