package container

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
)

func TestSourceHosts(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       gate.Hosts
	}{
		{"nothing", "", nil},
		{"apt", "http://archive.example.org/debian\nhttp://archive.example.org/debian-security\n", gate.Hosts{"archive.example.org"}},
		{"with a port", "https://nexus.example.org:8081/repository/npm/\n", gate.Hosts{"nexus.example.org:8081"}},
		{"go", "https://modules.example.org,direct\nsums.example.org\n", gate.Hosts{"modules.example.org", "sums.example.org"}},
		{"capitals", "HTTPS://Packages.Example.org/\n", gate.Hosts{"packages.example.org"}},
		{"R", "https://cran.example.org/\n@CRAN@\n", gate.Hosts{"cran.example.org"}},
		{"other protocols", "file:///srv/packages ftp://ftp.example.org/ cdrom:disk\n", nil},
		{"switched off", "off\nundefined\n", nil},
		{"a password", "https://me:secret@nexus.example.org/\n", gate.Hosts{"nexus.example.org"}},
		{"no host", "https:///x https://-/ http://$(id)/ http://.example.org/\n", nil},
	} {
		if got := sourceHosts(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOnlyBasesOfTheCatalogueNameHosts(t *testing.T) {
	catalogue, err := envs.Lookup("debian-12")
	if err != nil {
		t.Fatal(err)
	}
	own, image := catalogue.Base, catalogue.Base
	own.Dockerfile, image.Image = "Dockerfile", "example.org/team/tool:1"
	for name, c := range map[string]struct {
		base envs.Base
		want bool
	}{"the catalogue's": {catalogue.Base, true}, "a Dockerfile of the repository": {own, false}, "an image of its choice": {image, false}, "an archive": {envs.Base{Rootfs: "x.tar"}, false}} {
		if got := catalogued(c.base); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The script is POSIX and asks what there is; here it finds stand-ins.
func TestListSources(t *testing.T) {
	dir := t.TempDir()
	tools := map[string]string{
		"npm":  "echo https://npm.example.org/",
		"go":   "printf 'https://modules.example.org,direct\\nsums.example.org\\n'",
		"gem":  "printf '*** CURRENT SOURCES ***\\n\\nhttps://gems.example.org/\\n'",
		"yarn": "exit 1",
	}
	for name, script := range tools {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range []string{"grep"} {
		real, err := exec.LookPath(tool)
		if err != nil {
			t.Skip(err)
		}
		if err := os.Symlink(real, filepath.Join(dir, tool)); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.CommandContext(t.Context(), "/bin/sh", "-c", shellStart+listSources)
	run.Env = []string{"PATH=" + dir}
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := strings.Join(sourceHosts(string(out)), " ")
	for _, want := range []string{"npm.example.org", "modules.example.org", "sums.example.org", "gems.example.org"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %q", want, got)
		}
	}
}
