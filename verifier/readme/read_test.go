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
		out = append(out, fmt.Sprintf("%s %q line %d: %s", b.Kind, b.Language, b.Lines[0].Number, strings.Join(strings.Split(b.Text(), "\n"), " ⏎ ")))
	}
	return out
}

func TestReadFindsBlocks(t *testing.T) {
	for _, tc := range []struct {
		name, file, source string
		want               []string
	}{
		{"tagged fence", "README.md", "Text *here*.\n\n```bash\nmake\nmake install\n```\n", []string{`fence "bash" line 4: make ⏎ make install`}},
		{"fence with attributes after the language", "README.md", "```sh title=\"x\"\nmake\n```\n", []string{`fence "sh" line 2: make`}},
		{"fence in braces", "README.md", "```{.bash}\nmake\n```\n", []string{`fence "bash" line 2: make`}},
		{"fence without a language", "README.md", "~~~\nmake\n~~~\n", []string{`fence "" line 2: make`}},
		{"fence inside a list item loses the item's indentation", "README.md", "1. *Do*\n   ```sh\n   make\n   ```\n", []string{`fence "sh" line 3: make`}},
		{"indented block", "README.md", "*Do*:\n\n    make\n    make check\n", []string{`indented "" line 3: make ⏎ make check`}},
		{"inline code", "README.md", "Run `make` now.\n", []string{`inline "" line 1: make`}},
		{"inline code of HTML", "README.md", "Run <code>make all</code> now.\n", []string{`inline "" line 1: make all`}},
		{"pre on one line", "README.md", "Do:\n<pre>npm install</pre>\n", []string{`bare "" line 1: Do:`, `pre "" line 2: npm install`}},
		{"pre with code, entities and several lines", "README.md", "<pre><code class=\"language-sh\">\na &amp;&amp; b\nc\n</code></pre>\n", []string{`pre "sh" line 2: a && b ⏎ c`}},
		{"line of plain text", "README.md", "cp a b\n", []string{`bare "" line 1: cp a b`}},
		{"front matter is no text", "README.md", "---\ntitle: `x`\n---\n\n`make`\n", []string{`inline "" line 5: make`}},
		{"Windows line ends", "README.md", "```sh\r\nmake\r\n```\r\n", []string{`fence "sh" line 2: make`}},
		{"RST directive with options", "README.rst", "*Do*\n\n.. code-block:: bash\n   :linenos:\n\n   make\n   make install\n\nEnd *here*.\n", []string{`bare "" line 1: *Do*`, `fence "bash" line 6: make ⏎ make install`, `bare "" line 9: End *here*.`}},
		{"RST literal block", "README.rst", "*Do* this::\n\n    make\n\nEnd *here*.\n", []string{`bare "" line 1: *Do* this::`, `indented "" line 3: make`, `bare "" line 5: End *here*.`}},
		{"RST double colon alone", "README.rst", "::\n\n    make\n", []string{`indented "" line 3: make`}},
		{"RST quotation with prompts", "README.rst", "* item ``x``\n\n    > make\n    > make test\n", []string{`inline "" line 1: x`, `quote "" line 3: > make ⏎ > make test`}},
		{"RST image is no block", "README.rst", ".. image:: x.png\n   :target: y\n", nil},
		{"AsciiDoc listing", "INSTALL.adoc", "= T\n\n[source,bash]\n----\nmake\n----\n", []string{`fence "bash" line 5: make`}},
		{"AsciiDoc literal paragraph", "INSTALL.adoc", "Text `x`.\n\n\t$ make\n\t$ make install\n", []string{`inline "" line 1: x`, `indented "" line 3: $ make ⏎ $ make install`}},
		{"AsciiDoc comment and table", "INSTALL.adoc", "////\nmake\n////\n\n|===\n|make |all\n|===\n", nil},
		{"Org source block", "README.org", "* T\n#+BEGIN_SRC sh\nmake\n#+END_SRC\n", []string{`fence "sh" line 3: make`}},
		{"Org literal lines", "README.org", ": make\n: make install\n", []string{`indented "" line 1: make ⏎ make install`}},
		{"plain text, indented", "INSTALL", "Building\n========\n\nDo (as `root'):\n\n   make\n", []string{`inline "" line 4: root`, `indented "" line 6: make`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, outline(Read(tc.file, []byte(tc.source)))); diff != "" {
				t.Error(diff)
			}
		})
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
		{"AsciiDoc with an attribute", "README.adoc", ":ext: adoc\n\nSee link:INSTALL.{ext}[the guide].\n", " -> INSTALL.adoc"},
		{"Org", "README.org", "See [[file:docs/install.org][the guide]].\n", "docs/install.org -> "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			links := Read(tc.file, []byte(tc.source)).Links
			if len(links) != 1 {
				t.Fatalf("%d links, want one", len(links))
			}
			if got := links[0].Text + " -> " + links[0].Target; got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}
