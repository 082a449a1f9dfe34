package container

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// errElsewhere says that an engine builds in another network than it was told to.
var errElsewhere = errors.New("this engine runs the steps of a Dockerfile in a network of its own choice")

// FencesBuilds reports why this engine would not run the steps of a declared
// Dockerfile behind a gate; nil: it does.
func (e *Engine) FencesBuilds(ctx context.Context) (err error) {
	p, err := e.gates(envs.Environment{Name: "builds", Network: envs.NetworkFull}, nil).take(ctx)
	if err != nil {
		return fmt.Errorf("start a gate: %w", err)
	}
	defer func() {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
		defer cancel()
		err = errors.Join(err, p.stop(after))
	}()
	return e.buildsBehind(ctx, p)
}

// buildsBehind has the engine build an image of which the only step says in
// which network it runs. Not every engine takes the one that it is told:
// Podman 4.3 runs what is asked for through its socket in the network of its
// own host. It is asked once in a session.
func (e *Engine) buildsBehind(ctx context.Context, p *passage) error {
	_, err := e.shared(ctx, "builds", func() (any, error) {
		e.mu.Lock()
		known, asked := e.buildsFenced, e.buildsAsked
		e.mu.Unlock()
		if asked {
			return nil, known
		}
		err := e.askBuild(ctx, p)
		if ctx.Err() == nil {
			e.mu.Lock()
			e.buildsFenced, e.buildsAsked = err, true
			e.mu.Unlock()
		}
		return nil, err
	})
	return err
}

func (e *Engine) askBuild(ctx context.Context, p *passage) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	image, err := e.program(ctx)
	if err != nil {
		return err
	}
	s, err := e.back.Exec(ctx, p.box.ID, process{Command: []string{gateProgram, gate.WhereWord, ""}})
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(s.Out, 1<<10))
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	behind := strings.TrimSpace(string(raw))
	if !strings.HasPrefix(behind, "net:") {
		return fmt.Errorf("the gate does not know where it is: %q", behind)
	}
	var packed bytes.Buffer
	// A new word each time, or an engine has it built already.
	text := fmt.Sprintf("FROM %s\nRUN [\"%s\", \"%s\", \"%s\"]\n", image, gateProgram, gate.WhereWord, nonce())
	w := tar.NewWriter(&packed)
	err = w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "Dockerfile", Mode: 0o644, Size: int64(len(text))})
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	seen := false
	built, err := e.back.Build(ctx, &packed, recipe{Dockerfile: "Dockerfile", NetOf: p.box.ID, Labels: e.me.labels(kindSnapshot, nil)},
		func(line string) { seen = seen || strings.Contains(line, behind) })
	if err != nil {
		return fmt.Errorf("where it builds cannot be seen: %w", err)
	}
	e.keep(built)
	if !seen {
		return errElsewhere
	}
	return nil
}

// unfenced refuses a Dockerfile whose steps would run outside.
func (e *Engine) unfenced(b envs.Base, cause error) error {
	return &Trouble{
		Blame: verifier.BlameContainer, What: "the declared base is not built, since its steps could reach this computer", Where: b.Dockerfile, Err: cause,
		ToDo: "if you trust it, build it by hand (podman build, docker build) and declare image: with the name that you gave it",
	}
}
