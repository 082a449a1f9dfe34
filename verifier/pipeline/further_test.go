package pipeline_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// head passes on what it reads.
func head(c *envtest.Call) int {
	if _, err := io.Copy(c.Stdout, c.Stdin); err != nil {
		return c.Fail(1, "%v\n", err)
	}
	return 0
}

// tidy is a program with one option, which its help tells.
func tidy(c *envtest.Call) int {
	for _, a := range c.Args[1:] {
		switch a {
		case "--help":
			c.Printf("usage: tidy [--recursive] FILE...\n")
			return 0
		case "--recursive":
		default:
			if strings.HasPrefix(a, "-") {
				return c.Fail(2, "tidy: unrecognized option '%s'\n", a)
			}
		}
	}
	return 0
}

// wants is a program that needs a file of the current folder, and makes another.
func wants(needs, makes string) envtest.Program {
	return func(c *envtest.Call) int {
		if needs != "" && !c.System.Exists(c.Path(needs)) {
			return c.Fail(1, "%s: there is no %s yet\n", c.Args[0], needs)
		}
		if makes != "" {
			if err := c.System.WriteFile(c.Path(makes), envtest.File{}); err != nil {
				return c.Fail(1, "%v\n", err)
			}
		}
		return 0
	}
}

func TestWhatNoRuleMendsIsSearchedFor(t *testing.T) {
	programs := map[string]envtest.Program{"head": head, "tidy": tidy, "prepare": wants("", "ready"), "assemble": wants("ready", "done"),
		"serve": wants("done", ""), "show": wants("page", "")}
	repository := envtest.Repository{Name: "shop", Files: map[string]envtest.File{"main.c": {}, "web/page": {}}}
	for _, tt := range []struct {
		name  string
		steps []verifier.Step
		want  []string
	}{
		{"a slip in an option", []verifier.Step{step("tidy --recursve main.c", verifier.RoleBuild)},
			[]string{"tidy --recursve main.c failed then ok", "S22 --recursve proven: tidy --recursive main.c", "works-with-fixes"}},
		{"two steps the wrong way round", []verifier.Step{step("assemble", verifier.RoleBuild), step("prepare", verifier.RoleConfigure), step("serve", verifier.RoleRun)},
			[]string{"assemble failed then ok", "prepare not-run then ok", "serve ok", "unknown  proven: prepare", "works-with-fixes"}},
		{"a cd that stands too late", []verifier.Step{step("show", verifier.RoleBuild), step("cd web", verifier.RoleOther, verifier.FlagDirectory), step("show", verifier.RoleUsage)},
			[]string{"show failed then ok", "cd web not-run then ok", "show ok", "unknown  proven: cd web", "works-with-fixes"}},
		{"nothing helps", []verifier.Step{step("serve", verifier.RoleBuild), step("tidy main.c", verifier.RoleBuild)},
			[]string{"serve failed", "tidy main.c ok", "unknown ", "broken"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tg, th := target(t, "debian-12", envtest.Script{Programs: programs, Repository: repository, Start: verifier.StartInside}, nil)
			e := verify(t, job(t, []pipeline.Target{tg}, tt.steps...)).Environments[0]
			if diff := cmp.Diff(tt.want, told(e)); diff != "" {
				t.Error(diff)
			}
			if n := th.Open(); n != 0 {
				t.Errorf("%d machines left behind", n)
			}
		})
	}
}

func TestStepsInTheWrongOrderAreToldAsSuch(t *testing.T) {
	programs := map[string]envtest.Program{"prepare": wants("", "ready"), "assemble": wants("ready", "")}
	tg, _ := target(t, "debian-12", envtest.Script{Programs: programs, Repository: envtest.Repository{Name: "shop"}, Start: verifier.StartInside}, nil)
	e := verify(t, job(t, []pipeline.Target{tg}, step("assemble", verifier.RoleBuild), step("prepare", verifier.RoleConfigure))).Environments[0]
	f := e.Findings[0]
	if f.Category != verifier.OrderOfSteps || !strings.Contains(f.Plain, "wrong order") || !slices.Equal(f.Fixes[0].Moved, []string{"s2"}) || f.Fixes[0].Grade != verifier.Proven {
		t.Errorf("%+v", f)
	}
	if r := e.Steps[1]; !strings.Contains(r.Reason, "before s1") || e.Rung != verifier.RungInstalled || e.Replay.Steps != 1 {
		t.Errorf("%+v, rung %q, replay %+v", r, e.Rung, e.Replay)
	}
}

