package verifier

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Ready says when a server can be used, as its author declared it. The zero
// value: as soon as it listens. At most one field is set.
type Ready struct {
	Port int    `json:"port,omitempty"` // this TCP port of the machine listens
	Log  string `json:"log,omitempty"`  // this text was printed
	URL  string `json:"url,omitempty"`  // this page of the machine answers with a status below 400
}

// maxReady bounds a declared text or address.
const maxReady = 500

// plainTarget is what may follow the host of an address: it goes into a
// request line as it is.
var plainTarget = regexp.MustCompile(`^[A-Za-z0-9/._~%?&=+,:;@!$*-]*$`)

// ParseReady reads "port:8000", "log:Server started" or "http://localhost:8000/health".
func ParseReady(text string) (Ready, error) {
	kind, rest, _ := strings.Cut(strings.TrimSpace(text), ":")
	rest = strings.TrimSpace(rest)
	switch {
	case len(text) > maxReady || strings.ContainsFunc(text, unicode.IsControl):
		return Ready{}, fmt.Errorf("ready: one line of at most %d bytes", maxReady)
	case kind == "port":
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 || n > 65535 {
			return Ready{}, fmt.Errorf("ready: %q is no port from 1 to 65535", rest)
		}
		return Ready{Port: n}, nil
	case kind == "log" && rest != "":
		return Ready{Log: rest}, nil
	case kind == "http":
		r := Ready{URL: strings.TrimSpace(text)}
		_, _, err := r.Page()
		return r, err
	}
	return Ready{}, fmt.Errorf("ready: %q is none of port:NUMBER, log:TEXT, http://localhost:PORT/PATH", text)
}

// Page takes URL apart: the port on the machine itself, and what is asked for there.
func (r Ready) Page() (port int, target string, err error) {
	u, err := url.Parse(r.URL)
	if err != nil || u.Scheme != "http" || u.User != nil {
		return 0, "", fmt.Errorf("ready: %q is no address with http://", r.URL)
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1", "0.0.0.0":
	default:
		return 0, "", fmt.Errorf("ready: %q is not on the machine itself; write localhost", r.URL)
	}
	port = 80
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return 0, "", fmt.Errorf("ready: %q has no port from 1 to 65535", r.URL)
		}
	}
	target = "/" + strings.TrimPrefix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	if !plainTarget.MatchString(target) {
		return 0, "", fmt.Errorf("ready: %q has characters that an address writes as %%XX", r.URL)
	}
	return port, target, nil
}

// Declared reports whether anything was said.
func (r Ready) Declared() bool { return r != Ready{} }

func (r Ready) String() string {
	switch {
	case r.Port > 0:
		return fmt.Sprintf("port %d listens", r.Port)
	case r.Log != "":
		return fmt.Sprintf("it prints “%s”", r.Log)
	case r.URL != "":
		return r.URL + " answers"
	}
	return "it listens"
}
