package main

import (
	"fmt"
	"io"
	"slices"
)

// target is what the tool promises of a scenario; 0 promises nothing.
type target struct {
	more  float64 // seconds above the plain container
	times float64 // ratio to the plain container
}

// measured is what one scenario took, in seconds, run by run.
type measured struct {
	scenario string
	plain    []float64
	verify   []float64
	target   target
}

// median of a non-empty list: of an even number, the mean of the two in the middle.
func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}

func (m measured) more() float64  { return median(m.verify) - median(m.plain) }
func (m measured) times() float64 { return median(m.verify) / median(m.plain) }

func (m measured) met() bool {
	return (m.target.more == 0 || m.more() <= m.target.more) && (m.target.times == 0 || m.times() <= m.target.times)
}

// promise tells the target and whether it was met.
func (m measured) promise() string {
	word := "missed"
	if m.met() {
		word = "met"
	}
	switch {
	case m.target.more > 0:
		return fmt.Sprintf("at most %.1f s more: %s", m.target.more, word)
	case m.target.times > 0:
		return fmt.Sprintf("at most %.2f times: %s", m.target.times, word)
	}
	return "none"
}

// sides name what is compared, at the head of a table.
type sides struct{ plain, verify string }

// writeMeasured prints a Markdown table of medians with the range behind each.
func writeMeasured(w io.Writer, s sides, all []measured) error {
	text := fmt.Sprintf("| whole process | runs of each | %s, s | %s, s | more, s | times | target |\n|---|---|---|---|---|---|---|\n", s.plain, s.verify)
	for _, m := range all {
		text += fmt.Sprintf("| %s | %d | %s | %s | %+.2f | %.2f | %s |\n",
			m.scenario, len(m.verify), spread(m.plain), spread(m.verify), m.more(), m.times(), m.promise())
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}

// measuredHow stands below all tables.
const measuredHow = "Medians of interleaved runs, the range in brackets; base image and furnished image were there before.\n"

func spread(list []float64) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", median(list), slices.Min(list), slices.Max(list))
}
