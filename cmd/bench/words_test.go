package main

import (
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestCellsStayCells(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"pipe", "a | b", `a \| b`},
		{"lines", "a\nb\r\nc", "a b c"},
		{"terminal codes", "a\x1b[31mb\a", "a[31mb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cell(c.in); got != c.want {
				t.Errorf("cell(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"fits", "1234", "1234"},
		{"too long", "12345", "123…"},
		{"letters, not bytes", "äöüß", "äöüß"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := clip(c.in, 4); got != c.want {
				t.Errorf("clip(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestCodeCannotBeClosed(t *testing.T) {
	if got, want := code("echo `date`"), "`echo 'date'`"; got != want {
		t.Errorf("code = %s, want %s", got, want)
	}
}

func TestTelling(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a panic before its stack", "starting\npanic: boom\n\ngoroutine 1:\nmain.go:3\n", "panic: boom"},
		{"the last line", "one\ntwo\n\n", "two"},
		{"silence", "", "it printed nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var last tail
			if _, err := last.Write([]byte(c.in)); err != nil {
				t.Fatal(err)
			}
			if got := last.telling(); got != c.want {
				t.Errorf("telling %q, want %q", got, c.want)
			}
		})
	}
}

func TestTailIsBounded(t *testing.T) {
	var last tail
	for range 10 {
		if n, err := last.Write([]byte(strings.Repeat("x", tailBytes/2))); n != tailBytes/2 || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	if got := last.text.Len(); got != tailBytes {
		t.Errorf("kept %d bytes, want %d", got, tailBytes)
	}
}

func TestEnding(t *testing.T) {
	for verdict, want := range map[verifier.Verdict]string{
		verifier.Works: "yes", verifier.WorksWithDocumentedFixes: "yes", verifier.WorksWithFixes: "yes",
		verifier.Broken: "no", verifier.Inconclusive: "inconclusive", "": `unknown verdict ""`,
	} {
		if got := ending(verdict); got != want {
			t.Errorf("ending(%q) = %q, want %q", verdict, got, want)
		}
	}
}
