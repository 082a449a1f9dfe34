package pipeline

import (
	"context"
	_ "embed" // for the script
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// What is installed is read where the package managers write it down: that takes
// a fraction of the time that pip or npm need to tell it. Tools that no manager
// counts are asked for their version. Nothing can hang for longer than the
// script's own limits; what cannot be read, or takes too long, is left out: a
// missing entry says nothing.
//
//go:embed inventory.sh
var inventoryScript string

// Bounds of what a machine, which is a stranger, may say of itself.
const (
	mostInstalled   = 20_000
	longestName     = 200 // also of versions
	longestVersions = 3   // of one package that is there several times
)

var (
	installedName    = regexp.MustCompile(`^[@A-Za-z0-9][A-Za-z0-9@._+:/~-]*$`)
	installedVersion = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+:~^!-]*$`)
)

var managers = map[string]verifier.Manager{
	"dpkg": verifier.ManagerDpkg, "rpm": verifier.ManagerRPM, "apk": verifier.ManagerApk, "pacman": verifier.ManagerPacman,
	"pip": verifier.ManagerPip, "npm": verifier.ManagerNpm, "npm-global": verifier.ManagerNpmGlobal, "gem": verifier.ManagerGem,
	"r": verifier.ManagerR, "cargo": verifier.ManagerCargo, "tool": verifier.ManagerTool,
}

// countFailed looks what is installed where the first step has failed: later
// on, fixes may have changed it.
func (v *visit) countFailed(ctx context.Context) error {
	if v.installed != nil {
		return nil
	}
	return v.count(ctx)
}

// countGreen looks what is installed at the end of a run that worked.
func (v *visit) countGreen(ctx context.Context) error {
	v.markDocumented()
	if !v.verdict().Green() {
		return nil
	}
	return v.count(ctx)
}

func (v *visit) count(ctx context.Context) error {
	if !v.job.Inventory {
		return nil
	}
	text, _, err := v.machine.Exec(ctx, inventoryScript)
	if err != nil && (ctx.Err() != nil || errors.Is(err, verifier.ErrLost)) {
		return fmt.Errorf("look what is installed: %w", err)
	}
	v.installed = parseInventory(text) // the run is whole without it
	return nil
}

// parseInventory reads lines of manager, name and version, between tabs. Lines
// of another form are left out.
func parseInventory(text string) verifier.Inventory {
	out, n := verifier.Inventory{}, 0
	for line := range strings.Lines(text) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(parts) != 3 || n >= mostInstalled {
			continue
		}
		manager, name, version := managers[parts[0]], parts[1], parts[2]
		if manager == verifier.ManagerPip {
			name = strings.ReplaceAll(strings.ToLower(name), "_", "-") // as PEP 503 has it
		}
		if manager == "" || max(len(name), len(version)) > longestName || !installedName.MatchString(name) || !installedVersion.MatchString(version) {
			continue
		}
		if out[manager] == nil {
			out[manager] = map[string]string{}
		}
		all := out[manager][name]
		switch versions := strings.Split(all, ", "); {
		case all == "":
			all = version
			n++
		case len(versions) < longestVersions && !slices.Contains(versions, version):
			all += ", " + version
		}
		out[manager][name] = all
	}
	return out
}
