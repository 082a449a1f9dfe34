package export

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
)

var (
	folderName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._+-]*$`)
	userName   = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)
	released   = regexp.MustCompile(`^[a-z][a-z0-9._-]*(?: [A-Za-z0-9._-]+)?$`)
)

// sound refuses names that a format cannot hold safely. A result may have been
// written by a stranger.
func (r *Recipe) sound() error {
	switch {
	case !folderName.MatchString(r.Folder):
		return &UnfitError{Why: fmt.Sprintf("%q is no name of a folder", r.Folder)}
	case !userName.MatchString(r.Environment.User):
		return &UnfitError{Why: fmt.Sprintf("%q is no name of a user", r.Environment.User)}
	case !released.MatchString(r.Environment.Release):
		return &UnfitError{Why: "the result does not tell which release of which distribution it was"}
	case len(r.Commands) == 0:
		return &UnfitError{Why: "no step installs, builds or configures anything"}
	}
	return nil
}

// commandsAsRoot reports whether a command calls sudo itself, or packages come
// from where an earlier command of it has opened a way to.
func (r *Recipe) commandsAsRoot() bool {
	return slices.ContainsFunc(r.Commands, Command.asRoot)
}

// marks reports whether a command is done once.
func (r *Recipe) marks() bool {
	return slices.ContainsFunc(r.Commands, func(c Command) bool { return c.Once })
}

// firstDocument is a file that a checkout has.
func firstDocument(r Recipe) string {
	for _, c := range slices.Concat(r.Commands, r.Use) {
		if c.Line > 0 && foreign.Exact(c.Document) {
			return c.Document
		}
	}
	return ""
}

// origin says where a command comes from, a comment a line.
func origin(c Command) []string {
	if len(c.Packages) > 0 {
		var lines []string
		for _, fixed := range []bool{false, true} {
			text := ""
			for _, p := range c.Packages {
				if p.Fix == fixed {
					text += fmt.Sprintf(", %s (%s)", p.Name, p.Place)
				}
			}
			switch {
			case text == "":
			case fixed:
				lines = append(lines, "Packages that no documented command installs: "+text[2:])
			default:
				lines = append(lines, "Packages: "+text[2:])
			}
		}
		return lines
	}
	switch c.Kind {
	case Fix:
		return []string{fmt.Sprintf("%s fails without this: %s", c.Place(), foreign.Clip(foreign.Line(c.Why), 160))}
	case Correction:
		return []string{c.Place() + " says: " + foreign.Line(c.Was), "which fails: " + foreign.Clip(foreign.Line(c.Why), 160)}
	case Asked:
		return []string{c.Place() + " asks for it in words"}
	case Step:
	}
	return []string{c.Place()}
}

// placeInWords is where a command stands, for who follows its progress.
func (c Command) placeInWords() string {
	if len(c.Packages) > 0 {
		return "packages"
	}
	if c.Kind == Fix {
		return "fix for " + c.Place()
	}
	return c.Place()
}

func toolInWords(t verifier.Tool) string { return strings.TrimSpace(t.Name + " " + t.Version) }

func commitInWords(r verifier.Repository) string {
	commit := r.Commit
	if len(commit) > 12 {
		commit = commit[:12]
	}
	switch {
	case commit == "":
		return "files without a commit"
	case r.Dirty:
		return "commit " + commit + " with changes that are not in it"
	}
	return "commit " + commit
}
