package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCloneAt(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	origin := filepath.Join(dir, "origin")
	if err := (scenario{commands: []string{"make"}}).lay(ctx, origin); err != nil {
		t.Fatal(err)
	}
	first, err := git(ctx, origin, "rev-parse", "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := git(ctx, origin, "-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "--allow-empty", "--message=second"); err != nil {
		t.Fatal(err)
	}
	second, err := git(ctx, origin, "rev-parse", "HEAD")
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct{ name, commit, fails string }{
		{"the newest", second, ""},
		{"an older one", first, ""},
		{"one that is not there", strings.Repeat("0", 40), "check out 0000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			clone := filepath.Join(t.TempDir(), "deep", "clone")
			err := cloneAt(ctx, origin, c.commit, clone)
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("error %v, want %q in it", err, c.fails)
				}
				if _, err := os.Stat(clone); err == nil {
					t.Error("a clone at another commit was left as if it were the wanted one")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if head, err := git(ctx, clone, "rev-parse", "HEAD"); err != nil || head != c.commit {
				t.Errorf("checked out %s, %v; want %s", head, err, c.commit)
			}
		})
	}
}

func TestPlainEnvironment(t *testing.T) {
	t.Setenv("FRESHINSTALL_TIMEOUT", "1s")
	t.Setenv("KEPT", "1")
	all := "\n" + strings.Join(plainEnvironment(), "\n") + "\n"
	if strings.Contains(all, "\nFRESHINSTALL_") || !strings.Contains(all, "\nKEPT=1\n") {
		t.Errorf("environment is\n%s", all)
	}
}
