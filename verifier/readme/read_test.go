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
		{"AsciiDoc with an attribute", "README.adoc", ":ext: adoc\n\nSee link:INSTALL.{ext}[the guide].\n", "the guide -> INSTALL.adoc"},
		{"Org", "README.org", "See [[file:docs/install.org][the guide]].\n", "the guide -> docs/install.org"},
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
