package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/plan"
)

// aPlan holds one of everything that a plan can tell a person.
func aPlan() *madePlan {
	const readme, install = "README.md", "docs/install.md"
	step := func(id, document string, line int, role verifier.Role, command, reason string) verifier.Step {
		return verifier.Step{ID: id, Document: document, Line: line, EndLine: line + strings.Count(command, "\n"), Section: "Install", Command: command, Role: role, Follow: true, Reason: reason, Platform: verifier.PlatformAny}
	}
	left := func(s verifier.Step) verifier.Step {
		s.Follow = false
		return s
	}
	needy := step("s4", readme, 30, verifier.RoleConfigure, "./configure --key <api-key> --port <port>", "needs a value for <api-key>, <port>")
	needy.Needs = []string{"<api-key>", "<port>"}
	return &madePlan{target: "debian-12", lines: map[string]int{readme: 90, install: 20}, overrules: overrules{}, Plan: verifier.Plan{
		Schema: verifier.PlanSchema, Repository: "app", Documents: []string{readme, install}, Start: verifier.StartHome,
		Steps: []verifier.Step{
			step("s1", readme, 8, verifier.RoleClone, "git clone https://git.example.org/civic/app.git", ""),
			step("s2", install, 4, verifier.RolePrerequisite, "sudo apt-get install -y --no-install-recommends libpq-dev python3-venv python3-dev", ""),
			left(step("s3", install, 9, verifier.RolePrerequisite, "brew install postgresql", "for macOS")),
			needy,
			step("s5", readme, 34, verifier.RoleBuild, "cat > local.mk <<EOF\nCC = gcc\nEOF", ""),
			left(step("s6", readme, 40, verifier.RoleUsage, "app list", "an example of use beyond the first run")),
			left(step("s7", readme, 44, verifier.RoleUsage, "app show", "an example of use beyond the first run")),
			left(step("s8", readme, 50, verifier.RoleTest, "make check", "runs the project's tests; the document does not make that a step of the install")),
		},
		Prose: []verifier.Prose{
			{Document: readme, Line: 12, Section: "Install", What: "Create a file .env with these lines:", Kind: verifier.ProseFile, Path: ".env", Content: "A=1\nB=2\nC=3\nD=4\n", Before: "s4", Do: true},
			{Document: readme, Line: 28, Section: "Install", What: "Copy settings.example.py to settings.py.", Kind: verifier.ProseCopy, Path: "settings.py", From: "settings.example.py", Before: "s4", Do: true},
			{Document: readme, Line: 42, What: "You need a database that is running.", Kind: verifier.ProseService},
			{Document: readme, Line: 60, What: "Ask for an account with the weather service.", Kind: verifier.ProseAccount},
			{Document: install, Line: 2, What: "Install PostgreSQL 14.", Kind: verifier.ProseInstall, Before: "s2"},
		},
		Findings: []verifier.Finding{
			{ID: "p1", Step: "s2", Rule: "B09", Title: "older version than the project asks for", Object: "python 3.8", Plain: "The instructions install an older one.", Fixes: []verifier.Fix{}},
			{ID: "p2", Step: "s4", Rule: "B01", Title: "file that the repository does not have", Object: "configure", Plain: "The instructions use a file that is not there.", Certain: true,
				Fixes: []verifier.Fix{{Kind: verifier.FixReplace, Replace: "./configure.sh --key <api-key> --port <port>", Why: "configure.sh is in the repository", Grade: verifier.Suggested}}},
			{ID: "p3", Step: "s5", Rule: "B11", Title: "environment that was not made", Object: "venv", Cause: "No step makes venv.",
				Fixes: []verifier.Fix{{Kind: verifier.FixBefore, Commands: []string{"python3 -m venv venv"}, Grade: verifier.Suggested}}},
		},
	}}
}

