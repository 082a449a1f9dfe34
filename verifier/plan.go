package verifier

// PlanSchema names the form of a [Plan] as JSON.
const PlanSchema = "freshinstall.plan/v1"

// Plan is every shell command that the install documents show, in the order
// in which a newcomer meets them, each followed or left with a reason.
type Plan struct {
	Schema     string   `json:"schema"`
	Repository string   `json:"repository"` // name of the folder that a clone makes
	Documents  []string `json:"documents"`  // slash-separated paths in the repository, in reading order
	Start      Start    `json:"start"`
	Steps      []Step   `json:"steps"`
	// Findings are what the repository's tree says against the steps before
	// any machine was started, in plan order; empty, never nil, when written.
	Findings []Finding `json:"findings"`
}

// Start says where the newcomer stands before the first step.
type Start string

const (
	// StartHome: in the home directory, no checkout yet; a followed step clones it.
	StartHome Start = "home"
	// StartBeside: in the home directory, the checkout lies beside; a followed step enters it.
	StartBeside Start = "beside"
	// StartInside: in the checkout.
	StartInside Start = "inside"
)

// Span is a piece of a document as byte offsets: source[Start:End].
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Step is one command of a document with its role and the decision to follow it.
type Step struct {
	ID          string       `json:"id"` // "s1", "s2", … in plan order
	Document    string       `json:"document"`
	Line        int          `json:"line"` // one-based, of the command's first line
	EndLine     int          `json:"end_line"`
	Span        Span         `json:"span"`              // the command's text in the document, continuations included
	Section     string       `json:"section,omitempty"` // nearest heading, plain text
	Command     string       `json:"command"`           // what is typed: no prompt, no shown output
	Role        Role         `json:"role"`
	Follow      bool         `json:"follow"`
	Reason      string       `json:"reason"` // why it is left or how it was chosen; empty when plainly followed
	Platform    Platform     `json:"platform"`
	Alternative *Alternative `json:"alternative,omitempty"`
	Flags       []Flag       `json:"flags,omitempty"`
	Builtin     bool         `json:"builtin,omitempty"` // shell builtins alone: cannot change a file
}

// Has reports whether the step bears the flag.
func (s Step) Has(f Flag) bool {
	for _, have := range s.Flags {
		if have == f {
			return true
		}
	}
	return false
}

// Alternative places a step in a group of ways to the same end.
type Alternative struct {
	Group   string `json:"group"`
	Option  string `json:"option"`
	Primary bool   `json:"primary"` // the option that this reader takes
}

// Role is what a command is for.
type Role string

// The closed set of roles.
const (
	RolePrerequisite Role = "prerequisite"
	RoleClone        Role = "clone"
	RoleInstall      Role = "install"
	RoleConfigure    Role = "configure"
	RoleBuild        Role = "build"
	RoleRun          Role = "run"
	RoleTest         Role = "test"
	RoleUsage        Role = "usage"
	RoleDevelop      Role = "develop"
	RoleDeploy       Role = "deploy"
	RoleUninstall    Role = "uninstall"
	RoleUpgrade      Role = "upgrade"
	RoleOther        Role = "other"
)

// Platform is the system that a command is meant for.
type Platform string

// The closed set of platforms.
const (
	PlatformAny     Platform = "any"
	PlatformLinux   Platform = "linux"
	PlatformDebian  Platform = "debian"
	PlatformFedora  Platform = "fedora"
	PlatformArch    Platform = "arch"
	PlatformAlpine  Platform = "alpine"
	PlatformSuse    Platform = "suse"
	PlatformMacOS   Platform = "macos"
	PlatformWindows Platform = "windows"
	PlatformOther   Platform = "other"
)

// Flag is a property of a command that the run must know of.
type Flag string

// The closed set of flags.
const (
	FlagPlaceholder Flag = "placeholder" // holds something that the reader must fill in
	FlagInteractive Flag = "interactive"
	FlagLongRunning Flag = "long_running" // a server: does not end by itself
	FlagSudo        Flag = "sudo"
	FlagNetwork     Flag = "needs_network_beyond_registries"
	FlagGUI         Flag = "gui"
	FlagActivates   Flag = "activates_environment"
	FlagDirectory   Flag = "changes_directory"
	FlagSelfClone   Flag = "self_clone"
	FlagInline      Flag = "inline"
	FlagEditsFile   Flag = "edits_file"
	FlagBackground  Flag = "background"
)
