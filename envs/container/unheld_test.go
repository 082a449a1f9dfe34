package container

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

func TestUnheld(t *testing.T) {
	declared := envs.Limits{Memory: 2 << 30, PIDs: 1024, CPUs: 2}
	for name, c := range map[string]struct {
		text     string
		declared envs.Limits
		want     []string
	}{
		"version 2":                  {"memory 2147483648\nprocesses 1024\nprocessors 200000 100000\n", declared, nil},
		"version 2, nothing is set":  {"memory max\nprocesses max\nprocessors max 100000\n", declared, []string{"memory", "processes", "processors"}},
		"version 2, some delegated":  {"memory 2147483648\nprocesses 1024\nprocessors none\n", declared, []string{"processors"}},
		"version 1":                  {"memory 2147483648\nprocesses 1024\nprocessors 200000\n", declared, nil},
		"version 1, the host's own":  {"memory 9223372036854771712\nprocesses 65536\nprocessors -1\n", declared, []string{"memory", "processes", "processors"}},
		"less than declared is held": {"memory 1048576\nprocesses 10\nprocessors 1000\n", declared, nil},
		"no control groups at all":   {"", declared, []string{"memory", "processes", "processors"}},
		"namespaces can be made":     {"memory 2147483648\nprocesses 1024\nprocessors 200000\nnamespaces open\n", declared, []string{"namespaces"}},
		"nothing is declared":        {"memory max\n", envs.Limits{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, unheld(c.text, c.declared)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIntegrationLimitsAreHeld(t *testing.T) {
	m := freshWith(t, stage(t, limited()), Checkout{Start: verifier.StartHome})
	found, err := m.Unheld(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		t.Run(name, func(t *testing.T) { lacks(t, "this engine holds no machine to its limit of "+name) })
	}
}