func TestPlanView(t *testing.T) {
	for name, test := range map[string]struct {
		on  paper
		all bool
	}{
		"in-a-file":            {},
		"all-in-a-file":        {all: true},
		"on-a-narrow-terminal": {on: paper{width: 48}},
		"without-unicode":      {on: paper{width: 80, ascii: true}},
	} {
		t.Run(name, func(t *testing.T) {
			got := planView(aPlan(), test.on, test.all)
			golden(t, filepath.Join("testdata", "plan", name+".txt"), got)
			if strings.Contains(got, "\x1b") {
				t.Error("an escape sequence, without colour")
			}
			for line := range strings.Lines(got) {
				if w := lipgloss.Width(strings.TrimRight(line, "\n")); test.on.width > 0 && w > test.on.width && !strings.HasPrefix(line, "freshinstall: ") {
					t.Errorf("%d columns of %d: %s", w, test.on.width, line)
				}
			}
			if test.on.ascii && strings.ContainsFunc(got, func(r rune) bool { return r > 0x7e }) {
				t.Error("more than ASCII")
			}
		})
	}
	if coloured := planView(aPlan(), paper{width: 80, color: true}, false); !strings.Contains(coloured, "\x1b[") {
		t.Error("no colour where it was asked for")
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// Every text of a plan comes from somebody else's repository.
func TestPlanViewShowsForeignTextHarmlessly(t *testing.T) {
	const evil = "x\x1b]0;owned\ay\x1b[2Jz\u202e"
	made := aPlan()
	p := &made.Plan
	p.Repository, p.Documents = evil, []string{evil}
	for i := range p.Steps {
		s := &p.Steps[i]
		s.Document, s.Command, s.Reason, s.Section, s.Role, s.Platform = evil, evil, evil, evil, evil, evil
		s.Needs, s.Flags, s.Alternative = []string{evil}, []verifier.Flag{evil}, &verifier.Alternative{Group: evil, Option: evil}
	}
	for i := range p.Prose {
		a := &p.Prose[i]
		a.Document, a.What, a.Path, a.From, a.Content, a.Section = evil, evil, evil, evil, evil, evil
	}
	for i := range p.Findings {
		f := &p.Findings[i]
		f.Rule, f.Title, f.Object, f.Plain, f.Cause, f.Evidence = evil, evil, evil, evil, evil, evil
		f.Fixes = []verifier.Fix{{Kind: verifier.FixReplace, Replace: evil, Commands: []string{evil}, Why: evil}}
	}
	made.lines[evil] = 90
	made.overrules = overrules{file: evil, name: evil, declared: []envs.Correction{{Line: 8, Why: evil}}}
	texts := []string{planView(made, paper{}, true), planView(made, paper{width: 40}, false), strings.Join(foundEarly(*p), "\n")}
	for _, line := range []int{8, 12, 20, 30, 44} {
		w := &whyView{page: newPage(paper{}), made: made}
		w.tell(evil, line)
		texts = append(texts, w.out.String())
	}
	for _, text := range texts {
		if strings.ContainsAny(text, "\x1b\a\u202e") {
			t.Errorf("not harmless: %q", text)
		}
	}
}

func TestWhyTellsOfWordsWithoutACommand(t *testing.T) {
	for name, line := range map[string]int{"why-words-that-are-followed": 12, "why-words-for-a-person": 42, "why-a-need-and-a-finding": 30} {
		t.Run(name, func(t *testing.T) {
			w := &whyView{page: newPage(paper{}), made: aPlan()}
			w.tell("README.md", line)
			golden(t, filepath.Join("testdata", "plan", name+".txt"), w.out.String())
		})
	}
}

// What --why tells an author to write into a document has the reader leave
// the block, in every markup.
func TestSkipMarkIsReadInEveryMarkup(t *testing.T) {
	for name, text := range map[string]string{
		"README.md":       "# A\n\n## Install\n\nMARK\n\nType:\n\n```\nmake\n```\n",
		"code.markdown":   "# A\n\n## Install\n\nMARK\n\nType:\n\n    make\n",
		"README.mdx":      "# A\n\n## Install\n\nMARK\n\nType:\n\n```sh\nmake\n```\n",
		"README.rst":      "A\n=\n\nInstall\n-------\n\nMARK\n\nType::\n\n  make\n",
		"README.adoc":     "= A\n\n== Install\n\nMARK\n\nType:\n\n----\nmake\n----\n",
		"README.org":      "* A\n\n** Install\n\nMARK\n\nType:\n\n#+begin_src sh\nmake\n#+end_src\n",
		"INSTALL":         "A\n=\n\nInstall\n-------\n\nMARK\n\nType:\n\n    make\n",
		"docs/README.txt": "A\n=\n\nInstall\n-------\n\nMARK\n\nType:\n\n    make\n",
	} {
		t.Run(name, func(t *testing.T) {
			mark, possible := skipMark(name)
			if !possible {
				t.Fatal("no mark")
			}
			for _, line := range []string{"", mark} {
				made, err := plan.Build(plan.Input{Repository: "a", Files: []string{"Makefile"}, Documents: []plan.Document{
					{Path: name, Source: []byte(strings.Replace(text, "MARK", line, 1)), Declared: true},
				}})
				if err != nil {
					t.Fatal(err)
				}
				if len(made.Steps) != 1 || made.Steps[0].Follow != (line == "") {
					t.Errorf("with %q: %+v", line, made.Steps)
				}
			}
		})
	}
}

func TestCorrectionThatWhyPrintsNamesOneStepOnly(t *testing.T) {
	long := "make " + strings.Repeat("x", longestMatch)
	steps := []verifier.Step{
		{ID: "s1", Document: "a.md", Line: 3, EndLine: 3, Command: "make"},
		{ID: "s2", Document: "b.md", Line: 3, EndLine: 4, Command: "make \\\n  install"},
		{ID: "s3", Document: "b.md", Line: 9, EndLine: 9, Command: long},
		{ID: "s4", Document: "b.md", Line: 12, EndLine: 12, Command: "echo 'a: b' # \u202e c"},
		{ID: "s5", Document: "b.md", Line: 13, EndLine: 13, Command: "true"},
		{ID: "s6", Document: "b.md", Line: 14, EndLine: 14, Command: "- x: 'y' | \"z\" # &amp"},
	}
	made := &madePlan{Plan: verifier.Plan{Steps: steps}}
	for _, s := range steps {
		t.Run(s.ID, func(t *testing.T) {
			file, err := envs.Parse("freshinstall.yaml", []byte(made.correction(s)))
			if err != nil {
				t.Fatal(err)
			}
			if len(file.Steps) != 1 || !file.Steps[0].Follow || !made.only(s, file.Steps[0]) {
				t.Errorf("%s", made.correction(s))
			}
		})
	}
}

// What --why prints for freshinstall.yaml has the plan decide the other way
// about that step, and about no other.
func TestCorrectionThatWhyPrintsOverrulesThePlan(t *testing.T) {
	const text = "# A\n\n## Install\n\n```sh\nmake\nmake install \\\n  PREFIX=~/a\ncat > a.mk <<EOF\nCC = \"gcc\"   # …\nEOF\nmake\nbrew install a\n```\n\n" +
		"On macOS:\n\n```sh\nbrew install 'b: c' && echo \"- #x\" …\n```\n"
	in := plan.Input{Repository: "a", Files: []string{"Makefile"}, Documents: []plan.Document{{Path: "README.md", Source: []byte(text), Declared: true}}}
	before, err := plan.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	made := &madePlan{Plan: before}
	for _, s := range before.Steps {
		t.Run(s.Command, func(t *testing.T) {
			file, err := envs.Parse("freshinstall.yaml", []byte(made.correction(s)))
			if err != nil {
				t.Fatal(err)
			}
			in := in
			in.Corrections = []plan.Correction{planCorrection(file.Steps[0])}
			after, err := plan.Build(in)
			if err != nil {
				t.Fatal(err)
			}
			for i, have := range after.Steps {
				if changed := have.Follow != before.Steps[i].Follow; changed != (have.ID == s.ID) {
					t.Errorf("%q changed: %v, by\n%s", have.Command, changed, made.correction(s))
				}
			}
		})
	}
	if len(before.Steps) < 5 {
		t.Errorf("only %d steps", len(before.Steps))
	}
}

// The README shows what the tool prints.
func TestReadmeShowsThisPlan(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "maps")
	for name, content := range map[string]string{"requirements.txt": "flask\n", "maps.py": "\n",
		"README.md": "# Maps\n\n## Install\n\nOn Debian:\n\n```sh\nsudo apt-get update\nsudo apt-get install -y python3-venv\n```\n\n" +
			"On macOS:\n\n```sh\nbrew install python\n```\n\nThen:\n\n```sh\npython3 -m venv env\n. env/bin/activate\npip install -r requirement.txt\n./maps.py --key <api-key>\n```\n"} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out, talk strings.Builder
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1"}
	if code := run(t.Context(), []string{"plan", folder}, env, streams{in: strings.NewReader(""), out: &out, err: &talk}); code != exitFindings {
		t.Fatalf("exit code %d: %s", code, talk.String())
	}
	if !strings.Contains(string(readme), "```text\n"+out.String()+"```\n") {
		t.Errorf("README.md shows something else than\n%s", out.String())
	}
}

func TestMisspelt(t *testing.T) {
	for name, test := range map[string]struct {
		part, text string
		want       int
	}{
		"as it is":      {"make all", "make all", 0},
		"a part":        {"all", "make all -j2", 0},
		"letters swap":  {"npm run dpeloy", "npm run deploy -- --force", 2},
		"one left out":  {"npm rn deploy", "npm run deploy", 1},
		"one too many":  {"npm runn deploy", "npm run deploy", 1},
		"nothing alike": {"abc", "xyz", 3},
		"no text":       {"abc", "", 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := misspelt(test.part, test.text); got != test.want {
				t.Errorf("%d, want %d", got, test.want)
			}
		})
	}
}

