package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// With --cache the second run of a repository downloads nothing for what the
// first had downloaded, and says so; proofs are cold, and so is another folder.
func TestIntegrationCacheIsSharedAndSaid(t *testing.T) {
	engine := engineOutside(t)
	files := map[string]string{
		"README.md": readmeOf("sudo apt-get update", "sudo apt-get install -y --no-install-recommends hello", "ninja --version"),
	}
	folder := repository(t, files)
	engine.forgetDownloads(t, folder)
	run := func(folder string, args ...string) (verifier.EnvironmentResult, string) {
		t.Helper()
		kept := filepath.Join(t.TempDir(), "result.json")
		i := finish(t, folder, exitFindings, append([]string{"verify", "-e", "debian-12", "--report", "json=" + kept, "--report", "terminal"}, args...)...)
		env := result(t, kept).Environments[0]
		for _, s := range env.Steps {
			if s.Before != nil && s.Before.Image != "" {
				engine.removeImage(t, s.Before.Image)
			}
		}
		if env.Verdict != verifier.WorksWithFixes || env.Findings[0].Fixes[0].Grade != verifier.Proven {
			t.Errorf("verdict %s, findings %+v", env.Verdict, env.Findings)
		}
		return env, strings.Join(strings.Fields(i.stdout.String()), " ")
	}
	const free = "Need to get 0 B"
	const marked = "This was no cold run"

	first, said := run(folder, "--cache")
	if first.Environment.Downloads != verifier.NoDownloads || strings.Contains(first.Steps[1].Output.Head, free) || strings.Contains(said, marked) {
		t.Errorf("the first run: %q\n%s\n%s", first.Environment.Downloads, first.Steps[1].Output.Head, said)
	}
	second, said := run(folder, "--cache")
	if !strings.HasPrefix(second.Environment.Downloads, "apt ") || !strings.Contains(second.Steps[1].Output.Head, free) {
		t.Errorf("the second run: %q\n%s", second.Environment.Downloads, second.Steps[1].Output.Head)
	}
	for _, want := range []string{marked, "(--cache): " + second.Environment.Downloads, "cold=no"} {
		if !strings.Contains(said, want) {
			t.Errorf("the second run's report lacks %q:\n%s", want, said)
		}
	}
	if cold, said := run(folder); cold.Environment.Downloads != "" || strings.Contains(cold.Steps[1].Output.Head, free) || strings.Contains(said, marked) {
		t.Errorf("a run that is not asked to: %q\n%s", cold.Environment.Downloads, cold.Steps[1].Output.Head)
	}
	another := repository(t, files)
	engine.forgetDownloads(t, another)
	if other, _ := run(another, "--cache"); other.Environment.Downloads != verifier.NoDownloads || strings.Contains(other.Steps[1].Output.Head, free) {
		t.Errorf("another repository: %q\n%s", other.Environment.Downloads, other.Steps[1].Output.Head)
	}
}

// forgetDownloads removes what is kept for a folder when the test is over.
func (o outside) forgetDownloads(t *testing.T, folder string) {
	t.Helper()
	t.Cleanup(func() {
		sum := sha256.Sum256([]byte(folder + "/"))
		label := fmt.Sprintf(`{"label":["freshinstall.repository=%x"]}`, sum[:16])
		response := o.call(context.Background(), t, http.MethodGet, "/images/json", url.Values{"filters": {label}})
		defer response.Body.Close()
		var kept []struct {
			ID string `json:"Id"`
		}
		if err := json.NewDecoder(response.Body).Decode(&kept); err != nil || len(kept) != 1 {
			t.Errorf("kept for %s: %v, %v", folder, kept, err)
		}
		for _, image := range kept {
			o.removeImage(t, image.ID)
		}
	})
}
