package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/patch"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// psql answers where a server is beside the machine, and keeps what it was told.
func psql(c *envtest.Call) int {
	account := c.System.Fact("service at localhost")
	if account == "" {
		return c.Fail(2, "psql: error: connection to server at \"localhost\" (127.0.0.1), port 5432 failed: Connection refused\n")
	}
	if account != "app s3cret" {
		return c.Fail(2, "psql: error: FATAL:  password authentication failed for user \"app\"\n")
	}
	return 0
}

func TestAServerThatIsTakenForGranted(t *testing.T) {
	tg, th := target(t, "debian-12", envtest.Script{Programs: map[string]envtest.Program{"psql": psql}}, shelf{})
	url := "postgres://app:s3cret@localhost/postgres"
	j := job(t, []pipeline.Target{tg}, step("export DATABASE_URL="+url, verifier.RoleConfigure), step("psql "+url+" -c 'create table t (n int)'", verifier.RoleInstall),
		step("psql "+url+" -c 'select * from t'", verifier.RoleUsage))
	r := verify(t, j)
	e := r.Environments[0]
	var got []string
	for _, s := range e.Steps {
		got = append(got, fmt.Sprintf("%s %s", s.Outcome, s.AfterFix))
	}
	// The second step has the server of the first one's fix: one finding tells of it.
	if diff := cmp.Diff([]string{"ok ", "failed ok", "ok "}, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, told(e))
	}
	if len(e.Findings) != 1 || e.Verdict != verifier.WorksWithFixes || !e.Replay.Passed {
		t.Fatalf("%s, %v", e.Verdict, told(e))
	}
	fix := e.Findings[0].Fixes[0]
	want := []verifier.Service{{Kind: verifier.Postgres, Name: "postgres", User: "app", Password: "s3cret", Database: "postgres", At: verifier.AtLocalhost}}
	if diff := cmp.Diff(want, fix.Services); diff != "" || fix.Kind != verifier.FixDeclare || fix.Grade != verifier.Proven || fix.Proof.ControlExit != 2 {
		t.Errorf("%s %s %+v (-want +got):\n%s", fix.Kind, fix.Grade, fix.Proof, diff)
	}
	if n := th.Open(); n != 0 {
		t.Errorf("%d machines left behind", n)
	}

	// The section tells it, and then it counts as documented; in place nothing can be put.
	source := []byte("# shop\n\n```\nexport DATABASE_URL=" + url + "\n```\n")
	change, err := patch.Section("README.md", source, &r, r.Finished)
	if err != nil {
		t.Fatal(err)
	}
	sentence := "a PostgreSQL server at localhost:5432 with user app, password s3cret and database postgres"
	if after := string(change.After); !strings.Contains(after, "**Solution:** this must be there before the step.\n\n```text\n"+sentence+"\n```") {
		t.Errorf("the section reads:\n%s", after)
	}
	j.Documents = map[string][]byte{"README.md": change.After}
	if again := verify(t, j).Environments[0]; again.Verdict != verifier.WorksWithDocumentedFixes {
		t.Errorf("once documented: %s", again.Verdict)
	}
	_, skipped, err := patch.InPlace(map[string][]byte{"README.md": source}, &r)
	if err != nil || len(skipped) != 1 || !strings.Contains(skipped[0].Reason, "no command brings it") {
		t.Errorf("%+v, %v", skipped, err)
	}
}
