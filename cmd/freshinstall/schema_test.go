package main

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/verifier"
)

func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := schemaOf(name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:"+name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:" + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// aResult fills every part of a result once.
func aResult() *verifier.Result {
	return &verifier.Result{
		Schema: verifier.ResultSchema, Kind: "container", Started: time.Unix(0, 0), Finished: time.Unix(60, 0), Tool: tool(),
		Repository: verifier.Repository{Name: "app", URL: "https://git.example.org/civic/app.git", Commit: "0123456789"},
		Plan: verifier.Plan{Schema: verifier.PlanSchema, Repository: "app", Start: verifier.StartInside, Steps: []verifier.Step{{
			ID: "s1", Document: "README.md", Line: 3, EndLine: 3, Command: "make", Role: verifier.RoleBuild, Follow: true, Platform: verifier.PlatformAny,
			Alternative: &verifier.Alternative{Group: "g1", Option: "make", Primary: true}, Flags: []verifier.Flag{verifier.FlagSudo},
		}}},
		Environments: []verifier.EnvironmentResult{{
			Environment: verifier.Environment{Name: "debian-12", Family: verifier.FamilyDeb},
			Verdict:     verifier.WorksWithFixes, Rung: verifier.RungInstalled,
			Steps: []verifier.StepResult{{Step: "s1", Outcome: verifier.OutcomeFailed, AfterFix: verifier.OutcomeOK, Ended: verifier.Exited,
				Deviations: []verifier.Deviation{{Kind: verifier.DeviationAnswer, What: "y"}}}},
			Findings: []verifier.Finding{{ID: "f1", Category: verifier.MissingTool, Blame: verifier.BlameDocs,
				Fixes: []verifier.Fix{{Kind: verifier.FixBefore, Grade: verifier.Proven, Proof: &verifier.Proof{Replay: "passed"}}}}},
			Replay:   &verifier.Replay{Passed: true},
			Incident: &verifier.Incident{Blame: verifier.BlameWorld, What: "x"},
		}},
	}
}

func TestResultHoldsToItsSchema(t *testing.T) {
	schema := compiled(t, "result")
	var text bytes.Buffer
	if err := reports.JSON(&text, aResult()); err != nil {
		t.Fatal(err)
	}
	valid := func(text string) error {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(doc)
	}
	if err := valid(text.String()); err != nil {
		t.Errorf("a full result is refused: %v", err)
	}
	text.Reset()
	if err := reports.JSON(&text, &verifier.Result{}); err != nil {
		t.Fatal(err)
	}
	if err := valid(text.String()); err != nil {
		t.Errorf("an empty result is refused: %v", err)
	}
	for name, change := range map[string][2]string{
		"a verdict that is none": {`"verdict": "works-with-fixes"`, `"verdict": "splendid"`},
		"a key that is none":     {`"kind": "container"`, `"kind": "container", "kindd": 1`},
		"steps that are no list": {`"findings": [`, `"findings": {}, "x": [`},
	} {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			if err := reports.JSON(&text, aResult()); err != nil {
				t.Fatal(err)
			}
			changed := strings.Replace(text.String(), change[0], change[1], 1)
			if changed == text.String() {
				t.Fatalf("%s does not stand in the result", change[0])
			}
			if err := valid(changed); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// Every named type of text in the written forms is a closed set: one that is
// forgotten here would allow any text.
func TestEveryTypeOfTextHasItsSet(t *testing.T) {
	var walk func(reflect.Type)
	seen := map[reflect.Type]bool{}
	walk = func(rt reflect.Type) {
		if seen[rt] {
			return
		}
		seen[rt] = true
		switch rt.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(rt.Elem())
		case reflect.Struct:
			for i := range rt.NumField() {
				if rt.PkgPath() != "time" {
					walk(rt.Field(i).Type)
				}
			}
		case reflect.String:
			if rt.PkgPath() != "" && closedSets[rt] == nil {
				t.Errorf("%s has no set of values", rt)
			}
		default:
		}
	}
	for _, form := range schemas {
		walk(reflect.TypeOf(form.what))
	}
}
