package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/reports"
)

func newReportMergeCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "merge RESULT... [--report FORMAT[=FILE]]...",
		Short: "Make one result of those of a matrix, and report on that",
		Long: `Each job of a matrix verifies the same commit in other environments and keeps its
result; this command makes one of them. --report json=FILE keeps the merged one.

Results of another repository are refused. Where the results disagree, on the commit, its
files, the plan or the version of freshinstall, stderr and every report that has room say so.
Of an environment that stands in several results the later one counts, which is said too.

The exit code tells whether the reports could be written, not what they say.`,
		Example: `  freshinstall report merge results/*.json --report json=all.json --report comment=comment.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misuse("name the results: freshinstall report merge debian.json rocky.json", "nothing to merge")
			}
			return nil
		},
	}
	addSettings(cmd.Flags(), "report")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		outputs, err := door.reportOutputs(cmd.Flags())
		if err != nil {
			return err
		}
		var parts []reports.Part
		for _, path := range args {
			result, err := door.readResult(path)
			if err != nil {
				return err
			}
			parts = append(parts, reports.Part{Name: path, Result: result})
		}
		merged, err := reports.Merge(parts)
		if unfit, ok := errors.AsType[*reports.MergeError](err); ok {
			return misuse(unfit.ToDo, "cannot merge these results: %s", unfit.What)
		}
		if err != nil {
			return err
		}
		for _, note := range merged.Notes {
			door.say("%s", note)
		}
		return door.writeOutputs(outputs, merged, nil)
	}
	return cmd
}
