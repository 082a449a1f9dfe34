package pipeline_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// What earlier runs have downloaded serves neither a control run nor a second
// try, and what this one has is kept before the replay, whose machine is cold.
func TestDownloadsOfEarlierRunsProveNothing(t *testing.T) {
	script := shop()
	script.Programs = map[string]envtest.Program{"fetch": func(c *envtest.Call) int {
		return c.Fail(6, "curl: (6) Could not resolve host: files.example.org\n")
	}}
	for _, tt := range []struct {
		name  string
		step  verifier.Step
		forks []string
		fault error
		saved []int
	}{
		{"a step that is mended", step("gcc --version", verifier.RoleBuild), []string{"cold", "warm"}, nil, []int{1}},
		{"a step that the network fails", step("fetch", verifier.RoleBuild), []string{"cold"}, nil, []int{1}},
		{"downloads that cannot be kept", step("gcc --version", verifier.RoleBuild), []string{"cold", "warm"}, errors.New("no room\x1b[2J"), []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tg, stage := target(t, "debian-12", script, shopIndex)
			stage.unsaved = tt.fault
			j := job(t, []pipeline.Target{tg}, tt.step)
			var told string
			j.Events = func(e verifier.Event) { told += e.Text + "\n" }
			env := verify(t, j).Environments[0]
			if diff := cmp.Diff(tt.forks, stage.forks); diff != "" {
				t.Errorf("forks (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.saved, stage.saved); diff != "" {
				t.Errorf("saved after so many clean machines (-want +got):\n%s", diff)
			}
			if env.Incident != nil {
				t.Errorf("incident %+v", env.Incident)
			}
			if got := strings.Contains(told, "downloads were not kept: no room\n"); got != (tt.fault != nil) {
				t.Errorf("told: %q", told)
			}
		})
	}
}
