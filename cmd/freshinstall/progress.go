package main

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// progress shows a run while it goes on. Its methods may be called from
// several goroutines at once. What cannot be shown is no reason to end a run,
// so errors of the stream come back from Close alone.
type progress interface {
	// Event shows one piece of progress.
	Event(verifier.Event)
	// Say shows a line that belongs to no environment.
	Say(text string)
	// Close takes away what is only of the moment and ends all work.
	Close() error
}

// talk is how the user wants to be told of progress.
type talk struct {
	events  string // "json", or empty for text
	quiet   bool
	verbose bool
}

// newProgress chooses by the stream: redrawn lines on a terminal that a person
// watches, JSON Lines if asked for, else plain lines.
func newProgress(w io.Writer, how talk, env environment, now func() time.Time) progress {
	if how.events == "json" {
		return &eventLines{to: json.NewEncoder(w), now: now}
	}
	if how.quiet {
		return silent{}
	}
	columns, terminal := terminalWidth(w)
	if terminal && !env.set("CI") && env["TERM"] != "dumb" {
		return newLiveLines(w, func() int {
			if width, ok := terminalWidth(w); ok {
				return width
			}
			return columns
		}, how.verbose, now)
	}
	return &plainLines{to: w, verbose: how.verbose, seen: map[string]place{}}
}

// silent shows nothing.
type silent struct{}

func (silent) Event(verifier.Event) {}
func (silent) Say(string)           {}
func (silent) Close() error         { return nil }

// eventLines writes each event as one JSON object on a line of its own.
type eventLines struct {
	mu  sync.Mutex
	to  *json.Encoder
	now func() time.Time
	err error
}

func (l *eventLines) Event(e verifier.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.to.Encode(e); err != nil && l.err == nil {
		l.err = err
	}
}

func (l *eventLines) Say(text string) {
	l.Event(verifier.Event{Time: l.now(), Kind: verifier.EventPreparing, Text: text})
}

func (l *eventLines) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
