package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/reports/history"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// bisectWithin is the budget unless another one is given.
const bisectWithin = 30 * time.Minute

func newBisectCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bisect RUN [REPO]",
		Short: "Prove which package broke a step that worked before",
		Long: `bisect takes a run in which an environment no longer works, and the packages that
moved since it did. In a clean machine all steps before the failing one are typed; in
copies of it one suspect after the other gets its old version again, those first that
the error names, and the step is typed. Where it passes, another copy gets the new
version in the same way: only if the step fails there is it proven.

Old versions come from where packages come from: what an archive no longer has cannot
be tried, and is named. At most 12 suspects are tried: of apt, pip, npm and gem.

RUN is a name that "freshinstall history" lists, or a result that "verify --report
json=FILE" wrote. The repository (default: this folder) is taken at the commit of the
run. What came of it is kept with the run, for "diff" and "report".

It ends with 0 where one is proven guilty, with 1 where none is; 2 and 3 mean what
they mean for verify.`,
		Example: `  freshinstall bisect 20261104T020000Z-civic
  freshinstall bisect result.json --env debian-12 --budget 10m --report markdown=report.md`,
		Args: func(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 1, 2) },
	}
	var ask shellRequest
	flags := cmd.Flags()
	flags.StringVarP(&ask.env, "env", "e", "", "environment of the run, by `NAME` (default: the first that worked once)")
	flags.StringVarP(&ask.config, "config", "c", "", "the declaration that the run had, a `FILE` (default: the repository's freshinstall.yaml)")
	flags.BoolVar(&ask.trust, "trust-config", false, "agree to what the environment's declaration does on this machine; shows it and remembers it")
	budget := flags.Duration("budget", bisectWithin, "longest `DURATION` of the trials, 0 for no limit")
	to := flags.StringArray("report", nil, "also write the run's result with what came of it as `FORMAT=FILE`; may be repeated")
	addSettings(flags, "history")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ask.run, ask.repository = args[0], "."
		if len(args) == 2 {
			ask.repository = args[1]
		}
		if *budget < 0 {
			return misuse("give a duration such as 10m, or 0 for none", "--budget is negative: %s", *budget)
		}
		outputs, err := parseOutputs(*to, onStdout) // which is taken by the answer
		if err != nil {
			return err
		}
		return door.bisect(cmd.Context(), ask, cmd.Flags(), *budget, outputs)
	}
	return cmd
}

// bisect looks for the guilty package of one environment and keeps what came of it.
func (d *frontDoor) bisect(ctx context.Context, ask shellRequest, flags *pflag.FlagSet, budget time.Duration, outputs []output) (err error) {
	file := ask.run // of the result: it tells more than the history does
	if folder := d.keptRun(ask.run); folder != "" {
		file = filepath.Join(folder, keptResult)
	}
	run := &history.Run{Name: ask.run}
	if regularFile(file) {
		r, err := d.readResult(file)
		if err != nil {
			return err
		}
		run.Result = *r
	} else if run, err = d.pastRun(ctx, flags, ask.run); err != nil {
		return err
	}
	at, err := findDrift(&run.Result, ask)
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
	p, job, show, err := d.jobAgain(ctx, &run.Result, ask, place.scratch)
	if err != nil {
		return err
	}
	job.Limits.Search = budget
	found, err := pipeline.Bisect(ctx, job, p.target(place.engine, env), *at.env)
	// The talk is no result: a stream that went away spoils nothing.
	_ = show.Close()
	if none, ok := errors.AsType[*pipeline.NoDriftError](err); ok {
		return misuse("`freshinstall diff` shows what moved", "%s", cleanLine(none.Error())).at(ask.run)
	}
	if err != nil {
		return ask.changed(err)
	}
	at.env.Drift.Bisection = &found
	if err := d.keepBisection(ctx, flags, run.Name, file, &run.Result, at.env); err != nil {
		d.say("what came of it is not kept: %s", cleanLine(err.Error()))
	}
	if err := d.writeOutputs(outputs, &run.Result, nil); err != nil {
		return err
	}
	if found.Guilty == nil {
		d.code = exitFindings
	}
	return d.print(plainArrow(bisectionWords(at.env, found), !d.env.utf8()))
}

// findDrift finds the environment that is meant.
func findDrift(r *verifier.Result, ask shellRequest) (state, error) {
	for i := range r.Environments {
		env := &r.Environments[i]
		if env.Drift != nil && (ask.env == "" || ask.env == env.Environment.Name) {
			return state{env, 0}, nil
		}
	}
	return state{}, misuse("verify keeps what it needs for that: `freshinstall history` shows when an environment worked",
		"of this run it is not known what moved since an environment worked").at(ask.run)
}

// keepBisection writes what came of it where the run is kept.
func (d *frontDoor) keepBisection(ctx context.Context, flags *pflag.FlagSet, name, file string, r *verifier.Result, env *verifier.EnvironmentResult) error {
	var first error
	if regularFile(file) && filepath.Base(file) == keptResult && d.keptRun(name) != "" {
		first = d.writeOutputs([]output{{format: "json", file: file}}, r, nil)
	}
	kept, err := d.historyAsked(flags)
	if err != nil {
		return errors.Join(first, err)
	}
	return errors.Join(first, d.withHistory(ctx, kept, func(store *history.Store) error {
		past, err := store.Find(ctx, name, r)
		if err != nil || past == nil {
			return err
		}
		for i := range past.Result.Environments {
			if there := &past.Result.Environments[i]; there.Environment.Name == env.Environment.Name {
				there.Drift = env.Drift
			}
		}
		return store.Replace(ctx, past.Name, &past.Result)
	}))
}

// bisectionWords is the answer, then each trial.
func bisectionWords(env *verifier.EnvironmentResult, b verifier.Bisection) string {
	var text strings.Builder
	at := slices.IndexFunc(env.Steps, func(s verifier.StepResult) bool { return s.Step == b.Step })
	fmt.Fprintf(&text, "%s · %s:%d\n", cleanLine(env.Environment.Name), cleanLine(env.Steps[at].Document), env.Steps[at].Line)
	line := func(label, words string) { fmt.Fprintf(&text, "  %-12s %s\n", label, words) }
	line("step", cleanLine(env.Steps[at].Command))
	line("drift", reports.DriftWords(env.Drift))
	line("as it is now", fmt.Sprintf("exit %d", b.Control))
	for _, t := range b.Trials {
		words := "the step fails"
		switch {
		case t.Passed:
			words = "the step passes"
		case !t.Had:
			words = "could not be had any more"
		}
		line("tried", cleanLine(t.Name+" "+t.From)+": "+words)
	}
	words := reports.BisectionWords(&b)
	text.WriteString(strings.ToUpper(words[:1]) + words[1:] + ".\n")
	return text.String()
}
