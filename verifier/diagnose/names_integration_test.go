package diagnose

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
)

// archives are the releases whose archives the tables are held against.
var archives = []string{"debian-11", "debian-12", "debian-13"}

// The names of the tables are held against the real archives. A line of
// packages.yaml holds where the old name is gone from an archive that has the
// new one; a deb name of the other tables holds where an archive has it. What
// no longer holds is printed.
func TestIntegrationTablesHoldInTheArchives(t *testing.T) {
	in := map[string]map[string]bool{}
	for _, release := range archives {
		in[release] = packagesOf(t, release)
		t.Logf("%s: %d packages", release, len(in[release]))
	}
	anywhere := func(name string) bool {
		return slices.ContainsFunc(archives, func(release string) bool { return in[release][name] })
	}
	c := catalogue(t)
	renamed, held := c.tables["packages"], 0
	for old, e := range renamed {
		if slices.ContainsFunc(archives, func(release string) bool {
			return !in[release][old] && slices.ContainsFunc(e.Names, func(name string) bool { return in[release][name] })
		}) {
			held++
		} else {
			t.Errorf("packages.yaml: %s: no archive lacks it and has one of %q", old, e.Names)
		}
		for _, name := range e.Names {
			if !anywhere(name) {
				t.Errorf("packages.yaml: %s: no archive has %s", old, name)
			}
		}
	}
	t.Logf("packages.yaml: %d of %d lines hold", held, len(renamed))
	for _, table := range []string{"commands", "cmake"} {
		for key, e := range c.tables[table] {
			for _, name := range e.Names {
				if !anywhere(name) {
					t.Errorf("%s.yaml: %s: no archive has %s", table, key, name)
				}
			}
		}
	}
	sheets, err := readSheets(bundled)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		column := slices.Index(s.heading, string(verifier.FamilyDeb))
		if column < 0 || s.source != "" {
			continue // what others say of names is theirs; the index is asked before use
		}
		for _, row := range s.rows {
			for _, name := range strings.Split(row[column], ",") {
				if name != none && !anywhere(name) {
					t.Errorf("%s: no archive has %s", s.file, name)
				}
			}
		}
	}
}

// packagesOf asks the archive of a release for the names of its packages.
func packagesOf(t *testing.T, release string) map[string]bool {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine; not run with -short")
	}
	engine, err := container.Connect(t.Context(), container.Options{})
	if err != nil {
		if os.Getenv("REQUIRE_CONTAINERS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	defer func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}()
	env, err := envs.Lookup(release)
	if err != nil {
		t.Fatal(err)
	}
	stage, err := engine.Prepare(t.Context(), env, func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	m, err := stage.Throwaway(t.Context(), "names-deb", "apt-get -q update\n")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}()
	out, exit, err := m.Exec(t.Context(), "apt-cache dumpavail | sed -n 's/^Package: //p'")
	if err != nil || exit != 0 {
		t.Fatalf("%s: exit status %d, %v", release, exit, err)
	}
	names := map[string]bool{}
	for name := range strings.Lines(out) {
		names[strings.TrimSpace(name)] = true
	}
	return names
}
