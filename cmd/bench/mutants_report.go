package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/cmd/bench/mutant"
)

// What the tool promises of documents that are damaged in one way.
const (
	detectedShare = 0.95
	locatedShare  = 0.90
	provenShare   = 0.85
)

// mutantsReport is all that was measured.
type mutantsReport struct {
	Seed        uint64         `json:"seed"`
	Environment string         `json:"environment"`
	Undamaged   []soundProject `json:"undamaged"`
	Candidates  int            `json:"candidates"` // that could be drawn
	Mutants     []scored       `json:"mutants"`
	Seconds     float64        `json:"seconds"`
}

func (r mutantsReport) json() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", " ")
	return append(text, '\n'), err
}

// counts are one line of the table.
type mutantCounts struct{ of, left, detected, located, proven, mended int }

func countMutants(rows []scored) mutantCounts {
	var c mutantCounts
	one := map[bool]int{true: 1}
	for _, row := range rows {
		if !row.counts() {
			c.left++
			continue
		}
		c.of++
		c.detected += one[row.Detected]
		c.located += one[row.Located]
		c.proven += one[row.Proven]
		c.mended += one[row.Mended]
	}
	return c
}

func (c mutantCounts) cells(name string) string {
	return fmt.Sprintf("| %s | %d | %d | %s | %s | %s | %s |\n", name, c.of, c.left,
		tally{c.detected, c.of}.percent(), tally{c.located, c.of}.percent(), tally{c.proven, c.of}.percent(), tally{c.mended, c.of}.percent())
}

// met reports whether every promise is kept.
func (r mutantsReport) met() bool {
	c := countMutants(r.Mutants)
	share := func(n int) float64 { return float64(n) / float64(max(1, c.of)) }
	return c.of > 0 && share(c.detected) >= detectedShare && share(c.located) >= locatedShare && share(c.proven) >= provenShare && r.alarms() == 0 && r.unmeasured() == 0
}

func (r mutantsReport) alarms() int {
	n := 0
	for _, s := range r.Undamaged {
		if !s.quiet() {
			n++
		}
	}
	return n
}

// unmeasured counts the undamaged projects of which nothing is known.
func (r mutantsReport) unmeasured() int {
	n := 0
	for _, s := range r.Undamaged {
		if s.Unmeasured != "" {
			n++
		}
	}
	return n
}

func (r mutantsReport) writeTable(w io.Writer) error {
	var b strings.Builder
	head := func(by string) {
		fmt.Fprintf(&b, "| %s | mutants | left out | detected | located | proven | mended in place |\n|---|---|---|---|---|---|---|\n", by)
	}
	if len(r.Mutants) > 0 {
		head("mutator")
		for _, m := range mutant.Mutators() {
			rows := r.of(func(s scored) bool { return s.Mutator == m.Name })
			if len(rows) > 0 {
				b.WriteString(countMutants(rows).cells(m.Name))
			}
		}
		b.WriteString(countMutants(r.Mutants).cells("**all**") + "\n")
		head("language")
		var languages []string
		for _, s := range r.Mutants {
			languages = append(languages, s.Language)
		}
		slices.Sort(languages)
		for _, l := range slices.Compact(languages) {
			b.WriteString(countMutants(r.of(func(s scored) bool { return s.Language == l })).cells(l))
		}
		fmt.Fprintf(&b, "\nPromised: %.0f %% detected, %.0f %% located, %.0f %% proven. Seed %d, %d of %d candidates drawn.\n",
			100*detectedShare, 100*locatedShare, 100*provenShare, r.Seed, len(r.Mutants), r.Candidates)
	}
	fmt.Fprintf(&b, "Undamaged: %d projects, %d with false alarms, %d not measured. %.0f s for everything on %s.\n", len(r.Undamaged), r.alarms(), r.unmeasured(), r.Seconds, r.Environment)
	for _, s := range r.Undamaged {
		if !s.quiet() || s.Plain != "" || s.Unmeasured != "" {
			fmt.Fprintf(&b, "- %s: %s\n", s.Project, oneLine(s.told()))
		}
	}
	for _, s := range r.Mutants {
		if s.LeftOut != "" && s.LeftOut != "works all the same" {
			fmt.Fprintf(&b, "- %s: %s\n", oneLine(s.Key()), oneLine(s.LeftOut))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r mutantsReport) of(wanted func(scored) bool) []scored {
	var out []scored
	for _, s := range r.Mutants {
		if wanted(s) {
			out = append(out, s)
		}
	}
	return out
}

// writeMisses tells everything of each mutant that was not mended, by mutator.
func (r mutantsReport) writeMisses(w io.Writer) error {
	var b strings.Builder
	for _, m := range mutant.Mutators() {
		rows := r.of(func(s scored) bool { return s.Mutator == m.Name && s.counts() && !(s.Located && s.Proven && s.Mended) })
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s: %s\n", m.Name, m.Says)
		for _, s := range rows {
			s.writeMiss(&b)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// miss names the first thing that is lacking.
func (s scored) miss() string {
	switch {
	case !s.Detected:
		return "not detected"
	case !s.Located:
		return "not located"
	case !s.Proven:
		return "not proven"
	}
	return "not mended in place"
}

func (s scored) writeMiss(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s: %s — %s\n\n", s.Project, oneLine(s.What), s.miss())
	line := "its step is gone"
	if s.Line > 0 {
		line = fmt.Sprintf("damaged line %d", s.Line)
	}
	fmt.Fprintf(b, "- really: %s; first failing line %d `%s`, exit %d: %s\n", line, s.Trial.Line, oneLine(s.Trial.Command), s.Trial.Exit, oneLine(s.Trial.Said))
	fmt.Fprintf(b, "- the tool: %s\n", s.Verdict)
	for _, f := range s.Findings {
		fmt.Fprintf(b, "  - line %d `%s`: %s %s; shows: %s\n", f.Line, oneLine(f.Command), f.Rule, oneLine(f.Title), clip(f.Evidence, 200))
		if f.Fix != "" {
			fmt.Fprintf(b, "    - %s: %s\n", f.Grade, oneLine(f.Fix))
		}
	}
	if s.MendedHow != "" {
		fmt.Fprintf(b, "- %s\n", oneLine(s.MendedHow))
	}
	fmt.Fprintf(b, "- right would be: %s\n", s.right())
}

// right is what undoes the damage.
func (s scored) right() string { return "undo “" + oneLine(s.What) + "”" }
