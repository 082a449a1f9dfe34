package container

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// hostPort listens at all addresses of this host, as a service of the user's
// does, and counts who comes.
func hostPort(t *testing.T) (port int, came func() int) {
	t.Helper()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	visits := make(chan int, 1)
	visits <- 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close() // it came; that is all
			visits <- <-visits + 1
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().(*net.TCPAddr).Port, func() int { n := <-visits; visits <- n; return n }
}

// archiveOf is the host from which an environment's packages come.
func archiveOf(t *testing.T, s *Stage) string {
	t.Helper()
	for _, host := range s.gates.nearby.hosts {
		if !strings.Contains(host, ":") {
			return host
		}
	}
	t.Fatalf("the base is set up for no archive at a usual port: %q", s.gates.nearby.hosts)
	return ""
}

// gatewayOf is the machine's default route, as the machine sees it.
func gatewayOf(t *testing.T, m *Machine) string {
	t.Helper()
	x := typeText(t, m, `while read -r _ to via _; do [ "$to" = 00000000 ] && printf '%d.%d.%d.%d\n' 0x${via:6:2} 0x${via:4:2} 0x${via:2:2} 0x${via:0:2}; done </proc/net/route`)
	address := strings.TrimSpace(x.out)
	if net.ParseIP(address) == nil {
		t.Fatalf("no default route: %q", x.out)
	}
	return address
}

// reach tells whether a TCP connection comes about.
func reach(t *testing.T, m *Machine, address string, port int) bool {
	t.Helper()
	x := typeText(t, m, fmt.Sprintf("timeout 5 bash -c '</dev/tcp/%s/%d'", address, port))
	return x.Exit == 0
}

func TestIntegrationTheHostIsOutOfReach(t *testing.T) {
	port, came := hostPort(t)
	s := stage(t, debian())
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	targets := []string{gatewayOf(t, m)}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			targets = append(targets, n.IP.String())
		}
	}
	for _, address := range targets {
		x := typeText(t, m, fmt.Sprintf("timeout 5 bash -c '</dev/tcp/%s/%d'", address, port))
		if x.Exit == 0 || !strings.Contains(x.out, "Network is unreachable") {
			t.Errorf("%s: exit %d, %q", address, x.Exit, x.out)
		}
	}
	if n := came(); n != 0 {
		t.Errorf("the host was visited %d times", n)
	}
	archive := archiveOf(t, s)
	if x := typeText(t, m, "getent hosts "+archive+" && timeout 20 bash -c '</dev/tcp/"+archive+"/80'"); x.Exit != 0 {
		t.Errorf("the archive is out of reach: %q", x.out)
	}
	if r := s.Record(); r.Open != "" || r.Network != "full" {
		t.Errorf("record: %+v", r)
	}
}

func TestIntegrationWithoutNetworkThereIsNone(t *testing.T) {
	env := debian()
	env.Network = envs.NetworkNone
	s := stage(t, env)
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	if x := typeText(t, m, "cat /proc/net/route | wc -l; getent hosts "+archiveOf(t, s)); x.Exit != 2 || !strings.HasPrefix(x.out, "1\r\n") {
		t.Errorf("exit %d, %q", x.Exit, x.out)
	}
}

func TestIntegrationADockerfileIsBuiltBehindAGate(t *testing.T) {
	port, came := hostPort(t)
	made := stage(t, debian())
	base := made.image
	dir := t.TempDir()
	// A new text each time, or the engine has it built already.
	text := fmt.Sprintf("FROM %s\nRUN echo %s; if bash -c '</dev/tcp/%s/%d'; then exit 1; fi; ! grep -q eth0 /proc/net/route || getent hosts %s\n",
		base, nonce(), hostAddress(t), port, archiveOf(t, made))
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := engine(t).fromDockerfile(t.Context(), envs.Base{Dockerfile: filepath.Join(dir, "Dockerfile")}, nil, func(line string) { t.Log(line) })
	if errors.Is(err, errElsewhere) {
		if n := came(); n != 0 {
			t.Errorf("it was refused too late, the host was visited %d times", n)
		}
		lacks(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := engine(t).back.Remove(t.Context(), thing{Class: classImage, ID: found.ID}); err != nil {
		t.Error(err)
	}
	if came() > 0 {
		t.Error("the host was visited")
	}
}

// What a step left behind runs as soon as a fork opens its terminal: the gate
// must stand before that.
func TestIntegrationAForkIsClosedBeforeItsTerminalOpens(t *testing.T) {
	port, came := hostPort(t)
	s := stage(t, debian())
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	typeText(t, m, fmt.Sprintf("echo '(</dev/tcp/%s/%d) 2>/tmp/said' >>~/.bashrc; rm -f ~/.profile ~/.bash_profile", hostAddress(t), port))
	snap, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fork, err := s.Fork(t.Context(), snap)
	if err != nil {
		t.Fatal(err)
	}
	if x := typeText(t, fork, "bash -ic true; cat /tmp/said"); !strings.Contains(x.out, "Network is unreachable") {
		t.Errorf("the file of the shell's start did not run: %q", x.out)
	}
	if err := fork.Close(); err != nil {
		t.Error(err)
	}
	if came() > 0 {
		t.Error("the host was visited")
	}
}
