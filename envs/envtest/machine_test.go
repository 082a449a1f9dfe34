package envtest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
)

func TestFakeConforms(t *testing.T) {
	// served is a look at a server: the port is its argument.
	look := func(c *envtest.Call) int {
		if port, err := strconv.Atoi(c.Args[1]); err != nil || !c.Listening(port) {
			return c.Fail(7, "%s: connection refused\n", c.Args[0])
		}
		c.Printf("served\n")
		return 0
	}
	server := func(c *envtest.Call) int {
		port, err := strconv.Atoi(c.Args[1])
		if err != nil {
			return c.Fail(2, "%v\n", err)
		}
		return envtest.Server(port)(c)
	}
	envtest.Conformance(t, envtest.Kind{
		Server: "server 8123", Fetch: "look 8123", All: os.Getenv("CONFORMANCE") == "all",
		Lacks: []envtest.Need{envtest.Processes, envtest.Modes, envtest.Accounts, envtest.Descriptors, envtest.Grammar},
		Fresh: func(t *testing.T) envtest.Subject {
			stage := envtest.New(envtest.Script{MaxOutput: 1 << 30, Programs: map[string]envtest.Program{"server": server, "look": look}})
			machine, err := stage.Fresh(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return envtest.Subject{Machine: machine, Fork: func(ctx context.Context, snap verifier.Snapshot) (envtest.Contract, error) {
				return stage.Fork(ctx, snap)
			}}
		},
	})
}

func fresh(t *testing.T, script envtest.Script) (*envtest.Stage, *envtest.Machine) {
	t.Helper()
	stage := envtest.New(script)
	t.Cleanup(stage.Close)
	machine, err := stage.Fresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return stage, machine
}

// enter types a step and gives what it printed, with LF for CR LF.
func enter(t *testing.T, m *envtest.Machine, entry verifier.Entry, answer func(string) (string, bool)) (string, verifier.Execution) {
	t.Helper()
	var out bytes.Buffer
	done, err := m.Type(t.Context(), entry, &out, answer)
	if err != nil {
		t.Fatalf("type %q: %v", entry.Text, err)
	}
	return strings.ReplaceAll(out.String(), "\r\n", "\n"), done
}

func typed(t *testing.T, m *envtest.Machine, text string) (string, verifier.Execution) {
	t.Helper()
	return enter(t, m, verifier.Entry{Text: text}, nil)
}

// wants types a step and compares status and output.
func wants(t *testing.T, m *envtest.Machine, text string, exit int, want string) {
	t.Helper()
	got, done := typed(t, m, text)
	if diff := cmp.Diff(want, got); diff != "" || done.Exit != exit {
		t.Errorf("%q: exit %d, want %d; output (-want +got):\n%s", text, done.Exit, exit, diff)
	}
}

func TestNothingOfTheHostCanBeReached(t *testing.T) {
	_, m := fresh(t, envtest.Script{})
	for text, want := range map[string]string{
		"go version":                       "bash: go: command not found\n",
		"/usr/bin/grep x":                  "bash: /usr/bin/grep: No such file or directory\n",
		"cat /etc/passwd":                  "cat: /etc/passwd: No such file or directory\n",
		"cat < /etc/passwd":                "bash: /etc/passwd: No such file or directory\n",
		"cat < ../../../../../etc/passwd":  "bash: ../../../../../etc/passwd: No such file or directory\n",
		"echo /etc/*":                      "/etc/*\n",
		"[ -e /etc/passwd ] || echo none":  "none\n",
		"source /etc/profile":              "bash: /etc/profile: No such file or directory\n",
		"command -v grep || echo none":     "none\n",
		"type grep":                        "bash: type: grep: not found\n",
		"cd /proc":                         "bash: cd: /proc: No such file or directory\n",
		"ln -s /etc link; cat link/passwd": "cat: link/passwd: No such file or directory\n",
	} {
		if got, _ := typed(t, m, text); got != want {
			t.Errorf("%q printed %q, want %q", text, got, want)
		}
	}
}

func TestWhatTheFakeCannotDoIsAnError(t *testing.T) {
	_, m := fresh(t, envtest.Script{Files: map[string]envtest.File{"/usr/bin/odd": {Text: "#!/bin/bash\ncat <(echo x)\n", Mode: 0o755}}})
	for name, text := range map[string]string{
		"process substitution": "cat <(echo x)", "in a script": "odd", "select": "select x in a b; do break; done", "mapfile from the terminal": "mapfile lines",
	} {
		if _, err := m.Type(t.Context(), verifier.Entry{Text: text}, nil, nil); err == nil || errors.Is(err, verifier.ErrLost) {
			t.Errorf("%s: error %v, want one that says so", name, err)
		}
	}
	wants(t, m, "echo alive", 0, "alive\n")
}

func TestServerInTheForeground(t *testing.T) {
	stage, m := fresh(t, envtest.Script{Programs: map[string]envtest.Program{"serve": envtest.Server(8000), "probe": listens(8000)}})
	wants(t, m, "probe", 1, "")
	typed(t, m, "cd /tmp; X=1")
	got, done := enter(t, m, verifier.Entry{Text: "X=2; cd /; serve --now", Serves: true}, nil)
	want := verifier.Execution{Ended: verifier.Serving, Cwd: "/tmp", Ports: []int{8000}, Seconds: done.Seconds}
	if diff := cmp.Diff(want, done); diff != "" || got != "Listening on http://127.0.0.1:8000\n" {
		t.Errorf("printed %q, execution (-want +got):\n%s", got, diff)
	}
	wants(t, m, "probe; echo $X", 0, "1\n")
	snap, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fork, err := stage.Fork(t.Context(), snap)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, fork, "probe", 1, "") // processes do not survive a snapshot
}

