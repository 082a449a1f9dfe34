package container

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/freshinstall/freshinstall/envs/gate"
)

// nearbyWait bounds the search for hosts in private networks: name servers
// that do not answer must not hold anybody up.
const nearbyWait = 300 * time.Millisecond

// nearby are the addresses of an environment's registries that lie in private
// networks, as "host:port": mirrors of a company, also behind public names.
// Closing private networks must not cut these off. They are looked for once,
// with this host's name servers, while gates and machines start.
type nearby struct {
	hosts gate.Hosts
	once  sync.Once
	done  chan struct{} // closed when found is set
	found []string
}

// look begins to search, unless that was done before.
func (n *nearby) look() {
	n.once.Do(func() {
		n.done = make(chan struct{})
		go func() {
			defer close(n.done)
			n.found = findNearby(context.Background(), n.hosts, net.DefaultResolver.LookupIPAddr)
		}()
	})
}

// all waits for the end of the search, which is near.
func (n *nearby) all() []string {
	n.look()
	<-n.done
	return n.found
}

func findNearby(ctx context.Context, hosts gate.Hosts, lookup func(context.Context, string) ([]net.IPAddr, error)) []string {
	ctx, cancel := context.WithTimeout(ctx, nearbyWait)
	defer cancel()
	var mu sync.Mutex
	var found []string
	var waiting sync.WaitGroup
	for _, address := range hosts.Addresses() {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			continue // Addresses joins them
		}
		waiting.Go(func() {
			addresses, err := lookup(ctx, host)
			if err != nil {
				return // a name that is not known needs no way
			}
			mu.Lock()
			defer mu.Unlock()
			for _, a := range addresses {
				if gate.Private(a.IP) {
					found = append(found, net.JoinHostPort(a.IP.String(), port))
				}
			}
		})
	}
	waiting.Wait()
	slices.Sort(found)
	return slices.Compact(found)
}
