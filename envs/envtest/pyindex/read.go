package pyindex

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Read takes distributions from files named NAME-VERSION/PATH. The file
// requires.txt of one holds a requirement a line and is not installed.
func Read(files map[string]string) ([]Distribution, error) {
	found := map[string]*Distribution{}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		folder, below, _ := strings.Cut(file, "/")
		name, version, ok := strings.Cut(folder, "-")
		if !ok || below == "" {
			return nil, fmt.Errorf("%s lies in no folder NAME-VERSION", file)
		}
		d := found[folder]
		if d == nil {
			d = &Distribution{Name: name, Version: version, Files: map[string]string{}}
			found[folder] = d
		}
		if below == "requires.txt" {
			d.Requires = strings.Fields(files[file])
			continue
		}
		d.Files[below] = files[file]
	}
	var all []Distribution
	for _, folder := range slices.Sorted(maps.Keys(found)) {
		all = append(all, *found[folder])
	}
	return all, nil
}

// Serving is an index at an address of this host at which containers on it
// reach it, until it is closed.
type Serving struct {
	Address string // HOST:PORT
	server  *http.Server
	done    chan error
}

// ErrNoAddress says that this host has no address at which a container could
// reach it.
var ErrNoAddress = errors.New("this host has no address but its loopback")

// Serve listens at an address of this host that is not its loopback, for an
// [Index], or whatever else machines shall reach there.
func Serve(index http.Handler) (*Serving, error) {
	ip, err := hostAddress()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		return nil, fmt.Errorf("serve the index of packages: %w", err)
	}
	s := &Serving{Address: l.Addr().String(), done: make(chan error, 1),
		server: &http.Server{Handler: index, ReadHeaderTimeout: 10 * time.Second}}
	go func() { s.done <- s.server.Serve(l) }()
	return s, nil
}

// Variables make pip ask this index and no other, as an administrator sets them.
func (s *Serving) Variables() map[string]string {
	host, _, _ := net.SplitHostPort(s.Address) // made by Serve
	return map[string]string{"PIP_INDEX_URL": "http://" + s.Address + "/simple/", "PIP_TRUSTED_HOST": host, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
}

// Close ends the server.
func (s *Serving) Close() error {
	err := s.server.Close()
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// hostAddress prefers one of a private network: that is what a declaration opens.
func hostAddress() (string, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return "", err
	}
	found := ""
	for _, a := range all {
		n, ok := a.(*net.IPNet)
		switch {
		case !ok || n.IP.To4() == nil || n.IP.IsLoopback():
		case n.IP.IsPrivate():
			return n.IP.String(), nil
		case found == "":
			found = n.IP.String()
		}
	}
	if found == "" {
		return "", ErrNoAddress
	}
	return found, nil
}
