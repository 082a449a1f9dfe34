package source

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// overSSH is an environment in which ssh://host/path is a folder of this
// computer: the command that git would run on the host runs here.
func overSSH(t *testing.T) []string {
	t.Helper()
	script := filepath.Join(t.TempDir(), "ssh")
	content := "#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c \"$1\"\n"
	if err := os.WriteFile(script, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	return append(environ(t), "GIT_SSH_COMMAND="+script, "GIT_SSH_VARIANT=simple")
}

func TestClone(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "one\n")
	one := r.commit("one")
	r.git("tag", "v1")
	r.git("branch", "side")
	r.write("README.md", "two\n")
	two := r.commit("two")
	r.write("README.md", "pull request\n")
	r.git("checkout", "--quiet", "-b", "tmp")
	pull := r.commit("pull request")
	r.git("update-ref", "refs/pull/7/head", pull)
	r.git("checkout", "--quiet", "main")
	r.git("branch", "-D", "tmp")
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")

	env := overSSH(t)
	for _, tt := range []struct{ name, location, ref, commit, branch string }{
		{"default branch", "ssh://git@forge.example" + r.dir, "", two, "main"},
		{"user@host:path", "git@forge.example:" + r.dir, "", two, "main"},
		{"branch", "ssh://git@forge.example" + r.dir, "side", one, "side"},
		{"tag", "ssh://git@forge.example" + r.dir, "v1", one, "main"},
		{"pull request", "ssh://git@forge.example" + r.dir, "refs/pull/7/head", pull, "main"},
		{"a commit on no branch", "ssh://git@forge.example" + r.dir, pull, pull, "main"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var said []string
			c, err := Open(t.Context(), Options{Location: tt.location, Ref: tt.ref, Dir: t.TempDir(), Environ: env,
				Say: func(s string) { said = append(said, s) }})
			if err != nil {
				t.Fatal(err)
			}
			if c.Repository.Commit != tt.commit || c.Branch != tt.branch || c.Repository.Name != "project" || c.Local != "" || c.Repository.Dirty {
				t.Errorf("%+v on %s, local %q", c.Repository, c.Branch, c.Local)
			}
			if diff := cmp.Diff([]string{"main", "side", "v1"}, c.Branches()); diff != "" {
				t.Errorf("branches: %s", diff)
			}
			if len(said) != 1 || !strings.HasPrefix(said[0], "cloning ") {
				t.Errorf("said %q", said)
			}
			clone := cloned(t, c)
			if got := clone.git("rev-parse", "HEAD"); got != tt.commit {
				t.Errorf("clone of the bundle is at %s", got)
			}
			if got := clone.git("rev-parse", "v1", "origin/side"); got != one+"\n"+one {
				t.Errorf("other refs %s", got)
			}
		})
	}
	t.Run("a commit that is nowhere", func(t *testing.T) {
		ref := strings.Repeat("ab", 20)
		_, err := Open(t.Context(), Options{Location: "ssh://forge.example" + r.dir, Ref: ref, Dir: t.TempDir(), Environ: env})
		var e *Error
		if !errors.As(err, &e) || e.Kind != UnknownRef {
			t.Errorf("got %v", err)
		}
	})
	t.Run("nothing committed", func(t *testing.T) {
		empty := newRepo(t)
		_, err := Open(t.Context(), Options{Location: "ssh://forge.example" + empty.dir, Dir: t.TempDir(), Environ: env})
		var e *Error
		if !errors.As(err, &e) || e.Kind != NoCommits {
			t.Errorf("got %v", err)
		}
	})
	t.Run("default branch gone", func(t *testing.T) {
		gone := newRepo(t)
		gone.write("README.md", "x\n")
		head := gone.commit("x")
		gone.git("branch", "-m", "trunk")
		gone.git("symbolic-ref", "HEAD", "refs/heads/main")
		c, err := Open(t.Context(), Options{Location: "ssh://forge.example" + gone.dir, Dir: t.TempDir(), Environ: env})
		if err != nil || c.Branch != "trunk" || c.Repository.Commit != head {
			t.Errorf("%+v, %v", c, err)
		}
	})
	t.Run("no such repository", func(t *testing.T) {
		_, err := Open(t.Context(), Options{Location: "ssh://forge.example/nowhere/x", Dir: t.TempDir(), Environ: env})
		var e *Error
		if !errors.As(err, &e) || e.Kind != CloneFailed || e.Message == "" || e.ToDo == "" {
			t.Errorf("got %v", err)
		}
	})
}

