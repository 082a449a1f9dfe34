package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// What a container cannot do is no fault of the documents, and neither is what
// then lacks the server.
func TestContainersAndServiceManagersAreTheStagesOwnFault(t *testing.T) {
	refused := func(c *envtest.Call) int {
		return c.Fail(1, "dial tcp 127.0.0.1:5432: connect: connection refused\n")
	}
	for _, command := range []string{"docker compose up -d", "docker-compose up -d db", "sudo systemctl enable --now postgresql", "sudo service postgresql start", "podman run -d redis"} {
		t.Run(command, func(t *testing.T) {
			tg, _ := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"migrate": refused, "service": func(c *envtest.Call) int {
				return c.Fail(1, "%s: unrecognized service\n", c.Args[1])
			}}}, nil)
			e := verify(t, job(t, []pipeline.Target{tg}, step(command, verifier.RoleConfigure), step("migrate", verifier.RoleConfigure))).Environments[0]
			want := []verifier.Outcome{verifier.OutcomeInconclusive, verifier.OutcomeBlocked}
			var got []verifier.Outcome
			for _, s := range e.Steps {
				got = append(got, s.Outcome)
			}
			if diff := cmp.Diff(want, got); diff != "" || e.Verdict != verifier.Inconclusive {
				t.Errorf("verdict %s; outcomes %s; told %q", e.Verdict, diff, told(e))
			}
			if len(e.Findings) != 1 || e.Findings[0].Blame != verifier.BlameContainer || !strings.Contains(e.Findings[0].Cause, "services:") {
				t.Errorf("findings %+v, want one that blames the container and says what to declare", e.Findings)
			}
		})
	}
}
