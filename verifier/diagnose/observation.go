package diagnose

import (
	"io/fs"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// Observation is all that is known of one try of a step.
type Observation struct {
	Step        verifier.Step
	Typed       string // what was really typed; empty: Step.Command
	Execution   verifier.Execution
	Output      string // whole output as [Clean] gives it
	Environment verifier.Environment
	Earlier     []string         // commands that passed before in this machine, fixes included, in order
	Prose       []verifier.Prose // what the documents ask for in words
	Files       []string         // tracked files of the repository, slash-separated
	Cwd         string           // where the step began, relative to the checkout or absolute
	Checkout    string           // name of the checkout's folder; empty: unknown
	NewTerminal bool             // the step has passed, and was then typed into a terminal opened later
	NobodysName string           // a host of the step that no name server knows, while other hosts were reached; empty: not known
	Today       time.Time        // for what ends on a day; zero: the day of the tables
	Tree        fs.FS            // the checkout as plain files, to read manifests; nil: names only
	// Mask takes the declared secrets out of a text that is to be shown; nil: there are none.
	Mask func(text string) string
}

// text is the command that was typed.
func (o Observation) text() string {
	if o.Typed != "" {
		return o.Typed
	}
	return o.Step.Command
}

// masked is a text without declared secrets.
func (o Observation) masked(text string) string {
	if o.Mask == nil {
		return text
	}
	return o.Mask(text)
}

func (o Observation) root() bool { return o.Environment.User == "root" }

var usesEngine = phrase.Compile(`(?:^|[;&|\s])docker\s+(?:-\S+\s+)*\w`)

// aptUpdate is what fetches apt's lists; add-apt-repository does so unless told
// not to, and apt-file has lists of its own.
var aptUpdate = phrase.Compile(`(?:^|[\s;&|(])(?:(?:apt|apt-get|aptitude|nala)\s[^|;&\n]*\bupdate\b|add-apt-repository\s+(?:-y\s+)?[^-\s])`)

// updated reports whether a command before the step fetched the package lists.
func (o Observation) updated() bool {
	for _, command := range o.Earlier {
		if aptUpdate.MatchString(command) {
			return true
		}
	}
	return false
}

// listsFetched is [Observation.listsThere], or the step itself fetches them.
func (o Observation) listsFetched() bool {
	return o.listsThere() || aptUpdate.MatchString(o.text())
}

// listsThere reports whether package lists are there when the step begins:
// fetched before, or from the start.
func (o Observation) listsThere() bool {
	if o.updated() {
		return true
	}
	for _, f := range o.Environment.Furnishings {
		if f.Name == "package_lists" {
			return true
		}
	}
	return false
}

// earlierSays reports whether a command that passed holds the text.
func (o Observation) earlierSays(text string) bool {
	for _, command := range o.Earlier {
		if strings.Contains(command, text) {
			return true
		}
	}
	return false
}

// Explanation is one cause that a rule sees in an observation.
type Explanation struct {
	Finding  verifier.Finding  // without ID and fixes
	Kind     RuleKind          // of the rule
	Captures map[string]string // what the telling line named
	Offset   int               // of the telling line in Observation.Output; -1: no line told it
	rule     *Rule
}

// MadeBy reports whether what is missing is made by a command.
func (e Explanation) MadeBy(command string) bool {
	return e.rule != nil && e.rule.MadeBy != "" && e.rule.madeBy.MatchString(command)
}

// Transient reports whether the cause lies in the network, a registry or a
// limit of the stage, so that the step says nothing about the documents.
func (e Explanation) Transient() bool {
	switch e.Kind {
	case KindNetwork:
		return true
	case KindResource:
		return e.Finding.Blame == verifier.BlameContainer || e.Finding.Blame == verifier.BlameWorld
	case KindCause, KindWeak, KindWrapper, KindUnknown:
		return e.Finding.Blame == verifier.BlameWorld
	}
	return false
}

// SameClass reports whether two explanations tell of the same failure: same
// rule, same object. A control run must fail in the same class. Two unknown
// failures are the same class, since nothing tells them apart.
func SameClass(a, b Explanation) bool {
	return a.Finding.Rule == b.Finding.Rule && a.Finding.Object == b.Finding.Object
}
