package diagnose

import (
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// Rule is one entry of the catalogue: how a failure is known, what it means
// and which fixes are worth trying.
type Rule struct {
	ID       string            `yaml:"id"`
	Title    string            `yaml:"title"`
	Kind     RuleKind          `yaml:"kind"`
	Rank     int               `yaml:"rank"` // where two rules see the same line, the lower one speaks; 0 means 50
	Category verifier.Category `yaml:"category"`
	Blame    verifier.Blame    `yaml:"blame"`

	// A rule applies where all of the following hold that are given. The
	// telling line is the one in which a match ends, or its group "telling".
	Lines     []string          `yaml:"lines"`       // one of these expressions matches the output
	NotOnLine []string          `yaml:"not_on_line"` // none of these matches the telling line
	NotIf     []string          `yaml:"not_if"`      // none of these matches the whole output
	Typed     string            `yaml:"typed"`       // matches the command that was typed
	Exits     []int             `yaml:"exits"`       // exit status is one of these
	Ended     []verifier.Ending `yaml:"ended"`       // the step ended in one of these ways
	When      []Condition       `yaml:"when"`        // each holds
	Silent    bool              `yaml:"silent"`      // also looked for where the step passed

	// Support adds to the cause that the environment's release is out of
	// support, where that is certain.
	Support bool `yaml:"support"`

	Object   string                `yaml:"object"` // template of the finding's object: "{header}"
	Cause    string                `yaml:"cause"`  // template, for somebody technical
	Plain    string                `yaml:"plain"`  // template, for somebody who is not
	Families map[string][]Template `yaml:"families"`
	// MadeBy matches commands that make what is missing: where one of them has
	// failed before, this failure is what comes of that.
	MadeBy     string   `yaml:"made_by"`
	Proof      Proof    `yaml:"proof"`
	Samples    []Sample `yaml:"samples"`
	References []string `yaml:"references"`

	lines, notOnLine, notIf []pattern
	typed, madeBy           pattern
}

// neverRun are the families whose package managers could not be run where the
// rules were written: no machine of them can be had there.
var neverRun = []verifier.Family{verifier.FamilyRPM, verifier.FamilyApk, verifier.FamilySuse, verifier.FamilyArch}

// NeverRun reports whether what a template offers to a family was never run by
// the authors of the rules. Such a fix is never graded "proven".
func (t Template) NeverRun(family verifier.Family) bool {
	return (t.Lookup != nil || t.Table != "" || t.Rewrite == translate || len(t.Install) > 0) && slices.Contains(neverRun, family)
}

// RuleKind sorts rules by what a match is worth.
type RuleKind string

// The closed set of kinds.
const (
	KindCause    RuleKind = "cause"    // the first one in the output is the explanation
	KindWeak     RuleKind = "weak"     // often only a consequence: counts where no cause is seen
	KindWrapper  RuleKind = "wrapper"  // reports another program's failure: never an explanation
	KindNetwork  RuleKind = "network"  // comes before everything, since it imitates other causes
	KindResource RuleKind = "resource" // disk and memory: likewise
	KindUnknown  RuleKind = "unknown"  // no rule spoke; not for rule files
)

// Condition is a circumstance that output alone does not tell.
type Condition string

// The closed set of conditions.
const (
	ListsStale   Condition = "lists-stale"   // nothing shows that package lists were fetched
	ListsFetched Condition = "lists-fetched" // they were
	UserIsRoot   Condition = "root"
	UserNotRoot  Condition = "not-root"
	Quiet        Condition = "quiet"        // nothing was printed
	Unmet        Condition = "unmet"        // what was declared of the step did not come true
	NewTerminal  Condition = "new-terminal" // the step passed, and fails in a terminal opened later
	EngineRan    Condition = "engine-ran"   // a command that used a container engine has passed before
	NobodysName  Condition = "nobodys-name" // no name server knows a host of the step, while others were reached
)

func (c Condition) holds(o Observation) bool {
	switch c {
	case ListsStale:
		return !o.listsFetched()
	case ListsFetched:
		return o.listsFetched()
	case UserIsRoot:
		return o.root()
	case UserNotRoot:
		return !o.root()
	case NewTerminal:
		return o.NewTerminal
	case EngineRan:
		return slices.ContainsFunc(o.Earlier, usesEngine.MatchString)
	case NobodysName:
		return o.NobodysName != ""
	case Quiet:
		return blank(o.Output)
	case Unmet:
		return o.Execution.Unmet != ""
	}
	return false
}

// Proof says what can show that a fix of the rule helps.
type Proof string

// The closed set of proofs.
const (
	ProofRerun       Proof = "rerun"       // the unchanged step passes after the fix
	ProofStandIn     Proof = "stand-in"    // likewise, with a service or a value in the place of the real one
	ProofDeclaration Proof = "declaration" // only with a changed environment declaration
	ProofRepository  Proof = "repository"  // only on a changed checkout
	ProofRetry       Proof = "retry"       // the step passes when tried later
	ProofHuman       Proof = "human"       // only somebody with the right access can tell
	ProofNone        Proof = "none"
)

// Template is a way to make candidates of an explanation. Words in braces are
// captures; they enter a command only through the checks of [Catalogue.Candidates].
type Template struct {
	Lookup  *LookupTemplate `yaml:"lookup"`  // install what the index names
	Table   string          `yaml:"table"`   // install what a bundled table names for the object; only adds
	Install []string        `yaml:"install"` // install these
	Then    []string        `yaml:"then"`    // further commands after the packages are there
	Before  []string        `yaml:"before"`  // commands before the step
	Rewrite Rewrite         `yaml:"rewrite"` // change the step's text
	Unless  string          `yaml:"unless"`  // left out where an earlier command holds this
	// Replaces puts the found package in the place of the object in the
	// step's text, instead of installing it before.
	Replaces bool `yaml:"replaces"`
	// Reconfigure also offers to run the configuration again, which may have
	// noted that the package was absent.
	Reconfigure bool   `yaml:"reconfigure"`
	Why         string `yaml:"why"`
	// Workaround marks what shows the cause but must not enter documents.
	Workaround bool `yaml:"workaround"`
}

// LookupTemplate asks the index.
type LookupTemplate struct {
	Kind  Kind     `yaml:"kind"`
	Names []string `yaml:"names"` // templates; asked in order until one is answered
}

// Sample is a piece of real output and what the rule must see in it.
type Sample struct {
	Output   string            `yaml:"output"`
	Typed    string            `yaml:"typed"`
	Exit     int               `yaml:"exit"` // 0 means 1, unless the rule is silent
	Ended    verifier.Ending   `yaml:"ended"`
	Unmet    string            `yaml:"unmet"` // of what was declared
	User     string            `yaml:"user"`
	When     []Condition       `yaml:"when"` // conditions that the output does not show
	Captures map[string]string `yaml:"captures"`
	Nobodys  string            `yaml:"nobodys_name"`
	From     string            `yaml:"from"` // tool and version that printed it
	// Not marks output that the rule must leave alone.
	Not bool `yaml:"not"`
}
