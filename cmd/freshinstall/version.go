package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
)

// version is set by the linker in releases.
var version = ""

// tool names this program in results.
func tool() verifier.Tool {
	return verifier.Tool{Name: "freshinstall", Version: programVersion(version, debug.ReadBuildInfo)}
}

// programVersion is the linker's word, else what Go recorded of the source.
func programVersion(linked string, read func() (*debug.BuildInfo, bool)) string {
	if linked != "" {
		return linked
	}
	info, ok := read()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return strings.TrimPrefix(v, "v")
	}
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			commit = "-" + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "-dirty"
		}
	}
	return "development" + commit + dirty
}

func newVersionCommand(door *frontDoor) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			return door.print(fmt.Sprintf("freshinstall %s\n", tool().Version))
		},
	}
}
