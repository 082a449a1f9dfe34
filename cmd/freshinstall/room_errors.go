package main

import (
	"errors"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/source"
)

// mapRoomError gives the errors of the rooms their exit code and their three
// parts; nil for what no room has a type for.
func mapRoomError(err error) *problem {
	if e, ok := errors.AsType[*source.Error](err); ok {
		return sourceProblem(e)
	}
	if e, ok := errors.AsType[*envs.UnknownError](err); ok {
		return misuse("`freshinstall envs list` shows all of them", "%s", strings.Split(e.Error(), ";")[0])
	}
	if e, ok := errors.AsType[*envs.Problems](err); ok {
		return &problem{code: exitUse, what: "the declaration is wrong", cause: e, todo: "correct the lines that are named"}
	}
	if e, ok := errors.AsType[*container.NoEngineError](err); ok {
		what := "no container engine answers"
		for _, a := range e.Attempts {
			what += "\n  " + a.Address + " (" + a.Origin + "): " + a.Err.Error()
		}
		return &problem{code: exitUntested, what: what, todo: e.ToDo + "\n`freshinstall doctor` looks at everything that a run needs"}
	}
	if e, ok := errors.AsType[*container.Trouble](err); ok {
		return &problem{code: blameCode(e.Blame, exitUntested), what: e.What, where: e.Where, todo: e.ToDo, cause: e.Err}
	}
	if errors.Is(err, verifier.ErrLost) {
		return &problem{code: exitUntested, what: "the container engine, or a machine, went away", cause: err,
			todo: "see that the engine runs (`freshinstall doctor`), and start again"}
	}
	return nil
}

// sourceProblem says what keeps a repository from being read.
func sourceProblem(e *source.Error) *problem {
	what := e.What
	if e.Message != "" {
		what += " (git: " + e.Message + ")"
	}
	if len(e.Near) > 0 {
		what += "; there is " + strings.Join(e.Near, ", ")
	}
	return &problem{code: sourceCode(e), what: what, where: e.Location, todo: e.ToDo}
}

// sourceCode sorts: what the user named wrongly, what this machine or the
// network lacks, and repositories that say nothing about installing.
func sourceCode(e *source.Error) int {
	switch e.Kind {
	case source.NotFound, source.NotSupported, source.Unsafe, source.UnknownRef, source.TooLarge, source.Damaged, source.Taken:
		return exitUse
	case source.CloneFailed, source.NoGit, source.Local:
		return exitUntested
	case source.NoCommits:
		return exitNothing
	case source.NoDocument:
		if errors.Is(e, source.ErrNoDocuments) {
			return exitNothing
		}
		return exitUse
	case source.BadDocument:
		return exitFindings
	}
	return exitUntested
}
