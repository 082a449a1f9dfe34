package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier/plan"
)

func ablateCommand() *cobra.Command {
	var root string
	cmd := &cobra.Command{
		Use:   "ablate",
		Short: "Plan labelled READMEs without one rule at a time",
		Long: "Prints what each rule of the planner is worth on READMEs labelled by hand: in how many repositories the\n" +
			"followed commands change without it, and the figure that is left. A rule that changes none or one is\n" +
			"shown with its reason, since only that speaks for it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := readLabelled(root)
			if err != nil {
				return err
			}
			if len(all) == 0 {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "skipped: no labelled documents to plan (--labels %q)\n", root)
				return err
			}
			return ablate(cmd.OutOrStdout(), all)
		},
	}
	cmd.Flags().StringVar(&root, "labels", "", "folder with owner__name/{labels.json,docs,files.txt}")
	return cmd
}

// ablate writes a Markdown table, a row each rule.
func ablate(out io.Writer, all []labelled) error {
	whole, plans, err := planWithout(all, "")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d repositories, follow F1 %.3f with all rules\n\n", len(all), whole.f1())
	fmt.Fprintln(out, "| without the rule | repositories that change | follow F1 | more or less | why it stays although it moves fewer than two |")
	fmt.Fprintln(out, "|---|---|---|---|---|")
	for _, rule := range plan.Rules() {
		total, without, err := planWithout(all, rule.Name)
		if err != nil {
			return err
		}
		changed, why := 0, ""
		for i := range plans {
			if plans[i] != without[i] {
				changed++
			}
		}
		if changed < 2 {
			why = rule.Why
		}
		if _, err := fmt.Fprintf(out, "| %s | %d | %.3f | %+.3f | %s |\n", rule.Name, changed, total.f1(), total.f1()-whole.f1(), why); err != nil {
			return err
		}
	}
	return nil
}

// planWithout plans every repository, with one rule switched off.
func planWithout(all []labelled, rule string) (total agreement, plans []string, err error) {
	for _, l := range all {
		in := l.input
		if rule != "" {
			in.Without = []string{rule}
		}
		p, err := plan.Build(in)
		if err != nil {
			return total, nil, fmt.Errorf("%s: %w", l.name, err)
		}
		a, followed := l.agree(p.Steps)
		total = total.and(a)
		plans = append(plans, followed)
	}
	return total, plans, nil
}
