package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

func newConfigCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the settings that count",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	show := &cobra.Command{
		Use:   "show",
		Short: "Print every setting, with --origin also where its value comes from",
		Long: `Settings come, the first one wins, from a flag, a variable FRESHINSTALL_NAME
(dashes as underscores), settings: in freshinstall.yaml, settings: in the user's
own file, and the default.`,
		Args: noArguments,
	}
	origin := show.Flags().Bool("origin", false, "also print where each value comes from")
	named := show.Flags().StringP("config", "c", "", "read this `FILE` instead of the next freshinstall.yaml")
	var names []string
	for _, s := range settings() {
		names = append(names, s.name)
	}
	addSettings(show.Flags(), names...)
	show.RunE = func(cmd *cobra.Command, _ []string) error {
		here, err := workingFolder()
		if err != nil {
			return err
		}
		decl, err := door.loadDeclaration(*named, false, true, here)
		if err != nil {
			return err
		}
		all, err := door.preferences(decl, cmd.Flags())
		if err != nil {
			return err
		}
		for _, line := range all.unused {
			door.say("%s", line)
		}
		return door.print(settingList(all, *origin))
	}
	cmd.AddCommand(show)
	return cmd
}

func settingList(all resolved, origin bool) string {
	var out strings.Builder
	for _, s := range settings() {
		value := fmt.Sprint(all.value[s.name])
		if list, ok := all.value[s.name].([]string); ok {
			value = strings.Join(list, ", ")
		}
		line := fmt.Sprintf("%-13s %s", s.name, cleanLine(value))
		if origin {
			line = fmt.Sprintf("%-13s %-20s %s", s.name, cleanLine(value), cleanLine(all.origin[s.name]))
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

func workingFolder() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", &problem{code: exitUse, what: "the working folder is gone", cause: err, todo: "change to a folder that is there"}
	}
	return here, nil
}
