package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// withProse lets the documents of a job ask for things before its steps.
func withProse(j pipeline.Job, prose ...verifier.Prose) pipeline.Job {
	inner := j.Plan
	j.Plan = func(e verifier.Environment) (verifier.Plan, error) {
		p, err := inner(e)
		for i := range prose {
			if prose[i].Document == "" {
				prose[i].Document, prose[i].Line, prose[i].Do = "README.md", 40, true
			}
		}
		p.Prose = prose
		return p, err
	}
	return j
}

func deviations(r verifier.StepResult) []string {
	out := []string{}
	for _, d := range r.Deviations {
		out = append(out, d.What)
	}
	return out
}

func TestProseIsDone(t *testing.T) {
	env := verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "A=1\nB='two words' $(id)\n", Before: "s1", What: "Create .env"}
	wrote := "the text asks for it: wrote .env with the 2 lines that README.md:40 shows"
	for _, c := range []struct {
		name     string
		files    map[string]envtest.File
		prose    verifier.Prose
		commands []string
		outcome  verifier.Outcome // of the last step
		want     []string         // deviations of the last step
	}{
		{name: "a file that the step needs", prose: env,
			commands: []string{`test "$(cat .env)" = "A=1
B='two words' \$(id)"`}, outcome: verifier.OutcomeOKWithDeviation, want: []string{wrote}},
		{name: "an existing file is kept", files: map[string]envtest.File{".env": {Text: "mine\n"}}, prose: env,
			commands: []string{`test "$(cat .env)" = mine`}, outcome: verifier.OutcomeOK, want: []string{}},
		{name: "a copy", files: map[string]envtest.File{".env.example": {Text: "A=2\n"}},
			prose:    verifier.Prose{Kind: verifier.ProseCopy, From: ".env.example", Path: ".env", Before: "s1"},
			commands: []string{`test "$(cat .env)" = A=2`}, outcome: verifier.OutcomeOKWithDeviation,
			want: []string{"the text asks for it: copied .env.example to .env, as README.md:40 says"}},
		{name: "a copy of what is not there", prose: verifier.Prose{Kind: verifier.ProseCopy, From: ".env.example", Path: ".env", Before: "s1"},
			commands: []string{"true"}, outcome: verifier.OutcomeOKWithDeviation,
			want: []string{"README.md:40 asks to copy .env.example to .env, and there is no .env.example"}},
		{name: "a file in a folder that is not there", prose: verifier.Prose{Kind: verifier.ProseFile, Path: "conf/site/a.toml", Content: "x = 1\n", Before: "s1"},
			commands: []string{`test "$(cat conf/site/a.toml)" = "x = 1"`}, outcome: verifier.OutcomeOKWithDeviation,
			want: []string{"the text asks for it: wrote conf/site/a.toml with the line that README.md:40 shows"}},
		{name: "in the folder where the reader stands", files: map[string]envtest.File{"web/a": {}},
			prose:    verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "A=1\nB=2\n", Before: "s2"},
			commands: []string{"cd web", "test -f .env"}, outcome: verifier.OutcomeOKWithDeviation, want: []string{wrote}},
		{name: "at the root where the text says so", files: map[string]envtest.File{"web/a": {}},
			prose:    verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "A=1\nB=2\n", Before: "s2", What: "Create .env in the root of the project"},
			commands: []string{"cd web", "test -f ../.env && ! test -f .env"}, outcome: verifier.OutcomeOKWithDeviation, want: []string{wrote}},
		{name: "after the reader has left the checkout", prose: verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "A=1\nB=2\n", Before: "s2"},
			commands: []string{"cd /tmp", `test -f "$HOME/shop/.env"`}, outcome: verifier.OutcomeOKWithDeviation, want: []string{wrote}},
		{name: "a path above the checkout is refused", prose: verifier.Prose{Kind: verifier.ProseFile, Path: "../evil", Content: "x\n", Before: "s1"},
			commands: []string{`! test -e "$HOME/evil"`}, outcome: verifier.OutcomeOKWithDeviation,
			want: []string{"README.md:40 asks for a file outside of the checkout, which was not made"}},
		{name: "a path with a command in it is refused", prose: verifier.Prose{Kind: verifier.ProseFile, Path: "a$(touch evil)", Content: "x\n", Before: "s1"},
			commands: []string{"! test -e evil"}, outcome: verifier.OutcomeOKWithDeviation,
			want: []string{"README.md:40 asks for a file outside of the checkout, which was not made"}},
		{name: "a link out of the checkout is not followed", prose: verifier.Prose{Kind: verifier.ProseFile, Path: "conf/evil", Content: "x\n", Before: "s2"},
			commands: []string{"ln -s /tmp conf", "! test -e /tmp/evil"}, outcome: verifier.OutcomeOKWithDeviation,
			want: []string{"README.md:40 asks for conf/evil, which leads out of the checkout; it was not made"}},
		{name: "a shell that ends at the first failure", prose: verifier.Prose{Kind: verifier.ProseCopy, From: "none.example", Path: "none", Before: "s2"},
			commands: []string{"set -e", "true"}, outcome: verifier.OutcomeOKWithDeviation,
			want: []string{"README.md:40 asks to copy none.example to none, and there is no none.example"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			script := shop()
			for name, f := range c.files {
				script.Repository.Files[name] = f
			}
			tg, _ := target(t, "debian-12", script, shopIndex)
			var steps []verifier.Step
			for _, command := range c.commands {
				steps = append(steps, step(command, verifier.RoleBuild))
			}
			r := verify(t, withProse(job(t, []pipeline.Target{tg}, steps...), c.prose))
			last := r.Environments[0].Steps[len(steps)-1]
			if last.Outcome != c.outcome {
				t.Errorf("outcome %s (exit %d, %q), want %s", last.Outcome, last.Exit, last.Output.Head, c.outcome)
			}
			if diff := cmp.Diff(c.want, deviations(last)); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(last.Output.Head, "freshinstall-prose") {
				t.Errorf("the step's output holds ours: %q", last.Output.Head)
			}
		})
	}
}

