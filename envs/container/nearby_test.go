package container

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/freshinstall/freshinstall/envs/gate"
)

func TestRegistriesInAPrivateNetworkStayWithinReach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := findNearby(t.Context(), gate.Hosts{"packages.example.org", "slow.example.org", "nexus.example.org:8081", ".example.net"}, func(ctx context.Context, host string) ([]net.IPAddr, error) {
			switch host {
			case "packages.example.org":
				return []net.IPAddr{{IP: net.IPv4(10, 0, 0, 7)}, {IP: net.IPv4(198, 51, 100, 7)}}, nil
			case "nexus.example.org":
				return []net.IPAddr{{IP: net.IPv4(10, 0, 0, 8)}}, nil
			case "slow.example.org":
				<-ctx.Done() // a name server that does not answer
				return nil, ctx.Err()
			}
			return nil, errors.New("no such host")
		})
		if want := []string{"10.0.0.7:443", "10.0.0.7:80", "10.0.0.8:8081"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
