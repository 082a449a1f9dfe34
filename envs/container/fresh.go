package container

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// stepZero is the state right after a checkout was brought in: what every
// later fresh machine with it starts from.
type stepZero struct {
	ready    chan struct{} // closed when the rest is set
	snapshot verifier.Snapshot
	state    shellState
	err      error
}

// Fresh starts a clean machine and brings the repository in, with the declared
// services beside it and more, if any. The first time for a checkout takes a
// snapshot, from which later machines start.
func (s *Stage) Fresh(ctx context.Context, repo Checkout, more ...verifier.Service) (*Machine, error) {
	if err := repo.check(); err != nil {
		return nil, err
	}
	added, err := s.services(ctx, more, func(string) {})
	if err != nil {
		return nil, err
	}
	services := joined(s.ready, added)
	key := fmt.Sprintf("%+v", repo)
	for {
		s.mu.Lock()
		zero, made := s.zeros[key]
		if !made {
			zero = &stepZero{ready: make(chan struct{})}
			s.zeros[key] = zero
		}
		s.mu.Unlock()
		if !made {
			m, err := s.firstFresh(ctx, repo, zero, services)
			if err != nil {
				s.mu.Lock()
				delete(s.zeros, key)
				s.mu.Unlock()
			}
			zero.err = err
			close(zero.ready)
			return m, err
		}
		select {
		case <-zero.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if zero.err == nil {
			// Services are clean ones again: nothing has touched those of the first.
			return s.from(ctx, zero.snapshot, origin{state: zero.state}, services)
		}
	}
}

// firstFresh sets a machine up and freezes it, while its terminal opens.
func (s *Stage) firstFresh(ctx context.Context, repo Checkout, zero *stepZero, services []readyService) (*Machine, error) {
	home := shellState{User: s.env.User}
	m, err := s.start(ctx, origin{image: s.image, layers: s.layers, state: home}, services)
	if err != nil {
		return nil, err
	}
	if m.state.Dir, err = m.bring(ctx, repo); err == nil {
		zero.state = m.state
		m.openAhead(ctx)
		// Nothing else runs yet, so there is nothing to pause, and the terminal may open meanwhile.
		zero.snapshot, err = m.freeze(ctx, false, m.state)
	}
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	m.frozen = &frozenState{zero.snapshot}
	if s.downloads != "" && s.env.Network != envs.NetworkNone {
		// After the snapshot, from which the replay starts.
		m.frozen = nil
		if err := m.supply(ctx); err != nil {
			return nil, errors.Join(&Trouble{
				Blame: verifier.BlameContainer, What: "the downloads of earlier runs cannot be brought in", Where: "environment " + s.env.Name, Err: err,
				ToDo: "verify without --cache, or remove them with freshinstall prune",
			}, m.Close())
		}
	}
	return m, nil
}

// from starts a machine from a snapshot; the rest of its origin is given.
func (s *Stage) from(ctx context.Context, snap verifier.Snapshot, o origin, services []readyService) (*Machine, error) {
	o.image, o.layers, o.room = snap.ID, snap.Layers, snap.Room
	m, err := s.start(ctx, o, services)
	if err != nil {
		return nil, err
	}
	m.openAhead(ctx)
	m.frozen = &frozenState{snap}
	return m, nil
}

// Fork starts a machine from a snapshot, with its files, its shell's state and
// its services as they were, and clean ones of more, if any; processes and
// sockets are not in it.
func (s *Stage) Fork(ctx context.Context, snap verifier.Snapshot, more ...verifier.Service) (*Machine, error) {
	i, err := s.engine.back.Image(ctx, snap.ID)
	if err != nil {
		return nil, fmt.Errorf("fork: %w", s.engine.withoutImage(ctx, snap.ID, lost("find the snapshot", err)))
	}
	state := shellState{User: s.env.User}
	raw, err := base64.StdEncoding.DecodeString(i.Labels[labelShell])
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil {
		return nil, fmt.Errorf("fork: read the snapshot's shell state: %w", err)
	}
	frozen, err := s.engine.thaw(ctx, i.Labels[labelBeside])
	if err != nil {
		return nil, fmt.Errorf("fork: %w", err)
	}
	added, err := s.services(ctx, more, func(string) {})
	if err != nil {
		return nil, fmt.Errorf("fork: %w", err)
	}
	m, err := s.from(ctx, snap, origin{state: state, touched: true}, joined(frozen, added))
	if err != nil {
		return nil, err
	}
	m.expect() // one fork is rarely the last
	if snap.Cold && s.downloads != "" {
		if err := m.withdraw(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("fork: %w", err), m.Close())
		}
	}
	return m, nil
}

// mostLayers is where a chain of snapshots is flattened: engines allow 125.
const mostLayers = 110

