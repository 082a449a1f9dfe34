package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// backend is what this package needs of a container engine, in words of its
// own: no type of a client library stands in it. It is wide because an engine
// is; the real one is in docker.go and lives.go, a scripted one in the tests.
//
// Errors: errGone when a container, image or the engine itself went away.
// Every call is bounded in time by the implementation.
type backend interface {
	// Start makes a container that lives until its stream is closed.
	Start(ctx context.Context, l life) (*living, error)
	// Exec starts a process beside the first one and gives its streams.
	Exec(ctx context.Context, id string, p process) (*stream, error)
	// ExecExit tells whether a process still runs, and its exit status.
	ExecExit(ctx context.Context, execID string) (running bool, exit int, err error)
	// Resize tells a process's terminal how large its window is.
	Resize(ctx context.Context, execID string, w Window) error
	// CopyIn unpacks a tar stream below a folder of the container.
	CopyIn(ctx context.Context, id, dir string, tar io.Reader) error
	// CopyOut gives a folder of the container as a tar stream.
	CopyOut(ctx context.Context, id, dir string) (tar io.ReadCloser, err error)
	// Content gives an image's files as a tar stream. The labels are those of
	// what must be made for that, which goes when the stream is closed.
	Content(ctx context.Context, image string, labels map[string]string) (tar io.ReadCloser, err error)
	// Commit freezes a container's file system as an image.
	Commit(ctx context.Context, id string, c commit) (image string, err error)
	// Flatten makes an image of a container's file system with a single layer.
	Flatten(ctx context.Context, id string, labels map[string]string) (image string, err error)
	// Name gives an image a name, which keeps it; another image of that name loses it.
	Name(ctx context.Context, image, ref string) error
	// Network makes one that only its members are on; a closed one leads nowhere else.
	Network(ctx context.Context, name string, labels map[string]string, closed bool) error
	Container(ctx context.Context, id string, size bool) (containerState, error)
	Image(ctx context.Context, ref string) (imageState, error)
	Pull(ctx context.Context, ref, platform string, quiet time.Duration, progress func(string)) error
	// Import makes an image of a root file system's tar stream.
	Import(ctx context.Context, tar io.Reader, ref, platform string, changes []string) (image string, err error)
	// Build makes an image of a Dockerfile and its context.
	Build(ctx context.Context, context io.Reader, r recipe, progress func(string)) (image string, err error)
	// List finds everything that bears a label (value may be empty: any).
	List(ctx context.Context, label, value string) ([]thing, error)
	Remove(ctx context.Context, t thing) error
	// Answers reports in short time whether the engine is still there.
	Answers(ctx context.Context) error
}

// errGone says that what was asked for, or the engine, is no longer there.
var errGone = errors.New("gone")

// errNeeded says that an image cannot be removed, since others stand on it.
var errNeeded = errors.New("needed by another image")

// life is a container to be started.
type life struct {
	Image    string // ID
	Command  []string
	Hostname string
	Platform string
	Labels   map[string]string
	Limits   limits
	Env      []string
	Network  string   // "", "none", or the name of one that was made
	NetOf    string   // ID of the container whose network it shares; then it has that one's host name too
	Routes   bool     // may set the routes of its network; takes no other capability
	Alias    string   // its name on such a network
	Hosts    []string // further names of hosts, "name:address"
	PIDsOf   string   // ID of the container whose processes it shall see
	Trace    bool     // may look into processes of others; takes no other capability
	Output   bool     // its standard output is wanted
}

// limits bound a container; zero means none.
type limits struct {
	Memory int64
	CPUs   float64
	PIDs   int64
}

// living is a started container.
type living struct {
	ID   string
	In   io.WriteCloser // closing it ends the container
	Out  io.Reader      // standard output, when asked for
	Stop func(ctx context.Context) error
	// Fenced waits until its network is closed as it should be; nil: it is.
	// Nothing foreign may run in the container before.
	Fenced func(ctx context.Context) error
	// Reach opens the way to hosts that lie in private networks; nil: nothing is closed.
	Reach func(ctx context.Context, hosts gate.Hosts)
}

// process is started in a running container.
type process struct {
	User     string
	Command  []string
	Env      []string
	Dir      string
	Terminal bool
	Input    bool
	Errors   io.Writer // takes standard error, where there is no terminal; nil: nobody does
}

// stream is a process's standard streams. With a terminal, Out is what the
// terminal shows; without, Out is standard output alone.
type stream struct {
	ID    string
	In    io.Writer
	Out   io.Reader
	EndIn func() error // says that no more input comes
	Close func() error
}

// commit says how to freeze a container.
type commit struct {
	Labels map[string]string
	Env    []string
	Pause  bool
	Ref    string // name for it, which also keeps it when images built on it are removed; empty: none
}

// recipe says how to build an image.
type recipe struct {
	Dockerfile string
	Platform   string
	NetOf      string // ID of the container whose network the build uses; empty: the engine's default
	Labels     map[string]string
	Target     string            // stage at which it ends; empty: the last
	Arguments  map[string]string // of ARG
	Anew       bool              // nothing of an earlier build is taken
}

type containerState struct {
	Running bool
	Bytes   int64 // in the writable layer, when size was asked for

	Addresses []string // in the networks that it is on, as IP addresses
}

type imageState struct {
	ID           string
	Digests      []string // of repositories, "debian@sha256:…"
	Labels       map[string]string
	Layers       int
	Entrypoint   []string
	Command      []string
	Architecture string
	Made         time.Time
}

// thing is something removable with our labels.
type thing struct {
	Class  class
	ID     string
	Labels map[string]string
	Names  []string // of an image
	Bytes  int64
	Made   time.Time
}

type class string

const (
	classContainer class = "container"
	classImage     class = "image"
	classNetwork   class = "network"
)

// lost turns an error of a machine's own container into one that says that
// the machine went away, where that is so.
func lost(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errGone), errors.Is(err, io.EOF), errors.Is(err, io.ErrClosedPipe):
		return fmt.Errorf("%s: %w: %w", doing, verifier.ErrLost, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
