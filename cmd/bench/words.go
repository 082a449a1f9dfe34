package main

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/freshinstall/freshinstall/verifier"
)

// at names a step: its line and a short form of its text.
func at(line int, command string, optional bool) string {
	if optional {
		return fmt.Sprintf("L%d %s (optional)", line, code(command))
	}
	return fmt.Sprintf("L%d %s", line, code(command))
}

// byHand tells the outcome that the truth saw.
func byHand(t truthStep) string {
	if t.Category == "" {
		return "ok"
	}
	return fmt.Sprintf("failed (%s)", t.Category)
}

// because gives our own reason for an outcome, where there is one.
func because(r verifier.StepResult) string {
	switch {
	case r.BlockedBy != "":
		return " by " + r.BlockedBy
	case r.Reason != "":
		return " (" + clip(r.Reason, 60) + ")"
	}
	return ""
}

// code puts a command into a code span that it cannot close.
func code(command string) string {
	return "`" + strings.ReplaceAll(clip(fold(command), 40), "`", "'") + "`"
}

// clip shortens to at most n letters and says so.
func clip(s string, n int) string {
	letters := []rune(oneLine(s))
	if len(letters) <= n {
		return string(letters)
	}
	return string(letters[:n-1]) + "…"
}

// oneLine folds white space and drops what a terminal would act upon.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
