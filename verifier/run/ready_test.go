package run

import (
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
)

// What was declared of a step decides beside its exit status.
func TestDeclaredOutcome(t *testing.T) {
	stage := envtest.New(envtest.Script{Programs: map[string]envtest.Program{"serve": envtest.Server(8000), "starts": func(c *envtest.Call) int {
		c.Printf("starting\n")
		return envtest.Hang(c)
	}}})
	t.Cleanup(stage.Close)
	port := func(n int) *verifier.Ready { return &verifier.Ready{Port: n} }
	for _, tt := range []struct {
		name   string
		step   verifier.Step
		want   verifier.Outcome
		reason string
	}{
		{"ready", verifier.Step{Command: "serve", Role: verifier.RoleRun, Ready: port(8000)}, verifier.OutcomeOKWithDeviation, ""},
		{"never ready", verifier.Step{Command: "starts", Role: verifier.RoleRun, Ready: port(8001), Timeout: 0.2}, verifier.OutcomeFailed, "not ready: port 8001 listens was waited for"},
		{"ended before", verifier.Step{Command: "true", Role: verifier.RoleRun, Ready: port(8001), Timeout: 0.2}, verifier.OutcomeFailed, "not ready: port 8001 listens was waited for"},
		{"its own status comes first", verifier.Step{Command: "false", Role: verifier.RoleBuild, Expect: "x"}, verifier.OutcomeFailed, ""},
		{"expected and there", verifier.Step{Command: "echo all 3 passed", Role: verifier.RoleTest, Expect: "3 passed"}, verifier.OutcomeOK, ""},
		{"expected and not there", verifier.Step{Command: "echo 2 passed", Role: verifier.RoleTest, Expect: "3 passed"}, verifier.OutcomeFailed, "“3 passed” was expected in its output"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := stage.Fresh(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			typist := &Typist{Step: time.Minute, Silence: time.Minute, Clean: func(b []byte) string { return string(b) }}
			rec, err := typist.Type(t.Context(), m, tt.step, tt.step.Command, "")
			if err != nil || rec.Result.Outcome != tt.want || rec.Result.Reason != tt.reason {
				t.Errorf("%s, %q, %v; want %s, %q", rec.Result.Outcome, rec.Result.Reason, err, tt.want, tt.reason)
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
