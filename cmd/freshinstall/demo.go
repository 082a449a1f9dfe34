package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/patch"
)

// demoFaults is how many faults the demo's README has.
const demoFaults = 5

// demoSeed is the seed of a demo that names none.
const demoSeed = 1

func newDemoCommand(door *frontDoor) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See it work: a small repository whose README has five faults, verified and mended",
		Long: `demo writes a small C and Python project into a temporary folder. Its README has
five typical faults: a tool that is never named, a header package that is missing,
python for python3, a wrong path and a package name that is gone. It is verified
as "verify" does it, in debian-12 and debian-13; then the corrections that were
proven are applied to the README, and it is verified once more.

It exits 0 when the first run finds exactly the five faults with a proven fix for
each and the second run finds none, else 1.`,
		Args: noArguments,
	}
	seed := cmd.Flags().Uint64("seed", demoSeed, "draw other packages, paths and names by this `NUMBER`, for the same kinds of fault")
	keep := cmd.Flags().String("keep", "", "write the demo's repository into this new `FOLDER` and leave it there")
	addSettings(cmd.Flags(), "events", "parallel", "verbose", "quiet")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return door.demo(cmd, *seed, *keep) }
	return cmd
}

// demo writes the repository, verifies it, mends it and verifies it again.
func (d *frontDoor) demo(cmd *cobra.Command, seed uint64, keep string) (err error) {
	ctx := cmd.Context()
	scratch, remove, err := makeScratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	project := newDemoProject(seed)
	folder, err := demoFolder(scratch, keep, project.Name)
	if err != nil {
		return err
	}
	if err := project.write(ctx, folder); err != nil {
		return err
	}
	d.say("demo: %s, a project with %d faults in its README (seed %d), lies in %s", project.Name, demoFaults, seed, folder)

	first, err := d.demoRun(ctx, cmd, folder, filepath.Join(scratch, "first"))
	if err != nil {
		return err
	}
	if d.cutShort(first) {
		return d.writeOutput(output{"terminal", onStdout}, &first.result, &d.code)
	}
	if err := d.showDemo(first); err != nil {
		return err
	}
	faults := demoExpected(&first.result, verifier.WorksWithFixes, demoFaults)
	if len(faults) == 0 {
		second, err := d.demoMended(ctx, cmd, folder, scratch, first)
		if err != nil {
			return err
		}
		if d.cutShort(second) {
			return d.writeOutput(output{"terminal", onStdout}, &second.result, &d.code)
		}
		if err := d.print("\nThe corrections were applied to the README, and it was verified again.\n\n"); err != nil {
			return err
		}
		if err := d.writeOutput(output{"terminal", onStdout}, &second.result, nil); err != nil {
			return err
		}
		faults = demoExpected(&second.result, verifier.Works, 0)
	}
	if len(faults) > 0 {
		d.code = exitFindings
		return d.print("\nThe demo did not end as it should:\n  " + strings.Join(faults, "\n  ") + "\n")
	}
	return d.print(fmt.Sprintf("\nThe demo ended as it should: %d faults found and mended in each environment, then none.\n", demoFaults))
}

// demoFolder is where the repository goes, under its own name.
func demoFolder(scratch, keep, name string) (string, error) {
	folder := filepath.Join(scratch, "demo", name)
	if keep != "" {
		folder = keep
		if _, err := os.Lstat(folder); err == nil {
			return "", misuse("name a folder that is not there yet", "cannot write the demo over what is there").at(folder)
		}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", &problem{code: exitUse, what: "cannot make the folder", where: folder, cause: err, todo: "name another one"}
	}
	return filepath.Abs(folder)
}

// demoRun is verify without its reports.
func (d *frontDoor) demoRun(ctx context.Context, cmd *cobra.Command, folder, scratch string) (*verification, error) {
	if err := os.Mkdir(scratch, 0o700); err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	engines := d.search(ctx)
	defer engines.close()
	job, err := d.prepare(ctx, request{location: folder}, scratch, cmd.Flags())
	if err != nil {
		return nil, err
	}
	d.events = job.settings.Events
	return d.follow(ctx, job, engines)
}

// cutShort reports whether a run came to no end of its own, and sets the exit
// code to the reason.
func (d *frontDoor) cutShort(v *verification) bool {
	for _, env := range v.result.Environments {
		if env.Verdict == verifier.Inconclusive || v.result.Interrupted {
			d.code = exitCode(&v.result, leniency{})
			return true
		}
	}
	return false
}

// showDemo prints the report and what would be added to the README.
func (d *frontDoor) showDemo(v *verification) error {
	if err := d.writeOutput(output{"terminal", onStdout}, &v.result, nil); err != nil {
		return err
	}
	changes, told := sections(v.page.pages(v.documents), &v.result, d.now())
	d.sayAll(told)
	return d.print("\nThe patch for the documents (verify --patch FILE, or --write):\n\n" + cleanBlock(string(patch.Unified(changes))))
}

// demoMended applies the corrections as a user would, with git, and verifies
// again.
func (d *frontDoor) demoMended(ctx context.Context, cmd *cobra.Command, folder, scratch string, first *verification) (*verification, error) {
	changes, skipped, err := patch.InPlace(first.documents, &first.result)
	if err != nil {
		return nil, fmt.Errorf("corrections in place: %w", err)
	}
	for _, s := range skipped {
		d.say("%s", skippedInWords(s))
	}
	diff := patch.Unified(changes)
	if err := d.print("\nThe corrections of the steps (verify --fixes-patch FILE):\n\n" + cleanBlock(string(diff))); err != nil {
		return nil, err
	}
	file := filepath.Join(scratch, "fixes.patch")
	if err := os.WriteFile(file, diff, 0o600); err != nil {
		return nil, fmt.Errorf("write the patch: %w", err)
	}
	for _, args := range [][]string{{"apply", "--", file}, {"commit", "--quiet", "--all", "--message", "correct the install instructions"}} {
		if err := demoGit(ctx, folder, args...); err != nil {
			return nil, err
		}
	}
	return d.demoRun(ctx, cmd, folder, filepath.Join(scratch, "second"))
}

// demoExpected says in what a result is not as the demo should end.
func demoExpected(r *verifier.Result, verdict verifier.Verdict, findings int) []string {
	var faults []string
	for _, env := range r.Environments {
		name := env.Environment.Name
		if env.Verdict != verdict {
			faults = append(faults, fmt.Sprintf("%s: the verdict is %s, not %s", name, env.Verdict, verdict))
		}
		if len(env.Findings) != findings {
			faults = append(faults, fmt.Sprintf("%s: %s, not %d", name, count(len(env.Findings), "finding"), findings))
		}
		for _, f := range env.Findings {
			if len(f.Fixes) == 0 || f.Fixes[0].Grade != verifier.Proven {
				faults = append(faults, fmt.Sprintf("%s: %s (%s) has no proven fix", name, cleanLine(f.Title), cleanLine(f.Object)))
			}
		}
	}
	if len(r.Environments) == 0 {
		faults = append(faults, "no environment was verified")
	}
	return faults
}
