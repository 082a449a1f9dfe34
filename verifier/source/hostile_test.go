package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// trap is a program that leaves a mark when it runs.
type trap struct {
	t       *testing.T
	program string
	mark    string
}

func newTrap(t *testing.T) trap {
	t.Helper()
	dir := t.TempDir()
	tr := trap{t, filepath.Join(dir, "trap.sh"), filepath.Join(dir, "mark")}
	script := "#!/bin/sh\necho \"$0 $*\" >>'" + tr.mark + "'\ncat\n"
	if err := os.WriteFile(tr.program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return tr
}

func (tr trap) sprung() string {
	b, err := os.ReadFile(tr.mark)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		tr.t.Fatal(err)
	}
	return string(b)
}

// set lays the trap everywhere in a repository's configuration and hooks.
func (tr trap) set(r repo) {
	t := tr.t
	t.Helper()
	included := filepath.Join(t.TempDir(), "included")
	if err := os.WriteFile(included, []byte("[core]\n\tfsmonitor = "+tr.program+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	hostile := [][2]string{
		{"core.fsmonitor", tr.program},
		{"core.hooksPath", filepath.Dir(tr.program)},
		{"core.sshCommand", tr.program},
		{"core.pager", tr.program},
		{"core.editor", tr.program},
		{"core.gitProxy", tr.program},
		{"core.askPass", tr.program},
		{"core.alternateRefsCommand", tr.program},
		{"filter.evil.clean", tr.program},
		{"filter.evil.smudge", tr.program},
		{"filter.evil.process", tr.program},
		{"filter.evil.required", "true"},
		{"diff.evil.textconv", tr.program},
		{"diff.external", tr.program},
		{"merge.evil.driver", tr.program},
		{"uploadpack.packObjectsHook", tr.program},
		{"credential.helper", "!" + tr.program},
		{"gpg.program", tr.program},
		{"alias.ls-files", "!" + tr.program},
		{"include.path", included},
		{"core.worktree", "/"},
		{"remote.origin.url", "ext::" + tr.program + " %S"},
		{"remote.origin.uploadpack", tr.program},
		{"remote.origin.promisor", "true"},
		{"extensions.partialClone", "origin"},
		{"core.repositoryFormatVersion", "1"},
	}
	configs := []string{filepath.Join(r.dir, ".git", "config"), filepath.Join(r.dir, ".git", "modules", "part", "config")}
	for _, config := range configs {
		if _, err := os.Stat(config); err != nil {
			continue // no submodule
		}
		for _, kv := range hostile {
			if kv[0] == "core.worktree" && strings.Contains(config, "modules") {
				continue
			}
			r.git("config", "--file", config, kv[0], kv[1])
		}
	}
	hooks := filepath.Join(r.dir, ".git", "hooks")
	if err := os.MkdirAll(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, hook := range []string{"post-checkout", "post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman"} {
		if err := os.Symlink(tr.program, filepath.Join(hooks, hook)); err != nil {
			t.Fatal(err)
		}
	}
}

// A repository that came in an archive brings a configuration of its own.
// Plain git runs programs from it; Open must not run any.
func TestHostileConfigurationRunsNothing(t *testing.T) {
	tr := newTrap(t)
	r := newRepo(t)
	r.write("README.md", "one\n")
	r.write("data.bin", "data\n")
	r.write(".gitattributes", "*.bin filter=evil diff=evil merge=evil\n*.md filter=evil\n")
	inner := newRepo(t)
	inner.write("x", "x\n")
	inner.commit("inner")
	r.git("submodule", "--quiet", "add", inner.dir, "part")
	r.commit("first")

	r.write("README.md", "changed\n")
	r.write("new.bin", "new\n")
	r.write("part/untracked", "x\n")
	tr.set(r)

	// The trap works: plain git falls into it.
	r.sh("git -c core.worktree=" + r.dir + " status >/dev/null 2>&1 || true")
	if tr.sprung() == "" {
		t.Fatal("the trap does not spring for plain git; the test shows nothing")
	}
	if err := os.Remove(tr.mark); err != nil {
		t.Fatal(err)
	}

	for _, location := range []string{r.dir, "file://" + r.dir, filepath.Join(r.dir, "part")} {
		c := open(t, location, "")
		if _, err := c.Documents(nil); err != nil && !errors.Is(err, ErrNoDocuments) {
			t.Error(err)
		}
		if ran := tr.sprung(); ran != "" {
			t.Errorf("opening %s ran %s", location, ran)
		}
		if location == r.dir && (repo{t, c.Root}).read("README.md") != "changed\n" {
			t.Error("the change is not in the checkout")
		}
	}
	// A missing object would be fetched from the promisor, which is a program.
	blob := r.git("--git-dir", filepath.Join(r.dir, ".git"), "-c", "core.worktree=", "rev-parse", "HEAD:data.bin")
	if err := os.Remove(filepath.Join(r.dir, ".git", "objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	if e := refused(t, r.dir, "main"); e.Kind != Damaged {
		t.Errorf("kind %s: %v", e.Kind, e)
	}
	if ran := tr.sprung(); ran != "" {
		t.Errorf("fetching a missing object ran %s", ran)
	}
}

// The user's own configuration may have filters, for instance git-lfs; in a
// foreign tree they do not run either.
func TestUsersOwnFiltersDoNotRun(t *testing.T) {
	tr := newTrap(t)
	r := newRepo(t)
	r.write("README.md", "x\n")
	r.write(".gitattributes", "* filter=own\n")
	r.commit("x")
	r.write("README.md", "y\n")
	env := environ(t)
	home := strings.TrimPrefix(env[len(env)-2], "HOME=")
	config := "[filter \"own\"]\n\tclean = " + tr.program + "\n\tsmudge = " + tr.program + "\n[core]\n\tfsmonitor = " + tr.program + "\n\texcludesFile = " + home + "/ignored\n"
	for name, content := range map[string]string{".gitconfig": config, "ignored": "*.swp\n"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.write("x.swp", "editor's")
	c, err := Open(t.Context(), Options{Location: r.dir, Dir: t.TempDir(), Environ: env})
	if err != nil {
		t.Fatal(err)
	}
	if ran := tr.sprung(); ran != "" {
		t.Errorf("ran %s", ran)
	}
	if got := strings.Join(c.Files(), " "); got != ".gitattributes README.md" {
		t.Errorf("the user's own list of ignored files does not count: %s", got)
	}
}

func TestVariablesOfACallingHookDoNotCount(t *testing.T) {
	other := newRepo(t)
	other.write("other.txt", "x\n")
	other.commit("other")
	r := newRepo(t)
	r.write("README.md", "x\n")
	head := r.commit("x")
	env := append(environ(t), "GIT_DIR="+other.dir+"/.git", "GIT_INDEX_FILE="+other.dir+"/.git/index", "GIT_WORK_TREE="+other.dir)
	c, err := Open(t.Context(), Options{Location: r.dir, Dir: t.TempDir(), Environ: env})
	if err != nil {
		t.Fatal(err)
	}
	if c.Repository.Commit != head || c.Repository.Dirty {
		t.Errorf("got %+v", c.Repository)
	}
}

func TestLinksOutOfTheTreeAreNotFollowed(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.md")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := newRepo(t)
	r.write("docs/install.md", "inside\n")
	r.write("guide/README.md", "# Guide\n")
	r.link(secret, "INSTALL.md")
	r.link(filepath.Dir(secret), "documentation")
	r.link("../../../../../../../../../../etc", "up")
	r.link("loop", "loop")
	r.link("guide/README.md", "README.md")
	r.link("guide", "manual")
	r.link("nowhere.md", "CONTRIBUTING.md")
	r.commit("links")
	r.link(secret, "BUILD.md") // not committed

	c := open(t, r.dir, "")
	for _, name := range []string{"INSTALL.md", "BUILD.md", "documentation/secret.md", "up/passwd", "loop", "CONTRIBUTING.md", "../x", "/etc/passwd", "", "."} {
		if b, err := c.Read(name); err == nil {
			t.Errorf("Read(%q) gave %q", name, b)
		}
		if _, err := c.Documents([]string{name}); err == nil {
			t.Errorf("Documents(%q) gave no error", name)
		}
	}
	for _, name := range []string{"INSTALL.md", "BUILD.md", "documentation", "up"} {
		if _, err := os.Lstat(filepath.Join(c.Root, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s stands in the checkout, where plain reading would follow it", name)
		}
	}
	clone := cloned(t, c)
	if target, err := os.Readlink(filepath.Join(clone.dir, "INSTALL.md")); err != nil || target != secret {
		t.Errorf("in a machine the link is as the author made it: %q, %v", target, err)
	}
	if got, err := c.Read("manual/README.md"); err != nil || string(got) != "# Guide\n" {
		t.Errorf("a link inside: %q, %v", got, err)
	}
	docs, err := c.Documents(nil)
	if err != nil || len(docs) != 2 || docs[0].Path != "guide/README.md" || docs[1].Path != "docs/install.md" {
		t.Errorf("%+v, %v", docs, err)
	}
	if len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "INSTALL.md") {
		t.Errorf("notes %q", c.Notes)
	}
}

func TestPointersToOtherRepositoriesAreRefused(t *testing.T) {
	private := newRepo(t)
	private.write("secret.txt", "secret\n")
	private.commit("private")
	git := filepath.Join(private.dir, ".git")

	t.Run(".git file", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ".git"), []byte("gitdir: "+git+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if e := refused(t, dir, ""); e.Kind != Unsafe {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
	t.Run(".git file to a false work tree inside", func(t *testing.T) {
		r := repo{t, t.TempDir()}
		r.write(".git", "gitdir: fake\n")
		r.write("fake/HEAD", "ref: refs/heads/main\n")
		r.write("fake/gitdir", filepath.Join(r.dir, ".git")+"\n")
		r.write("fake/commondir", git+"\n")
		if e := refused(t, r.dir, ""); e.Kind != Unsafe {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
	t.Run(".git link", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Symlink(git, filepath.Join(dir, ".git")); err != nil {
			t.Fatal(err)
		}
		if e := refused(t, dir, ""); e.Kind != Unsafe {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
	t.Run("object store link", func(t *testing.T) {
		r := newRepo(t)
		if err := os.RemoveAll(filepath.Join(r.dir, ".git", "objects")); err != nil {
			t.Fatal(err)
		}
		r.link(filepath.Join(git, "objects"), ".git/objects")
		if e := refused(t, r.dir, ""); e.Kind != Damaged || !strings.Contains(e.Error(), "link") {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
	t.Run("no pointer", func(t *testing.T) {
		r := repo{t, t.TempDir()}
		r.write(".git", "hello\n")
		if e := refused(t, r.dir, ""); e.Kind != Damaged {
			t.Errorf("%s: %v", e.Kind, e)
		}
	})
}

func TestStrangeFilesInTheTree(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	r.write("dir/tracked", "x\n")
	r.commit("x")
	r.write("with\nnewline", "x\n")
	r.write("-dash", "x\n")
	r.write("*star", "x\n")
	r.write("latin-\xe9", "x\n")
	r.sh("mkfifo pipe && rm README.md && mkfifo README.md")
	r.sh("rm -r dir && mkdir elsewhere && echo y >elsewhere/tracked && ln -s elsewhere dir")
	nested := repo{t, filepath.Join(r.dir, "nested")}
	nested.write("file", "x\n")
	nested.git("init", "--quiet")
	nested.commit("nested")

	c := open(t, r.dir, "")
	want := "*star|-dash|dir|elsewhere/tracked|latin-\xe9|with\nnewline"
	if got := strings.Join(c.Files(), "|"); got != want {
		t.Errorf("files %q\nwant  %q", got, want)
	}
	if len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "nested") {
		t.Errorf("notes %q", c.Notes)
	}
}
