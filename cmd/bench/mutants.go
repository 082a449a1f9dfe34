package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/txtar"

	"github.com/freshinstall/freshinstall/cmd/bench/mutant"
	"github.com/freshinstall/freshinstall/envs/envtest/pyindex"
)

//go:embed testdata/mutants/projects/*.txtar testdata/mutants/wheels.txtar
var mutantFiles embed.FS

const mutantFolder = "testdata/mutants"

// mutants measures what the tool says of documents that are damaged in one
// known way:
//
//   - Each project is verified undamaged first. Whatever is found there is a
//     false alarm; its plan is what the mutators work on.
//   - Whether a mutant fails at all, and where first, is found by typing its
//     commands in a plain container ([trial]). Who left one thing out that came
//     along anyway has damaged nothing: such mutants are left out and counted.
//   - What the tool says is compared with that, see [score].
type mutants struct {
	seed        uint64
	count       int
	only        []string
	kinds       []string
	environment string
	given       string // program under measurement
	outDir      string
	parallel    int
	limit       time.Duration // of one verification
	misses      bool
	strict      bool
	resume      bool
	tool        tool
	docker      string
	index       *pyindex.Serving // nil: no project asks for it
	talk        io.Writer
}

func mutantsCommand() *cobra.Command {
	var b mutants
	cmd := &cobra.Command{
		Use:   "mutants",
		Short: "Compare what is found in documents that were damaged in one known way",
		Long: "Lays out small projects whose documents lead to the end, damages each in one known way, and prints how often\n" +
			"the tool detects, locates and mends that. The same seed gives the same mutants. Results stay in --out.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b.talk = cmd.ErrOrStderr()
			return b.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&b.seed, "seed", 1, "of the draw")
	flags.IntVar(&b.count, "count", 100, "mutants; 0: only the undamaged projects")
	flags.StringSliceVar(&b.only, "project", nil, "these projects alone, by `NAME`")
	flags.StringSliceVar(&b.kinds, "mutator", nil, "these mutators alone, by `NAME`")
	flags.StringVarP(&b.environment, "env", "e", "debian-12", "environment of the catalogue")
	flags.StringVar(&b.given, "freshinstall", "", "program to measure (default: built from this module)")
	flags.StringVar(&b.outDir, "out", "", "folder for results (default: in the user's cache)")
	flags.IntVar(&b.parallel, "parallel", 2, "verifications at once")
	flags.DurationVar(&b.limit, "limit", 10*time.Minute, "time for one verification")
	flags.BoolVar(&b.misses, "misses", false, "print what was said of each mutant that was missed")
	flags.BoolVar(&b.resume, "resume", false, "take what --out already holds instead of running it again")
	flags.BoolVar(&b.strict, "strict", false, "exit 1 when a target is missed")
	return cmd
}

func (b mutants) run(ctx context.Context, stdout io.Writer) (err error) {
	if b.count < 0 || b.parallel < 1 {
		return fmt.Errorf("%w: --count must be at least 0, --parallel at least 1", errUsage)
	}
	projects, err := b.projects()
	if err != nil {
		return err
	}
	if reason := b.findDocker(ctx); reason != "" {
		_, err := fmt.Fprintln(stdout, "skipped:", reason)
		return err
	}
	if err := b.settle(ctx); err != nil {
		return err
	}
	if slices.ContainsFunc(projects, func(p mutant.Project) bool { return p.Index }) {
		if b.index, err = serveWheels(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.index.Close()) }()
	}
	began := time.Now()
	trials := newTrials(b)
	defer func() { err = errors.Join(err, trials.close(context.WithoutCancel(ctx))) }()

	undamaged, plans, err := b.undamaged(ctx, trials, projects)
	if err != nil {
		return err
	}
	candidates := slices.DeleteFunc(mutant.All(plans, b.seed), func(m mutant.Mutant) bool {
		return len(b.kinds) > 0 && !slices.Contains(b.kinds, m.Mutator)
	})
	rows := b.damaged(ctx, trials, projects, candidates)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	all := mutantsReport{Seed: b.seed, Environment: b.environment, Undamaged: undamaged, Mutants: rows,
		Candidates: len(candidates), Seconds: time.Since(began).Seconds()}
	return b.report(stdout, all)
}

