package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOtherFormsOfRepository(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	head := r.commit("x")
	base := filepath.Dir(r.dir)

	t.Run("bare", func(t *testing.T) {
		r.git("clone", "--quiet", "--bare", r.dir, filepath.Join(base, "bare.git"))
		c := open(t, filepath.Join(base, "bare.git"), "")
		if c.Repository.Commit != head || c.Local != "" || c.Repository.Dirty {
			t.Errorf("%+v local %q", c.Repository, c.Local)
		}
	})
	t.Run("file URL", func(t *testing.T) {
		c := open(t, "file://"+r.dir, "")
		if c.Repository.Commit != head || c.Repository.Name != "project" {
			t.Errorf("%+v", c.Repository)
		}
	})
	t.Run("its .git folder", func(t *testing.T) {
		if c := open(t, filepath.Join(r.dir, ".git"), ""); c.Local != r.dir {
			t.Errorf("local %q", c.Local)
		}
	})
	t.Run("linked work tree", func(t *testing.T) {
		linked := filepath.Join(base, "linked")
		r.git("worktree", "add", "--quiet", "-b", "side", linked)
		(repo{t, linked}).write("README.md", "side\n")
		c := open(t, linked, "")
		if c.Repository.Commit != head || c.Branch != "side" || !c.Repository.Dirty || c.Local != linked {
			t.Errorf("%+v branch %s local %s", c.Repository, c.Branch, c.Local)
		}
	})
	t.Run("submodule", func(t *testing.T) {
		outer := newRepo(t)
		outer.git("submodule", "--quiet", "add", r.dir, "part")
		outer.commit("with a part")
		outer2 := repo{t, filepath.Join(outer.dir, "part")}
		outer2.write("README.md", "changed inside\n")
		if c := open(t, outer2.dir, ""); c.Repository.Commit != head || !c.Repository.Dirty {
			t.Errorf("the submodule itself: %+v", c.Repository)
		}
		c := open(t, outer.dir, "")
		if c.Repository.Dirty || !cmp.Equal(c.Files(), []string{".gitmodules"}) {
			t.Errorf("the outer one: %+v with %q", c.Repository, c.Files())
		}
		if len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "submodules") {
			t.Errorf("notes %q", c.Notes)
		}
	})
	t.Run("shallow", func(t *testing.T) {
		r.write("README.md", "y\n")
		second := r.commit("y")
		shallow := filepath.Join(base, "shallow")
		r.git("clone", "--quiet", "--depth=1", "file://"+r.dir, shallow)
		(repo{t, shallow}).write("new.txt", "new\n")
		c := open(t, shallow, "")
		if c.Repository.Commit != second || !c.Cut || !c.Repository.Dirty {
			t.Errorf("%+v cut %v", c.Repository, c.Cut)
		}
		clone := cloned(t, c)
		if got := clone.git("log", "--format=%s|%an", "-n2"); got != "Changes that are not committed|freshinstall\ny|Ada" {
			t.Errorf("log %q", got)
		}
	})
	t.Run("objects missing", func(t *testing.T) {
		partial := newRepo(t)
		partial.write("README.md", "first\n")
		blob := partial.git("hash-object", "README.md")
		partial.commit("first")
		partial.write("README.md", "second\n")
		last := partial.commit("second")
		object := filepath.Join(partial.dir, ".git", "objects", blob[:2], blob[2:])
		if err := os.Remove(object); err != nil {
			t.Fatal(err)
		}
		c := open(t, partial.dir, "")
		if !c.Cut || c.Repository.Commit != last || cloned(t, c).read("README.md") != "second\n" {
			t.Errorf("%+v cut %v", c.Repository, c.Cut)
		}
	})
	t.Run("split index", func(t *testing.T) {
		split := newRepo(t)
		split.write("README.md", "x\n")
		split.commit("x")
		split.git("update-index", "--split-index")
		split.write("README.md", "y\n")
		if c := open(t, split.dir, ""); !c.Repository.Dirty {
			t.Error("change not seen")
		}
	})
	t.Run("SHA-256", func(t *testing.T) {
		long := repo{t, t.TempDir()}
		long.git("init", "--quiet", "--object-format=sha256")
		long.write("README.md", "x\n")
		want := long.commit("x")
		if c := open(t, long.dir, ""); c.Repository.Commit != want || len(want) != 64 {
			t.Errorf("%+v", c.Repository)
		}
	})
	t.Run("detached HEAD", func(t *testing.T) {
		r.git("checkout", "--quiet", "--detach", head)
		if c := open(t, r.dir, ""); c.Repository.Commit != head || c.Branch != "main" {
			t.Errorf("%+v on %s", c.Repository, c.Branch)
		}
	})
	t.Run("branch with a shell's letters", func(t *testing.T) {
		r.git("checkout", "--quiet", "-b", "$(touch-x)'y")
		c := open(t, r.dir, "")
		if c.Branch != "main" || c.Repository.Commit != head || len(c.Notes) != 1 {
			t.Errorf("branch %s notes %q", c.Branch, c.Notes)
		}
	})
}
