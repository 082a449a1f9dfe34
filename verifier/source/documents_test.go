package source

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDocumentsByName(t *testing.T) {
	for _, tt := range []struct{ name, files, want string }{
		{"only a README", "README.md main.c", "readme:README.md"},
		{"any case, any markup", "Readme.RST", "readme:Readme.RST"},
		{"no extension", "README", "readme:README"},
		{"Markdown first", "README README.txt README.rst README.md", "readme:README.md"},
		{"reStructuredText before AsciiDoc before Org", "README.org README.adoc README.rst", "readme:README.rst"},
		{"capitals first", "readme.md README.md", "readme:README.md"},
		{"the top before folders", "docs/README.md .github/README.md README.txt", "readme:README.txt"},
		{"in docs when there is none at the top", "docs/README.md", "readme:docs/README.md"},
		{"hidden for a host", ".github/README.md x.c", "readme:.github/README.md"},
		{"translated ones are left out", "README.de.md README.md README_zh-CN.md README-ja.md README.zh.rst INSTALL.fr.md", "readme:README.md"},
		{"English before other languages", "README_ZH.md README_EN.md", "readme:README_EN.md"},
		{"a translated one rather than none", "README.zh-CN.md", "readme:README.zh-CN.md"},
		{"a language as extension", "README.de", "readme:README.de"},
		{"README of a part is not the repository's", "lib/README.md INSTALL", "install:INSTALL"},
		{"parts with a manifest of their own", "README.md web/README.md web/package.json api/readme.rst api/pyproject.toml lib/README.md web/deep/README.md web/deep/package.json .github/README.md",
			"readme:README.md part:api/readme.rst part:web/README.md"},
		{"reading order", "CONTRIBUTING.md docs/install.md BUILD.md INSTALL.md README.md HACKING.rst docs/contributing.md",
			"readme:README.md install:BUILD.md install:INSTALL.md install:docs/install.md contributing:CONTRIBUTING.md contributing:HACKING.rst contributing:docs/contributing.md"},
		{"many names of one thing", "README.md docs/getting-started.md docs/getting_started.rst docs/Quick-Start.md docs/setup.md doc/installation.txt docs/source/install.rst",
			"readme:README.md install:doc/installation.txt install:docs/Quick-Start.md install:docs/getting-started.md install:docs/getting_started.rst install:docs/setup.md install:docs/source/install.rst"},
		{"index of a folder", "README.md docs/installation/index.md docs/getting_started/README.md", "readme:README.md install:docs/getting_started/README.md install:docs/installation/index.md"},
		{"numbered, and deeper in the documents", "README.md doc/020_installation.rst docs/source/content/installation.rst docs/a/b/c/install.md", "readme:README.md install:doc/020_installation.rst install:docs/source/content/installation.rst"},
		{"a translated folder", "README.md docs/zh/install.md docs/pt-br/install.md docs/en/install.md", "readme:README.md install:docs/en/install.md"},
		{"scripts and build files are no documents", "README.md install install.sh setup.py setup.cfg build BUILD build.gradle INSTALL.bat BUILD.bazel", "readme:README.md"},
		{"for one system", "README.md INSTALL-windows.md docs/install_linux.md", "readme:README.md install:INSTALL-windows.md install:docs/install_linux.md"},
		{"words that only begin alike", "README.md installer.md setups.md building-blocks.md docs/builders.md", "readme:README.md install:building-blocks.md"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Checkout{tree: tree{modes: map[string]string{}}}
			c.tree.names = strings.Fields(tt.files)
			for _, name := range c.tree.names {
				c.tree.modes[name] = "100644"
			}
			var got []string
			for _, cand := range c.candidates() {
				got = append(got, string(cand.kind)+":"+cand.path)
			}
			// The list is in git's order before it is ranked.
			if diff := cmp.Diff(sortedWords(tt.want), sortedWords(strings.Join(got, " "))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for i := 1; i < len(got); i++ {
				if order(got[i-1]) > order(got[i]) {
					t.Errorf("reading order: %q", got)
				}
			}
		})
	}
}

