package container

import (
	"context"
	"errors"
	"net"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// alone is a gate's place where its machine has no neighbours.
var alone = life{Hostname: "freshinstall"}

// enclose starts a container behind a gate of its own. late allows the gate
// to be closed while the container runs already, when it holds nothing that a
// document's step has made. Where no gate is to be had, a machine with a full
// network starts without, and says so; one that may reach less does not start.
func (g *gates) enclose(ctx context.Context, l life, late bool) (*living, error) {
	switch {
	case g.network == envs.NetworkNone:
		l.Network = "none"
		return g.engine.back.Start(ctx, l)
	case late && !g.waiting():
		return g.encloseLate(ctx, l)
	}
	p, err := g.take(ctx)
	if err != nil && ctx.Err() == nil {
		p, err = g.start(ctx, alone, g.settings) // a machine is not opened for what happens once
	}
	if err != nil {
		if err = g.without(ctx, err); err != nil {
			return nil, err
		}
		return g.engine.back.Start(ctx, l)
	}
	l.NetOf, l.Hostname = p.box.ID, ""
	box, err := g.engine.back.Start(ctx, l)
	if err != nil {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
		defer cancel()
		return nil, errors.Join(err, p.stop(after))
	}
	g.letNearby(ctx, p)
	box.Reach = func(ctx context.Context, hosts gate.Hosts) {
		g.let(ctx, p, findNearby(ctx, hosts, net.DefaultResolver.LookupIPAddr))
	}
	machine := box.Stop
	box.Stop = func(ctx context.Context) error {
		gate := make(chan error, 1)
		go func() { gate <- p.stop(ctx) }()
		return errors.Join(machine(ctx), <-gate)
	}
	return box, nil
}

// encloseLate closes the network of a container that runs already.
func (g *gates) encloseLate(ctx context.Context, l life) (*living, error) {
	box, err := g.engine.back.Start(ctx, l)
	if err != nil {
		return nil, err
	}
	closed := make(chan struct{}) // when the rest is set
	var p *passage
	var failure error
	go func() {
		defer close(closed)
		// It outlives the call that starts it, and is bounded by itself.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), gateStart)
		defer cancel()
		for range 2 { // a machine is not opened for what happens once
			if p, failure = g.start(ctx, life{NetOf: box.ID}, g.settings); failure == nil {
				g.letNearby(ctx, p)
				return
			}
		}
		failure = g.without(ctx, failure)
	}()
	machine := box.Stop
	box.Stop = func(ctx context.Context) error {
		ended := make(chan error, 1)
		go func() { ended <- machine(ctx) }() // and with it a gate that is still being started
		<-closed
		if p == nil {
			return <-ended
		}
		return errors.Join(p.stop(ctx), <-ended) // an engine may keep the one until the other is gone
	}
	box.Fenced = func(ctx context.Context) error {
		select {
		case <-closed:
			return failure
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return box, nil
}

// ground starts what owns a network for others to stand on: a gate, so that
// nothing runs there before it is closed, or, where none is to be had and that
// may be, the given container without.
func (g *gates) ground(ctx context.Context, l life, s gate.Settings) (*living, error) {
	place := life{Network: l.Network, Alias: l.Alias, Hosts: l.Hosts, Hostname: l.Hostname}
	p, err := g.start(ctx, place, s)
	if err != nil && ctx.Err() == nil {
		p, err = g.start(ctx, place, s) // nobody is let out for what happens once
	}
	if err != nil {
		if err = g.without(ctx, err); err != nil {
			return nil, err
		}
		return g.engine.back.Start(ctx, l)
	}
	if !s.Nothing {
		g.letNearby(ctx, p)
	}
	return &living{ID: p.box.ID, Stop: p.stop}, nil
}

// without decides whether a machine may do without a gate, and notes it.
func (g *gates) without(ctx context.Context, cause error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(cause, errGone):
		return cause
	case g.network == envs.NetworkRegistries || g.network == envs.NetworkNone:
		return &Trouble{
			Blame: verifier.BlameContainer, What: "the network cannot be limited as declared (network: " + string(g.network) + ")", Where: "environment " + g.name, Err: cause,
			ToDo: "run freshinstall doctor, or declare network: full",
		}
	}
	g.mu.Lock()
	g.open = cause.Error()
	g.mu.Unlock()
	g.engine.log.Warn("routes of a machine stay open", "environment", g.name, "error", cause)
	return nil
}

// letNearby opens the way to registries that lie in private networks.
func (g *gates) letNearby(ctx context.Context, p *passage) {
	if g.network == envs.NetworkFull {
		g.let(ctx, p, g.nearby.all())
	}
}
