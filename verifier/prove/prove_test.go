package prove_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/prove"
	"github.com/freshinstall/freshinstall/verifier/run"
)

// needs is a program that works once all the files are there, and otherwise
// names the first that is missing, as a compiler does.
func needs(files ...string) envtest.Program {
	return func(c *envtest.Call) int {
		for _, f := range files {
			if !c.System.Exists(f) {
				return c.Fail(1, "fatal: %s is missing\n", f)
			}
		}
		return 0
	}
}

// puts is a program that makes the file that it is given.
func puts(c *envtest.Call) int {
	if err := c.System.WriteFile(c.Args[1], envtest.File{}); err != nil {
		return c.Fail(1, "%v\n", err)
	}
	return 0
}

var missing = regexp.MustCompile(`fatal: (\S+) is missing`)

// judge knows one kind of failure and offers the candidates of the table for it.
func judge(candidates map[string][]verifier.Fix) prove.Judge {
	return func(_ context.Context, _ verifier.Step, rec run.Record, _ []string) (prove.Diagnosis, error) {
		object := "unknown"
		if m := missing.FindStringSubmatch(rec.Text); m != nil {
			object = m[1]
		}
		blame := verifier.BlameDocs
		if strings.HasPrefix(object, "/net") {
			blame = verifier.BlameWorld
		}
		return prove.Diagnosis{Class: object, Candidates: candidates[object],
			Finding: verifier.Finding{Rule: "T01", Object: object, Blame: blame, Evidence: rec.Text}}, nil
	}
}

func before(commands ...string) verifier.Fix {
	return verifier.Fix{Kind: verifier.FixBefore, Commands: commands, Grade: verifier.Suggested}
}

// forks has services as facts of the machine, which its snapshots keep.
func forks(stage *envtest.Stage) func(context.Context, verifier.Snapshot, ...verifier.Service) (run.Machine, error) {
	return func(ctx context.Context, s verifier.Snapshot, more ...verifier.Service) (run.Machine, error) {
		for _, service := range more {
			if service.Image != "" {
				return nil, fmt.Errorf("fork: %w", noRegistry{})
			}
		}
		m, err := stage.Fork(ctx, s)
		if err != nil {
			return nil, err
		}
		for _, service := range more {
			m.System().SetFact("service "+string(service.Kind), service.Password)
		}
		return m, nil
	}
}

// noRegistry is a trouble of the world.
type noRegistry struct{}

func (noRegistry) Error() string { return "no registry answers" }
func (noRegistry) Incident() verifier.Incident {
	return verifier.Incident{Blame: verifier.BlameWorld, What: "no registry answers"}
}

// mend fails the step once on a machine of the stage and has it mended.
func mend(t *testing.T, programs map[string]envtest.Program, command string, candidates map[string][]verifier.Fix, set ...func(*prove.Prover)) (prove.Mending, *envtest.Stage) {
	t.Helper()
	programs["puts"] = puts
	stage := envtest.New(envtest.Script{Programs: programs})
	t.Cleanup(stage.Close)
	m, err := stage.Fresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	snap, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	typist := &run.Typist{Step: time.Minute, Silence: time.Minute, Clean: func(b []byte) string { return string(b) }}
	clock := time.Unix(0, 0)
	p := &prove.Prover{
		Fork: forks(stage),
		Type: func(ctx context.Context, m run.Machine, step verifier.Step, text string) (run.Record, error) {
			return typist.Type(ctx, m, step, text, "")
		},
		Judge: judge(candidates),
		Now:   func() time.Time { clock = clock.Add(time.Second); return clock },
	}
	for _, f := range set {
		f(p)
	}
	step := verifier.Step{ID: "s1", Command: command, Role: verifier.RoleBuild}
	rec, err := p.Type(t.Context(), m, step, command)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Result.Outcome.Passed() {
		t.Fatalf("the step passed at once: %+v", rec.Result)
	}
	d, err := p.Judge(t.Context(), step, rec, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Mend(t.Context(), step, rec, d, snap)
	if err != nil {
		t.Fatal(err)
	}
	if out.Machine != nil {
		if err := out.Machine.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if n := stage.Open(); n != 0 {
		t.Errorf("%d machines left behind", n)
	}
	return out, stage
}

func grades(m prove.Mending) []string {
	var out []string
	for _, f := range m.Findings {
		line := f.Object
		for _, fix := range f.Fixes {
			line += " " + string(fix.Grade) + ":" + strings.Join(fix.Commands, ";") + fix.Replace
		}
		out = append(out, line)
	}
	return out
}

func TestTheFirstCandidateThatHelpsIsKept(t *testing.T) {
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a")}, "build", map[string][]verifier.Fix{
		"/a": {before("puts /elsewhere"), before("puts /a"), before("puts /a", "puts /b")}})
	if diff := cmp.Diff([]string{"/a proven-in-place:puts /a"}, grades(out)); diff != "" {
		t.Error(diff)
	}
	want := &verifier.Proof{ControlExit: 1, FixedExit: 0, Seconds: 2}
	if diff := cmp.Diff(want, out.Findings[0].Fixes[0].Proof); diff != "" {
		t.Error(diff)
	}
	if out.Machine == nil || !out.Last.Result.Outcome.Passed() || len(out.Applied) != 1 {
		t.Errorf("not mended: %+v", out)
	}
}

