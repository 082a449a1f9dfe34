package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/cmd/bench/mutant"
	"github.com/freshinstall/freshinstall/verifier"
)

// fakeTool answers as freshinstall: the undamaged document works; of any other
// it says what FOUND holds. A verification is noted in CALLS.
const fakeTool = `#!/bin/bash
if [ "$1" = plan ]; then cat "$FAKES/plan.json"; exit; fi
for arg; do case $arg in json=*) report=${arg#json=};; */fixes.patch) patch=$arg;; esac; done
echo "$2" >>"$FAKES/calls"
if cmp -s "$2/README.md" "$FAKES/README.md" && [ -x "$2/install.sh" ]; then
	sed "s/TREE/$(git -C "$2" rev-parse HEAD^{tree})/" "$FAKES/works.json" >"$report"
else
	cp "$FAKES/found.json" "$report"
	diff -u --label a/README.md --label b/README.md "$2/README.md" "$FAKES/README.md" >"$patch"
fi
exit 0
`

// fakeDocker is an engine that passes what the undamaged document shows, one
// step after the other, and fails at the first other one.
const fakeDocker = `#!/bin/bash
[ "$1" = version ] && exit $ENGINE
case $1 in image|tag|rm|start) [ "$1" != start ] || cat "$FAKES/started"; exit;; commit) echo kept; exit;; esac
verb=$1
for arg; do case $arg in *:/steps:ro) steps=${arg%:/steps:ro};; esac; done
said=passed
for step in "$steps"/*; do
	grep -qxFf "$step" "$FAKES/README.md" || { said="failed ${step##*/} 127"; break; }
done
if [ "$verb" = create ]; then echo "$said" >"$FAKES/started"; echo container; else echo "$said"; fi
`

// fakes lays out both programs and what they answer, and gives the folder.
func fakes(t *testing.T, found verifier.EnvironmentResult) string {
	t.Helper()
	dir := t.TempDir()
	text, err := mutantFiles.ReadFile(mutantFolder + "/projects/parcelnote.txtar")
	if err != nil {
		t.Fatal(err)
	}
	p, err := mutant.Read("parcelnote", text)
	if err != nil {
		t.Fatal(err)
	}
	built, _ := planOf(t, p, p.Files[p.Document()])
	env := verifier.Environment{Name: "debian-12", Digest: "sha256:sample"}
	result := func(e verifier.EnvironmentResult) string {
		e.Environment = env
		text, err := json.Marshal(verifier.Result{Schema: verifier.ResultSchema, Plan: built, Repository: verifier.Repository{Tree: "TREE"}, Environments: []verifier.EnvironmentResult{e}})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	plain, err := json.Marshal(built)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"freshinstall": fakeTool, "docker": fakeDocker, "README.md": p.Files["README.md"], "plan.json": string(plain),
		"works.json": result(verifier.EnvironmentResult{Verdict: verifier.Works}), "found.json": result(found),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("FAKES", dir)
	t.Setenv("ENGINE", "0")
	return dir
}

// bench runs the measurement with the fakes.
func bench(t *testing.T, dir string, change func(*mutants)) (stdout string, err error) {
	t.Helper()
	var out, talk bytes.Buffer
	b := mutants{seed: 1, count: 3, only: []string{"parcelnote"}, kinds: []string{"rename-package", "drop-package"}, environment: "debian-12",
		given: filepath.Join(dir, "freshinstall"), outDir: filepath.Join(dir, "out"), parallel: 2, limit: time.Minute, talk: &talk}
	if change != nil {
		change(&b)
	}
	err = b.run(t.Context(), &out)
	t.Log(talk.String())
	return out.String(), err
}

func TestMutantsAreTriedVerifiedAndMended(t *testing.T) {
	dir := fakes(t, verifier.EnvironmentResult{Verdict: verifier.WorksWithFixes,
		Steps: []verifier.StepResult{{Step: "s2", Line: 14, Command: "sudo apt-get install"}},
		Findings: []verifier.Finding{{Step: "s2", Rule: "C01", Fixes: []verifier.Fix{
			{Kind: verifier.FixReplace, Replace: "sudo apt-get install -y jq bsdextrautils", Grade: verifier.Proven}}}},
		Replay: &verifier.Replay{Passed: true}})
	// One at a time: two at once may try one more than is wanted, which then does not count.
	out, err := bench(t, dir, func(b *mutants) { b.strict, b.parallel = true, 1 })
	if err != nil {
		t.Fatal(err)
	}
	if want := "| **all** | 3 | 0 | 3 of 3 (100 %) | 3 of 3 (100 %) | 3 of 3 (100 %) | 3 of 3 (100 %) |"; !strings.Contains(out, want) {
		t.Errorf("the table lacks %q:\n%s", want, out)
	}
	if !strings.Contains(out, "1 projects, 0 with false alarms") {
		t.Errorf("alarms:\n%s", out)
	}
	calls := func() int {
		text, err := os.ReadFile(filepath.Join(dir, "calls"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(text), "\n")
	}
	before := calls()
	again, err := bench(t, dir, func(b *mutants) { b.resume, b.parallel = true, 1 })
	if err != nil || calls() != before {
		t.Errorf("resumed, the tool was called %d times more: %v", calls()-before, err)
	}
	if firstTable(again) != firstTable(out) {
		t.Errorf("resumed, the table is another one:\n%s", again)
	}
}

func firstTable(text string) string {
	before, _, _ := strings.Cut(text, "Undamaged:")
	return before
}

func TestMutantsThatAreNotNoticedAreMisses(t *testing.T) {
	dir := fakes(t, verifier.EnvironmentResult{Verdict: verifier.Works})
	out, err := bench(t, dir, func(b *mutants) { b.strict, b.misses, b.count = true, true, 1 })
	if err == nil || !strings.Contains(out, "not detected") || !strings.Contains(out, "0 of 1 (0 %)") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestMutantsWithoutAnEngine(t *testing.T) {
	dir := fakes(t, verifier.EnvironmentResult{})
	t.Setenv("ENGINE", "1")
	if out, err := bench(t, dir, nil); err != nil || !strings.HasPrefix(out, "skipped: no engine answers") {
		t.Errorf("%v\n%s", err, out)
	}
	for name, change := range map[string]func(*mutants){
		"a project that is not there": func(b *mutants) { b.only = []string{"nowhere"} },
		"a mutator that is not there": func(b *mutants) { b.kinds = []string{"burn"} },
		"a negative count":            func(b *mutants) { b.count = -1 },
	} {
		if _, err := bench(t, dir, change); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
