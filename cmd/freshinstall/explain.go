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
			if len(args) == 1 {
				if early, known := preflightRule(args[0]); known {
					return door.print(early)
				}
				if rule, known := catalogue.Rule(args[0]); known {
					return door.print(ruleText(rule))
				}
			}
			// Only now does it matter what is declared here, and whether it is right.
			own, err := rulesOfThisFolder()
			if err != nil {
				return err
			}
			catalogue = catalogue.With(own)
			if len(args) == 0 {
				return door.print(ruleList(catalogue))
			}
			rule, known := catalogue.Rule(args[0])
			if !known {
				return misuse("`freshinstall explain` lists all of them", "there is no rule %q", args[0])
			}
			return door.print(ruleText(rule))
		},
	}
}

// rulesOfThisFolder are those of the declaration here or above.
func rulesOfThisFolder() ([]*diagnose.Rule, error) {
	here, err := workingFolder()
	if err != nil {
		return nil, err
	}
	path, found := findDeclaration(true, here)
	if !found {
		return nil, nil
	}
	file, err := readDeclaration(path)
	if err != nil {
		return nil, err
	}
	return ownRules(file)
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

// ruleText is a rule for people: all that is known of it.
func ruleText(r *diagnose.Rule) string {
	out, field := sheetOfRule(r.ID, r.Title)
	field("means", r.Plain)
	field("cause", r.Cause)
	field("category", string(r.Category))
	field("blame", string(r.Blame))
	field("counts", r.Kind.Words())
	field("seen in", strings.Join(r.Lines, "\n"))
	field("not in", strings.Join(slices.Concat(r.NotOnLine, r.NotIf), "\n"))
	field("typed", r.Typed)
	for _, line := range r.Helps() {
		field("helps", line)
	}
	field("proof", r.Proof.Words())
	for _, s := range r.Samples {
		name := "example"
		if s.Not {
			name = "other"
		}
		field(name, s.Output+"\n(printed by "+s.From+")")
	}
	field("see", strings.Join(r.References, "\n"))
	return out.String()
}
