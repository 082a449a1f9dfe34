package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
	"github.com/freshinstall/freshinstall/verifier/run"
)

func TestSnapshotsOfFailedStepsAreKept(t *testing.T) {
	script := shop()
	script.Programs = map[string]envtest.Program{"greet": ok, "smash": func(c *envtest.Call) int { return c.Fail(3, "broken\n") },
		"crash": func(c *envtest.Call) int { return c.Fail(4, "crashed\n") }}
	build := step("gcc -c main.c", verifier.RoleBuild)
	broken := step("smash", verifier.RoleBuild)
	needs := step("greet <token>", verifier.RoleConfigure, verifier.FlagPlaceholder)
	told := verifier.Prose{Kind: verifier.ProseFile, Path: ".env", Content: "T=<token>\n", Before: "s2"}
	kept, lost := "kept", "a secret was typed before it"
	for _, tt := range []struct {
		name   string
		steps  []verifier.Step
		secret bool
		full   bool
		prose  []verifier.Prose
		want   []string // of each step: kept, why not, or nothing
		count  int
	}{
		{"mended, passed, broken", []verifier.Step{build, step("greet", verifier.RoleTest), broken}, false, false, nil, []string{kept, "", kept}, 2},
		{"a value that is no secret", []verifier.Step{needs, broken}, false, false, nil, []string{"", kept}, 1},
		{"after a secret", []verifier.Step{needs, broken}, true, false, nil, []string{"", lost}, 0},
		{"at a secret", []verifier.Step{broken, step("crash <token>", verifier.RoleBuild, verifier.FlagPlaceholder), build}, true, false, nil, []string{kept, kept, lost}, 2},
		{"after a secret in a file", []verifier.Step{build, broken}, true, false, []verifier.Prose{told}, []string{kept, lost}, 1},
		{"no room", []verifier.Step{broken}, false, true, nil, []string{"no room"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tg, stage := target(t, "debian-12", script, shopIndex)
			stage.full = tt.full
			j := job(t, []pipeline.Target{tg}, tt.steps...)
			j.Values = map[string]run.Value{"<token>": {Text: "s3cret", Secret: tt.secret}}
			j.Keep = true
			j = withProse(j, tt.prose...)
			var got []string
			for _, s := range verify(t, j).Environments[0].Steps {
				switch {
				case s.Before == nil:
					got = append(got, "")
				case s.Before.Image != "" && s.Before.Until.Equal(keptUntil):
					got = append(got, kept)
				default:
					got = append(got, s.Before.Lost)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(stage.kept) != tt.count {
				t.Errorf("%d snapshots were kept, want %d", len(stage.kept), tt.count)
			}
		})
	}
}
