package gate

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestHostsAreTakenAsTheyAre(t *testing.T) {
	h := Hosts{"packages.example.org", ".mirrors.example.org", "nexus.example.org:8081"}
	for _, c := range []struct {
		name, port string
		want       bool
	}{
		{"packages.example.org", "443", true},
		{"Packages.Example.org", "80", true},
		{"packages.example.org.", "443", true},
		{"de.mirrors.example.org", "443", true},
		{"a.de.mirrors.example.org", "80", true},
		{"nexus.example.org", "8081", true},
		{"packages.example.org", "22", false},
		{"nexus.example.org", "443", false},
		{"mirrors.example.org", "443", false},
		{"xmirrors.example.org", "443", false},
		{"evilpackages.example.org", "443", false},
		{"packages.example.org.evil.example", "443", false},
		{"x.packages.example.org", "443", false},
		{"", "443", false},
	} {
		if got := h.Has(c.name, c.port); got != c.want {
			t.Errorf("%q at %s: %v", c.name, c.port, got)
		}
	}
	want := []string{"packages.example.org:80", "packages.example.org:443", "nexus.example.org:8081"}
	if got := h.Addresses(); !slices.Equal(got, want) {
		t.Errorf("addresses %q, want %q", got, want)
	}
}

func TestPrivateNetworks(t *testing.T) {
	for text, want := range map[string]bool{
		"10.1.2.3": true, "172.17.0.1": true, "172.32.0.1": false, "192.168.178.1": true, "169.254.169.254": true,
		"100.100.100.200": true, "fd00:ec2::254": true, "fe80::1": true, "8.8.8.8": false, "2001:db8::1": false, "127.0.0.1": false,
	} {
		if got := Private(net.ParseIP(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// through starts a proxy with one registry, a server that answers for it.
func through(t *testing.T, upstream string) (client *http.Client, port string, refused *[]string) {
	t.Helper()
	far := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "far "+r.Host) }))
	t.Cleanup(far.Close)
	dialer := &net.Dialer{Resolver: &net.Resolver{}}
	said := &[]string{}
	p, err := newProxy(Hosts{far.Listener.Addr().String()}, upstream, dialer, func(h string) { *said = append(*said, h) })
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); p.serve(ctx, l) }()
	t.Cleanup(func() { stop(); <-done })
	client = far.Client()
	transport := client.Transport.(*http.Transport)
	transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: l.Addr().String()})
	return client, far.Listener.Addr().String()[len("127.0.0.1:"):], said
}

func TestProxyPassesRegistriesOn(t *testing.T) {
	client, port, refused := through(t, "")
	answer, err := client.Get("https://127.0.0.1:" + port + "/x")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || !strings.HasPrefix(string(text), "far 127.0.0.1") {
		t.Errorf("%q, %v", text, err)
	}
	client.CloseIdleConnections()
	if len(*refused) > 0 {
		t.Errorf("refused %q", *refused)
	}
}

func TestProxyRefusesTheRest(t *testing.T) {
	client, _, refused := through(t, "")
	if _, err := client.Get("https://other.test/"); err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("encrypted: %v", err)
	}
	answer, err := client.Get("http://other.test/x")
	if err != nil || answer.StatusCode != http.StatusForbidden {
		t.Fatalf("%+v, %v", answer, err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(text), "other.test is none of those that it knows") {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := client.Get("http://127.0.0.1:22/"); err != nil {
		t.Error(err)
	}
	if want := []string{"other.test:443", "other.test:80", "127.0.0.1:22"}; !slices.Equal(*refused, want) {
		t.Errorf("refused %q, want %q", *refused, want)
	}
}

func TestProxyAsksTheUpstreamOne(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			t.Error(err)
			return
		}
		asked <- r.Method + " " + r.Host
		fmt.Fprint(c, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	client, port, _ := through(t, "http://"+l.Addr().String())
	if _, err := client.Get("https://127.0.0.1:" + port + "/"); err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
		t.Errorf("got %v", err)
	}
	if got, want := <-asked, "CONNECT 127.0.0.1:"+port; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
}

func TestAGateSaysWhatItCannotDo(t *testing.T) {
	var out strings.Builder
	if code := Main([]string{Word, "{"}, strings.NewReader(""), &out); code == 0 || !strings.HasPrefix(out.String(), `"open settings: `) {
		t.Errorf("exit %d, %q", code, out.String())
	}
	out.Reset()
	Main([]string{Word, `{"Let":["no port"]}`}, strings.NewReader(""), &out)
	if !strings.HasPrefix(out.String(), `"open `) {
		t.Errorf("%q", out.String())
	}
}

func TestEachThingIsSaidOnceAndNotWithoutEnd(t *testing.T) {
	var out strings.Builder
	say := teller(&out)
	for i := range 2 * mostSaid {
		say(SaysRefused, fmt.Sprint("host", i, "\n"))
		say(SaysRefused, "same")
	}
	if n := strings.Count(out.String(), "\n"); n != mostSaid {
		t.Errorf("%d lines", n)
	}
	if n := strings.Count(out.String(), "same"); n != 1 {
		t.Errorf("said %d times", n)
	}
}
