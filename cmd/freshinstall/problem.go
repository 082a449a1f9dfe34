package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// problem is an error for the user: what went wrong, where, what to do now.
type problem struct {
	code  int    // of the exit
	what  string // one sentence, lower case, no full stop
	where string // file and line, address, environment; may be empty
	todo  string // the next thing to do
	cause error  // may be nil
}

func (p *problem) Error() string {
	text := p.what
	if p.where != "" {
		text += ": " + p.where
	}
	if p.cause != nil {
		text += ": " + p.cause.Error()
	}
	return text
}

func (p *problem) Unwrap() error { return p.cause }

// write prints the problem in up to three lines, without anything foreign
// that could move the cursor.
func (p *problem) write(w io.Writer) error {
	text := "freshinstall: " + cleanBlock(p.what)
	if p.cause != nil {
		text += ": " + cleanBlock(p.cause.Error())
	}
	text += "\n"
	if p.where != "" {
		text += "  where: " + cleanLine(p.where) + "\n"
	}
	if p.todo != "" {
		text += "  to do: " + strings.ReplaceAll(cleanBlock(p.todo), "\n", "\n         ") + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// misuse is a problem of the command line.
func misuse(todo, format string, args ...any) *problem {
	return &problem{code: exitUse, what: fmt.Sprintf(format, args...), todo: todo}
}

// at adds the place.
func (p *problem) at(where string) *problem {
	p.where = where
	return p
}

// asProblem gives every error the three parts; what has none of its own was
// not foreseen, and says so.
func asProblem(err error) *problem {
	if known, ok := errors.AsType[*problem](err); ok {
		return known
	}
	if errors.Is(err, context.Canceled) {
		return &problem{code: exitInterrupted, what: "interrupted", todo: "start again; nothing was left behind"}
	}
	if mapped := mapRoomError(err); mapped != nil {
		return mapped
	}
	return &problem{code: exitUntested, what: "could not go on", cause: err,
		todo: "run `freshinstall doctor`; if it finds nothing, report this message"}
}
