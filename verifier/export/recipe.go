package export

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// Recipe is what is done on a clean machine until the software works there.
// It begins in the checkout.
type Recipe struct {
	Repository  verifier.Repository
	Folder      string // name of the checkout's folder
	Environment verifier.Environment
	Commands    []Command          // that install, build and configure
	Use         []Command          // typed in a new terminal, they show that it works; changes of the shell among them
	Variables   []Variable         // that Commands or Use read
	Services    []verifier.Service // that must stand beside the machine
	Corrections []Command          // among both: what a reader of the documents must type otherwise, packages apart
	Left        []Left
}

// Command is one thing that is typed.
type Command struct {
	shell.Piece            // its text has references to variables in the place of values
	Document    string     // where it comes from
	Line        int        // one-based; 0: of no document
	Kind        Kind       //
	Was         string     // of a Correction: what the document says
	Why         string     // of a Fix or Correction: the telling line of the failure without it
	Packages    []Package  // of the system, when it does nothing but install them; Text is empty then
	Slim        bool       // they come without those that are merely recommended
	Answers     []string   // to what it asks, in order; without their line ends
	Once        bool       // it cannot be done twice: a mark is kept of it
	Reads       []Variable // whose values it is given
}

// Kind says why a command is there.
type Kind string

// The closed set of kinds.
const (
	Step       Kind = "step"       // the document says so
	Fix        Kind = "fix"        // a step fails without it
	Correction Kind = "correction" // stands in the place of a step that fails
	Asked      Kind = "asked"      // the document says so in words
)

// Package is one of the system's package manager.
type Package struct {
	Name  string
	Place string // "README.md:12", where it is named or missed
	Fix   bool   // no documented command installs it
}

// Variable is what a reader must supply.
type Variable struct {
	Name        string // of the environment
	Placeholder string // as the document shows it
	Secret      bool
}

// Left is a step that the files leave out.
type Left struct {
	Place, Command, Why string
}

// Place is where a command comes from, "README.md:12", in one line.
func (c Command) Place() string { return place(c.Document, c.Line) }

func place(document string, line int) string {
	if line == 0 {
		return foreign.Line(document)
	}
	return fmt.Sprintf("%s:%d", foreign.Line(document), line)
}

// UnfitError says why nothing can be made of a run.
type UnfitError struct{ Place, Why string }

func (e *UnfitError) Error() string {
	if e.Place == "" {
		return e.Why
	}
	return e.Place + ": " + e.Why
}

// Root reports whether the newcomer was the administrator.
func (r *Recipe) Root() bool { return r.Environment.User == "root" }

// UsesSudo reports whether a command needs sudo; packages of the system do,
// unless the newcomer is the administrator.
func (r *Recipe) UsesSudo() bool {
	return slices.ContainsFunc(r.Commands, func(c Command) bool { return len(c.Packages) > 0 && !r.Root() || c.asRoot() })
}

// asRoot reports whether it calls sudo itself.
func (c Command) asRoot() bool {
	if len(c.Packages) > 0 {
		return false
	}
	if c.Call != nil {
		return c.Call.Sudo
	}
	return sudoWord.MatchString(c.Text)
}

// Packages are all packages of the system, each once, in order.
func (r *Recipe) Packages() []Package {
	var out []Package
	for _, c := range r.Commands {
		for _, p := range c.Packages {
			if !slices.ContainsFunc(out, func(q Package) bool { return q.Name == p.Name }) {
				out = append(out, p)
			}
		}
	}
	return out
}

// needed are the variables that the installation reads.
func (r *Recipe) needed(commands []Command) []Variable {
	return slices.DeleteFunc(slices.Clone(r.Variables), func(v Variable) bool {
		return !slices.ContainsFunc(commands, func(c Command) bool { return slices.Contains(c.Reads, v) })
	})
}

// Shows reports whether anything shows that the software works.
func (r *Recipe) Shows() bool {
	return slices.ContainsFunc(r.Use, func(c Command) bool { return !c.ChangesShell() })
}

// Release is the distribution as people call it: "debian 12".
func (r *Recipe) Release() string { return cmp.Or(r.Environment.Release, r.Environment.Name) }
