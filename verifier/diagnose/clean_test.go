package diagnose

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"plain lines stay", "one\ntwo\n", "one\ntwo\n"},
		{"line ends of a terminal", "one\r\ntwo\r\n", "one\ntwo\n"},
		{"colours go", "\x1b[1;31merror\x1b[0m: bad", "error: bad"},
		{"title of a window goes", "\x1b]0;user@host\x07$ ls", "$ ls"},
		{"link goes, its text stays", "\x1b]8;;https://e.org\x1b\\text\x1b]8;;\x1b\\", "text"},
		{"progress shows its last state", "10%\r50%\r100%\n", "100%\n"},
		{"wiped progress keeps what was seen", "100%\r    \r\nok", "100%\nok"},
		{"message after a progress bar", "  0 0 0\rcurl: (6) Could not resolve host: x\n", "curl: (6) Could not resolve host: x\n"},
		{"backspace", "abc\b\bd", "ad"},
		{"backspace over more than a byte", "aé\bb", "ab"},
		{"bell and other controls go", "a\x07\x00\x7fb", "ab"},
		{"tabs stay", "a\tb", "a\tb"},
		{"C1 controls go", "a\u0085b\u009bc", "abc"},
		{"bytes that are no text", "a\xff\xfeb", "a\ufffd\ufffdb"},
		{"character set", "\x1b(Babc", "abc"},
		{"sequence that never ends spares the next line", "\x1b]0;title\nerror", "\nerror"},
		{"lone escape at the end", "abc\x1b", "abc"},
		{"blanks at the end of a line go", "abc   \n", "abc\n"},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Clean([]byte(test.raw))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCleanCutsTheMiddleAndSaysSo(t *testing.T) {
	line := strings.Repeat("x", 99) + "\n"
	raw := "first\n" + strings.Repeat(line, 20000) + "last"
	got := Clean([]byte(raw))
	if !strings.HasPrefix(got, "first\n") || !strings.HasSuffix(got, "last") {
		t.Error("the beginning or the end is missing")
	}
	if len(got) > keepHead+keepTail+100 {
		t.Errorf("%d bytes were kept", len(got))
	}
	if !strings.Contains(got, "bytes left out here]\n") {
		t.Error("the cut is not told")
	}
	for l := range strings.Lines(got) {
		if strings.HasPrefix(l, "x") && len(l) != 100 {
			t.Fatalf("a line was cut in two: %d bytes", len(l))
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb", "\x1b[31mred\x1b[0m", "\x1b]0;t\x07x", "10%\r20%\n", "\xff\xfe", "\b\b", "\x1bPabc\x1b\\", "a\u009b31mb"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := Clean(raw)
		if !utf8.ValidString(got) {
			t.Error("not valid UTF-8")
		}
		for _, r := range got {
			if r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f {
				t.Errorf("control character %U is left", r)
			}
		}
		if again := Clean([]byte(got)); again != got && len(raw) < keepHead {
			t.Errorf("not stable: %q becomes %q", got, again)
		}
	})
}

func FuzzExplain(f *testing.F) {
	c := catalogue(f)
	for _, r := range c.Rules() {
		for _, s := range r.Samples {
			f.Add(s.Output, s.Typed, s.Exit)
		}
	}
	f.Fuzz(func(t *testing.T, output, typed string, exit int) {
		o := Observation{Output: Clean([]byte(output)), Typed: typed}
		o.Execution = verifier.Execution{Exit: exit, Ended: verifier.Exited}
		o.Environment = verifier.Environment{Family: verifier.FamilyDeb, User: "newcomer"}
		found := c.Explain(o)
		if len(found) == 0 {
			t.Fatal("no explanation")
		}
		for _, e := range append(found, c.Silent(o)...) {
			if !strings.Contains(o.Output, e.Finding.Evidence) {
				t.Errorf("%s: evidence %q is not in the output", e.Finding.Rule, e.Finding.Evidence)
			}
			if len(e.Finding.Evidence) > maxEvidence || !utf8.ValidString(e.Finding.Evidence) {
				t.Errorf("%s: evidence %q is too long or no text", e.Finding.Rule, e.Finding.Evidence)
			}
			fixes, err := c.Candidates(t.Context(), e, o, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, fix := range fixes {
				for _, command := range fix.Commands {
					if strings.ContainsAny(command, "\n;|&`<>") {
						t.Errorf("%s: command %q", e.Finding.Rule, command)
					}
				}
			}
		}
	})
}