func TestFilesThatWordsAskForCountAsThere(t *testing.T) {
	var asked []verifier.Prose
	for _, name := range []string{".env", "./conf/app.ini", "README.md", "", ".", "/etc/app", "../x", "~/x"} {
		asked = append(asked, verifier.Prose{Path: name})
	}
	if diff := cmp.Diff([]string{"README.md", ".env", "conf/app.ini", "~/x"}, withAsked([]string{"README.md"}, asked)); diff != "" {
		t.Error(diff)
	}
}

func TestFindingsAreToldBeforeARun(t *testing.T) {
	p := aPlan().Plan
	want := []string{
		"finding       README.md:30 is wrong: file that the repository does not have: configure (B01)",
		"finding       docs/install.md:4 looks wrong: older version than the project asks for: python 3.8 (B09)",
		"finding       README.md:34 looks wrong: environment that was not made: venv (B11)",
	}
	if diff := cmp.Diff(want, foundEarly(p)); diff != "" {
		t.Error(diff)
	}
	for range 3 {
		p.Findings = append(p.Findings, p.Findings[0])
	}
	if got := foundEarly(p); len(got) != 6 || !strings.Contains(got[5], "and 1 more") {
		t.Errorf("%q", got)
	}
	if got := foundEarly(verifier.Plan{}); got != nil {
		t.Errorf("%q", got)
	}
}
