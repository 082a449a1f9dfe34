package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMutants(t *testing.T) {
	for name, c := range map[string]struct {
		body string // of a file
		want []string
	}{
		"a condition": {"func f(a bool) {\nif a {\n}\n}", []string{"a → !(a)"}},
		"a comparison in a condition": {"func f(a, b int) {\nif a < b {\n}\n}", []string{
			"a < b → !(a < b)", "a < b → a >= b"}},
		"parts of a condition": {"func f(a, b bool, c int) {\nif a && c != 1 {\n}\n}", []string{
			"a && c != 1 → !(a && c != 1)", "a && c != 1 → a || c != 1", "c != 1 → c == 1"}},
		"with a statement before it": {"func f() {\nif err := g(); err == nil {\n}\n}", []string{
			"err == nil → !(err == nil)", "err == nil → err != nil"}},
		"a loop's condition":         {"func f(a int) {\nfor a > 1 {\n}\nfor {\n}\n}", []string{"a > 1 → !(a > 1)", "a > 1 → a <= 1"}},
		"a constant result":          {"func f() bool { return true }", []string{"true → false"}},
		"a result among others":      {"func f() (n int, ok bool, err error) { return 1, g(), nil }", []string{"g() → !(g())"}},
		"results named together":     {"func f() (a, b bool) { return c, d }", []string{"c → !(c)", "d → !(d)"}},
		"results passed on":          {"func f() (int, bool) { return g() }", nil},
		"a result of another kind":   {"func f() string { return a }", nil},
		"a function in a function":   {"func f() string {\ng(func() bool { return a })\nreturn b\n}", []string{"a → !(a)"}},
		"over several lines":         {"func f(a, b bool) {\nif a &&\nb {\n}\n}", nil},
		"other operators stay":       {"func f(a int) int { return a + 1 }", nil},
		"an operator in a text":      {"func f() string { return \"a == b\" }", nil},
		"a comment after an operand": {"func f(a, b bool) bool {\nreturn a /* && */ && b\n}", []string{"a /* && */ && b → !(a /* && */ && b)", "a /* && */ && b → a /* && */ || b"}},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := mutants("x.go", []byte("package x\n"+c.body))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range drawn(all, 0) {
				got = append(got, m.before()+" → "+m.after)
				if text := string(m.text()); !strings.Contains(text, m.after) || len(text) != len(m.source)-len(m.before())+len(m.after) {
					t.Errorf("%s: the text is %q", got[len(got)-1], text)
				}
			}
			slices.Sort(c.want)
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheSameSeedDrawsTheSame(t *testing.T) {
	var all, backwards []mutant
	for i := range 50 {
		all = append(all, mutant{file: "x.go", line: i, start: i})
		backwards = append([]mutant{all[i]}, backwards...)
	}
	lines := func(list []mutant) (lines []int) {
		for _, m := range list {
			lines = append(lines, m.line)
		}
		return lines
	}
	if diff := cmp.Diff(lines(drawn(all, 7)), lines(drawn(backwards, 7))); diff != "" {
		t.Errorf("the order in which they are found counts: %s", diff)
	}
	if cmp.Equal(lines(drawn(all, 7)), lines(drawn(all, 8))) {
		t.Error("another seed draws the same")
	}
}

func TestProfile(t *testing.T) {
	p, err := readProfile(strings.NewReader("mode: set\nm/x/a.go:3.10,5.2 1 0\nm/x/a.go:3.10,5.2 1 1\nm/x/a.go:7.2,9.3 1 0\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file      string
		line, col int
		want      bool
	}{
		"inside":                   {"/m/x/a.go", 4, 1, true},
		"at its start":             {"/m/x/a.go", 3, 10, true},
		"before its start":         {"/m/x/a.go", 3, 9, false},
		"at its end":               {"/m/x/a.go", 5, 2, false},
		"in what was not reached":  {"/m/x/a.go", 8, 1, false},
		"in a file of no stretch":  {"/m/x/b.go", 4, 1, false},
		"of another folder's file": {"/m/y/a.go", 4, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := mutant{file: c.file, line: c.line, col: c.col, pkg: pkg{ImportPath: filepath.Dir(c.file)[1:]}}
			if got := p.has(m); got != c.want {
				t.Errorf("reached: %v", got)
			}
		})
	}
	if _, err := readProfile(strings.NewReader("mode: set\nnonsense\n")); err == nil {
		t.Error("nonsense was read")
	}
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		stream string
		want   verdict
	}{
		"all passed": {`{"Action":"run","Package":"m/x","Test":"TestA"}
{"Action":"pass","Package":"m/x","Test":"TestA"}
{"Action":"pass","Package":"m/x"}`, verdict{}},
		"a nested test failed": {`{"Action":"run","Package":"m/x","Test":"TestA"}
{"Action":"fail","Package":"m/x","Test":"TestA/one"}
{"Action":"fail","Package":"m/x","Test":"TestA"}
{"Action":"fail","Package":"m/x"}`, verdict{killed, "m/x TestA/one"}},
		"it does not build": {`{"ImportPath":"m/x","Action":"build-fail"}
{"Action":"fail","Package":"m/x","FailedBuild":"m/x"}`, verdict{kind: stillborn}},
		"it ran out of time": {`{"Action":"run","Package":"m/x","Test":"TestA"}
{"Action":"output","Package":"m/x","Test":"TestA","Output":"panic: test timed out after 2m0s\n"}
{"Action":"fail","Package":"m/x","Test":"TestA"}`, verdict{killed, "m/x TestA (out of time)"}},
		"it crashed outside of any test's end": {`{"Action":"run","Package":"m/x","Test":"TestA"}
{"Action":"fail","Package":"m/x"}`, verdict{killed, "m/x TestA"}},
		"it crashed before the first": {`{"Action":"fail","Package":"m/x"}`, verdict{killed, "m/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := judge(strings.NewReader(c.stream))
			if err != nil || got != c.want {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}

// TestMeasure breaks a small module: what its own tests see, what only those
// of another package see, what nobody looks at, and what nobody runs.
func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":        "module example.org/small\n\ngo 1.25\n",
		"in/in.go":      "package in\n\nfunc Seen(a int) bool { return a == 1 }\n\nfunc Far(a int) bool { return a == 2 }\n\nfunc Unseen(a int) bool { return a == 3 }\n\nfunc Idle(a int) bool { return a == 4 }\n",
		"in/in_test.go": "package in\n\nimport \"testing\"\n\nfunc TestSeen(t *testing.T) {\n\tif !Seen(1) {\n\t\tt.Error()\n\t}\n\tFar(1)\n\tUnseen(1)\n}\n",
		"on/on.go":      "package on\n\nimport \"example.org/small/in\"\n\nfunc On() bool { return in.Far(2) }\n",
		"on/on_test.go": "package on\n\nimport \"testing\"\n\nfunc TestOn(t *testing.T) {\n\tif !On() {\n\t\tt.Error()\n\t}\n}\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	s, err := measure(t.Context(), dir, "./in", 1, 10, &stdout, &stderr)
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if s != (score{killed: 2, tried: 3}) {
		t.Errorf("%+v", s)
	}
	for _, want := range []string{
		"killed    in/in.go:3  a == 1 → ", "by in TestSeen\n",
		"killed    in/in.go:5  a == 2 → ", "by on TestOn\n",
		"SURVIVED  in/in.go:7  a == 3 → ",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("output lacks %q:\n%s", want, stdout.String())
		}
	}
}
