package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

func newEnvsCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "envs",
		Short: "List, show and check environments",
		Long: `Environments are the fresh machines to verify in: built-in ones, and those that
freshinstall.yaml declares.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	list := &cobra.Command{Use: "list", Short: "List all environments", Args: noArguments}
	show := &cobra.Command{Use: "show NAME", Short: "Print an environment with every default, ready for freshinstall.yaml", Args: exactlyOne}
	check := &cobra.Command{Use: "check [FILE]", Short: "Check a declaration, all faults at once", Args: atMostOne}
	for _, sub := range []*cobra.Command{list, show} {
		sub.Flags().StringP("config", "c", "", "read this `FILE` instead of the next freshinstall.yaml")
	}
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		file, err := door.declared(cmd)
		if err != nil {
			return err
		}
		return door.print(environmentList(file))
	}
	show.RunE = func(cmd *cobra.Command, args []string) error {
		file, err := door.declared(cmd)
		if err != nil {
			return err
		}
		chosen, err := envs.Select(file, args)
		if err != nil {
			return err
		}
		return door.print(string(envs.Show(chosen[0])))
	}
	check.RunE = func(_ *cobra.Command, args []string) error { return door.checkDeclaration(args) }
	cmd.AddCommand(list, show, check)
	return cmd
}

// declared reads the declaration of the working folder, or the named one.
func (d *frontDoor) declared(cmd *cobra.Command) (*envs.File, error) {
	named, err := cmd.Flags().GetString("config")
	if err != nil {
		return nil, err
	}
	here, err := workingFolder()
	if err != nil {
		return nil, err
	}
	decl, err := d.loadDeclaration(named, false, true, here)
	return decl.file, err
}

func environmentList(file *envs.File) string {
	var rows [][]string
	if file != nil {
		for _, e := range file.Environments {
			rows = append(rows, []string{e.Name, "declared: " + baseInWords(e.Base) + servicesInWords(e.Services)})
		}
	}
	for _, e := range envs.Catalogue() {
		if slices.ContainsFunc(rows, func(r []string) bool { return r[0] == e.Name }) {
			continue
		}
		text := e.Description
		if slices.Contains(envs.DefaultNames(), e.Name) {
			text += " (verified in by default)"
		}
		rows = append(rows, []string{e.Name, text})
	}
	width := 0
	for _, r := range rows {
		width = max(width, len(r[0]))
	}
	var out strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&out, "%-*s  %s\n", width, cleanLine(r[0]), cleanLine(r[1]))
	}
	return out.String()
}

// baseInWords says where a bare system comes from.
func baseInWords(b envs.Base) string {
	var ways []string
	if b.Image != "" {
		ways = append(ways, "image "+b.Image)
	}
	if b.Dockerfile != "" {
		ways = append(ways, "Dockerfile "+b.Dockerfile)
	}
	if b.Rootfs != "" {
		ways = append(ways, "root file system "+b.Rootfs)
	}
	if b.Bootstrap != nil {
		ways = append(ways, "built from the Debian archive ("+b.Bootstrap.Suite+")")
	}
	if len(ways) == 0 {
		return "no base"
	}
	return strings.Join(ways, ", else ")
}

// servicesInWords ends the line of an environment that has servers beside it.
func servicesInWords(all []verifier.Service) string {
	if len(all) == 0 {
		return ""
	}
	var places []string
	for _, s := range all {
		places = append(places, fmt.Sprintf("%s at %s:%d", s.Kind, s.Host(), s.Kind.Facts().Port))
	}
	return "; beside it " + strings.Join(places, ", ")
}

// checkDeclaration says that a declaration is right, or all that is wrong.
func (d *frontDoor) checkDeclaration(args []string) error {
	var path string
	if len(args) == 1 {
		path = args[0]
	} else {
		here, err := workingFolder()
		if err != nil {
			return err
		}
		found := false
		if path, found = findDeclaration(true, here); !found {
			return misuse("name the file: freshinstall envs check FILE", "no declaration here or above").at(here)
		}
	}
	file, err := readDeclaration(path)
	if err != nil {
		return err
	}
	if _, err := resolve([]layer{{origin: path, values: file.Settings}}, nil); err != nil {
		return err
	}
	var out strings.Builder
	for _, e := range file.Environments {
		if err := e.Runnable(); err != nil {
			return misuse("see the message", "%s", err).at(path)
		}
		fmt.Fprintf(&out, "%s: %s%s\n", e.Name, baseInWords(e.Base), servicesInWords(e.Services))
	}
	fmt.Fprintf(&out, "%s is right: %s, %s, %s\n", path, count(len(file.Environments), "environment"),
		count(len(file.Steps), "correction"), count(len(file.Acceptance), "acceptance check"))
	for _, line := range reaching(file) {
		fmt.Fprintf(&out, "needs --trust-config: %s\n", line)
	}
	return d.print(out.String())
}
