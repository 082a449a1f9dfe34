package container

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// Machine is a running container with a newcomer's terminal. Its methods may
// be called from several goroutines, but they take turns.
type Machine struct {
	engine *Engine
	stage  *Stage

	current     atomic.Pointer[living] // the box, for ending it while a step is under way
	interrupted atomic.Bool            // it was ended so

	mu sync.Mutex
	presence
	state  shellState
	layers int          // of the image the container was made from
	room   int64        // of that image, see [verifier.Snapshot]
	frozen *frozenState // what the file system still equals; nil: something may have changed
	beside *company     // services; nil: none
	step   int
	closed bool

	leaving sync.WaitGroup // former containers on their way out
}

// presence is the container in which a machine lives at present, with all
// that ends when it moves on.
type presence struct {
	box     *living
	term    *terminal   // nil: opened when it is needed
	opening chan opened // the terminal that is being opened ahead; nil: none
	parked  []*terminal // servers run in them
	stale   []int       // first processes of abandoned terminals
	lookout *lookout    // nil: started when it is needed
	ooms    int         // kills for memory that were seen
}

// frozenState is the latest snapshot, while nothing has changed since.
type frozenState struct{ snapshot verifier.Snapshot }

// opened is the outcome of opening a terminal ahead.
type opened struct {
	t     *terminal
	first mark
	err   error
}

// firstProcess reads the stream that only we hold, and ends with it.
var firstProcess = []string{"sh", "-c", "cat >/dev/null"}

// origin is what a machine starts from.
type origin struct {
	image   string // an ID
	layers  int
	room    int64
	state   shellState
	touched bool // by a document's step: its programs may be foreign ones
}

// start makes a machine with its services, and without a terminal yet.
func (s *Stage) start(ctx context.Context, o origin, services []readyService) (*Machine, error) {
	m := &Machine{engine: s.engine, stage: s, state: o.state, layers: o.layers, room: o.room}
	var err error
	if m.beside, err = s.gather(ctx, services); err != nil {
		return nil, err
	}
	answering := make(chan error, 1)
	waiting, giveUp := context.WithCancel(ctx)
	defer giveUp()
	go func() { answering <- m.beside.open(waiting, s) }()
	box, err := s.box(ctx, o, m.beside)
	if err != nil {
		giveUp()
	}
	if err = errors.Join(err, <-answering); err == nil {
		err = m.beside.introduce(ctx, s, box.ID)
	}
	if err != nil {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if box != nil {
			err = errors.Join(err, box.Stop(after))
		}
		return nil, errors.Join(err, m.beside.leave(after))
	}
	m.enter(box)
	s.engine.adopt(m)
	return m, nil
}

// enter makes a container the machine's own.
func (m *Machine) enter(box *living) {
	m.box = box
	m.current.Store(box)
}

// box starts a container for this environment's machines.
func (s *Stage) box(ctx context.Context, o origin, beside *company) (box *living, err error) {
	l := life{
		Image: o.image, Command: firstProcess, Hostname: "freshinstall", Platform: s.env.Base.Platform,
		Labels: s.engine.me.labels(kindMachine, map[string]string{labelKey: "", labelRecord: "", labelShell: "", labelBeside: ""}),
		Limits: machineLimits(s.env),
	}
	if beside == nil {
		box, err = s.gates.enclose(ctx, l, !o.touched)
	} else {
		l.NetOf, l.Hostname = beside.ground.ID, "" // enclosed already
		box, err = s.engine.back.Start(ctx, l)
	}
	return box, s.engine.withoutImage(ctx, o.image, lost("start a machine for "+s.env.Name, err))
}

// expect has a gate started ahead: another machine will be wanted soon. With
// services, machines stand on a ground of their own, which cannot be had ahead.
func (m *Machine) expect() {
	if m.beside == nil {
		m.stage.gates.expect()
	}
}

// openAhead opens the terminal while others work; what needs it waits.
func (m *Machine) openAhead(ctx context.Context) {
	m.opening = make(chan opened, 1)
	box, state := m.box.ID, m.state
	// It outlives the call that starts it, and is bounded by itself.
	ctx = context.WithoutCancel(ctx)
	go func(result chan<- opened) {
		t, first, err := openTerminal(ctx, m.engine.back, box, state, m.stage.session)
		result <- opened{t, first, err}
	}(m.opening)
}

// ready gives the terminal in which the next step is typed.
func (m *Machine) ready(ctx context.Context) (*terminal, error) {
	if m.box.Fenced != nil {
		if err := m.box.Fenced(ctx); err != nil {
			return nil, m.orLost(ctx, err)
		}
	}
	if m.term != nil && m.term.ended() {
		// Between steps: a background job of the user's ended the shell, or the engine went away.
		if err := m.there(ctx); err != nil {
			return nil, err
		}
		m.drop(m.term)
	}
	if err := m.killStale(ctx); err != nil {
		return nil, err
	}
	if m.term != nil {
		return m.term, nil
	}
	var o opened
	if m.opening != nil {
		select {
		case o = <-m.opening:
			m.opening = nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if o.t == nil {
		o.t, o.first, o.err = openTerminal(ctx, m.engine.back, m.box.ID, m.state, m.stage.session)
	}
	if o.err != nil {
		return nil, m.orLost(ctx, o.err)
	}
	m.term = o.t
	m.state = o.first.after(m.state)
	return o.t, nil
}

// drop forgets a terminal and closes our end of it.
func (m *Machine) drop(t *terminal) {
	if m.term == t {
		m.term = nil
	}
	t.close()
}

// park leaves a terminal to the server that runs in it.
func (m *Machine) park(t *terminal) {
	t.mute()
	m.parked = append(m.parked, t)
	m.term = nil
}

// Close ends the machine and removes everything of it but its snapshots. A
// step under way ends with [verifier.ErrLost]. It may be called more than once.
func (m *Machine) Close() error {
	if !m.mu.TryLock() {
		m.interrupt()
		m.mu.Lock()
	}
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	m.engine.forget(m)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := m.leave(ctx)
	m.leaving.Wait()
	return errors.Join(err, m.beside.leave(ctx))
}

// interrupt ends the container under a call that holds the machine.
func (m *Machine) interrupt() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	m.interrupted.Store(true)
	// What could not be stopped now is reported when it is stopped again.
	_ = m.current.Load().Stop(ctx)
}

// leave gives up a container with its terminals and lookout.
func (p *presence) leave(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- p.box.Stop(ctx) }() // an engine may keep it until the lookout is gone
	var all []error
	if p.opening != nil {
		if o := <-p.opening; o.t != nil {
			o.t.close()
		}
		p.opening = nil
	}
	if p.term != nil {
		p.term.close()
		p.term = nil
	}
	for _, t := range p.parked {
		t.close()
	}
	p.parked, p.stale = nil, nil
	if p.lookout != nil {
		all = append(all, p.lookout.close(ctx))
		p.lookout = nil
	}
	return errors.Join(append(all, <-ended)...)
}
