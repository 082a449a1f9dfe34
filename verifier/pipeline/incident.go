package pipeline

import (
	"context"
	"errors"

	"github.com/freshinstall/freshinstall/verifier"
)

// Troubled is an error that knows whose fault it is and what to do about it.
type Troubled interface {
	error
	Incident() verifier.Incident
}

// incident says why an environment could not be tested to the end.
func incident(ctx context.Context, err error, name string) *verifier.Incident {
	var known Troubled
	switch {
	case errors.Is(context.Cause(ctx), errOutOfTime):
		return &verifier.Incident{Blame: verifier.BlameEnvironment, Where: name, What: "the run's time limit was reached",
			ToDo: "give it longer (--timeout), or verify fewer environments at once"}
	case ctx.Err() != nil:
		return &verifier.Incident{Blame: verifier.BlameEnvironment, Where: name, What: "interrupted", ToDo: "run it again; what was found so far is kept"}
	case errors.As(err, &known):
		i := known.Incident()
		i.Where, i.Message = name, err.Error()
		return &i
	case errors.Is(err, verifier.ErrLost):
		return &verifier.Incident{Blame: verifier.BlameContainer, Where: name, What: "the machine went away in the middle of the run",
			ToDo: "see that the container engine runs (freshinstall doctor), and run it again", Message: err.Error()}
	}
	return &verifier.Incident{Blame: verifier.BlameContainer, Where: name, What: "freshinstall could not go on",
		ToDo: "run freshinstall doctor; if it finds nothing, this is a defect of freshinstall", Message: err.Error()}
}
