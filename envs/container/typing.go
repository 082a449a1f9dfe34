package container

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// When a step is looked at. Looking costs some milliseconds of the machine's
// processor, so a step that talks is left alone.
const (
	tick       = 50 * time.Millisecond
	quietLook  = 1500 * time.Millisecond // without output
	promptLook = 400 * time.Millisecond  // without output, when the last line may be a question
	serveLook  = 300 * time.Millisecond  // for steps that are expected to serve
	secondLook = 300 * time.Millisecond  // a verdict counts when it is seen twice
	rareLook   = 3 * time.Second

	// After what time without output and work a step that listens on inner ports
	// alone counts as a server all the same: one on a high port, without a word.
	innerQuiet  = 2 * time.Minute
	innerServes = 20 * time.Second // for steps that are expected to serve

	mercy        = 2 * time.Second // between ^C, ^D and the end by force
	sameQuestion = 25              // this often in a row, nobody is helped by one more answer
)

// typing is one step under way in a terminal.
type typing struct {
	m      *Machine
	t      *terminal
	number int
	entry  verifier.Entry
	sink   *sink
	answer func(string) (string, bool)

	done     verifier.Execution
	started  time.Time
	last     sight
	seen     verdict   // of the latest look
	seenAt   time.Time // of the latest look
	next     time.Time // not before this is looked again
	life     time.Time // latest sign of life other than output
	bytes    int64     // printed when looked last
	cameAt   time.Time // when the text that announces readiness was noticed
	asked    map[int]int
	repeated int
	failures int
}

// follow waits for the step's end and answers on the way.
func (y *typing) follow(ctx context.Context, fault <-chan excess) error {
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			y.m.abandon(y.t)
			return ctx.Err()
		case m := <-y.t.marks:
			return y.finish(m)
		case <-y.t.done:
			return y.closed(ctx)
		case why := <-fault:
			y.done.Detail = why.step
			if err := y.end(ctx, verifier.Killed); err != nil || why.ours == nil {
				return err
			}
			return why.ours
		case now := <-clock.C:
			if over, err := y.moment(ctx, now); over || err != nil {
				return err
			}
		}
	}
}

