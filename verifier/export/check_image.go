package export

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/run"
)

// Dockerfile writes the Dockerfile, has it built, and has the software show in
// a container that it works. Where a step needs a server that stands beside a
// container, it is left for then.
func (k *Checker) Dockerfile(ctx context.Context) ([]byte, error) {
	cut := len(k.Recipe.Commands)
	for {
		text, err := Dockerfile(*k.Recipe, k.Tool, cut)
		if err == nil {
			err = k.Input.tells(text)
		}
		if err != nil {
			return nil, err
		}
		err = k.built(ctx, text, cut)
		failure, failed := errors.AsType[*Failure](err)
		if !failed || failure.World || len(k.Recipe.Services) == 0 {
			return text, err
		}
		at := k.failedAt(failure.Output, cut)
		if at < 0 {
			return nil, err
		}
		cut = at
	}
}

// failedAt is the index of the command at which a build stopped; -1: unknown.
func (k *Checker) failedAt(output string, cut int) int {
	last := ""
	for _, line := range strings.Split(output, "\n") {
		if _, instruction, is := strings.Cut(line, " : RUN "); is && strings.HasPrefix(line, "Step ") {
			last = "RUN " + instruction
		}
	}
	for i := cut - 1; i >= 0; i-- {
		c := k.Recipe.Commands[i]
		if c.Text != "" && last != "" && (last == runLine(c.Text) || strings.HasSuffix(last, inBraces(c))) {
			return i
		}
	}
	return -1
}

// arguments are the values that a build is given.
func (k *Checker) arguments() map[string]string {
	out := map[string]string{}
	for _, v := range k.Recipe.needed(k.Recipe.Commands) {
		if !v.Secret {
			out[v.Name] = k.Values[v.Name]
		}
	}
	return out
}

// build has an image built, and a second time where that failed: an archive
// that did not answer once says nothing about the file.
func (k *Checker) build(ctx context.Context, b Build) (string, error) {
	image, err := k.Stage.Build(ctx, b)
	if _, failed := errors.AsType[*Failure](err); failed {
		return k.Stage.Build(ctx, b)
	}
	return image, err
}

// first builds the first stage, with nothing of an earlier build: what stands
// on it is then new, too.
func (k *Checker) first(ctx context.Context, dockerfile []byte) error {
	if k.prerequisites != "" {
		return nil
	}
	image, err := k.build(ctx, Build{Dockerfile: dockerfile, Ignore: k.Ignore, Target: Prerequisites, Anew: true})
	k.prerequisites = image
	return err
}

func (k *Checker) built(ctx context.Context, text []byte, cut int) (err error) {
	if err := k.first(ctx, text); err != nil {
		return err
	}
	image, err := k.build(ctx, Build{Dockerfile: text, Ignore: k.Ignore, Arguments: k.arguments()})
	if err != nil {
		return err
	}
	m, err := k.Stage.Of(ctx, image, false, k.More...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if cut < len(k.Recipe.Commands) {
		if err := k.installs(ctx, m); err != nil {
			return err
		}
	}
	return k.shows(ctx, m, imageShell)
}

// installs runs install.sh where it was found to be sound.
func (k *Checker) installs(ctx context.Context, m run.Machine) error {
	text, err := k.InstallSh(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(k.put(ctx, m, text), k.set(ctx, m)); err != nil {
		return err
	}
	rec, err := k.typed(ctx, m, "cd "+k.Recipe.workspace()+" && "+strings.Join(PostCreate, " "))
	if err != nil {
		return err
	}
	if !rec.Result.Outcome.Passed() || !strings.Contains(rec.Text, "install.sh: done") {
		return k.failed("install.sh did not come to its end there: "+ending(rec), rec)
	}
	return nil
}

// Devcontainer writes devcontainer.json and does in a container what an editor
// would do: the first stage of the Dockerfile, the checkout, then the command.
// The Dockerfile is one that was found to be sound.
func (k *Checker) Devcontainer(ctx context.Context, dockerfile []byte) (text []byte, err error) {
	if text, err = Devcontainer(*k.Recipe, k.Tool); err == nil {
		err = k.Input.tells(text)
	}
	if err != nil {
		return nil, err
	}
	if err := k.first(ctx, dockerfile); err != nil {
		return nil, err
	}
	m, err := k.Stage.Of(ctx, k.prerequisites, true, k.More...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if err := k.installs(ctx, m); err != nil {
		return nil, err
	}
	return text, k.shows(ctx, m, imageShell)
}

// Programs are the programs that the recipe starts, sorted.
func (r *Recipe) Programs() []string {
	var out []string
	for _, c := range slices.Concat(r.Commands, r.Use) {
		if c.Call != nil {
			out = append(out, c.Call.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
