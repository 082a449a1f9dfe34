package container

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
)

// gates makes the gates of one environment's machines, one for each.
//
// Either a gate owns the network and its machine joins that: it is closed
// before anything runs in the machine, and one that was started ahead makes a
// machine start faster than without. Or it joins the network of a machine
// that holds nothing foreign yet, while the repository is brought in and the
// terminal opens, and costs no time either; see [living].Fenced.
type gates struct {
	engine   *Engine
	name     string // of the environment
	network  envs.Network
	settings gate.Settings
	nearby   nearby

	mu      sync.Mutex
	ahead   []chan passed // gates that are being started ahead
	refused map[string]bool
	closed  bool
	open    string // why a machine's routes could not be closed
}

type passed struct {
	p   *passage // nil with err: none is to be had
	err error
}

const (
	gateStart = time.Minute      // to start one, the image's making included
	gateWait  = 15 * time.Second // to its first word
)

// gates are one for each environment that is prepared, and end with the engine.
// Its packages come from hosts.
func (e *Engine) gates(env envs.Environment, hosts gate.Hosts) *gates {
	g := &gates{engine: e, name: env.Name, network: env.Network, refused: map[string]bool{}, nearby: nearby{hosts: hosts}}
	g.settings = gate.Settings{Deny: e.ownAddresses(), Let: env.Proxy.Addresses()}
	switch env.Network {
	case envs.NetworkNone:
		g.settings = gate.Settings{Nothing: true}
	case envs.NetworkRegistries:
		g.settings = gate.Settings{Registries: true, Hosts: hosts, Upstream: env.Proxy.HTTPS}
		if env.Proxy.HTTPS == "" {
			g.settings.Upstream = env.Proxy.HTTP
		}
	}
	g.settings.Names = e.nameServers()
	e.mu.Lock()
	e.houses = append(e.houses, g)
	e.mu.Unlock()
	if g.network == envs.NetworkFull {
		g.nearby.look()
	}
	return g
}

// ownAddresses are those at which the engine's host, when it is this one,
// answers its neighbours.
func (e *Engine) ownAddresses() []string {
	if e.root == "" {
		return nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // what is private is closed in any case
	}
	var found []string
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			bits := 8 * len(n.IP)
			if four := n.IP.To4(); four != nil {
				n.IP, bits = four, 32
			}
			found = append(found, n.IP.String()+"/"+strconv.Itoa(bits))
		}
	}
	return found
}

// nameServers are those that an engine's own name server asks: the host's.
// Engines before Docker 25 do not note them where a gate could read it.
func (e *Engine) nameServers() []string {
	if e.root == "" {
		return nil
	}
	var found []string
	// The second is where systemd keeps the real ones when the first names itself; engines know of it too.
	for _, file := range []string{"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"} {
		for _, ip := range gate.NameServers(file) {
			if !ip.IsLoopback() {
				found = append(found, ip.String())
			}
		}
	}
	return found
}

// expect starts a gate ahead, unless one waits already: a machine will be
// wanted soon, and then costs less time than one without a gate.
func (g *gates) expect() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.ahead) > 0 || g.closed || g.network == envs.NetworkNone {
		return
	}
	ahead := make(chan passed, 1)
	g.ahead = append(g.ahead, ahead)
	go func() {
		// It outlives the call that wants it soon, and is bounded by itself.
		ctx, cancel := context.WithTimeout(context.Background(), gateStart)
		defer cancel()
		p, err := g.start(ctx, alone, g.settings)
		ahead <- passed{p, err}
	}()
}

// take gives a gate, one that was started ahead where there is one.
func (g *gates) take(ctx context.Context) (*passage, error) {
	g.mu.Lock()
	if len(g.ahead) == 0 {
		g.mu.Unlock()
		return g.start(ctx, alone, g.settings)
	}
	ahead := g.ahead[0]
	g.ahead = g.ahead[1:]
	g.mu.Unlock()
	select {
	case a := <-ahead:
		if a.p != nil && a.p.gone() { // the engine was started anew, say
			return g.start(ctx, alone, g.settings)
		}
		return a.p, a.err
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		g.ahead = append(g.ahead, ahead) // for whoever comes next, or the end
		return nil, ctx.Err()
	}
}

// close ends the gates that nobody took.
func (g *gates) close() error {
	if g.network == envs.NetworkFull {
		g.nearby.all() // or its search would outlive its owner
	}
	g.mu.Lock()
	ahead := g.ahead
	g.ahead, g.closed = nil, true
	g.mu.Unlock()
	var all []error
	for _, a := range ahead {
		if p := (<-a).p; p != nil {
			ctx, cancel := context.WithTimeout(context.Background(), shortCall)
			all = append(all, p.stop(ctx))
			cancel()
		}
	}
	return errors.Join(all...)
}

// waiting reports whether a gate that was started ahead stands.
func (g *gates) waiting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.ahead) > 0 && len(g.ahead[0]) > 0
}

// seen gives what the gates of an environment have told so far.
func (g *gates) seen() (refused []string, open string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Sorted(maps.Keys(g.refused)), g.open
}
