package container

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// Images of Dockerfiles that are to be tried in an environment. They are built
// as a base is that is declared by a Dockerfile: behind the gate of the
// environment's machines. They start from the very base of the environment,
// whatever image the Dockerfile names, since that one may be out of reach, and
// is not what was verified.

// Building says what is built.
type Building struct {
	Dir       string            // holds the Dockerfile, which is changed, and all that it copies
	Target    string            // stage at which it ends; empty: the last
	Arguments map[string]string // of ARG
	Anew      bool              // nothing of an earlier build is taken
}

// BuildError says that a Dockerfile's own step failed.
type BuildError struct {
	Said string // the end of what was printed
	Err  error
}

func (e *BuildError) Error() string { return fmt.Sprintf("build: %v: %s", e.Err, e.Said) }
func (e *BuildError) Unwrap() error { return e.Err }

// Build makes an image, which goes with the engine's session. A step that
// fails is a [*BuildError].
func (s *Stage) Build(ctx context.Context, b Building, say func(string)) (image string, err error) {
	if s.env.Network == envs.NetworkNone {
		return "", &Trouble{Blame: verifier.BlameEnvironment, What: "an image cannot be built without a network", Where: "environment " + s.env.Name,
			ToDo: "declare network: full or registries"}
	}
	bare := s.env
	bare.Furnish, bare.User, bare.Packages, bare.Services, bare.Env = envs.Furnish{}, "root", nil, nil, nil
	base, err := s.engine.Prepare(ctx, bare, say)
	if err != nil {
		return "", err
	}
	labels := s.engine.me.labels(kindSnapshot, map[string]string{labelKey: "", labelRecord: "", labelShell: "", labelBeside: ""})
	if err := startFrom(filepath.Join(b.Dir, "Dockerfile"), base.image, base.session, labels); err != nil {
		return "", err
	}
	r := recipe{Dockerfile: "Dockerfile", Platform: s.env.Base.Platform, Labels: labels, Target: b.Target, Arguments: b.Arguments, Anew: b.Anew}
	p, err := s.gates.take(ctx)
	if err != nil {
		return "", err
	}
	s.gates.letNearby(ctx, p)
	r.NetOf = p.box.ID
	defer func() {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
		defer cancel()
		err = errors.Join(err, p.stop(after))
	}()
	if err := s.engine.buildsBehind(ctx, p); err != nil {
		return "", s.engine.unfenced(envs.Base{Dockerfile: "of environment " + s.env.Name}, err)
	}
	said := &lastLines{}
	id, err := s.engine.build(ctx, b.Dir, r, func(line string) {
		// lastLines takes everything.
		_, _ = said.Write([]byte(line + "\n"))
		say(line)
	})
	switch {
	case err == nil:
		s.engine.keep(id)
		return id, nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, errGone):
		return "", lost("build an image", err)
	}
	s.engine.keepLayers(ctx)
	return "", &BuildError{Said: said.String(), Err: err}
}

// keepLayers notes what a build that failed has left, for removal at the end.
func (e *Engine) keepLayers(ctx context.Context) {
	all, err := e.back.List(ctx, labelSession, e.me.session)
	if err != nil {
		return // then the next start sweeps them
	}
	for _, t := range all {
		e.mu.Lock()
		known := slices.Contains(e.images, t.ID)
		e.mu.Unlock()
		if t.Class == classImage && t.Labels[labelKind] == kindSnapshot && !known {
			e.keep(t.ID)
		}
	}
}

// startFrom puts another image in the place of the one that a Dockerfile's
// first stage starts from. What is built bears the labels from its first layer
// on: a build that fails leaves layers, which would else pass for the base.
func startFrom(file, image string, variables []string, labels map[string]string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lines := bytes.Split(text, []byte("\n"))
	at := slices.IndexFunc(lines, func(l []byte) bool { return bytes.HasPrefix(l, []byte("FROM ")) })
	if at < 0 {
		return fmt.Errorf("%s names no image to start from", file)
	}
	words := strings.Fields(string(lines[at]))
	words[1] = image
	var b strings.Builder
	b.WriteString(strings.Join(words, " "))
	for k, v := range sorted(labels) {
		b.WriteString("\nLABEL " + quoteChange(k) + "=" + quoteChange(v))
	}
	for _, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		b.WriteString("\nENV " + name + "=" + quoteChange(value))
	}
	lines[at] = []byte(b.String())
	return os.WriteFile(file, bytes.Join(lines, []byte("\n")), 0o644)
}

// Of starts a machine from an image that was built, with a terminal in dir, or
// where the repository puts the newcomer; a zero repository is not brought.
// Services stand beside it as beside each machine of the environment.
func (s *Stage) Of(ctx context.Context, image, dir string, repo Checkout, more ...verifier.Service) (*Machine, error) {
	if err := repo.check(); err != nil {
		return nil, err
	}
	i, err := s.engine.back.Image(ctx, image)
	if err != nil {
		return nil, fmt.Errorf("find the image: %w", lost("find the image", err))
	}
	added, err := s.services(ctx, more, func(string) {})
	if err != nil {
		return nil, err
	}
	m, err := s.start(ctx, origin{image: i.ID, layers: i.Layers, state: shellState{User: s.env.User, Dir: dir}, touched: true}, joined(s.ready, added))
	if err != nil {
		return nil, err
	}
	if repo.Name != "" {
		if m.state.Dir, err = m.bring(ctx, repo); err != nil {
			return nil, errors.Join(err, m.Close())
		}
	}
	return m, nil
}
