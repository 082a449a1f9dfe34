package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/preflight"
)

func newExplainCommand(door *frontDoor) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [RULE]",
		Short: "Print what a rule looks for, what it means and what helps; without RULE, list all",
		Args:  atMostOne,
		RunE: func(_ *cobra.Command, args []string) error {
			catalogue, err := diagnose.Bundled()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return door.print(ruleList(catalogue))
			}
			if early, known := preflightRule(args[0]); known {
				return door.print(early)
			}
			rule, known := catalogue.Rule(args[0])
			if !known {
				return misuse("`freshinstall explain` lists all of them", "there is no rule %q", args[0])
			}
			return door.print(ruleText(rule))
		},
	}
}

func ruleList(catalogue *diagnose.Catalogue) string {
	var out strings.Builder
	for _, r := range preflight.Rules() {
		fmt.Fprintf(&out, "%-6s %s\n", r.ID, r.Title)
	}
	for _, r := range catalogue.Rules() {
		fmt.Fprintf(&out, "%-6s %s\n", r.ID, r.Title)
	}
	return out.String()
}

// sheetOfRule begins the text about a rule; field adds to it.
func sheetOfRule(id, title string) (out *strings.Builder, field func(name, text string)) {
	out = &strings.Builder{}
	fmt.Fprintf(out, "%s  %s\n\n", id, title)
	return out, func(name, text string) {
		if text = strings.TrimSpace(text); text != "" {
			fmt.Fprintf(out, "%-10s %s\n", name, strings.ReplaceAll(text, "\n", "\n           "))
		}
	}
}

// preflightRule is a rule about the plan itself for people; ids are taken in
// any case of letters, as those of the catalogue.
func preflightRule(id string) (text string, known bool) {
	for _, r := range preflight.Rules() {
		if !strings.EqualFold(r.ID, id) {
			continue
		}
		out, field := sheetOfRule(r.ID, r.Title)
		field("means", r.Plain)
		field("cause", r.Stumbles)
		field("category", string(r.Category))
		field("blame", string(verifier.BlameDocs))
		field("seen in", r.Source)
		field("found by", "`freshinstall plan`, before any machine is started")
		field("proof", "none is run: a finding is called certain only where the repository's files alone prove it")
		return out.String(), true
	}
	return "", false
}

// ruleText is a rule for people.
func ruleText(r *diagnose.Rule) string {
	out, field := sheetOfRule(r.ID, r.Title)
	field("means", r.Plain)
	field("cause", r.Cause)
	field("category", string(r.Category))
	field("blame", string(r.Blame))
	field("seen in", strings.Join(r.Lines, "\n"))
	var families []string
	for family := range r.Families {
		families = append(families, family)
	}
	slices.Sort(families)
	for _, family := range families {
		for _, t := range r.Families[family] {
			field("helps", family+": "+templateInWords(t)+neverRun(t, family))
		}
	}
	field("proof", proofInWords(r.Proof))
	for _, s := range r.Samples {
		if !s.Not {
			field("example", s.Output)
			break
		}
	}
	field("see", strings.Join(r.References, "\n"))
	return out.String()
}

// neverRun marks what the authors could not try.
func neverRun(t diagnose.Template, family string) string {
	if t.NeverRun(verifier.Family(family)) {
		return " (never run by the authors: suggested at most)"
	}
	return ""
}

func templateInWords(t diagnose.Template) string {
	text := ""
	switch {
	case t.Lookup != nil:
		text = "install the package that the distribution's index names for the " + string(t.Lookup.Kind)
	case t.Table != "":
		text = "install what the bundled table of " + t.Table + " names"
	case len(t.Install) > 0:
		text = "install " + strings.Join(t.Install, ", ")
	case len(t.Before) > 0:
		text = "first " + strings.Join(t.Before, "; ")
	case t.Rewrite == "declare-service":
		text = "declare the server under services: of the environment, with the account that the repository shows"
	case t.Rewrite == "keep-path":
		text = "write the command that changes PATH into ~/.profile as well"
	case t.Rewrite != "":
		text = "change the command: " + string(t.Rewrite)
	}
	if len(t.Then) > 0 {
		text += ", then " + strings.Join(t.Then, "; ")
	}
	if t.Why != "" {
		text += " — " + t.Why
	}
	if t.Workaround {
		text += " (a workaround: shows the cause, is never written into documents)"
	}
	return text
}

func proofInWords(p diagnose.Proof) string {
	switch p {
	case diagnose.ProofRerun:
		return "the unchanged step passes once the fix is in place"
	case diagnose.ProofStandIn:
		return "the same, with a stand-in for a service or a value"
	case diagnose.ProofDeclaration:
		return "only with a changed declaration of the environment"
	case diagnose.ProofRepository:
		return "only on a changed checkout"
	case diagnose.ProofRetry:
		return "the step passes when it is tried later"
	case diagnose.ProofHuman:
		return "only somebody with the right access can tell"
	case diagnose.ProofNone:
		return "none"
	}
	return ""
}
