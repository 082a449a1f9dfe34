package pipeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/patch"
	"github.com/freshinstall/freshinstall/verifier/plan"
)

// followed reads a document as a newcomer would.
func followedOf(t *testing.T, source []byte) (verifier.Plan, []string) {
	t.Helper()
	p, err := plan.Build(plan.Input{Repository: "tidewatch", Documents: []plan.Document{{Path: "README.md", Source: source}},
		Files: []string{"README.md", "CMakeLists.txt", "Makefile", "requirements.txt", "tides.py"}, Target: plan.Target{Family: verifier.FamilyDeb}})
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, s := range p.Steps {
		if s.Follow {
			commands = append(commands, s.Command)
		}
	}
	return p, commands
}

// What was written is read: corrections in place become steps before the one
// that needs them, and the section adds none.
func TestCorrectedDocumentReadsBack(t *testing.T) {
	packages := []string{"sudo apt-get update", "sudo apt-get install -y libpng-dev"}
	for _, tc := range []struct {
		name, source, step string
		fix                verifier.Fix
		want               []string
	}{
		{"fence", "# Tidewatch\n\n## Install\n\n```sh\ncmake -B build\nmake -C build\n```\n", "make -C build",
			verifier.Fix{Kind: verifier.FixBefore, Commands: packages}, []string{"cmake -B build", packages[0], packages[1], "make -C build"}},
		{"prompts and output", "# Tidewatch\n\n## Install\n\n```console\n$ cmake -B build\n-- done\n$ make -C build\n```\n", "make -C build",
			verifier.Fix{Kind: verifier.FixBefore, Commands: packages}, []string{"cmake -B build", packages[0], packages[1], "make -C build"}},
		{"running text", "# Tidewatch\n\n## Install\n\nRun `cmake -B build`.\n\nThen run `make -C build` to build it.\n", "make -C build",
			verifier.Fix{Kind: verifier.FixBefore, Commands: packages}, []string{"cmake -B build", packages[0], packages[1], "make -C build"}},
		{"ordered list", "# Tidewatch\n\n## Install\n\n1. Run `cmake -B build`\n2. Run `make -C build`\n", "make -C build",
			verifier.Fix{Kind: verifier.FixBefore, Commands: packages}, []string{"cmake -B build", packages[0], packages[1], "make -C build"}},
		{"fence in a list", "# Tidewatch\n\n## Install\n\n1. Configure:\n\n   ```\n   cmake -B build\n   ```\n\n2. Build:\n\n   ```\n   make -C build\n   ```\n", "make -C build",
			verifier.Fix{Kind: verifier.FixBefore, Commands: packages}, []string{"cmake -B build", packages[0], packages[1], "make -C build"}},
		{"pre", "# Tidewatch\n\n## Install\n\n<pre>\ncmake -B build &amp;&amp; true\nmake -C build\n</pre>\n", "make -C build",
			verifier.Fix{Kind: verifier.FixBefore, Commands: packages}, []string{"cmake -B build && true", packages[0], packages[1], "make -C build"}},
		{"replaced", "# Tidewatch\n\n## Install\n\n    cmake -B build\n    python tides.py\n", "python tides.py",
			verifier.Fix{Kind: verifier.FixReplace, Replace: "python3 tides.py"}, []string{"cmake -B build", "python3 tides.py"}},
		{"replaced with continuation", "# Tidewatch\n\n## Install\n\n```sh\ncmake -B build\npython \\\n  tides.py \\\n  --selftest\n```\n", "python",
			verifier.Fix{Kind: verifier.FixReplace, Replace: "python3 tides.py --selftest"}, []string{"cmake -B build", "python3 tides.py --selftest"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, before := followedOf(t, []byte(tc.source))
			if len(before) != 2 {
				t.Fatalf("the plan follows %q", before)
			}
			r := failingOnce(p, tc.step, tc.fix)
			changes, skipped, err := patch.InPlace(map[string][]byte{"README.md": []byte(tc.source)}, r)
			if err != nil || len(skipped) > 0 || len(changes) != 1 {
				t.Fatalf("skipped %+v, err %v", skipped, err)
			}
			_, after := followedOf(t, changes[0].After)
			if diff := cmp.Diff(tc.want, after); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, changes[0].After)
			}
			section, err := patch.Section("README.md", []byte(tc.source), r, time.Unix(0, 0))
			if err != nil {
				t.Fatal(err)
			}
			if p2, _ := followedOf(t, section.After); !section.Changed() || cmp.Diff(p, p2) != "" {
				t.Errorf("the section changes the plan:\n%s", cmp.Diff(p, p2))
			}
		})
	}
}

func failingOnce(p verifier.Plan, failing string, fix verifier.Fix) *verifier.Result {
	fix.Grade = verifier.Proven
	env := verifier.EnvironmentResult{Environment: verifier.Environment{Name: "debian-12", Family: verifier.FamilyDeb, Sudo: true}}
	for _, s := range p.Steps {
		if !s.Follow {
			continue
		}
		step := verifier.StepResult{Step: s.ID, Document: s.Document, Line: s.Line, Command: s.Command, Outcome: verifier.OutcomeOK}
		if strings.HasPrefix(s.Command, failing) {
			step.Outcome = verifier.OutcomeFailed
			env.Findings = append(env.Findings, verifier.Finding{ID: "f1", Fingerprint: "k", Step: s.ID, Title: "Fails", Evidence: "no", Plain: "It fails.", Fixes: []verifier.Fix{fix}})
		}
		env.Steps = append(env.Steps, step)
	}
	return &verifier.Result{Plan: p, Environments: []verifier.EnvironmentResult{env}}
}
