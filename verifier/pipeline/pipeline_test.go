package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
	"github.com/freshinstall/freshinstall/verifier/patch"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// theatre is a stage of fake machines with a package index of its own.
type theatre struct {
	*envtest.Stage
	index   shelf
	fresh   int
	kept    []string   // snapshots
	saved   []int      // clean machines made by then, at each time that downloads were saved
	unsaved error      // when they are
	mu      sync.Mutex // of forks, which trials make at the same time
	forks   []string   // "cold" or "warm"
	full    bool       // nothing can be kept
	onFresh func(n int, m *envtest.Machine)
}

func (t *theatre) Fresh(ctx context.Context, more ...verifier.Service) (run.Machine, error) {
	m, err := t.Stage.Fresh(ctx)
	if err != nil {
		return nil, err
	}
	placed(m, more)
	t.fresh++
	if t.onFresh != nil {
		t.onFresh(t.fresh, m)
	}
	return m, nil
}

func (t *theatre) Fork(ctx context.Context, s verifier.Snapshot, more ...verifier.Service) (run.Machine, error) {
	t.mu.Lock()
	t.forks = append(t.forks, map[bool]string{true: "cold", false: "warm"}[s.Cold])
	t.mu.Unlock()
	m, err := t.Stage.Fork(ctx, s)
	if err != nil {
		return nil, err
	}
	placed(m, more)
	return m, nil
}

// placed notes services as facts of the machine, which its snapshots keep.
func placed(m *envtest.Machine, services []verifier.Service) {
	for _, s := range services {
		m.System().SetFact("service at "+s.Host(), s.User+" "+s.Password)
	}
}

func (t *theatre) Keep(_ context.Context, s verifier.Snapshot) (time.Time, error) {
	if t.full {
		return time.Time{}, errors.New("no room\x1b[2J")
	}
	t.kept = append(t.kept, s.ID)
	return keptUntil, nil
}

var keptUntil = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func (t *theatre) SaveDownloads(context.Context, run.Machine) error {
	t.saved = append(t.saved, t.fresh)
	return t.unsaved
}

func (t *theatre) Index(context.Context) (diagnose.Index, error) { return t.index, nil }
func (t *theatre) Close() error                                  { t.Stage.Close(); return nil }

// shelf is an index by kind and name.
type shelf map[string][]diagnose.Package

func (s shelf) Lookup(_ context.Context, kind diagnose.Kind, name string) ([]diagnose.Package, error) {
	return s[string(kind)+" "+name], nil
}

func ok(*envtest.Call) int { return 0 }

// shop is a world in which gcc and a header are missing.
func shop() envtest.Script {
	return envtest.Script{
		Index: []envtest.Package{
			{Name: "gcc", Programs: map[string]envtest.Program{"gcc": envtest.Compiler}},
			{Name: "libpq-dev", Files: map[string]envtest.File{"/usr/include/libpq-fe.h": {}}},
		},
		Repository: envtest.Repository{Name: "shop", Files: map[string]envtest.File{"main.c": {Text: "#include <libpq-fe.h>\n"}}},
		Start:      verifier.StartInside,
	}
}

var shopIndex = shelf{
	"command gcc":       {{Name: "gcc", Path: "usr/bin/gcc", Why: "the package index says that gcc holds it"}},
	"header libpq-fe.h": {{Name: "libpq-dev", Path: "usr/include/libpq-fe.h", Why: "the package index says that libpq-dev holds it"}},
	"package gcc":       {{Name: "gcc"}},
	"package libpq-dev": {{Name: "libpq-dev"}},
}

func step(command string, role verifier.Role, flags ...verifier.Flag) verifier.Step {
	return verifier.Step{Command: command, Role: role, Follow: true, Platform: verifier.PlatformAny, Document: "README.md", Flags: flags}
}

