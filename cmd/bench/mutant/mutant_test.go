package mutant

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

const sampleArchive = `language: python
packages: make, python3-venv
index: yes

-- README.md --
# Sample

    sudo apt-get update
    sudo apt-get install -y --no-install-recommends gcc libfoo-dev

` + "```sh\ncd tools\n```\n\n```sh\n$ ./run.sh --fast data/a.csv\npython3 -m venv env\n. env/bin/activate\npip install -r requirements.txt\nmake check\n```\n" + `
-- tools/run.sh --
#!/bin/sh
-- tools/data/a.csv --
1
-- tools/requirements.txt --
framelet
`

// planned finds commands in the sample's document as a plan would.
func planned(t *testing.T, p Project) Plan {
	t.Helper()
	source := p.Files["README.md"]
	plan := verifier.Plan{Start: verifier.StartInside}
	for _, c := range []struct {
		command string
		role    verifier.Role
	}{
		{"sudo apt-get update", verifier.RolePrerequisite},
		{"sudo apt-get install -y --no-install-recommends gcc libfoo-dev", verifier.RolePrerequisite},
		{"cd tools", verifier.RoleInstall},
		{"./run.sh --fast data/a.csv", verifier.RoleRun},
		{"python3 -m venv env", verifier.RoleInstall},
		{". env/bin/activate", verifier.RoleInstall},
		{"pip install -r requirements.txt", verifier.RoleInstall},
		{"make check", verifier.RoleTest},
	} {
		at := strings.Index(source, c.command)
		if at < 0 {
			t.Fatalf("the sample does not show %q", c.command)
		}
		line := 1 + strings.Count(source[:at], "\n")
		plan.Steps = append(plan.Steps, verifier.Step{Document: "README.md", Line: line, EndLine: line, Command: c.command, Role: c.role,
			Follow: true, Span: verifier.Span{Start: at, End: at + len(c.command)}})
	}
	return NewPlan(p, plan)
}

func sample(t *testing.T) Plan {
	t.Helper()
	p, err := Read("sample", []byte(sampleArchive))
	if err != nil {
		t.Fatal(err)
	}
	return planned(t, p)
}

func TestRead(t *testing.T) {
	p := sample(t).Project
	if p.Language != "python" || !p.Index || cmp.Diff([]string{"make", "python3-venv"}, p.Packages) != "" || !p.Executable("tools/run.sh") || p.Document() != "README.md" {
		t.Errorf("%+v", p)
	}
	for name, text := range map[string]string{
		"no language": "-- README.md --\n", "no files": "language: c\n", "a key that is not known": "language: c\nlicence: MIT\n-- README.md --\n",
	} {
		if _, err := Read("sample", []byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// What each mutator does to the sample, as what is typed otherwise.
func TestMutators(t *testing.T) {
	p := sample(t)
	for _, m := range Mutators() {
		t.Run(m.Name, func(t *testing.T) {
			sites := m.sites(p, rand.New(rand.NewPCG(1, 2)))
			if len(sites) == 0 {
				t.Fatal("finds nothing in the sample")
			}
			for _, site := range sites {
				damaged(t, p, site)
			}
		})
	}
}

// damaged holds what is true of every mutant: it differs from the original, its
// commands stand where it says, and everything else is as it was.
func damaged(t *testing.T, p Plan, m Mutant) {
	t.Helper()
	if m.NotExecutable != "" {
		if !p.Project.Executable(m.NotExecutable) || m.Text != p.source {
			t.Errorf("%s: %+v", m.Key(), m)
		}
		return
	}
	if m.Text == p.source || cmp.Equal(texts(p.Commands()), texts(m.Commands)) {
		t.Errorf("%s: nothing is damaged", m.Key())
	}
	lines := strings.Split(m.Text, "\n")
	for _, c := range m.Commands {
		if !strings.HasSuffix(lines[c.Line-1], c.Text) {
			t.Errorf("%s: line %d is %q, not %q", m.Key(), c.Line, lines[c.Line-1], c.Text)
		}
	}
	changed := 0
	for _, line := range lines {
		if !strings.Contains(p.source, line) {
			changed++
		}
	}
	if changed > 1 {
		t.Errorf("%s: %d lines are new", m.Key(), changed)
	}
}

func texts(all []Command) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.Text)
	}
	return out
}

