package export

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// PrerequisitesMd writes the list of prerequisites and follows the documents in
// a clean machine that has these packages: each step that passed in the run,
// with fixes or without, must pass there as it is written, corrections apart.
func (k *Checker) PrerequisitesMd(ctx context.Context) (text []byte, err error) {
	if _, err := k.InstallSh(ctx); err != nil { // it is run for what it measures
		return nil, err
	}
	k.measured.Memory = k.Memory
	if text, err = PrerequisitesMd(*k.Recipe, k.Tool, k.measured); err == nil {
		err = k.Input.tells(text)
	}
	if err != nil {
		return nil, err
	}
	m, err := k.Stage.Fresh(ctx, false, k.More...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if script := k.packages(); script != "" {
		said, exit, err := m.Exec(ctx, script)
		if err != nil {
			return nil, err
		}
		if exit != 0 {
			rec := run.Record{Text: k.Typist.Clean([]byte(said)), Result: verifier.StepResult{Exit: exit}}
			return nil, k.failed(fmt.Sprintf("its packages could not be installed: exit %d", exit), rec)
		}
	}
	for _, s := range k.Input.Environment.Steps {
		if err := k.author(ctx, m, s); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// packages is a script for root that installs the listed ones.
func (k *Checker) packages() string {
	if len(k.Recipe.Packages()) == 0 {
		return ""
	}
	lines := []string{"exec 2>&1; export DEBIAN_FRONTEND=noninteractive", "apt-get -q -o Acquire::Retries=3 update"}
	for _, c := range k.Recipe.Commands {
		if len(c.Packages) == 0 {
			continue
		}
		line := "apt-get -q -y -o Acquire::Retries=3 install"
		if c.Slim {
			line += " --no-install-recommends"
		}
		for _, p := range c.Packages {
			line += " " + p.Name
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, " && ")
}

// author types a step as the documents have it, with what of its fixes is no package.
func (k *Checker) author(ctx context.Context, m run.Machine, s verifier.StepResult) error {
	i := slices.IndexFunc(k.Input.Plan.Steps, func(p verifier.Step) bool { return p.ID == s.Step })
	if i < 0 || !s.Outcome.Passed() && !s.AfterFix.Passed() {
		return nil
	}
	step := k.Input.Plan.Steps[i]
	text := step.Command
	var before []string
	for _, c := range k.Recipe.Commands {
		if c.Kind == Asked && slices.ContainsFunc(k.Input.Plan.Asked()[step.ID], func(p verifier.Prose) bool { return p.Line == c.Line && p.Document == c.Document }) {
			before = append(before, "checkout="+shell.Quote(k.Recipe.workspace()), c.Text)
		}
	}
	for _, f := range k.Input.applied(step, s) {
		for _, command := range f.fix.Commands {
			if pieces, err := shell.Pieces(command); err != nil || !packagesAlone(pieces) {
				before = append(before, command)
			}
		}
		if f.fix.Kind == verifier.FixReplace {
			text = f.fix.Replace
		}
	}
	for _, command := range before {
		rec, err := k.Author.Type(ctx, m, verifier.Step{ID: step.ID, Document: step.Document, Line: step.Line, Role: verifier.RolePrerequisite}, command, "")
		if err != nil {
			return err
		}
		if !rec.Result.Outcome.Passed() {
			return k.failed(fmt.Sprintf("the correction for %s did not pass: %s", place(step.Document, step.Line), ending(rec)), rec)
		}
	}
	rec, err := k.Author.Type(ctx, m, step, text, "")
	if err != nil {
		return err
	}
	if !rec.Result.Outcome.Passed() {
		return k.failed(fmt.Sprintf("with these packages, %s did not pass: %s", place(step.Document, step.Line), ending(rec)), rec)
	}
	return nil
}