// freeze commits the machine as it is.
func (m *Machine) freeze(ctx context.Context, pause bool, state shellState) (verifier.Snapshot, error) {
	began := time.Now()
	// Text and numbers always marshal.
	raw, _ := json.Marshal(state)
	beside, err := m.beside.freeze(ctx)
	if err != nil {
		return verifier.Snapshot{}, err
	}
	c, err := m.engine.back.Container(ctx, m.box.ID, true)
	if err != nil {
		return verifier.Snapshot{}, lost("measure the machine", err)
	}
	if !c.Running { // some engines keep what has ended while others are joined to it
		return verifier.Snapshot{}, lost("take a snapshot", fmt.Errorf("its container has ended: %w", errGone))
	}
	snap := verifier.Snapshot{Bytes: c.Bytes, Layers: m.layers + 1, Room: m.room + c.Bytes}
	labels := m.engine.me.labels(kindSnapshot, map[string]string{
		labelShell: base64.StdEncoding.EncodeToString(raw), labelBeside: beside, labelRoom: strconv.FormatInt(snap.Room, 10),
	})
	if snap.Bytes > heavy {
		m.expect() // it moves on
	}
	if snap.Layers > mostLayers {
		snap.ID, err = m.engine.back.Flatten(ctx, m.box.ID, labels)
		snap.Layers = 1
	} else {
		snap.ID, err = m.engine.back.Commit(ctx, m.box.ID, commit{Labels: labels, Pause: pause})
	}
	if err != nil {
		return verifier.Snapshot{}, lost("take a snapshot", err)
	}
	m.engine.keep(snap.ID)
	snap.Took = time.Since(began).Seconds()
	return snap, nil
}

// heavy is from where on a machine moves on to its own snapshot: every later
// commit would have to write all of it again.
const heavy = 64 << 20

// Snapshot freezes the machine's files and its shell's state. After much was
// written it goes on, unnoticed by the newcomer, in a machine made from the
// snapshot, unless something runs that would be lost.
func (m *Machine) Snapshot(ctx context.Context) (verifier.Snapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return verifier.Snapshot{}, fmt.Errorf("snapshot of a closed machine: %w", verifier.ErrLost)
	}
	if m.frozen != nil {
		snap := m.frozen.snapshot
		snap.Took = 0
		return snap, nil
	}
	snap, err := m.freeze(ctx, true, m.state)
	if err != nil {
		return verifier.Snapshot{}, m.orLost(ctx, err)
	}
	m.frozen = &frozenState{snap}
	if snap.Bytes > heavy {
		still, err := m.still(ctx)
		if err == nil && still {
			err = m.move(ctx, snap)
		}
		if err != nil {
			return verifier.Snapshot{}, err
		}
	}
	return snap, nil
}

// Written gives the bytes of the machine's writable layer, which is what the
// next snapshot copies; nothing when the last one still holds.
func (m *Machine) Written(ctx context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, fmt.Errorf("measure a closed machine: %w", verifier.ErrLost)
	}
	if m.frozen != nil {
		return 0, nil
	}
	c, err := m.engine.back.Container(ctx, m.box.ID, true)
	if err != nil {
		return 0, m.orLost(ctx, lost("measure the machine", err))
	}
	return c.Bytes, nil
}

// move goes on in a container made from the snapshot just taken.
func (m *Machine) move(ctx context.Context, snap verifier.Snapshot) error {
	box, err := m.stage.box(ctx, origin{image: snap.ID, touched: true}, m.beside)
	if err != nil {
		return err
	}
	former := m.presence
	m.presence = presence{}
	m.enter(box)
	m.layers, m.room = snap.Layers, snap.Room
	m.openAhead(ctx)
	m.leaving.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if err := former.leave(ctx); err != nil {
			m.engine.log.Warn("a former container was not removed", "error", err)
		}
	})
	return nil
}

// lasting are processes that start by themselves and come back by themselves.
var lasting = map[string]bool{"gpg-agent": true, "dirmngr": true, "keyboxd": true, "scdaemon": true}

// still reports whether nothing runs in the machine but what we started.
func (m *Machine) still(ctx context.Context) (bool, error) {
	if len(m.parked) > 0 || len(m.stale) > 0 || m.term == nil {
		return false, nil
	}
	text, _, err := m.exec(ctx, `echo $$; cat /proc/[0-9]*/stat 2>/dev/null; :`)
	if err != nil {
		return false, err
	}
	return quiet(text, m.term.first), nil
}

// quiet judges a list of processes, headed by the number of the one that made
// it. Ours are: the first process and its children, which share its session;
// the terminal's shell; the lister; the lookout, which comes from outside and
// so has no parent here.
func quiet(text string, shell int) bool {
	var lister int
	if _, err := fmt.Sscan(text, &lister); err != nil {
		return false
	}
	all := parseStats(text)
	for _, p := range all {
		ours := p.pid == 1 || p.session == 1 || p.pid == shell || p.pid == lister || descends(all, p, lister) ||
			p.parent == 0 && p.tty == 0 && p.name == "bash" || p.state == 'Z' || lasting[p.name]
		if !ours {
			return false
		}
	}
	return true
}
