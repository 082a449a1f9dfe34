package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/freshinstall/freshinstall/envs/container/early"
)

func init() { early.Over() }

// capabilities are what package managers need. The rest of the engine's
// default set (NET_RAW, MKNOD) and all others are dropped.
var capabilities = []string{
	"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
	"NET_BIND_SERVICE", "SETFCAP", "SYS_CHROOT", "AUDIT_WRITE",
}

// How many files a process may open when it raises its limit.
const (
	manyFiles  = 65536 // an engine's own limit mostly is this process's, where that is lower
	leastFiles = 4096  // the kernel's own; where the engine itself may not open more than some thousands
)

// leastProcesses is what a user may run where the engine wants to give more
// than it has itself. It counts a user's processes in all machines together;
// what one may run is bounded by its control group.
const leastProcesses = 4096

// ulimits are those of a login session on a current distribution, bounded:
// engines pass their own on, which are a million open files or no limit at
// all. Crashes leave no core files, as on a desktop.
func ulimits(files int64) []*container.Ulimit {
	return []*container.Ulimit{{Name: "nofile", Soft: 1024, Hard: files}, {Name: "core"}}
}

// lowUlimits are those that an engine can give that may not raise its own.
// Podman gives a million processes, unless told otherwise, without asking
// whether it may.
func lowUlimits() []*container.Ulimit {
	return append(ulimits(leastFiles), &container.Ulimit{Name: "nproc", Soft: leastProcesses, Hard: leastProcesses})
}

// providerLock guards the process environment while testcontainers reads it.
var providerLock sync.Mutex

// silent is testcontainers' logger: what it says is said in our own words.
type silent struct{}

func (silent) Printf(string, ...any) {}

// joinTestcontainers joins a connected client with testcontainers, which carries the
// lives of containers. testcontainers finds its engine by itself, from the
// environment and once in a process, so the environment is set for that
// moment; afterwards it is handed our client, so that both speak to the same
// engine whatever it found.
func (d *docker) joinTestcontainers(ctx context.Context, a address) (err error) {
	providerLock.Lock()
	defer providerLock.Unlock()
	restore, err := setEnv(map[string]string{
		"DOCKER_HOST":                  a.host,
		"TESTCONTAINERS_RYUK_DISABLED": "true", // its image cannot be had everywhere; the dead-man's stream does its work
		"DOCKER_CERT_PATH":             a.certs,
		"DOCKER_TLS_VERIFY":            map[bool]string{true: "1"}[a.certs != ""],
	})
	if err != nil {
		return fmt.Errorf("prepare testcontainers: %w", err)
	}
	defer restore()
	log.SetDefault(silent{})
	// testcontainers makes a network of its own where it does not find the engine's default one.
	bridge, err := d.defaultNetwork(ctx)
	if err != nil {
		return err
	}
	for range 2 {
		// It panics when it finds no engine by itself; the second time it takes the environment's as it is.
		d.provider, err = newProvider(bridge)
		if err == nil {
			d.provider.SetClient(d.api)
			return nil
		}
	}
	return fmt.Errorf("prepare testcontainers: %w", err)
}

// defaultNetwork is the name of the one on which containers are unless told
// otherwise. Podman's own name for it shows in some of its versions, in others
// Docker's does.
func (d *docker) defaultNetwork(ctx context.Context) (string, error) {
	all, err := settled(ctx, func() ([]network.Summary, error) { return d.api.NetworkList(ctx, network.ListOptions{}) })
	if err != nil {
		return "", fmt.Errorf("ask for the engine's networks: %w", gone(err))
	}
	named := func(name string) bool {
		return slices.ContainsFunc(all, func(n network.Summary) bool { return n.Name == name })
	}
	if !named(testcontainers.Bridge) && named(testcontainers.Podman) {
		return testcontainers.Podman, nil
	}
	return testcontainers.Bridge, nil
}

func newProvider(bridge string) (p *testcontainers.DockerProvider, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return testcontainers.NewDockerProvider(
		testcontainers.WithDefaultBridgeNetwork(bridge),
		testcontainers.WithLogger(silent{}))
}

