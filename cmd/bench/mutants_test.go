package main

import (
	"bytes"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/cmd/bench/mutant"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/plan"
	"github.com/freshinstall/freshinstall/verifier/preflight"
)

func allProjects(t *testing.T) []mutant.Project {
	t.Helper()
	all, err := mutants{}.projects()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestProjectsAreOfAllLanguages(t *testing.T) {
	found := map[string]int{}
	for _, p := range allProjects(t) {
		found[p.Language]++
		if !strings.Contains(p.Files[p.Document()], "git clone "+origin(p)) {
			t.Errorf("%s does not say where it comes from", p.Name)
		}
		if path.Base(origin(p)) != p.Name+".git" {
			t.Errorf("%s comes from %s", p.Name, origin(p))
		}
	}
	for _, language := range []string{"c", "go", "node", "python", "shell"} {
		if found[language] < 2 {
			t.Errorf("%d projects in %s", found[language], language)
		}
	}
}

// What projects require is in the index.
func TestTheIndexHoldsWhatProjectsRequire(t *testing.T) {
	index, err := serveWheels()
	if err != nil {
		t.Skip(err)
	}
	if err := index.Close(); err != nil {
		t.Error(err)
	}
}

// failing is the row of a mutant that fails, in a plain container, at line 9.
func failing() scored {
	return scored{Mutant: mutant.Mutant{Project: "rainlog", Language: "c", Mutator: "drop-package", What: "gcc left out", Line: 4},
		Trial: trial{Line: 9, Command: "make", Exit: 2, Said: "cc: not found"}}
}

func foundAt(line int, verdict verifier.Verdict, grade verifier.Grade, replayed bool) verifier.Result {
	return verifier.Result{Environments: []verifier.EnvironmentResult{{
		Verdict: verdict,
		Steps:   []verifier.StepResult{{Step: "s1", Line: 2}, {Step: "s2", Line: line, Command: "make"}},
		Findings: []verifier.Finding{{Step: "s2", Rule: "C01", Fixes: []verifier.Fix{
			{Commands: []string{"sudo apt-get install -y gcc"}, Grade: grade}}}},
		Replay: &verifier.Replay{Passed: replayed},
	}}}
}

func TestScore(t *testing.T) {
	type scores struct{ Detected, Located, Proven bool }
	for name, c := range map[string]struct {
		result verifier.Result
		want   scores
	}{
		"the failing step, and a proven fix":  {foundAt(9, verifier.WorksWithFixes, verifier.Proven, true), scores{true, true, true}},
		"the damaged step":                    {foundAt(4, verifier.WorksWithFixes, verifier.Proven, true), scores{true, true, true}},
		"another step":                        {foundAt(7, verifier.WorksWithFixes, verifier.Proven, true), scores{true, false, true}},
		"a suggestion":                        {foundAt(9, verifier.Broken, verifier.Suggested, false), scores{true, true, false}},
		"a fix that no clean replay confirms": {foundAt(9, verifier.WorksWithFixes, verifier.Proven, false), scores{true, true, false}},
		"the world":                           {foundAt(9, verifier.Inconclusive, verifier.Suggested, false), scores{}},
		"nothing":                             {verifier.Result{Environments: []verifier.EnvironmentResult{{Verdict: verifier.Works}}}, scores{}},
	} {
		t.Run(name, func(t *testing.T) {
			row := score(failing(), c.result)
			if diff := cmp.Diff(c.want, scores{row.Detected, row.Located, row.Proven}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatCouldNotBeTestedIsNoAnswer(t *testing.T) {
	answered := foundAt(9, verifier.Inconclusive, verifier.Suggested, false)
	if err := untested(answered); err != nil {
		t.Errorf("an answer: %v", err)
	}
	late, lost := answered, foundAt(9, verifier.Inconclusive, verifier.Suggested, false)
	late.OutOfTime = true
	lost.Environments[0].Incident = &verifier.Incident{Blame: verifier.BlameWorld, What: "no network"}
	for name, r := range map[string]verifier.Result{"time": late, "an incident": lost} {
		if untested(r) == nil {
			t.Errorf("%s: taken for an answer", name)
		}
	}
	if row := failing().without(untested(late)); row.counts() || !row.unmeasured() {
		t.Errorf("%+v", row)
	}
}

// A step that is gone has line 0, which no finding can be at.
func TestAStepThatIsGoneIsNoPlace(t *testing.T) {
	row := failing()
	row.Line = 0
	if row = score(row, foundAt(0, verifier.Broken, "", false)); row.Located {
		t.Error("located at line 0")
	}
}

func TestOnlyAsManyAsAskedForCount(t *testing.T) {
	rows := make([]scored, 6) // the last one was never drawn
	for i := range rows[:5] {
		rows[i] = failing()
	}
	rows[1].LeftOut = "works all the same"
	if got := firstOf(rows, 2); len(got) != 3 || got[1].LeftOut == "" {
		t.Errorf("%d rows: %+v", len(got), got)
	}
	if got := firstOf(rows, 10); len(got) != 5 {
		t.Errorf("%d rows", len(got))
	}
	if got := firstOf(rows, 0); len(got) != 0 {
		t.Errorf("%d rows", len(got))
	}
}

func TestMutantsReport(t *testing.T) {
	mended := score(failing(), foundAt(9, verifier.WorksWithFixes, verifier.Proven, true))
	mended.Mended = true
	missed := score(failing(), foundAt(7, verifier.Broken, verifier.Suggested, false))
	out := failing()
	out.LeftOut = "works all the same"
	r := mutantsReport{Seed: 1, Environment: "debian-12", Candidates: 9, Mutants: []scored{mended, missed, out},
		Undamaged: []soundProject{{Project: "rainlog", Verdict: verifier.Works}, {Project: "loud", Verdict: verifier.Works, Alarms: []said{{Rule: "B01", Title: "file"}}}}}
	var table, misses bytes.Buffer
	if err := r.writeTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| drop-package | 2 | 1 | 2 of 2 (100 %) | 1 of 2 (50 %) | 1 of 2 (50 %) | 1 of 2 (50 %) |",
		"| **all** | 2 | 1 |", "| c | 2 | 1 |", "2 projects, 1 with false alarms", "- loud: works",
	} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
	if err := r.writeMisses(&misses); err != nil {
		t.Fatal(err)
	}
	if text := misses.String(); strings.Count(text, "\n### ") != 1 || !strings.Contains(text, "gcc left out — not located") || !strings.Contains(text, "line 7 `make`: C01") {
		t.Errorf("misses:\n%s", text)
	}
	if r.met() {
		t.Error("half is no 90 %")
	}
	unknown := mutantsReport{Mutants: []scored{mended}, Undamaged: []soundProject{{Project: "rainlog", Unmeasured: "no network"}}}
	if unknown.met() || unknown.alarms() != 0 {
		t.Errorf("what was not measured: met %t, %d alarms", unknown.met(), unknown.alarms())
	}
	if (mutantsReport{}).met() {
		t.Error("nothing measured, and all promises kept")
	}
	if r = (mutantsReport{Mutants: []scored{mended}}); !r.met() {
		t.Error("all found, and a promise broken")
	}
}

// standIn makes a program of that name which runs a shell script.
func standIn(t *testing.T, script string) string {
	t.Helper()
	file := path.Join(t.TempDir(), "docker")
	if err := os.WriteFile(file, []byte("#!/bin/bash\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

// The typist itself, typed by the bash that is here, in the place of a
// container: the first command that fails is named, with its last line.
func TestTrial(t *testing.T) {
	docker := standIn(t, `
[ "$1" = image ] && exit
while [ "$1" != --volume ] || [ "${2##*:/}" != steps:ro ]; do shift; done
steps=${2%:/steps:ro}
while [ "$1" != bash ]; do shift; done
sudo() { cat >/dev/null; }; export -f sudo
export HOME=$(mktemp -d); trap 'rm -rf "$HOME"' EXIT
script=${3//\/steps\//$steps/}
exec bash -c "${script//\/tmp\/typist.log/$HOME/log}" typist "${@:5}"
`)
	p := mutant.Project{Name: "rainlog", Files: map[string]string{"README.md": "git clone https://git.example.org/a/rainlog.git\n"}}
	for name, c := range map[string]struct {
		commands []mutant.Command
		want     trial
	}{
		"all pass":            {[]mutant.Command{{Line: 3, Text: "true"}, {Line: 4, Text: "cd ."}}, trial{Passed: true}},
		"the second fails":    {[]mutant.Command{{Line: 3, Text: "x=1"}, {Line: 8, Text: "echo no $x; (exit 7)"}, {Line: 9, Text: "true"}}, trial{Line: 8, Command: "echo no $x; (exit 7)", Exit: 7, Said: "no 1"}},
		"a shell has a state": {[]mutant.Command{{Line: 3, Text: "mkdir ~/sub"}, {Line: 4, Text: "cd ~/sub"}, {Line: 5, Text: "test \"${PWD##*/}\" = sub"}}, trial{Passed: true}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newTrials(mutants{docker: docker})
			b.bases[p.Name] = "base"
			got, err := b.try(t.Context(), p, t.TempDir(), verifier.StartHome, c.commands)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestADeclarationNamesTheIndex(t *testing.T) {
	index, err := serveWheels()
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Error(err)
		}
	})
	b := mutants{environment: "debian-12", index: index}
	file := path.Join(t.TempDir(), "declared.yaml")
	if err := b.declare(mutant.Project{Name: "heatwatch", Index: true, Packages: []string{"make", "gcc"}}, file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"packages: [make, gcc]", `registries: ["` + index.Address + `"]`, "PIP_INDEX_URL: "} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	if quiet := (mutants{}).variables(mutant.Project{}); slices.Contains(quiet, "PIP_INDEX_URL") {
		t.Error("a project without the index is told of it")
	}
}

// planOf plans a project, with the text of its document, without a machine.
func planOf(t *testing.T, p mutant.Project, text string) (verifier.Plan, preflight.Tree) {
	t.Helper()
	tree := preflight.Tree{Repository: p.Name, Files: slices.Sorted(maps.Keys(p.Files)),
		Read: func(name string) ([]byte, error) { return []byte(p.Files[name]), nil }}
	built, err := plan.Build(plan.Input{Repository: p.Name, URLs: []string{origin(p)}, Files: tree.Files,
		Documents: []plan.Document{{Path: p.Document(), Source: []byte(text)}}})
	if err != nil {
		t.Fatal(err)
	}
	return built, tree
}

// What is said of the undamaged projects before the run is a false alarm.
func TestNothingIsWrongWithTheProjects(t *testing.T) {
	for _, p := range allProjects(t) {
		built, tree := planOf(t, p, p.Files[p.Document()])
		for _, f := range preflight.Check(built, tree) {
			t.Errorf("%s: %s %s: %s", p.Name, f.Rule, f.Title, f.Evidence)
		}
	}
}

func plansOf(t *testing.T, projects []mutant.Project) (all []mutant.Plan) {
	t.Helper()
	for _, p := range projects {
		built, _ := planOf(t, p, p.Files[p.Document()])
		all = append(all, mutant.NewPlan(p, built))
	}
	return all
}

// What the tool would type of a damaged document is what a reader types, but for
// some that look like examples of use now. The rest of the measure rests on that.
func TestDamagedDocumentsAreFollowedAsAReaderWould(t *testing.T) {
	projects := allProjects(t)
	all := mutant.All(plansOf(t, projects), 1)
	same, foretold := 0, 0
	for _, m := range all {
		i := slices.IndexFunc(projects, func(p mutant.Project) bool { return p.Name == m.Project })
		built, tree := planOf(t, projects[i], m.Text)
		var typed []mutant.Command
		line := map[string]int{}
		for _, s := range built.Steps {
			line[s.ID] = s.Line
			if s.Follow {
				typed = append(typed, mutant.Command{Line: s.Line, Text: s.Command})
			}
		}
		if slices.Equal(m.Commands, typed) {
			same++
		} else {
			t.Logf("%s (-by a reader +by the tool):\n%s", m.Key(), cmp.Diff(m.Commands, typed))
		}
		if found := preflight.Check(built, tree); len(found) > 0 && m.Line > 0 && line[found[0].Step] == m.Line {
			foretold++
		}
	}
	t.Logf("%d of %d are followed as by a reader; of %d the damaged line is named before the run", same, len(all), foretold)
	if same*100 < len(all)*98 {
		t.Errorf("only %d of %d are followed as by a reader", same, len(all))
	}
}

// The projects hold enough places to be damaged at, of every kind and language,
// and each mutant is one.
func TestEveryMutatorDamagesTheProjects(t *testing.T) {
	projects := allProjects(t)
	all := mutant.All(plansOf(t, projects), 1)
	kinds, languages, keys := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, m := range all {
		kinds[m.Mutator]++
		languages[m.Language]++
		if keys[m.Key()] {
			t.Errorf("drawn twice: %s", m.Key())
		}
		keys[m.Key()] = true
		i := slices.IndexFunc(projects, func(p mutant.Project) bool { return p.Name == m.Project })
		if m.Text == projects[i].Files[m.Document] && m.NotExecutable == "" {
			t.Errorf("%s: the document is as it was", m.Key())
		}
		if testing.Verbose() {
			t.Log(m.Key())
		}
	}
	for _, m := range mutant.Mutators() {
		if kinds[m.Name] < 3 {
			t.Errorf("%s: %d mutants", m.Name, kinds[m.Name])
		}
	}
	if len(all) < 150 || len(languages) < 5 {
		t.Errorf("%d mutants, of languages %v", len(all), languages)
	}
}

// A commit would keep the labels of the tool's own base, and pass for one.
func TestAMachineForTrialsIsNotCommitted(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CALLED", path.Join(dir, "called"))
	docker := standIn(t, `echo "$1" >>"$CALLED"; [ "$1" != image ] && echo container`)
	b := newTrials(mutants{docker: docker, outDir: dir})
	for _, name := range []string{"one", "two"} { // with the same packages: it is made once
		if err := b.base(t.Context(), mutant.Project{Name: name}, verifier.StartHome, verifier.Environment{Digest: "sha256:base"}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path.Join(dir, "called"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"image", "create", "start", "export", "import", "rm"}, strings.Fields(string(text))); diff != "" {
		t.Errorf("calls of docker (-want +got):\n%s", diff)
	}
	if b.bases["one"] != b.bases["two"] || !strings.HasPrefix(b.bases["one"], trialImages+":") {
		t.Errorf("machines %v", b.bases)
	}
}
