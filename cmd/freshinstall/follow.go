package main

import (
	"context"
	"os"
	"runtime"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// follow runs a prepared job in its environments, on the engine that was being
// searched meanwhile, and gives the result, which is there also when the run
// was interrupted.
func (d *frontDoor) follow(ctx context.Context, p *prepared, engines *search) (v *verification, err error) {
	show := newProgress(d.std.err, talk{events: p.settings.Events, quiet: p.settings.Quiet, verbose: p.settings.Verbose}, d.env, d.now)
	defer func() {
		// The talk is no result: a stream that went away spoils nothing.
		_ = show.Close()
	}()
	engine, err := engines.take()
	if err != nil {
		return nil, err
	}
	defer func() {
		// The result counts, whatever became of the engine in the meantime.
		if cerr := engine.Close(); cerr != nil {
			show.Say("could not clean up: " + cleanLine(cerr.Error()) + "\n  to do: `freshinstall prune` once the engine answers")
		}
	}()
	if err := d.sweep(ctx, engine, show); err != nil {
		return nil, err
	}
	if err := d.before(p, show); err != nil {
		return nil, err
	}
	catalogue, err := p.declaration.catalogue()
	if err != nil {
		return nil, err
	}
	logs, kept, err := d.logFolder(p.settings.preferences, p.checkout.Repository.Name, p.scratch)
	if err != nil {
		return nil, err
	}
	inputs, err := p.inputs()
	if err != nil {
		return nil, err
	}
	job := d.job(p, catalogue, show)
	job.Logs, job.Inputs, job.Inventory = logs, inputs, p.history != ""
	if p.keeper != nil {
		p.keeper.begin(p, logs, kept, show.Say)
		job.SoFar = p.keeper.keep
		job.Keep = p.lasting != "" || p.keeper.folder != ""
	}
	for _, env := range p.environments {
		job.Environments = append(job.Environments, p.target(engine, env))
	}
	result, err := pipeline.Verify(ctx, job)
	if err != nil {
		return nil, err
	}
	v = &verification{result: result, documents: p.sources(), page: p.page, scratch: p.scratch, local: p.checkout.Local}
	if kept {
		v.logs = logs
	}
	forgetLogs(&v.result, v.logs)
	return v, nil
}

// job is a run's work without its environments.
func (d *frontDoor) job(p *prepared, catalogue *diagnose.Catalogue, show progress) pipeline.Job {
	return pipeline.Job{
		Repository: p.checkout.Repository, Catalogue: catalogue, Files: p.checkout.Files(), Tree: os.DirFS(p.checkout.Root),
		Plan: func(env verifier.Environment) (verifier.Plan, error) {
			return p.plan(env.Family, env.Release, p.values)
		},
		Documents: p.page.among(p.sources()),
		Answers:   p.answers, Values: p.values, Acceptance: p.acceptance, Origin: p.origin(),
		Limits:   pipeline.Limits{Step: p.settings.StepTimeout, Silence: p.settings.Silence, Search: p.settings.SearchTime, Run: p.settings.Timeout},
		Parallel: p.settings.atOnce(), AtOnce: trialsAtOnce(runtime.NumCPU(), min(len(p.environments), p.settings.atOnce())), Tool: tool(), Now: d.now, Events: show.Event,
	}
}

// sources are the documents by name, as they were read.
func (r *reading) sources() map[string][]byte {
	out := map[string][]byte{}
	for _, doc := range r.documents {
		out[doc.Path] = doc.Source
	}
	return out
}
