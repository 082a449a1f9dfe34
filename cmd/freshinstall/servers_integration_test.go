package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// serverFiles are a repository whose server takes a while to listen, and is
// asked in vain twice before it answers; its client lies elsewhere than the README says.
func serverFiles() map[string]string {
	return map[string]string{
		"README.md": "# Hello\n\nSays hello.\n\n## Run\n\n<!-- freshinstall: background ready=http://localhost:8123/health -->\n\n```sh\ncd tools\n./serve.sh\n```\n\n" +
			"In another terminal:\n\n```sh\ncd ..\n./script/ask.sh\n```\n",
		"tools/serve.sh": `#!/usr/bin/perl -w
use IO::Socket::INET;
sleep 1;
my $s = IO::Socket::INET->new(LocalPort => 8123, Listen => 5, ReuseAddr => 1) or die $!;
my $asked = 0;
while (my $c = $s->accept) { my $l = <$c>; print $c $asked++ < 2 ? "HTTP/1.0 503 Wait\r\n\r\n" : "HTTP/1.0 200 OK\r\n\r\nhello\n"; close $c }
`,
		"tools/ask.sh": `#!/bin/bash
exec 3<>/dev/tcp/localhost/8123 || exit 7
printf 'GET / HTTP/1.0\r\n\r\n' >&3
grep hello <&3
`,
	}
}

// A declared readiness is waited for, and the fix is proven beside the server,
// whether it holds its terminal or runs in the background of it.
func TestIntegrationServerIsAwaitedAndStartedAgain(t *testing.T) {
	engineOutside(t)
	for name, starts := range map[string]struct {
		command string
		ended   verifier.Ending
	}{
		"in a terminal of its own": {"./serve.sh", verifier.Serving},
		"in the background":        {"./serve.sh >/tmp/serve.log 2>&1 &", verifier.Exited},
	} {
		t.Run(name, func(t *testing.T) {
			files := serverFiles()
			files["README.md"] = strings.Replace(files["README.md"], "./serve.sh", starts.command, 1)
			report := filepath.Join(t.TempDir(), "result.json")
			finish(t, repository(t, files), exitFindings, "verify", "-e", "debian-12", "--report", "json="+report)
			env := result(t, report).Environments[0]
			if env.Verdict != verifier.WorksWithFixes || len(env.Findings) != 1 || env.Findings[0].Fixes[0].Grade != verifier.Proven {
				t.Fatalf("verdict %s, findings %+v, steps %+v", env.Verdict, env.Findings, env.Steps)
			}
			serve, ask := env.Steps[1], env.Steps[3]
			if serve.Ended != starts.ended || !serve.Outcome.Passed() {
				t.Errorf("the server: ended %s, %s, %s", serve.Ended, serve.Outcome, serve.Reason)
			}
			if !slices.ContainsFunc(ask.Deviations, func(d verifier.Deviation) bool {
				return d.Kind == verifier.DeviationServer && strings.Contains(d.What, "started “"+starts.command+"” (README.md:11) again")
			}) {
				t.Errorf("deviations %+v, want one that tells of the server", ask.Deviations)
			}
		})
	}
}

func TestIntegrationServerThatIsNeverReadyFails(t *testing.T) {
	engineOutside(t)
	files := serverFiles()
	files["README.md"] = strings.Replace(files["README.md"], "ready=http://localhost:8123/health", "timeout=4s ready=port:8124", 1)
	report := filepath.Join(t.TempDir(), "result.json")
	finish(t, repository(t, files), exitFindings, "verify", "-e", "debian-12", "--report", "json="+report)
	env := result(t, report).Environments[0]
	if s := env.Steps[1]; s.Outcome != verifier.OutcomeFailed || !strings.Contains(s.Reason, "port 8124") || len(s.Findings) != 1 || env.Findings[0].Rule != "S21" {
		t.Errorf("step %+v, findings %+v", s, env.Findings)
	}
}
