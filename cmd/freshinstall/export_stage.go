package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/export"
	"github.com/freshinstall/freshinstall/verifier/plan"
	runner "github.com/freshinstall/freshinstall/verifier/run" // run is the program itself here
	"github.com/freshinstall/freshinstall/verifier/source"
)

// checker makes all ready to try what is exported of a run: the repository at
// the commit of the run, its plan, a recipe, and machines.
func (d *frontDoor) checker(ctx context.Context, engine *container.Engine, r *verifier.Result, of *verifier.EnvironmentResult, env envs.Environment, ask exportRequest, scratch string) (*export.Checker, error) {
	p, err := d.atCommit(ctx, r, ask, scratch)
	if err != nil {
		return nil, err
	}
	made, err := p.plan(of.Environment.Family, of.Environment.Release, p.values)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	for _, s := range r.Plan.Steps { // the declared definition of done stands there alone
		if !slices.ContainsFunc(made.Steps, func(t verifier.Step) bool { return t.ID == s.ID }) {
			made.Steps = append(made.Steps, s)
		}
	}
	author := &runner.Typist{Step: p.settings.StepTimeout, Silence: p.settings.Silence, Answers: p.answers, Values: p.values,
		Origin: p.origin(), Fill: plan.Fill, Clean: diagnose.Clean}
	for _, s := range of.Steps {
		at := slices.IndexFunc(made.Steps, func(t verifier.Step) bool { return t.ID == s.Step })
		if at < 0 || author.Command(made.Steps[at]) != s.Command {
			return nil, misuse("name the repository, with the declaration that the run had: freshinstall export RUN REPO -c FILE; or verify again",
				"the steps are others now: %s:%d was “%s”", cleanLine(s.Document), s.Line, cleanLine(s.Command)).at(ask.repository)
		}
	}
	in := export.Input{Repository: r.Repository, Plan: made, Environment: *of, Values: p.values}
	recipe, err := export.Learn(in)
	if err != nil {
		return nil, unfit(err, of)
	}
	stage, err := engine.Prepare(ctx, env, func(line string) { d.say("%s", line) })
	if err != nil {
		return nil, err
	}
	if now := stage.Record().Digest; now != of.Environment.Digest {
		d.say("the environment's image is another one than in the run by now")
	}
	k := &export.Checker{Recipe: &recipe, Tool: tool(), Input: in, More: recipe.Services[len(of.Environment.Services):], Memory: env.Limits.Memory,
		Values: map[string]string{}, Author: author}
	for _, v := range recipe.Variables {
		k.Values[v.Name] = p.values[v.Placeholder].Text
	}
	// A script is as long as all its commands together.
	typist := *author
	typist.Fill, typist.Step = nil, author.Step*time.Duration(len(recipe.Commands)+len(recipe.Use)+1)
	k.Typist = &typist
	if ignored, err := p.checkout.Read(".gitignore"); err == nil && !slices.Contains(p.checkout.Files(), ".dockerignore") {
		k.Ignore = export.Dockerignore(ignored)
	}
	catalogue, err := diagnose.Bundled()
	if err != nil {
		return nil, err
	}
	k.Look = func(rec runner.Record) bool {
		found := catalogue.Explain(diagnose.Observation{Step: verifier.Step{Command: rec.Typed}, Typed: rec.Typed, Execution: rec.Execution,
			Output: rec.Text, Environment: of.Environment})
		return len(found) > 0 && found[0].Finding.Blame == verifier.BlameWorld
	}
	k.Stage = &tryingStage{Stage: stage, checkout: p.broughtIn(made), tree: p.checkout.Root, scratch: scratch, look: k.Look, environment: of.Environment}
	return k, nil
}

// atCommit reads the repository as it was in the run.
func (d *frontDoor) atCommit(ctx context.Context, r *verifier.Result, ask exportRequest, scratch string) (*prepared, error) {
	asked := request{location: ask.repository, config: ask.config, trust: ask.trust}
	if r.Repository.Dirty || r.Repository.Commit == "" {
		d.say("the run had changes that no commit holds: the repository is taken as it is now")
	} else {
		asked.ref = r.Repository.Commit
	}
	p, err := d.prepare(ctx, asked, scratch, nil)
	if lacks, ok := errors.AsType[*source.Error](err); ok && asked.ref != "" {
		return nil, &problem{code: exitUse, what: "nothing can be exported without the repository at the commit of the run",
			where: ask.repository, cause: lacks, todo: "name the repository: freshinstall export RUN REPO; or verify again"}
	}
	return p, err
}

// tryingStage makes machines in which exported files are tried.
type tryingStage struct {
	*container.Stage
	checkout    container.Checkout
	tree        string // the repository's files on this computer
	scratch     string
	look        export.Look
	environment verifier.Environment
	contexts    int
}

// within is the checkout with the newcomer in it.
func (s *tryingStage) within() container.Checkout {
	c := s.checkout
	c.Start = verifier.StartInside
	return c
}

func (s *tryingStage) Fresh(ctx context.Context, inside bool, more ...verifier.Service) (runner.Machine, error) {
	c := s.checkout
	if inside {
		c = s.within()
	}
	m, err := s.Stage.Fresh(ctx, c, more...)
	if err != nil {
		return nil, err // not m: a nil *Machine in an interface is no nil
	}
	return m, nil
}

func (s *tryingStage) Of(ctx context.Context, image string, checkout bool, more ...verifier.Service) (runner.Machine, error) {
	var c container.Checkout
	if checkout {
		c = s.within()
	}
	m, err := s.Stage.Of(ctx, image, "", c, more...)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// buildersTalk are lines of a builder's that no step has printed.
var buildersTalk = regexp.MustCompile(`(?m)^(?:Removing intermediate container| *---> ).*\n?`)

// Build makes an image of the repository's files and a Dockerfile.
func (s *tryingStage) Build(ctx context.Context, b export.Build) (image string, err error) {
	s.contexts++
	dir := filepath.Join(s.scratch, fmt.Sprintf("context-%d", s.contexts))
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.CopyFS(dir, os.DirFS(s.tree)); err != nil {
		return "", fmt.Errorf("copy the repository's files: %w", err)
	}
	files := map[string][]byte{"Dockerfile": b.Dockerfile}
	if b.Ignore != nil {
		files[".dockerignore"] = b.Ignore
	}
	for name, text := range files {
		if err := writeWhole(filepath.Join(dir, name), text); err != nil {
			return "", err
		}
	}
	image, err = s.Stage.Build(ctx, container.Building{Dir: dir, Target: b.Target, Arguments: b.Arguments, Anew: b.Anew}, func(string) {})
	if failed, ok := errors.AsType[*container.BuildError](err); ok {
		text := buildersTalk.ReplaceAllString(diagnose.Clean([]byte(failed.Said)), "") + "\n" + failed.Err.Error()
		rec := runner.Record{Text: text, Result: verifier.StepResult{Exit: 1}, Execution: verifier.Execution{Exit: 1, Ended: verifier.Exited}}
		return "", &export.Failure{What: "it cannot be built", Output: text, World: s.look(rec)}
	}
	return image, err
}
