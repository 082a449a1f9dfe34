package preflight

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// Tree is the repository as far as it is known without a machine.
type Tree struct {
	Repository string   // name of the folder that a clone makes; empty: as the plan says
	Files      []string // tracked paths, slash-separated; those of submodules need not be in it
	Branches   []string // all branches and tags of where a newcomer clones from; nil: unknown
	Submodules []string // their paths, as .gitmodules has them
	// Read gives the content of a tracked file. It may be nil, may fail, and
	// may give nothing: nothing is concluded then. Only manifests are asked for.
	Read func(name string) ([]byte, error)
}

// Check names what is wrong with the followed steps of a plan, in plan order.
// It is never nil. Equal arguments give equal findings.
func Check(plan verifier.Plan, tree Tree) []verifier.Finding {
	if tree.Repository == "" {
		tree.Repository = plan.Repository
	}
	w := newWalk(plan, tree)
	for i, s := range plan.Steps {
		if s.Follow {
			w.next = plan.Steps[i+1:]
			w.walk(s)
		}
	}
	return w.found
}

// walk checks one step and keeps what is known after it.
func (w *walk) walk(s verifier.Step) {
	w.step = s
	w.quiet = false
	w.untold(s)
	if s.Platform == verifier.PlatformWindows || s.Platform == verifier.PlatformMacOS {
		w.lost()
		return
	}
	acts, ok := shell.Acts(s.Command)
	if !ok {
		w.lost()
		return
	}
	w.clones = clonesItself(s, acts)
	held, apart := w.at, false
	for _, a := range acts {
		if a.Apart != apart {
			if a.Apart {
				held = w.at
			} else {
				w.at = held
			}
			apart = a.Apart
		}
		w.act(a)
	}
	if apart {
		w.at = held
	}
	if s.Has(verifier.FlagLongRunning) && !s.Has(verifier.FlagBackground) {
		w.terminal++
	}
}

// act checks one call, then takes note of what it changes.
func (w *walk) act(a shell.Act) {
	a = through(a)
	w.landed = false
	w.quiet = a.Guarded || w.step.Has(verifier.FlagPlaceholder) || w.elsewhere
	if asksOnly(a.Args) && a.Args[0][0] == '-' && !strings.Contains(a.Name, "/") {
		return
	}
	if check, is := checks[program(a.Name)]; is && w.at.known {
		check(w, a)
	} else if w.at.known {
		w.started(a)
	}
	if w.at.known {
		for _, name := range a.Reads {
			w.needs(name, data, a)
		}
	}
	w.effect(a)
}

// checks says who knows the arguments of a program.
var checks map[string]func(*walk, shell.Act)

func init() { // the functions below look programs up themselves: a plain initialiser would be a cycle
	checks = map[string]func(*walk, shell.Act){
		"cd": (*walk).changes, "pushd": (*walk).changes,
		"python": (*walk).python, "node": (*walk).script, "nodemon": (*walk).script, "ts-node": (*walk).script,
		"bash": (*walk).script, "sh": (*walk).script, "zsh": (*walk).script, "ruby": (*walk).script, "perl": (*walk).script,
		"php": (*walk).script, "Rscript": (*walk).script, "source": (*walk).sourced, ".": (*walk).sourced,
		"pip": (*walk).pip, "conda": (*walk).conda, "virtualenv": (*walk).versions,
		"cp": (*walk).copies, "mv": (*walk).copies,
		"make": (*walk).make, "cmake": (*walk).cmake, "just": (*walk).just, "task": (*walk).task, "tox": (*walk).tox,
		"npm": (*walk).npm, "yarn": (*walk).yarn, "pnpm": (*walk).yarn, "bun": (*walk).yarn,
		"composer": (*walk).composer, "cargo": (*walk).needsManifest, "bundle": (*walk).needsManifest, "mvn": (*walk).needsManifest,
		"go": (*walk).golang, "docker": (*walk).docker, "docker-compose": (*walk).compose,
		"git": (*walk).git, "psql": (*walk).psql, "streamlit": (*walk).streamlit,
		"nvm": (*walk).versions, "pyenv": (*walk).versions, "apt": (*walk).versions, "apt-get": (*walk).versions, "rbenv": (*walk).versions,
		"rustup": (*walk).versions, "rvm": (*walk).versions, "n": (*walk).versions, "fnm": (*walk).versions,
	}
}
