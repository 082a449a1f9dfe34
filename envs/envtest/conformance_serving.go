package envtest

import (
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

var servingCases = []testCase{
	{"background servers", testBackgroundServer},
	{"servers", testServer},
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
	server := strings.ReplaceAll(b.kind.Server, "8123", "8124")
	b.wants("KEPT=1", "")
	got, done := b.entered(verifier.Entry{Text: server, Serves: true, Timeout: patience}, nil)
	if done.Exit != 0 || done.Ended != verifier.Serving || !slices.Equal(done.Ports, []int{8124}) {
		b.Fatalf("exit %d, ended %s, ports %v, printed %q; want a server on 8124", done.Exit, done.Ended, done.Ports, got)
	}
	b.wants("pwd; echo $KEPT", "/tmp\n1\n")
	b.wants(strings.ReplaceAll(b.kind.Fetch, "8123", "8124"), "served\n")
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
