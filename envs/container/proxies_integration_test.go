package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// companyProxy is a real one, as small as it can be. It notes the hosts it is
// asked for.
type companyProxy struct {
	address string
	mu      sync.Mutex
	asked   []string
}

func newCompanyProxy(t *testing.T) *companyProxy {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &companyProxy{address: fmt.Sprintf("%s:%d", hostAddress(t), l.Addr().(*net.TCPAddr).Port)}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL, r.Out.Host = r.In.URL, r.In.Host }}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.URL.Hostname())
		p.mu.Unlock()
		if r.Method != http.MethodConnect {
			forward.ServeHTTP(w, r)
			return
		}
		far, err := net.Dial("tcp", r.URL.Host)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer far.Close()
		near, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer near.Close()
		if _, err := io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
			return
		}
		go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
		_, _ = io.Copy(near, far)
	})}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return p
}

// hostAddress is one at which others reach this host.
func hostAddress(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP.String()
		}
	}
	t.Skip("this host has no address")
	return ""
}

// asks gives the hosts that the proxy was asked for since it was last called.
func (p *companyProxy) asks() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

// was reports whether the proxy was asked for a host, and forgets all hosts.
func (p *companyProxy) was(host string) bool { return slices.Contains(p.asks(), host) }

// TestIntegrationProgramsUseTheProxy holds that each program asks the proxy by
// itself, with what an administrator would have configured, also under sudo.
func TestIntegrationProgramsUseTheProxy(t *testing.T) {
	conformanceOnly(t)
	p := newCompanyProxy(t)
	env := debian()
	env.Furnish.PackageLists = true
	env.Proxy = envs.Proxy{HTTP: "http://" + p.address, HTTPS: "http://" + p.address}
	s := stageOnce(t, env)
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	p.was("")
	steps := []struct{ name, text, host string }{
		{"apt", "sudo apt-get update", archiveOf(t, s)},
		{"apt installs", "sudo apt-get install -y --no-install-recommends curl wget python3-pip", archiveOf(t, s)},
		{"curl", "curl -sS -o /dev/null http://example.org/; curl -sS -m 5 -o /dev/null https://example.org/ || :", "example.org"},
		{"curl under sudo", "sudo curl -sS -m 5 -o /dev/null https://example.net/ || :", "example.net"},
		{"wget", "wget -q -T 5 -t 1 -O /dev/null http://example.com/ || :", "example.com"},
		{"git", "git ls-remote https://git.invalid/x.git || :", "git.invalid"},
		{"git for a user without variables", "env -i HOME=/tmp PATH=$PATH git ls-remote http://other.invalid/x.git || :", "other.invalid"},
		{"pip", "timeout 20 pip download -i https://pip.invalid/simple --no-cache-dir --retries 0 --timeout 5 nosuchpackage || :", "pip.invalid"},
		{"pip without variables", "env -i HOME=/tmp PATH=$PATH timeout 20 pip download -i https://pip.invalid/simple --retries 0 --timeout 5 nosuchpackage || :", "pip.invalid"},
		{"python", `python3 -c 'import urllib.request as u; u.urlopen("http://python.invalid", timeout=5)' || :`, "python.invalid"},
		{"after su -", "sudo su - newcomer -c 'curl -sS -m 5 -o /dev/null http://login.invalid/' || :", "login.invalid"},
	}
	if testing.Verbose() {
		t.Log(s.Record().Furnishings)
	}
	for _, c := range steps {
		x := typeText(t, m, c.text)
		if !p.was(c.host) {
			t.Errorf("%s: the proxy was not asked for %s; exit %d\n%s", c.name, c.host, x.Exit, x.out)
		}
	}
	if x := typeText(t, m, "curl -sS -m 5 http://127.0.0.1:1/"); p.was("127.0.0.1") || x.Exit != 7 {
		t.Errorf("the machine itself was asked for through the proxy: exit %d %s", x.Exit, x.out)
	}
	other, came := hostPort(t)
	host, _, _ := net.SplitHostPort(p.address)
	if reach(t, m, host, other) || came() > 0 {
		t.Error("beside the proxy, other ports of its host are open too")
	}
}

