package verifier

import (
	"slices"
	"time"
)

// ResultSchema names the form of a [Result] as JSON.
const ResultSchema = "freshinstall.result/v1"

// Result is the one product of a run.
type Result struct {
	Schema       string              `json:"schema"`
	Kind         string              `json:"kind"` // "container"
	Started      time.Time           `json:"started"`
	Finished     time.Time           `json:"finished"`
	Tool         Tool                `json:"tool"`
	Repository   Repository          `json:"repository"`
	Inputs       *Inputs             `json:"inputs,omitempty"`
	Plan         Plan                `json:"plan"`
	Environments []EnvironmentResult `json:"environments"`
	Interrupted  bool                `json:"interrupted,omitempty"` // Ctrl-C, or killed: what was found so far is kept
	OutOfTime    bool                `json:"out_of_time,omitempty"` // the run's total time limit
	Notes        []string            `json:"notes,omitempty"`       // of a result that was merged from several: sentences on where they disagree
}

// Tool is the program that made a result.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Repository is what was verified.
type Repository struct {
	Name   string `json:"name"` // folder that a clone makes
	URL    string `json:"url"`  // as asked for, credentials removed
	Ref    string `json:"ref,omitempty"`
	Commit string `json:"commit"`
	Tree   string `json:"tree,omitempty"` // git's name of the files that were verified
	Dirty  bool   `json:"dirty"`          // uncommitted changes were verified too
}

// Inputs are digests (SHA-256) of what a run was made of beside its
// repository. A later run may take results over from one with the same.
type Inputs struct {
	Documents   string `json:"documents"`   // their names and texts
	Declaration string `json:"declaration"` // environments, corrections, answers, values, acceptance, limits of a step
}

// EnvironmentResult is what happened in one environment.
type EnvironmentResult struct {
	Environment Environment  `json:"environment"`
	Verdict     Verdict      `json:"verdict"`
	Rung        Rung         `json:"rung,omitempty"`
	Steps       []StepResult `json:"steps"`
	Findings    []Finding    `json:"findings"`
	Replay      *Replay      `json:"replay,omitempty"`
	Drift       *Drift       `json:"drift,omitempty"`    // what moved since it worked last; absent: it works, or no such run is known
	Incident    *Incident    `json:"incident,omitempty"` // why it could not be tested to the end
	Seconds     float64      `json:"seconds"`
	Earlier     *time.Time   `json:"earlier,omitempty"` // start of the attempt that it was taken over from; absent: of this one
}

// Finished reports whether the environment was tested to its end: nothing kept
// the run from that, and the world was there. What is not finished may end
// otherwise when it is run again.
func (r EnvironmentResult) Finished() bool {
	switch r.Verdict {
	case Works, WorksWithDocumentedFixes, WorksWithFixes, Broken, Inconclusive:
	default:
		return false
	}
	outOfReach := func(f Finding) bool { return f.Blame == BlameWorld }
	return r.Incident == nil && !slices.ContainsFunc(r.Findings, outOfReach)
}

// Green reports whether the documents, as they are, lead to the end.
func (v Verdict) Green() bool { return v == Works || v == WorksWithDocumentedFixes }

// Incident is a fault that is not the documents': the engine, an image, the
// network, a disk.
type Incident struct {
	Blame   Blame  `json:"blame"` // container, world or environment
	What    string `json:"what"`
	Where   string `json:"where"`
	ToDo    string `json:"to_do"`
	Message string `json:"message,omitempty"` // of the part that failed
}

// Verdict is the outcome of an environment.
type Verdict string

// The closed set of verdicts, best first.
const (
	Works                    Verdict = "works"
	WorksWithDocumentedFixes Verdict = "works-with-documented-fixes" // each failure's proven fix already stands in the docs section
	WorksWithFixes           Verdict = "works-with-fixes"
	Broken                   Verdict = "broken"
	Inconclusive             Verdict = "inconclusive"
)

// Rung is how far an environment got.
type Rung string

// The closed set of rungs, lowest first; empty means not even installed.
const (
	RungInstalled Rung = "installed"
	RungAnswers   Rung = "answers"        // --version, import
	RungTests     Rung = "tests"          // tests start
	RungUse       Rung = "documented-use" // first documented use works
)

