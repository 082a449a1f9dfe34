package container

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// baseImage is the bare system that an environment starts from.
type baseImage struct {
	ID     string
	Name   string // reference, or how it was made
	Digest string
	Arch   string
}

const (
	// registryPatience is how long a registry may stay silent when there is another way to the image.
	registryPatience = 8 * time.Second
	// registryLastHope is the same when there is none.
	registryLastHope = 45 * time.Second
	// baseAge is how old a base of our own making may get; official images are renewed about as often.
	baseAge = 30 * 24 * time.Hour
	// recentBase is how long the making of a base stands for "no registry can be reached from here".
	recentBase = 24 * time.Hour
)

// base finds or makes the bare image; the same one is made only once at a time.
func (e *Engine) base(ctx context.Context, env envs.Environment, say func(string)) (baseImage, error) {
	made, err := e.shared(ctx, fmt.Sprintf("base %+v %+v", env.Base, env.Base.Bootstrap), func() (any, error) {
		return e.findBase(ctx, env, say)
	})
	if err != nil {
		return baseImage{}, err
	}
	return made.(baseImage), nil
}

func (e *Engine) findBase(ctx context.Context, env envs.Environment, say func(string)) (baseImage, error) {
	b := env.Base
	var failures []error
	if b.Image != "" {
		found, err := e.fromRegistry(ctx, b, say)
		if err == nil || ctx.Err() != nil {
			return found, errors.Join(err, ctx.Err())
		}
		if errors.Is(err, errGone) && e.back.Answers(ctx) != nil {
			return baseImage{}, err // none of the others can be had without an engine either
		}
		failures = append(failures, err)
	}
	others := []struct {
		declared bool
		make     func(context.Context, envs.Base, func(string)) (baseImage, error)
	}{
		{b.Dockerfile != "", func(ctx context.Context, b envs.Base, say func(string)) (baseImage, error) {
			return e.fromDockerfile(ctx, b, env.Registries, say)
		}},
		{b.Rootfs != "", e.fromRootfs},
		{b.Bootstrap != nil, e.fromArchive},
	}
	for _, o := range others {
		if !o.declared {
			continue
		}
		found, err := o.make(ctx, b, say)
		if err == nil || ctx.Err() != nil {
			return found, errors.Join(err, ctx.Err())
		}
		failures = append(failures, err)
	}
	if len(failures) == 0 {
		return baseImage{}, &Trouble{
			Blame: verifier.BlameEnvironment, What: "the environment names no base", Where: env.Name,
			ToDo: "declare image:, dockerfile:, rootfs: or bootstrap:",
		}
	}
	var trouble *Trouble
	if len(failures) == 1 && errors.As(failures[0], &trouble) {
		return baseImage{}, trouble
	}
	return baseImage{}, &Trouble{
		Blame: verifier.BlameWorld, What: "no base image to be had", Where: env.Name, Err: errors.Join(failures...),
		ToDo: "bring the network back, or load the image by hand (docker load), or declare rootfs: with a tar file",
	}
}

// fromRegistry takes the image from the engine, or has it pulled.
func (e *Engine) fromRegistry(ctx context.Context, b envs.Base, say func(string)) (baseImage, error) {
	if i, err := e.back.Image(ctx, b.Image); err == nil {
		return named(i, b.Image), nil
	} else if !errors.Is(err, errGone) {
		return baseImage{}, fmt.Errorf("inspect image %s: %w", b.Image, err)
	}
	e.mu.Lock()
	err := e.deaf[b.Image]
	e.mu.Unlock()
	if err != nil {
		return baseImage{}, err
	}
	patience := registryLastHope
	if b.Bootstrap != nil || b.Rootfs != "" || b.Dockerfile != "" {
		patience = registryPatience
		if i, ok := e.cachedBase(ctx, b); ok && time.Since(i.Made) < recentBase {
			return baseImage{}, errors.New("no registry was reached lately")
		}
	} else {
		say("fetching image " + b.Image)
	}
	err = e.back.Pull(ctx, b.Image, b.Platform, patience, say)
	if err == nil {
		var i imageState
		if i, err = e.back.Image(ctx, b.Image); err == nil {
			return named(i, b.Image), nil
		}
	}
	if ctx.Err() != nil {
		return baseImage{}, ctx.Err()
	}
	if errors.Is(err, errGone) && e.back.Answers(ctx) != nil {
		return baseImage{}, err // no word of the registry's
	}
	failure := &Trouble{
		Blame: verifier.BlameWorld, What: "image " + b.Image + " cannot be fetched", Where: "the engine's registry", Err: err,
		ToDo: "check the name and the network, log in to the registry, or load the image by hand (docker load)",
	}
	e.mu.Lock()
	e.deaf[b.Image] = failure
	e.mu.Unlock()
	return baseImage{}, failure
}

