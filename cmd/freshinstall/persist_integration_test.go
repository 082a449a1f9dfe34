package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// What works only in the terminal that installed it is told, with the line that
// makes it last; the instructions as such have passed.
func TestIntegrationTerminalOpenedLater(t *testing.T) {
	engineOutside(t)
	folder := repository(t, map[string]string{
		"README.md": readmeOf("mkdir -p ~/tools", "cp greet ~/tools", `export PATH="$HOME/tools:$PATH"`) + "\n## Usage\n\n```sh\ngreet world\n```\n",
		"greet":     "#!/bin/sh\necho hello $1\n",
	})
	report := filepath.Join(t.TempDir(), "result.json")
	i := finish(t, folder, exitOK, "verify", "-e", "debian-12", "--report", "json="+report)
	e := result(t, report).Environments[0]
	if e.Verdict != verifier.Works || len(e.Findings) != 1 || e.Findings[0].Rule != "S20" || e.Findings[0].Object != "greet" {
		t.Fatalf("verdict %s, findings %+v\n%s", e.Verdict, e.Findings, i.stdout.String())
	}
	fix := e.Findings[0].Fixes[0]
	if fix.Grade != verifier.ProvenInPlace || fix.Proof.ControlExit != 127 || fix.Proof.FixedExit != 0 ||
		strings.Join(fix.Commands, "\n") != `echo 'export PATH="$HOME/tools:$PATH"' >> ~/.profile` {
		t.Errorf("fix %+v, proof %+v", fix, fix.Proof)
	}
	if !strings.Contains(i.stdout.String(), "command found only in the terminal that installed it") {
		t.Errorf("the report does not tell it:\n%s", i.stdout.String())
	}
}
