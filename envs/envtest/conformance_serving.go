package envtest

import (
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

var servingCases = []testCase{
	{"background servers", testBackgroundServer},
	{"servers", testServer},
	{"ready when a port listens", testReadyPort},
	{"ready when a line was printed", testReadyLine},
	{"ready when a page answers", testReadyPage},
	{"a server that is never ready", testNeverReady},
	{"a background server that becomes ready", testReadyBehind},
	{"jobs", testJobs},
	{"output of background jobs", testLateOutput},
}

// untilServed waits as a person would: until the page is there.
func (b *bench) untilServed() {
	b.Helper()
	b.wants("until "+b.kind.Fetch+" 2>/dev/null; do sleep 0.05; done", "served\n")
}

func testBackgroundServer(b *bench) {
	_, done := b.typed(b.kind.Server + " >/tmp/conform.log 2>&1 &")
	if done.Exit != 0 || done.Ended != verifier.Exited {
		b.Fatalf("exit %d, ended %s; want the prompt back at once", done.Exit, done.Ended)
	}
	b.untilServed()
	b.wants("cd /", "")
	b.untilServed()
}

func testServer(b *bench) {
	server := b.on(b.kind.Server, "8124")
	b.wants("KEPT=1", "")
	got, done := b.entered(verifier.Entry{Text: server, Serves: true, Timeout: patience}, nil)
	if done.Exit != 0 || done.Ended != verifier.Serving || !slices.Equal(done.Ports, []int{8124}) {
		b.Fatalf("exit %d, ended %s, ports %v, printed %q; want a server on 8124", done.Exit, done.Ended, done.Ports, got)
	}
	b.wants("pwd; echo $KEPT", "/tmp\n1\n")
	b.wants(b.on(b.kind.Fetch, "8124"), "served\n")
}

func testJobs(b *bench) {
	_, done := b.typed("sleep 300 &")
	if done.Exit != 0 || done.Ended != verifier.Exited {
		b.Errorf("exit %d, ended %s", done.Exit, done.Ended)
	}
	if got, _ := b.typed("jobs"); !strings.Contains(got, "Running") || !strings.Contains(got, "sleep 300") {
		b.Errorf("jobs: %q", got)
	}
	b.typed("kill %sleep; wait %sleep")
	if got, _ := b.typed("jobs"); strings.Contains(got, "Running                 sleep") {
		b.Errorf("jobs after kill: %q", got)
	}
}

// What a job prints later belongs to nobody and must not be lost.
func testLateOutput(b *bench) {
	b.typed("(until [ -e /tmp/conform.go ]; do sleep 0.05; done; echo from behind; touch /tmp/conform.done) &")
	got, _ := b.typed("touch /tmp/conform.go; until [ -e /tmp/conform.done ]; do sleep 0.05; done")
	if !strings.Contains(got, "from behind\n") {
		b.Errorf("printed %q, want the job's line in it", got)
	}
}

// on is the suite's server on another port.
func (b *bench) on(command, port string) string {
	return strings.ReplaceAll(command, "8123", port)
}

// starts types a server that must be left running once it is ready.
func (b *bench) starts(text string, ready verifier.Ready) (printed string) {
	b.Helper()
	got, done := b.entered(verifier.Entry{Text: text, Serves: true, Ready: ready, Timeout: patience}, nil)
	if done.Ended != verifier.Serving || done.Exit != 0 || done.Unmet != "" {
		b.Fatalf("%q: exit %d, ended %s, unmet %q, printed %q; want a server that is ready", text, done.Exit, done.Ended, done.Unmet, got)
	}
	return got
}

func testReadyPort(b *bench) {
	b.starts("sleep 0.5; "+b.on(b.kind.Server, "8131"), verifier.Ready{Port: 8131})
	b.wants(b.on(b.kind.Fetch, "8131"), "served\n")
}

func testReadyLine(b *bench) {
	if got := b.starts("echo warming up; sleep 0.5; "+b.on(b.kind.Server, "8132"), verifier.Ready{Log: "ening on http"}); !strings.Contains(got, "Listening") {
		b.Errorf("printed %q, want the line that was waited for", got)
	}
	b.livesOn()
	got, done := b.entered(verifier.Entry{Text: "echo all done", Serves: true, Ready: verifier.Ready{Log: "all done"}, Timeout: patience}, nil)
	if done.Ended != verifier.Exited || done.Unmet != "" {
		b.Errorf("a step that ends with its line: ended %s, unmet %q, printed %q", done.Ended, done.Unmet, got)
	}
}

func testReadyPage(b *bench) {
	b.starts(b.on(b.kind.Server, "8133"), verifier.Ready{URL: "http://localhost:8133/health?full=1"})
	b.livesOn()
}

// A server that listens elsewhere than declared, and one that ends.
func testNeverReady(b *bench) {
	_, done := b.entered(verifier.Entry{Text: b.on(b.kind.Server, "8134"), Serves: true, Ready: verifier.Ready{Port: 8135}, Timeout: 2 * time.Second}, nil)
	if done.Ended != verifier.TimedOut || !strings.Contains(done.Unmet, "port 8135") {
		b.Errorf("on another port: ended %s, unmet %q; want a time-out that says what was waited for", done.Ended, done.Unmet)
	}
	_, done = b.entered(verifier.Entry{Text: "echo bye; false", Serves: true, Ready: verifier.Ready{Port: 8135}, Timeout: patience}, nil)
	if done.Ended != verifier.Exited || done.Exit != 1 || done.Unmet == "" {
		b.Errorf("ended at once: exit %d, ended %s, unmet %q", done.Exit, done.Ended, done.Unmet)
	}
	b.livesOn()
}

// What goes into the background gives the prompt back before it is ready.
func testReadyBehind(b *bench) {
	text := "(sleep 0.5; " + b.on(b.kind.Server, "8136") + ") >/dev/null 2>&1 &"
	got, done := b.entered(verifier.Entry{Text: text, Serves: true, Ready: verifier.Ready{Port: 8136}, Timeout: patience}, nil)
	if done.Ended != verifier.Exited || done.Exit != 0 || done.Unmet != "" {
		b.Fatalf("exit %d, ended %s, unmet %q, printed %q", done.Exit, done.Ended, done.Unmet, got)
	}
	b.wants(b.on(b.kind.Fetch, "8136"), "served\n")
}
