package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

func TestProbe(t *testing.T) {
	engine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "_ping"):
		case strings.HasSuffix(r.URL.Path, "/networks"):
			w.Write([]byte("[]"))
		default:
			w.Write([]byte("{}"))
		}
	}))
	t.Cleanup(engine.Close)
	listening := "tcp://" + engine.Listener.Addr().String()
	nowhere := "unix://" + filepath.Join(t.TempDir(), "no.sock")
	for name, c := range map[string]struct {
		host string
		exit int
		out  string
	}{
		"an engine answers": {listening, 0, listening + "\n"},
		"nobody is there":   {nowhere, exitNone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			getenv := func(key string) string {
				if key == "DOCKER_HOST" {
					return c.host
				}
				return ""
			}
			if exit := run(t.Context(), getenv, &stdout, &stderr); exit != c.exit || stdout.String() != c.out {
				t.Errorf("exit %d, stdout %q, stderr %q; want %d, %q", exit, stdout.String(), stderr.String(), c.exit, c.out)
			}
			if c.exit != 0 && !strings.Contains(stderr.String(), c.host) {
				t.Errorf("stderr %q does not say what was tried", stderr.String())
			}
		})
	}
}
