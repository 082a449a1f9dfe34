package readme

import (
	"strings"
	"testing"
)

// FuzzRead holds what everything later relies on: each line stands in the
// source where it says, and blocks are in order.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"# T\n\n1. Do\n   ```sh\n   $ make \\\n   \tall\n   ```\n", "a\n\n\tx\n  y\n", "<pre><code>a &lt;b&gt;\n</code>c</pre>\n",
		"<details><summary>S</summary>\n\n`x`\n</details>", "---\na: b\n---\n> - `a\n> b`\n", "T\n=\n\n::\n\n  x\n\n.. code:: sh\n\n  y\n",
		"== T\n[source,sh]\n----\nx\n", "#+BEGIN_SRC\nx\n", "<!-- freshinstall:begin -->\n`x`\n<!-- freshinstall:end -->", "| `a` |\n|--|\n\r\n\r\n    x\r\n",
	} {
		for ending := range len(endings) {
			f.Add(ending, seed)
		}
	}
	f.Fuzz(func(t *testing.T, ending int, source string) {
		d := Read("README"+endings[uint(ending)%uint(len(endings))], []byte(source))
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
				shown := source[l.Span.Start:l.Span.End]
				if l.Text != shown && !(b.Kind == Pre && strings.ContainsAny(shown, "&<\x00")) {
					t.Fatalf("text %q, source %q", l.Text, shown)
				}
				if want := 1 + strings.Count(source[:l.Span.Start], "\n"); l.Number != want {
					t.Fatalf("line %d, want %d", l.Number, want)
				}
			}
		}
	})
}

var endings = []string{".md", ".rst", ".adoc", ".org", ".txt"}