func target(t *testing.T, name string, script envtest.Script, index shelf) (pipeline.Target, *theatre) {
	t.Helper()
	script.Environment = envtest.DefaultEnvironment()
	script.Environment.Name = name
	th := &theatre{Stage: envtest.New(script), index: index}
	t.Cleanup(th.Stage.Close)
	return pipeline.Target{Name: name, Open: func(context.Context, func(string)) (pipeline.Stage, error) { return th, nil }}, th
}

func job(t *testing.T, targets []pipeline.Target, steps ...verifier.Step) pipeline.Job {
	t.Helper()
	catalogue, err := diagnose.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	for i := range steps {
		steps[i].ID, steps[i].Line = fmt.Sprintf("s%d", i+1), 10+i
	}
	var clock sync.Mutex
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	return pipeline.Job{
		Repository: verifier.Repository{Name: "shop"}, Environments: targets, Catalogue: catalogue, Files: []string{"main.c"},
		Plan: func(verifier.Environment) (verifier.Plan, error) {
			return verifier.Plan{Schema: verifier.PlanSchema, Repository: "shop", Start: verifier.StartInside, Steps: slices.Clone(steps)}, nil
		},
		Limits:   pipeline.Limits{Step: time.Minute, Silence: time.Minute},
		Parallel: 2,
		Now: func() time.Time {
			clock.Lock()
			defer clock.Unlock()
			now = now.Add(time.Second)
			return now
		},
	}
}

func verify(t *testing.T, j pipeline.Job) verifier.Result {
	t.Helper()
	r, err := pipeline.Verify(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// told is what a reader of the result learns, a line a thing.
func told(e verifier.EnvironmentResult) []string {
	var out []string
	for _, s := range e.Steps {
		line := fmt.Sprintf("%s %s", s.Command, s.Outcome)
		if s.AfterFix != "" {
			line += " then " + string(s.AfterFix)
		}
		if s.BlockedBy != "" {
			line += " by " + s.BlockedBy
		}
		out = append(out, line)
	}
	for _, f := range e.Findings {
		line := fmt.Sprintf("%s %s", f.Rule, f.Object)
		for _, fix := range f.Fixes {
			line += fmt.Sprintf(" %s: %s%s", fix.Grade, strings.Join(fix.Commands, " && "), fix.Replace)
		}
		out = append(out, line)
	}
	return append(out, string(e.Verdict))
}

func TestErrorsAreFoundFixedAndProven(t *testing.T) {
	tg, th := target(t, "debian-12", shop(), shopIndex)
	r := verify(t, job(t, []pipeline.Target{tg}, step("gcc main.c", verifier.RoleBuild), step("true", verifier.RoleRun)))
	want := []string{
		"gcc main.c failed then ok", "true ok",
		"C08 C compiler proven: sudo apt-get update && sudo apt-get install -y gcc",
		"C01 libpq-fe.h proven: sudo apt-get install -y libpq-dev",
		"works-with-fixes",
	}
	if diff := cmp.Diff(want, told(r.Environments[0])); diff != "" {
		t.Error(diff)
	}
	e := r.Environments[0]
	var led []string
	for _, a := range e.Steps[0].Attempts {
		led = append(led, fmt.Sprintf("%d %s", a.Exit, a.Finding))
	}
	if diff := cmp.Diff([]string{"127 f1", "1 f2", "0 "}, led); diff != "" {
		t.Errorf("attempts: %s", diff)
	}
	if e.Replay == nil || !e.Replay.Passed || e.Replay.Steps != 2 || e.Rung != verifier.RungUse {
		t.Errorf("replay %+v, rung %q", e.Replay, e.Rung)
	}
	if e.Findings[0].Fixes[0].Proof.Replay != "passed" || e.Findings[0].Fixes[0].Proof.ControlExit != 127 {
		t.Errorf("proof %+v", e.Findings[0].Fixes[0].Proof)
	}
	if n := th.Open(); n != 0 {
		t.Errorf("%d machines left behind", n)
	}
}

func TestNothingToMend(t *testing.T) {
	tg, th := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"tool": ok}}, nil)
	r := verify(t, job(t, []pipeline.Target{tg}, step("cd /tmp", verifier.RoleOther), step("tool --version", verifier.RoleUsage)))
	if diff := cmp.Diff([]string{"cd /tmp ok", "tool --version ok", "works"}, told(r.Environments[0])); diff != "" {
		t.Error(diff)
	}
	if r.Environments[0].Replay != nil || th.fresh != 1 {
		t.Error("a replay without anything to prove")
	}
}

