package pipeline

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// Where nothing in the environment makes a step pass, a newer release of the
// same distribution may: its compiler or runtime is newer, or it has a package
// that this one lacks. Nothing is concluded from version numbers: all steps so
// far are typed into a clean machine of that release, with their fixes, then
// the step. Where it passes, the declaration is what has to change; the run
// goes on there, and the clean replay is made there.

// fromArchive are steps whose wrong name may be a right one in another release.
var fromArchive = regexp.MustCompile(`\b(?:apt|apt-get|aptitude|dnf|yum|apk|zypper) (?:-\S+ )*(?:install|add)\b`)

// releaseMayHelp: what a distribution brings in other versions.
func releaseMayHelp(f verifier.Finding, text string) bool {
	switch f.Category {
	case verifier.MissingTool:
		return !isArgument(f.Object, text)
	case verifier.VersionMismatch, verifier.MissingLibrary, verifier.DependencyUnresolved:
		return true
	case verifier.WrongCommand, verifier.TargetMoved:
		return fromArchive.MatchString(text)
	}
	return false
}

// startsCommand are words behind which a program is named.
var startsCommand = regexp.MustCompile(`^(?:sudo|env|time|exec|nohup|&&|\|\||\||.*;|[A-Za-z_]\w*=.*|-\S+)$`)

// isArgument reports whether a step names a thing only as what a program is to
// work on: a shell says "not found" of a script as it does of a program.
func isArgument(object, text string) bool {
	words := strings.Fields(text)
	for i, w := range words {
		if w == object {
			return i > 0 && !startsCommand.MatchString(words[i-1])
		}
	}
	return false
}

// leg is a part of the way that was followed on a stage which was then left.
type leg struct {
	stage Stage
	until int // index of the first step that is no part of it
}

// inNewerRelease tries the step in the newer releases, the nearest first.
func (v *visit) inNewerRelease(ctx context.Context, s prove.Stuck) (*prove.Elsewhere, error) {
	if !releaseMayHelp(s.Diagnosis.Finding, s.Text) || v.secret {
		return nil, nil
	}
	for _, target := range v.newer() {
		found, err := v.inRelease(ctx, target, s)
		if trouble, ok := errors.AsType[Troubled](err); ok && ctx.Err() == nil {
			// It cannot be had here, which says nothing about the step.
			v.tell(verifier.Event{Kind: verifier.EventPreparing, Text: target.Name + " could not be tried: " + trouble.Incident().What})
			continue
		}
		if found != nil || err != nil {
			return found, err
		}
	}
	return nil, nil
}

// newer are the releases behind the one that the run stands on.
func (v *visit) newer() []Target {
	all := v.target.Newer
	if i := slices.IndexFunc(all, func(t Target) bool { return t.Name == v.release }); i >= 0 {
		return all[i+1:]
	}
	return all
}

