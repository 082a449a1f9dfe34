package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// planned builds a plan of one block, with what its author says of it.
func planned(t *testing.T, says, block string, corrections ...Correction) []verifier.Step {
	t.Helper()
	made, err := Build(Input{Repository: "x", Corrections: corrections, Documents: []Document{{Path: "README.md",
		Source: []byte("# x\n\n## Run\n\n<!-- freshinstall: " + says + " -->\n\n```sh\n" + block + "\n```\n\n```sh\nmake\n```\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	return made.Steps
}

// What an author says of a block is meant for its last command.
func TestOutcomeThatTheAuthorDeclares(t *testing.T) {
	for _, tt := range []struct {
		says  string
		ready *verifier.Ready
	}{
		{"background ready=port:8000", &verifier.Ready{Port: 8000}},
		{`background ready="log:Server is up"`, &verifier.Ready{Log: "Server is up"}},
		{"background ready=http://localhost:8000/health", &verifier.Ready{URL: "http://localhost:8000/health"}},
		{"background ready=http://example.org/", nil},
		{"background ready=soon", nil},
		{"background", nil},
	} {
		steps := planned(t, tt.says, "make install\n./serve")
		if len(steps) != 3 {
			t.Fatalf("%s: %d steps", tt.says, len(steps))
		}
		if diff := cmp.Diff(tt.ready, steps[1].Ready); diff != "" || steps[0].Ready != nil || steps[2].Ready != nil {
			t.Errorf("%s: %s; the others have %v, %v", tt.says, diff, steps[0].Ready, steps[2].Ready)
		}
		if steps[0].Has(verifier.FlagBackground) || steps[0].Has(verifier.FlagLongRunning) || !steps[1].Has(verifier.FlagLongRunning) {
			t.Errorf("%s: long-running are %v and %v, want the last command alone", tt.says, steps[0].Flags, steps[1].Flags)
		}
	}
	if steps := planned(t, `expect="all 3 passed"`, "make\n./check"); steps[0].Expect != "" || steps[1].Expect != "all 3 passed" {
		t.Errorf("expected: %q, %q", steps[0].Expect, steps[1].Expect)
	}
	if steps := planned(t, "background", "./serve &"); steps[0].Has(verifier.FlagLongRunning) {
		t.Error("what goes into the background by itself does not hold the terminal")
	}
}

// A declaration says it of one step and leaves the decision about it alone.
func TestOutcomeThatIsDeclared(t *testing.T) {
	for _, leave := range []bool{false, true} {
		corrections := []Correction{{Match: "./serve", Keeps: true, Ready: &verifier.Ready{Port: 5000}, Expect: "up"}}
		if leave {
			corrections = append([]Correction{{Match: "./serve", Why: "no"}}, corrections...)
		}
		step := planned(t, "ready=port:8000", "./serve", corrections...)[0]
		want := &verifier.Ready{Port: 5000}
		if leave {
			want = nil
		}
		if diff := cmp.Diff(want, step.Ready); diff != "" || step.Follow == leave || (step.Expect == "up") == leave {
			t.Errorf("left %v: %+v", leave, step)
		}
	}
}

// Of a program with many sub-commands only those are left running that serve.
func TestNotebooksThatEndByThemselves(t *testing.T) {
	for command, serves := range map[string]bool{
		"jupyter notebook": true, "jupyter lab --port 8888": true, "jupyter-notebook": true,
		"jupyter nbconvert --to notebook --execute sum.ipynb": false, "jupyter kernelspec list": false, "jupyter-nbconvert --execute sum.ipynb": false,
	} {
		if got := planned(t, "timeout=10m", command)[0].Has(verifier.FlagLongRunning); got != serves {
			t.Errorf("%s: long-running is %v", command, got)
		}
	}
}