func TestAFixThatOnlyHelpsInTheDirtyMachineIsNotProven(t *testing.T) {
	tg, th := target(t, "debian-12", shop(), shopIndex)
	th.onFresh = func(n int, m *envtest.Machine) {
		if n == 2 { // the replay's machine lacks what the first one had by the way
			if _, _, err := m.Exec(context.WithoutCancel(t.Context()), "rm /usr/bin/leftover"); err != nil {
				t.Error(err)
			}
		}
	}
	script := shop()
	script.Programs = map[string]envtest.Program{"leftover": ok}
	th.Stage = envtest.New(script)
	t.Cleanup(th.Stage.Close)
	r := verify(t, job(t, []pipeline.Target{tg}, step("gcc --version && leftover", verifier.RoleBuild)))
	want := []string{"gcc --version && leftover failed then ok",
		"C08 C compiler proven-in-place: sudo apt-get update && sudo apt-get install -y gcc", "broken"}
	if diff := cmp.Diff(want, told(r.Environments[0])); diff != "" {
		t.Error(diff)
	}
	if e := r.Environments[0]; e.Replay == nil || e.Replay.Passed || e.Replay.Failed != "s1" || e.Findings[0].Fixes[0].Proof.Replay != "failed" {
		t.Errorf("replay %+v", e.Replay)
	}
}

func TestAStepThatFailsOnceYieldsNoFix(t *testing.T) {
	tg, _ := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"moody": envtest.Flaky(1, ok)}}, nil)
	r := verify(t, job(t, []pipeline.Target{tg}, step("moody", verifier.RoleBuild), step("true", verifier.RoleRun)))
	e := r.Environments[0]
	if e.Steps[0].Outcome != verifier.OutcomeInconclusive || len(e.Findings) != 1 || !e.Findings[0].Flaky || len(e.Findings[0].Fixes) != 0 {
		t.Errorf("%+v\n%+v", e.Steps[0], e.Findings)
	}
	if e.Verdict != verifier.Inconclusive || e.Replay != nil || e.Steps[1].Outcome != verifier.OutcomeOK {
		t.Errorf("verdict %s, replay %v", e.Verdict, e.Replay)
	}
}

func offline(times int) envtest.Program {
	calls := 0
	return func(c *envtest.Call) int {
		calls++
		if calls > times {
			return 0
		}
		return c.Fail(6, "curl: (6) Could not resolve host: data.example.org\n")
	}
}

func TestANetworkFailureIsNeverTheDocumentsFault(t *testing.T) {
	tg, _ := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"curl": offline(9)}}, nil)
	r := verify(t, job(t, []pipeline.Target{tg}, step("curl -O https://data.example.org/x", verifier.RoleInstall), step("true", verifier.RoleRun)))
	e := r.Environments[0]
	if e.Steps[0].Outcome != verifier.OutcomeInconclusive || e.Verdict != verifier.Inconclusive || len(e.Findings) != 1 || e.Findings[0].Blame != verifier.BlameWorld {
		t.Errorf("%v %+v", told(e), e.Findings)
	}
}

// names stands for timeout(1) around a connection, in a world where some names
// are known and some are not.
func names(answers map[string]string) envtest.Program {
	return func(c *envtest.Call) int {
		says, known := answers[c.Args[len(c.Args)-1]]
		if known && says == "" {
			return 0
		}
		return c.Fail(1, "bash: %s: %s\n", c.Args[len(c.Args)-1], says)
	}
}

