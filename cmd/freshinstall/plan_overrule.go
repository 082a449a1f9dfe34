package main

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// overrule shows what to write where, so that the decision about a step is the
// other one.
func (w *whyView) overrule(s verifier.Step) {
	plain := lipgloss.NewStyle()
	what := "have it typed"
	if s.Follow {
		what = "leave it out"
	}
	if c, declared := w.made.of(s); declared {
		w.text(whyIndent, fmt.Sprintf("To %s, change the correction in %s:%d, or add below it:", what, cleanLine(w.made.name), c.At), plain)
	} else {
		w.text(whyIndent, fmt.Sprintf("To %s, write into freshinstall.yaml, into its steps: if it has them:", what), plain)
	}
	w.gap()
	w.typed("      ", w.made.correction(s), w.code)
	if mark, possible := skipMark(s.Document); possible && s.Follow && !s.Has(verifier.FlagInline) {
		w.gap()
		w.text(whyIndent, fmt.Sprintf("or put this comment between empty lines in %s, before the sentence that leads to the block; it leaves every command of that block:", cleanLine(s.Document)), plain)
		w.gap()
		w.typed("      ", mark, w.code)
	}
}

// skipMark is the comment with which an author has a block skipped, in the
// markup of the document.
func skipMark(document string) (mark string, possible bool) {
	const text = "freshinstall: skip"
	switch strings.ToLower(path.Ext(document)) {
	case ".rst", ".rest":
		return ".. " + text, true
	case ".adoc", ".asciidoc", ".asc":
		return "// " + text, true
	case ".org", ".txt", ".text", "":
		return "# " + text, true
	case ".mdx":
		return "{/* " + text + " */}", true
	case ".html", ".htm":
		return "", false
	}
	return "<!-- " + text + " -->", true
}

// longestMatch bounds the text that a correction asks for.
const longestMatch = 200

// correction is the YAML that overrules the decision about a step and about no
// other: by its text where that is enough, else by its document and line, too.
func (made *madePlan) correction(s verifier.Step) string {
	type entry struct {
		Match    string `yaml:"match,omitempty"`
		Document string `yaml:"document,omitempty"`
		Line     int    `yaml:"line,omitempty"`
		Follow   bool   `yaml:"follow"`
		Why      string `yaml:"why"`
	}
	e := entry{Match: folded(s.Command), Follow: !s.Follow, Why: "your reason"}
	if len(e.Match) > longestMatch || !foreign.Exact(e.Match) {
		e.Match = ""
	}
	if e.Match == "" || !made.only(s, envs.Correction{Match: e.Match}) {
		e.Document = s.Document
	}
	if e.Match == "" || !made.only(s, envs.Correction{Match: e.Match, Document: e.Document}) {
		e.Line = s.Line
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(map[string][]entry{"steps": {e}}); err != nil {
		return "" // texts and numbers can always be written
	}
	return strings.TrimRight(out.String(), "\n")
}

// only reports whether a correction names this step alone.
func (made *madePlan) only(s verifier.Step, c envs.Correction) bool {
	if !matches(c, s) {
		return false
	}
	for _, other := range made.Steps {
		if other.ID != s.ID && matches(c, other) {
			return false
		}
	}
	return true
}
