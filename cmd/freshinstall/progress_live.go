package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// How often the live lines are drawn anew when nothing happens, so that the
// elapsed time moves on.
const redrawEvery = 250 * time.Millisecond

// Control sequences that every terminal of the last decades obeys.
const (
	eraseBelow = "\x1b[J"
	lineUp     = "\x1b[1A"
)

// liveLines keeps one line for each running environment at the bottom of the
// terminal and lets lines that stay scroll past above them.
type liveLines struct {
	mu      sync.Mutex
	to      io.Writer
	width   func() int
	verbose bool
	now     func() time.Time
	order   []string // environments, as they first spoke
	running map[string]*liveLine
	drawn   int // lines on the screen that are ours to redraw
	err     error
	stop    chan struct{}
	stopped chan struct{}
}

type liveLine struct {
	at    place
	doing string    // when no step is on: what is being prepared, tried or replayed
	since time.Time // of the step, or of what is being done
	last  string    // line of output
}

func newLiveLines(w io.Writer, width func() int, verbose bool, now func() time.Time) *liveLines {
	l := &liveLines{to: w, width: width, verbose: verbose, now: now,
		running: map[string]*liveLine{}, stop: make(chan struct{}), stopped: make(chan struct{})}
	go l.tick()
	return l
}

// tick redraws until Close, which waits for it.
func (l *liveLines) tick() {
	defer close(l.stopped)
	ticker := time.NewTicker(redrawEvery)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
			l.mu.Lock()
			if l.drawn > 0 {
				l.draw("")
			}
			l.mu.Unlock()
		}
	}
}

func (l *liveLines) Event(e verifier.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.running[e.Environment]
	if line == nil {
		line = &liveLine{since: l.now()}
		l.running[e.Environment] = line
		l.order = append(l.order, e.Environment)
	}
	line.at = line.at.after(e)
	kept := ""
	switch e.Kind {
	case verifier.EventOutput:
		line.last = cleanLine(e.Text)
		return // drawn at the next tick: output may come a thousand lines a second
	case verifier.EventPreparing:
		line.begin(l.now(), cleanLine(e.Text))
	case verifier.EventStep:
		line.begin(l.now(), "")
	case verifier.EventTrial:
		line.begin(l.now(), "trying "+firstLine(e.Text))
	case verifier.EventReplay:
		line.begin(l.now(), "all steps once more with the fixes, on a clean machine")
	case verifier.EventReady, verifier.EventOutcome:
	case verifier.EventFinding, verifier.EventProven, verifier.EventProblem:
		kept = sentence(e, line.at, l.verbose)
	case verifier.EventVerdict:
		kept = sentence(e, line.at, l.verbose)
		delete(l.running, e.Environment)
		l.order = without(l.order, e.Environment)
	}
	if l.verbose && kept == "" {
		kept = sentence(e, line.at, true)
	}
	l.draw(kept)
}

func (l *liveLines) Say(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.draw(cleanBlock(text))
}

func (l *liveLines) Close() error {
	close(l.stop)
	<-l.stopped
	l.mu.Lock()
	defer l.mu.Unlock()
	l.order = nil
	l.draw("")
	return l.err
}

func (l *liveLine) begin(now time.Time, doing string) {
	l.since, l.doing, l.last = now, doing, ""
}

// draw takes the live lines off the screen, prints what stays, and puts them
// back; all in one write, so that nothing flickers.
func (l *liveLines) draw(kept string) {
	var out strings.Builder
	if l.drawn > 0 {
		out.WriteString("\r" + strings.Repeat(lineUp, l.drawn) + eraseBelow)
	}
	if kept != "" {
		out.WriteString(kept + "\n")
	}
	// The last column stays free: some terminals wrap as soon as it is used.
	columns := l.width() - 1
	for _, name := range l.order {
		out.WriteString(fit(l.running[name].text(name, l.now()), columns) + "\n")
	}
	l.drawn = len(l.order)
	if out.Len() == 0 {
		return
	}
	if _, err := io.WriteString(l.to, out.String()); err != nil && l.err == nil {
		l.err = err
	}
}

func (l *liveLine) text(name string, now time.Time) string {
	elapsed := clock(now.Sub(l.since))
	head := cleanLine(name)
	if l.at.index > 0 {
		head += fmt.Sprintf("  step %d/%d", l.at.index, l.at.total)
	}
	doing := l.doing
	if doing == "" {
		doing = firstLine(l.at.command)
	}
	text := head + "  " + elapsed + "  " + doing
	if l.last != "" {
		text += "  │ " + l.last
	}
	return text
}

// clock writes a duration as minutes and seconds.
func clock(d time.Duration) string {
	seconds := int(max(0, d).Seconds())
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func without(names []string, gone string) []string {
	var rest []string
	for _, name := range names {
		if name != gone {
			rest = append(rest, name)
		}
	}
	return rest
}
