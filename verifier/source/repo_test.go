package source

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// repo is a small real repository made by the git command.
type repo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) repo {
	t.Helper()
	r := repo{t, filepath.Join(t.TempDir(), "project")}
	if err := os.Mkdir(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

// environ is that of a user without any configuration.
func environ(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "GIT_") || strings.HasPrefix(v, "HOME=") || strings.HasPrefix(v, "XDG_CONFIG_HOME=")
	})
	return append(env, "HOME="+home, "GIT_CONFIG_NOSYSTEM=1")
}

func (r repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "git", append([]string{
		"-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always",
	}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = append(environ(r.t), "GIT_AUTHOR_DATE=2024-05-06T07:08:09Z", "GIT_COMMITTER_DATE=2024-05-06T07:08:09Z")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r repo) write(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r repo) link(target, name string) {
	r.t.Helper()
	if err := os.Symlink(target, filepath.Join(r.dir, filepath.FromSlash(name))); err != nil {
		r.t.Fatal(err)
	}
}

// commit adds all and returns the commit.
func (r repo) commit(message string) string {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

func open(t *testing.T, location, ref string) *Checkout {
	t.Helper()
	c, err := Open(t.Context(), Options{Location: location, Ref: ref, Dir: t.TempDir(), Environ: environ(t)})
	if err != nil {
		t.Fatalf("Open(%q, %q): %v", location, ref, err)
	}
	return c
}

// refused opens what must not open.
func refused(t *testing.T, location, ref string) *Error {
	t.Helper()
	c, err := Open(t.Context(), Options{Location: location, Ref: ref, Dir: t.TempDir(), Environ: environ(t)})
	if err == nil {
		t.Fatalf("Open(%q, %q) gave %+v, want an error", location, ref, c.Repository)
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("Open(%q, %q): %T %v, want *Error", location, ref, err, err)
	}
	return e
}

// cloned is a clone of the bundle as a machine makes one.
func cloned(t *testing.T, c *Checkout) repo {
	t.Helper()
	parent := repo{t, t.TempDir()}
	parent.git("clone", "--quiet", c.Bundle, "clone")
	return repo{t, filepath.Join(parent.dir, "clone")}
}

func (r repo) read(name string) string {
	r.t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(name)))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// sh runs a line of shell in the repository.
func (r repo) sh(line string) {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "sh", "-c", line)
	cmd.Dir = r.dir
	cmd.Env = environ(r.t)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("%s: %v\n%s", line, err, out)
	}
}
