package shell

import (
	"strings"
	"testing"
)

// FuzzSplit holds what later edits rely on: each piece of a command's text
// stands in the document where it says, and commands neither overlap nor swap.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		"$ make \\\n> all\nout\n$ make install", "for i in a; do\n echo $i\ndone", "cat <<EOF\na\nEOF", "# a\nmake # b", "PS C:\\> x `\n y # z",
		"make <your-name> [x] {{y}}", "A=1\nB=2", "echo 'a\nmake", "apt install x (Debian)\nmake // all", "make all   Build it\nmake test   Test it",
		">>> x\n... y", "(venv) $ a\n(base) b", "\\\n\\\nmake", "a |\nb &&\n", "if x; then\n#c\nfi # d",
	} {
		f.Add("sh", false, seed)
		f.Add("", true, seed)
		f.Add("pwsh", false, seed)
		f.Add("python", false, seed)
	}
	f.Fuzz(func(t *testing.T, language string, single bool, source string) {
		in := input(language, source)
		in.Single = single
		after := 0
		for _, c := range Split(in) {
			lines := strings.Split(c.Text, "\n")
			if c.Text == "" || len(lines) != len(c.Pieces) {
				t.Fatalf("%d lines in %d pieces: %q", len(lines), len(c.Pieces), c.Text)
			}
			for i, p := range c.Pieces {
				if p.Start < after || p.End < p.Start || p.End > len(source) {
					t.Fatalf("piece %+v after %d of %d", p, after, len(source))
				}
				if got := source[p.Start:p.End]; got != lines[i] {
					t.Fatalf("text %q, source %q", lines[i], got)
				}
				after = p.End
			}
			if c.Span.Start != c.Pieces[0].Start || c.Span.End != after {
				t.Fatalf("span %+v, pieces %+v", c.Span, c.Pieces)
			}
			if want := 1 + strings.Count(source[:c.Span.Start], "\n"); c.Line != want || c.EndLine < c.Line {
				t.Fatalf("lines %d to %d, want from %d", c.Line, c.EndLine, want)
			}
		}
	})
}
