package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// warm verifies a trivial repository in the same environment, so that the time
// to make the base and furnished images, spent once for all, is not counted
// for whichever repository comes first. That it went wrong is only told: the
// repositories will show by themselves what stands in the way.
func (b e2e) warm(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "bench-e2e-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s := trivial()
	repo, file := filepath.Join(dir, s.folder()), filepath.Join(dir, declarationFile)
	if err := errors.Join(s.lay(ctx, repo), writeDeclaration(file, b.environment)); err != nil {
		return err
	}
	var last tail
	c, err := b.tool.run(ctx, dir, b.limit+b.grace, io.Discard, &last, "verify", repo, "--config", file)
	switch {
	case err != nil:
		return err
	case c.exit != 0:
		fmt.Fprintf(b.talk, "warm-up: exit %d: %s\n", c.exit, last.telling())
	default:
		fmt.Fprintf(b.talk, "warm-up: %.0f s\n", c.seconds)
	}
	return nil
}

// needsWarming reports whether anything will be run at all.
func (b e2e) needsWarming(truths []named) bool {
	for _, t := range truths {
		done := b.resume && exists(filepath.Join(b.folder(t), recordFile))
		if !done && (b.clone || exists(filepath.Join(b.reposDir, t.name))) {
			return true
		}
	}
	return false
}

// folder is where a repository's raw results are.
func (b e2e) folder(t named) string { return filepath.Join(b.outDir, b.environment, t.name) }
