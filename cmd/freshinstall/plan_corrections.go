package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// overrules are the corrections of the plan that were declared.
type overrules struct {
	file     string // of the declaration, as the user knows it
	name     string // the last part of it
	declared []envs.Correction
}

func (r *reading) overrules() overrules {
	if r.declaration.file == nil {
		return overrules{}
	}
	file := r.declaration.file
	name := filepath.Base(strings.TrimSuffix(file.Path, " of "+r.checkout.Repository.URL))
	return overrules{file: file.Path, name: name, declared: file.Steps}
}

// matches reports whether a correction names a step, by the plan's own rules:
// white space and continued lines do not count.
func matches(c envs.Correction, s verifier.Step) bool {
	return (c.Document == "" || c.Document == s.Document) &&
		(c.Line == 0 || c.Line >= s.Line && c.Line <= s.EndLine) &&
		strings.Contains(folded(s.Command), folded(c.Match))
}

func folded(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "\\\n", " ")), " ")
}

// of is the correction that decided about a step: the last one that names it.
func (o overrules) of(s verifier.Step) (envs.Correction, bool) {
	for _, c := range slices.Backward(o.declared) {
		if !c.Keeps && matches(c, s) {
			return c, true
		}
	}
	return envs.Correction{}, false
}

// idle warns of corrections that name no command: the document was changed, or
// something is misspelt. Entries are counted from one, as lines are.
func (o overrules) idle(p verifier.Plan) []string {
	var out []string
	for i, c := range o.declared {
		if slices.ContainsFunc(p.Steps, func(s verifier.Step) bool { return matches(c, s) }) {
			continue
		}
		text := fmt.Sprintf("warning: %s:%d: steps[%d] %s matches nothing", o.file, c.At, i+1, criteria(c))
		if c.Document != "" && !slices.Contains(p.Documents, c.Document) {
			text += fmt.Sprintf("; %s is not among the documents that are read (%s)", c.Document, strings.Join(p.Documents, ", "))
		} else if near, ok := nearestStep(c, p.Steps); ok {
			text += fmt.Sprintf("; nearest: %q (%s)", fit(firstLine(near.Command), 100), stepPlace(near))
		}
		out = append(out, text)
	}
	return out
}

// criteria is what a correction asks for.
func criteria(c envs.Correction) string {
	var parts []string
	if c.Match != "" {
		parts = append(parts, fmt.Sprintf("match %q", c.Match))
	}
	if c.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", c.Line))
	}
	if c.Document != "" {
		parts = append(parts, "document "+c.Document)
	}
	return strings.Join(parts, ", ")
}

// stepPlace is where a step stands.
func stepPlace(s verifier.Step) string { return fmt.Sprintf("%s:%d", s.Document, s.Line) }

// nearestStep is what a correction most likely means: the command that holds
// nearly its text, or the one nearest to its line.
func nearestStep(c envs.Correction, steps []verifier.Step) (near verifier.Step, ok bool) {
	best := 0
	for _, s := range steps {
		if c.Document != "" && s.Document != c.Document {
			continue
		}
		far := max(s.Line-c.Line, c.Line-s.EndLine, 0)
		if c.Match != "" {
			// Of equals in text, the nearer line.
			far = misspelt(folded(c.Match), folded(s.Command))*10_000 + min(far, 9_999)*min(c.Line, 1)
		}
		if !ok || far < best {
			near, best, ok = s, far, true
		}
	}
	if c.Match != "" && best >= (len(folded(c.Match))/2+1)*10_000 {
		return near, false
	}
	return near, ok
}

// misspelt is how many bytes have to be changed, added or left out so that
// part stands somewhere in text.
func misspelt(part, text string) int {
	part, text = part[:min(len(part), 300)], text[:min(len(text), 2000)]
	row := make([]int, len(part)+1)
	for i := range row {
		row[i] = i
	}
	least := row[len(part)]
	for j := range len(text) {
		corner := row[0] // it may begin anywhere: row[0] stays 0
		for i := range len(part) {
			cost := corner
			if part[i] != text[j] {
				cost++
			}
			corner = row[i+1]
			row[i+1] = min(cost, corner+1, row[i]+1)
		}
		least = min(least, row[len(part)])
	}
	return least
}
