package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// fixesOf are the first fixes of an environment's findings, a line each.
func fixesOf(e verifier.EnvironmentResult) []string {
	var out []string
	for _, f := range e.Findings {
		line := string(f.Category)
		if len(f.Fixes) > 0 {
			fix := f.Fixes[0]
			line += " " + string(fix.Grade) + ": " + strings.Join(fix.Commands, "; ") + fix.Replace + fix.Release
		}
		out = append(out, line)
	}
	return out
}

// What no rule has a candidate for is found by looking around, on a real system
// with real programs, and its proof can be run again.
func TestIntegrationWhatIsWrittenWronglyIsFoundByLooking(t *testing.T) {
	engineOutside(t)
	folder := repository(t, map[string]string{
		"README.md": readmeOf("cp --recursve web copy", "sh tools/use.sh", "sh tools/make.sh", "./bulid/hello", "sh page.sh"),
		"names":     "b\na\n", "tools/make.sh": "mkdir -p build && printf '#!/bin/sh\\necho hello\\n' >build/hello && chmod +x build/hello\n",
		"tools/use.sh": "test -x build/hello || { echo 'not built yet'; exit 3; }\n",
		"web/page.sh":  "echo page\n",
	})
	kept := filepath.Join(t.TempDir(), "result.json")
	finish(t, folder, exitFindings, "verify", "-e", "debian-12", "--report", "json="+kept)
	e := result(t, kept).Environments[0]
	want := []string{
		"wrong_command_or_name proven: cp --recursive web copy",
		"order_of_steps proven: sh tools/make.sh",
		"wrong_command_or_name proven: ./build/hello",
		"missing_file proven: sh web/page.sh",
	}
	if diff := cmp.Diff(want, fixesOf(e)); diff != "" || e.Verdict != verifier.WorksWithFixes {
		t.Errorf("verdict %s: %s", e.Verdict, diff)
	}
	if again := finish(t, folder, exitOK, "prove", kept, "f2"); !strings.Contains(again.stdout.String(), "The same as in the run.") {
		t.Error(again.stdout.String())
	}
}

// A package that only a newer release has is a proven change of the declaration.
func TestIntegrationANewerReleaseIsProven(t *testing.T) {
	engineOutside(t)
	folder := repository(t, map[string]string{
		"README.md": readmeOf("sudo apt-get update", "sudo apt-get install -y --no-install-recommends fastfetch", "fastfetch --version"),
	})
	kept := filepath.Join(t.TempDir(), "result.json")
	finish(t, folder, exitFindings, "verify", "-e", "debian-12", "--report", "json="+kept)
	e := result(t, kept).Environments[0]
	if len(e.Findings) != 1 || len(e.Findings[0].Fixes) != 1 || e.Verdict != verifier.WorksWithFixes {
		t.Fatalf("verdict %s, %v", e.Verdict, fixesOf(e))
	}
	if fix := e.Findings[0].Fixes[0]; fix.Release != "debian-13" || fix.Grade != verifier.Proven {
		t.Errorf("%+v", fix)
	}
}
