package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// A look is a command such as `tool --help`, typed into a copy of the machine.
// A program that does something else with it is ended soon.
const (
	lookFor     = 20 * time.Second
	lookSilence = 10 * time.Second
)

// further names candidates that take a look around.
func (v *visit) further(ctx context.Context, s prove.Stuck) (_ []verifier.Fix, err error) {
	o := v.observeBehind(s.Step, s.Record, commandsOf(s.Fixes))
	l := &look{visit: v, before: s.Before, step: s.Step}
	defer func() {
		if l.machine != nil {
			_ = l.machine.Close() // a copy that is given up
		}
	}()
	found, err := v.job.Catalogue.Further(ctx, v.explain(o)[0], o, diagnose.Surroundings{Later: v.later(), Look: l.type_})
	if err != nil {
		return nil, fmt.Errorf("look for fixes: %w", err)
	}
	return v.open(s.Step, found), nil
}

// later are the followed steps behind the one that is being typed.
func (v *visit) later() []verifier.Step {
	rest := v.steps[min(v.now.index, len(v.steps)):]
	return slices.DeleteFunc(slices.Clone(rest), func(s verifier.Step) bool {
		return v.moved[s.ID] != "" || strings.HasPrefix(s.Document, declarationFile)
	})
}

// look is a copy of the machine that is made when it is first needed.
type look struct {
	*visit
	before  verifier.Snapshot
	step    verifier.Step
	machine run.Machine
}

func (l *look) type_(ctx context.Context, command string) (string, error) {
	if l.machine == nil {
		m, err := l.fork(ctx, l.before)
		if err != nil {
			return "", fmt.Errorf("fork to look around: %w", err)
		}
		l.machine = m
	}
	typist := *l.typist
	typist.Step, typist.Silence, typist.Last = lookFor, lookSilence, nil
	rec, err := typist.Type(ctx, l.machine, prove.Helper(l.step), command, l.logName(l.step))
	if err != nil {
		return "", fmt.Errorf("look around: %w", err)
	}
	return rec.Text, nil
}

// observeBehind is what is known of a step that was typed with fixes in place,
// whose commands are given. One that changes the folder has moved the reader.
func (v *visit) observeBehind(step verifier.Step, rec run.Record, fixes []string) diagnose.Observation {
	o := v.observe(step, rec)
	o.Earlier = append(slices.Clone(o.Earlier), fixes...)
	enters := func(command string) bool { return strings.HasPrefix(command, "cd ") }
	if slices.ContainsFunc(fixes, enters) && !enters(rec.Typed) && rec.Execution.Cwd != "" {
		o.Cwd = rec.Execution.Cwd
	}
	return o
}

// explain names the causes of a failure, also of one with status 0.
func (v *visit) explain(o diagnose.Observation) []diagnose.Explanation {
	if o.Execution.Exit == 0 {
		if found := v.job.Catalogue.Silent(o); len(found) > 0 {
			return found
		}
	}
	return v.job.Catalogue.Explain(o)
}

// offPath looks in the machine of the failure for the program that was not found.
func (v *visit) offPath(ctx context.Context, e diagnose.Explanation, o diagnose.Observation) (diagnose.Explanation, []verifier.Fix, error) {
	told, fixes, err := v.job.Catalogue.OffPath(ctx, e, o, func(ctx context.Context, script string) (string, error) {
		text, _, err := v.machine.Exec(ctx, script)
		return text, err
	})
	if err != nil {
		return e, nil, fmt.Errorf("look for a program off the path: %w", err)
	}
	return told, fixes, nil
}

func commandsOf(fixes []verifier.Fix) []string {
	var all []string
	for _, f := range fixes {
		all = append(all, f.Commands...)
	}
	return all
}

// learned tells a failure by what has mended it, where that says more than its
// rule: steps in the wrong order, and what no rule had explained.
func (v *visit) learned(f verifier.Finding) verifier.Finding {
	if len(f.Fixes) == 0 || f.Fixes[0].Grade != verifier.ProvenInPlace {
		return f
	}
	fix := f.Fixes[0]
	first := strings.Join(fix.Commands, "; ")
	switch unknown := f.Rule == diagnose.UnknownRule; {
	case f.Category == verifier.MissingTool && diagnose.ChangesPath(first):
		f.Category, f.Title = verifier.ShellState, "installed program is not on the path"
		f.Cause = fix.Why + "."
		f.Plain = fmt.Sprintf("The program “%s” was installed, but into a place where the system does not look for it.", f.Object)
	case len(fix.Moved) > 0:
		f.Category = verifier.OrderOfSteps
		f.Cause = fmt.Sprintf("%s What brings it stands later in the documents: %s.", f.Cause, first)
		f.Plain = fmt.Sprintf("The instructions tell the steps in the wrong order: “%s” has to come before this one.", first)
	case unknown && fix.Kind == verifier.FixReplace:
		f.Category, f.Title = verifier.WrongCommand, "command is written wrongly"
		f.Cause = fmt.Sprintf("The command fails as it is written, and passes as “%s”: %s.", fix.Replace, fix.Why)
		f.Plain = fmt.Sprintf("The instructions show a command with a mistake in it; “%s” is what works.", fix.Replace)
	case unknown && strings.HasPrefix(first, "cd "):
		f.Category, f.Title = verifier.WrongCommand, "step belongs into another folder"
		f.Cause = fmt.Sprintf("The step was written for another folder than the one in which the reader stands: %s.", fix.Why)
		f.Plain = fmt.Sprintf("The instructions do not say that one has to go to another folder first (“%s”).", first)
	case unknown && strings.HasPrefix(first, "git submodule"):
		f.Category, f.Title = verifier.MissingFile, "part of the repository was not fetched"
		f.Cause = fmt.Sprintf("The step needs files that are not there: %s.", fix.Why)
		f.Plain = fmt.Sprintf("A part of the software is not downloaded by what the instructions say; “%s” brings it.", first)
	}
	return f
}

// typedBefore is the result of a step that a fix has typed before an earlier one.
func (v *visit) typedBefore(step verifier.Step) (verifier.StepResult, bool) {
	by := v.moved[step.ID]
	return verifier.StepResult{Step: step.ID, Document: step.Document, Line: step.Line, Command: v.typist.Command(step),
		Outcome: verifier.OutcomeNotRun, AfterFix: verifier.OutcomeOK,
		Reason: fmt.Sprintf("it was typed before %s, where it belongs", by)}, by != ""
}
