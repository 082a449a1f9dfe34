package source

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBranchesAreThoseThatANewcomerCanHave(t *testing.T) {
	origin := newRepo(t)
	origin.write("README.md", "x\n")
	origin.commit("x")
	origin.git("branch", "stable")
	origin.git("branch", "topic/one")
	origin.git("tag", "v1")
	base := t.TempDir()
	clone := func(name string, args ...string) repo {
		dir := filepath.Join(base, name)
		origin.git(append(append([]string{"clone", "--quiet"}, args...), "file://"+origin.dir, dir)...)
		return repo{t, dir}
	}
	full := clone("full")
	full.git("checkout", "--quiet", "-b", "mine")
	full.git("branch", "only-here")
	without := clone("without")
	without.git("remote", "rename", "origin", "elsewhere")
	excluding := clone("excluding")
	excluding.git("config", "--add", "remote.origin.fetch", "^refs/heads/stable")

	for name, test := range map[string]struct {
		at   repo
		want []string
	}{
		"a full clone, with the branch that is verified": {full, []string{"main", "mine", "stable", "topic/one", "v1"}},
		"a clone of one branch":                          {clone("single", "--single-branch"), nil},
		"a clone without history":                        {clone("shallow", "--depth=1", "--no-single-branch"), nil},
		"a clone that leaves a branch out":               {excluding, nil},
		"a clone that calls its origin otherwise":        {without, nil},
		"a repository without an origin":                 {origin, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, open(t, test.at.dir, "").Branches()); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a folder without git", func(t *testing.T) {
		folder := repo{t, t.TempDir()}
		folder.write("README.md", "x\n")
		if got := open(t, folder.dir, "").Branches(); got != nil {
			t.Errorf("%q", got)
		}
	})
}

func TestSubmodulesAreThoseThatTheCommitHas(t *testing.T) {
	part := newRepo(t)
	part.write("README.md", "part\n")
	part.commit("part")
	outer := newRepo(t)
	outer.git("submodule", "--quiet", "add", part.dir, "lib/part")
	outer.git("submodule", "--quiet", "add", part.dir, "other")
	outer.commit("with parts")
	stale := "\n[submodule \"gone\"]\n\tpath = gone\n\turl = https://example.org/gone.git\n[submodule \"out\"]\n\tpath = ../out\n"
	outer.write(".gitmodules", outer.read(".gitmodules")+stale)
	outer.commit("and with one that was taken away")

	if diff := cmp.Diff([]string{"lib/part", "other"}, open(t, outer.dir, "").Submodules()); diff != "" {
		t.Error(diff)
	}
	if got := open(t, part.dir, "").Submodules(); got != nil {
		t.Errorf("without .gitmodules: %q", got)
	}
	loose := repo{t, t.TempDir()}
	loose.write(".gitmodules", outer.read(".gitmodules"))
	if diff := cmp.Diff([]string{"gone", "lib/part", "other"}, open(t, loose.dir, "").Submodules()); diff != "" {
		t.Errorf("a folder without git: %s", diff)
	}
}
