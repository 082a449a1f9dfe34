package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// login is env as the check calls it: a login shell that finds hello when it
// is told the PATH, or when ~/.profile tells it.
func login(other bool) envtest.Program {
	return func(c *envtest.Call) int {
		script := c.Args[len(c.Args)-1]
		profile, err := c.System.ReadFile("/home/newcomer/.profile")
		if !strings.HasPrefix(script, "PATH=$KEPT_PATH\n") && (err != nil || !strings.Contains(profile, "export PATH=")) {
			return c.Fail(127, "bash: line 2: hello: command not found\n")
		}
		if other {
			return c.Fail(1, "hello: GREETING is not set\n")
		}
		return 0
	}
}

func TestWhatATerminalOpenedLaterLacks(t *testing.T) {
	export := step(`export PATH="$HOME/bin:$PATH"`, verifier.RoleConfigure)
	hello := step("hello", verifier.RoleUsage)
	for _, tt := range []struct {
		name  string
		env   envtest.Program
		steps []verifier.Step
		want  []string
	}{
		{"the PATH of the installing terminal", login(false), []verifier.Step{export, hello},
			[]string{"S20 hello: proven-in-place echo 'export PATH=\"$HOME/bin:$PATH\"' >> ~/.profile"}},
		{"more than the PATH", login(true), []verifier.Step{export, hello}, nil},
		{"no step changes the PATH", login(false), []verifier.Step{hello}, nil},
		{"an environment that is activated each time", login(false), []verifier.Step{export, step(". env", verifier.RoleInstall, verifier.FlagActivates), hello}, nil},
		{"told in the document", login(false), []verifier.Step{export, hello}, nil},
		{"the machine is lost meanwhile", func(c *envtest.Call) int { c.Lose(); return 1 }, []verifier.Step{export, hello}, nil},
		{"nothing shows the software at work", login(false), []verifier.Step{export, step("true", verifier.RoleInstall)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script := envtest.Script{Programs: map[string]envtest.Program{"hello": ok, "env": tt.env},
				Repository: envtest.Repository{Name: "shop", Files: map[string]envtest.File{"env": {}}}, Start: verifier.StartInside}
			tg, _ := target(t, "debian-12", script, nil)
			j := job(t, []pipeline.Target{tg}, tt.steps...)
			if tt.name == "told in the document" {
				j.Documents = map[string][]byte{"README.md": []byte("Add the line to your `~/.bashrc` as well.\n")}
			}
			e := verify(t, j).Environments[0]
			var got []string
			for _, f := range e.Findings {
				got = append(got, fmt.Sprintf("%s %s: %s %s", f.Rule, f.Object, f.Fixes[0].Grade, strings.Join(f.Fixes[0].Commands, "; ")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			// It is advice: each documented step has passed.
			if e.Verdict != verifier.Works {
				t.Errorf("verdict %s: %v", e.Verdict, told(e))
			}
		})
	}
}
