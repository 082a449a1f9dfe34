package diagnose

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// offPathRule is what is said of a program that is there, off the path.
const offPathRule = "S13"

// adminFolders are of the administrator: Debian leaves them out for other users.
var adminFolders = []string{"/usr/local/sbin", "/usr/sbin", "/sbin"}

// programFolder is a folder that may be told to a shell.
var programFolder = phrase.Compile(`^/[\w./+@-]{1,160}$`)

// OffPath explains a command that was not found as what it is where the machine
// has a program of that name off the path, which a step before has put there:
// installed, and not to be installed again. look runs a script beside the
// terminal in which the step has failed. Otherwise the explanation stays as it
// is, without fixes.
func (c *Catalogue) OffPath(ctx context.Context, e Explanation, o Observation, look func(ctx context.Context, script string) (string, error)) (Explanation, []verifier.Fix, error) {
	folder, err := e.folderOffPath(ctx, o, look)
	if err != nil || folder == "" {
		return e, nil, err
	}
	rule := c.rule(offPathRule)
	if rule == nil {
		return e, nil, nil
	}
	tool := e.Captures["tool"]
	told := rule.explain(o, map[string]string{"tool": tool, "path": folder}, e.Offset, e.Finding.Evidence)
	return told, []verifier.Fix{o.reach(tool, folder)}, nil
}

// offPath is [Catalogue.OffPath] for what only showed with fixes in place.
func offPath(ctx context.Context, e Explanation, o Observation, s Surroundings) ([]verifier.Fix, error) {
	folder, err := e.folderOffPath(ctx, o, s.look)
	if err != nil || folder == "" {
		return nil, err
	}
	return []verifier.Fix{o.reach(e.Captures["tool"], folder)}, nil
}

// folderOffPath is the folder off the path that has the program which a step
// misses; empty where there is none, or the step misses something else.
func (e Explanation) folderOffPath(ctx context.Context, o Observation, look func(ctx context.Context, script string) (string, error)) (string, error) {
	tool := e.Captures["tool"]
	if e.Finding.Category != verifier.MissingTool || !sound(Command, tool) || path.Base(tool) != tool {
		return "", nil
	}
	text, err := look(ctx, "for d in "+strings.Join(o.offPathFolders(), " ")+`; do [ -f "$d/`+tool+`" ] && [ -x "$d/`+tool+`" ] && echo "$d"; done; :`)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(text) {
		folder := strings.TrimSpace(line)
		if programFolder.MatchString(folder) && path.Clean(folder) == folder && (slices.Contains(adminFolders, folder) || path.Base(folder) == "bin") {
			return folder, nil
		}
	}
	return "", nil
}

// offPathFolders are patterns of the folders in which programs lie that a shell
// may not search: of the administrator, of an environment that an earlier step
// has made, and of package managers of languages, which each tell in passing
// that one should add theirs.
func (o Observation) offPathFolders() []string {
	var all []string
	if !o.root() { // whose shell looks there
		all = append(all, adminFolders...)
	}
	for _, made := range o.environmentsMade() {
		all = append(all, quote(path.Join(o.folder(), made, "bin")))
	}
	home := quote(o.home())
	for _, own := range []string{"/.local/bin", "/bin", "/go/bin", "/.[!.]*/bin"} {
		all = append(all, home+own)
	}
	return append(all, "/usr/local/*/bin", "/opt/*/bin", "/opt/bin")
}

// reach is how a step gets at a program in a folder off the path.
func (o Observation) reach(tool, folder string) verifier.Fix {
	if slices.Contains(adminFolders, folder) {
		why := tool + " is in " + folder + ", where only the administrator's shell looks"
		if changed, runs := replaceProgram(o.text(), tool, folder+"/"+tool); runs {
			return replace(changed, why)
		}
		return before(why, `export PATH="$PATH:`+folder+`"`)
	}
	why := tool + " was installed into " + folder + ", where this shell does not look"
	for _, made := range o.environmentsMade() {
		if path.Join(o.folder(), made, "bin") == folder {
			return before(why, ". "+quote(path.Join(made, "bin/activate")))
		}
	}
	if rest, own := strings.CutPrefix(folder, o.home()+"/"); own {
		folder = "$HOME/" + rest
	}
	return before(why, `export PATH="`+folder+`:$PATH"`)
}

// home is the user's home folder, as distributions make it.
func (o Observation) home() string {
	if o.root() {
		return "/root"
	}
	return path.Join("/home", path.Base(o.Environment.User))
}

// folder is where the step began, from the root.
func (o Observation) folder() string {
	if path.IsAbs(o.Cwd) {
		return o.Cwd
	}
	return path.Join(o.home(), o.Checkout, o.Cwd)
}
