package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
	"github.com/freshinstall/freshinstall/verifier/source"
)

// declaredIn reads the environment's declaration from the result. A result may
// come from a stranger, so it reaches into this machine only when trusted.
func (d *frontDoor) declaredIn(at state, ask shellRequest) (envs.Environment, error) {
	declared := strings.TrimSpace(at.env.Environment.Declaration)
	if declared == "" {
		return envs.Environment{}, misuse("verify again; results of older versions do not say what a terminal needs",
			"the result does not declare the environment %s", cleanLine(at.env.Environment.Name)).at(ask.run)
	}
	file, err := envs.Parse(ask.run, []byte("environments:\n- "+strings.ReplaceAll(declared, "\n", "\n  ")+"\n"))
	if err != nil || len(file.Environments) != 1 {
		return envs.Environment{}, &problem{code: exitUse, what: "the result declares an environment that is none", where: ask.run, cause: err, todo: "verify again"}
	}
	trusted, err := d.trusts(file, ask.trust)
	if err != nil {
		return envs.Environment{}, err
	}
	if err := (declaration{file: file, trusted: trusted}).refuseReach(); err != nil {
		return envs.Environment{}, err
	}
	env := file.Environments[0]
	// The catalogue knows the family of its own, under which their images are cached.
	if known, err := envs.Lookup(env.Name); err == nil && bytes.Equal(envs.Show(known), envs.Show(env)) {
		env = known
	}
	return env, nil
}

// machineBefore gives a machine as it was before the step: from the snapshot,
// or by typing the steps before it once more. leave removes it.
func (d *frontDoor) machineBefore(ctx context.Context, engine *container.Engine, r *verifier.Result, at state, env envs.Environment, ask shellRequest) (m *container.Machine, leave func() error, err error) {
	why := "it was not kept"
	if before := at.step().Before; before != nil && before.Image != "" {
		kept, err := engine.HasKept(ctx, before.Image)
		if err != nil {
			return nil, nil, err
		}
		if kept {
			m, err := d.fromKept(ctx, engine, at, env)
			if err != nil {
				return nil, nil, err
			}
			return m, m.Close, nil
		}
		why = "it is here no longer, or was never on this engine"
	} else if before != nil {
		why = "it was not kept: " + before.Lost
	}
	if at.index > 0 {
		d.say("the state before the step is made again, by typing the %s before it in a clean machine (%s)", count(at.index, "step"), cleanLine(why))
	}
	return d.rebuilt(ctx, engine, r, at, env, ask)
}

// fromKept starts a machine from the snapshot.
func (d *frontDoor) fromKept(ctx context.Context, engine *container.Engine, at state, env envs.Environment) (*container.Machine, error) {
	stage, err := engine.Prepare(ctx, env, func(line string) { d.say("%s", line) })
	if err != nil {
		return nil, err
	}
	m, err := stage.Fork(ctx, verifier.Snapshot{ID: at.step().Before.Image})
	if err != nil {
		return nil, err
	}
	for _, s := range at.env.Steps[:at.index] {
		if s.Ended == verifier.Serving {
			d.say("%s had been left running, and does not run here", cleanLine(s.Command))
		}
	}
	return m, nil
}

// jobAgain is the work of a run from its repository, to do parts of it again.
func (d *frontDoor) jobAgain(ctx context.Context, r *verifier.Result, ask shellRequest, scratch string) (*prepared, pipeline.Job, progress, error) {
	asked := request{location: ask.repository, config: ask.config, trust: ask.trust}
	if r.Repository.Dirty || r.Repository.Commit == "" {
		d.say("the run had changes that no commit holds: the repository is taken as it is now")
	} else {
		asked.ref = r.Repository.Commit
	}
	p, err := d.prepare(ctx, asked, scratch, nil)
	if lacks, ok := errors.AsType[*source.Error](err); ok && asked.ref != "" {
		return nil, pipeline.Job{}, nil, &problem{code: exitUse, what: "nothing can be made again without the repository at the commit of the run",
			where: ask.repository, cause: lacks, todo: "name the repository behind the run; or verify again"}
	}
	if err != nil {
		return nil, pipeline.Job{}, nil, err
	}
	catalogue, err := p.declaration.catalogue()
	if err != nil {
		return nil, pipeline.Job{}, nil, err
	}
	show := newProgress(d.std.err, talk{}, d.env, d.now)
	return p, d.job(p, catalogue, show), show, nil
}

// changed is the end for documents that no longer show what was followed.
func (ask shellRequest) changed(err error) error {
	if changed, ok := errors.AsType[*pipeline.ChangedError](err); ok {
		return misuse("name the repository behind the run, with the declaration that the run had: -c FILE; or verify again",
			"the state cannot be made again, since the steps are others now: %s", cleanLine(changed.Error())).at(ask.repository)
	}
	return err
}

// rebuilt types the steps before once more.
func (d *frontDoor) rebuilt(ctx context.Context, engine *container.Engine, r *verifier.Result, at state, env envs.Environment, ask shellRequest) (m *container.Machine, leave func() error, err error) {
	scratch, remove, err := makeScratch()
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	p, job, show, err := d.jobAgain(ctx, r, ask, scratch)
	if err != nil {
		return nil, nil, err
	}
	again, err := pipeline.Rebuild(ctx, job, p.target(engine, env), *at.env, at.step().Step)
	// The talk is no result: a stream that went away spoils nothing.
	_ = show.Close()
	if err != nil {
		return nil, nil, ask.changed(err)
	}
	leave = func() error { return errors.Join(again.Machine.Close(), again.Stage.Close()) }
	m, ok := again.Machine.(*container.Machine)
	if !ok {
		return nil, nil, errors.Join(fmt.Errorf("a machine of kind %T has no terminal to hand over", again.Machine), leave())
	}
	for _, differs := range again.Differs {
		d.say("it is not quite as it was: %s", cleanLine(differs))
	}
	if now := again.Stage.Record().Digest; now != at.env.Environment.Digest {
		d.say("it is not quite as it was: the environment's image is another one by now")
	}
	return m, leave, nil
}

// resultFile is where a run keeps its result; empty: nowhere.
func resultFile(outputs []output) string {
	for _, o := range outputs {
		if o.format == "json" && o.file != onStdout {
			return o.file
		}
	}
	return ""
}

// keepsStates reports whether there is a step that one can look before.
func keepsStates(r *verifier.Result) bool { return lookInside(r, "") != "" }

// lookInside tells how to look into the first failed step whose machine is
// kept, in a run of that name or file; empty: there is none.
func lookInside(r *verifier.Result, run string) string {
	for i := range r.Environments {
		for j, s := range r.Environments[i].Steps {
			if s.Before != nil && s.Before.Image != "" {
				return fmt.Sprintf("to look for yourself, until %s: freshinstall shell %s --step %d",
					s.Before.Until.Local().Format("2 January 15:04"), shellWord(run), j+1)
			}
		}
	}
	return ""
}
