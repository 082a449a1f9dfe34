package readme

import (
	"strings"
	"testing"
)

// held checks what everything later relies on: each line stands in the source
// where it says, and blocks are in order.
func held(t *testing.T, file, source string) {
	t.Helper()
	d := Read(file, []byte(source))
	before := 0
	for _, b := range d.Blocks {
		if b.Span.Start < before {
			t.Fatalf("block at %d after one at %d", b.Span.Start, before)
		}
		before = b.Span.Start
		if len(b.Headings) != len(b.Sections) {
			t.Fatalf("%d headings, %d offsets", len(b.Headings), len(b.Sections))
		}
		for _, l := range b.Lines {
			if l.Span.Start < 0 || l.Span.Start > l.Span.End || l.Span.End > len(source) {
				t.Fatalf("line outside of the source: %+v", l)
			}
			if shown := source[l.Span.Start:l.Span.End]; l.Text != shown && !mayDiffer(b.Kind, source, shown, l.Text) {
				t.Fatalf("%s: text %q, source %q", b.Kind, l.Text, shown)
			}
			if want := 1 + strings.Count(source[:l.Span.Start], "\n"); l.Number != want {
				t.Fatalf("line %d, want %d", l.Number, want)
			}
		}
	}
	for _, l := range d.Links {
		if l.Span.Start < 0 || l.Span.Start > l.Span.End || l.Span.End > len(source) {
			t.Fatalf("link outside of the source: %+v", l)
		}
	}
}

// mayDiffer: what is shown is not what stands in the source: entities and tags
// of HTML, attributes of AsciiDoc, substitutions and emphasis of
// reStructuredText, and code in running text that goes over the end of a line.
func mayDiffer(kind Kind, source, shown, text string) bool {
	if strings.ContainsRune(source, 0) {
		return true // goldmark replaces it
	}
	switch kind {
	case Pre:
		return strings.ContainsAny(shown, "&<")
	case Inline:
		return strings.ContainsAny(shown, "\n&<{|") || strings.Join(strings.Fields(shown), " ") == text
	}
	return strings.Contains(shown, "{") && strings.Contains(source, "subs") ||
		strings.ContainsAny(shown, "|*`\\") && (strings.Contains(strings.ToLower(source), "parsed-literal") || strings.Contains(source, ":substitutions:"))
}

// fuzz starts from the documents of the tables with an ending.
func fuzz(f *testing.F, file string, more ...string) {
	for _, tc := range append(append(append([]blockCase{}, markdownCases...), rstCases...), append(adocCases, plainCases...)...) {
		if tc.file == file {
			f.Add(tc.source)
		}
	}
	for _, seed := range more {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) { held(t, file, source) })
}

func FuzzMarkdown(f *testing.F) {
	fuzz(f, "README.md", "# T\n\n1. Do\n   ```sh\n   $ make \\\n   \tall\n   ```\n", "a\n\n\tx\n  y\n", "<pre><code>a &lt;b&gt;\n</code>c</pre>\n",
		"---\na: b\n---\n> - `a\n> b`\n", "<!-- freshinstall:begin -->\n`x`\n<!-- freshinstall:end -->", "| `a` |\n|--|\n\r\n\r\n    x\r\n",
		"- <pre>\n  a<br>b\n\n  c\n  </pre>\n> <ol><li><code>x\n> y</code>", "<p><code>a\fb</code></p>", "<Tabs\n a=\n\n=== \"a\"\n\t```\n\tx\n", "::: tabs\n@tab a\n`b`\n:::\n{% tab x %}\n\tx\n{% endtab %}")
}

func FuzzRST(f *testing.F) {
	fuzz(f, "README.rst", "T\n=\n\n::\n\n  x\n\n.. code:: sh\n\n  y\n", "1. a::\n\n\t   b\n\n   - .. code::\n\n          c\n", "`` a \r\r\r\n \r``\n", "|a| `b`_ c_ __ `d`__\n\n.. |a| replace:: e\n__ f\n", "== ==\n`` ``\n== ==\n+-+\n|`a`|\n+-+\n")
}

func FuzzAsciiDoc(f *testing.F) {
	fuzz(f, "README.adoc", "== T\n[source,sh]\n----\nx <1>\n----\n<1> y\n", ":a: {a}{a}\n[subs=attributes]\n....\n{a}\n....\n* `{a}`\n** b\n+\n--\nc::\n  d\n", "[tabs]\n====\nA::\n+\n----\nx\n")
}

func FuzzOrg(f *testing.F) {
	fuzz(f, "README.org", "* T\n#+BEGIN_SRC\nx\n", "- ~a\n  b~ =c= [[d][e]]\n  : f\n#+results:\n: g\n| ~h~ |\n:x:\n:end:\n")
}

func FuzzPlain(f *testing.F) {
	fuzz(f, "INSTALL", "T\n=\n\n  1. `a' 'b' \u2018c\n     d\u2019\n\n     e\n\n   F g h i.\nj\n", "```\nx\n", "A B\n\n$ a\n$ b\n$ c\n$ d\n")
}
