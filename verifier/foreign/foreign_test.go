package foreign

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "make: done", "make: done"},
		{"colours", "\x1b[1;31mred\x1b[0m", "red"},
		{"window title", "\x1b]0;owned\aok", "ok"},
		{"link", "\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\", "text"},
		{"title without end", "\x1b]0;never\nnext", "\nnext"},
		{"title cut off", "a\x1b]0;never", "a"},
		{"device string", "\x1bPq#0\x1b\\x", "x"},
		{"eight-bit sequences", "\u009b31mred\u009d0;t\u009cx\u0090q\u009cy", "redxy"},
		{"character set", "\x1b(Bx", "x"},
		{"escape at the end", "x\x1b", "x"},
		{"two escapes", "\x1b\x1b[2Jx", "x"},
		{"broken sequence keeps text", "\x1b[\nfoo", "\nfoo"},
		{"line ends", "a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"},
		{"backspace and bell", "a\b\a\x00b", "ab"},
		{"direction override", "\u202egnp\u202c.exe", "gnp.exe"},
		{"zero width", "li\u200bb\ufeff\U000e0041", "lib"},
		{"tab stays", "a\tb", "a\tb"},
		{"broken UTF-8", "a\xffb", "a\ufffdb"},
		{"other scripts", "naïve 数据 🚀", "naïve 数据 🚀"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Text(tc.in); got != tc.want {
				t.Errorf("Text(%q) = %q, want %q", tc.in, got, tc.want)
			}
			if Exact(tc.in) != (tc.in == tc.want) {
				t.Errorf("Exact(%q) = %v", tc.in, Exact(tc.in))
			}
		})
	}
}

func TestLinesAndClip(t *testing.T) {
	lines, cut := Lines("\n one\ttwo  \nthree\nfour\n\n", 2, 80)
	if diff := cmp.Diff([]string{" one    two", "three"}, lines); diff != "" || !cut {
		t.Errorf("cut %v (-want +got):\n%s", cut, diff)
	}
	if lines, cut := Lines("abcdef", 3, 4); !cut || lines[0] != "abc…" {
		t.Errorf("%q, cut %v", lines, cut)
	}
	if lines, cut := Lines("a\nb", 2, 4); cut || len(lines) != 2 {
		t.Errorf("%q, cut %v", lines, cut)
	}
	for in, want := range map[string]string{"short": "short", "exactly 10": "exactly 10", "more than 10": "more than…", "ééééééééééé": "ééééééééé…"} {
		if got := Clip(in, 10); got != want {
			t.Errorf("Clip(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Line(" a \n\t b\r\n"); got != "a b" {
		t.Errorf("Line = %q", got)
	}
}

func TestMarkdown(t *testing.T) {
	for _, tc := range []struct{ name, got, want string }{
		{"fence", Fence("text", "a\n"), "```text\na\n```"},
		{"fence in a fence", Fence("", "```\n````x"), "`````\n```\n````x\n`````"},
		{"code", Code("a b"), "`a b`"},
		{"code with marks", Code("a `b` ``c"), "```a `b` ``c```"},
		{"code that begins with a mark", Code("`a"), "`` `a ``"},
		{"code of lines", Code("a\nb"), "`a b`"},
		{"no code", Code(" \n"), ""},
		{"code in a table", CodeCell("a | b"), "`a \\| b`"},
		{"emphasis", Inline("*a* _b_ c_d ~e~"), `\*a\* \_b\_ c_d \~e\~`},
		{"links and pictures", Inline("![x](http://y) [z] www.a.b"), `!\[x\](http&#58;//y) \[z\] www&#46;a.b`},
		{"HTML", Inline("<b> & -->"), "&lt;b&gt; &amp; --&gt;"},
		{"mentions and references", Inline("@all #1 # a a@b.c"), "&#64;all &#35;1 # a a&#64;b.c"},
		{"formula, table, code", Inline("$x$ | `y` \\"), "\\$x\\$ \\| \\`y\\` \\\\"},
		{"times and versions stay", Inline("10:30, v1.2. a/b"), "10:30, v1.2. a/b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.got != tc.want {
				t.Errorf("got %q, want %q", tc.got, tc.want)
			}
		})
	}
}

func FuzzForeign(f *testing.F) {
	for _, seed := range []string{"\x1b[31m`a`", "```\n~~~", "\u202e", "\x1b]8;;x\x1b\\", "a\xff\x1b(", "<!-- -->"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := Text(s)
		if Text(clean) != clean || !utf8.ValidString(clean) {
			t.Fatalf("not clean after once: %q", clean)
		}
		for _, r := range clean {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("%U is left of %q", r, s)
			}
		}
		// No line of the text closes its block.
		fence := strings.Split(Fence("", clean), "\n")
		for _, line := range fence[1 : len(fence)-1] {
			if line = strings.TrimSpace(line); len(line) >= len(fence[0]) && strings.Trim(line, "`") == "" {
				t.Fatalf("%q closes its block", line)
			}
		}
		if code := Code(s); code != "" {
			marks := code[:len(code)-len(strings.TrimLeft(code, "`"))]
			if inner := strings.TrimSuffix(strings.TrimPrefix(code, marks), marks); longest(inner, '`') == len(marks) || strings.Contains(inner, "\n") {
				t.Fatalf("%q leaves its span", code)
			}
		}
		if line := Inline(s); strings.ContainsAny(line, "<>@\n\x1b") {
			t.Fatalf("%q is active", line)
		}
	})
}
