package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample holds files in the form of the projects', written for this test.
var sample = map[string]map[string]string{
	"rosdistro": {
		"LICENSE": "words of a licence\n",
		"rosdep/base.yaml": `alpha:
  alpine: [alpha-dev]
  debian: [libalpha-dev]
  fedora: [alpha-devel]
  ubuntu: [libalpha-ubuntu-dev]
beta:
  debian:
    '*': [libbeta2-dev]
    bullseye: [libbeta1-dev]
  rhel:
    '*': null
    '8': [beta-old-devel]
    '9': [beta-devel]
gamma-pip:
  debian:
    pip:
      packages: [gamma]
  fedora: [python3-gamma]
lonely:
  debian: [lonely]
ros-thing:
  debian: [ros-thing]
  fedora: [ros-thing]
spoilt:
  debian: ['x; id']
  fedora: [x]
`,
		"rosdep/python.yaml": "python3-delta:\n  arch: [python-delta]\n  debian: [python3-delta]\n  fedora:\n    packages: [python3-delta]\n",
	},
	"r-system-requirements": {
		"LICENSE": "words of a licence\n",
		"rules/alpha.json": `{"patterns": ["alpha"], "dependencies": [
 {"packages": ["libalpha1-dev"], "constraints": [{"os": "linux", "distribution": "debian", "versions": ["10"]}]},
 {"packages": ["libalpha-dev", "alpha-bin"], "constraints": [{"os": "linux", "distribution": "ubuntu"}, {"os": "linux", "distribution": "debian"}]},
 {"packages": ["alpha-devel"], "constraints": [{"os": "linux", "distribution": "redhat", "versions": ["7", "8"]}]}]}`,
		"rules/README.md": "no rule\n",
	},
	"endoflife.date": {
		"LICENSE":            "words of a licence\n",
		"products/debian.md": "---\ntitle: Debian\nreleases:\n  - releaseCycle: \"12\"\n    eol: 2026-07-11\n    eoes: 2028-06-30\n  - releaseCycle: \"14\"\n    eol: false\n---\n\nText.\n",
		"products/python.md": "---\nreleases:\n  - releaseCycle: \"3.9\"\n    eol: 2025-10-31\n    eoes: 2030-01-01\n---\n",
	},
}

const made = `# Made by cmd/setup/tables; make refresh-tables makes it anew.
# source: https://github.com/`

var want = map[string]string{
	"rosdistro.tsv": made + `ros/rosdistro
# licence: BSD-3-Clause
# commit: COMMIT
# date: 2026-02-03
deb	rpm	apk	suse	arch
libalpha-dev	alpha-devel	alpha-dev	-	-
libbeta2-dev	beta-devel	-	-	-
python3-delta	python3-delta	-	-	python-delta
`,
	"r-system-requirements.tsv": made + `rstudio/r-system-requirements
# licence: MIT
# commit: COMMIT
# date: 2026-02-03
requirement	deb	rpm	apk	suse	arch
alpha	libalpha-dev,alpha-bin	alpha-devel	-	-	-
`,
	"endoflife.date.tsv": made + `endoflife-date/endoflife.date
# licence: MIT
# commit: COMMIT
# date: 2026-02-03
product	release	until	longest
debian	12	2026-07-11	2028-06-30
python	3.9	2025-10-31	-
`,
	"rosdistro.LICENSE": "words of a licence\n", "r-system-requirements.LICENSE": "words of a licence\n", "endoflife.date.LICENSE": "words of a licence\n",
}

// snapshots makes git repositories of samples and gives their commits.
func snapshots(t *testing.T, projects ...string) (folder string, commits map[string]string) {
	t.Helper()
	folder, commits = t.TempDir(), map[string]string{}
	for _, project := range projects {
		dir := filepath.Join(folder, project)
		for name, text := range sample[project] {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{{"init", "-q"}, {"add", "-A"},
			{"-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "a"}, {"rev-parse", "HEAD"}} {
			command := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...)
			command.Env = append(os.Environ(), "GIT_COMMITTER_DATE=2026-02-03T04:05:06Z", "GIT_AUTHOR_DATE=2026-02-03T04:05:06Z", "GIT_CONFIG_GLOBAL=/dev/null")
			out, err := command.CombinedOutput()
			if err != nil {
				t.Fatalf("git %v: %v\n%s", args, err, out)
			}
			commits[project] = strings.TrimSpace(string(out))
		}
	}
	return folder, commits
}

func written(t *testing.T, folder string, commits map[string]string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, c := range commits {
			text = strings.ReplaceAll(text, c, "COMMIT")
		}
		have[e.Name()] = text
	}
	return have
}

func TestSheetsOfSnapshots(t *testing.T) {
	from, commits := snapshots(t, "rosdistro", "r-system-requirements", "endoflife.date")
	into := t.TempDir()
	for range 2 { // the second time nothing changes
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"-sources", from, "-into", into}, &stdout, &stderr); code != 0 {
			t.Fatalf("exit %d: %s", code, &stderr)
		}
		if diff := cmp.Diff(want, written(t, into, commits)); diff != "" {
			t.Errorf("(-want +have) %s", diff)
		}
		if !strings.Contains(stdout.String(), "rosdistro: 3 lines") {
			t.Errorf("it says %q", &stdout)
		}
	}
}

func TestWhatCannotBeRefreshedIsSaid(t *testing.T) {
	one, _ := snapshots(t, "endoflife.date")
	noLicence, _ := snapshots(t, "rosdistro")
	command := exec.CommandContext(t.Context(), "git", "-C", filepath.Join(noLicence, "rosdistro"), "-c", "user.name=a", "-c", "user.email=a@example.org",
		"rm", "-q", "LICENSE")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	command = exec.CommandContext(t.Context(), "git", "-C", filepath.Join(noLicence, "rosdistro"), "-c", "user.name=a", "-c", "user.email=a@example.org",
		"commit", "-q", "-m", "b")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, test := range []struct {
		name, from string
		code       int
		says       string
	}{
		{"nothing named", "", 2, "SOURCES=folder"},
		{"an empty folder", t.TempDir(), 1, "has none of rosdistro"},
		{"some are missing", one, 0, "rosdistro: not in"},
		{"no licence to keep beside it", noLicence, 1, "LICENSE"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			into := t.TempDir()
			if code := run(t.Context(), []string{"-sources", test.from, "-into", into}, &out, &out); code != test.code || !strings.Contains(out.String(), test.says) {
				t.Errorf("exit %d, want %d: %s", code, test.code, &out)
			}
			if entries, err := os.ReadDir(into); err != nil || test.code != 0 && len(entries) > 0 {
				t.Errorf("%d files were written, %v", len(entries), err)
			}
		})
	}
}
