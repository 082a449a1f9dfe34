package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// office is an environment with clients and, as a declaration lists them, services.
func office(packages, services string) string {
	text := "environments:\n  - name: office\n    from: debian-12\n    packages: [" + packages + "]\n"
	if services != "" {
		text += "    services: [" + services + "]\n"
	}
	return text
}

// takenForGranted verifies a README that takes a server for granted, and again
// with exactly what the proven fix has declared and typed. It gives both.
func takenForGranted(t *testing.T, packages, rule string, commands ...string) (declaration string, typed []string) {
	t.Helper()
	engineOutside(t)
	folder := repository(t, map[string]string{"README.md": readmeOf(commands...), "freshinstall.yaml": office(packages, "")})
	report := filepath.Join(t.TempDir(), "result.json")
	i := finish(t, folder, exitFindings, "verify", "--report", "json="+report)
	e := result(t, report).Environments[0]
	if e.Verdict != verifier.WorksWithFixes || len(e.Findings) != 1 {
		t.Fatalf("verdict %s, findings %+v\n%s", e.Verdict, e.Findings, i.stdout.String())
	}
	f := e.Findings[0]
	if f.Rule != rule || f.Category != verifier.MissingService || f.Blame != verifier.BlameDocs {
		t.Errorf("finding %+v", f)
	}
	fix := f.Fixes[0]
	if fix.Kind != verifier.FixDeclare || fix.Grade != verifier.Proven || fix.Proof.ControlExit == 0 || fix.Proof.FixedExit != 0 || fix.Proof.Replay != "passed" {
		t.Fatalf("fix %+v", fix)
	}
	declaration = fix.Services[0].Declaration()
	// The report wraps and indents.
	words := strings.Join(strings.Fields(i.stdout.String()), " ")
	for _, says := range []string{"services: - " + declaration, "the documents should say that a ", fix.Services[0].Host() + ":"} {
		if !strings.Contains(words, says) {
			t.Errorf("the report does not say %q:\n%s", says, i.stdout.String())
		}
	}

	for name, content := range map[string]string{
		"freshinstall.yaml": office(packages, declaration),
		"README.md":         readmeOf(append(fix.Commands, commands...)...),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	i = finish(t, folder, exitOK, "verify", "--report", "json="+report)
	e = result(t, report).Environments[0]
	if e.Verdict != verifier.Works || len(e.Environment.Services) != 1 || !strings.HasPrefix(e.Environment.Services[0].Made, "package ") {
		t.Errorf("once declared: verdict %s, services %+v\n%s", e.Verdict, e.Environment.Services, i.stdout.String())
	}
	return declaration, fix.Commands
}

func TestIntegrationServiceTakenForGranted(t *testing.T) {
	declaration, typed := takenForGranted(t, "redis-tools", "D13", "redis-cli set greeting hello", "redis-cli get greeting")
	if declaration != "{kind: redis, at: localhost}" || typed != nil {
		t.Errorf("%s, then %q", declaration, typed)
	}
}

// The same for the others; they run with CONFORMANCE=all.
func TestIntegrationConformanceOfServicesTakenForGranted(t *testing.T) {
	if os.Getenv("CONFORMANCE") != "all" {
		t.Skip("only with CONFORMANCE=all, as in make conformance")
	}
	for _, c := range []struct {
		name, packages, rule string
		commands             []string
		declaration, typed   string
	}{
		{"postgres by its socket", "postgresql-client", "D11", []string{"createdb shop", "psql shop -c 'create table goods (name text)'"},
			"{kind: postgres, at: localhost}", "export PGHOST=localhost PGUSER=postgres PGPASSWORD=postgres"},
		{"postgres by an address", "postgresql-client", "D11", []string{"psql postgres://app:s3cret@localhost:5432/shop -c 'create table goods (name text)'", "psql postgres://app:s3cret@localhost:5432/shop -c 'select * from goods'"},
			`{kind: postgres, user: app, password: "s3cret", database: shop, at: localhost}`, ""},
		{"mysql by its socket", "default-mysql-client", "D12", []string{"mysql -e 'create database shop'", "mysql shop -e 'create table goods (name text)'"},
			"{kind: mysql, at: localhost}", `printf '[client]\nhost=127.0.0.1\nuser=%s\npassword="%s"\n' root root >> ~/.my.cnf`},
	} {
		t.Run(c.name, func(t *testing.T) {
			declaration, typed := takenForGranted(t, c.packages, c.rule, c.commands...)
			if diff := cmp.Diff(c.declaration+"\n"+c.typed, declaration+"\n"+strings.Join(typed, "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
