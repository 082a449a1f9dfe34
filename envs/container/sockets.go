package container

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// listening gives the TCP ports on which processes of a job accept connections:
// those on which it can be visited, and inner ones. Programs that work in several
// processes (a notebook with its kernel, a test with what it tests, a parallel
// run) listen too, for themselves: on a port that another one of them has
// connected to, or that the system chose, so that no reader can know it.
func listening(ask asker, details map[int]*detail) (ports, inner []int, err error) {
	inodes := map[string]bool{}
	someone := 0
	for pid, d := range details {
		for _, target := range d.files {
			if inode, ok := strings.CutPrefix(target, "socket:["); ok {
				inodes[strings.TrimSuffix(inode, "]")] = true
				someone = max(someone, pid)
			}
		}
	}
	if someone == 0 {
		return nil, nil, nil
	}
	text, err := ask(fmt.Sprintf("sockets %d", someone))
	if err != nil {
		return nil, nil, err
	}
	own := parseSockets(text, func(inode string) bool { return inodes[inode] })
	for _, s := range own {
		switch called := slices.ContainsFunc(own, func(c tcpSocket) bool { return c.calls(s) }); {
		case !s.listens:
		case called, s.port >= chosenFirst && s.port <= chosenLast:
			inner = append(inner, s.port)
		default:
			ports = append(ports, s.port)
		}
	}
	slices.Sort(ports)
	slices.Sort(inner)
	return slices.Compact(ports), slices.Compact(inner), nil
}

// The ports that Linux gives to those who ask for none: ip_local_port_range, in
// https://docs.kernel.org/networking/ip-sysctl.html.
const (
	chosenFirst = 32768
	chosenLast  = 60999
)

// tcpSocket is a line of /proc/net/tcp.
type tcpSocket struct {
	host, peer     string // addresses as the kernel writes them
	port, peerPort int
	listens        bool
	connected      bool
}

// calls reports whether a socket is connected to one that listens on the same
// machine.
func (c tcpSocket) calls(s tcpSocket) bool {
	return s.listens && c.connected && c.host == c.peer && c.peerPort == s.port
}

// parseSockets reads the sockets of interest.
func parseSockets(text string, of func(inode string) bool) []tcpSocket {
	var all []tcpSocket
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 10 || !of(f[9]) {
			continue
		}
		const connected, listens = "01", "0A"
		s := tcpSocket{listens: f[3] == listens, connected: f[3] == connected}
		var err, err2 error
		s.host, s.port, err = hostAndPort(f[1])
		s.peer, s.peerPort, err2 = hostAndPort(f[2])
		if err == nil && err2 == nil {
			all = append(all, s)
		}
	}
	return all
}

func hostAndPort(text string) (string, int, error) {
	host, port, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(port, 16, 32)
	return host, int(n), err
}