func TestServerInTheBackground(t *testing.T) {
	ready := make(chan struct{})
	_, m := fresh(t, envtest.Script{Programs: map[string]envtest.Program{
		"serve": func(c *envtest.Call) int { defer close(ready); return c.Serve(3000) },
		"probe": listens(3000),
		"wait-for-server": func(c *envtest.Call) int {
			for !c.Listening(3000) {
				select {
				case <-c.Done():
					return 1
				default:
				}
			}
			return 0
		},
	}})
	if _, done := typed(t, m, "serve &\nwait-for-server"); done.Ended != verifier.Exited || done.Exit != 0 {
		t.Errorf("ended %s, exit %d; want exited, 0", done.Ended, done.Exit)
	}
	wants(t, m, "probe", 0, "")
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	<-ready // the program ended with its machine
}

// listens is a program that fails unless something serves on the port.
func listens(port int) envtest.Program {
	return func(c *envtest.Call) int {
		if c.Listening(port) {
			return 0
		}
		return 1
	}
}

func TestFlood(t *testing.T) {
	_, m := fresh(t, envtest.Script{MaxOutput: 10_000, Programs: map[string]envtest.Program{"flood": envtest.Flood}})
	got, done := typed(t, m, "flood")
	if done.Ended != verifier.Flooded || len(got) == 0 || len(got) > 10_000 {
		t.Errorf("ended %s after %d bytes, want %s within 10000", done.Ended, len(got), verifier.Flooded)
	}
	wants(t, m, "echo alive", 0, "alive\n")
}

func TestSilenceAndTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stage := envtest.New(envtest.Script{Programs: map[string]envtest.Program{"hang": envtest.Hang}})
		defer stage.Close()
		m, err := stage.Fresh(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, text string
			entry      verifier.Entry
			ended      verifier.Ending
			seconds    float64
		}{
			{"hangs without a word", "hang", verifier.Entry{Silence: 10 * time.Minute, Timeout: time.Hour}, verifier.Silent, 600},
			{"a sign of life counts", "sleep 300; echo on; hang", verifier.Entry{Silence: 10 * time.Minute, Timeout: time.Hour}, verifier.Silent, 900},
			{"out of time", "while true; do sleep 60; echo on; done", verifier.Entry{Silence: 10 * time.Minute, Timeout: time.Hour}, verifier.TimedOut, 3600},
			{"in time", "sleep 300", verifier.Entry{Silence: 10 * time.Minute, Timeout: time.Hour}, verifier.Exited, 300},
		} {
			c.entry.Text = c.text
			_, done := enter(t, m, c.entry, nil)
			if done.Ended != c.ended || done.Seconds < c.seconds || done.Seconds > c.seconds+1 {
				t.Errorf("%s: ended %s after %.0f s, want %s after %.0f s", c.name, done.Ended, done.Seconds, c.ended, c.seconds)
			}
		}
	})
}

func TestAMachineIsLostInTheMiddle(t *testing.T) {
	stage, m := fresh(t, envtest.Script{Programs: map[string]envtest.Program{"crash": envtest.Lost}})
	if _, err := m.Type(t.Context(), verifier.Entry{Text: "echo on; crash; echo off"}, io.Discard, nil); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("error %v, want %v", err, verifier.ErrLost)
	}
	if _, _, err := m.Exec(t.Context(), "true"); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("exec afterwards: error %v, want %v", err, verifier.ErrLost)
	}
	if _, err := stage.Fresh(t.Context()); err != nil {
		t.Errorf("another machine: %v", err)
	}
	stage.Lose()
	if _, err := stage.Fresh(t.Context()); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("a machine of a lost engine: error %v, want %v", err, verifier.ErrLost)
	}
}

func TestMachinesAreCounted(t *testing.T) {
	stage, m := fresh(t, envtest.Script{})
	snap, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stage.Fork(t.Context(), snap); err != nil {
		t.Fatal(err)
	}
	if _, err := stage.Fork(t.Context(), verifier.Snapshot{ID: "no such"}); err == nil {
		t.Error("a fork of an unknown snapshot was made")
	}
	if got := [2]int{stage.Made(), stage.Open()}; got != [2]int{2, 2} {
		t.Errorf("made and open: %v, want 2 and 2", got)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if got := [2]int{stage.Made(), stage.Open()}; got != [2]int{2, 1} {
		t.Errorf("after a close: %v, want 2 and 1", got)
	}
}

func TestWhereAMachineStarts(t *testing.T) {
	repository := envtest.Repository{Name: "shop", URLs: []string{"https://forge.invalid/a/shop"}, Files: map[string]envtest.File{"README.md": {Text: "# Shop\n"}}}
	for name, c := range map[string]struct {
		start verifier.Start
		user  string
		want  string
	}{
		"at home":                {verifier.StartHome, "newcomer", "/home/newcomer\n"},
		"beside the checkout":    {verifier.StartBeside, "newcomer", "/home/newcomer\nshop\n"},
		"in the checkout":        {verifier.StartInside, "newcomer", "/home/newcomer/shop\nREADME.md\n"},
		"in the checkout, root":  {verifier.StartInside, "root", "/root/shop\nREADME.md\n"},
		"at home, root, no sudo": {verifier.StartHome, "root", "/root\n"},
	} {
		t.Run(name, func(t *testing.T) {
			env := envtest.DefaultEnvironment()
			env.User, env.Sudo = c.user, c.user != "root"
			_, m := fresh(t, envtest.Script{Environment: env, Start: c.start, Repository: repository})
			wants(t, m, "pwd; ls", 0, c.want)
			if c.user == "root" {
				wants(t, m, "sudo ls", 127, "bash: sudo: command not found\n")
			}
		})
	}
	if _, err := envtest.New(envtest.Script{Start: verifier.StartInside}).Fresh(t.Context()); err == nil {
		t.Error("a start in no checkout was accepted")
	}
}