func TestProseIsDoneInForksAndReplay(t *testing.T) {
	tg, _ := target(t, "debian-12", shop(), shopIndex)
	j := job(t, []pipeline.Target{tg}, step("true", verifier.RoleInstall), step("test -f .env && gcc main.c -o shop", verifier.RoleBuild))
	j = withProse(j, verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "A=1\n", Before: "s2"})
	e := verify(t, j).Environments[0]
	if e.Verdict != verifier.WorksWithFixes || e.Replay == nil || !e.Replay.Passed {
		t.Errorf("verdict %s, replay %+v", e.Verdict, e.Replay)
	}
	want := []string{"the text asks for it: wrote .env with the line that README.md:40 shows"}
	if got := deviations(e.Steps[1]); len(got) == 0 || got[0] != want[0] {
		t.Errorf("deviations %q, want first %q", got, want)
	}
}

func TestProseWaitsForTheCheckout(t *testing.T) {
	script := shop()
	script.Start = verifier.StartHome
	script.Repository.URLs = []string{"https://forge.invalid/acme/shop"}
	tg, _ := target(t, "debian-12", script, shopIndex)
	j := job(t, []pipeline.Target{tg},
		step("git clone https://forge.invalid/acme/shop", verifier.RoleClone, verifier.FlagSelfClone),
		step("cd shop", verifier.RoleClone), step("test -f .env", verifier.RoleBuild))
	j = withProse(j, verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "A=1\n", Before: "s1"})
	e := verify(t, j).Environments[0]
	if e.Verdict != verifier.Works {
		t.Errorf("verdict %s, steps %q", e.Verdict, told(e))
	}
}

func TestProseIsOnlyDoneWhereTheTextSaysEnough(t *testing.T) {
	tg, _ := target(t, "debian-12", shop(), shopIndex)
	j := withProse(job(t, []pipeline.Target{tg}, step("! test -e .env", verifier.RoleBuild)),
		verifier.Prose{Document: "README.md", Line: 3, Kind: verifier.ProseEdit, Path: ".env", Before: "s1", What: "Edit .env"},
		verifier.Prose{Document: "README.md", Line: 4, Kind: verifier.ProseInstall, Before: "s1", What: "Install Node.js"})
	s := verify(t, j).Environments[0].Steps[0]
	if s.Outcome != verifier.OutcomeOK || len(s.Deviations) > 0 {
		t.Errorf("outcome %s, deviations %q", s.Outcome, deviations(s))
	}
}

func TestProseFillsDeclaredValuesAndHidesThem(t *testing.T) {
	tg, _ := target(t, "debian-12", shop(), shopIndex)
	j := job(t, []pipeline.Target{tg}, step(`grep() { case $(cat .env) in *"$1"*) ;; *) return 1 ;; esac; }; grep "it's s3cret"`, verifier.RoleBuild))
	j.Values = map[string]run.Value{"<token>": {Text: "it's s3cret", Secret: true}}
	j = withProse(j, verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "TOKEN=<token>\n", Before: "s1"})
	s := verify(t, j).Environments[0].Steps[0]
	if !s.Outcome.Passed() || strings.Contains(strings.Join(deviations(s), ""), "s3cret") {
		t.Errorf("outcome %s %q, deviations %q", s.Outcome, s.Output.Head, deviations(s))
	}
}
