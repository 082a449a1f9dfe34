package main

import "github.com/spf13/cobra"

func newBisectCommand(door *frontDoor) *cobra.Command {
	return &cobra.Command{Use: "bisect", Args: noArguments}
}
