package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// A README that knows only another family's package manager is translated,
// and the translation is proven. That the step is typed at all is declared:
// by itself the plan leaves it to the systems that it is for.
func TestIntegrationForeignPackagesAreTranslated(t *testing.T) {
	engineOutside(t)
	folder := repository(t, map[string]string{
		"README.md":         readmeOf("sudo dnf install gcc make ncurses-devel", "make"),
		"Makefile":          "hello: hello.c\n\tgcc -o hello hello.c -lncurses\n",
		"hello.c":           "#include <ncurses.h>\nint main(void) { return 0; }\n",
		"freshinstall.yaml": "environments: [debian-12]\nsteps:\n  - match: sudo dnf install\n    follow: true\n    why: nothing else is said for this system\n",
	})
	file := filepath.Join(t.TempDir(), "result.json")
	finish(t, folder, exitFindings, "verify", "--report", "json="+file)
	env := result(t, file).Environments[0]
	if env.Verdict != verifier.WorksWithFixes || len(env.Findings) != 1 {
		t.Fatalf("verdict %s, findings %+v", env.Verdict, env.Findings)
	}
	fix := env.Findings[0].Fixes[0]
	if env.Findings[0].Rule != "A17" || fix.Grade != verifier.Proven || fix.Replace != "sudo apt-get install -y gcc make libncurses-dev" {
		t.Errorf("rule %s, fix %+v", env.Findings[0].Rule, fix)
	}
	if !strings.Contains(fix.Why, "ncurses-devel is libncurses-dev") {
		t.Errorf("it does not say what is called what: %s", fix.Why)
	}
}
