package reports

import (
	"bytes"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// A fix that is a declaration tells two people what to do: who declares the
// environment, and who writes the documents.
func TestAServiceIsDeclaredAndTold(t *testing.T) {
	s := verifier.Service{Kind: verifier.Postgres, Name: "postgres", User: "app", Password: "s3cret", Database: "shop", At: verifier.AtLocalhost, Made: "package postgresql-15 15.18"}
	r := &verifier.Result{Schema: verifier.ResultSchema, Environments: []verifier.EnvironmentResult{{
		Environment: verifier.Environment{Name: "office", Image: "debian:12", Services: []verifier.Service{s}}, Verdict: verifier.WorksWithFixes,
		Steps: []verifier.StepResult{{Step: "s1", Document: "README.md", Line: 9, Command: "createdb shop", Outcome: verifier.OutcomeFailed, AfterFix: verifier.OutcomeOK, Findings: []string{"f1"}}},
		Findings: []verifier.Finding{{ID: "f1", Fingerprint: "x", Step: "s1", Rule: "D11", Title: "no server runs for PostgreSQL", Object: "PostgreSQL", Fixes: []verifier.Fix{{
			Kind: verifier.FixDeclare, Services: []verifier.Service{s}, Commands: []string{"export PGHOST=localhost"}, Grade: verifier.Proven, Proof: &verifier.Proof{ControlExit: 1, Replay: "passed"},
		}}}},
	}}}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"markdown": func(b *bytes.Buffer) error { return Markdown(b, r) },
		"terminal": func(b *bytes.Buffer) error { return Terminal(b, r, TerminalOptions{Width: 200}) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{
				"proven: declare this for the environment in freshinstall.yaml, and say in the documents that it is needed; then type before the step what stands below it",
				"services:", `- {kind: postgres, user: app, password: "s3cret", database: shop, at: localhost}`, "export PGHOST=localhost",
				"beside it a PostgreSQL server at localhost:5432 with user app, password s3cret and database shop (package postgresql-15 15.18)",
			} {
				// A terminal wraps.
				if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
					t.Errorf("does not say %q:\n%s", want, b.String())
				}
			}
		})
	}
}
