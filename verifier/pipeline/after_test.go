package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// TestWhatAFailedStepShouldHaveMade: a build without the file that a failed
// configure makes tells nothing of its own, and no folder with a Makefile of
// something else is taken for a way out.
func TestWhatAFailedStepShouldHaveMade(t *testing.T) {
	script := envtest.Script{
		Programs: map[string]envtest.Program{
			"cmake": func(c *envtest.Call) int { return c.Fail(1, "this cannot go on for a reason of its own\n") },
		},
		Index: []envtest.Package{{Name: "make", Programs: map[string]envtest.Program{"make": func(c *envtest.Call) int {
			if strings.HasSuffix(c.Dir, "/tests") {
				return 0
			}
			return c.Fail(2, "make: *** No targets specified and no makefile found.  Stop.\n")
		}}}},
		Repository: envtest.Repository{Name: "shop", Files: map[string]envtest.File{"tests/Makefile": {}}},
		Start:      verifier.StartInside,
	}
	index := shelf{"command make": {{Name: "make", Path: "usr/bin/make"}}, "package make": {{Name: "make"}}}
	tg, _ := target(t, "debian-12", script, index)
	j := job(t, []pipeline.Target{tg}, step("cmake .", verifier.RoleBuild), step("make -j", verifier.RoleBuild), step("make install", verifier.RoleInstall))
	j.Files = []string{"tests/Makefile"}
	e := verify(t, j).Environments[0]
	if diff := cmp.Diff([]string{"cmake . failed", "make -j blocked by s1", "make install blocked by s2", "unknown ",
		"S01 make got-further: sudo apt-get update && sudo apt-get install -y make", "broken"}, told(e)); diff != "" {
		t.Error(diff)
	}

	alone, _ := target(t, "debian-12", script, index)
	j = job(t, []pipeline.Target{alone}, step("make -j", verifier.RoleBuild))
	j.Files = []string{"tests/Makefile"}
	if e := verify(t, j).Environments[0]; e.Verdict != verifier.WorksWithFixes {
		t.Errorf("without a step that makes it: %v", told(e))
	}
}