func TestTheTimeForASearchIsBounded(t *testing.T) {
	programs := map[string]envtest.Program{"assemble": wants("ready", "")}
	tg, _ := target(t, "debian-12", envtest.Script{Programs: programs}, nil)
	j := job(t, []pipeline.Target{tg}, step("assemble", verifier.RoleBuild), step("true", verifier.RoleRun))
	j.Limits.Search = time.Nanosecond
	e := verify(t, j).Environments[0]
	if diff := cmp.Diff([]string{"assemble failed", "true ok", "unknown ", "broken"}, told(e)); diff != "" {
		t.Error(diff)
	}
	if r := e.Steps[0]; !strings.Contains(r.CutShort, "1ns") || e.Incident != nil {
		t.Errorf("%+v, incident %+v", r, e.Incident)
	}
}

// newer gives a target whose distribution has a newer release of another script.
func newer(t *testing.T, old, new envtest.Script, oldIndex, newIndex shelf) (pipeline.Target, *theatre, *theatre) {
	t.Helper()
	tg, th := target(t, "debian-12", old, oldIndex)
	next, there := target(t, "debian-13", new, newIndex)
	tg.Newer = []pipeline.Target{next}
	return tg, th, there
}

func TestANewerReleaseIsAProvenDeclaration(t *testing.T) {
	compiler := func(version string) envtest.Program {
		return func(c *envtest.Call) int {
			if version < "1.23" {
				return c.Fail(1, "go: go.mod requires go >= 1.23 (running go %s; GOTOOLCHAIN=local)\n", version)
			}
			return 0
		}
	}
	old := envtest.Script{Programs: map[string]envtest.Program{"go": compiler("1.19"), "tidy": tidy}}
	new := envtest.Script{Programs: map[string]envtest.Program{"go": compiler("1.24"), "tidy": tidy}}
	tg, th, there := newer(t, old, new, nil, nil)
	e := verify(t, job(t, []pipeline.Target{tg}, step("tidy x", verifier.RoleConfigure), step("go build ./...", verifier.RoleBuild), step("go version", verifier.RoleUsage))).Environments[0]
	f := e.Findings[0]
	want := []string{"tidy x ok", "go build ./... failed then ok", "go version ok", f.Rule + " " + f.Object + " proven: ", "works-with-fixes"}
	if diff := cmp.Diff(want, told(e)); diff != "" {
		t.Error(diff)
	}
	if fix := f.Fixes[0]; fix.Kind != verifier.FixDeclare || fix.Release != "debian-13" || fix.Proof.ControlExit != 1 || fix.Proof.Replay != "passed" {
		t.Errorf("%+v", fix)
	}
	if th.fresh != 2 || there.fresh != 2 || th.Open()+there.Open() != 0 {
		t.Errorf("fresh machines %d and %d, left behind %d and %d", th.fresh, there.fresh, th.Open(), there.Open())
	}
}

func TestAPackageThatOnlyANewerReleaseHas(t *testing.T) {
	new := envtest.Script{Index: []envtest.Package{{Name: "frob", Programs: map[string]envtest.Program{"frob": ok}}}, Programs: map[string]envtest.Program{"head": head, "sort": head}}
	old := envtest.Script{Programs: new.Programs}
	tg, _, _ := newer(t, old, new, nil, shelf{"command frob": {{Name: "frob", Why: "the package index says so"}}, "package frob": {{Name: "frob"}}})
	e := verify(t, job(t, []pipeline.Target{tg}, step("frob x", verifier.RoleBuild))).Environments[0]
	want := []string{"frob x failed then ok", "S01 frob proven: sudo apt-get update && sudo apt-get install -y frob", "works-with-fixes"}
	if diff := cmp.Diff(want, told(e)); diff != "" {
		t.Error(diff)
	}
	if fix := e.Findings[0].Fixes[0]; fix.Release != "debian-13" {
		t.Errorf("%+v", fix)
	}
}

