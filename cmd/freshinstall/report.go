package main

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/verifier"
)

func newReportCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report --from RESULT [--report FORMAT[=FILE]]...",
		Short: "Write a kept result in other formats",
		Long: `Every report is a function of the result. "verify --report json=result.json" keeps
the result; this command makes any other report of it, later and elsewhere.

The exit code tells whether the reports could be written, not what they say.`,
		Example: `  freshinstall report --from result.json --report junit=junit.xml --report sarif=install.sarif
  freshinstall report --from result.json --report summary >> "$GITHUB_STEP_SUMMARY"
  freshinstall report merge debian.json rocky.json --report json=all.json`,
		Args: noArguments,
	}
	cmd.AddCommand(newReportMergeCommand(door))
	from := cmd.Flags().String("from", "", "the kept result, a `FILE`; - is stdin")
	addSettings(cmd.Flags(), "report")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *from == "" {
			return misuse("name the result: --from result.json", "nothing to report on")
		}
		outputs, err := door.reportOutputs(cmd.Flags())
		if err != nil {
			return err
		}
		result, err := door.readResult(*from)
		if err != nil {
			return err
		}
		return door.writeOutputs(outputs, result, nil)
	}
	return cmd
}

// reportOutputs are the places that a command for reports writes to.
func (d *frontDoor) reportOutputs(flags *pflag.FlagSet) ([]output, error) {
	here, err := workingFolder()
	if err != nil {
		return nil, err
	}
	decl, err := d.loadDeclaration("", false, true, here)
	if err != nil {
		return nil, err
	}
	settings, err := d.preferences(decl, flags)
	if err != nil {
		return nil, err
	}
	return parseOutputs(settings.Report)
}

// readResult reads a kept result from a file or stdin.
func (d *frontDoor) readResult(path string) (*verifier.Result, error) {
	var from io.Reader = d.std.in
	if path != onStdout {
		f, err := os.Open(path)
		if err != nil {
			return nil, misuse("name a result that `freshinstall verify --report json=FILE` wrote", "cannot read the result: %s", errors.Unwrap(err)).at(path)
		}
		// Only read from: nothing can be lost at Close.
		defer func() { _ = f.Close() }()
		from = f
	}
	result, err := reports.Read(from)
	if unfit, ok := errors.AsType[*reports.ReadError](err); ok {
		return nil, &problem{code: exitUse, what: "cannot use this result: " + unfit.What, where: path, cause: unfit.Err, todo: unfit.ToDo}
	}
	if err != nil {
		return nil, &problem{code: exitUse, what: "cannot read the result", where: path, cause: err, todo: "name a file that can be read"}
	}
	return result, nil
}
