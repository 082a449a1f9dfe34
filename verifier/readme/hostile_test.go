package readme

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// limit is far above what any of these takes, since a machine may be busy: a
// reader whose time grows with the square of a document takes many minutes.
const limit = time.Minute

func timed(file string, source []byte) (Document, time.Duration) {
	start := time.Now()
	d := Read(file, source)
	return d, time.Since(start)
}

// TestHostileDocumentsEndSoon reads what nobody writes. The bounds are wide:
// what they catch is time or memory that grows with the square of the size.
func TestHostileDocumentsEndSoon(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 250 documents of 256 kB")
	}
	const size = 1 << 18 // the square of it takes minutes, and the race detector makes pools useless
	repeat := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var steps, runs strings.Builder
	for n := 0; steps.Len() < size; n++ {
		steps.WriteString(strings.Repeat(" ", n) + "- a\n")
	}
	for n := 1; runs.Len() < size; n++ {
		runs.WriteString(strings.Repeat("`", n) + " ")
	}
	for _, tc := range []struct{ name, source string }{
		{"quotation marks", repeat(">")},
		{"quotation marks on many lines", repeat(strings.Repeat("> ", 200) + "`a`\n")},
		{"bullets", repeat("* ")},
		{"bullets on many lines", repeat(strings.Repeat("* ", 200) + "`a`\n")},
		{"list that goes deeper and deeper", steps.String()},
		{"backquotes", repeat("`")},
		{"runs of backquotes", runs.String()},
		{"single backquotes on many lines", repeat("`a\n")},
		{"brackets", repeat("[")},
		{"links that do not end", repeat("[a](")},
		{"brackets of Org", repeat("[[")},
		{"tags that do not end", repeat("<a ")},
		{"tags with quotes", repeat("<a b=\"\n")},
		{"pre that does not end", repeat("<pre>\n")},
		{"code that does not end", "<p>" + repeat("<code>")},
		{"code that does not end, in text", repeat("a<code>")},
		{"scripts that do not end", "<p>" + repeat("<script>")},
		{"comments that do not end", repeat("a<!-- ")},
		{"details", repeat("<details>\n")},
		{"details and lists", repeat("<details><ul><li>\n\n")},
		{"fences", repeat("```\n\n")},
		{"containers", repeat("::: tab a\n")},
		{"components", repeat("<Tab>\n")},
		{"components that do not end", repeat("<Tab a\n")},
		{"tabs inside of each other", repeat("=== \"a\"\n\n")},
		{"shortcodes", repeat("{% tab a %}\n")},
		{"emphasis", repeat("*a _b ")},
		{"emphasis on many lines", repeat("**a *b\n")},
		{"own marks", repeat("<!-- freshinstall:begin -->\n\n`a`\n\n")},
		{"blank lines", repeat("\n")},
		{"literal blocks", repeat("a::\n\n")},
		{"indented paragraphs", "a\n\n" + repeat("  a\n\n")},
		{"directives", repeat(".. note:: a\n")},
		{"titles", repeat("a\n=\n\n")},
		{"substitutions", ".. |a| replace:: b\n\n" + repeat("|a|`")},
		{"substitutions in a block", ".. |a| replace:: b\n\n.. parsed-literal::\n\n  " + repeat("|a|")},
		{"attributes", ":a: b\n\n" + repeat("{a}`")},
		{"attributes in a block", ":a: {b}\n[subs=attributes]\n----\n" + repeat("{a}{") + "\n"},
		{"groups", repeat("====\n****\n")},
		{"groups that end", repeat("====\n\n")},
		{"attribute lists", repeat("[a,b]\n")},
		{"equals signs", repeat("=a ")},
		{"plus signs", repeat("+a ")},
		{"apostrophes", repeat("'a ")},
		{"addresses", repeat("https://a ")},
		{"underscores", repeat("a_ ")},
		{"colons", repeat(":a:")},
		{"table rows", repeat("|`a`|\n")},
		{"one endless word", repeat("a")},
	} {
		for _, file := range []string{"README.md", "README.rst", "README.adoc", "README.org", "INSTALL"} {
			t.Run(tc.name+" in "+file, func(t *testing.T) {
				source := []byte(tc.source)
				runtime.GC()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				d, took := timed(file, source)
				for again := 0; took > limit && again < 2; again++ {
					runtime.ReadMemStats(&before)
					d, took = timed(file, source) // the machine may have been busy
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				if took > limit {
					t.Errorf("took %v", took)
				}
				if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 64<<20 {
					t.Errorf("keeps %d MB", kept>>20)
				}
				if testing.Verbose() {
					t.Logf("%v, %d MB kept, %d MB in all, %d blocks", took.Round(time.Millisecond), (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>20, (after.TotalAlloc-before.TotalAlloc)>>20, len(d.Blocks))
				}
				runtime.KeepAlive(d)
			})
		}
	}
}
