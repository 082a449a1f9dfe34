package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A project whose documents lack a package, name a wrong path, ask a question
// and want a value; its run is exported in every form, and each is tried.
func TestIntegrationExport(t *testing.T) {
	engineOutside(t)
	t.Setenv("CIVIC_TOKEN", "s3cr3t-of-the-owner")
	folder := repository(t, map[string]string{
		"README.md": readmeOf("mkdir out && cd out", "m4 ../greeting.m4 > greeting", "cd ..", "sh setup/keep.sh <YOUR_PLACE>", "sh ask.sh",
			"echo kept >> ~/.profile") + "\n## Use\n\n```sh\nsh greet.sh\n```\n",
		"greeting.m4":       "define(`X', `hello')X\n",
		"tools/keep.sh":     "mkdir ~/.hello && echo \"$1\" > ~/.hello/place\n", // not a second time
		"ask.sh":            "printf 'Go on? [y/N] '; read a; [ \"$a\" = y ] && touch agreed\n",
		"greet.sh":          "grep hello out/greeting && test -s ~/.hello/place && test -f agreed && test \"$(grep -c kept ~/.profile)\" = 1\n",
		".gitignore":        "/out\n/agreed\n",
		"freshinstall.yaml": "values: {YOUR_PLACE: from-env:CIVIC_TOKEN}\nanswers: {\"Go on\": \"y\"}\n",
	})
	home, kept := t.TempDir(), filepath.Join(t.TempDir(), "result.json")
	i := start(t, folder, home, "verify", "-e", "debian-12", "--trust-config", "--report", "json="+kept)
	if code := i.end(t); code != exitFindings {
		t.Fatalf("exit %d\n%s\n%s", code, strings.Join(i.told, "\n"), i.stdout.String())
	}
	out := t.TempDir()
	i = start(t, folder, home, "export", kept, "--format", "install.sh,prerequisites,dockerfile", "-o", out)
	code := i.end(t)
	said := i.stdout.String()
	// The value is a secret, which no image may keep: that file alone is not offered.
	if code != exitFindings || !strings.Contains(said, "not written: dockerfile: ") || !strings.Contains(said, "an image would keep it") {
		t.Errorf("exit %d\n%s\n%s", code, said, strings.Join(i.told, "\n"))
	}
	for name, wants := range map[string][]string{
		"install.sh":       {"packages m4", "sh tools/keep.sh \"${YOUR_PLACE}\"", "was_done", "set YOUR_PLACE first"},
		"PREREQUISITES.md": {"`m4`", "sh tools/keep.sh", "YOUR_PLACE"},
	} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Errorf("%v\n%s\n%s", err, said, strings.Join(i.told, "\n"))
			continue
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s lacks %q:\n%s", name, want, text)
			}
		}
		if strings.Contains(string(text), "s3cr3t") {
			t.Errorf("%s holds the secret", name)
		}
	}
	if _, err := os.Stat(filepath.Join(out, "Dockerfile")); err == nil {
		t.Error("a Dockerfile was written")
	}
	if err := exec.CommandContext(t.Context(), "bash", "-n", filepath.Join(out, "install.sh")).Run(); err != nil {
		t.Errorf("install.sh: %v", err)
	}
}

// Images and what an editor makes of them, of a project that needs no package,
// so that no archive is asked. What breaks when it is built is not offered.
func TestIntegrationExportOfImages(t *testing.T) {
	engineOutside(t)
	files := map[string]string{
		"README.md":         readmeOf("export PLACE=here", "mkdir out && cd out", "sh ../build.sh > greeting", "cd ..") + "\n## Use\n\n```sh\nsh greet.sh\n```\n",
		"build.sh":          "echo hello\n",
		"greet.sh":          "grep hello out/greeting && test \"$PLACE\" = here && ! test -e left-over\n",
		".gitignore":        "/out\n/left-over\n",
		"freshinstall.yaml": "environments: [{name: lean, from: debian-12, furnish: {sudo: false, git: false, ca_certificates: false}}]\n",
	}
	folder := repository(t, files)
	kept := filepath.Join(t.TempDir(), "result.json")
	finish(t, folder, exitOK, "verify", "--report", "json="+kept)
	i := finish(t, folder, exitOK, "export", kept, "--format", "devcontainer")
	said := i.stdout.String()
	for _, name := range []string{"install.sh", "Dockerfile", ".dockerignore", ".devcontainer/devcontainer.json"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil || !strings.Contains(said, "written: "+name) {
			t.Errorf("%s: %v\n%s", name, err, said)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "Dockerfile"))
	if err != nil || !strings.Contains(string(text), "FROM debian:12 AS prerequisites") || !strings.Contains(string(text), "ENV PLACE=\"here\"") {
		t.Errorf("%v\n%s", err, text)
	}

	// In an image there is no terminal's process to be seen; in the run there was.
	files["build.sh"] = "grep -q [/]run/freshinstall /proc/*/cmdline && echo hello\n"
	folder = repository(t, files)
	finish(t, folder, exitOK, "verify", "--report", "json="+kept)
	i = finish(t, folder, exitFindings, "export", kept, "--format", "install.sh,dockerfile")
	said = i.stdout.String()
	if !strings.Contains(said, "written: install.sh") || !strings.Contains(said, "not written: dockerfile: it cannot be built") {
		t.Error(said)
	}
	if _, err := os.Stat(filepath.Join(folder, "Dockerfile")); err == nil {
		t.Error("a Dockerfile that cannot be built was written")
	}
}
