package container

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// Services stand beside one machine and belong to it alone:
//
//   - Each machine and each fork has its own ones. A snapshot freezes them with
//     the machine, and a fork begins with both as they were: a control run sees
//     what earlier steps did to a database, and never what a fix did to it.
//     Shared ones would let a fix reach into its own control; empty ones would
//     lack what earlier steps made. It costs a commit of each service for each
//     snapshot (0.4 s for Redis, 1 to 2 s for a database, on two busy cores) and
//     its start in each fork (2 s; RabbitMQ 12 s).
//   - What is frozen is what a service has written, as after a power cut; it is
//     asked to write all beforehand. What it holds in memory alone is lost.
//   - A machine moves from container to container as it grows. So that its
//     services need not, their common network belongs to neither, but to a
//     third container, the ground: machine and services at localhost share its
//     network, hence its loopback; the others are its neighbours there, with
//     names of their own.
//   - The ground is a gate, see [gates]: a machine with services is fenced like
//     any other, and reaches its services besides. So are the services that are
//     neighbours: their accounts are administrators, and some of those may run
//     programs there. These reach their neighbours and nothing else.

// company are the services beside one machine, and the ground they share.
type company struct {
	engine  *Engine
	ground  *living // of the machine and its services at localhost
	network string  // of the company alone; empty: none is needed
	servers []*server
}

// gather prepares the ground; nil where there is no service.
func (s *Stage) gather(ctx context.Context, all []readyService) (_ *company, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	c := &company{engine: s.engine}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.leave(context.WithoutCancel(ctx)))
		}
	}()
	ground, settings := s.ground("freshinstall"), s.gates.settings
	for _, r := range all {
		if r.Service.At == verifier.AtLocalhost {
			ground.Hosts = append(ground.Hosts, r.Service.Name+":127.0.0.1")
		} else if c.network == "" {
			name := "freshinstall-" + nonce()
			// Without a network of its own the machine must still reach its services, and nothing else.
			c.network, ground.Network, settings.Near = name, name, true // also where the engine makes it and cannot say so
			if err := s.engine.back.Network(ctx, name, s.engine.me.labels(kindServer, nil), s.env.Network == envs.NetworkNone); err != nil {
				return nil, fmt.Errorf("make a network for the services of %s: %w", s.env.Name, err)
			}
		}
	}
	if s.env.Network == envs.NetworkNone && c.network == "" {
		ground.Network = "none"
		c.ground, err = s.engine.back.Start(ctx, ground)
	} else {
		c.ground, err = s.gates.ground(ctx, ground, settings)
	}
	if err != nil {
		return nil, lost("start the services of "+s.env.Name, err)
	}
	for _, r := range all {
		c.servers = append(c.servers, &server{readyService: r, back: s.engine.back})
	}
	return c, nil
}

// ground is a container that does nothing but own a network.
func (s *Stage) ground(hostname string) life {
	return life{
		Image: s.image, Command: firstProcess, Hostname: hostname, Platform: s.env.Base.Platform,
		Labels: s.engine.me.labels(kindServer, map[string]string{labelKey: "", labelRecord: "", labelShell: ""}), Limits: limits{Memory: 64 << 20, PIDs: 16},
	}
}

// open starts all services and waits until each answers.
func (c *company) open(ctx context.Context, s *Stage) error {
	if c == nil {
		return nil
	}
	group, waiting := errgroup.WithContext(ctx)
	for i, v := range c.servers {
		group.Go(func() error {
			l := life{Platform: s.env.Base.Platform, NetOf: c.ground.ID, Limits: machineLimits(s.env)}
			if v.Service.At != verifier.AtLocalhost {
				ground := s.ground(v.Service.Name)
				ground.Network, ground.Alias = c.network, v.Service.Name
				var err error
				if v.ground, err = s.gates.ground(ctx, ground, gate.Settings{Nothing: true, Near: true}); err != nil {
					return lost("start service "+v.Service.Name, err)
				}
				l.NetOf = v.ground.ID
			}
			started, err := s.engine.serve(ctx, v.readyService, l)
			if err != nil {
				return err
			}
			started.ground = v.ground
			c.servers[i] = started
			if err := started.wait(waiting); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				return serviceTrouble(s, v.Service, verifier.BlameContainer, err, "try again; if it persists, look at the engine's memory and disk")
			}
			return nil
		})
	}
	return group.Wait()
}