func TestLayersOfAFailureAreMendedOneByOne(t *testing.T) {
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a", "/b", "/c")}, "build", map[string][]verifier.Fix{
		"/a": {before("puts /a")}, "/b": {before("puts /x"), before("puts /b")}, "/c": {before("puts /c")}})
	want := []string{"/a proven-in-place:puts /a", "/b proven-in-place:puts /b", "/c proven-in-place:puts /c"}
	if diff := cmp.Diff(want, grades(out)); diff != "" {
		t.Error(diff)
	}
	if len(out.Applied) != 3 || len(out.Attempts) != 4 {
		t.Errorf("applied %d, attempts %d", len(out.Applied), len(out.Attempts))
	}
}

func TestAChainThatEndsRedClaimsNothing(t *testing.T) {
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a", "/b")}, "build", map[string][]verifier.Fix{"/a": {before("puts /a")}})
	if diff := cmp.Diff([]string{"/a got-further:puts /a", "/b"}, grades(out)); diff != "" {
		t.Error(diff)
	}
	if out.Machine != nil || len(out.Applied) != 0 {
		t.Errorf("claims to be mended: %+v", out)
	}
}

func TestAnotherCommandInTheStepsPlace(t *testing.T) {
	programs := map[string]envtest.Program{"build": needs("/a"), "build3": func(*envtest.Call) int { return 0 }}
	out, _ := mend(t, programs, "build", map[string][]verifier.Fix{"/a": {{Kind: verifier.FixReplace, Replace: "build3"}}})
	if diff := cmp.Diff([]string{"/a proven-in-place:build3"}, grades(out)); diff != "" {
		t.Error(diff)
	}
}

func TestAReplacedCommandStaysThroughTheChain(t *testing.T) {
	programs := map[string]envtest.Program{"build": needs("/a"), "build3": needs("/b")}
	out, _ := mend(t, programs, "build", map[string][]verifier.Fix{
		"/a": {{Kind: verifier.FixReplace, Replace: "build3"}}, "/b": {before("puts /b")}})
	if diff := cmp.Diff([]string{"/a proven-in-place:build3", "/b proven-in-place:puts /b"}, grades(out)); diff != "" {
		t.Error(diff)
	}
	if got := out.Last.Result.Command; got != "build3" {
		t.Errorf("ended with %q", got)
	}
}

func TestAStepThatFailsOnceAndThenPassesYieldsNoFix(t *testing.T) {
	out, _ := mend(t, map[string]envtest.Program{"build": envtest.Flaky(1, func(*envtest.Call) int { return 0 })}, "build", map[string][]verifier.Fix{
		"unknown": {before("puts /a")}, "/a": {before("puts /a")}})
	if !out.Flaky || len(out.Applied) != 0 || len(out.Findings) != 1 || len(out.Findings[0].Fixes) != 0 || !out.Findings[0].Flaky {
		t.Errorf("a fix was claimed: %+v", out)
	}
	if out.Machine == nil {
		t.Error("the machine in which it passed is gone")
	}
}