// setEnv sets variables (empty: unsets) and gives a function that puts back
// what was there.
func setEnv(values map[string]string) (restore func(), err error) {
	var undo []func() error
	restore = func() {
		for _, f := range undo {
			_ = f() // the same call with a former value: it cannot be refused
		}
	}
	for key, value := range values {
		before, had := os.LookupEnv(key)
		if had {
			undo = append(undo, func() error { return os.Setenv(key, before) })
		} else {
			undo = append(undo, func() error { return os.Unsetenv(key) })
		}
		if value == "" {
			err = os.Unsetenv(key)
		} else {
			err = os.Setenv(key, value)
		}
		if err != nil {
			restore()
			return nil, err
		}
	}
	return restore, nil
}

func (d *docker) Start(ctx context.Context, l life) (*living, error) {
	for refused := 0; ; {
		noInit, lowLimits := d.noInit.Load(), d.lowLimits.Load()
		started, err := d.start(ctx, l, noInit, lowLimits)
		switch {
		case err == nil:
			return started, nil
		case !noInit && strings.Contains(err.Error(), "catatonit"):
			// Podman without its init package.
			d.noInit.Store(true)
		case !lowLimits && strings.Contains(err.Error(), "setting rlimit"):
			// An engine cannot give away more files or processes than it may have itself.
			d.lowLimits.Store(true)
		case refused < mostRefused && strings.Contains(err.Error(), "received 409"):
			// Podman could not prepare it at that moment, and a moment later it could.
			refused++
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Duration(refused) * 100 * time.Millisecond):
			}
		default:
			return nil, err
		}
	}
}

// mostRefused is how often a container is made again that could not be attached to.
const mostRefused = 4

// shellInit stands in for an engine's init program: the kernel lets nobody
// inside end the first process, which therefore must not be a server.
const shellInit = `exec 3<&0; "$@" <&3 3<&- & exec 3<&-; wait $!`

func (d *docker) start(ctx context.Context, l life, noInit, lowLimits bool) (*living, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	alive := &living{}
	var host *container.HostConfig
	request := testcontainers.ContainerRequest{
		Image:         l.Image,
		ImagePlatform: l.Platform,
		ConfigModifier: func(c *container.Config) {
			c.Entrypoint, c.Cmd = l.Command, nil
			if noInit && !l.Routes && l.PIDsOf == "" {
				c.Entrypoint = append([]string{"sh", "-c", shellInit, "sh"}, l.Command...)
			}
			c.Labels = maps.Clone(l.Labels) // without testcontainers' own, by which a reaper of somebody else's might find it
			c.Hostname, c.User, c.WorkingDir = l.Hostname, "0:0", "/"
			c.Env = append(c.Env, l.Env...)
			c.OpenStdin, c.StdinOnce, c.AttachStdin, c.AttachStdout = true, true, true, l.Output
			c.Healthcheck = &container.HealthConfig{Test: []string{"NONE"}}
		},
		HostConfigModifier: func(h *container.HostConfig) {
			host = h
			configureHost(h, l, !noInit)
			if lowLimits {
				h.Ulimits = lowUlimits()
			}
			if most := int64(d.cpus) * 1e9; most > 0 {
				h.NanoCPUs = min(h.NanoCPUs, most)
			}
		},
		LifecycleHooks: []testcontainers.ContainerLifecycleHooks{{
			// testcontainers publishes the ports that an image exposes; nobody outside shall reach a machine.
			PreCreates: []testcontainers.ContainerRequestHook{func(context.Context, testcontainers.ContainerRequest) error {
				host.PortBindings, host.PublishAllPorts = nil, false
				return nil
			}},
			// The stream must be held before the first process starts to read it.
			PostCreates: []testcontainers.ContainerHook{func(ctx context.Context, c testcontainers.Container) error {
				conn, err := d.api.ContainerAttach(ctx, c.GetContainerID(), container.AttachOptions{Stream: true, Stdin: true, Stdout: l.Output})
				if err != nil {
					// Podman prepares a container when it is attached to, and the client drops its
					// words about what went wrong; the start goes wrong in the same way and tells.
					return errors.Join(err, d.api.ContainerStart(ctx, c.GetContainerID(), container.StartOptions{}))
				}
				alive.In = deadlineWriter{conn.Conn}
				if l.Output {
					alive.Out = demultiplex(conn.Reader, io.Discard)
				}
				return nil
			}},
		}},
	}
	if l.Alias != "" {
		request.Networks, request.NetworkAliases = []string{l.Network}, map[string][]string{l.Network: {l.Alias}}
	}
	c, err := d.provider.CreateContainer(ctx, request)
	if err == nil {
		alive.ID = c.GetContainerID()
		err = c.Start(ctx)
	}
	alive.Stop = func(ctx context.Context) error { return d.stop(ctx, alive, c) }
	if err != nil {
		if c != nil {
			alive.ID = c.GetContainerID()
			after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
			defer cancel()
			err = errors.Join(err, alive.Stop(after))
		}
		return nil, gone(err)
	}
	return alive, nil
}

