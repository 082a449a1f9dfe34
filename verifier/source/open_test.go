package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestCleanWorkTree(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "# Project\n")
	r.write("src/main.c", "int main;\n")
	head := r.commit("first")
	r.git("remote", "add", "origin", "https://ada:secret@forge.example/Team/tool.git")

	c := open(t, r.dir, "")
	want := verifier.Repository{Name: "tool", URL: "https://forge.example/Team/tool.git", Commit: head, Tree: r.git("rev-parse", "HEAD^{tree}")}
	if diff := cmp.Diff(want, c.Repository); diff != "" {
		t.Errorf("repository (-want +got):\n%s", diff)
	}
	if c.Local != r.dir || c.Branch != "main" || c.Cut || len(c.Notes) > 0 {
		t.Errorf("local %q, branch %q, cut %v, notes %q", c.Local, c.Branch, c.Cut, c.Notes)
	}
	if diff := cmp.Diff([]string{"README.md", "src/main.c"}, c.Files()); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got := (repo{t, c.Root}).read("src/main.c"); got != "int main;\n" {
		t.Errorf("checkout holds %q", got)
	}
	if got := cloned(t, c).git("rev-parse", "HEAD"); got != head {
		t.Errorf("a clone of the bundle is at %s, want %s", got, head)
	}
	for _, url := range c.URLs() {
		if strings.Contains(url, "secret") {
			t.Errorf("credentials in %s", url)
		}
	}
}

