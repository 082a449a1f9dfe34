package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newPruneCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Remove what dead runs left with the engine and on this machine; --all: cached images too",
		Args:  noArguments,
	}
	everything := cmd.Flags().Bool("all", false, "also remove the images that later runs would start from, and what is kept to go on with")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		folders, err := sweepScratch()
		if err != nil {
			return err
		}
		engine, err := door.connect(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, engine.Close()) }()
		swept, err := engine.Sweep(cmd.Context(), *everything)
		if err != nil {
			return err
		}
		text := sweptInWords(swept, folders)
		if *everything {
			runs, err := door.forgetRuns(0)
			if err != nil {
				return fmt.Errorf("remove kept runs: %w", err)
			}
			if runs > 0 {
				text = strings.TrimPrefix(text+", "+count(runs, "kept run"), ", ")
			}
		}
		if text == "" {
			return door.print("nothing to remove\n")
		}
		return door.print("removed " + text + "\n")
	}
	return cmd
}