func sortedWords(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

func order(s string) int {
	kind, _, _ := strings.Cut(s, ":")
	return strings.Index("readme install contributing part", kind)
}

func TestDocuments(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "# Project\n")
	r.write("docs/install.md", "install\n")
	r.write("docs/admin.txt", "caf\xe9\n")
	r.write("INSTALL.md", strings.Repeat("x", maxDocument+1))
	r.write("BUILD.md", "\x00binary")
	r.write("wide.md", "\xff\xfeR\x00")
	r.commit("x")
	c := open(t, r.dir, "")

	docs, err := c.Documents(nil)
	want := []Document{
		{Path: "README.md", Source: []byte("# Project\n"), Kind: Readme},
		{Path: "docs/install.md", Source: []byte("install\n"), Kind: Install},
	}
	if diff := cmp.Diff(want, docs); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got := strings.Join(c.Notes, "\n"); !strings.Contains(got, "INSTALL.md has 1048577 bytes") || !strings.Contains(got, "BUILD.md is not a text file") {
		t.Errorf("notes %q", c.Notes)
	}
	docs, err = c.Documents([]string{"docs/admin.txt", "./docs/admin.txt"})
	if err != nil || len(docs) != 1 || docs[0].Note == "" || string(docs[0].Source) != "caf\xe9\n" || docs[0].Kind != Declared {
		t.Errorf("%+v, %v", docs, err)
	}
	for _, tt := range []struct {
		name     string
		declared []string
		kind     Kind
		says     string
	}{
		{"missing ones are all named", []string{"docs/Install.md", "x.md", "README.md"}, NoDocument, "docs/Install.md, x.md; there is docs/install.md"},
		{"a slip", []string{"docs/instal.md"}, NoDocument, "there is docs/install.md"},
		{"a folder", []string{"docs"}, NoDocument, "not in the repository: docs"},
		{"too large", []string{"INSTALL.md"}, TooLarge, "1 MiB"},
		{"binary", []string{"BUILD.md"}, BadDocument, "not a text file"},
		{"UTF-16", []string{"wide.md"}, BadDocument, "UTF-16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.Documents(tt.declared)
			var e *Error
			if !errors.As(err, &e) || e.Kind != tt.kind || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %s with %q", err, tt.kind, tt.says)
			}
		})
	}
}

func TestNoDocuments(t *testing.T) {
	r := newRepo(t)
	r.write("main.c", "int main;\n")
	r.commit("x")
	c := open(t, r.dir, "")
	if _, err := c.Documents(nil); !errors.Is(err, ErrNoDocuments) {
		t.Errorf("got %v", err)
	}
	if e := new(Error); !errors.As(func() error { _, err := c.Read("nothing"); return err }(), &e) || e.Kind != NoDocument {
		t.Errorf("Read of nothing: %v", e)
	}
}

func TestUnreadableReadmeIsAnError(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "\xff\xfe#\x00 \x00x\x00")
	r.write("INSTALL.md", "x\n")
	r.commit("x")
	_, err := open(t, r.dir, "").Documents(nil)
	if e := new(Error); !errors.As(err, &e) || e.Kind != BadDocument || !strings.Contains(e.ToDo, "UTF-8") {
		t.Errorf("got %v", err)
	}
}

func TestCountOfDocumentsIsBounded(t *testing.T) {
	r := newRepo(t)
	r.write("README.md", "x\n")
	var names []string
	for i := range maxDocuments + 5 {
		names = append(names, fmt.Sprintf("docs/install-%02d.md", i))
		r.write(names[i], "x\n")
	}
	r.commit("x")
	c := open(t, r.dir, "")
	if docs, err := c.Documents(nil); err != nil || len(docs) != maxDocuments {
		t.Errorf("%d documents, %v", len(docs), err)
	}
	var e *Error
	if _, err := c.Documents(names); !errors.As(err, &e) || e.Kind != TooLarge {
		t.Errorf("got %v", err)
	}
}

func TestClosest(t *testing.T) {
	names := []string{"v2.0.0", "v1.0.2", "v1.0.1", "main", "release/1.0", "v1.0.1"}
	for _, tt := range []struct {
		name, wanted string
		want         []string
	}{
		{"a slip", "v1.02", []string{"v1.0.2"}},
		{"another case", "MAIN", []string{"main"}},
		{"nothing alike shows what there is", "zzz", []string{"v2.0.0", "v1.0.2"}},
		{"empty", "", []string{"v2.0.0", "v1.0.2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := closest(tt.wanted, names, 2)
			if diff := cmp.Diff(tt.want, got[:len(tt.want)]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
