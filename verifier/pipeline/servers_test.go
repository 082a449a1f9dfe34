package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// served is a world with a server, started in its own folder, and a client
// that needs the server and a compiler.
func served(starts int) envtest.Script {
	s := shop()
	s.Repository.Files["api/serve.conf"] = envtest.File{Text: "port 8000\n"}
	started := 0
	s.Programs = map[string]envtest.Program{
		"serve": func(c *envtest.Call) int {
			if started++; started > starts {
				return c.Fail(1, "OSError: [Errno 98] Address already in use\n")
			}
			if !c.System.Exists(c.Path("serve.conf")) {
				return c.Fail(1, "serve.conf: No such file or directory\n")
			}
			return envtest.Server(8000)(c)
		},
		"client": func(c *envtest.Call) int {
			if !c.Listening(8000) {
				return c.Fail(7, "curl: (7) Failed to connect to localhost port 8000 after 0 ms: Couldn't connect to server\n")
			}
			return c.Run("gcc", "main.c")
		},
	}
	return s
}

func servedSteps() []verifier.Step {
	return []verifier.Step{step("cd api", verifier.RoleOther, verifier.FlagDirectory), step("serve", verifier.RoleRun, verifier.FlagLongRunning),
		step("cd ..", verifier.RoleOther, verifier.FlagDirectory), step("client", verifier.RoleUsage), step("pwd", verifier.RoleUsage)}
}

func TestServersAreStartedAgainWhereAFixIsTried(t *testing.T) {
	tg, th := target(t, "debian-12", served(100), shopIndex)
	e := verify(t, job(t, []pipeline.Target{tg}, servedSteps()...)).Environments[0]
	want := []string{
		"cd api ok", "serve ok-with-deviation", "cd .. ok", "client failed then ok", "pwd ok",
		"C08 C compiler proven: sudo apt-get update && sudo apt-get install -y gcc",
		"C01 libpq-fe.h proven: sudo apt-get install -y libpq-dev",
		"works-with-fixes",
	}
	if diff := cmp.Diff(want, told(e)); diff != "" {
		t.Error(diff)
	}
	var again []string
	for _, d := range e.Steps[3].Deviations {
		again = append(again, d.What)
	}
	if len(again) != 1 || !strings.Contains(again[0], "started “serve” (README.md:11) again") {
		t.Errorf("deviations %q, want one that tells of the server", again)
	}
	if text := e.Steps[4].Output.Head; !strings.HasSuffix(strings.TrimSpace(text), "/shop") {
		t.Errorf("after the fix the terminal stands in %q", text)
	}
	if n := th.Open(); n != 0 {
		t.Errorf("%d machines left behind", n)
	}
}

func TestNoFixIsTriedWithoutItsServer(t *testing.T) {
	tg, th := target(t, "debian-12", served(1), shopIndex)
	e := verify(t, job(t, []pipeline.Target{tg}, servedSteps()...)).Environments[0]
	got := e.Steps[3]
	if got.Outcome != verifier.OutcomeFailed || !strings.Contains(got.Reason, "“serve” could not be started again") || len(got.Attempts) != 1 {
		t.Errorf("%s, %q, attempts %+v", got.Outcome, got.Reason, got.Attempts)
	}
	if len(e.Findings) != 1 || len(e.Findings[0].Fixes) == 0 || e.Findings[0].Fixes[0].Grade != verifier.Suggested {
		t.Errorf("findings %+v, want one with a suggestion", e.Findings)
	}
	if n := th.Open(); n != 0 {
		t.Errorf("%d machines left behind", n)
	}
}

// A retry of what is the world's fault needs the server as well.
func TestASecondTryHasTheServerToo(t *testing.T) {
	script := served(100)
	script.Programs["client"] = envtest.Flaky(1, func(c *envtest.Call) int {
		if !c.Listening(8000) {
			return c.Fail(7, "curl: (7) Failed to connect to localhost port 8000\n")
		}
		return 0
	})
	flaky := script.Programs["client"]
	script.Programs["client"] = func(c *envtest.Call) int {
		if code := flaky(c); code != 1 {
			return code
		}
		return c.Fail(1, "curl: (6) Could not resolve host: example.org\n")
	}
	tg, _ := target(t, "debian-12", script, nil)
	e := verify(t, job(t, []pipeline.Target{tg}, servedSteps()...)).Environments[0]
	if got := e.Steps[3]; got.Outcome != verifier.OutcomeOKWithDeviation || len(got.Attempts) != 2 {
		t.Errorf("%s, attempts %+v, deviations %+v", got.Outcome, got.Attempts, got.Deviations)
	}
}