// StepResult is one step of the plan in one environment.
type StepResult struct {
	Step       string      `json:"step"` // Step.ID
	Document   string      `json:"document"`
	Line       int         `json:"line"`
	Command    string      `json:"command"` // as typed, values filled in and secrets masked
	Outcome    Outcome     `json:"outcome"`
	AfterFix   Outcome     `json:"after_fix,omitempty"` // how it ended once fixes were in place
	Reason     string      `json:"reason,omitempty"`    // for not-run, blocked, inconclusive
	Exit       int         `json:"exit"`
	Seconds    float64     `json:"seconds"`
	Ended      Ending      `json:"ended,omitempty"`
	Attempts   []Attempt   `json:"attempts,omitempty"`
	BlockedBy  string      `json:"blocked_by,omitempty"` // Step.ID
	CutShort   string      `json:"cut_short,omitempty"`  // why the search for a fix ended before all was tried
	Before     *Before     `json:"before,omitempty"`     // of a failed step: the machine's state before it
	Output     Output      `json:"output"`
	Deviations []Deviation `json:"deviations,omitempty"`
	Findings   []string    `json:"findings,omitempty"` // Finding.ID
}

// Before says what became of the snapshot that was taken before a failed step.
type Before struct {
	Image string    `json:"image,omitempty"` // of the container engine; empty: not kept
	Until time.Time `json:"until,omitzero"`  // it is removed then
	Lost  string    `json:"lost,omitempty"`  // why it was not kept
}

// Outcome of a step: its first unchanged try on the machine as repaired so far.
type Outcome string

// The closed set of outcomes.
const (
	OutcomeOK              Outcome = "ok"
	OutcomeOKWithDeviation Outcome = "ok-with-deviation"
	OutcomeFailed          Outcome = "failed"
	OutcomeBlocked         Outcome = "blocked"
	OutcomeNotRun          Outcome = "not-run"
	OutcomeInconclusive    Outcome = "inconclusive"
)

// Known reports whether the outcome is one of the closed set.
func (o Outcome) Known() bool {
	switch o {
	case OutcomeOK, OutcomeOKWithDeviation, OutcomeFailed, OutcomeBlocked, OutcomeNotRun, OutcomeInconclusive:
		return true
	}
	return false
}

// Passed reports whether the step did what it should.
func (o Outcome) Passed() bool { return o == OutcomeOK || o == OutcomeOKWithDeviation }

// Attempt is one try of a step; the first is the unchanged one.
type Attempt struct {
	Command string  `json:"command"`
	Exit    int     `json:"exit"`
	Seconds float64 `json:"seconds"`
	Finding string  `json:"finding,omitempty"` // Finding.ID that it led to
}

// Output is what a step printed, with terminal codes removed and secrets masked.
type Output struct {
	Head      string `json:"head,omitempty"`      // first bytes
	Tail      string `json:"tail,omitempty"`      // last bytes; empty when Head holds all
	Bytes     int64  `json:"bytes"`               // raw, of all that was printed
	Log       string `json:"log,omitempty"`       // file with all of it
	Truncated bool   `json:"truncated,omitempty"` // the log was cut too
}

// Deviation is something that a newcomer would not have done unasked.
type Deviation struct {
	Kind   DeviationKind `json:"kind"`
	What   string        `json:"what"`            // plain words: "answered “y” to “Do you want to continue? [Y/n]”"
	Prompt Prompt        `json:"prompt,omitzero"` // for DeviationAnswer, secrets masked
}

// DeviationKind sorts deviations.
type DeviationKind string

// The closed set of deviations.
const (
	DeviationAnswer DeviationKind = "answered-prompt"
	DeviationClone  DeviationKind = "clone-mapped" // git clone of the repository gave the checkout under test
	DeviationValue  DeviationKind = "value-filled" // a placeholder got its declared value
	DeviationServer DeviationKind = "server-left-running"
	DeviationShell  DeviationKind = "new-terminal" // the step closed the shell
	DeviationNoSudo DeviationKind = "sudo-dropped"
	DeviationOther  DeviationKind = "other"
)

// Replay is the clean run of all steps with the accepted fixes in place, in a
// fresh machine.
type Replay struct {
	Passed  bool    `json:"passed"`
	Seconds float64 `json:"seconds"`
	Steps   int     `json:"steps"`
	Failed  string  `json:"failed,omitempty"` // Step.ID of the first one that failed
	Why     string  `json:"why,omitempty"`
}
