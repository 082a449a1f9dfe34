package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHugeFolderIsRefused(t *testing.T) {
	r := repo{t, t.TempDir()}
	r.write("README.md", "x\n")
	r.write("disk.img", "")
	// A hole: nothing of it is ever read.
	if err := os.Truncate(filepath.Join(r.dir, "disk.img"), maxNewBytes+1); err != nil {
		t.Fatal(err)
	}
	if e := refused(t, r.dir, ""); e.Kind != TooLarge || !strings.Contains(e.ToDo, ".gitignore") {
		t.Errorf("%s: %v", e.Kind, e)
	}
	r.write(".gitignore", "*.img\n")
	if c := open(t, r.dir, ""); len(c.Files()) != 2 {
		t.Errorf("files %q", c.Files())
	}
}

func TestUnreadableFilesAreLeftOut(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root can read every file")
	}
	r := newRepo(t)
	r.write("README.md", "x\n")
	r.commit("x")
	r.write("new.key", "x\n")
	if err := os.Chmod(filepath.Join(r.dir, "new.key"), 0); err != nil {
		t.Fatal(err)
	}
	c := open(t, r.dir, "")
	if c.Repository.Dirty || len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "new.key") {
		t.Errorf("%+v, notes %q", c.Repository, c.Notes)
	}
}

func TestRepositoryOfAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	r := newRepo(t)
	r.write("README.md", "x\n")
	head := r.commit("x")
	r.write("sub/file", "x\n")
	r.commit("sub")
	err := filepath.WalkDir(r.dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 1234, 1234)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("is read without trusting it", func(t *testing.T) {
		if c := open(t, r.dir, "HEAD~1"); c.Repository.Commit != head {
			t.Errorf("%+v", c.Repository)
		}
	})
	t.Run("does not take over the folders of others below it", func(t *testing.T) {
		sub := filepath.Join(r.dir, "sub")
		if err := os.Lchown(sub, 5678, 5678); err != nil {
			t.Fatal(err)
		}
		c := open(t, sub, "")
		if diff := cmp.Diff([]string{"file"}, c.Files()); diff != "" || c.Local != sub {
			t.Errorf("local %q, files (-want +got):\n%s", c.Local, diff)
		}
	})
}

func TestFormsThatAreNotRead(t *testing.T) {
	for _, tt := range []struct {
		name, key, value string
		kind             Kind
		says             string
	}{
		{"branches in a table", "extensions.refStorage", "reftable", NotSupported, "git refs migrate"},
		{"an object format of the future", "extensions.objectFormat", "sha3", NotSupported, "newer git"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRepo(t)
			r.write("README.md", "x\n")
			r.commit("x")
			r.git("config", "core.repositoryFormatVersion", "1")
			r.sh("printf '[" + strings.Split(tt.key, ".")[0] + "]\\n" + strings.Split(tt.key, ".")[1] + " = " + tt.value + "\\n' >>.git/config")
			if e := refused(t, r.dir, ""); e.Kind != tt.kind || !strings.Contains(e.Error(), tt.says) {
				t.Errorf("%s: %v", e.Kind, e)
			}
		})
	}
	t.Run("index that is none", func(t *testing.T) {
		r := newRepo(t)
		r.write("README.md", "x\n")
		r.commit("x")
		r.write(".git/index", "nonsense")
		if e := refused(t, r.dir, ""); e.Kind != Damaged || e.Message == "" {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
	t.Run("HEAD that is a link", func(t *testing.T) {
		r := newRepo(t)
		r.write("README.md", "x\n")
		r.commit("x")
		r.sh("mv .git/packed-refs x 2>/dev/null; ln -s /etc/hostname .git/packed-refs")
		if e := refused(t, r.dir, ""); e.Kind != Damaged || !strings.Contains(e.Error(), "packed-refs") {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
}

// The user's own way to a host stays in force.
func TestUsersOwnSSHCommand(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	head := r.commit("x")
	var env []string
	command := ""
	for _, v := range overSSH(t) {
		if s, ok := strings.CutPrefix(v, "GIT_SSH_COMMAND="); ok {
			command = s
			continue
		}
		env = append(env, v)
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[core]\n\tsshCommand = "+command+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), Options{Location: "host.example:" + r.dir, Dir: t.TempDir(), Environ: append(env, "HOME="+home)})
	if err != nil || c.Repository.Commit != head {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestOriginsThatAreNoAddresses(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	r.commit("x")
	for name, url := range map[string]string{
		"terminal codes": "https://forge.example/a\x1b[31m",
		"an option":      "-oProxyCommand=x@host:path",
		"a folder":       "/srv/tool.git",
		"a helper":       "ext::sh -c x",
	} {
		t.Run(name, func(t *testing.T) {
			r.git("config", "remote.origin.url", url)
			c := open(t, r.dir, "")
			if c.Repository.Name != "project" || c.Repository.URL != r.dir || len(c.URLs()) != 0 {
				t.Errorf("%+v, %q", c.Repository, c.URLs())
			}
		})
	}
}

// Many branches of the origin, one of them unreadable, do not keep the rest.
func TestUnreadableBranchOfTheOrigin(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	head := r.commit("x")
	r.git("update-ref", "refs/remotes/origin/good", head)
	r.write(".git/refs/remotes/origin/bad", strings.Repeat("ab", 20)+"\n")
	c := open(t, r.dir, "")
	if c.Repository.Commit != head || c.Cut {
		t.Errorf("%+v cut %v", c.Repository, c.Cut)
	}
}

func TestBranchesThatCannotStandTogether(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	head := r.commit("x")
	r.git("checkout", "--quiet", "-b", "topic")
	r.git("update-ref", "refs/remotes/origin/topic/deep", head)
	r.git("update-ref", "refs/remotes/origin/other", head)
	c := open(t, r.dir, "")
	if got := cloned(t, c).git("rev-parse", "origin/topic", "origin/other"); c.Branch != "topic" || got != head+"\n"+head {
		t.Errorf("branch %s, %s", c.Branch, got)
	}
}
