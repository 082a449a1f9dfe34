package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/freshinstall/freshinstall/reports/history"
	"github.com/freshinstall/freshinstall/verifier"
)

// noHistory is the file name that means none.
const noHistory = "none"

// historyFile is where runs are kept to be compared; empty: nowhere.
func (d *frontDoor) historyFile(p preferences) (string, error) {
	switch p.History {
	case noHistory:
		return "", nil
	case "":
		state, err := stateFolder(d.env)
		if err != nil {
			return "", err
		}
		return filepath.Join(state, "history.db"), nil
	}
	if err := checkTarget(p.History); err != nil {
		return "", err
	}
	return filepath.Abs(p.History)
}

// rememberWithin bounds the keeping of a run that was interrupted.
const rememberWithin = 20 * time.Second

// remember tells what moved since each red environment worked last, and keeps
// the run. A run does not end because that cannot be done: it is said.
func (d *frontDoor) remember(ctx context.Context, p *prepared, r *verifier.Result) {
	if p.history == "" {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), rememberWithin)
	defer stop()
	name := d.now().UTC().Format("20060102T150405Z") + "-" + plainName(p.checkout.Repository.Name)
	if p.keeper != nil && p.keeper.folder != "" {
		name = filepath.Base(p.keeper.folder)
	}
	err := d.withHistory(ctx, p.history, func(kept *history.Store) error {
		err := kept.Explain(ctx, r)
		if p.earlier != nil { // the run that is gone on with
			return errors.Join(err, kept.Replace(ctx, name, r))
		}
		_, another := kept.Keep(ctx, name, r)
		return errors.Join(err, another)
	})
	if err != nil {
		d.say("the run is not kept to be compared with others: %s\n  to do: see that the file can be written, name another (--history FILE), or none (--history none)", cleanLine(err.Error()))
	}
	drifted := func(env verifier.EnvironmentResult) bool { return env.Drift != nil }
	if p.keeper != nil && slices.ContainsFunc(r.Environments, drifted) {
		p.keeper.keep(*r)
	}
}

// withHistory opens the history for a change. A damaged one is put aside, and
// the change is made in a new one.
func (d *frontDoor) withHistory(ctx context.Context, file string, do func(*history.Store) error) error {
	kept, aside, err := history.Open(ctx, file)
	if err != nil {
		return err
	}
	err = do(kept)
	if _, damaged := errors.AsType[*history.DamagedError](err); damaged && aside == "" {
		_ = kept.Close() // it is given up
		if kept, aside, err = history.Renew(ctx, file); err != nil {
			return err
		}
		err = do(kept)
	}
	if aside != "" {
		d.say("the history %s was damaged: it now is %s, and a new one is begun", cleanLine(file), cleanLine(aside))
	}
	return errors.Join(err, kept.Close())
}

// lookAt opens the history for a question.
func (d *frontDoor) lookAt(ctx context.Context, flags *pflag.FlagSet, ask func(*history.Store) error) error {
	file, err := d.historyAsked(flags)
	if err != nil {
		return err
	}
	kept, err := history.Look(ctx, file)
	if errors.Is(err, history.ErrNone) {
		return misuse("`freshinstall verify` keeps each run; --history FILE names the file that another machine kept", "no run is kept yet").at(file)
	}
	if err == nil {
		err = errors.Join(ask(kept), kept.Close())
	}
	if wrong, ok := errors.AsType[*history.DamagedError](err); ok {
		return &problem{code: exitUse, what: "this is no history, or it is damaged", where: file, cause: wrong.Err,
			todo: "the next `freshinstall verify` puts it aside and begins another"}
	}
	if newer, ok := errors.AsType[*history.NewerError](err); ok {
		return &problem{code: exitUse, what: "a newer version of freshinstall made this history", where: file, cause: newer, todo: "use that version"}
	}
	return err
}

// historyAsked is the file that a command which runs nothing looks at.
func (d *frontDoor) historyAsked(flags *pflag.FlagSet) (string, error) {
	here, err := workingFolder()
	if err != nil {
		return "", err
	}
	decl, err := d.loadDeclaration("", false, true, here)
	if err != nil {
		return "", err
	}
	settings, err := d.preferences(decl, flags)
	if err != nil {
		return "", err
	}
	file, err := d.historyFile(settings.preferences)
	if err == nil && file == "" {
		return "", misuse("name a file", "--history none has no runs")
	}
	return file, err
}

// pastRun finds a run by its name in the history, or by its result file.
func (d *frontDoor) pastRun(ctx context.Context, flags *pflag.FlagSet, name string) (*history.Run, error) {
	if regularFile(name) {
		r, err := d.readResult(name)
		if err != nil {
			return nil, err
		}
		return &history.Run{Name: name, Result: *r}, nil
	}
	var run *history.Run
	err := d.lookAt(ctx, flags, func(kept *history.Store) (err error) {
		run, err = kept.Run(ctx, name)
		return err
	})
	if err == nil && run == nil {
		err = misuse("`freshinstall history` lists those that are kept; or name a result file", "no run is kept under this name").at(name)
	}
	return run, err
}

// suspects reports whether a package moved since an environment worked.
func suspects(r *verifier.Result) bool {
	return slices.ContainsFunc(r.Environments, func(env verifier.EnvironmentResult) bool {
		return env.Drift != nil && slices.ContainsFunc(env.Drift.Moved, func(m verifier.Move) bool { return m.From != "" })
	})
}

// dated is a moment as people say it.
func dated(t time.Time) string { return t.UTC().Format("2 January 2006") }