func TestDirtyTreeIsVerifiedAsItIs(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "old\n")
	r.write("gone.txt", "x\n")
	r.write("staged.txt", "x\n")
	r.write("run.sh", "#!/bin/sh\n")
	r.write("becomes-folder", "x\n")
	r.write(".gitignore", "*.log\n")
	head := r.commit("first")

	r.write("README.md", "new\n")
	r.write("docs/added.md", "added\n")
	r.write("ignored.log", "noise\n")
	r.write("staged.txt", "staged\n")
	r.git("add", "staged.txt")
	for _, name := range []string{"gone.txt", "becomes-folder"} {
		if err := os.Remove(filepath.Join(r.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	r.write("becomes-folder/inside", "y\n")
	if err := os.Chmod(filepath.Join(r.dir, "run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	before := r.git("status", "--porcelain") + r.git("rev-list", "--all", "--objects")

	c := open(t, r.dir, "")
	if !c.Repository.Dirty || c.Repository.Commit != head {
		t.Errorf("dirty %v at %s, want dirty at %s", c.Repository.Dirty, c.Repository.Commit, head)
	}
	clone := cloned(t, c)
	if tree := clone.git("rev-parse", "HEAD^{tree}"); c.Repository.Tree != tree || tree == r.git("rev-parse", "HEAD^{tree}") {
		t.Errorf("tree %s, the files that are verified are %s", c.Repository.Tree, tree)
	}
	want := []string{".gitignore", "README.md", "becomes-folder/inside", "docs/added.md", "run.sh", "staged.txt"}
	if diff := cmp.Diff(want, strings.Fields(clone.git("ls-files"))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got := clone.read("README.md") + clone.read("staged.txt"); got != "new\nstaged\n" {
		t.Errorf("content %q", got)
	}
	if got := clone.git("ls-files", "--stage", "run.sh"); !strings.HasPrefix(got, "100755") {
		t.Errorf("executable bit lost: %s", got)
	}
	if got := clone.git("rev-parse", "HEAD~1"); got != head {
		t.Errorf("changes are not on top of the commit: %s", got)
	}
	if after := r.git("status", "--porcelain") + r.git("rev-list", "--all", "--objects"); after != before {
		t.Errorf("the user's repository changed:\n%s\n%s", before, after)
	}
	again := open(t, r.dir, "")
	if a, b := clone.git("rev-parse", "HEAD"), cloned(t, again).git("rev-parse", "HEAD"); a != b {
		t.Errorf("the same files gave commits %s and %s", a, b)
	}
	if asked := open(t, r.dir, "main"); asked.Repository.Dirty || asked.Repository.Ref != "main" {
		t.Errorf("with a ref changes must not count: %+v", asked.Repository)
	}
}

// Git does not trust an entry that was changed in the instant in which the
// index was written, and knows that instant by the index's own time.
func TestCopiesKeepTheirTime(t *testing.T) {
	r := repo{t, t.TempDir()}
	r.write("index", "x\n")
	stamp := time.Date(2020, 1, 2, 3, 4, 5, 678_900_000, time.UTC)
	if err := os.Chtimes(filepath.Join(r.dir, "index"), stamp, stamp); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	target := filepath.Join(t.TempDir(), "copy")
	if err := copyFile(root, "index", target); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(target); err != nil || !info.ModTime().Equal(stamp) {
		t.Errorf("%v, %v", info, err)
	}
}

func TestConflictedTreeIsTakenAsItIs(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "base\n")
	r.commit("base")
	r.git("checkout", "--quiet", "-b", "other")
	r.write("README.md", "theirs\n")
	r.commit("theirs")
	r.git("checkout", "--quiet", "main")
	r.write("README.md", "ours\n")
	r.commit("ours")
	cmd := `git -c user.name=a -c user.email=a@b merge other >/dev/null 2>&1 || true`
	r.sh(cmd)
	c := open(t, r.dir, "")
	if got := cloned(t, c).read("README.md"); !strings.Contains(got, "<<<<<<<") || !c.Repository.Dirty {
		t.Errorf("dirty %v, content %q", c.Repository.Dirty, got)
	}
}

func TestRefs(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "one\n")
	one := r.commit("one")
	r.git("tag", "-a", "-m", "release", "v1.0")
	r.write("README.md", "two\n")
	two := r.commit("two")
	r.git("branch", "topic/x", one)
	remote := newRepo(t)
	remote.git("pull", "--quiet", r.dir, "main")
	remote.git("remote", "add", "origin", r.dir)
	remote.git("fetch", "--quiet", "--tags", "origin")

	for _, tt := range []struct {
		name, ref, commit, branch string
	}{
		{"nothing asked", "", two, "main"},
		{"a branch", "main", two, "main"},
		{"a branch that only the origin has", "topic/x", one, "topic/x"},
		{"an annotated tag", "v1.0", one, "main"},
		{"a whole commit", one, one, "main"},
		{"a short commit", one[:8], one, "main"},
		{"a full ref", "refs/tags/v1.0", one, "main"},
		{"relative to HEAD", "HEAD~1", one, "main"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := open(t, remote.dir, tt.ref)
			if c.Repository.Commit != tt.commit || c.Branch != tt.branch || c.Repository.Ref != tt.ref {
				t.Errorf("got %s on %s (ref %q), want %s on %s", c.Repository.Commit, c.Branch, c.Repository.Ref, tt.commit, tt.branch)
			}
			clone := cloned(t, c)
			if got := clone.git("rev-parse", "HEAD"); got != tt.commit {
				t.Errorf("clone is at %s", got)
			}
			if got := clone.git("symbolic-ref", "--short", "HEAD"); tt.branch == "main" && tt.commit == two && got != "main" {
				t.Errorf("clone is on %s", got)
			}
			if got := clone.git("rev-parse", "v1.0^{commit}", "origin/topic/x"); got != one+"\n"+one {
				t.Errorf("tags and branches of the origin are missing: %s", got)
			}
		})
	}
	t.Run("an unknown one names near ones", func(t *testing.T) {
		e := refused(t, remote.dir, "v1.O")
		if e.Kind != UnknownRef || !slices.Contains(e.Near, "v1.0") {
			t.Errorf("%s, near %q", e.Kind, e.Near)
		}
	})
	t.Run("an option is no ref", func(t *testing.T) {
		if e := refused(t, remote.dir, "--output=x"); e.Kind != UnknownRef {
			t.Errorf("kind %s", e.Kind)
		}
	})
}

func TestUnpublishedBranchesStayHere(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	r.commit("x")
	r.git("branch", "private-draft")
	if got := cloned(t, open(t, r.dir, "")).git("branch", "--all"); strings.Contains(got, "private") {
		t.Errorf("the machine would get %s", got)
	}
}

func TestSubFolder(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	r.write("service/main.go", "package main\n")
	r.write(".gitignore", "scratch/\n")
	r.commit("x")
	r.write("scratch/README.md", "scratch\n")

	c := open(t, filepath.Join(r.dir, "service"), "")
	if c.Sub != "service" || c.Local != r.dir || len(c.Files()) != 3 {
		t.Errorf("sub %q of %q with %q", c.Sub, c.Local, c.Files())
	}
	c = open(t, filepath.Join(r.dir, "scratch"), "")
	if c.Sub != "" || c.Local != filepath.Join(r.dir, "scratch") || !cmp.Equal(c.Files(), []string{"README.md"}) {
		t.Errorf("a folder that the repository ignores: sub %q of %q with %q", c.Sub, c.Local, c.Files())
	}
}

func TestPlainFolder(t *testing.T) {
	r := repo{t, filepath.Join(t.TempDir(), "My Project!")}
	r.write("README.txt", "x\n")
	r.write("venv/big", "x\n")
	r.write(".gitignore", "venv\n")
	c := open(t, r.dir, "")
	if c.Repository.Name != "My-Project-" || !c.Repository.Dirty || len(c.Repository.Commit) != 40 || len(c.Notes) != 1 {
		t.Errorf("%+v, notes %q", c.Repository, c.Notes)
	}
	if diff := cmp.Diff([]string{".gitignore", "README.txt"}, c.Files()); diff != "" {
		t.Error(diff)
	}
	if again := open(t, r.dir, ""); again.Repository.Commit != c.Repository.Commit {
		t.Error("the same files gave two commits")
	}
	if e := refused(t, r.dir, "main"); e.Kind != UnknownRef {
		t.Errorf("kind %s", e.Kind)
	}
	if _, err := os.Stat(filepath.Join(r.dir, ".git")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the folder was made a repository")
	}
}

func TestErrors(t *testing.T) {
	empty := newRepo(t)
	broken := newRepo(t)
	broken.write("README.md", "x\n")
	commit := broken.commit("x")
	if err := os.Remove(filepath.Join(broken.dir, ".git", "objects", commit[:2], commit[2:])); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, location string
		kind           Kind
		says           string
	}{
		{"no such folder", filepath.Join(t.TempDir(), "nowhere"), NotFound, "no such folder"},
		{"a web address without its scheme", "forge.example/team/tool", NotFound, "https://forge.example/team/tool"},
		{"a file", file, NotFound, "not a folder"},
		{"an option", "--upload-pack=touch x", NotFound, "neither a path nor"},
		{"an unencrypted protocol", "http://forge.example/team/tool", NotSupported, "https://forge.example/team/tool"},
		{"a remote helper", "ext::sh -c touch% x", NotSupported, "protocol ext"},
		{"another protocol", "ftp://forge.example/x", NotSupported, "ftp"},
		{"a file URL of another host", "file://other/x", NotSupported, "another computer"},
		{"an ssh option as host", "ssh://-oProxyCommand=touch/x", NotFound, "without host"},
		{"no path", "https://forge.example/", NotFound, "without host or path"},
		{"no commits", empty.dir, NoCommits, "no commits yet"},
		{"damaged", broken.dir, Damaged, "git fsck"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := refused(t, tt.location, "")
			if e.Kind != tt.kind || !strings.Contains(e.Error(), tt.says) {
				t.Errorf("%s: %v\nwant %s with %q", e.Kind, e, tt.kind, tt.says)
			}
		})
	}
	t.Run("the context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("enough")
		cancel(why)
		if _, err := Open(ctx, Options{Location: broken.dir, Dir: t.TempDir()}); !errors.Is(err, why) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no git command", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if e := refused(t, broken.dir, ""); e.Kind != NoGit {
			t.Errorf("kind %s", e.Kind)
		}
	})
	t.Run("the folder for temporary files is in use", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "home"), 0o700); err != nil {
			t.Fatal(err)
		}
		var e *Error
		if _, err := Open(t.Context(), Options{Location: broken.dir, Dir: dir}); !errors.As(err, &e) || e.Kind != Local {
			t.Errorf("got %v", err)
		}
	})
}
