package container

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// besideOf is the engine's own address in the network of named services: the
// first one, as the machine sees the network.
func besideOf(t *testing.T, m *Machine) string {
	t.Helper()
	x := typeText(t, m, `while read -r _ to via _; do [ "$to" != 00000000 ] && [ "$via" = 00000000 ] && printf '%d.%d.%d.%d\n' 0x${to:6:2} 0x${to:4:2} 0x${to:2:2} 0x${to:0:2}; done </proc/net/route`)
	ip := net.ParseIP(strings.TrimSpace(x.out)).To4()
	if ip == nil {
		t.Fatalf("no network: %q", x.out)
	}
	ip[3]++
	return ip.String()
}

// inService tells what a program in a service's container prints.
func inService(t *testing.T, m *Machine, name, script string) string {
	t.Helper()
	for _, v := range m.beside.servers {
		if v.Service.Name == name {
			text, _, err := execWith(t.Context(), v.back, v.box.ID, "bash", "exec 2>&1\n"+script, nil)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
	}
	t.Fatalf("no service %s", name)
	return ""
}

// A machine reaches its services, by name and at localhost, and is fenced like
// any other for the rest; so are its services.
func TestIntegrationAMachineWithServicesIsFenced(t *testing.T) {
	const services = "[{kind: redis, at: localhost}, {kind: redis, name: cache}]"
	for _, network := range []envs.Network{envs.NetworkFull, envs.NetworkRegistries, envs.NetworkNone} {
		t.Run(string(network), func(t *testing.T) {
			port, came := hostPort(t)
			env := beside(t, services, "redis-tools")
			env.Network = network
			s := stage(t, env)
			m := freshWith(t, s, Checkout{Start: verifier.StartHome})
			wants(t, m, "redis-cli ping; redis-cli -h cache set step one", "PONG\nOK")
			fork, err := s.Fork(t.Context(), snapshot(t, m))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := fork.Close(); err != nil {
					t.Error(err)
				}
			})
			wants(t, fork, "redis-cli ping; redis-cli -h cache get step", "PONG\n"+`"one"`)
			for name, m := range map[string]*Machine{"machine": m, "fork": fork} {
				knock := "for to in"
				for _, to := range []string{besideOf(t, m), hostAddress(t)} {
					knock += fmt.Sprintf(" %s/%d", to, port)
				}
				knock += ` 169.254.169.254/80 10.1.2.3/80; do timeout 5 bash -c "</dev/tcp/$to"; done 2>&1 | grep -c 'connect: Network is unreachable'`
				wants(t, m, knock, "4")
				if said := inService(t, m, "cache", knock); strings.TrimSpace(said) != "4" {
					t.Errorf("the service of the %s reaches what it should not: %q", name, said)
				}
				if said := inService(t, m, "cache", "timeout 5 bash -c '</dev/tcp/"+archiveOf(t, s)+"/80' && echo open"); strings.Contains(said, "open") {
					t.Errorf("the service of the %s reaches the world: %q", name, said)
				}
			}
			if n := came(); n != 0 {
				t.Errorf("the host was visited %d times", n)
			}
			world := map[envs.Network]string{envs.NetworkFull: "open", envs.NetworkRegistries: "closed", envs.NetworkNone: "closed"}
			wants(t, m, "timeout 20 bash -c '</dev/tcp/"+archiveOf(t, s)+"/80' 2>/dev/null && echo open || echo closed", world[network])
			if network != envs.NetworkNone {
				wants(t, m, "sudo apt-get update >/tmp/log 2>&1 && echo fetched || tail -n 3 /tmp/log", "fetched")
			}
			if network == envs.NetworkRegistries {
				wants(t, m, `case ,$no_proxy, in *,cache,*) echo direct;; esac`, "direct")
			}
			if r := s.Record(); r.Open != "" || r.Network != string(network) {
				t.Errorf("record: %+v", r)
			}
		})
	}
}
