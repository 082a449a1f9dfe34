package container

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// testEngine connects once for all tests of the package; TestMain closes it.
var testEngine struct {
	once sync.Once
	e    *Engine
	err  error
}

func TestMain(m *testing.M) {
	if gate.Called(os.Args[1:]) {
		os.Exit(gate.Main(os.Args[1:], os.Stdin, os.Stdout))
	}
	if os.Getenv(holderVariable) != "" {
		os.Exit(holdMachine())
	}
	code := m.Run()
	if e := testEngine.e; e != nil {
		if err := e.Close(); err != nil {
			os.Stderr.WriteString("close the engine: " + err.Error() + "\n")
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// engine gives the real engine, or skips the test where there is none.
func engine(t *testing.T) *Engine {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine; not run with -short")
	}
	testEngine.once.Do(func() { testEngine.e, testEngine.err = Connect(context.Background(), Options{}) })
	if err := testEngine.err; err != nil {
		if os.Getenv("REQUIRE_CONTAINERS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return testEngine.e
}

// ownSession is a machine with services on a connection of its own, which the
// test closes.
func ownSession(t *testing.T, services string) (*Engine, *Stage, *Machine) {
	t.Helper()
	e, err := Connect(t.Context(), Options{Host: engine(t).Address()})
	if err != nil {
		t.Fatal(err)
	}
	env, err := withServices(services)
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Prepare(t.Context(), env, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Fresh(t.Context(), Checkout{Start: verifier.StartHome})
	if err != nil {
		t.Fatal(err)
	}
	return e, s, m
}

// debian is the environment of most tests.
func debian() envs.Environment {
	return envs.Environment{
		Name: "debian-12", User: "newcomer",
		Base:    envs.Base{Image: "debian:12", Bootstrap: &envs.Bootstrap{Suite: "bookworm"}},
		Furnish: envs.Furnish{Sudo: true, Git: true, CACertificates: true, UTF8: true},
		Limits:  envs.Limits{Memory: 2 << 30, CPUs: 64, PIDs: 1024, Disk: 10 << 30},
		Network: envs.NetworkFull,
	}
}

// equipped is a machine that has some programs and the package lists already.
func equipped() envs.Environment {
	env := debian()
	env.Furnish.PackageLists = true
	env.Packages = []string{"less", "python3-minimal"}
	return env
}

func stage(t *testing.T, env envs.Environment) *Stage {
	t.Helper()
	s, err := engine(t).Prepare(t.Context(), env, func(line string) { t.Log(line) })
	if errors.Is(err, errElsewhere) {
		lacks(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fresh starts a machine without a repository.
func fresh(t *testing.T) *Machine {
	t.Helper()
	return freshWith(t, stage(t, debian()), Checkout{Start: verifier.StartHome})
}

func freshWith(t *testing.T, s *Stage, c Checkout) *Machine {
	t.Helper()
	m, err := s.Fresh(t.Context(), c)
	if errors.Is(err, errDropped) {
		lacks(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// typed is what came of one step.
type typed struct {
	verifier.Execution
	out string
}

func typeEntry(t *testing.T, m *Machine, e verifier.Entry, answer func(string) (string, bool)) typed {
	t.Helper()
	if e.Timeout == 0 {
		e.Timeout = 2 * time.Minute
	}
	var out bytes.Buffer
	x, err := m.Type(t.Context(), e, &out, answer)
	if err != nil {
		t.Fatalf("type %q: %v\noutput: %q", e.Text, err, out.String())
	}
	t.Logf("%q -> exit %d, %s, %.2f s", clip(e.Text), x.Exit, x.Ended, x.Seconds)
	return typed{x, out.String()}
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

func typeText(t *testing.T, m *Machine, text string) typed {
	t.Helper()
	return typeEntry(t, m, verifier.Entry{Text: text}, nil)
}

// repository makes a small repository and a bundle of it.
func repository(t *testing.T, files map[string]string) (bundle string) {
	t.Helper()
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		c := exec.Command("git", args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		if text, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, text)
		}
	}
	run("init", "-q", "-b", "main")
	for name, content := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run("add", "-A")
	run("commit", "-q", "-m", "first")
	bundle = filepath.Join(t.TempDir(), "repository.bundle")
	run("bundle", "create", "-q", bundle, "HEAD", "main")
	return bundle
}

func stageLimits(memory, disk int64) envs.Limits {
	return envs.Limits{Memory: memory, CPUs: 2, PIDs: 512, Disk: disk}
}

// conformanceOnly marks what takes long: make conformance runs it.
func conformanceOnly(t *testing.T) {
	t.Helper()
	if os.Getenv("CONFORMANCE") != "all" {
		t.Skip("takes long: make conformance runs it")
	}
}

// lacks ends a test that the engine has no means for, as it was found out. It
// is a failure, unless a limited engine is what is asked for: make podman says
// what each lacks.
func lacks(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("LIMITED_ENGINE") != "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}