// stageOnce is a stage whose image no later test can use. It has an engine of
// its own, since an image is only removed once nothing is built on it.
func stageOnce(t *testing.T, env envs.Environment) *Stage {
	t.Helper()
	shared := engine(t)
	own, err := Connect(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var image string
	t.Cleanup(func() {
		err := own.Close()
		if image != "" {
			err = errors.Join(err, shared.back.Remove(context.Background(), thing{Class: classImage, ID: image}))
		}
		if err != nil {
			t.Error(err)
		}
	})
	s, err := own.Prepare(t.Context(), env, func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	image = s.image
	return s
}

// Package managers that a machine already has are asked whom they ask, and
// that passes, also through the proxy of a company; what a step sets up, not.
func TestIntegrationRegistriesOfWhatIsInstalled(t *testing.T) {
	conformanceOnly(t)
	p := newCompanyProxy(t)
	env := debian()
	env.Packages = []string{"python3-pip", "ruby"}
	env.Network = envs.NetworkRegistries
	env.Proxy = envs.Proxy{HTTP: "http://" + p.address, HTTPS: "http://" + p.address}
	s := stageOnce(t, env)
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	p.asks()
	for _, text := range []string{
		"timeout 20 pip download --no-cache-dir --retries 0 --timeout 5 nosuchpackage || :",
		"timeout 20 gem fetch nosuchpackage || :",
	} {
		x := typeText(t, m, text)
		asked := p.asks()
		if len(asked) == 0 || !s.gates.settings.Hosts.Has(asked[0], "443") {
			t.Errorf("%s: the proxy was asked for %q; exit %d\n%s", text, asked, x.Exit, x.out)
		}
	}
	if refused := s.Record().Refused; len(refused) > 0 {
		t.Errorf("refused %q", refused)
	}
	x := typeText(t, m, "pip config set global.index-url https://other.invalid/simple; timeout 20 pip download --retries 0 --timeout 5 nosuchpackage")
	refused := refusedTo(t, s, m)
	if x.Exit == 0 || p.was("other.invalid") || !slices.Equal(refused, []string{"other.invalid:443"}) {
		t.Errorf("a registry of the step's own: exit %d, refused %q\n%s", x.Exit, refused, x.out)
	}
}

// refusedTo ends a machine and gives what its network refused: a gate's last
// words may still be under way when the machine has its answer.
func refusedTo(t *testing.T, s *Stage, m *Machine) []string {
	t.Helper()
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	return s.Record().Refused
}

func TestIntegrationOnlyRegistriesAreReached(t *testing.T) {
	port, came := hostPort(t)
	env := equipped()
	env.Network = envs.NetworkRegistries
	s := stage(t, env)
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	if x := typeText(t, m, "sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends curl"); x.Exit != 0 {
		t.Fatalf("the archive is out of reach: exit %d\n%s", x.Exit, x.out)
	}
	archive := archiveOf(t, s)
	for _, c := range []struct{ name, text, want string }{
		{"another host", "curl -sS http://example.org/install.sh", "reaches package registries only"},
		{"another host, encrypted", "curl -sS https://example.net/", "curl: (56)"},
		{"another port of a registry", "curl -sS http://" + archive + ":8080/", "reaches package registries only"},
		{"past the proxy", "curl -sS --noproxy '*' http://" + archive + "/", "curl: (6)"},
		{"past the proxy, by address", "curl -sS --noproxy '*' -m 5 http://198.51.100.7/", "curl: (7)"},
		{"this host", fmt.Sprintf("curl -sS --noproxy '*' http://%s:%d/", hostAddress(t), port), "curl: (7)"},
		{"this host through the proxy", fmt.Sprintf("curl -sS http://%s:%d/", hostAddress(t), port), "reaches package registries only"},
	} {
		if x := typeText(t, m, c.text); !strings.Contains(x.out, c.want) {
			t.Errorf("%s: exit %d, %q", c.name, x.Exit, x.out)
		}
	}
	if came() > 0 {
		t.Error("the host was visited")
	}
	want := []string{fmt.Sprintf("%s:%d", hostAddress(t), port), archive + ":8080", "example.net:443", "example.org:80"}
	slices.Sort(want)
	if got := refusedTo(t, s, m); !slices.Equal(got, want) {
		t.Errorf("refused %q, want %q", got, want)
	}
}

// A company may have both: then registries are asked through its proxy.
func TestIntegrationRegistriesThroughAProxy(t *testing.T) {
	p := newCompanyProxy(t)
	env := equipped()
	env.Network = envs.NetworkRegistries
	env.Proxy = envs.Proxy{HTTP: "http://" + p.address, HTTPS: "http://" + p.address}
	env.Registries = []string{"packages.invalid"}
	s := stage(t, env)
	m := freshWith(t, s, Checkout{Start: verifier.StartHome})
	p.was("")
	if x := typeText(t, m, "sudo apt-get update"); x.Exit != 0 || !p.was(archiveOf(t, s)) {
		t.Errorf("exit %d\n%s", x.Exit, x.out)
	}
	x := typeText(t, m, `python3 -c 'import urllib.request as u; u.urlopen("https://packages.invalid", timeout=5)'`)
	if !p.was("packages.invalid") {
		t.Errorf("encrypted: exit %d\n%s", x.Exit, x.out)
	}
}
