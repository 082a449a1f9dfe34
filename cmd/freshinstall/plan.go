package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
	runner "github.com/freshinstall/freshinstall/verifier/run" // run is the program itself here
)

// How garbage is collected while a plan is made. The limit is above what any
// document needs that is read, so that garbage is collected sooner only where
// somebody made one to use memory up; below it, collecting seldom saves a tenth
// of the time. make bench-speed measures with the same percentage.
const (
	planMemory  = 40 << 20
	planGarbage = 400 // per cent of what is in use; Go's own default is 100
)

func newPlanCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan [REPO]",
		Short: "Show which commands of the documents would be followed, and why; needs no engine",
		Long: `plan reads the install documents of a repository (a folder, also one without git,
or an address that git can clone), decides for every command whether a careful
newcomer types it, and holds what is typed against the files of the repository.
steps: in freshinstall.yaml overrules a decision; --why shows how.

It exits 1 when it has findings, 4 when there is nothing to follow, else 0.`,
		Example: `  freshinstall plan
  freshinstall plan --all                    what is left out as well, each with its reason
  freshinstall plan --why docs/install.md:31 all about the command on that line
  freshinstall plan --format json`,
		Args: atMostOne,
	}
	ask := request{look: true}
	flags := cmd.Flags()
	flags.StringVarP(&ask.config, "config", "c", "", "the declaration, a `FILE` (default: the repository's freshinstall.yaml)")
	flags.StringVar(&ask.ref, "ref", "", "branch, tag or commit `REF` (default: what is checked out)")
	target := flags.StringP("env", "e", "", "environment that steps are chosen for, by `NAME` (default: the first declared one, else debian-12)")
	format := flags.String("format", "table", "`FORM` of the plan: table or json")
	all := flags.Bool("all", false, "show every command that is left, too")
	why := flags.String("why", "", "tell all about the command on `[DOCUMENT:]LINE`, and how to overrule what was decided")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *format != "table" && *format != "json" {
			return misuse("choose table or json", "there is no form of a plan %q", *format)
		}
		where, err := parseWhy(*why, cmd.Flags().Changed("why"))
		if err != nil {
			return err
		}
		if where != nil && *format == "json" {
			return misuse("leave one of them out; the JSON has what --why tells of every command", "--why and --format json exclude each other")
		}
		ask.location = "."
		if len(args) == 1 {
			ask.location = args[0]
		}
		if _, set := os.LookupEnv("GOMEMLIMIT"); !set {
			debug.SetMemoryLimit(planMemory)
		}
		if _, set := os.LookupEnv("GOGC"); !set {
			debug.SetGCPercent(planGarbage)
		}
		made, err := door.makePlan(cmd.Context(), ask, *target)
		if err != nil {
			return err
		}
		for _, warning := range made.idle(made.Plan) {
			door.say("%s", warning)
		}
		if where != nil {
			return door.printWhy(made, *where)
		}
		if err := door.printPlan(made, *format, *all); err != nil {
			return err
		}
		if len(made.Findings) > 0 {
			door.code = exitFindings
			return nil
		}
		if len(followedSteps(made.Plan)) == 0 {
			return nothingToFollow(made.Plan)
		}
		return nil
	}
	return cmd
}

// madePlan is a plan with what a person may want to know beside it.
type madePlan struct {
	verifier.Plan
	overrules
	target string         // environment that it was made for
	lines  map[string]int // how many each document has
}

// makePlan reads a repository and plans for an environment's family.
func (d *frontDoor) makePlan(ctx context.Context, ask request, target string) (made *madePlan, err error) {
	scratch, remove, err := makeScratch()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	read, err := d.read(ctx, ask, scratch, func(line string) { d.say("%s", line) })
	if err != nil {
		return nil, err
	}
	var names []string
	if target != "" {
		names = []string{target}
	}
	chosen, err := envs.Select(read.declaration.file, names)
	if err != nil {
		return nil, err
	}
	made = &madePlan{target: chosen[0].Name, lines: map[string]int{}}
	if made.Plan, err = read.plan(chosen[0].Family, "", read.declaration.named()); err != nil {
		return nil, err
	}
	made.overrules = read.overrules()
	for _, name := range made.Documents {
		source, err := read.checkout.Read(name)
		if err != nil {
			return nil, err
		}
		made.lines[name] = linesOf(string(source))
	}
	return made, nil
}

// named are the placeholders that a value was declared for. What the value is
// does not matter to a plan, so that nothing is asked of this machine.
func (decl declaration) named() map[string]runner.Value {
	names := map[string]runner.Value{}
	for _, file := range []*envs.File{decl.file, decl.user} {
		if file == nil {
			continue
		}
		for name := range file.Values {
			names[name] = runner.Value{}
		}
	}
	return names
}

// linesOf counts the lines of a text.
func linesOf(text string) int {
	return strings.Count(strings.TrimSuffix(text, "\n"), "\n") + 1
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

func (d *frontDoor) printPlan(made *madePlan, format string, all bool) error {
	if format == "json" {
		var text strings.Builder
		enc := json.NewEncoder(&text)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false) // "&&" stays readable
		if err := enc.Encode(made.Plan); err != nil {
			return fmt.Errorf("write the plan: %w", err)
		}
		return d.print(text.String())
	}
	return d.print(planView(made, d.paper(), all))
}