func TestAControlThatFailsOtherwiseYieldsNoFix(t *testing.T) {
	calls := 0
	moody := func(c *envtest.Call) int {
		calls++
		return c.Fail(1, "fatal: /%d is missing\n", calls)
	}
	out, _ := mend(t, map[string]envtest.Program{"build": moody}, "build", map[string][]verifier.Fix{"/1": {before("true")}, "/2": {before("true")}})
	if !out.Flaky || len(out.Findings) != 1 || len(out.Findings[0].Fixes) != 0 || out.Machine != nil {
		t.Errorf("a fix was claimed: %+v", out)
	}
}

func TestAFixWhoseOwnCommandsFailIsNone(t *testing.T) {
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a")}, "build", map[string][]verifier.Fix{
		"/a": {before("puts /a", "false")}})
	if diff := cmp.Diff([]string{"/a"}, grades(out)); diff != "" {
		t.Error(diff)
	}
}

func TestBehindAFixTheNetworkMayBeMissing(t *testing.T) {
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a", "/net/registry")}, "build", map[string][]verifier.Fix{"/a": {before("puts /a")}})
	if diff := cmp.Diff([]string{"/a got-further:puts /a", "/net/registry"}, grades(out)); diff != "" {
		t.Error(diff)
	}
	if !out.Outside || out.Machine != nil || len(out.Applied) != 0 {
		t.Errorf("%+v", out)
	}
}

func TestAWorkaroundIsNeverASolution(t *testing.T) {
	fix := before("puts /a")
	fix.Workaround = true
	out, _ := mend(t, map[string]envtest.Program{"build": needs("/a")}, "build", map[string][]verifier.Fix{"/a": {fix}})
	if diff := cmp.Diff([]string{"/a workaround:puts /a"}, grades(out)); diff != "" {
		t.Error(diff)
	}
}

func TestMoreLayersThanAPersonWouldStand(t *testing.T) {
	var files []string
	candidates := map[string][]verifier.Fix{}
	for _, c := range "abcdefghijkl" {
		files = append(files, "/"+string(c))
		candidates["/"+string(c)] = []verifier.Fix{before("puts /" + string(c))}
	}
	out, _ := mend(t, map[string]envtest.Program{"build": needs(files...)}, "build", candidates)
	if len(out.Findings) != 8 || out.Machine != nil || len(out.Applied) != 0 {
		t.Errorf("%d findings, machine %v", len(out.Findings), out.Machine)
	}
}

func TestALostMachineEndsTheSearch(t *testing.T) {
	stage := envtest.New(envtest.Script{})
	stage.Lose()
	p := &prove.Prover{Now: time.Now, Fork: func(ctx context.Context, s verifier.Snapshot, _ ...verifier.Service) (run.Machine, error) {
		m, err := stage.Fork(ctx, s)
		if err != nil {
			return nil, errors.Join(err, verifier.ErrLost)
		}
		return m, nil
	}}
	if _, err := p.Mend(t.Context(), verifier.Step{ID: "s1"}, run.Record{}, prove.Diagnosis{}, verifier.Snapshot{}); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("error %v", err)
	}
}

func TestServicesAreTriedAsForks(t *testing.T) {
	service := verifier.Service{Kind: verifier.Redis, Name: "redis", At: verifier.AtLocalhost, Password: "x"}
	fromImage := service
	fromImage.Image = "redis:7"
	declare := func(s verifier.Service) verifier.Fix {
		return verifier.Fix{Kind: verifier.FixDeclare, Services: []verifier.Service{s}, Grade: verifier.Suggested}
	}
	asks := func(c *envtest.Call) int {
		if c.System.Fact("service redis") == "" {
			return c.Fail(1, "fatal: /redis is missing\n")
		}
		return 0
	}
	for _, tt := range []struct {
		name       string
		candidates []verifier.Fix
		want       string
	}{
		{"one that can be had", []verifier.Fix{declare(service)}, "/redis proven-in-place:"},
		{"one that cannot be had is only suggested", []verifier.Fix{declare(fromImage)}, "/redis suggested:"},
		{"the next one is tried", []verifier.Fix{declare(fromImage), declare(service)}, "/redis proven-in-place:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, _ := mend(t, map[string]envtest.Program{"asks": asks}, "asks", map[string][]verifier.Fix{"/redis": tt.candidates})
			if diff := cmp.Diff([]string{tt.want}, grades(out)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
