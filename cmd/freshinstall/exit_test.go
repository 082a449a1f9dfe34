package main

import (
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestExitCode(t *testing.T) {
	found := func(blames ...verifier.Blame) []verifier.Finding {
		var out []verifier.Finding
		for _, b := range blames {
			out = append(out, verifier.Finding{Blame: b})
		}
		return out
	}
	ended := func(v verifier.Verdict, findings ...verifier.Finding) verifier.EnvironmentResult {
		return verifier.EnvironmentResult{Verdict: v, Findings: findings}
	}
	incident := func(v verifier.Verdict, b verifier.Blame, message string) verifier.EnvironmentResult {
		return verifier.EnvironmentResult{Verdict: v, Incident: &verifier.Incident{Blame: b, Message: message}}
	}
	works := ended(verifier.Works)
	documented := ended(verifier.WorksWithDocumentedFixes, verifier.Finding{Blame: verifier.BlameDocs, Documented: true})
	fixes := ended(verifier.WorksWithFixes, found(verifier.BlameDocs)...)
	lost := incident(verifier.Inconclusive, verifier.BlameContainer, "connection refused")

	cases := []struct {
		name   string
		result verifier.Result
		how    leniency
		want   int
	}{
		{"every environment works", verifier.Result{Environments: []verifier.EnvironmentResult{works, works}}, leniency{}, 0},
		{"documented fixes", verifier.Result{Environments: []verifier.EnvironmentResult{works, documented}}, leniency{}, 0},
		{"documented fixes, strict", verifier.Result{Environments: []verifier.EnvironmentResult{works, documented}}, leniency{strict: true}, 1},
		{"documented fixes, strict, report only", verifier.Result{Environments: []verifier.EnvironmentResult{documented}}, leniency{strict: true, exitZero: true}, 0},
		{"fixes that nobody wrote down", verifier.Result{Environments: []verifier.EnvironmentResult{works, fixes}}, leniency{}, 1},
		{"fixes, report only", verifier.Result{Environments: []verifier.EnvironmentResult{fixes}}, leniency{exitZero: true}, 0},
		{"broken repository", verifier.Result{Environments: []verifier.EnvironmentResult{ended(verifier.Broken, found(verifier.BlameRepository)...)}}, leniency{}, 1},
		{"broken without an explanation", verifier.Result{Environments: []verifier.EnvironmentResult{ended(verifier.Broken)}}, leniency{}, 1},
		{"the declaration is to blame", verifier.Result{Environments: []verifier.EnvironmentResult{ended(verifier.Broken, found(verifier.BlameEnvironment)...)}}, leniency{}, 2},
		{"the network is to blame", verifier.Result{Environments: []verifier.EnvironmentResult{ended(verifier.Inconclusive, found(verifier.BlameWorld)...)}}, leniency{}, 3},
		{"the documents and the network", verifier.Result{Environments: []verifier.EnvironmentResult{ended(verifier.Broken, found(verifier.BlameWorld, verifier.BlameDocs)...)}}, leniency{}, 1},
		{"nobody knows why", verifier.Result{Environments: []verifier.EnvironmentResult{ended(verifier.Inconclusive)}}, leniency{}, 3},
		{"engine lost", verifier.Result{Environments: []verifier.EnvironmentResult{lost}}, leniency{}, 3},
		{"engine lost beside findings", verifier.Result{Environments: []verifier.EnvironmentResult{lost, fixes}}, leniency{}, 1},
		{"engine lost, report only", verifier.Result{Environments: []verifier.EnvironmentResult{lost, fixes}}, leniency{exitZero: true}, 3},
		{"wrong declaration hides findings", verifier.Result{Environments: []verifier.EnvironmentResult{incident(verifier.Inconclusive, verifier.BlameEnvironment, "no such image"), fixes}}, leniency{}, 2},
		{"out of time", verifier.Result{OutOfTime: true, Environments: []verifier.EnvironmentResult{incident(verifier.Inconclusive, verifier.BlameEnvironment, "")}}, leniency{}, 5},
		{"out of time beside findings", verifier.Result{OutOfTime: true, Environments: []verifier.EnvironmentResult{ended(verifier.Inconclusive), fixes}}, leniency{}, 1},
		{"out of time after the engine was lost", verifier.Result{OutOfTime: true, Environments: []verifier.EnvironmentResult{ended(verifier.Inconclusive), lost}}, leniency{}, 3},
		{"interrupted", verifier.Result{Interrupted: true, Environments: []verifier.EnvironmentResult{fixes, incident(verifier.Inconclusive, verifier.BlameEnvironment, "")}}, leniency{exitZero: true}, 130},
		{"no environment at all", verifier.Result{}, leniency{}, 3},
		{"a verdict from a later version", verifier.Result{Environments: []verifier.EnvironmentResult{ended("splendid")}}, leniency{}, 3},
		{"flaky findings are not counted", verifier.Result{Environments: []verifier.EnvironmentResult{ended(verifier.Inconclusive, verifier.Finding{Blame: verifier.BlameDocs, Flaky: true})}}, leniency{}, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.result.Plan.Steps = []verifier.Step{{ID: "s1", Follow: true}}
			if got := exitCode(&c.result, c.how); got != c.want {
				t.Errorf("exitCode = %d, want %d", got, c.want)
			}
		})
	}
	t.Run("what the files say against a step decides nothing", func(t *testing.T) {
		r := verifier.Result{Environments: []verifier.EnvironmentResult{works}, Plan: verifier.Plan{
			Steps: []verifier.Step{{ID: "s1", Follow: true}}, Findings: []verifier.Finding{{Step: "s1", Blame: verifier.BlameDocs, Certain: true}}}}
		if got := exitCode(&r, leniency{}); got != 0 {
			t.Errorf("exitCode = %d, want 0", got)
		}
	})
	t.Run("nothing to follow", func(t *testing.T) {
		r := verifier.Result{Environments: []verifier.EnvironmentResult{works}, Plan: verifier.Plan{Steps: []verifier.Step{{ID: "s1"}}}}
		if got := exitCode(&r, leniency{}); got != 4 {
			t.Errorf("exitCode = %d, want 4", got)
		}
	})
}

func TestWorstFollowsTheTable(t *testing.T) {
	order := []int{130, 2, 1, 3, 5, 4, 0}
	for i, bad := range order {
		for _, better := range order[i:] {
			if got := worst(better, bad, better); got != bad {
				t.Errorf("worst(%d, %d) = %d, want %d", better, bad, got, bad)
			}
		}
	}
	if got := worst(); got != 0 {
		t.Errorf("worst() = %d, want 0", got)
	}
	if got := worst(0, 77); got != 2 {
		t.Errorf("an unknown code gives %d, want 2", got)
	}
}
