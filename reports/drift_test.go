package reports

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestDriftWords(t *testing.T) {
	worked := time.Date(2026, 11, 3, 23, 0, 0, 0, time.UTC)
	move := func(name, from, to string, named bool) verifier.Move {
		return verifier.Move{Manager: verifier.ManagerDpkg, Name: name, From: from, To: to, Named: named}
	}
	for name, c := range map[string]struct {
		d    verifier.Drift
		want string
	}{
		"named": {verifier.Drift{Moved: []verifier.Move{move("libfoo", "1.2", "1.3", true), move("zlib", "1", "2", false), move("a", "1", "2", false)}, Commit: &verifier.Change{From: "a1b2c3", To: "d4e5f6"}},
			"worked on 3 November 2026; since then libfoo 1.2 → 1.3 (named in the error), 2 other packages, commit a1b2c3 → d4e5f6"},
		"none is named": {verifier.Drift{Moved: []verifier.Move{move("zlib", "1", "2", false), move("new", "", "2", false), move("c", "1", "", false)}},
			"worked on 3 November 2026; since then zlib 1 → 2, new 2 is new, 1 other package (the error names none of them)"},
		"gone, of another manager": {verifier.Drift{Moved: []verifier.Move{{Manager: verifier.ManagerPip, Name: "six", From: "1", Named: true}}},
			"worked on 3 November 2026; since then six (pip) 1 is gone (named in the error)"},
		"the tool and the rest": {verifier.Drift{Tool: &verifier.Change{From: "1.0", To: "1.1"}, Image: &verifier.Change{From: "sha256:1", To: "sha256:2"}, Documents: true, Declaration: true},
			"worked on 3 November 2026; since then the documents, the base image, the environment's declaration, freshinstall itself 1.0 → 1.1"},
		"nothing": {verifier.Drift{}, "worked on 3 November 2026; nothing that is recorded is another since then (packages, image, documents, commit, freshinstall)"},
		"not recorded": {verifier.Drift{Unrecorded: true, Documents: true},
			"worked on 3 November 2026; since then the documents; which packages moved is not known"},
		"nothing, not recorded": {verifier.Drift{Unrecorded: true},
			"worked on 3 November 2026; commit, documents, image and freshinstall are the same since then; which packages moved is not known"},
		"hostile": {verifier.Drift{Moved: []verifier.Move{move("a\x1b[2Jb", "1\n2", "3", true)}}, "worked on 3 November 2026; since then ab 1 2 → 3 (named in the error)"},
	} {
		t.Run(name, func(t *testing.T) {
			c.d.Worked = worked
			if got := DriftWords(&c.d); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestBisectionWords(t *testing.T) {
	libfoo := verifier.Move{Manager: verifier.ManagerDpkg, Name: "libfoo", From: "1.2", To: "1.3"}
	for name, c := range map[string]struct {
		b    *verifier.Bisection
		want string
	}{
		"nothing was tried": {nil, ""},
		"proven": {&verifier.Bisection{Guilty: &libfoo, Trials: []verifier.Trial{{Move: libfoo, With: []string{"libfoo-data"}, Had: true, Passed: true}}},
			"proven: libfoo (with libfoo-data) broke it. In clean machines the step passes with 1.2 and fails with 1.3"},
		"not proven": {&verifier.Bisection{Trials: []verifier.Trial{{Move: libfoo, Had: true}, {Move: verifier.Move{Name: "zlib", From: "1"}}}},
			"which one broke it could not be proven; the step fails also with libfoo 1.2; could not be had any more: zlib 1"},
		"why": {&verifier.Bisection{Why: "the network was down"}, "which one broke it could not be proven: the network was down"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := BisectionWords(c.b); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// The reports for people say it once, under a heading of its own.
func TestReportsTellDrift(t *testing.T) {
	r := fixtures()["five-findings"]
	libfoo := verifier.Move{Manager: verifier.ManagerDpkg, Name: "libfoo", From: "1.2", To: "1.3", Named: true}
	r.Environments[0].Drift = &verifier.Drift{Worked: r.Started, Moved: []verifier.Move{libfoo}, Bisection: &verifier.Bisection{Guilty: &libfoo, Trials: []verifier.Trial{}}}
	for _, format := range []string{"terminal", "markdown", "html"} {
		var out bytes.Buffer
		if err := Write(format, &out, r); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Since it worked last", "libfoo", "Proven: libfoo broke it."} {
			if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), want) {
				t.Errorf("%s does not say %q:\n%s", format, want, out.String())
			}
		}
	}
	var out bytes.Buffer
	if err := JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	if err := validate(t, compile(t, "result.schema.json", Schema()), out.Bytes()); err != nil {
		t.Errorf("result is not valid: %v", err)
	}
}
