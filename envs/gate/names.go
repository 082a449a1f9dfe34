package gate

import (
	"net"
	"os"
	"slices"
	"strings"
)

// NameServers reads from a file like /etc/resolv.conf who is asked for names:
// also those that an engine's own server (127.0.0.11) asks, where it notes
// them in a comment.
func NameServers(file string) []net.IP {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil // then nobody is asked
	}
	var found []net.IP
	for line := range strings.Lines(string(raw)) {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if key != "nameserver" && !strings.Contains(line, "ExtServers:") {
			continue
		}
		rest = strings.NewReplacer("ExtServers:", " ", "host(", " ", "[", " ", "]", " ", ")", " ", ",", " ").Replace(rest)
		for _, word := range strings.Fields(rest) {
			word, _, _ = strings.Cut(word, "%")
			if ip := net.ParseIP(word); ip != nil {
				found = append(found, ip)
			}
		}
	}
	return found
}

// asked are the name servers to which a way stays open, given those of this
// network namespace. An engine's own server is at a loopback address; it asks
// others from within the namespace, on behalf of whoever asks it.
func (s Settings) asked(servers []net.IP) []net.IP {
	own := slices.ContainsFunc(servers, net.IP.IsLoopback)
	switch {
	case s.Nothing:
		return nil // what is near the engine's server knows by itself
	case own:
		for _, text := range s.Names {
			if ip := net.ParseIP(text); ip != nil {
				servers = append(servers, ip)
			}
		}
	case s.Registries:
		return nil // names are the proxy's business
	}
	return servers
}

// firstOf is the first address of a network, which engines take for this
// computer's end of it. Some name it in a route also where the network leads
// nowhere (Docker 20.10 does), but that is not promised.
func firstOf(n *net.IPNet) net.IP {
	ip := slices.Clone(n.IP.Mask(n.Mask))
	ip[len(ip)-1]++
	return ip
}
