package export

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// Stage makes what files are tried on. Its machines are closed by whoever asked
// for them.
type Stage interface {
	// Fresh gives a clean machine of the environment with the checkout in it.
	// inside: the newcomer stands in it; else where the documents begin.
	Fresh(ctx context.Context, inside bool, more ...verifier.Service) (run.Machine, error)
	// Build makes an image of the checkout and a Dockerfile, up to a stage of it.
	// A step of the Dockerfile that fails is a [*Failure].
	Build(ctx context.Context, b Build) (image string, err error)
	// Of gives a machine of such an image. checkout: the repository is brought in.
	Of(ctx context.Context, image string, checkout bool, more ...verifier.Service) (run.Machine, error)
}

// Build is an image to be made.
type Build struct {
	Dockerfile, Ignore []byte // Ignore: .dockerignore; nil: the repository's own, if any
	Target             string
	Arguments          map[string]string
	Anew               bool
}

// Failure says why a file is not offered.
type Failure struct {
	What   string // a sentence's end: "the second run stopped at README.md:12"
	Output string // of what failed, cleaned and masked
	World  bool   // the network or a registry was out of reach: nothing is said about the file
}

func (f *Failure) Error() string { return f.What }

// Checker tries files on machines. Its fields are set before and not changed,
// the recipe apart: what was seen to fail the second time is done once from
// then on.
type Checker struct {
	Stage  Stage
	Recipe *Recipe
	Tool   verifier.Tool
	Input  Input
	More   []verifier.Service // beside each machine, besides those that are declared
	Values map[string]string  // of variables, by name
	Typist *run.Typist        // types what is in the files: values are masked and not filled in
	Author *run.Typist        // types what is in the documents
	Look   Look
	Memory int64  // bytes that a machine may use; 0: no limit
	Ignore []byte // .dockerignore that goes with the Dockerfile; nil: none

	measured      Measured
	install       []byte   // install.sh, once it has passed
	unsound       *Failure // why it is not offered, once that is known
	prerequisites string   // image of the Dockerfile's first stage, once it was built
}

// Look judges a failed command: does it say that the world was out of reach?
type Look func(rec run.Record) (world bool)

const (
	scriptName = "install.sh"
	mostRounds = 4 // of trying install.sh, each with one command more that is done once
)

// failed makes a failure of a record.
func (k *Checker) failed(what string, rec run.Record) *Failure {
	return &Failure{What: what, Output: rec.Text, World: k.Look != nil && k.Look(rec)}
}

// typed types a text as somebody would who has the file before him.
func (k *Checker) typed(ctx context.Context, m run.Machine, text string) (run.Record, error) {
	return k.Typist.Type(ctx, m, verifier.Step{ID: "export", Document: scriptName, Command: text, Role: verifier.RoleTest}, text, "")
}

