package preflight

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// TestCorpus looks at hand-labelled repositories, named by
// FRESHINSTALL_CORPUS: OWNER__NAME/{files.txt,docs,labels.json}. It lists what
// is found in the steps that people would follow, for somebody to judge.
func TestCorpus(t *testing.T) {
	root := os.Getenv("FRESHINSTALL_CORPUS")
	if root == "" {
		t.Skip("FRESHINSTALL_CORPUS names no folder of labelled repositories")
	}
	labelled, err := filepath.Glob(filepath.Join(root, "*", "labels.json"))
	if err != nil || len(labelled) == 0 {
		t.Fatalf("no labels.json under %s: %v", root, err)
	}
	total, certain := 0, 0
	for _, file := range labelled {
		dir := filepath.Dir(file)
		list, err := os.ReadFile(filepath.Join(dir, "files.txt"))
		if err != nil {
			t.Fatal(err)
		}
		tree := Tree{Files: strings.Fields(string(list)), Read: func(name string) ([]byte, error) {
			return os.ReadFile(filepath.Join(dir, "docs", filepath.FromSlash(name)))
		}}
		plan := labelledPlan(t, file)
		for _, f := range Check(plan, tree) {
			t.Logf("%s: %s", filepath.Base(dir), told(plan, f))
			total++
			if f.Certain {
				certain++
			}
		}
	}
	t.Logf("%d findings in %d repositories, %d of them certain", total, len(labelled), certain)
}

// told is a finding in a line.
func told(plan verifier.Plan, f verifier.Finding) string {
	at := ""
	for _, s := range plan.Steps {
		if s.ID == f.Step {
			at = fmt.Sprintf("%s:%d %s", s.Document, s.Line, oneLine(s.Command))
		}
	}
	fix := "no fix"
	for _, x := range f.Fixes {
		fix = x.Replace + strings.Join(x.Commands, "; ")
	}
	return fmt.Sprintf("%s certain=%v [%s] %s -> %s", f.Rule, f.Certain, at, f.Cause, fix)
}

// labelledPlan is the plan as people labelled it, in the order typed.
func labelledPlan(t *testing.T, file string) verifier.Plan {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var l struct {
		Repo, Doc string
		Commands  []struct {
			Doc, Cmd string
			Line     int
			Role     verifier.Role
			Follow   bool
			Platform verifier.Platform
			Flags    []verifier.Flag
		}
		Order []any `json:"follow_order"`
	}
	if err := json.Unmarshal(data, &l); err != nil {
		t.Fatal(err)
	}
	plan := verifier.Plan{Repository: path.Base(l.Repo), Documents: []string{l.Doc}}
	for _, o := range l.Order {
		doc, line := l.Doc, 0
		where := fmt.Sprint(o)
		if i := strings.LastIndexByte(where, ':'); i > 0 {
			doc, where = where[:i], where[i+1:]
		}
		fmt.Sscan(where, &line)
		for _, c := range l.Commands {
			if c.Follow && c.Line == line && strings.EqualFold(c.Doc, doc) {
				plan.Steps = append(plan.Steps, verifier.Step{ID: fmt.Sprintf("s%d", len(plan.Steps)+1), Document: c.Doc, Line: c.Line, Command: c.Cmd,
					Role: c.Role, Follow: true, Platform: c.Platform, Flags: c.Flags})
			}
		}
	}
	plan.Start = startOf(plan)
	return plan
}

// startOf is where a newcomer must stand for the steps to make sense.
func startOf(plan verifier.Plan) verifier.Start {
	start := verifier.StartInside
	for _, s := range plan.Steps {
		switch {
		case s.Has(verifier.FlagSelfClone) && strings.Contains(s.Command, "clone"):
			return verifier.StartHome
		case strings.HasPrefix(s.Command, "cd ") && strings.EqualFold(path.Base(strings.TrimPrefix(s.Command, "cd ")), plan.Repository),
			s.Has(verifier.FlagDirectory) && s.Has(verifier.FlagPlaceholder):
			start = verifier.StartBeside
		}
	}
	return start
}

// TestReplayed looks at repositories whose steps people typed into a machine:
// FRESHINSTALL_REPLAYED/OWNER__NAME/truth.json says how each step ended, and
// FRESHINSTALL_CLONES/OWNER__NAME is the checkout. What passed has nothing
// certain against it.
func TestReplayed(t *testing.T) {
	root, clones := os.Getenv("FRESHINSTALL_REPLAYED"), os.Getenv("FRESHINSTALL_CLONES")
	if root == "" || clones == "" {
		t.Skip("FRESHINSTALL_REPLAYED and FRESHINSTALL_CLONES name no folders of repositories whose steps were typed")
	}
	truths, err := filepath.Glob(filepath.Join(root, "*", "truth.json"))
	if err != nil || len(truths) == 0 {
		t.Fatalf("no truth.json under %s: %v", root, err)
	}
	total, seen := 0, 0
	for _, file := range truths {
		name := filepath.Base(filepath.Dir(file))
		tree, ok := clonedTree(t, filepath.Join(clones, name))
		if !ok {
			t.Logf("%s: no checkout", name)
			continue
		}
		seen++
		plan, ended := typedPlan(t, file)
		for _, f := range Check(plan, tree) {
			total++
			t.Logf("%s: %s", name, told(plan, f))
			if f.Certain && ended[f.Step] == 0 {
				t.Errorf("%s: the step passed when it was typed", name)
			}
		}
	}
	t.Logf("%d findings in %d repositories", total, seen)
}

// clonedTree is a checkout's tree, without git's own folder.
func clonedTree(t *testing.T, dir string) (Tree, bool) {
	t.Helper()
	tree := Tree{Read: func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))) }}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case !d.IsDir():
			rel, err := filepath.Rel(dir, p)
			tree.Files = append(tree.Files, filepath.ToSlash(rel))
			return err
		}
		return nil
	})
	if os.IsNotExist(err) {
		return tree, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return tree, true
}

// typedPlan is the plan of the steps that were typed, and how each ended.
func typedPlan(t *testing.T, file string) (verifier.Plan, map[string]int) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var l struct {
		Repo  string
		Steps []struct {
			Doc, Cmd   string
			Line, Exit int
		}
	}
	if err := json.Unmarshal(data, &l); err != nil {
		t.Fatal(err)
	}
	plan := verifier.Plan{Repository: path.Base(l.Repo)}
	ended := map[string]int{}
	for i, s := range l.Steps {
		id := fmt.Sprintf("s%d", i+1)
		ended[id] = s.Exit
		plan.Steps = append(plan.Steps, verifier.Step{ID: id, Document: s.Doc, Line: s.Line, Command: s.Cmd, Follow: true})
	}
	plan.Start = startOf(plan)
	return plan, ended
}