func TestADeadLinkIsOnlyBlamedWhenAnotherHostIsReached(t *testing.T) {
	const dead, silent = "Name or service not known", "Temporary failure in name resolution"
	for name, c := range map[string]struct {
		names map[string]string
		blame verifier.Blame
		code  verifier.Verdict
	}{
		"nobody knows it, others are reached": {map[string]string{"data.example.org": dead, "example.com": ""}, verifier.BlameDocs, verifier.Broken},
		"nobody knows anything":               {map[string]string{"data.example.org": dead, "example.com": dead}, verifier.BlameWorld, verifier.Inconclusive},
		"the name servers are silent on it":   {map[string]string{"data.example.org": silent, "example.com": ""}, verifier.BlameWorld, verifier.Inconclusive},
		"it is there again":                   {map[string]string{"data.example.org": "", "example.com": ""}, verifier.BlameWorld, verifier.Inconclusive},
		"it is there and refuses":             {map[string]string{"data.example.org": "Connection refused", "example.com": ""}, verifier.BlameWorld, verifier.Inconclusive},
	} {
		t.Run(name, func(t *testing.T) {
			tg, _ := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"curl": offline(9), "timeout": names(c.names)}}, nil)
			e := verify(t, job(t, []pipeline.Target{tg}, step("curl -O https://data.example.org/x", verifier.RoleInstall))).Environments[0]
			if len(e.Findings) != 1 || e.Findings[0].Blame != c.blame || e.Verdict != c.code {
				t.Errorf("verdict %s, %+v", e.Verdict, e.Findings)
			}
			if f := e.Findings[0]; f.Blame == verifier.BlameDocs && (f.Object != "data.example.org" || f.Category != verifier.TargetMoved) {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestAMissingToolBeforeAMissingNetworkIsStillFound(t *testing.T) {
	script := envtest.Script{Index: []envtest.Package{{Name: "curl", Programs: map[string]envtest.Program{"curl": offline(99)}}}}
	tg, _ := target(t, "debian-12", script, shelf{"command curl": {{Name: "curl"}}, "package curl": {{Name: "curl"}}})
	e := verify(t, job(t, []pipeline.Target{tg}, step("curl -O https://data.example.org/x", verifier.RoleInstall))).Environments[0]
	want := []string{"curl -O https://data.example.org/x failed then inconclusive",
		"S01 curl got-further: sudo apt-get update && sudo apt-get install -y curl", "W01 data.example.org", "inconclusive"}
	if diff := cmp.Diff(want, told(e)); diff != "" {
		t.Error(diff)
	}
}

func TestANetworkFailureThatPassesIsADeviation(t *testing.T) {
	tg, _ := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"curl": offline(1)}}, nil)
	r := verify(t, job(t, []pipeline.Target{tg}, step("curl -O https://data.example.org/x", verifier.RoleInstall)))
	e := r.Environments[0]
	if e.Steps[0].Outcome != verifier.OutcomeOKWithDeviation || e.Verdict != verifier.Works || len(e.Findings) != 0 || len(e.Steps[0].Attempts) != 2 {
		t.Errorf("%v %+v", told(e), e.Steps[0])
	}
}

func TestAStepIsBlockedByTheOneThatShouldHaveMadeItsFile(t *testing.T) {
	script := envtest.Script{Programs: map[string]envtest.Program{
		"make": func(c *envtest.Call) int {
			return c.Fail(2, "main.c:1: something odd\nmake: *** [Makefile:3: shop] Error 1\n")
		}}}
	tg, _ := target(t, "debian-12", script, nil)
	r := verify(t, job(t, []pipeline.Target{tg}, step("make", verifier.RoleBuild), step("./shop --version", verifier.RoleUsage), step("true", verifier.RoleTest)))
	e := r.Environments[0]
	if e.Steps[0].Outcome != verifier.OutcomeFailed || e.Steps[1].Outcome != verifier.OutcomeBlocked || e.Steps[1].BlockedBy != "s1" || e.Steps[2].Outcome != verifier.OutcomeOK {
		t.Errorf("%q", told(e))
	}
	if len(e.Findings) != 1 || e.Verdict != verifier.Broken || e.Rung != "" {
		t.Errorf("%q", told(e))
	}
}

