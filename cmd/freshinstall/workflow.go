package main

import (
	"bytes"
	"io"
	"regexp"
	"sync"
)

// Runners of CI jobs read what a job prints and obey lines of certain forms:
// they set variables, mask or unmask words, or end annotations. Reports and
// progress quote what foreign programs printed, so such lines are broken by a
// space before they leave. The forms:
//
//   - GitHub Actions, Gitea, Forgejo: a line that begins with ::name …:: after
//     any white space (docs.github.com, "Workflow commands"), and the older
//     ##[name] anywhere in a line;
//   - Azure Pipelines: ##vso[…] (learn.microsoft.com, "Logging commands");
//   - TeamCity: ##teamcity[…] (jetbrains.com/help/teamcity, "Service messages");
//   - GitLab: section_start and section_end, which need a terminal sequence
//     and so never get as far as here.
var (
	commandAtStart = regexp.MustCompile(`^(\s*):(:[A-Za-z])`)
	commandWithin  = regexp.MustCompile(`##((?:vso|teamcity)?\[)`)
	jsonLine       = regexp.MustCompile(`^\s*["{\[]`)
)

// harmless breaks the commands of one line. In JSON, where a text must stay
// what it is, the second # becomes its escape.
func harmless(line []byte) []byte {
	line = commandAtStart.ReplaceAll(line, []byte("$1: $2"))
	if !bytes.Contains(line, []byte("##")) {
		return line
	}
	if jsonLine.Match(line) {
		return commandWithin.ReplaceAll(line, []byte(`#\u0023$1`))
	}
	return commandWithin.ReplaceAll(line, []byte("## $1"))
}

// mostHeld bounds a line that is waited for.
const mostHeld = 64 << 10

// harmlessWriter passes whole lines on, broken where a runner would obey.
// Flush gives out a last line without an end.
type harmlessWriter struct {
	mu   sync.Mutex
	to   io.Writer
	held []byte
}

func (w *harmlessWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = append(w.held, p...)
	var ready []byte
	for {
		i := bytes.IndexByte(w.held, '\n') + 1
		if i == 0 && len(w.held) > mostHeld {
			i = len(w.held)
		}
		if i == 0 {
			break
		}
		ready = append(ready, harmless(w.held[:i])...)
		w.held = w.held[i:]
	}
	if len(ready) == 0 {
		return len(p), nil
	}
	_, err := w.to.Write(ready)
	return len(p), err
}

func (w *harmlessWriter) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	held := w.held
	w.held = nil
	if len(held) == 0 {
		return nil
	}
	_, err := w.to.Write(harmless(held))
	return err
}

// Obeyed passes on lines that a runner shall obey: those that this program
// writes for one, in which foreign text is escaped.
func (w *harmlessWriter) Obeyed(lines []byte) error {
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := w.to.Write(lines)
	return err
}

// guarded makes streams that no runner obeys. What a terminal gets is for
// people, and is drawn without line ends.
func (s streams) guarded() (streams, func() error) {
	var writers []*harmlessWriter
	guard := func(w io.Writer) io.Writer {
		if _, isTerminal := terminalWidth(w); isTerminal {
			return w
		}
		h := &harmlessWriter{to: w}
		writers = append(writers, h)
		return h
	}
	s.out, s.err = guard(s.out), guard(s.err)
	return s, func() error {
		var first error
		for _, w := range writers {
			if err := w.Flush(); first == nil {
				first = err
			}
		}
		return first
	}
}