func TestANewerReleaseThatDoesNotHelpIsNotNamed(t *testing.T) {
	no := envtest.Script{Programs: map[string]envtest.Program{"go": envtest.Prints("go: go.mod requires go >= 1.99 (running go 1.24; GOTOOLCHAIN=local)\n", 1)}}
	tg, th, there := newer(t, no, no, nil, nil)
	e := verify(t, job(t, []pipeline.Target{tg}, step("go build ./...", verifier.RoleBuild))).Environments[0]
	if len(e.Findings) != 1 || len(e.Findings[0].Fixes) != 0 || e.Verdict != verifier.Broken || th.Open()+there.Open() != 0 {
		t.Errorf("%v", told(e))
	}
	tg, _, _ = newer(t, no, no, nil, nil)
	tg.Newer[0].Open = func(context.Context, func(string)) (pipeline.Stage, error) { return nil, unreachable{} }
	e = verify(t, job(t, []pipeline.Target{tg}, step("go build ./...", verifier.RoleBuild))).Environments[0]
	if e.Verdict != verifier.Broken || e.Incident != nil {
		t.Errorf("a release that cannot be had spoils the run: %v %+v", told(e), e.Incident)
	}
}

func TestAProgramThatNoReleaseHasIsNotLookedForByTypingEverything(t *testing.T) {
	programs := map[string]envtest.Program{"head": head, "sort": head}
	tg, _, there := newer(t, envtest.Script{Programs: programs}, envtest.Script{Programs: programs}, nil, nil)
	e := verify(t, job(t, []pipeline.Target{tg}, step("frob x", verifier.RoleBuild))).Environments[0]
	if e.Verdict != verifier.Broken || there.fresh != 0 {
		t.Errorf("%v, %d machines of the newer release", told(e), there.fresh)
	}
}

func TestAScriptThatIsNotThereIsNoProgramOfAnotherRelease(t *testing.T) {
	programs := map[string]envtest.Program{"head": head, "sort": head, "ksh": func(c *envtest.Call) int { return c.Fail(127, "ksh: %s: not found\n", c.Args[1]) }}
	tg, _, _ := newer(t, envtest.Script{Programs: programs}, envtest.Script{Programs: programs}, nil, nil)
	tg.Newer[0].Open = func(context.Context, func(string)) (pipeline.Stage, error) {
		t.Error("the newer release was made ready")
		return nil, unreachable{}
	}
	if e := verify(t, job(t, []pipeline.Target{tg}, step("ksh all-tests", verifier.RoleTest))).Environments[0]; e.Verdict != verifier.Broken || e.Findings[0].Category != verifier.MissingTool {
		t.Errorf("%v %+v", told(e), e.Findings)
	}
}

func TestWhatComesOfAnEarlierFailureIsNotSearchedFor(t *testing.T) {
	programs := map[string]envtest.Program{"head": head, "sort": head, "assemble": wants("ready", "app"), "prepare": wants("", "other")}
	tg, th := target(t, "debian-12", envtest.Script{Programs: programs}, nil)
	e := verify(t, job(t, []pipeline.Target{tg}, step("assemble", verifier.RoleBuild), step("./app", verifier.RoleRun), step("prepare", verifier.RoleBuild))).Environments[0]
	if diff := cmp.Diff([]string{"assemble failed", "./app blocked by s1", "prepare ok", "unknown ", "broken"}, told(e)); diff != "" {
		t.Error(diff)
	}
	if made := len(th.forks); made > 4 {
		t.Errorf("%d forks, want two control runs, the trial of the first step and that of the rule for the second", made)
	}
}

// unreachable is a base that cannot be had.
type unreachable struct{}

func (unreachable) Error() string { return "no registry answers" }
func (unreachable) Incident() verifier.Incident {
	return verifier.Incident{Blame: verifier.BlameWorld, What: "no registry answers"}
}

func TestTrialsAtOnceInTheWholeRun(t *testing.T) {
	var index []envtest.Package
	var answers []diagnose.Package
	for _, name := range []string{"frob-doc", "frob-data", "frob-tools"} {
		p := envtest.Package{Name: name}
		if name == "frob-tools" {
			p.Programs = map[string]envtest.Program{"frob": ok}
		}
		index, answers = append(index, p), append(answers, diagnose.Package{Name: name, Why: "w"})
	}
	for _, n := range []int{1, 4} {
		tg, th := target(t, "debian-12", envtest.Script{Index: index}, shelf{"command frob": answers})
		j := job(t, []pipeline.Target{tg}, step("frob", verifier.RoleBuild))
		j.AtOnce = n
		e := verify(t, j).Environments[0]
		want := []string{"frob failed then ok", "S01 frob proven: sudo apt-get update && sudo apt-get install -y frob-tools", "works-with-fixes"}
		if diff := cmp.Diff(want, told(e)); diff != "" || th.Open() != 0 {
			t.Errorf("%d at once, %d machines left: %s", n, th.Open(), diff)
		}
	}
}
