package container

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// fromDockerfile has the engine build a base; the engine's own cache makes the
// second time fast, so the labels must not differ between sessions.
func (e *Engine) fromDockerfile(ctx context.Context, b envs.Base, registries gate.Hosts, say func(string)) (found baseImage, err error) {
	dir, file := filepath.Split(b.Dockerfile)
	if dir == "" {
		dir = "."
	}
	say("building " + b.Dockerfile)
	// What a Dockerfile runs is as foreign as a README. A build that may not
	// pass a gate is no worse off than a machine without one, which says so.
	gates := e.gates(envs.Environment{Name: b.Dockerfile, Network: envs.NetworkFull}, registries)
	netOf := ""
	if p, err := gates.take(ctx); err == nil {
		gates.letNearby(ctx, p)
		netOf = p.box.ID
		defer func() {
			after, cancel := context.WithTimeout(context.WithoutCancel(ctx), shortCall)
			defer cancel()
			err = errors.Join(err, p.stop(after))
		}()
		if err := e.buildsBehind(ctx, p); err != nil {
			return found, e.unfenced(b, err)
		}
	} else if ctx.Err() != nil {
		return found, ctx.Err()
	} else {
		say("the build's network is open towards this computer: " + err.Error())
	}
	id, err := e.build(ctx, dir, recipe{
		Dockerfile: file, Platform: b.Platform, NetOf: netOf, Labels: map[string]string{labelKind: kindBase, labelKey: "dockerfile"},
	}, say)
	if err != nil {
		return baseImage{}, &Trouble{
			Blame: verifier.BlameEnvironment, What: "the declared base cannot be built", Where: b.Dockerfile, Err: err,
			ToDo: "build it by hand (docker build) until it works, or declare another base",
		}
	}
	return e.imported(ctx, id, "dockerfile "+file)
}

// build hands a folder to the engine.
func (e *Engine) build(ctx context.Context, dir string, r recipe, say func(string)) (id string, err error) {
	stream, in := io.Pipe()
	packed := make(chan error, 1)
	go func() {
		err := packContext(in, dir, r.Dockerfile)
		in.CloseWithError(err)
		packed <- err
	}()
	id, err = e.back.Build(ctx, stream, r, say)
	err = errors.Join(err, stream.Close())
	if packErr := <-packed; packErr != nil && !errors.Is(packErr, io.ErrClosedPipe) {
		err = errors.Join(packErr, err)
	}
	return id, err
}

// packContext writes a Dockerfile's folder as a tar stream, without what its
// .dockerignore leaves out and without following links out of it.
func packContext(out io.Writer, dir, dockerfile string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	var patterns []string
	if f, err := root.Open(".dockerignore"); err == nil {
		patterns, err = ignorefile.ReadAll(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	ignore, err := patternmatcher.New(patterns)
	if err != nil {
		return err
	}
	w := tar.NewWriter(out)
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		left, err := ignore.MatchesOrParentMatches(filepath.FromSlash(name))
		if err != nil || left && name != dockerfile {
			return err
		}
		return packFile(w, root, name, 0, 0)
	})
	return errors.Join(err, w.Close())
}

// packFile adds one file, folder or link to a tar stream; other kinds are left out.
func packFile(w *tar.Writer, root *os.Root, name string, uid, gid int) error {
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	link := ""
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		if link, err = root.Readlink(name); err != nil {
			return err
		}
	case !info.Mode().IsRegular() && !info.IsDir():
		return nil
	}
	h, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	h.Name, h.Uid, h.Gid, h.Uname, h.Gname = filepath.ToSlash(name), uid, gid, "", ""
	if info.IsDir() {
		h.Name += "/"
	}
	if err := w.WriteHeader(h); err != nil || !info.Mode().IsRegular() {
		return err
	}
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close())
}
