package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestOutcomeAgrees(t *testing.T) {
	answer := []verifier.Deviation{{Kind: verifier.DeviationAnswer}}
	asked := []verifier.Category{verifier.PermissionOrSudo, verifier.InteractivePrompt}
	for _, c := range []struct {
		name             string
		truth            truthStep
		ours             verifier.StepResult
		agrees, answered bool
	}{
		{"both pass", truthStep{}, verifier.StepResult{Outcome: verifier.OutcomeOK}, true, false},
		{"both pass, ours with a deviation", truthStep{}, verifier.StepResult{Outcome: verifier.OutcomeOKWithDeviation}, true, false},
		{"still running by hand counts as passed", truthStep{Exit: 124}, verifier.StepResult{Outcome: verifier.OutcomeOKWithDeviation}, true, false},
		{"failed for us alone", truthStep{}, verifier.StepResult{Outcome: verifier.OutcomeFailed}, false, false},
		{"both fail", truthStep{Category: verifier.MissingTool}, verifier.StepResult{Outcome: verifier.OutcomeFailed}, true, false},
		{"failed by hand alone", truthStep{Category: verifier.MissingTool}, verifier.StepResult{Outcome: verifier.OutcomeOK}, false, false},
		{"blocked is not failed", truthStep{Category: verifier.MissingTool}, verifier.StepResult{Outcome: verifier.OutcomeBlocked}, false, false},
		{"no outcome at all", truthStep{}, verifier.StepResult{}, false, false},
		{"network told as the world's fault", truthStep{Category: verifier.NetworkBlocked}, verifier.StepResult{Outcome: verifier.OutcomeInconclusive}, true, false},
		{"network blamed on the step", truthStep{Category: verifier.NetworkBlocked}, verifier.StepResult{Outcome: verifier.OutcomeFailed}, false, false},
		{"a question that we answered", truthStep{Category: verifier.InteractivePrompt}, verifier.StepResult{Outcome: verifier.OutcomeOKWithDeviation, Deviations: answer}, true, true},
		{"a question that we did not meet", truthStep{Category: verifier.InteractivePrompt}, verifier.StepResult{Outcome: verifier.OutcomeOK}, false, false},
		{"a question behind the missing sudo", truthStep{Category: verifier.PermissionOrSudo, Categories: asked}, verifier.StepResult{Outcome: verifier.OutcomeFailed, Deviations: answer}, true, true},
		{"a question in the repaired try", truthStep{Category: verifier.PermissionOrSudo, Categories: asked}, verifier.StepResult{Outcome: verifier.OutcomeFailed, AfterFix: verifier.OutcomeOKWithDeviation}, true, true},
		{"no question in the repaired try", truthStep{Category: verifier.PermissionOrSudo, Categories: asked}, verifier.StepResult{Outcome: verifier.OutcomeFailed, AfterFix: verifier.OutcomeOK}, true, false},
		{"an answer cannot turn a disagreement", truthStep{Category: verifier.PermissionOrSudo, Categories: asked}, verifier.StepResult{Outcome: verifier.OutcomeOKWithDeviation, Deviations: answer}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			agrees, answered := outcomeAgrees(c.truth, c.ours)
			if agrees != c.agrees || answered != c.answered {
				t.Errorf("agrees %v, answered %v; want %v, %v", agrees, answered, c.agrees, c.answered)
			}
		})
	}
}

func TestFirstFinding(t *testing.T) {
	o := ours{env: verifier.EnvironmentResult{Findings: []verifier.Finding{{ID: "f1", Step: "s2"}, {ID: "f2", Step: "s2"}, {ID: "f3", Step: "s4"}}}}
	for _, c := range []struct {
		name, want string
		step       verifier.StepResult
	}{
		{"of the first try", "f2", verifier.StepResult{Step: "s2", Attempts: []verifier.Attempt{{Finding: "f2"}}, Findings: []string{"f1", "f2"}}},
		{"of the step", "f1", verifier.StepResult{Step: "s2", Findings: []string{"f1", "f2"}}},
		{"by the finding's own step", "f3", verifier.StepResult{Step: "s4"}},
		{"none", "", verifier.StepResult{Step: "s9"}},
		{"of a step without a result", "", verifier.StepResult{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, found := o.firstFinding(c.step)
			if f.ID != c.want || found != (c.want != "") {
				t.Errorf("finding %q, found %v; want %q", f.ID, found, c.want)
			}
		})
	}
}

func TestTruthOnARelease(t *testing.T) {
	yes := true
	tr := truth{
		Doc:              "README.md",
		Steps:            []truthStep{{Line: 1, Cmd: "a"}, {Cmd: "a --version", AddedCheck: true}},
		Other:            map[string][]truthStep{"trixie": {{Line: 1, Cmd: "a", Doc: "INSTALL"}}},
		PassesWithFixes:  map[string]*bool{"bookworm": &yes, "trixie": nil},
		SecondsByRelease: map[string]float64{"bookworm": 2.5},
	}
	for _, c := range []struct {
		release string
		want    account
		tried   bool
	}{
		{"bookworm", account{steps: []truthStep{{Line: 1, Cmd: "a", Doc: "README.md"}}, passes: &yes, seconds: 2.5}, true},
		{"trixie", account{steps: []truthStep{{Line: 1, Cmd: "a", Doc: "INSTALL"}}}, true},
		{"bullseye", account{}, false},
	} {
		t.Run(c.release, func(t *testing.T) {
			got, tried := tr.on(c.release)
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(account{})); diff != "" || tried != c.tried {
				t.Errorf("tried %v, account differs (-want +got):\n%s", tried, diff)
			}
		})
	}
	if tr.Steps[0].Doc != "" || len(tr.Steps) != 2 {
		t.Errorf("the truth itself was changed: %+v", tr.Steps)
	}
}
