package verifier

// PlanSchema names the form of a [Plan] as JSON.
const PlanSchema = "freshinstall.plan/v1"

// Plan is every shell command that the install documents show, in the order
// in which a newcomer meets them, each followed or left with a reason.
type Plan struct {
	Schema     string   `json:"schema"`
	Repository string   `json:"repository"`    // name of the folder that a clone makes
	Documents  []string `json:"documents"`     // slash-separated paths in the repository, in reading order
	Cut        []string `json:"cut,omitempty"` // documents of which only the beginning was read
	Start      Start    `json:"start"`
	Steps      []Step   `json:"steps"`
	Prose      []Prose  `json:"prose"` // in document order; may be empty
	// Findings are what the repository's tree says against the steps before
	// any machine was started, in plan order; empty, never nil, when written.
	Findings []Finding `json:"findings"`
}

// Prose is something that the documents ask for in words, without a command.
type Prose struct {
	Document string    `json:"document"`
	Line     int       `json:"line"` // one-based, of the sentence
	Section  string    `json:"section,omitempty"`
	What     string    `json:"what"` // the sentence, in one line
	Kind     ProseKind `json:"kind"`
	Path     string    `json:"path,omitempty"`    // of the file that is to be there afterwards, as the document names it
	From     string    `json:"from,omitempty"`    // for ProseCopy: the file that it is a copy of
	Content  string    `json:"content,omitempty"` // for ProseFile: what the file is to hold
	Before   string    `json:"before,omitempty"`  // Step.ID of the step before which it is asked for; empty: after all
	Do       bool      `json:"do"`                // the text says enough for it to be done
}

// ProseKind says what the words ask for.
type ProseKind string

// The closed set of kinds.
const (
	ProseFile    ProseKind = "file"    // a file with a content that the document shows
	ProseCopy    ProseKind = "copy"    // a file as a copy of another, also renamed
	ProseEdit    ProseKind = "edit"    // a change to a file, by the reader's own lights
	ProseInstall ProseKind = "install" // software whose package is not named by a command
	ProseService ProseKind = "service" // something that must run, such as a database
	ProseAccount ProseKind = "account" // an account, a key, data from elsewhere
)

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
	Needs       []string     `json:"needs,omitempty"`   // placeholders for which no value was declared, as shown
	Timeout     float64      `json:"timeout,omitempty"` // seconds that the author allows it; 0: as the run allows each step
	Ready       *Ready       `json:"ready,omitempty"`   // when what it starts can be used, where somebody said so
	Expect      string       `json:"expect,omitempty"`  // text that its output must hold
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

// Asked are the files that the text asks for before each followed step, by
// [Step.ID]: of those that say enough to be made ([Prose.Do]), and none before
// the checkout is there to put them into.
func (p Plan) Asked() map[string][]Prose {
	next := map[string]string{} // step, to the first followed one from it on
	follow, cloned := "", false
	for i := len(p.Steps) - 1; i >= 0; i-- {
		step := p.Steps[i]
		cloned = cloned || step.Follow && step.Has(FlagSelfClone)
		if step.Follow && !cloned {
			follow = step.ID
		}
		next[step.ID] = follow
	}
	out := map[string][]Prose{}
	for _, s := range p.Prose {
		if at := next[s.Before]; s.Do && at != "" {
			out[at] = append(out[at], s)
		}
	}
	return out
}
