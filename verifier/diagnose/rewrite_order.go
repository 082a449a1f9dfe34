package diagnose

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

const (
	// nextSteps is how far behind a step what it needs is looked for: steps that
	// were swapped stand near each other.
	nextSteps = 3
	// namingSteps is how many of the steps behind it that name the missing thing
	// are tried, however far away they stand.
	namingSteps = 2
)

// swapped tries steps that the documents tell later: first those that name what
// is missing, then the next ones, alone and in a row.
func swapped(_ context.Context, e Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	switch e.Finding.Category {
	case verifier.MissingConfig, verifier.VersionMismatch:
		return nil, nil // no step that is typed as it stands would change that
	}
	var makers []verifier.Step
	for _, step := range s.Later {
		if makes(step) {
			makers = append(makers, step)
		}
	}
	var fixes []verifier.Fix
	named := 0
	for _, step := range makers {
		if object := e.Finding.Object; len(object) > 2 && named < namingSteps && mentions(step.Command, object) {
			fixes = append(fixes, moved(step))
			named++
		}
	}
	next := makers[:min(len(makers), nextSteps)]
	for i := range next {
		fixes = append(fixes, moved(next[i]))
		if i > 0 {
			fixes = append(fixes, moved(next[:i+1]...))
		}
	}
	return fixes, nil
}

// makes reports whether a step may bring what another one needs: it changes
// something, and comes to its end.
func makes(s verifier.Step) bool {
	switch s.Role {
	case verifier.RolePrerequisite, verifier.RoleClone, verifier.RoleInstall, verifier.RoleConfigure, verifier.RoleBuild, verifier.RoleOther:
	case verifier.RoleRun, verifier.RoleTest, verifier.RoleUsage, verifier.RoleDevelop, verifier.RoleDeploy, verifier.RoleUninstall, verifier.RoleUpgrade:
		return false
	}
	blocks := []verifier.Flag{verifier.FlagLongRunning, verifier.FlagInteractive, verifier.FlagPlaceholder, verifier.FlagGUI, verifier.FlagBackground}
	return s.Ready == nil && len(s.Needs) == 0 && !slices.ContainsFunc(blocks, s.Has)
}

func moved(steps ...verifier.Step) verifier.Fix {
	f := verifier.Fix{Kind: verifier.FixBefore}
	var places []string
	for _, s := range steps {
		f.Commands = append(f.Commands, s.Command)
		f.Moved = append(f.Moved, s.ID)
		places = append(places, fmt.Sprintf("%s:%d", s.Document, s.Line))
	}
	f.Why = "the documents tell it later (" + strings.Join(places, ", ") + "); it belongs before this step"
	return f
}
