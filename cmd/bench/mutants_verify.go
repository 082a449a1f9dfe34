package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/cmd/bench/mutant"
	"github.com/freshinstall/freshinstall/verifier"
)

// verified is what the tool made of a project.
type verified struct {
	folder string // of the project, as it was verified
	patch  string // file with corrections of the steps; may be empty or absent
	result verifier.Result
	call   call
}

// origin is where projects say that they come from.
var origin = func(p mutant.Project) string {
	for line := range strings.Lines(p.Files[p.Document()]) {
		if _, url, found := strings.Cut(line, "git clone "); found {
			return strings.TrimSpace(url)
		}
	}
	return "https://git.example.org/civic/" + p.Name + ".git"
}

// lay makes a repository of a project, with one commit.
func (b mutants) lay(ctx context.Context, p mutant.Project, m *mutant.Mutant, folder string) error {
	if err := p.Lay(folder, m); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch=main"},
		{"remote", "add", "origin", origin(p)},
		{"add", "--all"},
		{"-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=first version"},
	} {
		if _, err := git(ctx, folder, args...); err != nil {
			return fmt.Errorf("lay out %s: %w", p.Name, err)
		}
	}
	return nil
}

// declare writes the declaration of a project's machine.
func (b mutants) declare(p mutant.Project, file string) error {
	text := fmt.Sprintf("environments:\n  - name: %s-of-%s\n    from: %s\n", b.environment, p.Name, b.environment)
	if len(p.Packages) > 0 {
		text += "    packages: [" + strings.Join(p.Packages, ", ") + "]\n"
	}
	if p.Index {
		text += fmt.Sprintf("    registries: [%q]\n    env:\n", b.index.Address)
		for _, pair := range b.variables(p) {
			name, value, _ := strings.Cut(pair, "=")
			text += fmt.Sprintf("      %s: %q\n", name, value)
		}
	}
	return writeWhole(file, []byte(text))
}

// variables of a project's machine, NAME=VALUE, sorted.
func (b mutants) variables(p mutant.Project) []string {
	var all []string
	if p.Index {
		for name, value := range b.index.Variables() {
			all = append(all, name+"="+value)
		}
	}
	slices.Sort(all)
	return all
}

// verify lays a project out below a folder and runs the tool on it; again when
// the world was out of reach.
func (b mutants) verify(ctx context.Context, p mutant.Project, m *mutant.Mutant, folder string) (v verified, err error) {
	v = verified{folder: filepath.Join(folder, p.Name), patch: filepath.Join(folder, "fixes.patch")}
	if err := b.lay(ctx, p, m, v.folder); err != nil {
		return v, err
	}
	declared, file := filepath.Join(folder, "declared.yaml"), filepath.Join(folder, resultFile)
	if err := b.declare(p, declared); err != nil {
		return v, err
	}
	tree, err := git(ctx, v.folder, "rev-parse", "HEAD^{tree}")
	if err != nil {
		return v, err
	}
	if v.result, err = readResult(file); b.resume && m == nil && err == nil && v.result.Environments[0].Finished() && v.result.Repository.Tree == tree {
		v.call.seconds = v.result.Finished.Sub(v.result.Started).Seconds()
		return v, nil
	}
	const tries = 2
	for n := range tries {
		if err := errors.Join(removed(file), removed(v.patch)); err != nil {
			return v, err
		}
		var last tail
		v.call, err = b.tool.run(ctx, folder, b.limit+time.Minute, io.Discard, &last, "verify", v.folder, "--config", declared,
			"--report", "json="+file, "--fixes-patch", v.patch, "--timeout", b.limit.String(), "--quiet")
		if err != nil {
			return v, err
		}
		if ctx.Err() != nil {
			return v, ctx.Err()
		}
		if v.result, err = readResult(file); err != nil {
			return v, fmt.Errorf("%w: exit %d: %s", err, v.call.exit, last.telling())
		}
		b.forget(ctx, v.result)
		if n+1 == tries || v.result.Environments[0].Finished() {
			break
		}
	}
	return v, untested(v.result)
}

// untested says why a result is no answer: the run's time was up, or something
// beside the documents was in its way. An inconclusive verdict without such a
// reason is an answer.
func untested(r verifier.Result) error {
	switch incident := r.Environments[0].Incident; {
	case r.OutOfTime:
		return errors.New("the run's time was up")
	case incident != nil:
		return fmt.Errorf("%s: %s: %s", incident.Blame, incident.What, clip(incident.Message, 120))
	}
	return nil
}

// forget removes the states before failed steps, which nobody will look into:
// hundreds of them would fill the disk.
func (b mutants) forget(ctx context.Context, r verifier.Result) {
	for _, s := range r.Environments[0].Steps {
		if s.Before != nil && s.Before.Image != "" {
			// They would go after a day in any case.
			_, _ = execute(ctx, "", time.Minute, io.Discard, io.Discard, b.docker, "image", "rm", "--", s.Before.Image)
		}
	}
}

func removed(file string) error {
	if err := os.Remove(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// mended applies the corrections that the tool offers and types what the
// documents then say into a plain container. how says where that ended.
func (b mutants) mended(ctx context.Context, trials *trials, p mutant.Project, v verified) (yes bool, how string, err error) {
	if info, err := os.Stat(v.patch); err != nil || info.Size() == 0 {
		return false, "no correction of the documents is offered", nil
	}
	if _, err := git(ctx, v.folder, "apply", v.patch); err != nil {
		return false, "the correction does not apply: " + clip(err.Error(), 160), nil
	}
	if _, err := git(ctx, v.folder, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--all", "--message=mended"); err != nil {
		return false, "", err
	}
	plan, err := b.plan(ctx, v.folder, filepath.Join(filepath.Dir(v.folder), "declared.yaml"))
	if err != nil {
		return false, "", err
	}
	var commands []mutant.Command
	for _, s := range plan.Steps {
		if s.Follow {
			commands = append(commands, mutant.Command{Line: s.Line, Text: s.Command})
		}
	}
	tried, err := trials.try(ctx, p, v.folder, plan.Start, commands)
	if err != nil || tried.Passed {
		return tried.Passed, "", err
	}
	return false, fmt.Sprintf("mended, line %d still fails: %s: %s", tried.Line, tried.Command, tried.Said), nil
}
