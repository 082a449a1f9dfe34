package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/envs/container"
)

func newPruneCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Remove what dead runs left, kept snapshots and downloads; --all: cached images too",
		Long: `prune removes what dead runs left with the engine and on this machine, the
snapshots before failed steps that are kept for a day, so that "freshinstall shell"
can open a terminal there, and the downloads of "verify --cache", which are kept for
a week. How much room these take, doctor tells.`,
		Args: noArguments,
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
		reach := container.KeptToo
		if *everything {
			reach = container.CachedToo
		}
		swept, err := engine.Sweep(cmd.Context(), reach)
		if err != nil {
			return err
		}
		text := sweptInWords(swept, folders)
		which := allFinished // what they say of kept states holds no longer
		if *everything {
			which = allKept
		}
		runs, err := door.forgetRuns(which)
		if err != nil {
			return fmt.Errorf("remove kept runs: %w", err)
		}
		if runs > 0 {
			text = strings.TrimPrefix(text+", "+count(runs, "kept run"), ", ")
		}
		if text == "" {
			return door.print("nothing to remove\n")
		}
		return door.print("removed " + text + "\n")
	}
	return cmd
}
