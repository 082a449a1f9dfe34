package gate

import "net"

// closed are the networks that no step reaches, and why.
var closed = []struct{ network, why string }{
	{"10.0.0.0/8", "private networks (RFC 1918)"},
	{"172.16.0.0/12", "private networks (RFC 1918); engines take their own bridges from it, so the host's ports lie there"},
	{"192.168.0.0/16", "private networks (RFC 1918)"},
	{"100.64.0.0/10", "shared address space (RFC 6598): virtual private networks, and the metadata of one cloud"},
	{"169.254.0.0/16", "link-local (RFC 3927): the metadata of most clouds, with credentials in it"},
	{"168.63.129.16/32", "the host agent of one cloud, at a public address"},
	{"192.0.0.192/32", "the metadata of one cloud"},
	{"224.0.0.0/4", "multicast (RFC 5771): neighbours answer it"},
	{"255.255.255.255/32", "broadcast (RFC 919)"},
	{"fc00::/7", "private networks (RFC 4193)"},
	{"fe80::/10", "link-local (RFC 4291): the gateway answers there too"},
	{"ff00::/8", "multicast (RFC 4291)"},
}

// everything is closed where only registries may be reached.
var everything = []string{"0.0.0.0/0", "::/0"}

// Private reports whether an address lies in one of the closed networks.
func Private(ip net.IP) bool {
	for _, c := range closed {
		if _, network, err := net.ParseCIDR(c.network); err == nil && network.Contains(ip) {
			return true
		}
	}
	return false
}
