package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/reports/history"
	"github.com/freshinstall/freshinstall/verifier"
)

// mostMoved is how many packages diff names; all of them are in its JSON.
const mostMoved = 20

func newDiffCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diff RUN RUN",
		Short: "What the second run has otherwise than the first",
		Long: `diff tells which findings are new, still there, or fixed, those that come and go
apart, and which packages moved in between, those first that the error names. RUN is
a name that "freshinstall history" lists, or a result that "verify --report json=FILE"
wrote.

It ends with 1 when there is a new finding, with 0 otherwise, and with 2 for wrong use.`,
		Example: `  freshinstall diff 20261103T020000Z-civic 20261104T020000Z-civic
  freshinstall diff yesterday.json today.json --json`,
		Args: func(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 2, 2) },
	}
	asJSON := cmd.Flags().Bool("json", false, "print it as JSON")
	addSettings(cmd.Flags(), "history")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		was, err := door.pastRun(cmd.Context(), cmd.Flags(), args[0])
		if err != nil {
			return err
		}
		is, err := door.pastRun(cmd.Context(), cmd.Flags(), args[1])
		if err != nil {
			return err
		}
		if was.Result.Repository.URL != is.Result.Repository.URL {
			door.say("these are runs of two repositories: %s and %s", cleanLine(was.Result.Repository.URL), cleanLine(is.Result.Repository.URL))
		}
		c := history.Compare(was, is)
		for _, env := range c.Environments {
			if len(env.New) > 0 {
				door.code = exitFindings
			}
		}
		if *asJSON {
			return door.printJSON(c)
		}
		return door.print(plainArrow(diffWords(c), !door.env.utf8()))
	}
	return cmd
}

func diffWords(c history.Comparison) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s → %s\n", cleanLine(c.From), cleanLine(c.To))
	if c.Commit != nil {
		fmt.Fprintf(&text, "commit %s\n", reports.ChangeWords(*c.Commit))
	}
	if c.Documents {
		text.WriteString("the documents are others\n")
	}
	if c.Tool != nil {
		fmt.Fprintf(&text, "freshinstall itself changed: %s\n", reports.ChangeWords(*c.Tool))
	}
	for _, env := range c.Environments {
		environmentDiff(&text, env)
	}
	return text.String()
}

func environmentDiff(text *strings.Builder, env history.EnvironmentComparison) {
	was, is := cmp.Or(string(env.From), "no part of the run"), cmp.Or(string(env.To), "no part of the run")
	line := cleanLine(was) + " → " + cleanLine(is)
	if was == is {
		line = "still " + cleanLine(is)
	}
	fmt.Fprintf(text, "%s: %s\n", cleanLine(env.Name), line)
	for _, group := range []struct {
		title string
		all   []verifier.Finding
	}{{"new", env.New}, {"still there", env.Still}, {"fixed", env.Fixed}, {"not reached", env.Unreached}, {"comes and goes", env.Flaky}} {
		for _, f := range group.all {
			fmt.Fprintf(text, "  %-14s  %s\n", group.title, cleanLine(cmp.Or(f.Plain, f.Title, f.Evidence)))
		}
	}
	if env.Image != nil {
		fmt.Fprintf(text, "  %-14s  %s\n", "base image", reports.ChangeWords(*env.Image))
	}
	if env.Unrecorded && env.From != "" && env.To != "" {
		fmt.Fprintf(text, "  %-14s  not known: of one of the runs it was not looked what is installed\n", "moved")
	}
	for i, m := range env.Moved {
		if i == mostMoved {
			fmt.Fprintf(text, "  %-14s  and %d more (--json has all)\n", "moved", len(env.Moved)-mostMoved)
			break
		}
		words := reports.MoveWords(m)
		if m.Named {
			words += " (named in the error)"
		}
		fmt.Fprintf(text, "  %-14s  %s\n", "moved", words)
	}
	if words := reports.BisectionWords(env.Bisection); words != "" {
		fmt.Fprintf(text, "  %-14s  %s\n", "tried", words)
	}
}
