package pipeline

import (
	"context"
	"io/fs"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// Stage makes machines of one environment. Its machines are closed by whoever
// asked for them; Close frees what they stand on.
type Stage interface {
	Record() verifier.Environment
	// Fresh gives a clean machine with the repository brought in, and services
	// beside it: those that are declared, and more.
	Fresh(ctx context.Context, more ...verifier.Service) (run.Machine, error)
	// Fork gives a new machine as the snapshot was, its services included, and
	// clean ones of more.
	Fork(ctx context.Context, snap verifier.Snapshot, more ...verifier.Service) (run.Machine, error)
	// Keep lets a snapshot outlive the run, and says until when.
	Keep(ctx context.Context, snap verifier.Snapshot) (until time.Time, err error)
	// SaveDownloads keeps what package managers have downloaded in a machine for
	// later runs, where that is wanted.
	SaveDownloads(ctx context.Context, m run.Machine) error
	// Index answers which package holds what, from a throwaway machine.
	Index(ctx context.Context) (diagnose.Index, error)
	Close() error
}

// Target is an environment to verify in.
type Target struct {
	Name string
	// Earlier is what an attempt that was cut off found here. Where it is whole
	// and fits the plan it is taken over as it is; else the target is run.
	Earlier *Earlier
	// Newer are the same environment on newer releases of its distribution, the
	// nearest first; their names are those of the catalogue.
	Newer []Target
	// Open makes the environment ready; say is told what is being done.
	Open func(ctx context.Context, say func(string)) (Stage, error)
}

// Earlier is a result of an environment and the start of the attempt that it is of.
type Earlier struct {
	Result  verifier.EnvironmentResult
	Started time.Time
}

// Limits bound a run. Zero means none.
type Limits struct {
	Step    time.Duration // one step
	Silence time.Duration // one step without a sign of life
	Search  time.Duration // the search for what mends one step, its control run included
	Run     time.Duration // everything
}

// Job is one run. Nothing of it is changed.
type Job struct {
	Repository   verifier.Repository
	Plan         func(verifier.Environment) (verifier.Plan, error) // pure; asked once an environment
	Environments []Target
	Catalogue    *diagnose.Catalogue
	Files        []string          // tracked files, slash-separated
	Tree         fs.FS             // the checkout as plain files, to read manifests; nil: names only
	Documents    map[string][]byte // as they are now: what is documented already is read from them
	Answers      map[string]string
	Values       map[string]run.Value
	Acceptance   []string // commands that must pass at the end
	Origin       string   // address of the repository, for clone steps with a placeholder
	Limits       Limits
	Parallel     int    // environments at once; below one means one
	AtOnce       int    // trials at once in one environment; below one means one
	Keep         bool   // snapshots before failed steps outlive the run, since the result that names them does
	Inventory    bool   // look what is installed in each machine, for the run to be compared with others
	Logs         string // folder for the full output of each step; empty: none is kept
	Tool         verifier.Tool
	Inputs       *verifier.Inputs
	Now          func() time.Time // the date; how long things take is measured apart from it
	// SoFar is given the result so far, at the start and each time an environment
	// has ended; the other ones are marked as cut off. Called one at a time; nil:
	// nobody keeps it.
	SoFar  func(verifier.Result)
	Events func(verifier.Event) // may be called from several goroutines at once; nil: nobody listens
}
