package pipeline_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

func TestAProofIsRepeated(t *testing.T) {
	steps := func() []verifier.Step {
		return []verifier.Step{step("gcc --version", verifier.RoleBuild), step("gcc main.c", verifier.RoleBuild), step("smash", verifier.RoleTest)}
	}
	script := func(change func(*envtest.Script)) envtest.Script {
		s := shop()
		s.Programs = map[string]envtest.Program{"smash": func(c *envtest.Call) int { return c.Fail(3, "smashed\n") }}
		if change != nil {
			change(&s)
		}
		return s
	}
	tg, _ := target(t, "debian-12", script(nil), shopIndex)
	was := verify(t, job(t, []pipeline.Target{tg}, steps()...)).Environments[0]
	if len(was.Findings) != 3 || was.Steps[1].AfterFix != verifier.OutcomeOK {
		t.Fatalf("the run: %v", told(was))
	}
	for _, tt := range []struct {
		name    string
		change  func(*envtest.Script)
		finding string
		same    bool
		fault   string
		control string
		fixed   string
	}{
		{"as it was", nil, "f1", true, "", "127 127", "0 0"},
		{"behind a step that needed a fix", nil, "f2", true, "", "1 1", "0 0"},
		{"it passes without the fix", func(s *envtest.Script) { s.Installed = []string{"gcc"} }, "f1", false, "", "127 0", "0 0"},
		{"the fix no longer helps", func(s *envtest.Script) { s.Index = s.Index[:1] }, "f2", false, "", "1 1", "0 100"},
		{"a step that no fix mends", nil, "f3", false, "no fix made its step pass", "", ""},
		{"no such finding", nil, "f9", false, "no such finding", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tg, th := target(t, "debian-12", script(tt.change), shopIndex)
			r, err := pipeline.Repeat(t.Context(), job(t, []pipeline.Target{tg}, steps()...), tg, was, tt.finding)
			if none, ok := errors.AsType[*pipeline.NoProofError](err); ok && tt.fault != "" && strings.Contains(none.Error(), tt.fault) {
				return
			}
			if err != nil || tt.fault != "" {
				t.Fatalf("error %v, want %q", err, tt.fault)
			}
			if r.Same() != tt.same || r.Untested != "" || exits(r.Control) != tt.control || exits(r.Fixed) != tt.fixed {
				t.Errorf("%+v", r)
			}
			if n := th.Open(); n != 0 {
				t.Errorf("%d machines left behind", n)
			}
		})
	}
}

func exits(a pipeline.Again) string { return fmt.Sprintf("%d %d", a.Was, a.Is) }

func TestAProofThatTheNetworkKeepsFromBeingRepeated(t *testing.T) {
	script := func(times int) envtest.Script {
		return envtest.Script{Programs: map[string]envtest.Program{"curl": offline(times)}, Index: []envtest.Package{{Name: "gcc", Programs: map[string]envtest.Program{"gcc": envtest.Compiler}}}}
	}
	steps := []verifier.Step{step("curl -O https://data.example.org/x && gcc --version", verifier.RoleBuild)}
	tg, _ := target(t, "debian-12", script(0), shopIndex)
	was := verify(t, job(t, []pipeline.Target{tg}, steps...)).Environments[0]
	tg, _ = target(t, "debian-12", script(99), shopIndex)
	r, err := pipeline.Repeat(t.Context(), job(t, []pipeline.Target{tg}, steps...), tg, was, "f1")
	if err != nil || r.Untested == "" || r.Same() {
		t.Errorf("%+v, error %v", r, err)
	}
}

func TestAProofInANewerReleaseIsRepeatedThere(t *testing.T) {
	old := envtest.Script{Programs: map[string]envtest.Program{"go": envtest.Prints("go: go.mod requires go >= 1.23 (running go 1.19)\n", 1)}}
	tg, _, _ := newer(t, old, envtest.Script{Programs: map[string]envtest.Program{"go": ok}}, nil, nil)
	steps := []verifier.Step{step("go build ./...", verifier.RoleBuild)}
	was := verify(t, job(t, []pipeline.Target{tg}, steps...)).Environments[0]
	tg, _, _ = newer(t, old, envtest.Script{Programs: map[string]envtest.Program{"go": ok}}, nil, nil)
	if r, err := pipeline.Repeat(t.Context(), job(t, []pipeline.Target{tg}, steps...), tg, was, "f1"); err != nil || !r.Same() {
		t.Errorf("%+v, error %v", r, err)
	}
	tg, _, _ = newer(t, old, old, nil, nil)
	if r, err := pipeline.Repeat(t.Context(), job(t, []pipeline.Target{tg}, steps...), tg, was, "f1"); err != nil || r.Same() || !r.Control.Same {
		t.Errorf("%+v, error %v", r, err)
	}
}