func TestOneLostEnvironmentLeavesTheOthersAlone(t *testing.T) {
	lost, _ := target(t, "debian-11", envtest.Script{Programs: map[string]envtest.Program{"vanish": func(c *envtest.Call) int { c.Lose(); return 0 }}}, nil)
	good, _ := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"vanish": ok}}, nil)
	absent := pipeline.Target{Name: "debian-13", Open: func(context.Context, func(string)) (pipeline.Stage, error) { return nil, noImage{} }}
	r := verify(t, job(t, []pipeline.Target{lost, good, absent}, step("true", verifier.RoleInstall), step("vanish", verifier.RoleRun)))
	var got []string
	for _, e := range r.Environments {
		line := fmt.Sprintf("%s %s", e.Environment.Name, e.Verdict)
		if e.Incident != nil {
			line += fmt.Sprintf(" (%s)", e.Incident.Blame)
		}
		for _, s := range e.Steps {
			line += " " + string(s.Outcome)
		}
		got = append(got, line)
	}
	want := []string{"debian-11 inconclusive (container) ok not-run", "debian-12 works ok ok", "debian-13 inconclusive (world)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r.Plan.Schema == "" {
		t.Error("the plan is lost with the environments that had none")
	}
}

// noImage is an error that knows whose fault it is.
type noImage struct{}

func (noImage) Error() string { return "no such image" }
func (noImage) Incident() verifier.Incident {
	return verifier.Incident{Blame: verifier.BlameWorld, What: "the image is not to be had", ToDo: "build it"}
}

func TestCtrlCKeepsWhatWasFound(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	script := envtest.Script{Programs: map[string]envtest.Program{"hang": func(c *envtest.Call) int { stop(); <-c.Done(); return 130 }}}
	tg, th := target(t, "debian-12", script, nil)
	r, err := pipeline.Verify(ctx, job(t, []pipeline.Target{tg}, step("true", verifier.RoleInstall), step("hang", verifier.RoleBuild), step("true", verifier.RoleRun)))
	if err != nil {
		t.Fatal(err)
	}
	e := r.Environments[0]
	if !r.Interrupted || r.OutOfTime || e.Verdict != verifier.Inconclusive || len(e.Steps) != 3 || e.Steps[0].Outcome != verifier.OutcomeOK || e.Steps[2].Reason != "interrupted before it" {
		t.Errorf("%+v", r)
	}
	if th.Open() != 0 {
		t.Error("machines left behind")
	}
}

// shut is a stage whose package index cannot be had.
type shut struct {
	*theatre
	times, asked int
}

func (s *shut) Index(ctx context.Context) (diagnose.Index, error) {
	if s.asked++; s.asked <= s.times {
		return nil, errors.New("the archive does not answer")
	}
	return s.theatre.Index(ctx)
}

func TestAnIndexThatCannotBeHadIsNotTheDocumentsFault(t *testing.T) {
	for name, c := range map[string]struct {
		times   int
		verdict verifier.Verdict
		outcome verifier.Outcome
	}{
		"for good": {9, verifier.Inconclusive, verifier.OutcomeInconclusive},
		"once":     {1, verifier.WorksWithFixes, verifier.OutcomeFailed},
	} {
		t.Run(name, func(t *testing.T) {
			tg, th := target(t, "debian-12", shop(), shopIndex)
			tg.Open = func(context.Context, func(string)) (pipeline.Stage, error) {
				return &shut{theatre: th, times: c.times}, nil
			}
			e := verify(t, job(t, []pipeline.Target{tg}, step("gcc main.c", verifier.RoleBuild), step("true", verifier.RoleRun))).Environments[0]
			if e.Verdict != c.verdict || e.Steps[0].Outcome != c.outcome || e.Steps[0].Exit != 127 || (e.Incident != nil) != (c.times > 1) {
				t.Errorf("%q %+v", told(e), e.Incident)
			}
		})
	}
}

