package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// obtain verifies one repository and leaves the raw results in dir, or takes
// what is already there. An error says why there can be no result; a run that
// ended without one is told in the record.
func (b e2e) obtain(ctx context.Context, t named, dir string) (record, error) {
	if b.resume {
		if rec, done, err := readRecord(dir); done || err != nil {
			return rec, err
		}
	}
	if err := ctx.Err(); err != nil {
		return record{}, errors.New("interrupted before it began")
	}
	repo := filepath.Join(b.reposDir, t.name)
	commit, err := b.checkout(ctx, t, repo)
	if err != nil {
		return record{}, err
	}
	if err := os.RemoveAll(dir); err != nil { // an older result must not pass for this one
		return record{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return record{}, err
	}
	rec := record{Repo: t.Repo, Environment: b.environment, Commit: commit}
	if err := b.verify(ctx, repo, dir, &rec); err != nil {
		return rec, err
	}
	if ctx.Err() != nil {
		return rec, errors.New("interrupted")
	}
	return rec, rec.write(dir)
}

// verify runs the tool on a checkout.
func (b e2e) verify(ctx context.Context, repo, dir string, rec *record) (err error) {
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := writeDeclaration(in(declarationFile), b.environment); err != nil {
		return err
	}
	stdout, err := os.Create(in(stdoutFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stdout.Close()) }()
	stderr, err := os.Create(in(stderrFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stderr.Close()) }()

	// The tool's own limit comes first: it then writes what it found. Ours is
	// for a tool that hangs.
	var last tail
	c, err := b.tool.run(ctx, dir, b.limit+b.grace, stdout, io.MultiWriter(stderr, &last),
		"verify", repo, "--config", in(declarationFile), "--report", "json="+in(resultFile), "--timeout", b.limit.String(), "--logs", in(logsFolder))
	if err != nil {
		return err
	}
	rec.Exit, rec.Seconds = c.exit, c.seconds
	switch {
	case c.late:
		rec.Reason = fmt.Sprintf("hung: did not end by itself within %s", (b.limit + b.grace).Round(time.Millisecond))
	case !exists(in(resultFile)):
		rec.Reason = fmt.Sprintf("exit %d: %s", c.exit, last.telling())
	}
	return nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// checkout gives the commit at which a repository lies ready, after cloning it
// where that is allowed.
func (b e2e) checkout(ctx context.Context, t named, repo string) (string, error) {
	if !exists(repo) {
		if !b.clone {
			return "", fmt.Errorf("not in the folder of repositories as %s (--clone would fetch it)", t.name)
		}
		if err := cloneAt(ctx, "https://github.com/"+t.Repo, t.Commit, repo); err != nil {
			return "", err
		}
	}
	commit, err := git(ctx, repo, "rev-parse", "--verify", "HEAD^{commit}")
	if err != nil {
		return "", fmt.Errorf("no commit to verify: %w", err)
	}
	return commit, nil
}

// cloneAt clones beside and renames, so that a broken clone is never taken for
// a whole one.
func cloneAt(ctx context.Context, url, commit, dir string) error {
	part := dir + ".part"
	if err := errors.Join(os.RemoveAll(part), os.MkdirAll(filepath.Dir(dir), 0o755)); err != nil {
		return err
	}
	if _, err := git(ctx, filepath.Dir(dir), "clone", "--quiet", "--", url, part); err != nil {
		return fmt.Errorf("clone %s: %w", url, err)
	}
	if head, err := git(ctx, part, "rev-parse", "HEAD"); err != nil || head != commit {
		if _, err := git(ctx, part, "checkout", "--quiet", "--detach", commit, "--"); err != nil {
			return fmt.Errorf("check out %s of %s: %w", commit, url, err)
		}
	}
	return os.Rename(part, dir)
}

// git runs git in dir without hooks and questions and gives its trimmed output.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	args = append([]string{"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false"}, args...)
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git: %w: %s", err, clip(errs.String(), 120))
	}
	return strings.TrimSpace(out.String()), nil
}
