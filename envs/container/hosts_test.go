package container

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// around is a user's machine for the search.
func around(t *testing.T, env map[string]string, files map[string]string) surroundings {
	t.Helper()
	home := t.TempDir()
	for name, content := range files {
		p := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return surroundings{getenv: func(k string) string { return env[k] }, home: home, goos: "linux"}
}

func contextDir(kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	return ".docker/contexts/" + kind + "/" + hex.EncodeToString(sum[:])
}

func TestAddresses(t *testing.T) {
	meta := func(host string) string {
		return fmt.Sprintf(`{"Name":"far","Endpoints":{"docker":{"Host":%q}}}`, host)
	}
	for _, c := range []struct {
		name  string
		env   map[string]string
		files map[string]string
		first address // without certs
		more  bool    // are there others?
		certs bool
		fails bool
	}{
		{name: "nothing set", first: address{host: "unix:///var/run/docker.sock", origin: "usual socket"}, more: true},
		{
			name: "DOCKER_HOST stands alone", env: map[string]string{"DOCKER_HOST": "tcp://10.0.0.1:2376", "DOCKER_TLS_VERIFY": "1"},
			first: address{host: "tcp://10.0.0.1:2376", origin: "DOCKER_HOST", verify: true}, certs: true,
		},
		{
			name:  "current context",
			files: map[string]string{".docker/config.json": `{"currentContext":"far"}`, contextDir("meta", "far") + "/meta.json": meta("tcp://far:2376"), contextDir("tls", "far") + "/docker/ca.pem": "x"},
			first: address{host: "tcp://far:2376", origin: `docker context "far"`, verify: true}, more: true, certs: true,
		},
		{
			name: "DOCKER_CONTEXT before the configuration", env: map[string]string{"DOCKER_CONTEXT": "far"},
			files: map[string]string{".docker/config.json": `{"currentContext":"other"}`, contextDir("meta", "far") + "/meta.json": meta("unix:///far.sock")},
			first: address{host: "unix:///far.sock", origin: `docker context "far"`, verify: true}, more: true,
		},
		{
			name: "a context that is not there", env: map[string]string{"DOCKER_CONTEXT": "lost"},
			first: address{host: "lost", origin: `docker context "lost"`}, more: true, fails: true,
		},
		{
			name: "the default context is no context", files: map[string]string{".docker/config.json": `{"currentContext":"default"}`},
			first: address{host: "unix:///var/run/docker.sock", origin: "usual socket"}, more: true,
		},
		{
			name: "a broken configuration", files: map[string]string{".docker/config.json": `{`},
			first: address{host: "unix:///var/run/docker.sock", origin: "usual socket"}, more: true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := around(t, c.env, c.files).addresses()
			first := all[0]
			if (first.certs != "") != c.certs || (first.err != nil) != c.fails || (len(all) > 1) != c.more {
				t.Errorf("first of %d: %+v", len(all), first)
			}
			first.certs, first.err = "", nil
			if diff := cmp.Diff(c.first, first, cmp.AllowUnexported(address{})); diff != "" {
				t.Errorf("first address (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSockets(t *testing.T) {
	s := surroundings{getenv: func(k string) string { return map[string]string{"XDG_RUNTIME_DIR": "/run/user/7"}[k] }, home: "/home/u", goos: "linux"}
	all := strings.Join(s.sockets(), " ")
	for _, want := range []string{
		"unix:///var/run/docker.sock", "unix:///run/user/7/docker.sock", "unix:///home/u/.docker/desktop/docker.sock",
		"unix:///home/u/.colima/default/docker.sock", "unix:///home/u/.rd/docker.sock", "unix:///run/podman/podman.sock",
		"unix:///run/user/7/podman/podman.sock",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not tried", want)
		}
	}
	s.goos = "windows"
	for _, host := range s.sockets() {
		if !strings.HasPrefix(host, "npipe://") {
			t.Errorf("on Windows: %s", host)
		}
	}
}

func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		name  string
		tried []Attempt
		goos  string
		want  string
	}{
		{"not open to the user", []Attempt{{Address: "unix:///x", Err: fmt.Errorf("dial: %w", fs.ErrPermission)}}, "linux", "usermod"},
		{"DOCKER_HOST is wrong", []Attempt{{Origin: "DOCKER_HOST", Address: "tcp://x", Err: errors.New("refused")}}, "linux", "unset"},
		{"over ssh", []Attempt{{Origin: "DOCKER_HOST", Address: "ssh://x", Err: errors.New("no")}}, "linux", "ssh -L"},
		{"nothing there", []Attempt{{Address: "unix:///x", Err: fs.ErrNotExist}}, "linux", "apt-get install"},
		{"on a Mac", nil, "darwin", "Docker Desktop"},
	} {
		if got := advice(c.tried, c.goos); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q does not name %q", c.name, got, c.want)
		}
	}
}

// engineThat answers pings in a way of its own.
func engineThat(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skipf("no unix sockets here: %v", err)
	}
	server := &http.Server{Handler: answer}
	go func() { _ = server.Serve(l) }() // ends with Close
	t.Cleanup(func() { _ = server.Close() })
	return "unix://" + socket
}

func TestConnectSaysWhatWasTried(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"an engine that is too old", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("API-Version", "1.30")
			w.Header().Set("OSType", "linux")
		}, "at least 1.41"},
		{"Windows containers", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("API-Version", "1.45")
			w.Header().Set("OSType", "windows")
		}, "Linux ones are needed"},
		{"something else behind the socket", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no", http.StatusTeapot)
		}, "daemon: no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			host := engineThat(t, c.answer)
			_, err := Connect(t.Context(), Options{Getenv: func(k string) string { return map[string]string{"DOCKER_HOST": host}[k] }})
			var none *NoEngineError
			if !errors.As(err, &none) || len(none.Attempts) != 1 || none.Attempts[0].Address != host {
				t.Fatalf("error %v", err)
			}
			if text := err.Error(); !strings.Contains(text, c.want) || !strings.Contains(text, "DOCKER_HOST") {
				t.Errorf("%q does not say %q", text, c.want)
			}
		})
	}
	_, err := Connect(t.Context(), Options{Host: "unix://" + filepath.Join(t.TempDir(), "nothing")})
	if !errors.As(err, new(*NoEngineError)) || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("nothing there: %v", err)
	}
}
