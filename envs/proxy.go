package envs

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Proxy is the way that programs of a machine take to the network, as the
// computers of a company do.
type Proxy struct {
	Host  bool   // as this computer has it: its http_proxy, https_proxy and no_proxy
	HTTP  string // URL of the proxy for http; empty: none
	HTTPS string // the same for https
	No    string // hosts that are reached directly, in the form of no_proxy
}

// IsZero reports whether no proxy is declared.
func (p Proxy) IsZero() bool { return p == Proxy{} }

// Addresses are "host:port" of the proxies, each once.
func (p Proxy) Addresses() []string {
	var found []string
	for _, text := range []string{p.HTTP, p.HTTPS} {
		u, err := url.Parse(text)
		if text == "" || err != nil {
			continue
		}
		port := u.Port()
		if port == "" {
			port = "80"
		}
		if address := u.Hostname() + ":" + port; len(found) == 0 || found[0] != address {
			found = append(found, address)
		}
	}
	return found
}

// FromHost fills in what this computer has, by its environment: small letters
// win, as with curl.
func (p Proxy) FromHost(getenv func(string) string) (Proxy, error) {
	if !p.Host {
		return p, nil
	}
	get := func(name string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return getenv(strings.ToUpper(name))
	}
	p = Proxy{HTTP: get("http_proxy"), HTTPS: get("https_proxy"), No: get("no_proxy")}
	if p.HTTP == "" && p.HTTPS == "" {
		return p, fmt.Errorf("this computer declares no proxy (http_proxy, https_proxy)")
	}
	for _, text := range []string{p.HTTP, p.HTTPS} {
		if err := CheckProxy(text); text != "" && err != nil {
			return p, err
		}
	}
	return p, nil
}

// CheckProxy returns why a text cannot be a machine's proxy, or nil. It ends
// up in files of several programs, so the form is narrow.
func CheckProxy(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" || u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%q is no proxy: write http://HOST:PORT", short(text))
	case u.User != nil:
		return fmt.Errorf("a proxy's password would stand in every report: use one that asks for none, such as a relay of your own")
	case strings.ContainsFunc(u.Hostname(), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".-_:", r)
	}):
		return fmt.Errorf("%q is no proxy: its host is no name", short(text))
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("%q is no proxy: its port is no number below 65536", short(text))
		}
	}
	return nil
}

// proxy reads "host", one address, or {http:, https:, no: [...]}.
func (r *reader) proxy(n *yaml.Node, env *Environment) {
	var p Proxy
	address := func(n *yaml.Node, what string) string {
		s, ok := r.word(n, what)
		if !ok {
			return ""
		}
		if err := CheckProxy(s); err != nil {
			r.bad(n, "%s: %v", what, err)
			return ""
		}
		return strings.TrimSuffix(s, "/")
	}
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "host":
		p.Host = true
	case n.Kind == yaml.ScalarNode:
		p.HTTP = address(n, "proxy")
		p.HTTPS = p.HTTP
	default:
		s := r.fields(n, "proxy", "http", "https", "no")
		if s["http"] != nil {
			p.HTTP = address(s["http"], "proxy.http")
		}
		if s["https"] != nil {
			p.HTTPS = address(s["https"], "proxy.https")
		}
		if s["http"] == nil && s["https"] == nil {
			r.bad(n, "proxy needs http:, https: or both")
		}
		if s["no"] != nil {
			p.No = r.direct(s["no"])
		}
	}
	for _, to := range p.Addresses() {
		r.reach(n, env.Name+".proxy", to, "lets the machine reach that address, also in a private network")
	}
	if p.Host {
		r.reach(n, env.Name+".proxy", "host", "takes this computer's proxy settings into the machine, and lets it reach that proxy")
	}
	env.Proxy = p
}

// direct reads the hosts that need no proxy.
func (r *reader) direct(n *yaml.Node) string {
	var hosts []string
	for _, item := range r.list(n, "proxy.no") {
		s, ok := r.word(item, "a host")
		if ok && strings.ContainsFunc(s, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune(".-_:*/", c)
		}) {
			r.bad(item, "proxy.no: %q is no host, domain or network", short(s))
			continue
		}
		if ok {
			hosts = append(hosts, s)
		}
	}
	return strings.Join(hosts, ",")
}
