package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// puts is a program that installs another one somewhere.
func puts(file string) envtest.Program {
	return func(c *envtest.Call) int {
		if err := c.System.WriteFile(file, envtest.File{Text: "#!/bin/sh\necho hello\n", Mode: 0o755}); err != nil {
			return c.Fail(1, "%v\n", err)
		}
		return 0
	}
}

// A program that a step has installed where the shell does not look is not
// missing, and no other one of its name is installed in its place.
func TestAProgramOffThePathIsToldAsInstalled(t *testing.T) {
	for _, tt := range []struct{ name, file, fix string }{
		{"in the home folder", "/home/newcomer/.local/bin/notes", `export PATH="$HOME/.local/bin:$PATH"`},
		{"of a package manager in the home folder", "/home/newcomer/.tool/bin/notes", `export PATH="$HOME/.tool/bin:$PATH"`},
		{"beside the system", "/opt/notes/bin/notes", `export PATH="/opt/notes/bin:$PATH"`},
		{"for administrators", "/usr/local/sbin/notes", "/usr/local/sbin/notes --all"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script := envtest.Script{Programs: map[string]envtest.Program{"put": puts(tt.file)},
				Index:      []envtest.Package{{Name: "notes", Programs: map[string]envtest.Program{"notes": ok}}},
				Repository: envtest.Repository{Name: "shop"}, Start: verifier.StartInside}
			index := shelf{"command notes": {{Name: "notes", Path: "usr/bin/notes"}}, "package notes": {{Name: "notes"}}}
			tg, _ := target(t, "debian-12", script, index)
			steps := []verifier.Step{step("put", verifier.RoleInstall), step("notes --all", verifier.RoleUsage)}
			if strings.Contains(tt.file, "sbin") {
				steps = append([]verifier.Step{step("export PATH=/usr/local/bin:/usr/bin:/bin", verifier.RoleConfigure)}, steps...)
			}
			e := verify(t, job(t, []pipeline.Target{tg}, steps...)).Environments[0]
			if len(e.Findings) != 1 || e.Verdict != verifier.WorksWithFixes {
				t.Fatalf("%v", told(e))
			}
			f := e.Findings[0]
			folder, _, _ := strings.Cut(tt.file, "/notes")
			if strings.HasPrefix(tt.file, "/opt") {
				folder = "/opt/notes/bin"
			}
			if f.Rule != "S13" || f.Object != "notes" || f.Category != verifier.ShellState || f.Blame != verifier.BlameDocs || !strings.Contains(f.Cause, folder) ||
				!strings.Contains(f.Evidence, "command not found") || strings.Contains(f.Plain, "must be installed") {
				t.Errorf("%+v", f)
			}
			if diff := cmp.Diff([]string{tt.fix}, append(f.Fixes[0].Commands, nonEmpty(f.Fixes[0].Replace)...)); diff != "" || f.Fixes[0].Grade != verifier.Proven {
				t.Errorf("%s, %s", diff, f.Fixes[0].Grade)
			}
		})
	}
}

func nonEmpty(texts ...string) (all []string) {
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}
