package preflight

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/google/go-cmp/cmp"
)

// situation is a repository and the steps of its document, all followed.
type situation struct {
	start    verifier.Start    // StartInside where empty
	files    map[string]string // path: content
	branches []string
	modules  []string
	steps    []string
	flags    map[string][]verifier.Flag // of a step's command
	want     []string                   // findings: rule, "!" for certain or "?", object, " -> " and the fix
}

// trackedFiles are files without content.
func trackedFiles(names ...string) map[string]string {
	files := map[string]string{}
	for _, n := range names {
		files[n] = ""
	}
	return files
}

func (s situation) plan() verifier.Plan {
	p := verifier.Plan{Repository: "app", Start: s.start}
	if p.Start == "" {
		p.Start = verifier.StartInside
	}
	for i, c := range s.steps {
		step := verifier.Step{ID: fmt.Sprintf("s%d", i+1), Document: "README.md", Line: 10 + i, Command: c, Follow: true, Flags: s.flags[c]}
		if strings.HasPrefix(c, "git clone") && strings.Contains(strings.ToLower(c), "x/app") {
			step.Flags = append(step.Flags, verifier.FlagSelfClone)
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}

func (s situation) tree() Tree {
	return Tree{Files: slices.Sorted(maps.Keys(s.files)), Branches: s.branches, Submodules: s.modules, Read: func(name string) ([]byte, error) {
		content, is := s.files[name]
		if !is {
			return nil, errors.New("no such file")
		}
		return []byte(content), nil
	}}
}

func inShort(found []verifier.Finding) []string {
	var all []string
	for _, f := range found {
		mark := "?"
		if f.Certain {
			mark = "!"
		}
		fix := "none"
		if len(f.Fixes) > 0 {
			fix = f.Fixes[0].Replace + strings.Join(f.Fixes[0].Commands, "; ")
			if f.Fixes[0].Kind == verifier.FixBefore {
				fix = "first " + fix
			}
		}
		all = append(all, f.Rule+mark+" "+f.Object+" -> "+fix)
	}
	return all
}

func try(t *testing.T, cases map[string]situation) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, inShort(Check(c.plan(), c.tree()))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckIsNeverNil(t *testing.T) {
	if got := Check(verifier.Plan{}, Tree{}); got == nil {
		t.Error("no findings is nil, which JSON shows as null")
	}
}

func TestOnlyFollowedStepsAreChecked(t *testing.T) {
	s := situation{files: trackedFiles("README.md"), steps: []string{"bash setup.sh"}}
	p := s.plan()
	p.Steps[0].Follow = false
	if got := Check(p, s.tree()); len(got) != 0 {
		t.Errorf("found %v in a step that nobody types", inShort(got))
	}
}

func TestFindingIsComplete(t *testing.T) {
	s := situation{files: trackedFiles("requirements.txt"), steps: []string{"sudo pip install -r requirement.txt"}}
	got := Check(s.plan(), s.tree())
	if len(got) != 1 {
		t.Fatalf("found %v", inShort(got))
	}
	f := got[0]
	if f.ID != "p1" || f.Step != "s1" || f.Title == "" || f.Category != verifier.MissingFile || f.Blame != verifier.BlameDocs ||
		f.Evidence != "sudo pip install -r requirement.txt" || f.Cause == "" || f.Plain == "" || len(f.Fingerprint) != 16 {
		t.Errorf("not complete: %+v", f)
	}
	if fix := f.Fixes[0]; fix.Kind != verifier.FixReplace || fix.Replace != "sudo pip install -r requirements.txt" || fix.Grade != verifier.Suggested {
		t.Errorf("fix: %+v", fix)
	}
}

// TestAnEmptyTreeProvesNothingOfContents: where every file is empty or cannot
// be read, nothing is said about what is in them.
func TestAnEmptyTreeProvesNothingOfContents(t *testing.T) {
	s := situation{files: trackedFiles("Makefile", "package.json", "composer.json", "docker-compose.yml", "pyproject.toml", "justfile", "Taskfile.yml", "tox.ini", "environment.yml", "go.mod"),
		steps: []string{"make nothing", "npm run nothing", "composer run nothing", "docker compose up nothing", "just nothing", "task nothing", "tox -e nothing",
			"conda env create -f environment.yml", "conda activate nothing", "pip install appp", "nvm install 4"}}
	if got := inShort(Check(s.plan(), s.tree())); got != nil {
		t.Errorf("found %v", got)
	}
	tree := s.tree()
	tree.Read = nil
	if got := inShort(Check(s.plan(), tree)); got != nil {
		t.Errorf("without contents: found %v", got)
	}
}

// BenchmarkCheck: fifty steps, half of which have something against them, and
// two thousand files.
func BenchmarkCheck(b *testing.B) {
	files := map[string]string{"Makefile": "all: build\n\techo\nbuild:\n\techo\n", "package.json": `{"scripts": {"dev": "x"}}`, "requirements.txt": ""}
	for i := range 2000 {
		files[fmt.Sprintf("src/part%d/module%d/file%d.py", i%40, i%200, i)] = ""
	}
	s := situation{files: files}
	for i := range 50 {
		s.steps = append(s.steps, []string{"pip install -r requirement.txt", "cd src", "cd ..", "make al", "npm run dve", "python src/part1/module1/fiel1.py", "cp .env.example .env"}[i%7])
	}
	plan, tree := s.plan(), s.tree()
	for b.Loop() {
		Check(plan, tree)
	}
}

// Ten thousand changes of folder must not cost their cube.
func TestManyFoldersEndSoon(t *testing.T) {
	plan := verifier.Plan{Start: verifier.StartInside}
	for i := range 10_000 {
		plan.Steps = append(plan.Steps, verifier.Step{ID: fmt.Sprintf("s%d", i), Document: "README.md", Line: i + 1, EndLine: i + 1, Command: fmt.Sprintf("cd a%d && make", i), Follow: true})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		Check(plan, Tree{Files: []string{"Makefile"}})
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("takes more than a minute")
	}
}
