package container

import (
	"fmt"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Trouble is a fault that is not the documents': what happened, where, and
// what to do now. It prints as one paragraph.
type Trouble struct {
	Blame verifier.Blame // container, world or environment
	What  string
	Where string
	ToDo  string
	Err   error // of the part that failed; may be nil
}

func (t *Trouble) Error() string {
	var b strings.Builder
	b.WriteString(t.What)
	if t.Where != "" {
		fmt.Fprintf(&b, " (%s)", t.Where)
	}
	if t.Err != nil {
		fmt.Fprintf(&b, ": %v", t.Err)
	}
	if t.ToDo != "" {
		fmt.Fprintf(&b, "; %s", t.ToDo)
	}
	return b.String()
}

// Unwrap gives the error of the part that failed.
func (t *Trouble) Unwrap() error { return t.Err }

// Incident is the trouble as a result shows it.
func (t *Trouble) Incident() verifier.Incident {
	i := verifier.Incident{Blame: t.Blame, What: t.What, Where: t.Where, ToDo: t.ToDo}
	if t.Err != nil {
		i.Message = t.Err.Error()
	}
	return i
}

// Attempt is one address that was tried while looking for an engine.
type Attempt struct {
	Address string
	Origin  string // where the address came from: "DOCKER_HOST", "docker context x", "usual socket"
	Err     error
}

// NoEngineError says that no container engine answered.
type NoEngineError struct {
	Attempts []Attempt
	ToDo     string
}

func (e *NoEngineError) Error() string {
	var b strings.Builder
	b.WriteString("no container engine answers")
	for _, a := range e.Attempts {
		fmt.Fprintf(&b, "\n  %s (%s): %v", a.Address, a.Origin, a.Err)
	}
	fmt.Fprintf(&b, "\n%s", e.ToDo)
	return b.String()
}

// Unwrap gives the errors of all attempts.
func (e *NoEngineError) Unwrap() []error {
	all := make([]error, 0, len(e.Attempts))
	for _, a := range e.Attempts {
		all = append(all, a.Err)
	}
	return all
}
