package verifier

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseReady(t *testing.T) {
	for text, want := range map[string]Ready{
		"port:8000": {Port: 8000}, " port: 80 ": {Port: 80}, "log:Server started: now": {Log: "Server started: now"},
		"http://localhost:8000/health?full=1": {URL: "http://localhost:8000/health?full=1"}, "http://127.0.0.1": {URL: "http://127.0.0.1"}, "http://[::1]:9/": {URL: "http://[::1]:9/"},
	} {
		got, err := ParseReady(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	for _, text := range []string{"", "port:", "port:0", "port:70000", "port:http", "log:", "log:a\x1b[2Jb", "soon", "https://localhost/", "http://example.org/", "http://localhost:x/",
		"http://localhost/$(id)", "http://localhost/\nX", "http://u:p@localhost/", "http://localhost/'", "http://localhost/?a='b'"} {
		if got, err := ParseReady(text); err == nil {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
	if port, target, err := (Ready{URL: "http://localhost?q=1"}).Page(); err != nil || port != 80 || target != "/?q=1" {
		t.Errorf("page: %d %q %v", port, target, err)
	}
}
