package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func demoFiles(t *testing.T, seed uint64) (demoProject, map[string][]byte) {
	t.Helper()
	p := newDemoProject(seed)
	files, err := p.files()
	if err != nil {
		t.Fatal(err)
	}
	return p, files
}

func TestDemoSeedGivesTheSameRepository(t *testing.T) {
	_, first := demoFiles(t, 7)
	_, second := demoFiles(t, 7)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("two repositories of one seed differ:\n%s", diff)
	}
}

func TestDemoSeedsDrawEveryFaultOfEachKind(t *testing.T) {
	tools, libraries, stale, paths := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for seed := range uint64(300) {
		p, _ := demoFiles(t, seed)
		tools[strings.Fields(p.Tool.Step)[0]] = true
		libraries[p.Library.Header] = true
		stale[p.Stale.Package] = true
		paths[strings.Fields(strings.TrimPrefix(p.WrongPath.Step, "./"))[0]] = true
	}
	if len(tools) != len(demoTools) || len(libraries) != len(demoLibraries) || len(stale) != len(demoStaleNames) || len(paths) < len(demoPaths) {
		t.Errorf("300 seeds drew %d of %d tools, %d of %d libraries, %d of %d names and %d of %d paths",
			len(tools), len(demoTools), len(libraries), len(demoLibraries), len(stale), len(demoStaleNames), len(paths), len(demoPaths))
	}
}

func TestDemoRepositoryHasItsFaultsAndNoOther(t *testing.T) {
	for seed := range uint64(40) {
		p, files := demoFiles(t, seed)
		readme := string(files["README.md"])
		for _, path := range []string{p.Source + "/main.c", p.Scripts + "/report.py", p.Data + "/" + p.Sample + ".csv", p.WrongPath.File} {
			if files[path] == nil {
				t.Errorf("seed %d: %s is not there", seed, path)
			}
		}
		if strings.Contains(readme, p.WrongPath.File) {
			t.Errorf("seed %d: the README names the right path %s", seed, p.WrongPath.File)
		}
		for line := range strings.Lines(readme) {
			if strings.HasPrefix(line, "sudo apt-get install") && strings.Contains(line, strings.Fields(p.Tool.Step)[0]) {
				t.Errorf("seed %d: the README installs the tool: %s", seed, line)
			}
		}
		for path, content := range files {
			if text := string(content); strings.Contains(text, "WRONG") || strings.Contains(text, "SRC/") || strings.Contains(text, "UNIT\n") ||
				strings.Contains(text, "<no value>") || path != "README.md" && strings.Contains(text, "NAME.") {
				t.Errorf("seed %d: %s holds a name that was not filled in:\n%s", seed, path, text)
			}
		}
		for _, name := range []string{"README.md", p.Source + "/main.c", p.Scripts + "/report.py"} {
			if !strings.Contains(string(files[name]), p.Subject) && name != p.Scripts+"/report.py" {
				t.Errorf("seed %d: %s does not say what it is about", seed, name)
			}
		}
	}
}

func TestDemoRepositoryIsCommittedCleanly(t *testing.T) {
	folder := t.TempDir()
	p := newDemoProject(demoSeed)
	if err := p.write(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	status := exec.CommandContext(t.Context(), "git", "-C", folder, "status", "--porcelain")
	out, err := status.CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("git status: %v\n%s", err, out)
	}
	info, err := os.Stat(filepath.Join(folder, filepath.FromSlash(p.WrongPath.File)))
	if err != nil {
		t.Fatal(err)
	}
	if script := strings.HasPrefix(p.WrongPath.Content, "#!"); script != (info.Mode()&0o111 != 0) {
		t.Errorf("%s: mode %v", p.WrongPath.File, info.Mode())
	}
}

func TestDemoExpected(t *testing.T) {
	proven := verifier.Finding{Title: "a", Fixes: []verifier.Fix{{Grade: verifier.Proven}}}
	guessed := verifier.Finding{Title: "b", Object: "zlib.h", Fixes: []verifier.Fix{{Grade: verifier.GotFurther}}}
	env := func(v verifier.Verdict, findings ...verifier.Finding) verifier.EnvironmentResult {
		return verifier.EnvironmentResult{Environment: verifier.Environment{Name: "debian-12"}, Verdict: v, Findings: findings}
	}
	for _, c := range []struct {
		name     string
		result   verifier.Result
		verdict  verifier.Verdict
		findings int
		want     []string
	}{
		{"as it should be", verifier.Result{Environments: []verifier.EnvironmentResult{env(verifier.WorksWithFixes, proven, proven)}}, verifier.WorksWithFixes, 2, nil},
		{"nothing was verified", verifier.Result{}, verifier.Works, 0, []string{"no environment was verified"}},
		{"another verdict", verifier.Result{Environments: []verifier.EnvironmentResult{env(verifier.Broken)}}, verifier.Works, 0,
			[]string{"debian-12: the verdict is broken, not works"}},
		{"a finding too few, and one unproven", verifier.Result{Environments: []verifier.EnvironmentResult{env(verifier.WorksWithFixes, guessed)}}, verifier.WorksWithFixes, 2,
			[]string{"debian-12: 1 finding, not 2", "debian-12: b (zlib.h) has no proven fix"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, demoExpected(&c.result, c.verdict, c.findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
