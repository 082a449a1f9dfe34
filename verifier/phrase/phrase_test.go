package phrase

import (
	"regexp"
	"slices"
	"testing"
)

func TestNeeded(t *testing.T) {
	for _, tt := range []struct {
		name, expr string
		want       [][]string
	}{
		{"a word", `(?i)\binstall\b`, [][]string{{"install"}}},
		{"words", `(?i)\b(install|build)\b`, [][]string{{"install", "build"}}},
		{"an ending that may be missing", `optional(ly)?`, [][]string{{"optional"}}},
		{"the longest piece", `a\s+longer\s+b`, [][]string{{"longer"}}},
		{"a small choice of letters", `[Cc]olou?r`, [][]string{{"color", "colour"}}},
		{"alternatives that share a beginning", `prebuilt|preview`, [][]string{{"prebuilt", "preview"}}},
		{"nothing that must be there", `\w+`, nil},
		{"a piece that may be missing", `(install)?\d*`, nil},
		{"an alternative without words", `install|\d+`, nil},
		{"at least once", `(?:abc)+\d`, [][]string{{"abc"}}},
		{"capitals", `README`, [][]string{{"readme"}}},
		{"several pieces, the longest first", `(if|in case) .*\b(error|failure)s?\b`, [][]string{{"error", "failure"}, {"if ", "in case "}}},
		{"other scripts", `安装|インストール`, [][]string{{"安装", "インストール"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := needed(tt.expr); !slices.EqualFunc(got, tt.want, slices.Equal) {
				t.Errorf("needed(%q) = %q, want %q", tt.expr, got, tt.want)
			}
		})
	}
}

// FuzzSame: an expression matches here what it matches in the regexp package.
func FuzzSame(f *testing.F) {
	f.Add(`(?i)\b(run|running|execute)\s*(?:the|this)?:?$`, "Now execute this:")
	f.Add(`(?i)^\W*(to|for example)\b`, "  FOR EXAMPLE, that")
	f.Add(`(?i)k+s`, "\u212a\u017f") // the Kelvin sign and the long s fold to k and s
	f.Add(`(?i)straße|σίγμα`, "STRAẞE ΣΊΓΜΑΣ")
	f.Add(`a|b?|[x-z]{2,}c`, "zzc")
	f.Add(`(ab|cd){2}e*`, "abcdeee")
	f.Add(`(?m)^a$`, "b\na\n")
	f.Add(`a$|\Bb\b`, "a\nab é")
	f.Add(`[^é]\b.x`, "éa\xffx")
	f.Fuzz(func(t *testing.T, expr, text string) {
		re, err := regexp.Compile(expr)
		if err != nil || len(expr) > 200 {
			t.Skip("no expression")
		}
		e := Compile(expr)
		if got, want := e.MatchString(text), re.MatchString(text); got != want {
			t.Fatalf("%q on %q: %v, want %v (needs %q)", expr, text, got, want, needed(expr))
		}
		if got, ok := newAutomaton(expr).match(text); ok && got != re.MatchString(text) {
			t.Fatalf("%q on %q: the automaton says %v", expr, text, got)
		}
		if got, want := e.FindAllStringIndex(text, -1), re.FindAllStringIndex(text, -1); !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%q on %q: %v, want %v", expr, text, got, want)
		}
		if got, want := e.ReplaceAllString(text, "x"), re.ReplaceAllString(text, "x"); got != want {
			t.Fatalf("%q on %q: %q, want %q", expr, text, got, want)
		}
	})
}
