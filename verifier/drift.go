package verifier

import "time"

// Manager is who keeps count of what is installed.
type Manager string

// The closed set of managers.
const (
	ManagerDpkg      Manager = "dpkg"
	ManagerRPM       Manager = "rpm"
	ManagerApk       Manager = "apk"
	ManagerPacman    Manager = "pacman"
	ManagerPip       Manager = "pip"
	ManagerNpm       Manager = "npm"        // in a project's node_modules, not below other packages
	ManagerNpmGlobal Manager = "npm-global" // npm install -g
	ManagerGem       Manager = "gem"
	ManagerR         Manager = "r"
	ManagerCargo     Manager = "cargo" // cargo install
	ManagerTool      Manager = "tool"  // a program that says its own version
)

// Inventory is what was installed in a machine: by manager, the version of
// each package. Several versions of one package are joined by ", ".
type Inventory map[Manager]map[string]string

// Drift is what moved between the last run in which an environment worked and
// this one, in which it did not. That something moved does not make it guilty.
type Drift struct {
	Run         string     `json:"run"`                   // name of that run in the history
	Worked      time.Time  `json:"worked"`                // its start
	Moved       []Move     `json:"moved"`                 // likely ones first; may be empty
	Unrecorded  bool       `json:"unrecorded,omitempty"`  // of one of the two runs it is not known what was installed
	Commit      *Change    `json:"commit,omitempty"`      // of the repository
	Tool        *Change    `json:"tool,omitempty"`        // version of this program
	Image       *Change    `json:"image,omitempty"`       // digest of the base image
	Documents   bool       `json:"documents,omitempty"`   // their texts are others
	Declaration bool       `json:"declaration,omitempty"` // the environment is declared otherwise
	Bisection   *Bisection `json:"bisection,omitempty"`   // what came of trying the old versions; absent: not tried
}

// Change is a thing that is another one now.
type Change struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Move is a package or a tool that has another version now.
type Move struct {
	Manager Manager `json:"manager"`
	Name    string  `json:"name"`
	From    string  `json:"from,omitempty"`  // empty: it was not there
	To      string  `json:"to,omitempty"`    // empty: it is not there
	Named   bool    `json:"named,omitempty"` // the failing step's last words name it
}

// Bisection is the search for the move that broke a step: with one package at
// its old version again, the step is typed in a copy of the machine before it.
type Bisection struct {
	Step      string  `json:"step"`                  // Step.ID
	Guilty    *Move   `json:"guilty,omitempty"`      // with its old version the step passed, with the new one it failed
	Control   int     `json:"control"`               // exit status of the step with everything as it is now
	Trials    []Trial `json:"trials"`                // in the order in which they were made
	OutOfTime bool    `json:"out_of_time,omitempty"` // the budget ended before every suspect was tried
	Why       string  `json:"why,omitempty"`         // why nothing could be proven, in plain words
	Seconds   float64 `json:"seconds"`
}

// Trial is one suspect at its old version.
type Trial struct {
	Move
	With   []string `json:"with,omitempty"` // packages that were set back along with it: those of the same two versions
	Had    bool     `json:"had"`            // the old version could be installed
	Passed bool     `json:"passed"`         // the step then passed
}
