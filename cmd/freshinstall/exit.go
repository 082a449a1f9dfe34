package main

import (
	"slices"

	"github.com/freshinstall/freshinstall/verifier"
)

// The exit codes. They are part of the interface: scripts and CI jobs branch
// on them.
const (
	exitOK          = 0
	exitFindings    = 1
	exitUse         = 2
	exitUntested    = 3
	exitNothing     = 4
	exitTime        = 5
	exitInterrupted = 130
)

// exitHelp is the table that --help prints.
const exitHelp = `Exit codes (when several apply, the first of 130, 2, 1, 3, 5, 4, 0):
    0  every environment works, or works with documented fixes
       (--strict: the latter is 1); demo: it ended as it should
    1  a documented step fails because of the documents or the repository;
       plan: it has findings
    2  wrong use, or a wrong declaration
    3  could not be tested: engine, image, network, registry or disk
    4  nothing to run was found
    5  the time limit of the whole run was reached
  130  interrupted; what was found until then is reported
`

// worstFirst is the order in which one code hides another.
var worstFirst = []int{exitInterrupted, exitUse, exitFindings, exitUntested, exitTime, exitNothing, exitOK}

// worst returns the code that hides all others; without codes, exitOK. A code
// outside the table counts as wrong use, so that none can pass for success.
func worst(codes ...int) int {
	place := len(worstFirst) - 1
	for _, code := range codes {
		at := slices.Index(worstFirst, code)
		if at < 0 {
			at = slices.Index(worstFirst, exitUse)
		}
		place = min(place, at)
	}
	return worstFirst[place]
}

// leniency is how the user wants a result judged.
type leniency struct {
	strict   bool // documented fixes count as findings
	exitZero bool // findings do not fail; what could not be tested still does
}

// exitCode judges a whole result.
func exitCode(r *verifier.Result, how leniency) int {
	var codes []int
	if r.Interrupted {
		codes = append(codes, exitInterrupted)
	}
	if r.OutOfTime {
		codes = append(codes, exitTime)
	}
	if !slices.ContainsFunc(r.Plan.Steps, func(s verifier.Step) bool { return s.Follow }) {
		codes = append(codes, exitNothing)
	}
	if len(r.Environments) == 0 && len(codes) == 0 {
		codes = append(codes, exitUntested)
	}
	for _, env := range r.Environments {
		codes = append(codes, environmentCodes(env, how, r.Interrupted || r.OutOfTime)...)
	}
	return worst(codes...)
}

// environmentCodes gives the codes of one environment. In a run that was cut
// short, an incident that names no part that failed is the cut itself, and the
// run's own code stands for it.
func environmentCodes(env verifier.EnvironmentResult, how leniency, cutShort bool) []int {
	var incident []int
	cut := cutShort && (env.Incident == nil || env.Incident.Message == "")
	if env.Incident != nil && !cut {
		incident = []int{blameCode(env.Incident.Blame, exitUntested)}
	}
	findings := exitFindings
	if how.exitZero {
		findings = exitOK
	}
	switch env.Verdict {
	case verifier.Works:
		return []int{exitOK}
	case verifier.WorksWithDocumentedFixes:
		if how.strict {
			return []int{findings}
		}
		return []int{exitOK}
	case verifier.WorksWithFixes, verifier.Broken:
		codes := append(incident, blameCodes(env.Findings, findings)...)
		if len(codes) == 0 {
			codes = []int{findings}
		}
		return codes
	case verifier.Inconclusive:
		codes := append(incident, blameCodes(env.Findings, findings)...)
		if len(incident) == 0 && !cut {
			codes = append(codes, exitUntested)
		}
		return codes
	}
	return []int{exitUntested}
}

// blameCodes gives a code for each finding that is still open.
func blameCodes(found []verifier.Finding, findings int) []int {
	var codes []int
	for _, f := range found {
		if f.Documented || f.Flaky {
			continue
		}
		codes = append(codes, blameCode(f.Blame, findings))
	}
	return codes
}

// blameCode says whose turn it is as an exit code.
func blameCode(blame verifier.Blame, findings int) int {
	switch blame {
	case verifier.BlameDocs, verifier.BlameRepository:
		return findings
	case verifier.BlameEnvironment:
		return exitUse
	case verifier.BlameContainer, verifier.BlameWorld:
		return exitUntested
	}
	return findings
}
