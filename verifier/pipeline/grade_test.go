package pipeline

import (
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// A clean replay proves a fix, but not one whose rule its authors never ran
// for this family of systems.
func TestWhatIsUntriedIsNeverProven(t *testing.T) {
	tests := []struct {
		name    string
		untried bool
		passed  bool
		grade   verifier.Grade
		replay  string
	}{
		{"a fix that was tried before", false, true, verifier.Proven, "passed"},
		{"an untried one", true, true, verifier.ProvenInPlace, "passed"},
		{"a clean machine that does not bear it out", false, false, verifier.ProvenInPlace, "failed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := &visit{}
			v.result.Findings = []verifier.Finding{{Fixes: []verifier.Fix{{Grade: verifier.ProvenInPlace, Untried: test.untried, Proof: &verifier.Proof{}}}}}
			v.grade(test.passed)
			fix := v.result.Findings[0].Fixes[0]
			if fix.Grade != test.grade || fix.Proof.Replay != test.replay {
				t.Errorf("grade %s, replay %q; want %s, %q", fix.Grade, fix.Proof.Replay, test.grade, test.replay)
			}
		})
	}
}
