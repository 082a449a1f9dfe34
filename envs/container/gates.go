package container

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
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

// passage is a gate that is closed, and whose machine may start.
type passage struct {
	box    *living
	told   chan string   // what it says of itself
	reader chan struct{} // closed when nothing is read any more
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

// alone is a gate's place where its machine has no neighbours.
var alone = life{Hostname: "freshinstall"}

// start makes one gate and waits until it is closed. Where it stands is the
// caller's to say: the network and the names there.
func (g *gates) start(ctx context.Context, l life, s gate.Settings) (*passage, error) {
	image, err := g.engine.program(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	l.Image, l.Command = image, []string{gateProgram, gate.Word, string(settings)}
	l.Labels = g.engine.me.labels(kindGate, map[string]string{labelKey: "", labelMade: ""})
	l.Routes, l.Output, l.Limits = true, true, limits{Memory: 256 << 20, PIDs: 128}
	box, err := g.engine.back.Start(ctx, l)
	if err != nil {
		return nil, err
	}
	p := &passage{box: box, told: make(chan string, 1), reader: make(chan struct{})}
	go p.read(g)
	wait := time.NewTimer(gateWait)
	defer wait.Stop()
	select {
	case first := <-p.told:
		if first == gate.SaysReady {
			return p, nil
		}
		err = errors.New("the gate was not closed: " + strings.TrimPrefix(first, gate.SaysOpen+" "))
	case <-wait.C:
		err = fmt.Errorf("the gate said nothing within %s", gateWait)
	case <-ctx.Done():
		err = ctx.Err()
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
	defer cancel()
	return nil, errors.Join(err, p.stop(after))
}

// read takes what a gate says, until it ends.
func (p *passage) read(g *gates) {
	defer close(p.reader)
	lines := bufio.NewScanner(p.box.Out)
	for lines.Scan() {
		text, err := strconv.Unquote(lines.Text())
		if err != nil {
			text = gate.SaysOpen + " " + lines.Text() // another program stands there
		}
		if host, ok := strings.CutPrefix(text, gate.SaysRefused+" "); ok {
			g.mu.Lock()
			g.refused[host] = true
			g.mu.Unlock()
			continue
		}
		select {
		case p.told <- strings.TrimSpace(text):
		default: // nobody asked
		}
	}
}

// gone reports whether a gate has ended.
func (p *passage) gone() bool {
	select {
	case <-p.reader:
		return true
	default:
		return false
	}
}

func (p *passage) stop(ctx context.Context) error {
	err := p.box.Stop(ctx)
	<-p.reader
	return err
}

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

// waiting reports whether a gate that was started ahead stands.
func (g *gates) waiting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.ahead) > 0 && len(g.ahead[0]) > 0
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

// let opens the way to single addresses.
func (g *gates) let(ctx context.Context, p *passage, addresses []string) {
	for _, to := range addresses {
		_, err := fmt.Fprintf(p.box.In, "%s\n", to)
		if err == nil {
			select {
			case said := <-p.told:
				if said != gate.SaysLet+" "+to {
					err = errors.New(said)
				}
			case <-p.reader:
				err = errGone
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil { // then it stays closed, which steps will tell
			g.engine.log.Warn("a registry in a private network stays out of reach", "environment", g.name, "address", to, "error", err)
			return
		}
	}
}

// seen gives what the gates of an environment have told so far.
func (g *gates) seen() (refused []string, open string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Sorted(maps.Keys(g.refused)), g.open
}
