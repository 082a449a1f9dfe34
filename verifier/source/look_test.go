package source

import (
	"slices"
	"testing"
)

// Whoever only looks sees the same files as whoever verifies, and nothing is made.
func TestLookSeesWhatOpenSees(t *testing.T) {
	r := newRepo(t)
	r.write(".gitignore", "*.log\n")
	r.write("README.md", "# Tool\n")
	r.write("gone.md", "x\n")
	r.write("docs/install.md", "make\n")
	r.link("docs/install.md", "INSTALL.md")
	r.git("remote", "add", "origin", "https://git.example.org/team/tool.git")
	r.commit("x")
	r.write("new.md", "new\n")
	r.write("noise.log", "noise\n")
	r.write("README.md", "# Tool, changed\n")
	r.sh("rm gone.md")

	whole := open(t, r.dir, "")
	dir := t.TempDir()
	look, err := Open(t.Context(), Options{Location: r.dir, Look: true, Dir: dir, Environ: environ(t)})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(look.Files(), whole.Files()) {
		t.Errorf("files %q, want %q", look.Files(), whole.Files())
	}
	if !slices.Equal(look.URLs(), whole.URLs()) || look.Repository.Name != whole.Repository.Name {
		t.Errorf("%q %v, want %q %v", look.Repository.Name, look.URLs(), whole.Repository.Name, whole.URLs())
	}
	if look.Root != r.dir || look.Bundle != "" || look.Branch != "" {
		t.Errorf("root %q, bundle %q, branch %q: something was made", look.Root, look.Bundle, look.Branch)
	}
	a, err := whole.Documents(nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := look.Documents(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		if i >= len(b) || a[i].Path != b[i].Path || string(a[i].Source) != string(b[i].Source) {
			t.Errorf("document %d: %+v, want %+v", i, b, a)
		}
	}
	if got := r.git("status", "--porcelain"); got == "" {
		t.Error("the changes are gone")
	}
}

// A folder that no repository knows is read without making one of it.
func TestLookIntoABareFolder(t *testing.T) {
	r := newRepo(t)
	r.sh("rm -rf .git")
	r.write(".gitignore", "*.log\n")
	r.write("README.md", "# Tool\n")
	r.write("docs/install.md", "make\n")
	r.link("docs/install.md", "INSTALL.md")
	r.write("noise.log", "noise\n")

	whole := open(t, r.dir, "")
	look, err := Open(t.Context(), Options{Location: r.dir, Look: true, Dir: t.TempDir(), Environ: environ(t)})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(look.Files(), whole.Files()) || len(look.Files()) != 4 {
		t.Errorf("files %q, want %q", look.Files(), whole.Files())
	}
	if look.Root != r.dir || look.Bundle != "" || look.Repository.Name != whole.Repository.Name {
		t.Errorf("root %q, bundle %q, name %q", look.Root, look.Bundle, look.Repository.Name)
	}
	text, err := look.Read("INSTALL.md")
	if err != nil || string(text) != "make\n" {
		t.Errorf("%q %v", text, err)
	}
}

// A named ref is a commit that must be brought.
func TestLookWithARefBringsIt(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "# One\n")
	first := r.commit("one")
	r.write("README.md", "# Two\n")
	r.commit("two")
	c, err := Open(t.Context(), Options{Location: r.dir, Ref: first, Look: true, Dir: t.TempDir(), Environ: environ(t)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.Read("README.md")
	if err != nil || string(text) != "# One\n" || c.Root == r.dir {
		t.Errorf("%q %v at %s", text, err, c.Root)
	}
}