// moment does what is due at a tick. over says that the step has ended.
func (y *typing) moment(ctx context.Context, now time.Time) (over bool, err error) {
	state := y.sink.look()
	quiet := now.Sub(later(state.last, y.life))
	switch {
	case state.err != nil:
		return true, errors.Join(fmt.Errorf("keep the step's output: %w", state.err), y.end(ctx, verifier.Flooded))
	case state.flooded:
		return true, y.end(ctx, verifier.Flooded)
	case y.entry.Timeout > 0 && now.Sub(y.started) >= y.entry.Timeout:
		return true, y.end(ctx, verifier.TimedOut)
	case y.entry.Silence > 0 && quiet >= y.entry.Silence && (y.seenAt.After(state.last) || y.failures > 2):
		return true, y.end(ctx, verifier.Silent)
	}
	if state.bytes != y.bytes {
		y.bytes, y.seen, y.last = state.bytes, unknown, sight{}
		if !y.entry.Serves { // whose looks do not wait for silence
			y.next = time.Time{}
		}
	}
	if y.entry.Ready.Log != "" && y.sink.announced() {
		return y.announced(ctx, now)
	}
	if now.Before(y.next) || !y.worthLooking(now, state) {
		return false, nil
	}
	return y.look(ctx)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (y *typing) worthLooking(now time.Time, state touched) bool {
	quiet := now.Sub(state.last)
	switch {
	case y.entry.Serves && now.Sub(y.started) >= serveLook:
		return true
	case quiet >= quietLook, y.entry.Silence > 0 && quiet >= y.entry.Silence/2:
		return true
	case quiet >= promptLook:
		return looksLikeQuestion(y.t.unfinished(y.sink))
	}
	return false
}

// look sees what the step does and acts on it.
func (y *typing) look(ctx context.Context) (over bool, err error) {
	now, err := y.m.look(ctx, y.t)
	if err != nil {
		return y.blind(ctx, err)
	}
	before, seen := y.last, y.seen
	if seen == unknown {
		before.ticks = now.ticks // nothing to compare to
	}
	now = y.told(now)
	v := judge(before, now)
	y.last, y.seen, y.seenAt = now, v, time.Now()
	confirmed := v == seen && same(before, now)
	if y.entry.Ready.Declared() && !now.shellGone {
		up, err := y.m.up(ctx, y.entry.Ready)
		if err != nil {
			return y.blind(ctx, err)
		}
		if up {
			return true, y.serves(now.ports)
		}
		if v == serving {
			v = busy // what was declared is still to come
		}
	}
	switch v {
	case serving:
		if y.entry.Serves || confirmed {
			return true, y.serves(slices.Concat(now.ports, now.inner))
		}
		y.next = time.Now().Add(2 * secondLook)
	case waiting:
		if confirmed {
			return y.waits(ctx, now.readers)
		}
		y.next = time.Now().Add(secondLook)
	case busy:
		y.life = y.seenAt
		y.next = time.Now().Add(y.pause())
	case sleeping, unknown:
		y.next = time.Now().Add(y.pause())
	}
	return false, nil
}

// told is a sight by what is known of the step: a port that stands in its text
// or output can be visited.
func (y *typing) told(s sight) sight {
	patience := innerQuiet
	if y.entry.Serves {
		patience = innerServes
	}
	s.settled = time.Since(later(y.sink.look().last, y.life)) >= patience
	shown := numbers.FindAllString(y.entry.Text+"\n"+string(y.sink.ending()), -1)
	s.inner = slices.DeleteFunc(s.inner, func(port int) bool {
		known := slices.Contains(shown, strconv.Itoa(port))
		if known {
			s.ports = append(s.ports, port)
		}
		return known
	})
	slices.Sort(s.ports)
	return s
}

var numbers = regexp.MustCompile(`\d+`)

// pause is the time to the next look at a step that does nothing remarkable.
func (y *typing) pause() time.Duration {
	switch {
	case y.entry.Serves:
		return serveLook
	case y.entry.Silence > 0 && y.entry.Silence < 2*rareLook:
		return y.entry.Silence / 4
	case time.Since(y.started) < 10*time.Second:
		return secondLook * 3
	}
	return rareLook
}

// blind goes on without a look. Whether the engine is still there must be
// known, or a step without limits would be waited for forever.
func (y *typing) blind(ctx context.Context, cause error) (over bool, err error) {
	if ctx.Err() != nil {
		return false, nil // follow sees it next
	}
	if err := y.m.there(ctx); err != nil {
		return true, err
	}
	y.failures++
	y.next = time.Now().Add(time.Duration(min(y.failures, 10)) * rareLook)
	y.m.engine.log.Debug("look failed", "error", cause)
	return false, nil
}

// serves leaves a server running in its terminal.
func (y *typing) serves(ports []int) error {
	y.m.park(y.t)
	y.done.Ended, y.done.Ports = verifier.Serving, ports
	return nil
}

// waits answers a program that asks, or ends it.
func (y *typing) waits(ctx context.Context, readers []reader) (over bool, err error) {
	r := readers[len(readers)-1] // the youngest: what a wrapper started, not the wrapper
	y.last, y.seen = sight{}, unknown
	y.next = time.Now().Add(secondLook)
	if kind := r.atPrompt(y.t.now()); kind != noShell && y.asked[r.pid] < 2 {
		y.asked[r.pid]++
		y.next = time.Now().Add(time.Second)
		return false, y.t.ask(y.number, kind == bashShell && y.asked[r.pid] == 1)
	}
	text := question(y.t.unfinished(y.sink))
	p := verifier.Prompt{Text: text}
	switch {
	case r.pager():
		p = verifier.Prompt{Text: fmt.Sprintf("(%s shows a page)", r.programName()), Reply: "q", Answered: true}
	case r.editor():
		p.Text = fmt.Sprintf("(%s waits in its window)", r.programName())
	case y.answer != nil:
		p.Reply, p.Answered = y.answer(text)
	}
	if p.Answered && y.again(p) {
		p.Reply, p.Answered = "", false
	}
	y.done.Prompts = append(y.done.Prompts, p)
	if !p.Answered {
		return true, y.end(ctx, verifier.Asking)
	}
	if r.pager() {
		return false, y.t.send("q")
	}
	return false, y.t.send(strings.TrimRight(p.Reply, "\r\n") + "\n")
}

// again reports whether the same question was asked too often in a row.
func (y *typing) again(p verifier.Prompt) bool {
	if n := len(y.done.Prompts); n > 0 && y.done.Prompts[n-1] == p {
		y.repeated++
	} else {
		y.repeated = 0
	}
	return y.repeated >= sameQuestion
}
