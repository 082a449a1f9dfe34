package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/testcontainers/testcontainers-go"
)

// How long the engine may take. A call that hangs must not hang a run.
const (
	shortCall = 30 * time.Second
	longCall  = 15 * time.Minute // commit, copy and import of large file systems
)

// docker is the backend on docker/docker's client, for engines from API 1.41 on.
type docker struct {
	api       *client.Client
	provider  *testcontainers.DockerProvider
	cpus      int         // of the engine's host; more are refused
	noInit    atomic.Bool // the engine has no init program of its own
	lowLimits atomic.Bool // its own limits of files or processes are lower than a machine's
}

// oldestAPI is the version that Debian 12's docker and Podman 4.3 speak.
const oldestAPI = "1.41"

// openDocker connects to the engine at an address.
func openDocker(ctx context.Context, a address) (_ *docker, f facts, err error) {
	api, err := dial(ctx, a)
	if err != nil {
		return nil, f, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, api.Close())
		}
	}()
	f.api = api.ClientVersion()
	if versions.LessThan(f.api, oldestAPI) {
		return nil, f, fmt.Errorf("it speaks API %s, at least %s is needed: update the engine", f.api, oldestAPI)
	}
	d := &docker{api: api}
	if err := d.joinTestcontainers(ctx, a); err != nil {
		return nil, f, err
	}
	info, err := api.Info(ctx)
	if err != nil {
		return nil, f, fmt.Errorf("ask what the engine has: %w", err)
	}
	d.cpus = info.NCPU
	if strings.HasPrefix(a.host, "unix://") {
		f.root = info.DockerRootDir
	}
	return d, f, nil
}

// dial opens a client for an address and agrees on an API version.
func dial(ctx context.Context, a address) (*client.Client, error) {
	if a.err != nil {
		return nil, a.err
	}
	options := []client.Opt{client.WithHost(a.host), client.WithAPIVersionNegotiation()}
	if a.certs != "" {
		file := func(name string) string { return filepath.Join(a.certs, name) }
		options = append(options, client.WithTLSClientConfig(file("ca.pem"), file("cert.pem"), file("key.pem")))
	}
	api, err := client.NewClientWithOpts(options...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	ping, err := api.Ping(ctx)
	if err != nil {
		return nil, errors.Join(err, api.Close())
	}
	if ping.OSType != "" && ping.OSType != "linux" {
		return nil, errors.Join(fmt.Errorf("it runs %s containers, Linux ones are needed", ping.OSType), api.Close())
	}
	api.NegotiateAPIVersionPing(ping)
	return api, nil
}

// gone translates what the client says about vanished things and engines.
func gone(err error) error {
	var netErr *net.OpError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case strings.Contains(err.Error(), "no space left on device"): // ENOSPC, of the engine's own work
		return diskFull("", err)
	case client.IsErrConnectionFailed(err), cerrdefs.IsNotFound(err), vanished(err), halfGone(err), errors.As(err, &netErr),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		// Conflict is also what an engine says of a container that is stopped or being removed.
		cerrdefs.IsConflict(err) && (strings.Contains(err.Error(), "not running") || strings.Contains(err.Error(), "marked for removal")),
		// A commit that comes too late is told with another status, by version.
		strings.Contains(err.Error(), "which is being removed"), strings.Contains(err.Error(), "which is dead"):
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return err
}

// Close drops the idle connections to the engine.
func (d *docker) Close() error { return d.api.Close() }

func (d *docker) Exec(ctx context.Context, id string, p process) (*stream, error) {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	created, err := d.api.ContainerExecCreate(ctx, id, container.ExecOptions{
		User: p.User, Cmd: p.Command, Env: p.Env, WorkingDir: p.Dir,
		Tty: p.Terminal, AttachStdin: p.Input, AttachStdout: true, AttachStderr: p.Terminal || p.Errors != nil,
	})
	if err != nil {
		return nil, gone(err)
	}
	conn, err := d.api.ContainerExecAttach(ctx, created.ID, container.ExecAttachOptions{Tty: p.Terminal})
	if err != nil {
		return nil, gone(err)
	}
	s := &stream{ID: created.ID, In: deadlineWriter{conn.Conn}, Out: conn.Reader, EndIn: conn.CloseWrite, Close: conn.Conn.Close}
	if !p.Terminal {
		errors := p.Errors
		if errors == nil {
			errors = io.Discard
		}
		s.Out = demultiplex(conn.Reader, errors)
	}
	return s, nil
}

func (d *docker) Resize(ctx context.Context, execID string, w Window) error {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	return gone(d.api.ContainerExecResize(ctx, execID, container.ResizeOptions{Width: w.Columns, Height: w.Rows}))
}

// deadlineWriter gives up when an engine that hangs takes no more input.
type deadlineWriter struct{ conn net.Conn }

func (w deadlineWriter) Write(p []byte) (int, error) {
	if err := w.conn.SetWriteDeadline(time.Now().Add(shortCall)); err != nil {
		return 0, err
	}
	return w.conn.Write(p)
}

// Close ends the connection, and with it what reads from the other end.
func (w deadlineWriter) Close() error { return w.conn.Close() }

// demultiplex gives the standard output out of an engine's combined stream, and
// standard error to a writer. The goroutine ends with the connection, which
// every user of a stream closes.
func demultiplex(r io.Reader, errors io.Writer) io.Reader {
	out, in := io.Pipe()
	go func() {
		_, err := stdcopy.StdCopy(in, errors, r)
		in.CloseWithError(err) // nil is an ordinary end of file
	}()
	return out
}

func (d *docker) ExecExit(ctx context.Context, execID string) (bool, int, error) {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	state, err := d.api.ContainerExecInspect(ctx, execID)
	return state.Running, state.ExitCode, gone(err)
}

func (d *docker) CopyIn(ctx context.Context, id, dir string, tar io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, longCall)
	defer cancel()
	return gone(d.api.CopyToContainer(ctx, id, dir, tar, container.CopyToContainerOptions{}))
}

