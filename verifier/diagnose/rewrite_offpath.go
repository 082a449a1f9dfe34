package diagnose

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Folders of programs that a shell may not search: of the administrator, which
// Debian leaves out for other users, and of package managers of languages, which
// each tell in passing that one should add theirs.
var (
	adminFolders = []string{"/usr/local/sbin", "/usr/sbin", "/sbin"}
	ownFolders   = []string{".local/bin", "bin", "go/bin", ".cargo/bin", ".npm-global/bin"}
)

// offPath finds a program that is there where the shell does not look for it.
func offPath(ctx context.Context, e Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	tool := e.Captures["tool"]
	if e.Finding.Category != verifier.MissingTool || !sound(Command, tool) || path.Base(tool) != tool {
		return nil, nil
	}
	script := "for d in " + strings.Join(adminFolders, " ")
	for _, folder := range ownFolders {
		script += ` "$HOME"/` + folder
	}
	text, err := s.look(ctx, script+`; do [ -x "$d/`+tool+`" ] && [ ! -d "$d/`+tool+`" ] && echo "$d"; done; :`)
	if err != nil {
		return nil, err
	}
	for folder := range strings.FieldsSeq(text) {
		if slices.Contains(adminFolders, folder) {
			changed, runs := replaceProgram(o.text(), tool, folder+"/"+tool)
			if !runs {
				return nil, nil
			}
			return []verifier.Fix{replace(changed, tool+" is in "+folder+", where only the administrator's shell looks")}, nil
		}
		for _, own := range ownFolders {
			if strings.HasSuffix(folder, "/"+own) {
				return []verifier.Fix{{Kind: verifier.FixBefore, Commands: []string{`export PATH="$HOME/` + own + `:$PATH"`},
					Why: tool + " was installed into " + own + " of the home folder, where this shell does not look"}}, nil
			}
		}
	}
	return nil, nil
}