// named puts together what is recorded of a base.
func named(i imageState, name string) baseImage {
	b := baseImage{ID: i.ID, Name: name, Digest: i.ID, Arch: i.Architecture}
	for _, d := range i.Digests {
		if _, digest, ok := strings.Cut(d, "@"); ok {
			b.Digest = digest
		}
	}
	return b
}

// labelled finds the image that was made under a key. It is asked for by the
// name that it was given, not by its labels alone: whoever commits a container
// of ours makes an image with the same labels and more in it, and an engine
// with many images takes long to list them.
func (e *Engine) labelled(ctx context.Context, kind, key string) (thing, bool) {
	i, err := e.back.Image(ctx, imageName(kind, key))
	if err != nil || i.Labels[labelKind] != kind || i.Labels[labelKey] != key {
		return thing{}, false // then it is made again, or the engine's fault shows there
	}
	return thing{Class: classImage, ID: i.ID, Labels: i.Labels, Made: i.Made}, true
}

// fromRootfs imports a tar file of a root file system, once for each content.
func (e *Engine) fromRootfs(ctx context.Context, b envs.Base, say func(string)) (baseImage, error) {
	trouble := func(err error) error {
		return &Trouble{
			Blame: verifier.BlameEnvironment, What: "the root file system cannot be taken in", Where: b.Rootfs, Err: err,
			ToDo: "rootfs: must name a tar file of a whole root file system",
		}
	}
	f, err := os.Open(b.Rootfs)
	if err != nil {
		return baseImage{}, trouble(err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return baseImage{}, trouble(err)
	}
	key := "rootfs:" + hex.EncodeToString(sum.Sum(nil)) + ":" + b.Platform
	name := "rootfs " + filepath.Base(b.Rootfs)
	if t, ok := e.labelled(ctx, kindBase, key); ok {
		return e.imported(ctx, t.ID, name)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return baseImage{}, trouble(err)
	}
	say("taking in " + b.Rootfs)
	id, err := e.back.Import(ctx, f, imageName(kindBase, key), b.Platform, e.baseChanges(key))
	if err != nil {
		return baseImage{}, trouble(err)
	}
	return e.imported(ctx, id, name)
}

func (e *Engine) imported(ctx context.Context, id, name string) (baseImage, error) {
	i, err := e.back.Image(ctx, id)
	if err != nil {
		return baseImage{}, fmt.Errorf("inspect image %s: %w", name, err)
	}
	return named(i, name), nil
}

// baseChanges labels an image as a base of our own making.
func (e *Engine) baseChanges(key string) []string {
	return append([]string{`CMD ["bash"]`}, e.keptAs(kindBase, key)...)
}

// keptAs labels an image as one of ours.
func (e *Engine) keptAs(kind, key string) []string {
	var changes []string
	for k, v := range sorted(e.me.labels(kind, map[string]string{labelKey: key, labelMade: time.Now().UTC().Format(time.RFC3339)})) {
		changes = append(changes, "LABEL "+quoteChange(k)+"="+quoteChange(v))
	}
	return changes
}