// introduce writes the names of the machine's neighbours into its hosts file,
// where everything is closed: an engine's name server may lie behind the gate
// then (Podman's is at the network's gateway). The file belongs to the ground,
// so that a machine that moves on keeps it.
func (c *company) introduce(ctx context.Context, s *Stage, machine string) error {
	if c == nil || s.env.Network == envs.NetworkFull {
		return nil
	}
	script := ""
	for _, v := range c.servers {
		if v.ground == nil {
			continue
		}
		state, err := v.back.Container(ctx, v.ground.ID, false)
		if err != nil {
			return lost("find service "+v.Service.Name, err)
		}
		for _, ip := range state.Addresses {
			// Names of services are plain words, see envs.
			script += fmt.Sprintf("echo '%s %s' >>/etc/hosts\ntimeout 5 bash -c '</dev/tcp/%s/%d'\n", ip, v.Service.Name, ip, v.Service.Kind.Facts().Port)
		}
	}
	if script == "" {
		return nil
	}
	text, exit, err := execWith(ctx, s.engine.back, machine, "sh", "exec 2>&1\nset -e\n"+script, nil)
	if err != nil {
		return lost("name the services", err)
	}
	if exit != 0 {
		return &Trouble{
			Blame: verifier.BlameContainer, What: "a machine cannot reach the services beside it", Where: "environment " + s.env.Name,
			Err:  fmt.Errorf("%w (network: %s): exit status %d %s", errDropped, s.env.Network, exit, said(text)),
			ToDo: "declare at: localhost for them, or network: full; where two engines run on one computer, the packet filter of one may drop what passes through the other",
		}
	}
	return nil
}

// errDropped says that a closed network does not even lead to its own members.
var errDropped = errors.New("packets do not get through this engine's closed network")

// alive says which service has ended, as an error that is no step's.
func (c *company) alive(ctx context.Context) error {
	if c == nil {
		return nil
	}
	for _, v := range c.servers {
		state, err := v.back.Container(ctx, v.box.ID, false)
		if err != nil && !errors.Is(err, errGone) {
			return err
		}
		if err != nil || !state.Running {
			return fmt.Errorf("service %s has ended: %w; it said: %s", v.Service.Name, verifier.ErrLost, v.last(ctx))
		}
	}
	return nil
}

// heavy says which service has written more than a machine may; zero is no limit.
func (c *company) heavy(ctx context.Context, limit int64) string {
	if c == nil || limit <= 0 {
		return ""
	}
	for _, v := range c.servers {
		if state, err := v.back.Container(ctx, v.box.ID, true); err == nil && state.Bytes > limit {
			return fmt.Sprintf("service %s wrote %s, its limit is %s", v.Service.Name, size(state.Bytes), size(limit))
		}
	}
	return ""
}

// leave ends the services and removes what they shared.
func (c *company) leave(ctx context.Context) error {
	if c == nil {
		return nil
	}
	var waiting sync.WaitGroup
	failures := make(chan error, len(c.servers)+1)
	for _, v := range c.servers {
		waiting.Go(func() { failures <- v.stop(ctx) })
	}
	if c.ground != nil {
		waiting.Go(func() { failures <- c.ground.Stop(ctx) })
	}
	waiting.Wait()
	close(failures)
	var all []error
	for err := range failures {
		all = append(all, err)
	}
	if c.network != "" {
		all = append(all, c.engine.back.Remove(ctx, thing{Class: classNetwork, ID: c.network}))
	}
	return errors.Join(all...)
}

// machineLimits are the limits of a machine, and of each service beside it.
func machineLimits(env envs.Environment) limits {
	return limits{Memory: env.Limits.Memory, CPUs: env.Limits.CPUs, PIDs: env.Limits.PIDs}
}
