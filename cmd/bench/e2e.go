package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// e2e is the comparison with repositories that were followed by hand.
type e2e struct {
	truthDir    string
	reposDir    string
	outDir      string
	only        string
	environment string
	given       string // program under measurement
	parallel    int
	limit       time.Duration // of one repository, given to the tool
	grace       time.Duration // after it, before the tool counts as hung
	clone       bool
	resume      bool
	tool        tool
	talk        io.Writer
}

func e2eCommand() *cobra.Command {
	var b e2e
	cmd := &cobra.Command{
		Use:   "e2e",
		Short: "Compare verifications with repositories that were followed by hand",
		Long: "Verifies every repository that has a truth (TRUTH/owner__name/truth.json) in the state in which\n" +
			"a person began to follow it, and prints a Markdown table with one row each.\n" +
			"Raw results, all differences and the table stay in the folder given by --out.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b.talk = cmd.ErrOrStderr()
			return b.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&b.truthDir, "truth", "", "folder with owner__name/truth.json; absent: nothing is done")
	flags.StringVar(&b.reposDir, "repos", "", "folder with a clone of each repository as owner__name (default: repositories in --out)")
	flags.StringVar(&b.outDir, "out", "", "folder for raw results (default: in the user's cache)")
	flags.StringVar(&b.only, "only", "", "one repository alone: owner/name")
	flags.StringVarP(&b.environment, "env", "e", "debian-12", "environment of the catalogue to begin from: debian-11, debian-12, debian-13")
	flags.StringVar(&b.given, "freshinstall", "", "program to measure (default: built from this module)")
	flags.IntVar(&b.parallel, "parallel", 1, "repositories at once; more than one spoils the seconds")
	flags.DurationVar(&b.limit, "limit", 20*time.Minute, "time for one repository")
	flags.DurationVar(&b.grace, "grace", 90*time.Second, "time after it for the tool to end by itself")
	flags.BoolVar(&b.clone, "clone", false, "clone what --repos lacks from github.com")
	flags.BoolVar(&b.resume, "resume", false, "take what --out already holds instead of running it again")
	return cmd
}

func (b e2e) run(ctx context.Context, stdout io.Writer) error {
	release, known := releases[b.environment]
	if !known {
		return fmt.Errorf("%w: --env %s: the truths know debian-11, debian-12 and debian-13", errUsage, b.environment)
	}
	if _, err := os.Stat(b.truthDir); b.truthDir == "" || errors.Is(err, fs.ErrNotExist) {
		_, err := fmt.Fprintf(stdout, "skipped: no truth to compare with (--truth %q)\n", b.truthDir)
		return err
	}
	truths, err := readTruths(b.truthDir, b.only)
	if err != nil {
		return err
	}
	if len(truths) == 0 {
		_, err := fmt.Fprintf(stdout, "skipped: no truth.json in any folder of %s\n", b.truthDir)
		return err
	}
	if b, err = b.settled(ctx); err != nil {
		return err
	}

	if b.needsWarming(truths) {
		if err := b.warm(ctx); err != nil {
			return err
		}
	}
	rows := make([]comparison, len(truths))
	var group errgroup.Group
	group.SetLimit(max(1, b.parallel))
	for i, t := range truths {
		group.Go(func() error { // never an error: one bad repository must not end the others
			rows[i] = b.row(ctx, t, release)
			fmt.Fprintf(b.talk, "%d/%d %s: %s\n", i+1, len(truths), t.Repo, told(rows[i]))
			return nil
		})
	}
	_ = group.Wait() // no function returns one
	return b.report(stdout, rows)
}

// settled fills in what the flags left open and finds the tool.
func (b e2e) settled(ctx context.Context) (e2e, error) {
	if b.outDir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return b, fmt.Errorf("%w: no folder for results, name one with --out: %w", errUsage, err)
		}
		b.outDir = filepath.Join(cache, "freshinstall-bench", "e2e")
	}
	if b.reposDir == "" { // never the folder in which bench happens to be called
		b.reposDir = filepath.Join(b.outDir, "repositories")
	}
	for _, dir := range []*string{&b.outDir, &b.reposDir} {
		whole, err := filepath.Abs(*dir)
		if err != nil {
			return b, err
		}
		*dir = whole
	}
	if err := os.MkdirAll(b.outDir, 0o755); err != nil {
		return b, fmt.Errorf("folder for results: %w", err)
	}
	var err error
	b.tool, err = findTool(ctx, b.given, b.outDir, b.talk)
	return b, err
}

// row gets one repository's result, made now or before, and compares it.
func (b e2e) row(ctx context.Context, t named, release string) comparison {
	a, tried := t.on(release)
	without := comparison{repo: t.Repo, steps: len(a.steps), passes: a.passes, byHand: a.seconds}
	if !tried {
		without.missing = "not followed by hand on " + b.environment
		return without
	}
	dir := b.folder(t)
	rec, err := b.obtain(ctx, t, dir)
	if err != nil {
		without.missing = err.Error()
		return without
	}
	result, err := readResult(filepath.Join(dir, resultFile))
	if err != nil {
		without.missing = err.Error()
		if rec.Reason != "" {
			without.missing += ": " + rec.Reason
		}
		return without
	}
	c := compare(t.Repo, a, result.Plan, result.Environments[0])
	c.seconds = result.Finished.Sub(result.Started).Seconds()
	if rec.Commit != t.Commit {
		c.differ("verified at commit %.12s, followed by hand at %.12s", rec.Commit, t.Commit)
	}
	if rec.Reason != "" {
		c.differ("%s", rec.Reason)
	}
	if result.OutOfTime {
		c.differ("the run's time was up")
	}
	return c
}

// told is a row as one line of talk.
func told(c comparison) string {
	if c.missing != "" {
		return c.missing
	}
	return fmt.Sprintf("%s, %.0f s, outcome agrees in %s", c.verdict, c.seconds, c.outcomes)
}

func (b e2e) report(stdout io.Writer, rows []comparison) error {
	var table, details bytes.Buffer
	if err := writeTable(&table, rows); err != nil {
		return err
	}
	if err := writeDetails(&details, rows); err != nil {
		return err
	}
	err := errors.Join(
		writeWhole(filepath.Join(b.outDir, "table.md"), table.Bytes()),
		writeWhole(filepath.Join(b.outDir, "differences.md"), details.Bytes()),
	)
	if _, printed := stdout.Write(table.Bytes()); printed != nil || err != nil {
		return errors.Join(printed, err)
	}
	lacking := func(c comparison) bool { return c.missing != "" }
	if slices.ContainsFunc(rows, lacking) {
		return fmt.Errorf("%w: a repository has no result, see the table", errMissed)
	}
	return nil
}