func configureHost(h *container.HostConfig, l life, init bool) {
	h.AutoRemove, h.Init = true, &init
	h.CapDrop, h.CapAdd = []string{"ALL"}, capabilities
	if l.Trace {
		h.CapAdd = []string{"SYS_PTRACE", "DAC_READ_SEARCH"}
	}
	if l.Routes {
		h.CapAdd, h.ReadonlyRootfs = []string{"NET_ADMIN"}, true
	}
	h.NetworkMode = container.NetworkMode(l.Network)
	if l.NetOf != "" {
		h.NetworkMode = container.NetworkMode("container:" + l.NetOf)
	}
	h.ExtraHosts = l.Hosts
	if l.Output {
		h.LogConfig.Type = "none" // it is read as it comes; the engine need not keep it
	}
	if l.PIDsOf != "" {
		h.PidMode = container.PidMode("container:" + l.PIDsOf)
		*h.Init = false // the other container's first process already is one
	}
	h.Memory, h.MemorySwap = l.Limits.Memory, l.Limits.Memory // equal: no swap beside it
	h.NanoCPUs = int64(l.Limits.CPUs * 1e9)
	if l.Limits.PIDs > 0 {
		h.PidsLimit = &l.Limits.PIDs
	}
	h.Ulimits = ulimits(min(manyFiles, ownFiles()))
}

// inUse: Podman keeps a container until those are gone that joined its network
// or its processes, which are mostly on their way out as well.
func inUse(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "has dependent containers") || strings.Contains(err.Error(), "dependency exists"))
}

// vanished: it is not there, which Podman sometimes calls a fault of its own.
func vanished(err error) bool {
	return cerrdefs.IsNotFound(err) || err != nil && strings.Contains(err.Error(), "no such container")
}

// halfGone: Podman's two books disagree about a container that is being
// removed, by us and by Podman itself. Until it is removed once more, neither
// it nor any list that it stands in can be read.
func halfGone(err error) bool {
	return err != nil && strings.Contains(err.Error(), "container not known")
}

// stop ends and removes a container and waits until the engine has forgotten
// it. The engine removes it by itself as soon as it ends, so the removal may
// well be under way already.
func (d *docker) stop(ctx context.Context, l *living, c testcontainers.Container) error {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	if l.In != nil {
		_ = l.In.Close() // the far end may be gone first, which is as good
	}
	err := c.Terminate(ctx, testcontainers.StopTimeout(0))
	for {
		_, gone := d.api.ContainerInspect(ctx, l.ID)
		switch {
		case vanished(gone):
			return nil
		case gone != nil && !halfGone(gone):
			return errors.Join(err, gone)
		case err != nil || gone != nil:
			// What others have joined must wait for them; and Podman does not end what it is just starting.
			err = d.Remove(ctx, thing{Class: classContainer, ID: l.ID})
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
