// Command bench measures freshinstall from outside, as its users meet it: how
// well its results agree with repositories that were followed by hand, and how
// much longer a verification takes than the bare commands.
//
// It is no part of the tool and no test: it judges nothing as passed or failed
// unless asked to, and prints what it measured. The one design decision: the
// tool under measurement is a separate process, started with the flags that a
// person types, and all that is known of its run is its exit code and the
// result file that it wrote.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit codes, as far as they differ from 0.
const (
	exitMissed      = 1   // a result is missing, or a target was missed under --strict
	exitUsage       = 2   // wrong use
	exitUntested    = 3   // could not measure
	exitInterrupted = 130 //
)

// errMissed says that everything was measured and printed, and that something
// in it is not as it was asked to be.
var errMissed = errors.New("not all that was asked for")

// errUsage marks mistakes on the command line.
var errUsage = errors.New("wrong use")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "bench",
		Short:         "Measure freshinstall from outside",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(e2eCommand(), overheadCommand(), planCommand(), ablateCommand(), logsCommand(), mutantsCommand())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fmt.Errorf("%w: %w", errUsage, err)
	})
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)

	err := root.ExecuteContext(ctx)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "bench: interrupted")
		return exitInterrupted
	case err == nil:
		return 0
	case errors.Is(err, errMissed):
		fmt.Fprintln(stderr, "bench:", err)
		return exitMissed
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, "bench:", err)
		return exitUsage
	}
	fmt.Fprintln(stderr, "bench:", err)
	return exitUntested
}
