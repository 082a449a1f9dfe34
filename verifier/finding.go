package verifier

// Finding is one cause, found at a step in an environment.
type Finding struct {
	ID          string   `json:"id"`               // "f1", … in the environment
	Fingerprint string   `json:"fingerprint"`      // hash of rule, normalised step text and captured object; stable over runs and environments
	Step        string   `json:"step"`             // Step.ID
	Rule        string   `json:"rule"`             // catalogue entry, or "unknown"
	Title       string   `json:"title"`            // of the rule, short
	Object      string   `json:"object,omitempty"` // captured: the command, header, package, path
	Category    Category `json:"category"`
	Blame       Blame    `json:"blame"`
	Evidence    string   `json:"evidence"`             // the telling line
	Cause       string   `json:"cause"`                // for somebody technical
	Plain       string   `json:"plain"`                // for somebody who is not
	Fixes       []Fix    `json:"fixes"`                // best first
	Documented  bool     `json:"documented,omitempty"` // its proven fix already stands in the docs section
	Flaky       bool     `json:"flaky,omitempty"`      // the control run passed without any fix
	Certain     bool     `json:"certain,omitempty"`    // the tree alone proves it
}

// Fix is one way to make a failed step pass.
type Fix struct {
	Kind       FixKind   `json:"kind"`
	Commands   []string  `json:"commands,omitempty"` // typed before the step, or before what replaces it
	Replace    string    `json:"replace,omitempty"`  // for FixReplace: typed instead of the step
	Services   []Service `json:"services,omitempty"` // for FixDeclare: what the environment must have beside the machine
	Release    string    `json:"release,omitempty"`  // for FixDeclare: the newer release that the environment must be, by its name in the catalogue
	Moved      []string  `json:"moved,omitempty"`    // Step.ID of the later steps that the commands are, in order: they belong before this one
	Why        string    `json:"why,omitempty"`      // where it comes from: "the package index says that libpq-dev holds libpq-fe.h"
	Grade      Grade     `json:"grade"`
	Proof      *Proof    `json:"proof,omitempty"`
	Workaround bool      `json:"workaround,omitempty"` // never written into documents
	Untried    bool      `json:"untried,omitempty"`    // its rule was never run for this family of systems: never graded proven
}

// FixKind says where a fix goes.
type FixKind string

// The closed set of kinds of fix.
const (
	FixBefore  FixKind = "before"  // commands before the step
	FixReplace FixKind = "replace" // another command in the step's place
	FixDeclare FixKind = "declare" // a change of the environment's declaration, and commands before the step if any
)

// Grade is how sure a fix is.
type Grade string

// The closed set of grades, surest first.
const (
	Proven        Grade = "proven"          // control failed, fix passed, clean replay of all steps passed
	ProvenInPlace Grade = "proven-in-place" // control failed, fix passed, but not in a clean replay
	GotFurther    Grade = "got-further"     // the step then failed with another cause
	Suggested     Grade = "suggested"       // not shown to help
	Workaround    Grade = "workaround"      // shows the cause, is no solution
	NotNeeded     Grade = "not-needed"      // it helped when it was found; with the other fixes, those of the same step or of an earlier one, the step passes without it
)

// Proof is what was run to show that a fix helps.
type Proof struct {
	ControlExit int     `json:"control_exit"`     // of the unchanged step in a fork without the fix
	FixedExit   int     `json:"fixed_exit"`       // of the step in a fork with the fix
	Replay      string  `json:"replay,omitempty"` // "passed", "failed", empty: not run
	Seconds     float64 `json:"seconds"`
}

// Blame is whose turn it is.
type Blame string

// The closed set of blames.
const (
	BlameDocs        Blame = "docs"
	BlameRepository  Blame = "repository"
	BlameEnvironment Blame = "environment" // the declaration
	BlameContainer   Blame = "container"   // our own stage
	BlameWorld       Blame = "world"       // network, registry
)

// Category sorts causes; the list is shared with published failure studies.
type Category string

// The closed set of categories.
const (
	MissingTool          Category = "missing_tool"
	MissingLibrary       Category = "missing_library_or_header"
	VersionMismatch      Category = "version_mismatch"
	WrongCommand         Category = "wrong_command_or_name"
	MissingFile          Category = "missing_file"
	PermissionOrSudo     Category = "permission_or_sudo"
	NetworkBlocked       Category = "network_blocked"
	MissingConfig        Category = "missing_config_or_secret"
	MissingService       Category = "missing_service"
	InteractivePrompt    Category = "interactive_prompt"
	OrderOfSteps         Category = "order_of_steps"
	ShellState           Category = "shell_state"
	ResourceLimit        Category = "resource_limit"
	TargetMoved          Category = "target_moved"
	DependencyUnresolved Category = "dependency_unresolved"
	ProjectDefect        Category = "project_defect"
	OtherCategory        Category = "other"
)
