package pipeline

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// smoke is the last step that showed the software at work, as it was typed.
type smoke struct {
	index int
	step  verifier.Step
	typed string
	cwd   string // absolute
}

// noteSmoke keeps a step that passed as it is written and ended by itself.
func (v *visit) noteSmoke(step verifier.Step, rec run.Record, cwd string) {
	shows := step.Role == verifier.RoleRun || step.Role == verifier.RoleUsage || step.Role == verifier.RoleTest
	if shows && !step.Builtin && rec.Result.Outcome.Passed() && rec.Execution.Ended == verifier.Exited && path.IsAbs(cwd) {
		v.smoke = &smoke{len(v.result.Steps), step, rec.Typed, cwd}
	}
}

// A login shell with nothing but what every login has; with the PATH of the
// installing terminal, to show that it is this that makes the difference.
const (
	loginShell = `env -i HOME="$HOME" USER="$USER" LOGNAME="$USER" SHELL="$SHELL" TERM="$TERM" LANG="$LANG" KEPT_PATH="$PATH" bash -lic `
	keptPath   = "PATH=$KEPT_PATH\n"
)

// startFile is what terminals read when they are opened.
var startFile = regexp.MustCompile(`\.(?:bashrc|bash_profile|profile|zshrc|zprofile|zshenv)\b|config\.fish`)

// persist types the smoke command again as a person does on the next day, in a
// fresh login shell. It looks for one fault alone: a PATH that a step has
// changed for its own terminal. Where no step did, or where one activates an
// environment, which must be done each time, there is nothing to look for.
// A document that names the file in question has told its readers. The finding
// is advice and changes no verdict.
func (v *visit) persist(ctx context.Context) error {
	for _, text := range v.job.Documents {
		if startFile.Match(text) {
			return nil
		}
	}
	activates := func(s verifier.Step) bool { return s.Has(verifier.FlagActivates) }
	if v.smoke == nil || !slices.ContainsFunc(v.earlier, diagnose.ChangesPath) || slices.ContainsFunc(v.steps, activates) ||
		v.result.Replay != nil && !v.result.Replay.Passed {
		return nil
	}
	body := "cd " + quoted(v.smoke.cwd) + " || exit\n" + v.smoke.typed
	again, err := v.login(ctx, body)
	if err != nil || again.Result.Outcome.Passed() {
		return err
	}
	with, err := v.login(ctx, keptPath+body)
	if err != nil || !with.Result.Outcome.Passed() {
		return err // it is not PATH, or not PATH alone
	}
	o := v.observe(v.smoke.step, again)
	o.Typed, o.NewTerminal = v.smoke.typed, true
	found := v.job.Catalogue.Explain(o)[0]
	fixes, err := v.job.Catalogue.Candidates(ctx, found, o, nil)
	if err != nil {
		return fmt.Errorf("look for fixes: %w", err)
	}
	if found.Finding.Category != verifier.ShellState {
		return nil
	}
	if len(fixes) > 0 {
		if fixes[0], err = v.tryToKeep(ctx, fixes[0], again, body); err != nil {
			return err
		}
	}
	finding := found.Finding
	finding.Fixes = fixes
	r := &v.result.Steps[v.smoke.index]
	r.Findings = append(r.Findings, v.record(v.smoke.step, finding))
	return nil
}

// tryToKeep types a fix and opens another login shell.
func (v *visit) tryToKeep(ctx context.Context, fix verifier.Fix, without run.Record, body string) (verifier.Fix, error) {
	began := time.Now()
	for _, command := range fix.Commands {
		rec, err := v.retype(ctx, v.machine, prove.Helper(v.smoke.step), command)
		if err != nil || !rec.Result.Outcome.Passed() {
			return fix, err
		}
	}
	rec, err := v.login(ctx, body)
	if err != nil || !rec.Result.Outcome.Passed() {
		return fix, err
	}
	fix.Grade = verifier.ProvenInPlace
	fix.Proof = &verifier.Proof{ControlExit: without.Result.Exit, FixedExit: rec.Result.Exit, Seconds: time.Since(began).Seconds()}
	return fix, nil
}

func (v *visit) login(ctx context.Context, body string) (run.Record, error) {
	rec, err := v.typist.Type(ctx, v.machine, v.smoke.step, loginShell+quoted(body), v.logName(v.smoke.step))
	if err != nil {
		return rec, fmt.Errorf("type the last use again in a fresh login shell: %w", err)
	}
	return rec, nil
}

// quoted makes a text one word of a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