func TestDroppedStepsLeaveNoEmptyBox(t *testing.T) {
	p := sample(t)
	all := dropCd(p, nil)
	if len(all) != 1 || strings.Contains(all[0].Text, "cd tools") || strings.Count(all[0].Text, "```") != 2 {
		t.Fatalf("%+v", all)
	}
	if got := all[0].Commands[2]; got.Text != "./run.sh --fast data/a.csv" || got.Line != 8 {
		t.Errorf("after it comes %+v", got)
	}
}

func TestSwappedStepsKeepTheirLines(t *testing.T) {
	p := sample(t)
	all := swapSteps(p, nil)
	want := []Command{{12, ". env/bin/activate"}, {13, "python3 -m venv env"}}
	for _, m := range all {
		if m.What == "`. env/bin/activate` before `python3 -m venv env`" {
			if diff := cmp.Diff(want, m.Commands[4:6]); diff != "" || m.Line != 12 {
				t.Errorf("line %d (-want +got):\n%s", m.Line, diff)
			}
			return
		}
	}
	t.Error("not among them")
}

func TestTheSameSeedDrawsTheSame(t *testing.T) {
	plans := []Plan{sample(t)}
	keys := func(seed uint64) (out []string) {
		for _, m := range All(plans, seed) {
			out = append(out, m.Key())
		}
		return out
	}
	first := keys(1)
	if diff := cmp.Diff(first, keys(1)); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	if cmp.Equal(first, keys(2)) {
		t.Error("another seed draws the same")
	}
	kinds := map[string]bool{}
	for _, key := range first[:len(Mutators())] {
		kinds[strings.Split(key, "/")[1]] = true
	}
	if len(kinds) != len(Mutators()) {
		t.Errorf("the first %d are of %d kinds", len(Mutators()), len(kinds))
	}
}

func TestTyposAreNotTheWord(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{"aa", "x", "install", "libfoo-dev", "prefix"} {
		for range 200 {
			if wrong := typo(name, r); wrong == name || wrong == "" || wrong[0] != name[0] {
				t.Fatalf("%q became %q", name, wrong)
			}
		}
	}
}

func TestWords(t *testing.T) {
	for command, want := range map[string][]string{
		"sudo apt-get install -y a":   {"sudo", "*apt-get", "install", "-y", "a"},
		"CHAIR=Noor envsubst < x.txt": {"CHAIR=Noor", "*envsubst", "x.txt"},
		`export PATH="$HOME/b:$PATH"`: {"*export", `PATH="$HOME/b:$PATH"`},
		"a 'b c' && d | e":            {"*a", "'b c'", "*d", "*e"},
		"one \\\n  two":               {"*one", "two"},
	} {
		var got []string
		for _, w := range words(command) {
			text := w.text
			if w.first && text == "sudo" {
				t.Error("sudo is no program")
			}
			if w.first {
				text = "*" + text
			}
			if command[w.start:w.end] != w.text {
				t.Errorf("%q: %q is at another place", command, w.text)
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", command, diff)
		}
	}
}

func TestLay(t *testing.T) {
	p := sample(t)
	m := notExecutable(p, nil)[0]
	for name, c := range map[string]struct {
		mutant *Mutant
		mode   os.FileMode
	}{"undamaged": {nil, 0o755}, "damaged": {&m, 0o644}} {
		folder := filepath.Join(t.TempDir(), "sample")
		if err := p.Project.Lay(folder, c.mutant); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(folder, "tools", "run.sh"))
		if err != nil || info.Mode().Perm()&0o111 != c.mode&0o111 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}
