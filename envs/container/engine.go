package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Options say which engine is wanted and what machines may do to its host.
// The zero value is useful.
type Options struct {
	Host      string              // address of the engine; empty: found
	Getenv    func(string) string // of the user's environment; nil: the process's own
	Log       *slog.Logger        // for debugging of ourselves; nil: discarded
	MaxOutput int64               // bytes that one step may print; 0: 1 GiB
	FreeDisk  int64               // bytes that must stay free on the engine's disk; 0: 1 GiB
}

// Engine is a connection to a container engine and the owner of everything
// that was made through it. It may be used by several goroutines at once.
type Engine struct {
	back    backend
	me      identity
	address string
	root    string // the engine's data folder, when it lies on this host
	options Options
	log     *slog.Logger
	once    singleflight.Group

	mu        sync.Mutex
	machines  map[*Machine]bool
	deaf      map[string]error // image references whose registry did not answer, in this process
	images    []string         // snapshots of this session
	kept      map[string]bool  // those among them that outlive it
	houses    []*gates
	gateImage string // of this program; empty: not asked for yet
	closed    bool
	until     time.Time // to when an engine that went away is waited for; zero: it never did

	buildsAsked  bool
	buildsFenced error // why builds do not stand behind a gate, once that was asked
}

// Connect finds a container engine that answers: Options.Host, DOCKER_HOST,
// the docker CLI's current context, then the usual sockets. When none does,
// the error is a [*NoEngineError].
func Connect(ctx context.Context, o Options) (*Engine, error) {
	around := hostSurroundings(o.Getenv)
	places := around.addresses()
	if o.Host != "" {
		places = []address{{host: o.Host, origin: "asked for"}}
	}
	failure := &NoEngineError{}
	for _, a := range places {
		back, facts, err := openDocker(ctx, a)
		if err == nil {
			return newEngine(a, back, facts, o)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failure.Attempts = append(failure.Attempts, Attempt{Address: a.host, Origin: a.origin, Err: err})
	}
	failure.ToDo = advice(failure.Attempts, around.goos)
	return nil, failure
}

// facts are what an engine tells about itself.
type facts struct {
	api  string // version agreed on
	root string // its data folder, when it lies on this host
}

func newEngine(a address, back backend, f facts, o Options) (*Engine, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.MaxOutput == 0 {
		o.MaxOutput = 1 << 30
	}
	if o.FreeDisk == 0 {
		o.FreeDisk = 1 << 30
	}
	me, err := newIdentity()
	if err != nil {
		return nil, err
	}
	o.Log.Debug("engine", "address", a.host, "api", f.api, "session", me.session)
	return &Engine{
		back: back, me: me, address: a.host, root: f.root, options: o, log: o.Log,
		machines: map[*Machine]bool{}, kept: map[string]bool{}, deaf: map[string]error{},
	}, nil
}

// getenv reads the user's environment.
func (e *Engine) getenv() func(string) string {
	if e.options.Getenv != nil {
		return e.options.Getenv
	}
	return os.Getenv // how the network is reached is the user's own setting, as for every client
}

// Address is where the engine answered.
func (e *Engine) Address() string { return e.address }

// Close removes every machine and snapshot of this session; cached images and
// kept snapshots stay. The engine is not to be used afterwards.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	machines := make([]*Machine, 0, len(e.machines))
	for m := range e.machines {
		machines = append(machines, m)
	}
	images, houses, kept := e.images, e.houses, e.kept
	e.images, e.houses = nil, nil
	e.mu.Unlock()

	var all []error
	var waiting sync.WaitGroup
	failures := make(chan error, len(machines)+len(houses))
	for _, g := range houses {
		waiting.Go(func() { failures <- g.close() })
	}
	for _, m := range machines {
		waiting.Go(func() { failures <- m.Close() })
	}
	waiting.Wait()
	close(failures)
	for err := range failures {
		all = append(all, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	// Last made, first removed: a later snapshot is built on an earlier one.
	for i := len(images) - 1; i >= 0; i-- {
		if kept[images[i]] {
			continue
		}
		err := e.back.Remove(ctx, thing{Class: classImage, ID: images[i]})
		if errors.Is(err, errNeeded) && len(kept) > 0 {
			continue // it goes with the one that stands on it
		}
		if err != nil {
			all = append(all, fmt.Errorf("remove snapshot: %w", err))
		}
	}
	if c, ok := e.back.(io.Closer); ok {
		all = append(all, c.Close())
	}
	return errors.Join(all...)
}

// shared does what only one caller at a time shall do; the others wait and
// take its result, unless it was merely that caller who gave up.
func (e *Engine) shared(ctx context.Context, key string, do func() (any, error)) (any, error) {
	for {
		mine := false
		made, err, _ := e.once.Do(key, func() (any, error) {
			mine = true
			made, err := do()
			if errors.Is(err, context.Canceled) {
				e.once.Forget(key) // or the others would get this very end again and again
			}
			return made, err
		})
		if mine || ctx.Err() != nil || !errors.Is(err, context.Canceled) {
			return made, err
		}
	}
}

// adopt makes the engine responsible for a machine's end.
func (e *Engine) adopt(m *Machine) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.machines[m] = true
}

func (e *Engine) forget(m *Machine) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.machines, m)
}

// keep notes a snapshot's image for removal at the end.
func (e *Engine) keep(image string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.images = append(e.images, image)
}