// projects reads those that were asked for.
func (b mutants) projects() ([]mutant.Project, error) {
	entries, err := mutantFiles.ReadDir(path.Join(mutantFolder, "projects"))
	if err != nil {
		return nil, err
	}
	var all []mutant.Project
	var names []string
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".txtar")
		names = append(names, name)
		if len(b.only) > 0 && !slices.Contains(b.only, name) {
			continue
		}
		text, err := mutantFiles.ReadFile(path.Join(mutantFolder, "projects", e.Name()))
		if err != nil {
			return nil, err
		}
		p, err := mutant.Read(name, text)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	for _, asked := range b.only {
		if !slices.Contains(names, asked) {
			return nil, fmt.Errorf("%w: --project %s: there are %s", errUsage, asked, strings.Join(names, ", "))
		}
	}
	for _, asked := range b.kinds {
		if !slices.ContainsFunc(mutant.Mutators(), func(m mutant.Mutator) bool { return m.Name == asked }) {
			return nil, fmt.Errorf("%w: --mutator %s is not known", errUsage, asked)
		}
	}
	return all, nil
}

// serveWheels serves the packages that projects install.
func serveWheels() (*pyindex.Serving, error) {
	text, err := mutantFiles.ReadFile(path.Join(mutantFolder, "wheels.txtar"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, f := range txtar.Parse(text).Files {
		files[f.Name] = string(f.Data)
	}
	wheels, err := pyindex.Read(files)
	if err != nil {
		return nil, err
	}
	index, err := pyindex.New(wheels)
	if err != nil {
		return nil, err
	}
	return pyindex.Serve(index)
}

// findDocker says why nothing can be tried in plain containers; empty: it can.
func (b *mutants) findDocker(ctx context.Context) string {
	var err error
	if b.docker, err = exec.LookPath("docker"); err != nil {
		return "there is no docker command to try the mutants with"
	}
	var last tail
	c, err := execute(ctx, "", time.Minute, io.Discard, &last, b.docker, "version")
	if err != nil || c.exit != 0 {
		return "no engine answers docker: " + last.telling()
	}
	return ""
}

// settle fills in what the flags left open and finds the tool.
func (b *mutants) settle(ctx context.Context) error {
	if b.outDir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("%w: no folder for results, name one with --out: %w", errUsage, err)
		}
		b.outDir = filepath.Join(cache, "freshinstall-bench", "mutants")
	}
	var err error
	if b.outDir, err = filepath.Abs(b.outDir); err != nil {
		return err
	}
	if err := os.MkdirAll(b.outDir, 0o755); err != nil {
		return fmt.Errorf("folder for results: %w", err)
	}
	b.tool, err = findTool(ctx, b.given, b.outDir, b.talk)
	return err
}

// undamaged verifies every project as it is, and tries it in a plain
// container: what does not lead to the end there can be no mutant's beginning.
func (b mutants) undamaged(ctx context.Context, trials *trials, projects []mutant.Project) ([]soundProject, []mutant.Plan, error) {
	sound := make([]soundProject, len(projects))
	plans := make([]mutant.Plan, len(projects))
	var group errgroup.Group
	group.SetLimit(b.parallel)
	for i, p := range projects {
		group.Go(func() error { // never an error: one project must not end the others
			var err error
			if sound[i], plans[i], err = b.sound(ctx, trials, p); err != nil {
				sound[i] = soundProject{Project: p.Name, Language: p.Language, Unmeasured: clip(err.Error(), 200)}
			}
			fmt.Fprintf(b.talk, "%s undamaged: %s\n", p.Name, sound[i].told())
			return nil
		})
	}
	_ = group.Wait() // no function returns one
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	var good []mutant.Plan
	for i, s := range sound {
		if s.Plain == "" && s.Unmeasured == "" {
			good = append(good, plans[i])
		}
	}
	return sound, good, nil
}

