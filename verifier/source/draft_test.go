package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var writtenAt = time.Date(2026, 11, 22, 14, 0, 0, 0, time.FixedZone("", 3600))

func (r repo) draft(branch string) (*Draft, error) {
	r.t.Helper()
	return NewDraft(r.t.Context(), Options{Location: r.dir, Dir: r.t.TempDir(), Environ: environ(r.t)}, branch)
}

// put commits files on a branch and wants it to work.
func (r repo) put(branch string, files map[string][]byte) (commit string, made bool) {
	r.t.Helper()
	d, err := r.draft(branch)
	if err != nil {
		r.t.Fatal(err)
	}
	commit, made, err = d.Commit(r.t.Context(), "docs: tell problems\n\nREADME.md: 1 new", files, writtenAt)
	if err != nil {
		r.t.Fatal(err)
	}
	return commit, made
}

func drafted(t *testing.T) repo {
	r := newRepo(t)
	r.write("README.md", "one\r\n")
	r.write("docs/run.sh", "#!/bin/sh\n")
	if err := os.Chmod(filepath.Join(r.dir, "docs/run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.write("old.md", "old\n")
	r.commit("first")
	r.write("README.md", "staged\n")
	r.git("add", "README.md")
	r.write("README.md", "changed\n")
	r.write("new.txt", "new\n")
	return r
}

func TestDraftLeavesTheUsersFilesAlone(t *testing.T) {
	r := drafted(t)
	status, index, head := r.git("status", "--porcelain=v2"), r.git("ls-files", "--stage"), r.git("rev-parse", "HEAD")
	d, err := r.draft("docs/problems")
	if err != nil {
		t.Fatal(err)
	}
	if text, ok, err := d.Read(t.Context(), "README.md"); err != nil || !ok || string(text) != "one\r\n" {
		t.Errorf("README.md of the base: %q, %v, %v", text, ok, err)
	}
	if _, ok, err := d.Read(t.Context(), "new.txt"); err != nil || ok {
		t.Errorf("a file that is not committed: %v, %v", ok, err)
	}
	commit, made := r.put("docs/problems", map[string][]byte{"README.md": []byte("one\r\ntwo\r\n"), "docs/run.sh": []byte("x\n"), "old.md": nil, "a/b/new.md": []byte("made\n")})
	if !made {
		t.Fatal("nothing was made")
	}
	if diff := cmp.Diff([]string{status, index, head}, []string{r.git("status", "--porcelain=v2"), r.git("ls-files", "--stage"), r.git("rev-parse", "HEAD")}); diff != "" {
		t.Errorf("work tree, index or HEAD (-before +after):\n%s", diff)
	}
	if got := r.git("rev-parse", "docs/problems"); got != commit {
		t.Errorf("the branch is at %s, not at %s", got, commit)
	}
	want := "M\tREADME.md\nA\ta/b/new.md\nM\tdocs/run.sh\nD\told.md"
	if diff := cmp.Diff(want, r.git("diff", "--name-status", "HEAD", "docs/problems")); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	if got := r.git("ls-tree", "docs/problems", "docs/run.sh"); !strings.HasPrefix(got, "100755 ") {
		t.Errorf("the mode is lost: %s", got)
	}
	if got := r.git("cat-file", "blob", "docs/problems:README.md"); got != "one\r\ntwo" {
		t.Errorf("README.md: %q", got)
	}
	r.git("fsck", "--strict", "--no-dangling")
	if got := r.git("log", "-1", "--format=%an <%ae>|%cn|%ad|%s", "--date=iso", "docs/problems"); got != "freshinstall <freshinstall@localhost>|freshinstall|2026-11-22 14:00:00 +0100|docs: tell problems" {
		t.Errorf("log: %s", got)
	}
}

func TestDraftAgain(t *testing.T) {
	r := drafted(t)
	r.git("config", "user.name", "Ada Lovelace")
	r.git("config", "user.email", "ada@example.org")
	files := map[string][]byte{"README.md": []byte("one\ntwo\n")}
	first, _ := r.put("problems", files)
	if got := r.git("log", "-1", "--format=%an <%ae>", "problems"); got != "Ada Lovelace <ada@example.org>" {
		t.Errorf("author %s", got)
	}
	if again, made := r.put("problems", files); made || again != first {
		t.Errorf("the same once more: made %v", made)
	}
	second, made := r.put("problems", map[string][]byte{"README.md": []byte("three\n")})
	if !made || r.git("rev-parse", "problems^") != r.git("rev-parse", "HEAD") {
		t.Error("our own commit is not replaced")
	}
	r.git("commit", "--quiet", "-m", "goes on")
	if third, made := r.put("problems", map[string][]byte{"README.md": []byte("three\n")}); !made || third == second {
		t.Error("the branch does not follow its base")
	}
	r.git("pack-refs", "--all")
	if _, made := r.put("problems", map[string][]byte{"README.md": []byte("four\n")}); !made {
		t.Error("a packed branch is not moved")
	}
	if _, made := r.put("nothing", map[string][]byte{"README.md": []byte("staged\n")}); made {
		t.Error("a commit without a change")
	}
	if out := r.git("branch", "--list", "nothing"); out != "" {
		t.Errorf("a branch without a commit: %s", out)
	}
}

func TestDraftRefuses(t *testing.T) {
	files := map[string][]byte{"README.md": []byte("two\n")}
	for _, tc := range []struct {
		name, branch string
		set          func(repo)
		kind         Kind
		says         string
	}{
		{"somebody's commits", "work", func(r repo) {
			r.git("branch", "work")
			r.git("stash", "--quiet")
			r.git("checkout", "--quiet", "work")
			r.commit("mine")
			r.git("checkout", "--quiet", "main")
		}, Taken, "not freshinstall's"},
		{"a branch without commits of its own", "work", func(r repo) { r.git("branch", "work") }, Taken, "not freshinstall's"},
		{"a commit on top of ours", "work", func(r repo) {
			r.put("work", files)
			r.git("stash", "--quiet")
			r.git("checkout", "--quiet", "work")
			r.commit("mine")
			r.git("checkout", "--quiet", "main")
		}, Taken, "not freshinstall's"},
		{"ours, amended", "work", func(r repo) {
			r.put("work", files)
			r.git("stash", "--quiet")
			r.git("checkout", "--quiet", "work")
			r.write("README.md", "better\n")
			r.git("commit", "--quiet", "--all", "--amend", "--no-edit")
			r.git("checkout", "--quiet", "main")
		}, Taken, "not freshinstall's"},
		{"checked out", "main", func(repo) {}, Taken, "checked out"},
		{"checked out elsewhere", "work", func(r repo) { r.git("worktree", "add", "--quiet", "-b", "work", filepath.Join(r.t.TempDir(), "tree")) }, Taken, "checked out"},
		{"a branch above it", "work/problems", func(r repo) { r.git("branch", "work") }, Taken, "cannot stand beside work"},
		{"a branch below it", "work", func(r repo) { r.git("branch", "work/a"); r.git("pack-refs", "--all") }, Taken, "cannot stand beside work/a"},
		{"no name", "a..b", func(repo) {}, NotSupported, "cannot be the name"},
		{"an option", "-f", func(repo) {}, NotSupported, "cannot be the name"},
		{"out of the folder", "../../config", func(repo) {}, NotSupported, "cannot be the name"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := drafted(t)
			tc.set(r)
			before := r.git("for-each-ref")
			_, err := r.draft(tc.branch)
			if e, ok := errors.AsType[*Error](err); !ok || e.Kind != tc.kind || !strings.Contains(e.What, tc.says) || e.ToDo == "" {
				t.Errorf("err = %v", err)
			}
			if diff := cmp.Diff(before, r.git("for-each-ref")); diff != "" {
				t.Errorf("branches:\n%s", diff)
			}
		})
	}
	t.Run("no repository", func(t *testing.T) {
		if _, err := (repo{t, t.TempDir()}).draft("work"); err == nil {
			t.Error("taken")
		}
	})
	t.Run("nothing committed", func(t *testing.T) {
		if _, err := newRepo(t).draft("work"); err == nil {
			t.Error("taken")
		}
	})
	t.Run("a link for a document", func(t *testing.T) {
		r := newRepo(t)
		r.link("/etc/passwd", "README.md")
		r.commit("first")
		d, err := r.draft("work")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Read(t.Context(), "README.md"); err == nil {
			t.Error("read")
		}
	})
	t.Run("moved in the meantime", func(t *testing.T) {
		r := drafted(t)
		d, err := r.draft("work")
		if err != nil {
			t.Fatal(err)
		}
		r.git("branch", "work")
		if _, _, err := d.Commit(t.Context(), "x", files, writtenAt); err == nil || !strings.Contains(err.Error(), "moved in the meantime") {
			t.Errorf("err = %v", err)
		}
		if left, _ := filepath.Glob(filepath.Join(r.dir, ".git/refs/heads/*.lock")); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
	t.Run("locked", func(t *testing.T) {
		r := drafted(t)
		d, err := r.draft("work")
		if err != nil {
			t.Fatal(err)
		}
		r.write(".git/refs/heads/work.lock", "")
		if _, _, err := d.Commit(t.Context(), "x", files, writtenAt); err == nil || !strings.Contains(err.Error(), "another git command") {
			t.Errorf("err = %v", err)
		}
		if _, err := os.Stat(filepath.Join(r.dir, ".git/refs/heads/work.lock")); err != nil {
			t.Error("the lock of somebody else is gone")
		}
	})
	t.Run("a link for a folder of branches", func(t *testing.T) {
		r := drafted(t)
		r.link(t.TempDir(), ".git/refs/heads/docs")
		d, err := r.draft("docs/problems")
		if err == nil {
			_, _, err = d.Commit(t.Context(), "x", files, writtenAt)
		}
		if err == nil {
			t.Error("followed")
		}
	})
}

// Nothing that a repository's configuration names is run, signing included.
func TestDraftRunsNothingOfTheRepository(t *testing.T) {
	tr := newTrap(t)
	r := newRepo(t)
	r.write("README.md", "one\n")
	r.write(".gitattributes", "*.md filter=evil diff=evil merge=evil\n")
	r.commit("first")
	tr.set(r)
	for _, kv := range [][2]string{{"commit.gpgSign", "true"}, {"gpg.format", "ssh"}, {"gpg.ssh.program", tr.program}, {"user.signingKey", "x"}, {"user.name", "Eve <x>\n"}} {
		r.git("config", "--file", filepath.Join(r.dir, ".git", "config"), kv[0], kv[1])
	}
	if err := os.Remove(tr.mark); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	commit, made := r.put("problems", map[string][]byte{"README.md": []byte("two\n"), "NEW.md": []byte("new\n")})
	if ran := tr.sprung(); ran != "" {
		t.Fatalf("ran %s", ran)
	}
	if !made {
		t.Fatal("nothing was made")
	}
	raw, err := os.ReadFile(filepath.Join(r.dir, ".git/refs/heads/problems"))
	if err != nil || strings.TrimSpace(string(raw)) != commit {
		t.Errorf("the branch: %q, %v", raw, err)
	}
}
