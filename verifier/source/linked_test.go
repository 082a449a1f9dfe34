package source

import (
	"strings"
	"testing"
)

func TestLinked(t *testing.T) {
	r := newRepo(t)
	for _, name := range []string{
		"README.md", "INSTALL.adoc", "docs/install.rst", "docs/installation/index.md", "docs/de/setup.md", "docs/en/setup.md",
		"docs/SETUP/BACK_END.md", "docs/SETUP/FRONT_END.md", "docs/SETUP/tool.py", "backend/README.md", "docs/usage guide.md", "website/content/build.md",
	} {
		r.write(name, "text\n")
	}
	r.write("docs/binary.md", "\x00")
	r.git("remote", "add", "origin", "https://github.com/somebody/fern-tool.git")
	r.commit("x")
	c := open(t, r.dir, "")
	for _, tt := range []struct{ name, from, target, want string }{
		{"a path", "README.md", "docs/install.rst", "docs/install.rst"},
		{"a place in it", "README.md", "./docs/install.rst#linux", "docs/install.rst"},
		{"from a folder", "docs/install.rst", "../backend/README.md", "backend/README.md"},
		{"from the top", "docs/install.rst", "/backend/README.md", "backend/README.md"},
		{"blanks", "README.md", "docs/usage%20guide.md", "docs/usage guide.md"},
		{"a folder with a README", "README.md", "backend", "backend/README.md"},
		{"a folder with a slash", "README.md", "./backend/", "backend/README.md"},
		{"a folder with an index", "README.md", "docs/installation", "docs/installation/index.md"},
		{"a folder with documents alone", "README.md", "/docs/SETUP/", "docs/SETUP/BACK_END.md docs/SETUP/FRONT_END.md"},
		{"without ending, as documents of a site name each other", "docs/install.rst", "installation", "docs/installation/index.md"},
		{"the page made of it", "README.md", "docs/install.html", "docs/install.rst"},
		{"an attribute for the ending", "README.md", "INSTALL.{docext}", "INSTALL.adoc"},
		{"shown by its own host", "README.md", "https://github.com/somebody/fern-tool/blob/main/docs/install.rst#x", "docs/install.rst"},
		{"a branch with a slash", "README.md", "https://github.com/somebody/fern-tool/tree/feature/x/backend", "backend/README.md"},
		{"shown for a fork", "README.md", "https://github.com/former-owner/fern-tool/blob/master/INSTALL.adoc", "INSTALL.adoc"},
		{"published, its source here", "README.md", "https://fern-tool.readthedocs.io/en/latest/install.html", "docs/install.rst"},
		{"published in a folder of its own", "README.md", "https://somebody.github.io/fern-tool/installation/", "docs/installation/index.md"},
		{"published, not the translation", "README.md", "https://docs.ferntool.org/setup", "docs/en/setup.md"},
		{"another project's page of the same name", "README.md", "https://nodejs.example.org/docs/install.html", ""},
		{"another repository's file", "README.md", "https://github.com/other/thing/blob/main/docs/install.rst", ""},
		{"the front page of its site", "README.md", "https://fern-tool.readthedocs.io/en/latest/", ""},
		{"its wiki", "README.md", "https://github.com/somebody/fern-tool/wiki/install", ""},
		{"out of the repository", "README.md", "../../etc/passwd", ""},
		{"no document", "README.md", "docs/SETUP/tool.py", ""},
		{"not text", "README.md", "docs/binary.md", ""},
		{"not there", "README.md", "docs/nothing.md", ""},
		{"mail", "README.md", "mailto:a@example.org", ""},
		{"a place here", "README.md", "#install", ""},
		{"no address at all", "README.md", "http://[::1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range c.Linked(tt.from, tt.target) {
				got = append(got, d.Path)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("Linked(%q, %q) = %q, want %q", tt.from, tt.target, got, tt.want)
			}
		})
	}
}