// sound verifies one project as it is, and tries it.
func (b mutants) sound(ctx context.Context, trials *trials, p mutant.Project) (soundProject, mutant.Plan, error) {
	folder := filepath.Join(b.outDir, "projects", p.Name)
	v, err := b.verify(ctx, p, nil, folder)
	if err != nil {
		return soundProject{}, mutant.Plan{}, err
	}
	plan := mutant.NewPlan(p, v.result.Plan)
	if err := trials.base(ctx, p, plan.Start, v.result.Environments[0].Environment); err != nil {
		return soundProject{}, plan, err
	}
	file := filepath.Join(folder, "trial.json")
	var tried trial
	if b.resume && readJSON(file, &tried) == nil {
		return soundOf(p, v, tried), plan, nil
	}
	if tried, err = trials.try(ctx, p, v.folder, plan.Start, plan.Commands()); err != nil {
		return soundProject{}, plan, err
	}
	return soundOf(p, v, tried), plan, writeJSON(file, tried)
}

// damaged tries and verifies candidates in their order until so many as were
// asked for really fail.
func (b mutants) damaged(ctx context.Context, trials *trials, projects []mutant.Project, candidates []mutant.Mutant) []scored {
	byName := map[string]mutant.Project{}
	for _, p := range projects {
		byName[p.Name] = p
	}
	rows := make([]scored, len(candidates))
	var told counter
	var group errgroup.Group
	group.SetLimit(b.parallel)
	for i, m := range candidates {
		if !told.wanted(b.count) || ctx.Err() != nil {
			break
		}
		group.Go(func() error { // never an error: one mutant must not end the others
			if !told.wanted(b.count) || ctx.Err() != nil {
				return nil
			}
			folder := filepath.Join(b.outDir, "mutants", fmt.Sprintf("%03d-%s-%s", i, m.Project, m.Mutator))
			rows[i] = b.kept(folder, m, func() scored { return b.row(ctx, trials, byName[m.Project], m, folder) })
			n := told.add(rows[i].counts())
			fmt.Fprintf(b.talk, "%d/%d %s: %s\n", n, b.count, m.Key(), rows[i].told())
			return nil
		})
	}
	_ = group.Wait() // no function returns one
	return firstOf(rows, b.count)
}

// kept is a row that an earlier run has left in the folder, when it is resumed,
// else one that is made and left there now.
func (b mutants) kept(folder string, m mutant.Mutant, made func() scored) scored {
	file := filepath.Join(folder, "row.json")
	var row scored
	if b.resume && readJSON(file, &row) == nil && row.Key() == m.Key() && !row.unmeasured() {
		return row
	}
	row = made()
	if err := writeJSON(file, row); err != nil {
		fmt.Fprintf(b.talk, "%s cannot be kept: %v\n", m.Key(), err)
	}
	return row
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func writeJSON(file string, what any) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return writeWhole(file, text)
}

// row tries one mutant and, where it fails, verifies it.
func (b mutants) row(ctx context.Context, trials *trials, p mutant.Project, m mutant.Mutant, folder string) scored {
	row := scored{Mutant: m}
	if err := b.lay(ctx, p, &m, filepath.Join(folder, p.Name)); err != nil {
		return row.without(err)
	}
	tried, err := trials.try(ctx, p, filepath.Join(folder, p.Name), trials.startOf(p), m.Commands)
	if err != nil {
		return row.without(err)
	}
	if row.Trial = tried; tried.Passed {
		row.LeftOut = "works all the same"
		return row
	}
	v, err := b.verify(ctx, p, &m, folder)
	if err != nil {
		return row.without(err)
	}
	row = score(row, v.result)
	row.Seconds = v.call.seconds
	if row.Proven {
		if row.Mended, row.MendedHow, err = b.mended(ctx, trials, p, v); err != nil {
			return row.without(err)
		}
	}
	return row
}

func (b mutants) report(stdout io.Writer, all mutantsReport) error {
	var table, misses bytes.Buffer
	err := errors.Join(all.writeTable(&table), all.writeMisses(&misses))
	text, failed := all.json()
	err = errors.Join(err, failed,
		writeWhole(filepath.Join(b.outDir, "mutants.json"), text),
		writeWhole(filepath.Join(b.outDir, "table.md"), table.Bytes()),
		writeWhole(filepath.Join(b.outDir, "misses.md"), misses.Bytes()))
	if b.misses {
		table.Write(misses.Bytes())
	}
	if _, printed := stdout.Write(table.Bytes()); printed != nil || err != nil {
		return errors.Join(printed, err)
	}
	if b.strict && !all.met() {
		return fmt.Errorf("%w: a target was missed", errMissed)
	}
	return nil
}
