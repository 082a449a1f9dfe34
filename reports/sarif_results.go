package reports

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// sarifResults are the problems, those of one identity as one result with
// several locations; cut says what there was no room for.
func sarifResults(d *digest, limits sarifLimits) (results []sarifResult, cut []string) {
	results = []sarifResult{}
	at, over := map[string]int{}, map[string]bool{}
	for _, p := range d.problems {
		key := p.rule() + "\x00" + p.identity()
		i, known := at[key]
		if !known {
			i = len(results)
			at[key] = i
			results = append(results, sarifResultOf(p))
		}
		res := &results[i]
		if len(res.Locations) == limits.locations {
			over[key] = true
			continue
		}
		document, line := d.place(p.step)
		where := sarifArtifact{(&url.URL{Path: document}).String()}
		res.Locations = append(res.Locations, sarifLocation{sarifPhysical{where, sarifLines{line, max(line, p.step.EndLine)}}})
		res.severity = max(res.severity, p.severity())
		res.Level = sarifLevel(res.severity)
		if fix, ok := p.exact(where); ok {
			res.Fixes = append(res.Fixes, fix)
		}
	}
	if len(over) > 0 {
		cut = append(cut, fmt.Sprintf("%s at more than %d places; the places beyond are left out.", count(len(over), "result"), limits.locations))
	}
	if all := len(results); all > limits.results {
		slices.SortStableFunc(results, func(a, b sarifResult) int { return cmp.Compare(b.severity, a.severity) })
		results = results[:limits.results]
		cut = append(cut, fmt.Sprintf("%d of %d results are left out, the least severe ones: the host takes no more.", all-len(results), all))
	}
	return results, cut
}

func sarifResultOf(p problem) sarifResult {
	id := p.identity()
	return sarifResult{Rule: p.rule(), Message: sarifText{sarifPlain(p.brief())},
		// The first is what GitHub tells alerts apart by; the second says what it is made of.
		Fingerprints: map[string]string{"primaryLocationLineHash": id + ":1", "ruleStepObject/v1": id},
		Properties:   sarifProperties{Environments: shownNames(p.environments), Blame: foreign.Line(string(p.Blame))}}
}

// exact is the edit of the document, where the result knows it to the byte: a
// proven command in the step's place, the same in every environment, and a
// place that holds the command as it is typed and nothing else.
func (p problem) exact(where sarifArtifact) (sarifFix, bool) {
	if len(p.remedies) != 1 || p.step.Document == "" {
		return sarifFix{}, false
	}
	fix, span := p.remedies[0].fix, p.step.Span
	if fix == nil || fix.Grade != verifier.Proven || fix.Workaround || fix.Kind != verifier.FixReplace || len(fix.Commands) > 0 || fix.Replace == "" {
		return sarifFix{}, false
	}
	if span.End-span.Start != len(p.step.Command) || span.Start < 0 || len(p.step.Command) == 0 || !foreign.Exact(fix.Replace) {
		return sarifFix{}, false
	}
	return sarifFix{sarifText{sarifPlain(p.remedies[0].lead())}, []sarifChange{{where, []sarifReplacement{
		{sarifBytes{span.Start, len(p.step.Command)}, sarifBinary{[]byte(fix.Replace)}}}}}}, true
}

// sarifRuleOf describes a rule with what the result has of the catalogue.
func sarifRuleOf(d *digest, id string) sarifRule {
	i := slices.IndexFunc(d.problems, func(p problem) bool { return p.rule() == id })
	p := d.problems[i]
	title := cmp.Or(foreign.Clip(foreign.Line(p.Title), longestTitle), "Step failed")
	full := ended(title)
	if text := p.meaning(); text != "" {
		full += " For example: " + ended(text)
	}
	help := full
	if id != "unknown" {
		help += " `freshinstall explain " + id + "` tells what is known of this rule."
	}
	tags := []string{"installation"}
	if text := foreign.Line(string(p.Category)); text != "" {
		tags = append(tags, text)
	}
	return sarifRule{ID: id, Short: sarifText{sarifPlain(title)}, Full: sarifText{sarifPlain(full)}, Help: sarifText{sarifPlain(help)}, Properties: sarifProperties{Tags: tags}}
}

func sarifLevel(s severity) string {
	switch s {
	case severityError:
		return "error"
	case severityWarning:
		return "warning"
	case severityNote:
		return "note"
	}
	return "none"
}

func shownNames(environments []string) []string {
	out := make([]string, len(environments))
	for i, name := range environments {
		out[i] = foreign.Line(name)
	}
	return out
}