func (v *visit) inRelease(ctx context.Context, target Target, s prove.Stuck) (_ *prove.Elsewhere, err error) {
	v.tell(verifier.Event{Kind: verifier.EventTrial, Step: s.Step.ID, Text: "all steps so far in " + target.Name})
	stage, err := target.Open(ctx, func(text string) { v.tell(verifier.Event{Kind: verifier.EventPreparing, Text: text}) })
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", target.Name, err)
	}
	v.stages = append(v.stages, stage)
	if known, err := brings(ctx, stage, s.Diagnosis.Finding); err != nil || !known {
		return nil, err
	}
	there := &visit{job: v.job, target: v.target, stage: stage, release: target.Name, plan: v.plan, steps: v.steps, fixes: v.fixes, services: v.services,
		earlier: v.earlier, cwd: v.cwd, now: v.now}
	there.result.Environment = stage.Record()
	there.newTypist()
	if there.machine, err = stage.Fresh(ctx, v.services...); err != nil {
		return nil, fmt.Errorf("start a clean machine of %s: %w", target.Name, err)
	}
	given := false
	defer func() {
		if !given {
			_ = there.machine.Close() // it is given up
		}
	}()
	if why, err := there.retrace(ctx, v.result.Steps); err != nil || why != "" {
		return nil, err
	}
	if _, err := there.prepare(ctx, s.Step); err != nil {
		return nil, err
	}
	for _, command := range commandsOf(s.Fixes) {
		rec, err := there.retype(ctx, there.machine, prove.Helper(s.Step), command)
		if err != nil || !rec.Result.Outcome.Passed() {
			return nil, err
		}
	}
	before, err := there.machine.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("freeze the machine: %w", err)
	}
	fix := verifier.Fix{Kind: verifier.FixDeclare, Release: target.Name, Why: fmt.Sprintf("with all steps before it, the step passes in %s", target.Name)}
	rec, err := there.retype(ctx, there.machine, s.Step, s.Text)
	if err != nil {
		return nil, err
	}
	if !rec.Result.Outcome.Passed() {
		// A package that only the newer release has still wants to be installed.
		mended, err := there.mendThere(ctx, s, rec, before)
		if err != nil || mended == nil {
			return nil, err
		}
		fix.Commands, rec = commandsOf(mended.Applied), mended.Last
		fix.Why += ", once " + mended.Applied[len(mended.Applied)-1].Why
		if err := there.adopt(mended.Machine); err != nil {
			return nil, err
		}
	}
	given = true
	v.next = stage
	return &prove.Elsewhere{Fix: fix, Machine: there.machine, Last: rec}, nil
}

// brings reports whether a release may bring what is missing: a program that
// none of its packages holds is not worth typing everything there.
func brings(ctx context.Context, stage Stage, f verifier.Finding) (bool, error) {
	if f.Category != verifier.MissingTool || !plainName.MatchString(f.Object) {
		return true, nil
	}
	index, err := stage.Index(ctx)
	if err != nil {
		return false, fmt.Errorf("package index of the newer release: %w", err)
	}
	found, err := index.Lookup(ctx, diagnose.Command, f.Object)
	if err != nil {
		return false, fmt.Errorf("look for %s in the newer release: %w", f.Object, err)
	}
	return len(found) > 0, nil
}

// retrace types the steps that have a result, with the fixes that made them
// pass, and says why one does not pass here, if so.
func (v *visit) retrace(ctx context.Context, results []verifier.StepResult) (string, error) {
	for i, was := range results {
		if _, err := v.prepare(ctx, v.steps[i]); err != nil {
			return "", err
		}
		if was.Outcome == verifier.OutcomeNotRun {
			continue
		}
		why, err := v.replayStep(ctx, v.steps[i])
		if err != nil {
			return "", err
		}
		if why != "" && (was.Outcome.Passed() || was.AfterFix.Passed()) {
			return why, nil
		}
	}
	return "", nil
}

// mendThere looks for fixes by what is known of the failure in the newer
// release; nil: there are none that can be declared along with it.
func (v *visit) mendThere(ctx context.Context, s prove.Stuck, rec run.Record, before verifier.Snapshot) (*prove.Mending, error) {
	d, err := v.judge(ctx, s.Step, rec, commandsOf(s.Fixes))
	if err != nil || len(d.Candidates) == 0 || s.Text != s.Step.Command {
		return nil, err
	}
	prover := &prove.Prover{Fork: v.fork, Type: v.retype, Judge: v.judge, Now: time.Now, AtOnce: v.job.AtOnce}
	mending, err := prover.Mend(ctx, s.Step, rec, d, before)
	if err != nil || mending.Machine == nil {
		return nil, err
	}
	installs := func(f verifier.Fix) bool { return f.Kind != verifier.FixBefore || f.Workaround }
	if mending.Flaky || slices.ContainsFunc(mending.Applied, installs) {
		return nil, mending.Machine.Close()
	}
	return &mending, nil
}

// moveOn goes on in the newer release in which a step has passed.
func (v *visit) moveOn(release string) {
	v.left = append(v.left, leg{v.stage, len(v.result.Steps)})
	v.stage, v.next, v.index, v.release = v.next, nil, nil, release
}
