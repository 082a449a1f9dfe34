package main

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/freshinstall/freshinstall/verifier"
)

// plainLines is progress for logs: one line a step, at its end, and one for
// each thing that a reader of the log looks for.
type plainLines struct {
	mu      sync.Mutex
	to      io.Writer
	verbose bool
	seen    map[string]place // by environment
	err     error
}

// place is where an environment is.
type place struct {
	index, total int
	command      string
}

func (l *plainLines) Event(e verifier.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.seen[e.Environment].after(e)
	l.seen[e.Environment] = at
	if line := sentence(e, at, l.verbose); line != "" {
		l.print(line)
	}
}

func (l *plainLines) Say(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.print(cleanBlock(text))
}

func (l *plainLines) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *plainLines) print(line string) {
	if _, err := fmt.Fprintln(l.to, line); err != nil && l.err == nil {
		l.err = err
	}
}

// after follows an environment through its events.
func (p place) after(e verifier.Event) place {
	if e.Total > 0 {
		p.total = e.Total
	}
	if e.Kind == verifier.EventStep {
		p.index, p.command = e.Index, e.Command
	}
	return p
}

// sentence is an event as a line that stays; empty if it is only of the
// moment.
func sentence(e verifier.Event, at place, verbose bool) string {
	head := cleanLine(e.Environment)
	step := fmt.Sprintf("%s  step %d/%d", head, at.index, at.total)
	text := cleanLine(e.Text)
	switch e.Kind {
	case verifier.EventPreparing:
		return strings.TrimSpace(head + "  " + text)
	case verifier.EventReady:
		return fmt.Sprintf("%s  a clean machine stands, %s", head, count(e.Total, "step"))
	case verifier.EventStep:
		if !verbose {
			return ""
		}
		return fmt.Sprintf("%s  begins: %s", step, firstLine(at.command))
	case verifier.EventOutput:
		return ""
	case verifier.EventOutcome:
		return fmt.Sprintf("%s  %-6s %6.1f s  %s", step, shortOutcome(e.Outcome), e.Seconds, firstLine(at.command))
	case verifier.EventFinding:
		return fmt.Sprintf("%s  finding: %s", step, text)
	case verifier.EventTrial:
		if !verbose {
			return ""
		}
		return fmt.Sprintf("%s  trying: %s", step, text)
	case verifier.EventProven:
		return fmt.Sprintf("%s  helps: %s", step, text)
	case verifier.EventReplay:
		return head + "  all steps once more with the fixes, on a clean machine"
	case verifier.EventVerdict:
		return fmt.Sprintf("%s  %s (%.0f s)", head, e.Verdict, e.Seconds)
	case verifier.EventProblem:
		return strings.TrimSpace(head + "  " + text)
	}
	return ""
}

func shortOutcome(o verifier.Outcome) string {
	if o == verifier.OutcomeOKWithDeviation {
		return "ok*"
	}
	return string(o)
}

// firstLine shows a command of several lines by its first one.
func firstLine(command string) string {
	first, rest, more := strings.Cut(strings.TrimSpace(command), "\n")
	first = cleanLine(first)
	if more && strings.TrimSpace(rest) != "" {
		first += " …"
	}
	return first
}

// count writes a number with its noun: "1 step", "3 steps".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
