package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
)

// frontDoor is what every subcommand stands on: the process's variables and
// streams, and the exit code of a run that ended without an error.
type frontDoor struct {
	env    environment
	std    streams
	events string // set once the settings are known; problems then follow its form
	code   int
}

// now is the one clock of the program.
func (d *frontDoor) now() time.Time { return time.Now() }

// newRootCommand builds all commands anew; nothing of them is kept between
// two calls.
func newRootCommand(door *frontDoor) *cobra.Command {
	root := &cobra.Command{
		Use:   "freshinstall",
		Short: "Verify by machine that a repository's install instructions work on a fresh machine",
		Long: `freshinstall starts clean machines of the environments that matter to you, follows
the README in each as a careful newcomer would, records every error, proves a fix
for it, and adds errors and fixes to the documentation.

` + exitHelp,
		Example: `  freshinstall demo                          see it work on a small example
  freshinstall plan                          what would be followed here, and why
  freshinstall verify                        the repository in this folder
  freshinstall verify https://git.example.org/civic/app.git -e debian-12 --patch fixes.patch`,
		Version:       tool().Version, // also as --version, which everybody tries first
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return misuse("see `"+cmd.CommandPath()+" --help`", "%s", err)
	})
	root.AddCommand(
		newVerifyCommand(door), newPlanCommand(door), newEnvsCommand(door), newReportCommand(door),
		newExplainCommand(door), newDemoCommand(door), newDoctorCommand(door), newShellCommand(door), newProveCommand(door), newHistoryCommand(door), newDiffCommand(door), newBisectCommand(door), newExportCommand(door), newPruneCommand(door),
		newConfigCommand(door), newSchemaCommand(door), newVersionCommand(door),
	)
	return root
}

// finish turns the end of a command into an exit code and says what was wrong.
func (d *frontDoor) finish(ctx context.Context, err error) int {
	if err == nil {
		return d.code
	}
	p := asProblem(err)
	if ctx.Err() != nil && p.code != exitUse {
		p.code = exitInterrupted
	}
	if d.events == "json" {
		d.event(verifier.EventProblem, strings.TrimSpace(p.Error()+"; to do: "+p.todo))
		return p.code
	}
	// When stderr is gone there is nobody left to tell.
	_ = p.write(d.std.err)
	return p.code
}

// say prints a line of talk.
func (d *frontDoor) say(format string, args ...any) {
	text := cleanBlock(fmt.Sprintf(format, args...))
	if d.events == "json" {
		d.event(verifier.EventPreparing, text)
		return
	}
	// When stderr is gone there is nobody left to tell.
	_, _ = fmt.Fprintln(d.std.err, text)
}

// event is talk for a program that reads stderr.
func (d *frontDoor) event(kind verifier.EventKind, text string) {
	newProgress(d.std.err, talk{events: "json"}, d.env, d.now).Event(verifier.Event{Time: d.now(), Kind: kind, Text: text})
}

// print writes a result to stdout; a full disk or a closed pipe is an error.
func (d *frontDoor) print(text string) error {
	if _, err := io.WriteString(d.std.out, text); err != nil {
		return &problem{code: exitUntested, what: "cannot write the result to stdout", cause: err, todo: "see where stdout leads to"}
	}
	return nil
}

// noArguments, exactly and atMost are cobra's checks with a hint.
func noArguments(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 0, 0) }

func atMostOne(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 0, 1) }

func exactlyOne(cmd *cobra.Command, args []string) error { return arguments(cmd, args, 1, 1) }

func arguments(cmd *cobra.Command, args []string, least, most int) error {
	todo := "see `" + cmd.CommandPath() + " --help`"
	switch {
	case len(args) > most && !cmd.HasParent():
		return misuse(todo, "unknown command %q", args[0])
	case len(args) > most && cmd.HasSubCommands():
		return misuse(todo, "unknown command %q of %s", args[0], cmd.Name())
	case len(args) > most:
		return misuse(todo, "too many arguments for %s: %s", cmd.Name(), strings.Join(args[most:], " "))
	case len(args) < least:
		return misuse(todo, "%s needs an argument: %s", cmd.Name(), cmd.Use)
	}
	return nil
}
