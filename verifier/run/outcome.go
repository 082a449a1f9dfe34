package run

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// placeholder is the form of what a reader must fill in; the plan flagged the
// step, so this only finds what to name.
var placeholder = regexp.MustCompile(`<[^<>\s][^<>]*>|\b(?:YOUR|MY)[-_][A-Z0-9_-]+\b|path/to/\S*|\bx{3,}\b`)

// address is a git address, its placeholders included.
var address = regexp.MustCompile(`(?:https?://|ssh://|git://|git@)(?:<[^<>]*>|[^\s'"<>;|&])+`)

// staysUp reports whether a step starts the software rather than making it:
// that it is still there after a while is then its success.
func staysUp(step verifier.Step) bool {
	return step.Role == verifier.RoleRun || step.Role == verifier.RoleUsage || step.Has(verifier.FlagLongRunning) || step.Ready != nil
}

// judge gives the outcome of an execution and, where the exit status alone
// would not say it, the reason.
func judge(r *verifier.StepResult, step verifier.Step, e verifier.Execution) {
	alive := func(what string) {
		r.Outcome, r.Exit = verifier.OutcomeOKWithDeviation, 0
		r.Deviations = append(r.Deviations, verifier.Deviation{Kind: verifier.DeviationOther, What: what})
	}
	fail := func(reason string) { r.Outcome, r.Reason = verifier.OutcomeFailed, reason }
	if e.Unmet != "" && e.Ended != verifier.Killed && e.Ended != verifier.Flooded && (e.Exit == 0 || staysUp(step)) {
		fail(e.Unmet)
		return
	}
	switch e.Ended {
	case verifier.Exited, verifier.ShellClosed:
		if e.Exit != 0 {
			fail("")
			return
		}
		r.Outcome = verifier.OutcomeOK
	case verifier.Serving:
		r.Outcome = verifier.OutcomeOK
	case verifier.TimedOut, verifier.Silent:
		if staysUp(step) {
			alive(fmt.Sprintf("it was still running after %.0f s, which counts as started; ended it", e.Seconds))
			return
		}
		fail(fmt.Sprintf("ended by us after %.0f s: %s", e.Seconds, map[verifier.Ending]string{
			verifier.TimedOut: "longer than a step may take",
			verifier.Silent:   "no output and no work on the processor"}[e.Ended]))
	case verifier.Asking:
		if staysUp(step) {
			alive("it runs and waits for what its user types; ended it")
			return
		}
		fail("it asks a question that a newcomer cannot answer from the documents")
	case verifier.Flooded:
		fail("it printed more than a machine may print, and was ended")
	case verifier.Killed:
		fail("killed: " + e.Detail)
	}
	if r.Outcome == verifier.OutcomeOK && len(r.Deviations) > 0 {
		r.Outcome = verifier.OutcomeOKWithDeviation
	}
}

// replaceAddress puts the repository's address in the place of the first
// address in a clone command.
func replaceAddress(command, origin string) string {
	loc := address.FindStringIndex(command)
	if loc == nil {
		return command
	}
	return command[:loc[0]] + origin + command[loc[1]:]
}

// CloneAddresses lists the addresses that a clone step names, placeholders
// excluded, so that the machine can map them to the checkout under test.
func CloneAddresses(step verifier.Step) []string {
	if !step.Has(verifier.FlagSelfClone) {
		return nil
	}
	var out []string
	for _, a := range address.FindAllString(step.Command, -1) {
		if !strings.ContainsAny(a, "<>") {
			out = append(out, a)
		}
	}
	return out
}

func shown(s string) string {
	const most = 120
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return "…" + string(r[len(r)-most:])
	}
	return s
}

func ports(list []int) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = strconv.Itoa(p)
	}
	return strings.Join(words, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