func TestWhatTheRepairedTryDeviatedInIsListed(t *testing.T) {
	script := shop()
	script.Index[0].Programs["gcc"] = envtest.Asks("Overwrite? [y/N] ")
	tg, _ := target(t, "debian-12", script, shopIndex)
	e := verify(t, job(t, []pipeline.Target{tg}, step("gcc main.c", verifier.RoleBuild))).Environments[0]
	if e.Steps[0].AfterFix != verifier.OutcomeOKWithDeviation || len(e.Steps[0].Deviations) != 1 {
		t.Errorf("%q %+v", told(e), e.Steps[0].Deviations)
	}
}

func TestAReplayThatIsCutOffProvesNothing(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	tg, th := target(t, "debian-12", shop(), shopIndex)
	th.onFresh = func(n int, _ *envtest.Machine) {
		if n == 2 {
			stop()
		}
	}
	r, err := pipeline.Verify(ctx, job(t, []pipeline.Target{tg}, step("gcc --version", verifier.RoleBuild)))
	if err != nil {
		t.Fatal(err)
	}
	e := r.Environments[0]
	if e.Replay == nil || e.Replay.Passed || e.Findings[0].Fixes[0].Grade != verifier.ProvenInPlace || e.Verdict != verifier.Inconclusive {
		t.Errorf("%q, replay %+v", told(e), e.Replay)
	}
}

func TestTheRunsTimeLimit(t *testing.T) {
	script := envtest.Script{Programs: map[string]envtest.Program{"hang": func(c *envtest.Call) int { <-c.Done(); return 130 }}}
	tg, _ := target(t, "debian-12", script, nil)
	j := job(t, []pipeline.Target{tg}, step("hang", verifier.RoleBuild))
	j.Limits.Run = 300 * time.Millisecond
	r := verify(t, j)
	if !r.OutOfTime || r.Interrupted || r.Environments[0].Verdict != verifier.Inconclusive || r.Environments[0].Incident == nil {
		t.Errorf("%+v", r.Environments[0])
	}
}

func TestWhatIsDocumentedAlreadyIsSaid(t *testing.T) {
	tg, _ := target(t, "debian-12", shop(), shopIndex)
	j := job(t, []pipeline.Target{tg}, step("gcc main.c", verifier.RoleBuild))
	first := verify(t, j)
	change, err := patch.Section("README.md", []byte("# Shop\n"), &first, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		environment string
		document    []byte
		want        verifier.Verdict
	}{
		"in this environment":  {"debian-12", change.After, verifier.WorksWithDocumentedFixes},
		"for another one":      {"debian-13", change.After, verifier.WorksWithFixes},
		"in a damaged section": {"debian-12", change.After[:len(change.After)/2], verifier.WorksWithFixes},
		"nowhere":              {"debian-12", change.Before, verifier.WorksWithFixes},
	} {
		t.Run(name, func(t *testing.T) {
			tg, _ := target(t, c.environment, shop(), shopIndex)
			j := j
			j.Documents, j.Environments = map[string][]byte{"README.md": c.document}, []pipeline.Target{tg}
			if second := verify(t, j); second.Environments[0].Verdict != c.want {
				t.Errorf("verdict %s, want %s", second.Environments[0].Verdict, c.want)
			}
		})
	}
}

func TestAServerStaysAndNothingIsForkedWithoutIt(t *testing.T) {
	script := envtest.Script{Programs: map[string]envtest.Program{
		"serve": func(c *envtest.Call) int { return c.Serve(8000) },
		"ask": func(c *envtest.Call) int {
			if c.Listening(8000) {
				return 0
			}
			return c.Fail(1, "nobody answers\n")
		}}}
	tg, _ := target(t, "debian-12", script, nil)
	r := verify(t, job(t, []pipeline.Target{tg}, step("serve", verifier.RoleRun, verifier.FlagLongRunning), step("ask", verifier.RoleUsage), step("false", verifier.RoleUsage)))
	if diff := cmp.Diff([]string{"serve ok-with-deviation", "ask ok", "false failed", "unknown ", "broken"}, told(r.Environments[0])); diff != "" {
		t.Error(diff)
	}
}

