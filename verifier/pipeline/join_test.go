package pipeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// A package that the archive does not have, and that is like no other one, is
// left out of its line; what later steps prove to be needed takes its place.
func TestAnUnknownPackageIsReplacedByWhatLaterStepsNeed(t *testing.T) {
	needs := func(tools ...string) envtest.Program {
		return func(c *envtest.Call) int {
			for _, tool := range tools {
				if !c.System.Exists("/usr/bin/" + tool) {
					return c.Fail(127, "notes: line 3: %s: command not found\n", tool)
				}
			}
			return 0
		}
	}
	const update, inst = "sudo apt-get update", "sudo apt-get install -y "
	index := shelf{"command column": {{Name: "bsdextrautils", Why: "w"}}, "command jq": {{Name: "jq", Why: "w"}}, "command tac": {{Name: "coreutils", Why: "w"}},
		"package bsdextrautils": {{Name: "bsdextrautils"}}, "package jq": {{Name: "jq"}}, "package coreutils": {{Name: "coreutils"}}}
	for _, tt := range []struct {
		name  string
		tools []string
		steps []string
		index shelf
		want  []string
	}{
		{name: "one line in place", tools: []string{"jq", "column"}, steps: []string{update, inst + "jq frobnicator9", "notes"}, want: []string{
			update + " ok", inst + "jq frobnicator9 failed then ok", "notes failed then ok",
			"A02b frobnicator9 proven: " + inst + "jq bsdextrautils", "S01 column not-needed: " + inst + "bsdextrautils", "works-with-fixes"}},
		{name: "several that are needed", tools: []string{"column", "jq", "tac"}, steps: []string{update, inst + "jq frobnicator9", "notes"}, want: []string{
			update + " ok", inst + "jq frobnicator9 failed then ok", "notes failed then ok",
			"A02b frobnicator9 proven: " + inst + "jq bsdextrautils coreutils", "S01 column not-needed: " + inst + "bsdextrautils", "S01 tac not-needed: " + inst + "coreutils", "works-with-fixes"}},
		{name: "two that are unknown", tools: []string{"jq", "column"}, steps: []string{update, inst + "frobnicator9 jq xyzzyplugh", "notes"}, want: []string{
			update + " ok", inst + "frobnicator9 jq xyzzyplugh failed then ok", "notes failed then ok",
			"A02b frobnicator9 not-needed: " + inst + "jq xyzzyplugh", "A02b xyzzyplugh proven: " + inst + "bsdextrautils jq", "S01 column not-needed: " + inst + "bsdextrautils", "works-with-fixes"}},
		{name: "alone in its line", tools: []string{"column"}, steps: []string{update, inst + "frobnicator9", "notes"}, want: []string{
			update + " ok", inst + "frobnicator9 failed then ok", "notes failed then ok",
			"A02b frobnicator9 proven: " + inst + "bsdextrautils", "S01 column not-needed: " + inst + "bsdextrautils", "works-with-fixes"}},
		{name: "a step between them does not bear it", tools: []string{"jq", "column"}, steps: []string{update, inst + "jq frobnicator9", "lean", "notes"}, want: []string{
			update + " ok", inst + "jq frobnicator9 failed then ok", "lean ok", "notes failed then ok",
			"A02b frobnicator9 proven: " + inst + "jq", "S01 column proven: " + inst + "bsdextrautils", "works-with-fixes"}},
		{name: "nothing is missing without it", tools: []string{"jq"}, steps: []string{update, inst + "jq frobnicator9", "notes"}, want: []string{
			update + " ok", inst + "jq frobnicator9 failed then ok", "notes ok", "A02b frobnicator9 proven: " + inst + "jq", "works-with-fixes"}},
		{name: "alone, and nothing is missing", steps: []string{update, inst + "frobnicator9", "notes"}, want: []string{
			update + " ok", inst + "frobnicator9 failed", "notes ok", "A02b frobnicator9", "broken"}},
		{name: "an index that does not know the others either", tools: []string{"jq"}, steps: []string{update, inst + "jq frobnicator9", "notes"}, index: shelf{}, want: []string{
			update + " ok", inst + "jq frobnicator9 failed", "notes blocked by s2", "A02b frobnicator9", "broken"}},
		{name: "an index that has it after all", tools: []string{"jq"}, steps: []string{update, inst + "jq frobnicator9", "notes"},
			index: shelf{"package jq": {{Name: "jq"}}, "package frobnicator9": {{Name: "frobnicator9"}}}, want: []string{
				update + " ok", inst + "jq frobnicator9 failed", "notes blocked by s2", "A02b frobnicator9", "broken"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script := envtest.Script{Programs: map[string]envtest.Program{"notes": needs(tt.tools...), "lean": func(c *envtest.Call) int {
				if c.System.Exists("/usr/bin/column") {
					return c.Fail(1, "there is too much\n")
				}
				return 0
			}},
				Index: []envtest.Package{{Name: "jq", Programs: map[string]envtest.Program{"jq": ok}}, {Name: "bsdextrautils", Programs: map[string]envtest.Program{"column": ok}},
					{Name: "coreutils", Programs: map[string]envtest.Program{"tac": ok}}}}
			if tt.index == nil {
				tt.index = index
			}
			tg, th := target(t, "debian-12", script, tt.index)
			var steps []verifier.Step
			for i, command := range tt.steps {
				role := verifier.RolePrerequisite
				if i == len(tt.steps)-1 {
					role = verifier.RoleUsage
				}
				steps = append(steps, step(command, role))
			}
			e := verify(t, job(t, []pipeline.Target{tg}, steps...)).Environments[0]
			if diff := cmp.Diff(tt.want, told(e)); diff != "" {
				t.Error(diff)
			}
			if n := th.Open(); n != 0 {
				t.Errorf("%d machines left behind", n)
			}
		})
	}
}

// An archive that a step before should have added would have the package.
func TestAPackageOfAnArchiveThatWasNotAddedStays(t *testing.T) {
	script := envtest.Script{Lists: true, Index: []envtest.Package{{Name: "jq", Programs: map[string]envtest.Program{"jq": ok}}},
		Programs: map[string]envtest.Program{"add-apt-repository": func(c *envtest.Call) int { return c.Fail(1, "no such archive, for a reason of its own\n") }}}
	tg, _ := target(t, "debian-12", script, shelf{"package jq": {{Name: "jq"}}})
	e := verify(t, job(t, []pipeline.Target{tg}, step("sudo add-apt-repository -y ppa:shop/tools", verifier.RolePrerequisite), step("sudo apt-get update", verifier.RolePrerequisite),
		step("sudo apt-get install -y jq shop-tools", verifier.RolePrerequisite))).Environments[0]
	if r := e.Steps[2]; r.Outcome != verifier.OutcomeBlocked || r.BlockedBy != "s1" {
		t.Errorf("%v", told(e))
	}
}
