package patch

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// apply gives the tree that git makes of the documents by the diff.
func apply(t *testing.T, changes []Change, arguments ...string) {
	t.Helper()
	dir := t.TempDir()
	for _, c := range changes {
		path := filepath.Join(dir, filepath.FromSlash(c.Document))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, c.Before, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	diff := Unified(changes)
	run := func(arguments ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"apply"}, arguments...)...)
		cmd.Dir, cmd.Stdin = dir, bytes.NewReader(diff)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v\n%s\n%s", err, out, diff)
		}
	}
	check := func(want func(Change) []byte) {
		t.Helper()
		for _, c := range changes {
			got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.Document)))
			if err != nil && !(c.gone() && os.IsNotExist(err)) {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want(c)) {
				t.Fatalf("%s: git makes\n%q\nwanted\n%q", c.Document, got, want(c))
			}
		}
	}
	run(arguments...)
	check(func(c Change) []byte { return c.After })
	run("-R")
	check(func(c Change) []byte { return c.Before })
}

func TestUnifiedAppliesRandomEdits(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 7))
			var changes []Change
			for i := range 120 {
				before := randomText(rng)
				changes = append(changes, Change{Document: fmt.Sprintf("d%d/doc.md", i), Before: before, After: randomEdit(rng, before)})
			}
			apply(t, changes)
		})
	}
}

func randomText(rng *rand.Rand) []byte {
	end := []string{"\n", "\r\n"}[rng.IntN(2)]
	var b strings.Builder
	n := rng.IntN(30)
	for i := range n {
		// Few different lines: context has to be found among its doubles.
		b.WriteString([]string{"", "a", "b", "```", "  make", "-- x", "++ y", "\\ No newline at end of file", "+", "-"}[rng.IntN(10)])
		if i < n-1 || rng.IntN(2) == 0 {
			b.WriteString(end)
		}
	}
	return []byte(b.String())
}

func randomEdit(rng *rand.Rand, before []byte) []byte {
	lines := bytes.SplitAfter(before, []byte("\n"))
	for range rng.IntN(4) {
		i := rng.IntN(len(lines))
		switch rng.IntN(3) {
		case 0:
			lines = append(lines[:i:i], append([][]byte{[]byte("put in\n")}, lines[i:]...)...)
		case 1:
			lines[i] = append([]byte("x"), lines[i]...)
		case 2:
			lines[i] = nil
		}
	}
	return bytes.Join(lines, nil)
}

func TestUnifiedAppliesWhatIsWritten(t *testing.T) {
	s := threeProblems(t)
	var changes []Change
	for i, source := range []string{"", tidewatch, strings.TrimSuffix(tidewatch, "\n"), strings.ReplaceAll(tidewatch, "\n", "\r\n"), bom + tidewatch, "\n\n"} {
		c := s.section(source)
		c.Document = fmt.Sprintf("doc%d.md", i)
		changes = append(changes, c)
	}
	inPlace, _, err := InPlace(map[string][]byte{"README.md": []byte(tidewatch)}, s.r)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, append(changes, inPlace...), "--whitespace=nowarn")
}

// Section and corrections in place are offered side by side.
func TestBothPatchesApplyOneAfterTheOther(t *testing.T) {
	s := threeProblems(t)
	section := s.section(tidewatch)
	inPlace, _, err := InPlace(map[string][]byte{"README.md": []byte(tidewatch)}, s.r)
	if err != nil || len(inPlace) != 1 {
		t.Fatal(inPlace, err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte(tidewatch), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []Change{inPlace[0], section} {
		cmd := exec.CommandContext(t.Context(), "git", "apply")
		cmd.Dir, cmd.Stdin = dir, bytes.NewReader(Unified([]Change{c}))
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}

func TestUnifiedNames(t *testing.T) {
	var changes []Change
	for _, name := range []string{"a b/read me.md", "ünï/cödé.md", `quo"te.md`, `back\slash.md`, "tab\there.md", "line\nbreak.md", "-dash.md", "a b c d.md"} {
		changes = append(changes, Change{Document: name, Before: []byte("one\ntwo\n"), After: []byte("one\nthree\n")})
	}
	apply(t, changes)
}

func TestUnifiedLeavesOutWhatStays(t *testing.T) {
	same := Change{Document: "a.md", Before: []byte("x"), After: []byte("x")}
	if got := Unified([]Change{same}); got != nil {
		t.Errorf("%s", got)
	}
	got := Unified([]Change{same, {Document: "b.md", Before: []byte("1\n2\n3\n4\n5\n"), After: []byte("1\n2\n3\n4\nfive")}})
	want := "diff --git a/b.md b/b.md\n--- a/b.md\n+++ b/b.md\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n\\ No newline at end of file\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnifiedMakesAndTakesAwayDocuments(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []Change{
		{Document: "docs/a b.md", After: []byte("one\ntwo\n")},
		{Document: "docs/a b.md", Before: []byte("one\ntwo\n"), After: nil},
	} {
		cmd := exec.CommandContext(t.Context(), "git", "apply")
		cmd.Dir, cmd.Stdin = dir, bytes.NewReader(Unified([]Change{c}))
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s\n%s", err, out, Unified([]Change{c}))
		}
		got, err := os.ReadFile(filepath.Join(dir, "docs", "a b.md"))
		if c.made() && string(got) != string(c.After) || c.gone() && !os.IsNotExist(err) {
			t.Errorf("%q, %v", got, err)
		}
	}
}
