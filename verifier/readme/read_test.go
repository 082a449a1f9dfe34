package readme

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes blocks in short: what a test reads.
func outline(d Document) []string {
	var out []string
	for _, b := range d.Blocks {
		tab := ""
		if b.Tab != "" {
			tab = " (" + b.Tab + ")"
		}
		out = append(out, fmt.Sprintf("%s %q line %d%s: %s", b.Kind, b.Language, b.Lines[0].Number, tab, strings.Join(strings.Split(b.Text(), "\n"), " ⏎ ")))
	}
	return out
}

// blockCase is a document and the blocks that a reader finds in it.
type blockCase struct {
	name, file, source string
	want               []string
}

func TestReadFindsBlocks(t *testing.T) {
	for _, cases := range [][]blockCase{markdownCases, rstCases, adocCases, plainCases} {
		for _, tc := range cases {
			t.Run(tc.name, func(t *testing.T) {
				if diff := cmp.Diff(tc.want, outline(Read(tc.file, []byte(tc.source)))); diff != "" {
					t.Error(diff)
				}
				held(t, tc.file, tc.source)
				held(t, tc.file, strings.ReplaceAll(tc.source, "\n", "\r\n"))
			})
		}
	}
}

// blockOf is the only block of a kind.
func blockOf(t *testing.T, kind Kind, file, source string) Block {
	t.Helper()
	var found []Block
	for _, b := range Read(file, []byte(source)).Blocks {
		if b.Kind == kind {
			found = append(found, b)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d blocks of kind %s, want one", len(found), kind)
	}
	return found[0]
}

func TestReadTellsTheContextOfABlock(t *testing.T) {
	for _, tc := range []struct {
		name, file, source string
		kind               Kind
		get                func(Block) any
		want               any
	}{
		{"headings, outermost first", "README.md", "# T\n## Install\n### Linux\n```\nx\n```\n", Fence, func(b Block) any { return b.Headings }, []string{"T", "Install", "Linux"}},
		{"a heading closes deeper ones", "README.md", "# T\n### Deep\n## Next\n```\nx\n```\n", Fence, func(b Block) any { return b.Headings }, []string{"T", "Next"}},
		{"a label in bold is the innermost heading", "README.md", "# T\n\n**Fedora:**\n\n```\nx\n```\n", Fence, func(b Block) any { return b.Headings }, []string{"T", "Fedora"}},
		{"HTML heading", "README.md", "<h1 align=\"center\">T</h1>\n\n```\nx\n```\n", Fence, func(b Block) any { return b.Headings }, []string{"T"}},
		{"lead is the paragraph before", "README.md", "First.\n\nThen run:\n```\nx\n```\n", Fence, func(b Block) any { return b.Lead }, "Then run:"},
		{"lead ends with the block before", "README.md", "Run:\n```\ny\n```\n\n```sh\nx\n```\n", Fence, nil, nil},
		{"label before the lead", "README.md", "Ubuntu:\n\nInstall it.\n\n    x\n", Indented, func(b Block) any { return b.Label }, "Ubuntu:"},
		{"opening of the section", "README.md", "## S\nFirst.\n\nSecond.\n\n    x\n", Indented, func(b Block) any { return b.Opening }, "First."},
		{"summary of details", "README.md", "<details>\n<summary>On Linux</summary>\n\n```\nx\n```\n\n</details>\n", Fence, func(b Block) any { return b.Tab }, "On Linux"},
		{"tab item", "README.md", "<TabItem value=\"npm\" label=\"npm\">\n\n```\nx\n```\n\n</TabItem>\n", Fence, func(b Block) any { return b.Tab }, "npm"},
		{"list path", "README.md", "1. One\n2. Two\n   - Sub\n     ```\n     x\n     ```\n", Fence, func(b Block) any {
			return fmt.Sprintf("%v %d %s, %v %d", b.List[0].Ordered, b.List[0].Number, b.List[0].Text, b.List[1].Ordered, b.List[1].Number)
		}, "true 2 Two, false 1"},
		{"sentence around inline code", "README.md", "Go there. Then run `make x` in it. End.\n", Inline, func(b Block) any {
			return b.Sentence.Before + "|" + b.Sentence.After
		}, "Then run|in it."},
		{"a full stop in code ends no sentence", "README.md", "Run `make x. Y` now\n", Inline, func(b Block) any { return b.Sentence.Before + "|" + b.Sentence.After }, "Run|now"},
		{"e.g. ends no sentence", "README.md", "Use a tool, e.g. `make x`\n", Inline, func(b Block) any { return b.Sentence.Before }, "Use a tool, e.g."},
		{"code alone", "README.md", "- `make x`\n", Inline, func(b Block) any { return b.Sentence.Alone }, true},
		{"code in a table", "README.md", "| a | b |\n|---|---|\n| `make x` | y |\n", Inline, func(b Block) any { return b.Table }, true},
		{"code as a link", "README.md", "See [`make x`](y)\n", Inline, func(b Block) any { return b.Sentence.Linked }, true},
		{"code as a link in HTML", "README.md", "<p>See <a href=\"y\"><code>make x</code></a></p>\n", Inline, func(b Block) any { return b.Sentence.Linked }, true},
		{"code beside a link in HTML", "README.md", "<p>See <a href=\"y\">there</a>, type <code>make x</code></p>\n", Inline, func(b Block) any { return b.Sentence.Linked }, false},
		{"quoted fence", "README.md", "> ```\n> x\n> ```\n", Fence, func(b Block) any { return b.Quoted }, true},
		{"directive before a block", "README.md", "<!-- freshinstall: skip timeout=10m -->\n```\nx\n```\n", Fence, func(b Block) any { return b.Directives }, map[string]string{"skip": "", "timeout": "10m"}},
		{"another comment is no directive", "README.md", "<!-- note: skip -->\n```\nx\n```\n", Fence, func(b Block) any { return b.Directives }, map[string]string(nil)},
		{"RST titles by adornment", "README.rst", "Title\n=====\n\nInstall\n-------\n\nDeep\n~~~~\n\n::\n\n  x\n", Indented, func(b Block) any { return b.Headings }, []string{"Title", "Install", "Deep"}},
		{"RST overlined title", "README.rst", "=====\nTitle\n=====\n\nInstall\n=======\n\n::\n\n  x\n", Indented, func(b Block) any { return b.Headings }, []string{"Title", "Install"}},
		{"RST directive comment", "README.rst", ".. freshinstall: skip\n\n::\n\n  x\n", Indented, func(b Block) any { return b.Directives }, map[string]string{"skip": ""}},
		{"RST tab", "README.rst", ".. tab:: Linux\n\n   .. code:: sh\n\n      x\n", Fence, func(b Block) any { return b.Tab }, "Linux"},
		{"AsciiDoc titles in both forms", "a.adoc", "Title\n=====\n\n== Install\n\n x\n", Indented, func(b Block) any { return b.Headings }, []string{"Title", "Install"}},
		{"AsciiDoc directive comment", "a.adoc", "// freshinstall: skip\n----\nx\n----\n", Fence, func(b Block) any { return b.Directives }, map[string]string{"skip": ""}},
		{"Org headings", "a.org", "* T\n** Install\n#+begin_src sh\nx\n#+end_src\n", Fence, func(b Block) any { return b.Headings }, []string{"T", "Install"}},
		{"tab in a tab without a title", "README.md", "=== \"Linux\"\n\n    <details>\n\n    ```\n    x\n    ```\n\n    </details>\n", Fence, func(b Block) any { return b.Tab }, "Linux"},
		{"a label ends with its tab", "README.md", "# T\n\n=== \"A\"\n\n    **Fedora**\n\n    y\n\n```\nx\n```\n", Fence, func(b Block) any { return b.Headings }, []string{"T"}},
		{"heading without attributes", "README.md", "# T {#install .tabset}\n```\nx\n```\n", Fence, func(b Block) any { return b.Headings }, []string{"T"}},
		{"heading with entities and escapes", "README.md", "# A &amp; B\\_C\n```\nx\n```\n", Fence, func(b Block) any { return b.Headings }, []string{"A & B_C"}},
		{"title of a note is a lead", "README.md", "!!! note \"On Linux\"\n    ```\n    x\n    ```\n", Fence, func(b Block) any { return b.Lead }, "On Linux"},
		{"lead in an alert", "README.md", "> [!NOTE]\n> Run this:\n> ```\n> x\n> ```\n", Fence, func(b Block) any { return b.Lead }, "Run this:"},
		{"list of HTML", "README.md", "<ol>\n<li>One</li>\n<li>Two\n<pre>x</pre>\n</li></ol>\n", Pre, func(b Block) any {
			return fmt.Sprintf("%v %d %s", b.List[0].Ordered, b.List[0].Number, b.List[0].Text)
		}, "true 2 Two"},
		{"list of HTML around Markdown", "README.md", "<ul>\n<li>One\n\n```\nx\n```\n\n</li>\n</ul>\n", Fence, func(b Block) any { return b.List[0].Text }, "One"},
		{"sentence around code in HTML", "README.md", "<p>Go there. Then\nrun <code>make x</code> in it.</p>\n", Inline, func(b Block) any { return b.Sentence.Before + "|" + b.Sentence.After }, "Then run|in it."},
		{"code in a table of HTML", "README.md", "<table><tr><td><code>make x</code></td></tr></table>\n", Inline, func(b Block) any { return b.Table }, true},
		{"directive in MDX", "README.mdx", "{/* freshinstall: skip */}\n\n```\nx\n```\n", Fence, func(b Block) any { return b.Directives }, map[string]string{"skip": ""}},
		{"RST list path", "README.rst", "1. One\n\n2. Two\n   more\n\n   * Sub::\n\n       x\n\n3. Three\n", Indented, func(b Block) any {
			return fmt.Sprintf("%v %d %s, %v %d", b.List[0].Ordered, b.List[0].Number, b.List[0].Text, b.List[1].Ordered, b.List[1].Number)
		}, "true 2 Two more, false 1"},
		{"RST block behind a list", "README.rst", "1. One\n2. Two\n\nText::\n\n  x\n", Indented, func(b Block) any { return len(b.List) }, 0},
		{"RST lead of a literal block", "README.rst", "Run::\n\n  x\n", Indented, func(b Block) any { return b.Lead }, "Run:"},
		{"RST lead before a double colon", "README.rst", "Run this\n\n::\n\n  x\n", Indented, func(b Block) any { return b.Lead }, "Run this"},
		{"RST lead with links and substitutions", "README.rst", ".. |v| replace:: 1.2\n\nGet |v| at `home <https://a.b>`_::\n\n  x\n", Indented, func(b Block) any { return b.Lead }, "Get 1.2 at home:"},
		{"RST definition is a lead", "README.rst", "Linux\n  ::\n\n    x\n", Indented, func(b Block) any { return b.Lead }, "Linux"},
		{"RST rubric is a label", "README.rst", "T\n===\n\n.. rubric:: Linux\n\n::\n\n  x\n", Indented, func(b Block) any { return b.Headings }, []string{"T", "Linux"}},
		{"RST title with markup", "README.rst", "The ``x`` tool\n==============\n\n::\n\n  x\n", Indented, func(b Block) any { return b.Headings }, []string{"The x tool"}},
		{"RST caption is the label", "README.rst", ".. code:: sh\n   :caption: Linux\n\n   x\n", Fence, func(b Block) any { return b.Label }, "Linux"},
		{"RST code in a table", "README.rst", "+---+-------+\n| a | ``x`` |\n+---+-------+\n", Inline, func(b Block) any { return b.Table }, true},
		{"AsciiDoc title of a block", "a.adoc", "Run this.\n\n.Linux\n[source,sh]\n----\nx\n----\n", Fence, func(b Block) any { return b.Label + "|" + b.Lead }, "Linux|Run this."},
		{"AsciiDoc list path", "a.adoc", ". One\n. Two\n** Sub\n+\n----\nx\n----\n. Three\n", Fence, func(b Block) any {
			return fmt.Sprintf("%v %d %s, %v %d", b.List[0].Ordered, b.List[0].Number, b.List[0].Text, b.List[1].Ordered, b.List[1].Number)
		}, "true 2 Two, false 1"},
		{"AsciiDoc numbers go on behind an attached block", "a.adoc", ". One\n+\n----\n\n----\n\n. Two\n+\n....\nx\n....\n", Fence, func(b Block) any { return b.List[0].Number }, 2},
		{"AsciiDoc paragraph ends a list", "a.adoc", "* One\n\nText.\n\n----\nx\n----\n", Fence, func(b Block) any { return len(b.List) }, 0},
		{"AsciiDoc term is a label", "a.adoc", "Ubuntu::\n+\n----\nx\n----\n", Fence, func(b Block) any { return b.Lead }, "Ubuntu::"},
		{"AsciiDoc lead with attributes", "a.adoc", ":v: 1.2\n\nGet {v} at https://a.b[home]:\n\n----\nx\n----\n", Fence, func(b Block) any { return b.Lead }, "Get 1.2 at home:"},
		{"AsciiDoc quotation", "a.adoc", "____\n----\nx\n----\n____\n", Fence, func(b Block) any { return b.Quoted }, true},
		{"AsciiDoc section by number signs", "a.adoc", "# T\n\n## Install\n\n x\n", Indented, func(b Block) any { return b.Headings }, []string{"T", "Install"}},
		{"Org heading with all that may stand in it", "a.org", "* TODO [#A] The ~x~ tool :a:b:\n: x\n", Indented, func(b Block) any { return b.Headings }, []string{"The x tool"}},
		{"Org title", "a.org", "#+TITLE: T\n* Install\n: x\n", Indented, func(b Block) any { return b.Headings }, []string{"T", "Install"}},
		{"Org list path", "a.org", "1. One\n2. Two\n   - Sub\n     : x\n", Indented, func(b Block) any {
			return fmt.Sprintf("%v %d %s, %v %d", b.List[0].Ordered, b.List[0].Number, b.List[0].Text, b.List[1].Ordered, b.List[1].Number)
		}, "true 2 Two, false 1"},
		{"plain text step", "INSTALL", "  1. One\n\n  2. Two\n\n     x\n", Indented, func(b Block) any { return fmt.Sprint(b.List[0].Number, b.List[0].Text) }, "2Two"},
		{"plain text titles by their underlines", "INSTALL", "Doc\n***\n\nInstall\n=======\n\nLinux\n-----\n\n  x\n", Indented, func(b Block) any { return b.Headings }, []string{"Doc", "Install", "Linux"}},
		{"plain text title in capitals", "INSTALL.txt", "INSTALLATION\n\nText (now):\n\n  x\n", Indented, func(b Block) any { return b.Headings }, []string{"INSTALLATION"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.get == nil {
				blocks := Read(tc.file, []byte(tc.source)).Blocks
				if got := blocks[len(blocks)-1].Lead; got != "" {
					t.Errorf("lead %q, want none", got)
				}
				return
			}
			if diff := cmp.Diff(tc.want, tc.get(blockOf(t, tc.kind, tc.file, tc.source))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOwnSectionIsNotRead(t *testing.T) {
	for _, tc := range []struct {
		name, file, source string
		want               []string
	}{
		{"between the marks", "README.md", "`make a`\n\n<!-- freshinstall:begin -->\n\n`make b`\n\n```\nc\n```\n\n<!-- freshinstall:end -->\n\n`make d`\n", []string{"make a", "make d"}},
		{"without an end, to the end", "README.md", "`make a`\n\n<!-- freshinstall:begin -->\n\n`make b`\n", []string{"make a"}},
		{"a mark inside code is an example", "README.md", "```html\n<!-- freshinstall:begin -->\n```\n\n`make d`\n", []string{"<!-- freshinstall:begin -->", "make d"}},
		{"RST", "README.rst", "``make a``\n\n.. freshinstall:begin\n\n``make b``\n\n.. freshinstall:end\n\n``make d``\n", []string{"make a", "make d"}},
		{"AsciiDoc", "README.adoc", "`make a`\n\n// freshinstall:begin\n\n`make b`\n\n// freshinstall:end\n\n`make d`\n", []string{"make a", "make d"}},
		{"Org", "README.org", "~make a~\n\n# freshinstall:begin\n\n~make b~\n\n# freshinstall:end\n\n~make d~\n", []string{"make a", "make d"}},
		{"plain text", "README", "  make a\n\n[freshinstall:begin]\n\n  make b\n\n[freshinstall:end]\n\n  make d\n", []string{"make a", "make d"}},
		{"the mark of another markup is text", "README.rst", "``make a``\n\n<!-- freshinstall:begin -->\n\n``make b``\n", []string{"make a", "<!-- freshinstall:begin -->", "make b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, b := range Read(tc.file, []byte(tc.source)).Blocks {
				got = append(got, b.Text())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLinksAreKept(t *testing.T) {
	for _, tc := range []struct {
		name, file, source, want string
	}{
		{"Markdown", "README.md", "See [the guide](docs/install.md) first.\n", "the guide -> docs/install.md"},
		{"bare address", "README.md", "See <https://example.org/install> first.\n", "https://example.org/install -> https://example.org/install"},
		{"RST", "README.rst", "See `the guide <docs/install.rst>`_ first.\n", "the guide -> docs/install.rst"},
		{"AsciiDoc with an attribute", "README.adoc", ":ext: adoc\n\nSee link:INSTALL.{ext}[the guide].\n", "the guide -> INSTALL.adoc"},
		{"Org", "README.org", "See [[file:docs/install.org][the guide]].\n", "the guide -> docs/install.org"},
		{"HTML in a paragraph", "README.md", "See <a href=\"docs/install.md\">the guide</a> first.\n", "the guide -> docs/install.md"},
		{"block of HTML", "README.md", "<p>See <a href=\"docs/install.md\">the <b>guide</b></a></p>\n", "the guide -> docs/install.md"},
		{"snippet of MkDocs", "README.md", "--8<-- \"docs/install.md\"\n", "docs/install.md -> docs/install.md (included)"},
		{"include of Jekyll", "README.md", "{% include_relative INSTALL.md %}\n", "INSTALL.md -> INSTALL.md (included)"},
		{"include of MyST", "README.md", "```{include} INSTALL.md\n```\n", "INSTALL.md -> INSTALL.md (included)"},
		{"import of MDX", "README.mdx", "import Install from './_install.mdx';\n\nx\n", "./_install.mdx -> ./_install.mdx (included)"},
		{"RST named target", "README.rst", "See `the guide`_ first.\n\n.. _the guide: docs/install.rst\n", "the guide -> docs/install.rst"},
		{"RST target of one word", "README.rst", "See guide_ first.\n\n.. _guide: docs/install.rst\n", "guide -> docs/install.rst"},
		{"RST nameless target", "README.rst", "See `the guide`__ first.\n\n__ docs/install.rst\n", "the guide -> docs/install.rst"},
		{"RST document", "README.rst", "See :doc:`the guide <docs/install>`.\n", "the guide -> docs/install.rst"},
		{"RST label", "README.rst", "See :ref:`guide`.\n", "guide -> #guide"},
		{"RST include", "README.rst", ".. include:: INSTALL.rst\n", "INSTALL.rst -> INSTALL.rst (included)"},
		{"RST table of contents", "README.rst", ".. toctree::\n   :maxdepth: 1\n\n   Install <install>\n", "Install -> install.rst"},
		{"AsciiDoc cross reference", "README.adoc", "See <<install.adoc#,the guide>>.\n", "the guide -> install.adoc#"},
		{"AsciiDoc xref", "README.adoc", "See xref:install.adoc[the guide].\n", "the guide -> install.adoc"},
		{"AsciiDoc address", "README.adoc", "See https://a.b/c[the guide].\n", "the guide -> https://a.b/c"},
		{"AsciiDoc address in an attribute", "README.adoc", ":home: https://a.b\n\nSee {home}/c[the guide] or so.\n", "the guide -> https://a.b/c"},
		{"AsciiDoc include", "README.adoc", ":dir: docs\n\ninclude::{dir}/install.adoc[]\n", "docs/install.adoc -> docs/install.adoc (included)"},
		{"Org include", "README.org", "#+INCLUDE: \"install.org\" :lines \"1-9\"\n", "install.org -> install.org (included)"},
		{"plain address", "INSTALL", "See https://a.b/c.\n", "https://a.b/c -> https://a.b/c"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			links := Read(tc.file, []byte(tc.source)).Links
			if len(links) != 1 {
				t.Fatalf("%d links, want one", len(links))
			}
			got := links[0].Text + " -> " + links[0].Target
			if links[0].Included {
				got += " (included)"
			}
			if got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

// What the author writes behind our section stands where it stood without it.
func TestOwnSectionLeavesNoTrace(t *testing.T) {
	for name, tc := range map[string]struct{ file, head, own, tail string }{
		"Markdown":         {"README.md", "# A\n\n## Install\n\nFirst.\n\n", "<!-- freshinstall:begin -->\n\n## Known\n\nNeeds `x`.\n\n<!-- freshinstall:end -->\n\n", "    make\n\nThen `y`.\n"},
		"reStructuredText": {"README.rst", "App\n===\n\nInstall\n-------\n\nFirst.\n\n", ".. freshinstall:begin\n\nKnown\n-----\n\nNeeds ``x``.\n\n.. freshinstall:end\n\n", "Next::\n\n    make\n\nThen ``y``.\n"},
		"AsciiDoc":         {"README.adoc", "= A\n\n== Install\n\nFirst.\n\n", "// freshinstall:begin\n\n== Known\n\nNeeds `x`.\n\n// freshinstall:end\n\n", "----\nmake\n----\n\nThen `y`.\n"},
		"Org":              {"README.org", "* A\n** Install\n\nFirst.\n\n", "# freshinstall:begin\n\n** Known\n\nNeeds ~x~.\n\n# freshinstall:end\n\n", ": make\n\nThen ~y~.\n"},
		"plain text":       {"README", "App\n===\n\nInstall\n-------\n\nFirst.\n\n", "[freshinstall:begin]\n\nKnown\n-----\n\nNeeds 'x'.\n\n[freshinstall:end]\n\n", "    make\n\nThen type 'y'.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			without, with := Read(tc.file, []byte(tc.head+tc.tail)), Read(tc.file, []byte(tc.head+tc.own+tc.tail))
			if len(without.Blocks) == 0 || len(without.Headings) != 2 {
				t.Fatalf("blocks %v, headings %v", without.Blocks, without.Headings)
			}
			if diff := cmp.Diff(without.Headings, with.Headings); diff != "" {
				t.Errorf("headings (-without +with):\n%s", diff)
			}
			places := func(d Document) (out []string) {
				for _, b := range d.Blocks {
					out = append(out, strings.Join(b.Headings, " > ")+": "+b.Text())
				}
				for _, p := range d.Paragraphs {
					out = append(out, fmt.Sprint(strings.Join(p.Headings, " > "), ": ", p.Text, " before block ", p.Next))
				}
				return out
			}
			if diff := cmp.Diff(places(without), places(with)); diff != "" {
				t.Errorf("(-without +with):\n%s", diff)
			}
		})
	}
}