func (d *docker) CopyOut(ctx context.Context, id, dir string) (io.ReadCloser, error) {
	stream, _, err := d.api.CopyFromContainer(ctx, id, dir)
	return stream, gone(err)
}

func (d *docker) Content(ctx context.Context, image string, labels map[string]string) (io.ReadCloser, error) {
	// It is never started; an image of files alone has no command of its own.
	made, err := d.api.ContainerCreate(ctx, &container.Config{Image: image, Cmd: []string{"nothing"}, Labels: labels}, nil, nil, nil, "")
	if err != nil {
		return nil, gone(err)
	}
	c := &content{d: d, box: made.ID}
	c.ReadCloser, err = d.api.ContainerExport(ctx, made.ID)
	if err != nil {
		c.ReadCloser = io.NopCloser(strings.NewReader(""))
		return nil, errors.Join(gone(err), c.Close())
	}
	return c, nil
}

// content is the files of an image, with the container that they come through.
type content struct {
	io.ReadCloser
	d   *docker
	box string
}

func (c *content) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), shortCall)
	defer cancel()
	return errors.Join(c.ReadCloser.Close(), c.d.Remove(ctx, thing{Class: classContainer, ID: c.box}))
}

func (d *docker) Commit(ctx context.Context, id string, c commit) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, longCall)
	defer cancel()
	changes := make([]string, 0, len(c.Labels)+len(c.Env))
	for k, v := range sorted(c.Labels) {
		changes = append(changes, "LABEL "+quoteChange(k)+"="+quoteChange(v))
	}
	answer, err := d.api.ContainerCommit(ctx, id, container.CommitOptions{
		Reference: c.Ref,
		Pause:     c.Pause,
		Changes:   changes,
		// Podman 4.3 answers "EOF" to a commit without a configuration.
		Config: &container.Config{Env: c.Env},
	})
	return imageID(answer.ID), gone(err)
}

// imageID is an image's ID in full. Podman leaves out the kind of sum where it
// has just made an image, and takes the rest for a name once that is removed.
func imageID(id string) string {
	if id == "" || strings.Contains(id, ":") {
		return id
	}
	return "sha256:" + id
}

func (d *docker) Name(ctx context.Context, image, ref string) error {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	return gone(d.api.ImageTag(ctx, image, ref))
}

func (d *docker) Flatten(ctx context.Context, id string, labels map[string]string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, longCall)
	defer cancel()
	tar, err := d.api.ContainerExport(ctx, id)
	if err != nil {
		return "", gone(err)
	}
	changes := make([]string, 0, len(labels))
	for k, v := range sorted(labels) {
		changes = append(changes, "LABEL "+quoteChange(k)+"="+quoteChange(v))
	}
	name, err := d.Import(ctx, tar, "", "", changes)
	return name, errors.Join(err, tar.Close())
}

func (d *docker) Container(ctx context.Context, id string, size bool) (containerState, error) {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	c, _, err := d.api.ContainerInspectWithRaw(ctx, id, size)
	if err != nil {
		return containerState{}, gone(err)
	}
	s := containerState{Running: c.State != nil && c.State.Running}
	if c.SizeRw != nil {
		s.Bytes = *c.SizeRw
	}
	if c.NetworkSettings != nil {
		for _, n := range sorted(c.NetworkSettings.Networks) {
			if n != nil && net.ParseIP(n.IPAddress) != nil {
				s.Addresses = append(s.Addresses, n.IPAddress)
			}
		}
	}
	return s, nil
}

func (d *docker) Image(ctx context.Context, ref string) (imageState, error) {
	ctx, cancel := context.WithTimeout(ctx, shortCall)
	defer cancel()
	i, err := d.api.ImageInspect(ctx, ref)
	if err != nil {
		return imageState{}, gone(err)
	}
	s := imageState{ID: i.ID, Digests: i.RepoDigests, Layers: len(i.RootFS.Layers), Architecture: i.Architecture}
	if i.Config != nil {
		s.Labels, s.Entrypoint, s.Command = i.Config.Labels, i.Config.Entrypoint, i.Config.Cmd
	}
	if made, err := time.Parse(time.RFC3339Nano, i.Created); err == nil {
		s.Made = made
	}
	return s, nil
}

func (d *docker) Answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := d.api.Ping(ctx)
	return gone(err)
}
