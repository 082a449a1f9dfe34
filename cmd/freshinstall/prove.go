package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

func newProveCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prove RUN FINDING [REPO]",
		Short: "Run the proof of a fix again, in clean machines",
		Long: `prove repeats what showed that a fix helps. In a clean machine all steps before are
typed, with the fixes that they needed, then the step unchanged: it must fail as it
did. In another clean machine the fix comes before it, or in its place: it must pass.

RUN is the name that verify tells at its end, or the file that
"verify --report json=FILE" wrote. FINDING is the one that the report names, f1 for
example. The repository (default: this folder) is taken at the commit of the run.

It ends with 0 where both came out as in the run, and with 1 where one did not; 2 and
3 mean what they mean for verify.`,
		Example: `  freshinstall prove result.json f1
  freshinstall prove 20260307T091500Z-civic f3 --env debian-12`,
		Args: func(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 2, 3) },
	}
	var ask shellRequest
	flags := cmd.Flags()
	flags.StringVarP(&ask.env, "env", "e", "", "environment of the run, by `NAME` (default: the first that has the finding with a fix)")
	flags.StringVarP(&ask.config, "config", "c", "", "the declaration that the run had, a `FILE` (default: the repository's freshinstall.yaml)")
	flags.BoolVar(&ask.trust, "trust-config", false, "agree to what the environment's declaration does on this machine; shows it and remembers it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ask.run, ask.repository = args[0], "."
		if len(args) == 3 {
			ask.repository = args[2]
		}
		return door.prove(cmd.Context(), ask, args[1])
	}
	return cmd
}

// prove runs a proof again and says whether it holds.
func (d *frontDoor) prove(ctx context.Context, ask shellRequest, finding string) (err error) {
	if folder := d.keptRun(ask.run); folder != "" {
		ask.run = filepath.Join(folder, keptResult)
	}
	r, err := d.readResult(ask.run)
	if err != nil {
		return err
	}
	at, err := findProof(r, ask, finding)
	if err != nil {
		return err
	}
	env, err := d.declaredIn(at, ask)
	if err != nil {
		return err
	}
	place, err := d.openWorkplace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.close()) }()
	p, job, show, err := d.jobAgain(ctx, r, ask, place.scratch)
	if err != nil {
		return err
	}
	again, err := pipeline.Repeat(ctx, job, p.target(place.engine, env), *at.env, finding)
	// The talk is no result: a stream that went away spoils nothing.
	_ = show.Close()
	if none, ok := errors.AsType[*pipeline.NoProofError](err); ok {
		return misuse("`freshinstall report --from "+ask.run+"` shows what is proven", "%s", cleanLine(none.Error())).at(ask.run)
	}
	if err != nil {
		return ask.changed(err)
	}
	return d.tellProof(again, at, finding)
}

// findProof finds the environment in which a finding has a fix to prove.
func findProof(r *verifier.Result, ask shellRequest, finding string) (state, error) {
	var found []state
	for i := range r.Environments {
		env := &r.Environments[i]
		if ask.env != "" && env.Environment.Name != ask.env {
			continue
		}
		for _, f := range env.Findings {
			if f.ID == finding && len(f.Fixes) > 0 && f.Fixes[0].Proof != nil {
				found = append(found, state{env, 0})
			}
		}
	}
	if len(found) == 0 {
		return state{}, misuse("`freshinstall report --from "+ask.run+"` shows what is proven", "the run has no finding %q with a fix that was run", finding).at(ask.run)
	}
	return found[0], nil
}

// tellProof writes what came of it and sets the exit code.
func (d *frontDoor) tellProof(r pipeline.Repetition, at state, finding string) error {
	var text strings.Builder
	line := func(label, words string) { fmt.Fprintf(&text, "  %-12s %s\n", label, cleanLine(words)) }
	fmt.Fprintf(&text, "%s · %s · %s:%d\n", finding, cleanLine(at.env.Environment.Name), cleanLine(r.Step.Document), r.Step.Line)
	line("step", r.Step.Command)
	for _, f := range r.Fixes {
		for _, s := range f.Services {
			line("fix", "declare "+s.Declaration())
		}
		if f.Release != "" {
			line("fix", "declare "+f.Release)
		}
		for _, command := range append(slices.Clone(f.Commands), f.Replace) {
			if command != "" {
				line("fix", command)
			}
		}
	}
	for _, differs := range r.Differs {
		line("note", differs)
	}
	if r.Untested != "" {
		return &problem{code: exitUntested, what: "the proof could not be run again: " + cleanLine(r.Untested), todo: "try it again later"}
	}
	line("without it", againInWords(r.Control))
	line("with it", againInWords(r.Fixed))
	if !r.Same() {
		d.code = exitFindings
		text.WriteString("It differs from the run.\n")
	} else {
		text.WriteString("The same as in the run.\n")
	}
	return d.print(text.String())
}

func againInWords(a pipeline.Again) string {
	text := fmt.Sprintf("exit %d, as then", a.Is)
	if a.Is != a.Was || !a.Same {
		text = fmt.Sprintf("exit %d; then it was %d", a.Is, a.Was)
	}
	if !a.Same && a.Cause != "" {
		text += ": " + a.Cause
	}
	return text
}

// proveAgain tells how to run the first proof of a run again; empty: it has none.
func proveAgain(r *verifier.Result, run string) string {
	for _, env := range r.Environments {
		for _, f := range env.Findings {
			if len(f.Fixes) > 0 && f.Fixes[0].Grade == verifier.Proven && !f.Documented {
				return fmt.Sprintf("to run a proof again: freshinstall prove %s %s -e %s", shellWord(run), f.ID, shellWord(env.Environment.Name))
			}
		}
	}
	return ""
}
