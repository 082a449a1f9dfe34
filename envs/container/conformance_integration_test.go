package container

import (
	"context"
	"testing"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
)

func TestIntegrationConformance(t *testing.T) {
	s := stage(t, debian())
	envtest.Conformance(t, func(t *testing.T) envtest.Subject {
		m, err := s.Fresh(t.Context(), Checkout{Start: verifier.StartHome})
		if err != nil {
			t.Fatal(err)
		}
		return envtest.Subject{Machine: m, Fork: func(ctx context.Context, snap verifier.Snapshot) (envtest.Contract, error) {
			return s.Fork(ctx, snap)
		}}
	})
}
