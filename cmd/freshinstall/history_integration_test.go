package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/freshinstall/freshinstall/envs/envtest/pyindex"
	"github.com/freshinstall/freshinstall/verifier"
)

// debArchive is an archive of Debian packages that grows while machines use it.
type debArchive struct {
	folder, address string
	index           atomic.Pointer[[]byte] // its Packages
}

func serveDebs(t *testing.T) *debArchive {
	t.Helper()
	for _, program := range []string{"dpkg-deb", "dpkg-scanpackages"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	a := &debArchive{folder: t.TempDir()}
	files := http.FileServer(http.Dir(a.folder))
	serving, err := pyindex.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Clean(r.URL.Path) == "/Packages" {
			_, _ = w.Write(*a.index.Load()) // who hangs up is not waited for
			return
		}
		files.ServeHTTP(w, r)
	}))
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := serving.Close(); err != nil {
			t.Error(err)
		}
	})
	a.address = serving.Address
	return a
}

// add puts a package into the archive that prints what its program says.
func (a *debArchive) add(t *testing.T, name, version, program string) {
	t.Helper()
	tree := t.TempDir()
	for at, text := range map[string]string{
		"DEBIAN/control":  fmt.Sprintf("Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: t <t@example.org>\nDescription: for a test\n", name, version),
		"usr/bin/" + name: program,
	} {
		at = filepath.Join(tree, at)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(at, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(tree, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"dpkg-deb", "--root-owner-group", "--build", tree, filepath.Join(a.folder, name+"_"+version+"_all.deb")},
		{"dpkg-scanpackages", "--multiversion", "."},
	} {
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		cmd.Dir = a.folder
		var complaints bytes.Buffer
		cmd.Stderr = &complaints
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s", command, err, complaints.String())
		}
		a.index.Store(&out)
	}
}

// Between two runs libfoo moves from 1.2 to 1.3, and the documented step fails
// with it; another package moves too, and breaks nothing. The second run names
// libfoo first, and bisect proves it against the version that the archive still has.
func TestIntegrationDriftNamesThePackageAndBisectProvesIt(t *testing.T) {
	engineOutside(t)
	archive := serveDebs(t)
	archive.add(t, "libfoo", "1.2", "#!/bin/sh\necho greetings\n")
	archive.add(t, "innocent", "7", "#!/bin/sh\necho fine\n")
	folder := repository(t, map[string]string{
		"README.md": readmeOf(`echo "deb [trusted=yes] http://`+archive.address+` ./" | sudo tee /etc/apt/sources.list.d/local.list`,
			"sudo apt-get update -o Dir::Etc::sourcelist=sources.list.d/local.list -o Dir::Etc::sourceparts=-", "sudo apt-get install -y libfoo innocent", "sh greet.sh"),
		"greet.sh": "#!/bin/sh\ninnocent\nlibfoo --greet\n",
	})
	kept := t.TempDir()
	keep := func(name string) string { return filepath.Join(kept, name) }
	declared := keep("declared.yaml")
	if err := os.WriteFile(declared, []byte(fmt.Sprintf("environments:\n  - {name: desk, from: debian-12, registries: [%q]}\n", archive.address)), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := func(want int, report string) verifier.EnvironmentResult {
		t.Helper()
		finish(t, folder, want, "verify", "--config", declared, "--history", keep("history.db"), "--report", "json="+report, "--report", "markdown="+report+".md")
		return result(t, report).Environments[0]
	}
	green := verify(exitOK, keep("green.json"))
	if v := green.Environment.Installed[verifier.ManagerDpkg]["libfoo"]; v != "1.2" || green.Drift != nil {
		t.Fatalf("libfoo %q is installed, drift %+v", v, green.Drift)
	}

	archive.add(t, "innocent", "8", "#!/bin/sh\necho fine\n")
	archive.add(t, "libfoo", "1.3", "#!/bin/sh\necho \"libfoo: unknown option $1\" >&2\nexit 2\n")
	git(t, folder, "commit", "--quiet", "--allow-empty", "--message", "second")
	red := verify(exitFindings, keep("red.json"))
	if red.Drift == nil || len(red.Drift.Moved) != 2 || red.Drift.Commit == nil || red.Drift.Documents || red.Drift.Tool != nil {
		t.Fatalf("drift %+v", red.Drift)
	}
	if first := red.Drift.Moved[0]; first != (verifier.Move{Manager: verifier.ManagerDpkg, Name: "libfoo", From: "1.2", To: "1.3", Named: true}) {
		t.Errorf("the first suspect is %+v", first)
	}
	text, err := os.ReadFile(keep("red.json.md"))
	if err != nil || !strings.Contains(string(text), "since then libfoo 1.2 → 1.3 (named in the error), 1 other package, commit ") {
		t.Errorf("the report does not say what moved: %v\n%s", err, text)
	}

	proof := finish(t, folder, exitOK, "bisect", keep("red.json"), "--config", declared, "--trust-config", "--history", keep("history.db"), "--report", "json="+keep("proven.json"))
	b := result(t, keep("proven.json")).Environments[0].Drift.Bisection
	if b == nil || b.Guilty == nil || b.Guilty.Name != "libfoo" || b.Control != 2 || len(b.Trials) != 1 || !b.Trials[0].Passed {
		t.Errorf("bisection %+v\n%s", b, proof.stdout.String())
	}
	const sentence = "libfoo broke it. In clean machines the step passes with 1.2 and fails with 1.3"
	if !strings.Contains(proof.stdout.String(), "Proven: "+sentence) {
		t.Errorf("bisect says\n%s", proof.stdout.String())
	}
	if d := finish(t, folder, exitFindings, "diff", keep("green.json"), keep("proven.json")).stdout.String(); !strings.Contains(d, sentence) {
		t.Errorf("diff says\n%s", d)
	}
	trend := finish(t, folder, exitOK, "history", "--history", keep("history.db")).stdout.String()
	if !strings.Contains(trend, "desk  ✓✗  broken since") && !strings.Contains(trend, "desk  .x  broken since") {
		t.Errorf("history says\n%s", trend)
	}
}
