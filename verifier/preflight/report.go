package preflight

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// fault is what a check says; the rest of a finding comes from its rule.
type fault struct {
	rule     string
	object   string
	evidence string // empty: the command
	cause    string
	plain    string
	certain  bool
	fixes    []verifier.Fix
}

// report adds a finding, unless the same was said before.
func (w *walk) report(f fault) {
	r, known := ruleOf(f.rule)
	if !known || w.quiet {
		return
	}
	if f.evidence == "" {
		f.evidence = oneLine(w.step.Command)
	}
	if f.fixes == nil {
		f.fixes = []verifier.Fix{}
	}
	if w.said(f.rule, f.object) {
		return
	}
	w.found = append(w.found, verifier.Finding{
		ID:          fmt.Sprintf("p%d", len(w.found)+1),
		Fingerprint: fingerprint(f.rule, w.step.Command, f.object),
		Step:        w.step.ID,
		Rule:        r.ID,
		Title:       r.Title,
		Object:      f.object,
		Category:    r.Category,
		Blame:       verifier.BlameDocs,
		Evidence:    f.evidence,
		Cause:       f.cause,
		Plain:       f.plain,
		Fixes:       f.fixes,
		Certain:     f.certain && !w.wild && !w.doubt,
	})
}

// said: the finding is there already, from an earlier step.
func (w *walk) said(rule, object string) bool {
	return slices.ContainsFunc(w.found, func(have verifier.Finding) bool { return have.Rule == rule && have.Object == object })
}

// instead offers the step with one word changed; none where the word does not
// stand there once.
func (w *walk) instead(old, with, why string) []verifier.Fix {
	if with == "" || old == with {
		return nil
	}
	word := phrase.Compile(`(^|[\s"'=;&|(])` + regexp.QuoteMeta(old) + `($|[\s"';&|)])`)
	at := word.FindAllStringSubmatchIndex(w.step.Command, -1)
	if len(at) != 1 {
		return nil
	}
	from, to := at[0][3], at[0][4]
	return []verifier.Fix{{Kind: verifier.FixReplace, Replace: w.step.Command[:from] + with + w.step.Command[to:], Why: why, Grade: verifier.Suggested}}
}

func first(why string, commands ...string) []verifier.Fix {
	return []verifier.Fix{{Kind: verifier.FixBefore, Commands: commands, Why: why, Grade: verifier.Suggested}}
}

// fingerprint is made as for findings of a run, so that a step keeps its own
// whoever speaks of it.
func fingerprint(rule, step, object string) string {
	sum := sha256.Sum256([]byte(rule + "\x00" + strings.TrimPrefix(oneLine(step), "sudo ") + "\x00" + object))
	return hex.EncodeToString(sum[:8])
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
