package gate

import (
	"net"
	"slices"
	"strings"
)

// Hosts are where packages come from. Each is a name, or ".example.org" for all
// names below it; served at the usual ports of http and https, or at the one
// port that follows it ("mirror.example.org:8081").
type Hosts []string

// usual are the ports at which a host without one is reached.
var usual = []string{"80", "443"}

// Has reports whether a host may be asked at a port.
func (h Hosts) Has(name, port string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	return slices.ContainsFunc(h, func(entry string) bool {
		host, ports := split(entry)
		return slices.Contains(ports, port) && (name == host || strings.HasPrefix(host, ".") && strings.HasSuffix(name, host))
	})
}

// split takes an entry apart into its name and the ports that it stands for.
func split(entry string) (host string, ports []string) {
	if host, port, err := net.SplitHostPort(entry); err == nil {
		return host, []string{port}
	}
	return entry, usual
}

// Addresses gives each host with each of its ports, as "host:port"; what stands
// for all names below a domain is no host and has none.
func (h Hosts) Addresses() []string {
	var found []string
	for _, entry := range h {
		host, ports := split(entry)
		if strings.HasPrefix(host, ".") {
			continue
		}
		for _, port := range ports {
			found = append(found, net.JoinHostPort(host, port))
		}
	}
	return found
}
