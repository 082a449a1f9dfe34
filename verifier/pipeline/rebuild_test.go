package pipeline_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

func TestRebuild(t *testing.T) {
	steps := func() []verifier.Step {
		return []verifier.Step{
			step("cd /tmp", verifier.RoleInstall), step("gcc --version", verifier.RoleBuild), step("smash", verifier.RoleBuild),
			step("echo here >made", verifier.RoleConfigure), step("crash", verifier.RoleTest),
		}
	}
	script := func(smash int) envtest.Script {
		s := shop()
		s.Programs = map[string]envtest.Program{
			"smash": func(c *envtest.Call) int { return c.Fail(smash, "smashed\n") },
			"crash": func(c *envtest.Call) int { return c.Fail(4, "crashed\n") },
		}
		return s
	}
	tg, _ := target(t, "debian-12", script(3), shopIndex)
	was := verify(t, job(t, []pipeline.Target{tg}, steps()...)).Environments[0]
	if was.Steps[1].AfterFix != verifier.OutcomeOK || was.Steps[4].Outcome != verifier.OutcomeFailed {
		t.Fatalf("the run: %+v", was.Steps)
	}
	for _, tt := range []struct {
		name   string
		script envtest.Script
		change func(s []verifier.Step)
		before string
		want   []string
		fault  string
	}{
		{"as it was", script(3), nil, "s5", nil, ""},
		{"a step ends otherwise", script(0), nil, "s5", []string{"s3 failed then with exit 3, and passes now"}, ""},
		{"a fix no longer helps", func() envtest.Script { s := script(3); s.Index = nil; return s }(), nil, "s5",
			[]string{"s2 passed then, and does not now: sudo apt-get install -y gcc: exit 100"}, ""},
		{"the first step", script(3), nil, "s1", nil, ""},
		{"the documents have changed", script(3), func(s []verifier.Step) { s[3].Command = "echo there >made" }, "s5", nil, "s4 was “echo here >made” and is “echo there >made” now"},
		{"they have changed behind it", script(3), func(s []verifier.Step) { s[3].Command = "echo there >made" }, "s3", nil, ""},
		{"they are shorter", script(3), func(s []verifier.Step) { s[2].Follow, s[3].Follow, s[4].Follow = false, false, false }, "s4", nil, "s3 was “smash” and is “left out” now"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tg, _ := target(t, "debian-12", tt.script, shopIndex)
			now := steps()
			if tt.change != nil {
				tt.change(now)
			}
			again, err := pipeline.Rebuild(t.Context(), job(t, []pipeline.Target{tg}, now...), tg, was, tt.before)
			if tt.fault != "" {
				changed, ok := errors.AsType[*pipeline.ChangedError](err)
				if !ok || changed.Error() != tt.fault {
					t.Fatalf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, again.Differs); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var out strings.Builder
			if _, err := again.Machine.Type(t.Context(), verifier.Entry{Text: "pwd; cat made"}, io.MultiWriter(&out), nil); err != nil {
				t.Fatal(err)
			}
			if tt.before == "s5" && !strings.Contains(out.String(), "/tmp") || strings.Contains(out.String(), "here") != (tt.before == "s5") {
				t.Errorf("the machine: %q", out.String())
			}
			if err := errors.Join(again.Machine.Close(), again.Stage.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}
