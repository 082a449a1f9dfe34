package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
)

func newShellCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "shell RUN [REPO]",
		Short: "Open a terminal in the machine as it was before a step",
		Long: `shell opens a terminal in the machine as it was before a step of a run: the same
user, folder, variables, functions and activated environments. RUN is the name that
verify tells at its end, or the file that "verify --report json=FILE" wrote. The step is its number in "freshinstall
plan", its place (README.md:31) or its ID (s4); without --step it is the first that
failed. With input from a pipe, that is run as a script there.

The state before each failed step is kept for a day, or until "freshinstall prune",
unless a secret was typed by then. When it is not there, all steps before are typed
again in a clean machine; this takes REPO (default: this folder) at the commit of
the run. Programs that earlier steps had left running do not run in a kept state.

The machine is fenced and limited as in a run, and removed at the end. What programs
print there goes to your terminal as it is.

It ends with the exit status of the shell; before the terminal is open, 2 and 3 mean
what they mean for verify.`,
		Example: `  freshinstall shell 20260307T091500Z-civic --step 4
  echo make | freshinstall shell result.json --step README.md:31 --env debian-12`,
		Args: func(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 1, 2) },
	}
	var ask shellRequest
	flags := cmd.Flags()
	flags.StringVar(&ask.step, "step", "", "the `STEP`: its number, place or ID (default: the first that failed)")
	flags.StringVarP(&ask.env, "env", "e", "", "environment of the run, by `NAME` (default: the first in which that step failed)")
	flags.StringVarP(&ask.config, "config", "c", "", "the declaration that the run had, a `FILE` (default: the repository's freshinstall.yaml)")
	flags.BoolVar(&ask.trust, "trust-config", false, "agree to what the environment's declaration does on this machine; shows it and remembers it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ask.run, ask.repository = args[0], "."
		if len(args) == 2 {
			ask.repository = args[1]
		}
		return door.shell(cmd.Context(), ask)
	}
	return cmd
}

// shellRequest is where a terminal is wanted.
type shellRequest struct {
	run, repository string
	step, env       string
	config          string
	trust           bool
}

// shell finds the machine's state and hands it over.
func (d *frontDoor) shell(ctx context.Context, ask shellRequest) (err error) {
	if ask.run == onStdout {
		return misuse("write the result to a file", "the result cannot come from stdin: that is the terminal's")
	}
	if folder := d.keptRun(ask.run); folder != "" {
		ask.run = filepath.Join(folder, keptResult)
	}
	r, err := d.readResult(ask.run)
	if err != nil {
		return err
	}
	at, err := findState(r, ask)
	if err != nil {
		return err
	}
	env, err := d.declaredIn(at, ask)
	if err != nil {
		return err
	}
	engine, err := d.sweptEngine(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	m, leave, err := d.machineBefore(ctx, engine, r, at, env, ask)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	d.say("%s", at.inWords())
	return d.sit(ctx, m)
}

// state is a place in a result: before a step in an environment.
type state struct {
	env   *verifier.EnvironmentResult
	index int // of the step there, from 0
}

func (s state) step() verifier.StepResult { return s.env.Steps[s.index] }

// inWords says in one line what is handed over.
func (s state) inWords() string {
	step := s.step()
	text := fmt.Sprintf("%s before step %d (%s:%d)", s.env.Environment.Name, s.index+1, step.Document, step.Line)
	switch step.Outcome {
	case verifier.OutcomeFailed, verifier.OutcomeInconclusive:
		text += fmt.Sprintf(", which failed with exit %d", step.Exit)
	case verifier.OutcomeBlocked:
		text += ", which was blocked by an earlier one"
	case verifier.OutcomeOK, verifier.OutcomeOKWithDeviation:
		text += ", which passed"
	case verifier.OutcomeNotRun:
		text += ", which was not run"
	}
	return cleanLine(text + ": " + step.Command)
}

// failed reports whether a step is one to look into.
func failed(s verifier.StepResult) bool {
	return s.Outcome == verifier.OutcomeFailed || s.Outcome == verifier.OutcomeInconclusive && s.Ended != ""
}

// findState finds the step that is asked for, in the first environment in
// which it failed, else in the first that has it.
func findState(r *verifier.Result, ask shellRequest) (state, error) {
	var names []string
	var found []state
	for i := range r.Environments {
		env := &r.Environments[i]
		names = append(names, env.Environment.Name)
		if ask.env != "" && env.Environment.Name != ask.env {
			continue
		}
		for j, s := range env.Steps {
			if ask.step == "" && failed(s) || ask.step != "" && means(ask.step, j, s) {
				found = append(found, state{env, j})
			}
		}
	}
	if ask.env != "" && !slices.Contains(names, ask.env) {
		return state{}, misuse("choose one of "+cleanLine(strings.Join(names, ", ")), "the run has no environment %q", ask.env).at(ask.run)
	}
	if at := slices.IndexFunc(found, func(s state) bool { return failed(s.step()) }); at >= 0 {
		return found[at], nil
	}
	switch {
	case len(found) > 0:
		return found[0], nil
	case ask.step == "":
		return state{}, misuse("name another one with --step", "no step failed").at(ask.run)
	}
	return state{}, misuse("`freshinstall report --from "+ask.run+"` shows where steps stand", "the run has no step %q", ask.step).at(ask.run)
}

// means reports whether a word stands for the step at an index: by number, by
// ID, by line or by document and line.
func means(word string, index int, s verifier.StepResult) bool {
	return word == strconv.Itoa(index+1) || word == s.Step || word == fmt.Sprintf("%s:%d", s.Document, s.Line)
}

// sit gives the terminal, or what stdin holds, to a machine's shell.
func (d *frontDoor) sit(ctx context.Context, m *container.Machine) (err error) {
	seat := container.Seat{In: d.std.in, Out: d.std.out, Errors: d.std.err, Term: d.env["TERM"]}
	in, isFile := d.std.in.(*os.File)
	_, shows := terminalWidth(d.std.out)
	if isFile && shows && term.IsTerminal(int(in.Fd())) {
		former, err := term.MakeRaw(int(in.Fd()))
		if err != nil {
			return fmt.Errorf("take the terminal over: %w", err)
		}
		defer func() { err = errors.Join(err, term.Restore(int(in.Fd()), former)) }()
		windows, stop := windowChanges(int(in.Fd()))
		defer stop()
		seat.Terminal, seat.Windows = true, windows
	}
	exit, err := m.Hand(ctx, seat)
	d.code = exit
	return err
}
