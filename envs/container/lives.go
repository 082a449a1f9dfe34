package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"sync"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
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

// ulimits are those of a login session on a current distribution, bounded:
// engines pass their own on, which are a million open files or no limit at
// all. Crashes leave no core files, as on a desktop.
func ulimits(files int64) []*container.Ulimit {
	return []*container.Ulimit{{Name: "nofile", Soft: 1024, Hard: files}, {Name: "core"}}
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
	// Podman calls its default network by another name.
	bridge := testcontainers.Bridge
	if version, err := d.api.ServerVersion(ctx); err != nil {
		return fmt.Errorf("ask for the engine's version: %w", gone(err))
	} else {
		for _, part := range version.Components {
			if strings.Contains(part.Name, "Podman") {
				bridge = testcontainers.Podman
			}
		}
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
	for {
		noInit, fewFiles := d.noInit.Load(), d.fewFiles.Load()
		started, err := d.start(ctx, l, noInit, fewFiles)
		switch {
		case err == nil:
			return started, nil
		case !noInit && strings.Contains(err.Error(), "catatonit"):
			// Podman without its init package: zombies are then reaped by nobody, which harms little.
			d.noInit.Store(true)
		case !fewFiles && strings.Contains(err.Error(), "setting rlimit"):
			// An engine that may open fewer files itself cannot give more away.
			d.fewFiles.Store(true)
		default:
			return nil, err
		}
	}
}

func (d *docker) start(ctx context.Context, l life, noInit, fewFiles bool) (*living, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	alive := &living{}
	var host *container.HostConfig
	request := testcontainers.ContainerRequest{
		Image:         l.Image,
		ImagePlatform: l.Platform,
		ConfigModifier: func(c *container.Config) {
			c.Entrypoint, c.Cmd = l.Command, nil
			c.Labels = maps.Clone(l.Labels) // without testcontainers' own, by which a reaper of somebody else's might find it
			c.Hostname, c.User, c.WorkingDir = l.Hostname, "0:0", "/"
			c.Env = append(c.Env, l.Env...)
			c.OpenStdin, c.StdinOnce, c.AttachStdin, c.AttachStdout = true, true, true, l.Output
			c.Healthcheck = &container.HealthConfig{Test: []string{"NONE"}}
		},
		HostConfigModifier: func(h *container.HostConfig) {
			host = h
			configureHost(h, l, !noInit)
			if fewFiles {
				h.Ulimits = ulimits(leastFiles)
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
					return err
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
		if _, gone := d.api.ContainerInspect(ctx, l.ID); gone != nil {
			if cerrdefs.IsNotFound(gone) {
				return nil
			}
			return errors.Join(err, gone)
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
