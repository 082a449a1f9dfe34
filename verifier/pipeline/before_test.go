package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// What was typed again is seen by counting outside of the machines, whose own
// counters are in their snapshots.
func TestADearSnapshotIsHadLaterByTypingAgain(t *testing.T) {
	const megabytes = 400 << 20
	heavy := step("sudo apt-get install -y toolbox", verifier.RoleInstall)
	count := step("tally && cd /tmp && COLOUR=blue", verifier.RoleInstall)
	long := step("sleep 2", verifier.RoleBuild)
	passes := step("true", verifier.RoleBuild)
	build := step("[ $COLOUR = blue ] && [ $PWD = /tmp ] && gcc --version", verifier.RoleBuild)
	serve := step("serve", verifier.RoleRun, verifier.FlagLongRunning)
	inside := step("leave", verifier.RoleBuild)
	inside.Builtin = true
	const mended = "C08 C compiler proven: sudo apt-get update && sudo apt-get install -y gcc"
	const tried = " suggested: sudo apt-get update && sudo apt-get install -y gcc"
	for _, tt := range []struct {
		name      string
		bytes     int64
		steps     []verifier.Step
		tally     envtest.Program
		prose     []verifier.Prose
		want      []string
		tallied   int // the run itself, typing again, the clean replay, the last look
		snapshots int
		reason    string // of the last step
	}{
		{name: "a light one is taken", steps: []verifier.Step{heavy, count, long, build}, tallied: 2, snapshots: 3,
			want: []string{heavy.Command + " ok", count.Command + " ok", long.Command + " ok", build.Command + " failed then ok", mended, "works-with-fixes"}},
		{name: "a light one after a moment", steps: []verifier.Step{heavy, count, build}, tallied: 3, snapshots: 3,
			want: []string{heavy.Command + " ok", count.Command + " ok", build.Command + " failed then ok", mended, "works-with-fixes"}},
		{name: "a light one beside a server", steps: []verifier.Step{heavy, serve, count, build}, tallied: 2, snapshots: 4,
			want: []string{heavy.Command + " ok", "serve ok-with-deviation", count.Command + " ok", build.Command + " failed then ok", mended, "works-with-fixes"}},
		{name: "nobody needs it", bytes: megabytes, steps: []verifier.Step{heavy, count, passes}, tallied: 1, snapshots: 1,
			want: []string{heavy.Command + " ok", count.Command + " ok", "true ok", "works"}},
		{name: "a step fails", bytes: megabytes, steps: []verifier.Step{heavy, count, build}, tallied: 3, snapshots: 3,
			want: []string{heavy.Command + " ok", count.Command + " ok", build.Command + " failed then ok", mended, "works-with-fixes"}},
		{name: "a builtin fails", bytes: megabytes, steps: []verifier.Step{heavy, count, inside}, tallied: 1, snapshots: 2,
			want: []string{heavy.Command + " ok", count.Command + " ok", "leave failed", "S01 leave", "broken"}},
		{name: "after a server", bytes: megabytes, steps: []verifier.Step{heavy, serve, step("gcc --version", verifier.RoleBuild)}, snapshots: 3,
			want: []string{heavy.Command + " ok", "serve ok-with-deviation", "gcc --version failed then ok", mended, "works-with-fixes"}},
		{name: "with a file that the text asks for", bytes: megabytes, steps: []verifier.Step{heavy, count, build}, tallied: 3, snapshots: 3,
			prose: []verifier.Prose{{Kind: verifier.ProseFile, Path: "seen", Content: "here\n", Before: "s3", Do: true}},
			want:  []string{heavy.Command + " ok", count.Command + " ok", build.Command + " failed then ok", mended, "works-with-fixes"}},
		{name: "it ends otherwise once", bytes: megabytes, steps: []verifier.Step{heavy, count, build}, tallied: 4, snapshots: 3,
			tally: failsAt(2),
			want:  []string{heavy.Command + " ok", count.Command + " ok", build.Command + " failed then ok", mended, "works-with-fixes"}},
		{name: "it ends otherwise twice", bytes: megabytes, steps: []verifier.Step{heavy, count, build}, tallied: 3, snapshots: 1,
			tally:  failsAt(2, 3),
			want:   []string{heavy.Command + " ok", count.Command + " ok", build.Command + " failed", "C08 C compiler" + tried + tried + " libc6-dev" + strings.Replace(tried, "gcc", "build-essential", 1), "broken"},
			reason: "the state before this step could not be had again, so no fix was tried: s2 passed, and did not when typed again (tally && cd /tmp && COLOUR=blue: exit 9)"},
	} {
		in := func(t *testing.T) { // a bubble, whose seconds pass when somebody sleeps
			script, tallied := shop(), 0
			script.Index = append(script.Index, envtest.Package{Name: "toolbox", Bytes: tt.bytes})
			script.Lists = true
			script.Programs = map[string]envtest.Program{
				"serve": envtest.Server(8000),
				"tally": func(c *envtest.Call) int {
					tallied++
					if tt.tally != nil {
						return tt.tally(c)
					}
					return 0
				},
			}
			tg, stage := target(t, "debian-12", script, shopIndex)
			j := job(t, []pipeline.Target{tg}, tt.steps...)
			if tt.prose != nil {
				j = withProse(j, tt.prose...)
			}
			e := verify(t, j).Environments[0]
			if diff := cmp.Diff(tt.want, told(e)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if tallied != tt.tallied || stage.Frozen() != tt.snapshots {
				t.Errorf("typed %d times, want %d; %d snapshots, want %d", tallied, tt.tallied, stage.Frozen(), tt.snapshots)
			}
			if last := e.Steps[len(e.Steps)-1]; tt.reason != "" && last.Reason != tt.reason {
				t.Errorf("reason %q", last.Reason)
			}
			if stage.Stage.Open() != 0 && !strings.Contains(fmt.Sprint(tt.want), "serve") {
				t.Errorf("%d machines are left", stage.Stage.Open())
			}
		}
		t.Run(tt.name, func(t *testing.T) { synctest.Test(t, in) })
	}
}

// failsAt ends with 9 at some of its calls, counted over all machines.
func failsAt(calls ...int) envtest.Program {
	n := 0
	return func(c *envtest.Call) int {
		n++
		for _, at := range calls {
			if n == at {
				return c.Fail(9, "gone\n")
			}
		}
		return 0
	}
}
