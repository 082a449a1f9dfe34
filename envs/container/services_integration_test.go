package container

import (
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// beside is a machine's environment with services and, as packages, the
// clients to ask them with.
func beside(t *testing.T, services string, packages ...string) envs.Environment {
	t.Helper()
	f, err := envs.Parse("test", []byte("environments: [{name: beside, from: debian-12, services: "+services+"}]"))
	if err != nil {
		t.Fatal(err)
	}
	env := debian()
	env.Name, env.Services, env.Packages = "beside", f.Environments[0].Services, packages
	return env
}

// wants types a step and compares its output.
func wants(t *testing.T, m *Machine, text, want string) {
	t.Helper()
	x := typeText(t, m, text)
	if got := strings.TrimSpace(strings.ReplaceAll(x.out, "\r", "")); x.Exit != 0 || got != want {
		t.Errorf("%s: exit status %d, printed %q; want %q", text, x.Exit, got, want)
	}
}

func TestIntegrationServicesOfDebian(t *testing.T) {
	s := stage(t, beside(t, "[{kind: redis, at: localhost}, {kind: redis, name: cache, password: open}]", "redis-tools"))
	for _, r := range s.Record().Services {
		if !strings.HasPrefix(r.Made, "package redis-server 5:7.") {
			t.Errorf("%s was made of %q", r.Name, r.Made)
		}
	}
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	wants(t, m, "redis-cli ping; redis-cli -h redis ping; redis-cli -h cache --no-auth-warning -a open ping", "PONG\nPONG\nPONG")
	wants(t, m, "redis-cli set step one; redis-cli -h cache --no-auth-warning -a open set step uno", "OK\nOK")
	snap := snapshot(t, m)
	wants(t, m, "redis-cli set step two", "OK")

	fork, err := s.Fork(t.Context(), snap)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := fork.Close(); err != nil {
			t.Error(err)
		}
	})
	// It has what the machine's services had, and is not reached by what they got since, nor they by what it does.
	wants(t, fork, "redis-cli get step; redis-cli -h cache --no-auth-warning -a open get step", `"one"`+"\n"+`"uno"`)
	wants(t, fork, "redis-cli set step fork", "OK")
	wants(t, m, "redis-cli get step", `"two"`)
	again := freshWith(t, s, Checkout{Start: verifier.StartHome})
	wants(t, again, "redis-cli dbsize", "(integer) 0")
}
