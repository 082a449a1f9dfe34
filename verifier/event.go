package verifier

import "time"

// EventKind says what an [Event] tells.
type EventKind string

// The closed set of events, in the order in which they may come.
const (
	EventPreparing EventKind = "preparing" // Text: what is being made ready (image, machine, index)
	EventReady     EventKind = "ready"     // a clean machine stands; Total: steps to follow
	EventStep      EventKind = "step"      // a step begins
	EventOutput    EventKind = "output"    // Text: last line of output, cleaned
	EventOutcome   EventKind = "outcome"   // a step ended; Outcome, Seconds
	EventFinding   EventKind = "finding"   // Text: the plain sentence
	EventTrial     EventKind = "trial"     // a candidate is tried; Text: its commands
	EventProven    EventKind = "proven"    // Text: the fix's commands
	EventReplay    EventKind = "replay"    // the clean replay begins
	EventVerdict   EventKind = "verdict"   // the environment is done; Verdict
	EventProblem   EventKind = "problem"   // Text: why the run ended without a result; the last one
)

// Event is one piece of progress. It is for showing; results stand in [Result].
type Event struct {
	Time        time.Time `json:"time"`
	Kind        EventKind `json:"kind"`
	Environment string    `json:"environment,omitempty"`
	Step        string    `json:"step,omitempty"`
	Index       int       `json:"index,omitempty"` // one-based, among the steps to follow
	Total       int       `json:"total,omitempty"`
	Command     string    `json:"command,omitempty"`
	Text        string    `json:"text,omitempty"`
	Outcome     Outcome   `json:"outcome,omitempty"`
	Verdict     Verdict   `json:"verdict,omitempty"`
	Seconds     float64   `json:"seconds,omitempty"`
}