func TestAcceptanceIsRunLastAndLogsAreKept(t *testing.T) {
	tg, _ := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"tool": func(c *envtest.Call) int { c.Printf("1.2\n"); return 0 }}}, nil)
	j := job(t, []pipeline.Target{tg}, step("true", verifier.RoleInstall))
	j.Acceptance, j.Logs = []string{"tool --version"}, t.TempDir()
	var events []string
	var mu sync.Mutex
	j.Events = func(e verifier.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Kind != verifier.EventOutput {
			events = append(events, string(e.Kind))
		}
	}
	r := verify(t, j)
	last := r.Environments[0].Steps[1]
	if last.Step != "a1" || last.Outcome != verifier.OutcomeOK {
		t.Errorf("%+v", last)
	}
	log, err := os.ReadFile(last.Output.Log)
	if err != nil || strings.TrimSpace(string(log)) != "1.2" || filepath.Dir(last.Output.Log) != filepath.Join(j.Logs, "debian-12") {
		t.Errorf("log %q, %v", log, err)
	}
	if diff := cmp.Diff([]string{"ready", "step", "outcome", "step", "outcome", "verdict"}, events); diff != "" {
		t.Error(diff)
	}
}

func TestAPlaceholderIsNotTypedAndNotAFault(t *testing.T) {
	tg, _ := target(t, "debian-12", envtest.Script{}, nil)
	r := verify(t, job(t, []pipeline.Target{tg}, step("export KEY=<your key>", verifier.RoleConfigure, verifier.FlagPlaceholder), step("true", verifier.RoleRun)))
	if diff := cmp.Diff([]string{"export KEY=<your key> not-run", "true ok", "works"}, told(r.Environments[0])); diff != "" {
		t.Error(diff)
	}
}

func TestAFixHoldsPlaceholdersAndNoValues(t *testing.T) {
	for _, secret := range []bool{true, false} {
		script := envtest.Script{Programs: map[string]envtest.Program{"python3": func(c *envtest.Call) int {
			if len(c.Args) > 1 && c.Args[len(c.Args)-1] != "t0p" {
				return c.Fail(1, "wrong key\n")
			}
			return 0
		}}}
		tg, _ := target(t, "debian-12", script, shopIndex)
		j := job(t, []pipeline.Target{tg}, step("python fetch.py <token>", verifier.RoleRun, verifier.FlagPlaceholder))
		j.Values = map[string]run.Value{"token": {Text: "t0p", Secret: secret}}
		r := verify(t, j)
		if got := r.Environments[0].Findings[0].Fixes[0]; got.Grade != verifier.Proven || got.Replace != "python3 fetch.py <token>" {
			t.Errorf("%s: %q", got.Grade, got.Replace)
		}
		raw, err := json.Marshal(r)
		if err != nil || secret && strings.Contains(string(raw), "t0p") {
			t.Errorf("the result holds the secret, or %v: %s", err, raw)
		}
	}
}

func TestNoEnvironmentIsAnError(t *testing.T) {
	if _, err := pipeline.Verify(t.Context(), job(t, nil)); err == nil {
		t.Error("no error")
	}
}

func TestAPlanThatCannotBeMadeIsSaid(t *testing.T) {
	tg, _ := target(t, "debian-12", envtest.Script{}, nil)
	j := job(t, []pipeline.Target{tg})
	j.Plan = func(verifier.Environment) (verifier.Plan, error) { return verifier.Plan{}, errors.New("no document") }
	e := verify(t, j).Environments[0]
	if e.Verdict != verifier.Inconclusive || e.Incident == nil || !strings.Contains(e.Incident.Message, "no document") {
		t.Errorf("%+v", e)
	}
}