func TestCloneFailures(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		says   string
	}{
		{"not there", http.StatusNotFound, "does not exist, or is private"},
		{"login asked for", http.StatusUnauthorized, "refused the login"},
		{"host broken", http.StatusInternalServerError, "could not be cloned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
				w.WriteHeader(tt.status)
			}))
			defer server.Close()
			url := strings.Replace(server.URL, "https://", "https://ada:s3cr%20et@", 1) + "/team/tool.git?private_token=t0ken"
			_, err := Open(t.Context(), Options{Location: url, Dir: t.TempDir(), Environ: append(environ(t), "GIT_SSL_NO_VERIFY=1")})
			var e *Error
			if !errors.As(err, &e) || e.Kind != CloneFailed || !strings.Contains(e.What, tt.says) {
				t.Fatalf("got %v", err)
			}
			for _, secret := range []string{"s3cr", "t0ken", "ada"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q stands in %q", secret, err)
				}
			}
		})
	}
	t.Run("certificate not trusted", func(t *testing.T) {
		server := httptest.NewTLSServer(http.NotFoundHandler())
		defer server.Close()
		server.Config.ErrorLog = nil
		if e := refused(t, server.URL+"/x/y", ""); e.Kind != CloneFailed || !strings.Contains(e.What, "certificate") {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
	t.Run("nobody listens", func(t *testing.T) {
		server := httptest.NewTLSServer(http.NotFoundHandler())
		url := server.URL
		server.Close()
		if e := refused(t, url+"/x/y", ""); e.Kind != CloneFailed || e.Message == "" {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
	t.Run("a host that never answers, and somebody who gives up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		asked := make(chan struct{})
		told := sync.OnceFunc(func() { close(asked) })
		server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			told()
			<-r.Context().Done()
		}))
		defer server.Close()
		go func() {
			<-asked
			cancel()
		}()
		began := time.Now()
		_, err := Open(ctx, Options{Location: server.URL + "/x/y", Dir: t.TempDir(), Environ: append(environ(t), "GIT_SSL_NO_VERIFY=1")})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took >= graceAfter {
			t.Errorf("took %s to stop", took)
		}
	})
}

func TestMessages(t *testing.T) {
	for _, tt := range []struct{ name, stderr, want string }{
		{"ssh tells why before git does", "git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n", "git@h: Permission denied (publickey)."},
		{"the last fatal line", "Cloning into 'x'...\nwarning: something\nfatal: unable to access 'https://h/': Could not resolve host: h\n", "fatal: unable to access 'https://h/': Could not resolve host: h"},
		{"nothing but the last words", "fatal: Could not read from remote repository.\n", "fatal: Could not read from remote repository."},
		{"terminal codes", "fatal: \x1b[31mred\x1b[0m\a\n", "fatal: [31mred[0m"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := telling(tt.stderr); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBoundedOutput(t *testing.T) {
	tail := &bounded{limit: 4, drop: true}
	for _, s := range []string{"ab", "cdef", "0123456789"} {
		if n, err := tail.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("Write: %d, %v", n, err)
		}
	}
	if tail.String() != "6789" {
		t.Errorf("kept %q", tail.String())
	}
	whole := &bounded{limit: 4}
	if _, err := whole.Write([]byte("12345")); err == nil || !whole.over {
		t.Error("too much was taken silently")
	}
}
