package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// kit is a world in which the program assemble asks for one tool after another.
// The package of the last one brings the first one too, where it is whole.
func kit(whole bool) (envtest.Script, shelf) {
	missing := func(c *envtest.Call, tool string) bool {
		return !c.System.Exists("/usr/bin/" + tool)
	}
	assemble := func(c *envtest.Call) int {
		switch {
		case missing(c, "cutter"):
			return c.Fail(127, "sh: 1: cutter: not found\n")
		case missing(c, "gluer"):
			return c.Fail(127, "sh: 1: gluer: not found\n")
		}
		return 0
	}
	all := envtest.Package{Name: "glue-kit", Programs: map[string]envtest.Program{"gluer": ok}}
	if whole {
		all.Programs["cutter"] = ok
	}
	script := envtest.Script{Programs: map[string]envtest.Program{"assemble": assemble},
		Index: []envtest.Package{{Name: "cutter", Programs: map[string]envtest.Program{"cutter": ok, "sharpen": ok}}, all}}
	return script, shelf{"command cutter": {{Name: "cutter", Why: "w"}}, "command gluer": {{Name: "glue-kit", Why: "w"}}}
}

func TestAFixThatIsNotNeededIsLeftOut(t *testing.T) {
	const (
		cutter = "sudo apt-get update && sudo apt-get install -y cutter"
		glue   = "sudo apt-get install -y glue-kit"
	)
	for _, tt := range []struct {
		name  string
		whole bool
		then  string // a step behind it
		want  []string
	}{
		{"each is needed", false, "true", []string{"S01 cutter proven: " + cutter, "S01 gluer proven: " + glue}},
		{"a step behind it leans on it", true, "sharpen", []string{"S01 cutter proven: " + cutter, "S01 gluer proven: " + glue}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script, index := kit(tt.whole)
			tg, th := target(t, "debian-12", script, index)
			e := verify(t, job(t, []pipeline.Target{tg}, step("assemble", verifier.RoleBuild), step(tt.then, verifier.RoleBuild))).Environments[0]
			want := append([]string{"assemble failed then ok", tt.then + " ok"}, append(tt.want, "works-with-fixes")...)
			if diff := cmp.Diff(want, told(e)); diff != "" {
				t.Error(diff)
			}
			if n := th.Open(); n != 0 {
				t.Errorf("%d machines left behind", n)
			}
		})
	}
}

func TestWhatIsNotNeededIsNoLongerWritten(t *testing.T) {
	script, index := kit(true)
	script.Lists = true
	tg, th := target(t, "debian-12", script, index)
	// With the lists there, the first fix brings nothing that the second needs.
	script.Environment = envtest.DefaultEnvironment()
	script.Environment.Furnishings = append(script.Environment.Furnishings, verifier.Furnishing{Name: "package_lists"})
	th.Stage = envtest.New(script)
	t.Cleanup(th.Stage.Close)
	e := verify(t, job(t, []pipeline.Target{tg}, step("assemble", verifier.RoleBuild))).Environments[0]
	want := []string{"assemble failed then ok", "S01 cutter not-needed: sudo apt-get install -y cutter",
		"S01 gluer proven: sudo apt-get install -y glue-kit", "works-with-fixes"}
	if diff := cmp.Diff(want, told(e)); diff != "" {
		t.Error(diff)
	}
	if e.Replay == nil || !e.Replay.Passed || th.fresh != 3 || th.Open() != 0 {
		t.Errorf("replay %+v, clean machines %d, left behind %d", e.Replay, th.fresh, th.Open())
	}
}
