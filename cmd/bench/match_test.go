package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"white space", "make   all\t", "make all"},
		{"continuation", "apt install a \\\n  b", "apt install a b"},
		{"trailing comment", "autoreconf -i  # skip if released", "autoreconf -i"},
		{"hash inside a word", "git checkout v1#2", "git checkout v1#2"},
		{"hash in quotes", `echo "a # b" # c`, `echo "a # b"`},
		{"escaped hash", `echo \# kept`, `echo \# kept`},
		{"semicolon at the end", "make ;", "make"},
		{"comment alone on a line", "cd x\n# then\nmake", "cd x make"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fold(c.in); got != c.want {
				t.Errorf("fold(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	truth := func(line int, cmd string) truthStep { return truthStep{Doc: "README.md", Line: line, Cmd: cmd} }
	step := func(line int, cmd string, follow bool) verifier.Step {
		return verifier.Step{Document: "readme.md", Line: line, Command: cmd, Follow: follow}
	}
	for _, c := range []struct {
		name   string
		truths []truthStep
		steps  []verifier.Step
		want   pairing
	}{
		{"same line and text", []truthStep{truth(3, "make")}, []verifier.Step{step(1, "make", true), step(3, "make", true)}, pairing{0: 1}},
		{"two lines away", []truthStep{truth(3, "make")}, []verifier.Step{step(9, "make", true), step(5, "make", true)}, pairing{0: 1}},
		{"same text elsewhere", []truthStep{truth(3, "make")}, []verifier.Step{step(40, "make", true)}, pairing{0: 0}},
		{"the followed one of two copies", []truthStep{truth(3, "make")}, []verifier.Step{step(30, "make", false), step(40, "make", true)}, pairing{0: 1}},
		{"not followed is still the step", []truthStep{truth(3, "make")}, []verifier.Step{step(4, "make", false)}, pairing{0: 0}},
		{"other text alone on the line", []truthStep{truth(3, "./compiler")}, []verifier.Step{step(3, "./compiler example", true)}, pairing{0: 0}},
		{"other text, line shared", []truthStep{truth(3, "a")}, []verifier.Step{step(3, "b", true), step(3, "c", true)}, pairing{}},
		{"each step once", []truthStep{truth(3, "make"), truth(9, "make")}, []verifier.Step{step(3, "make", true)}, pairing{0: 0}},
		{"surer pass first", []truthStep{truth(3, "make"), truth(9, "make")}, []verifier.Step{step(9, "make", true)}, pairing{1: 0}},
		{"another document", []truthStep{truth(3, "make")}, []verifier.Step{{Document: "INSTALL", Line: 3, Command: "make"}}, pairing{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, match(c.truths, c.steps)); diff != "" {
				t.Errorf("pairs differ (-want +got):\n%s", diff)
			}
		})
	}
}
