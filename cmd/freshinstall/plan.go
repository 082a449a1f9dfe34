package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

func newPlanCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan [REPO]",
		Short: "Show which commands of the documents would be followed, and why; needs no engine",
		Long: `plan reads the install documents of a repository (a folder, also one without git,
or an address that git can clone) and decides for every command whether a careful
newcomer types it. steps: in freshinstall.yaml overrules it.`,
		Args: atMostOne,
	}
	var ask request
	flags := cmd.Flags()
	flags.StringVarP(&ask.config, "config", "c", "", "the declaration, a `FILE` (default: the repository's freshinstall.yaml)")
	flags.StringVar(&ask.ref, "ref", "", "branch, tag or commit `REF` (default: what is checked out)")
	target := flags.StringP("env", "e", "", "environment that steps are chosen for, by `NAME` (default: the first declared one, else debian-12)")
	format := flags.String("format", "table", "`FORM` of the plan: table or json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *format != "table" && *format != "json" {
			return misuse("choose table or json", "there is no form of a plan %q", *format)
		}
		ask.location = "."
		if len(args) == 1 {
			ask.location = args[0]
		}
		p, err := door.makePlan(cmd.Context(), ask, *target)
		if err != nil {
			return err
		}
		if err := door.printPlan(p, *format); err != nil {
			return err
		}
		if len(followedSteps(p)) == 0 {
			return nothingToFollow(p)
		}
		return nil
	}
	return cmd
}

// makePlan reads a repository and plans for an environment's family.
func (d *frontDoor) makePlan(ctx context.Context, ask request, target string) (p verifier.Plan, err error) {
	scratch, remove, err := makeScratch()
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	read, err := d.read(ctx, ask, scratch, func(line string) { d.say("%s", line) })
	if err != nil {
		return p, err
	}
	var names []string
	if target != "" {
		names = []string{target}
	}
	chosen, err := envs.Select(read.declaration.file, names)
	if err != nil {
		return p, err
	}
	return read.plan(chosen[0].Family, "", nil)
}

func followedSteps(p verifier.Plan) []verifier.Step {
	var out []verifier.Step
	for _, s := range p.Steps {
		if s.Follow {
			out = append(out, s)
		}
	}
	return out
}

func (d *frontDoor) printPlan(p verifier.Plan, format string) error {
	if format == "json" {
		var text strings.Builder
		enc := json.NewEncoder(&text)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false) // "&&" stays readable
		if err := enc.Encode(p); err != nil {
			return fmt.Errorf("write the plan: %w", err)
		}
		return d.print(text.String())
	}
	columns, terminal := terminalWidth(d.std.out)
	if !terminal {
		columns = 0
	}
	return d.print(planTable(p, columns))
}

// planTable is a plan for people: what is typed, in order, and what is left
// out, with the reason. columns is the width of the terminal; 0 is any.
func planTable(p verifier.Plan, columns int) string {
	followed := followedSteps(p)
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s, %d followed; the newcomer %s\n", cleanLine(p.Repository), count(len(p.Steps), "command"),
		len(followed), startInWords(p.Start))
	document := ""
	places := 0
	for _, s := range p.Steps {
		places = max(places, len(fmt.Sprint(s.Line)))
	}
	for _, s := range p.Steps {
		if s.Document != document {
			document = s.Document
			fmt.Fprintf(&out, "\n%s\n", cleanLine(document))
		}
		decision := "follow"
		if !s.Follow {
			decision = "leave "
		}
		line := fmt.Sprintf("  %s  %*d  %-12s %s", decision, places, s.Line, s.Role, firstLine(s.Command))
		out.WriteString(within(line, columns) + "\n")
		if s.Reason != "" {
			line := strings.Repeat(" ", 12+places+13) + "— " + cleanLine(s.Reason)
			out.WriteString(within(line, columns) + "\n")
		}
	}
	return out.String()
}

func startInWords(s verifier.Start) string {
	switch s {
	case verifier.StartHome:
		return "starts in the home directory"
	case verifier.StartBeside:
		return "starts beside the checkout"
	case verifier.StartInside:
		return "starts in the checkout"
	}
	return "starts"
}

func within(line string, columns int) string {
	if columns == 0 {
		return line
	}
	return fit(line, columns)
}