// set gives the terminal the variables that the recipe reads.
func (k *Checker) set(ctx context.Context, m run.Machine) error {
	for _, v := range k.Recipe.Variables {
		rec, err := k.typed(ctx, m, "export "+v.Name+"="+shell.Quote(k.Values[v.Name]))
		if err == nil && !rec.Result.Outcome.Passed() {
			err = fmt.Errorf("set the variable %s: exit %d", v.Name, rec.Result.Exit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// put writes install.sh into the checkout.
func (k *Checker) put(ctx context.Context, m run.Machine, text []byte) error {
	file := shell.Quote(k.Recipe.workspace() + "/" + scriptName)
	_, exit, err := m.Exec(ctx, "printf '%s' "+shell.Quote(string(text))+" >"+file+" && chown "+k.Recipe.Environment.User+" "+file)
	if err == nil && exit != 0 {
		err = fmt.Errorf("put install.sh into the machine: exit %d", exit)
	}
	return err
}

var stoppedAt = regexp.MustCompile(`install\.sh: stopped at .*\(command (\d+)\): exit status`)

// InstallSh writes install.sh and runs it twice in a clean machine with nothing
// but the checkout; then the software must work in a new login shell.
func (k *Checker) InstallSh(ctx context.Context) ([]byte, error) {
	switch {
	case k.install != nil:
		return k.install, nil
	case k.unsound != nil:
		return nil, k.unsound
	}
	text, err := k.sound(ctx)
	if f, failed := errors.AsType[*Failure](err); failed {
		k.unsound = f
	}
	k.install = text
	return text, err
}

// sound gives a script that does it twice.
func (k *Checker) sound(ctx context.Context) ([]byte, error) {
	for range mostRounds {
		text, err := InstallSh(*k.Recipe, k.Tool)
		if err == nil {
			err = k.Input.tells(text)
		}
		if err != nil {
			return nil, err
		}
		again, err := k.twice(ctx, text)
		if err != nil {
			return nil, err
		}
		if again < 0 {
			return text, nil
		}
		k.Recipe.Commands[again].Once = true
	}
	return nil, &Failure{What: "too many of its commands cannot be done twice"}
}

// twice gives the index of a command that passed once and not the second time;
// -1: there is none.
func (k *Checker) twice(ctx context.Context, text []byte) (again int, err error) {
	m, err := k.Stage.Fresh(ctx, true, k.More...)
	if err != nil {
		return -1, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if err := errors.Join(k.put(ctx, m, text), k.set(ctx, m)); err != nil {
		return -1, err
	}
	rec, err := k.typed(ctx, m, "bash "+scriptName)
	if err != nil {
		return -1, err
	}
	if !rec.Result.Outcome.Passed() || !strings.Contains(rec.Text, "install.sh: done") {
		return -1, k.failed("it did not come to its end: "+ending(rec), rec)
	}
	k.measured.Seconds = rec.Result.Seconds
	if k.measured.Disk, err = m.Written(ctx); err != nil {
		return -1, err
	}
	before, err := k.state(ctx, m)
	if err != nil {
		return -1, err
	}
	rec, err = k.typed(ctx, m, "bash "+scriptName)
	if err != nil {
		return -1, err
	}
	if !rec.Result.Outcome.Passed() {
		if at := stoppedAt.FindStringSubmatch(rec.Text); at != nil {
			if n, err := strconv.Atoi(at[1]); err == nil && n >= 1 && n <= len(k.Recipe.Commands) && !k.Recipe.Commands[n-1].Once && len(k.Recipe.Commands[n-1].Packages) == 0 {
				return n - 1, nil
			}
		}
		return -1, k.failed("run again, it did not come to its end: "+ending(rec), rec)
	}
	after, err := k.state(ctx, m)
	if err != nil {
		return -1, err
	}
	if changed := firstDifference(before, after); changed != "" {
		return -1, &Failure{What: "run again, it changed " + changed}
	}
	k.measured.Versions = k.versions(ctx, m)
	return -1, k.shows(ctx, m, loginShell)
}

// ending is how a record ended, in a few words.
func ending(rec run.Record) string {
	for _, line := range strings.Split(rec.Text, "\n") {
		if text, is := strings.CutPrefix(line, "install.sh: stopped at "); is {
			return "stopped at " + text
		}
	}
	if rec.Result.Reason != "" {
		return rec.Result.Reason
	}
	return fmt.Sprintf("exit %d", rec.Result.Exit)
}

// loginShell has nothing but what every login has. imageShell has what the
// image gives to each process, as its first one shows.
const (
	loginShell = `env -i HOME="$HOME" USER="$USER" LOGNAME="$USER" SHELL="$SHELL" TERM="$TERM" LANG="$LANG" bash -lic `
	imageShell = `(while IFS= read -r -d '' v; do export "$v"; done </proc/1/environ; exec bash -c "$1") `
)

// shows types what shows that the software works, in a shell of its own.
func (k *Checker) shows(ctx context.Context, m run.Machine, in string) error {
	if !k.Recipe.Shows() {
		return nil
	}
	var b strings.Builder
	for _, v := range k.Recipe.Variables {
		b.WriteString("export " + v.Name + "=" + shell.Quote(k.Values[v.Name]) + "\n")
	}
	b.WriteString("cd " + shell.Quote(k.Recipe.workspace()) + " || exit\n")
	for _, c := range k.Recipe.Use {
		b.WriteString(inBraces(c) + " || exit\n")
	}
	text := in + shell.Quote(b.String())
	if in == imageShell {
		text = "set -- " + shell.Quote(b.String()) + "; " + strings.TrimSpace(in)
	}
	rec, err := k.typed(ctx, m, text)
	if err != nil {
		return err
	}
	if !rec.Result.Outcome.Passed() {
		return k.failed("what shows that it works did not pass afterwards: "+ending(rec), rec)
	}
	return nil
}

// Measured is what was seen while install.sh ran.
func (k *Checker) Measured() Measured { return k.measured }
