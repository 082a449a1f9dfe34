package gate

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// Word is the argument that makes a program the gate of a machine; the
// [Settings] as JSON follow it.
const Word = "gate-of-a-machine"

// WhereWord is the argument that makes it say in which network it runs, as a
// word that names it on this computer, instead of guarding one.
const WhereWord = "gate-where"

// ProxyAddress is where programs in a machine find the way to registries.
const ProxyAddress = "127.0.0.1:7717"

// Settings say what may pass.
type Settings struct {
	Nothing    bool     `json:",omitempty"` // nothing passes but what Let and Near say
	Registries bool     `json:",omitempty"` // nothing passes but requests to Hosts, through the proxy
	Hosts      Hosts    `json:",omitempty"` // the registries
	Upstream   string   `json:",omitempty"` // URL of the proxy through which those go; empty: directly
	Let        []string `json:",omitempty"` // "host:port", by TCP, whatever network it is in
	Near       bool     `json:",omitempty"` // whatever is attached to the same network, its gateway excepted
	Names      []string `json:",omitempty"` // addresses of name servers that the engine's own one asks, where it does not tell
	Deny       []string `json:",omitempty"` // further addresses that do not pass: those of the engine's host
}

// Called reports whether the arguments, without the program's name, ask for
// the gate.
func Called(args []string) bool {
	return len(args) == 2 && (args[0] == Word || args[0] == WhereWord)
}

// What a gate says on its standard output, a word and the rest of a line.
const (
	SaysReady   = "ready"   // all routes are as they should be
	SaysOpen    = "open"    // they could not be set, and why
	SaysLet     = "let"     // what was asked for on its standard input passes now
	SaysRefused = "refused" // host and port of a request that was no registry's
)

// Main is the whole program: it sets the routes, says so, and lives until in
// ends. Each line of in is one more "host:port" that passes. It returns the
// exit status.
func Main(args []string, in io.Reader, out io.Writer) int {
	if args[0] == WhereWord {
		return where(out)
	}
	say := teller(out)
	var s Settings
	if err := json.Unmarshal([]byte(args[1]), &s); err != nil {
		say(SaysOpen, "settings: "+err.Error())
		return 2
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := start(ctx, s, say); err != nil {
		say(SaysOpen, err.Error())
	} else {
		say(SaysReady, "")
	}
	// The stream ends with who started the gate, and then so does this.
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if err := let(ctx, lines.Text()); err != nil {
			say(SaysOpen, err.Error())
			continue
		}
		say(SaysLet, lines.Text())
	}
	return 0
}

// where names the network namespace, on a line of its own.
func where(out io.Writer) int {
	name, err := os.Readlink("/proc/self/ns/net")
	if err == nil {
		_, err = fmt.Fprintln(out, name)
	}
	if err != nil {
		return 1
	}
	return 0
}

// start closes routes and opens the proxy.
func start(ctx context.Context, s Settings, say func(word, rest string)) error {
	passes, err := resolve(ctx, s.Let)
	if err != nil {
		return err
	}
	if s.Registries {
		listener, err := net.Listen("tcp", ProxyAddress)
		if err != nil {
			return err
		}
		p, err := newProxy(s.Hosts, s.Upstream, marked(), func(host string) { say(SaysRefused, host) })
		if err != nil {
			return err
		}
		go p.serve(ctx, listener)
	}
	return closeRoutes(s, passes)
}

// let opens one more way.
func let(ctx context.Context, to string) error {
	passes, err := resolve(ctx, []string{to})
	if err != nil {
		return err
	}
	return letThrough(passes)
}

// resolve finds the addresses of what is let through by name.
func resolve(ctx context.Context, let []string) ([]*net.TCPAddr, error) {
	var found []*net.TCPAddr
	for _, l := range let {
		host, service, err := net.SplitHostPort(l)
		if err != nil {
			return nil, err
		}
		port, err := net.DefaultResolver.LookupPort(ctx, "tcp", service)
		if err != nil {
			return nil, err
		}
		addresses, err := net.DefaultResolver.LookupIPAddr(ctx, host)
		if err != nil {
			return nil, err
		}
		for _, a := range addresses {
			found = append(found, &net.TCPAddr{IP: a.IP, Port: port})
		}
	}
	return found, nil
}

// mostSaid bounds what one gate says: a machine that asks for ever new hosts
// must not fill anybody's memory.
const mostSaid = 500

// teller writes lines, each only once.
func teller(out io.Writer) func(word, rest string) {
	var mu sync.Mutex
	said := map[string]bool{}
	w := bufio.NewWriter(out)
	return func(word, rest string) {
		mu.Lock()
		defer mu.Unlock()
		line := word + " " + rest
		if said[line] || len(said) >= mostSaid {
			return
		}
		said[line] = true
		// Nobody listens any more: the machine's end is near, and nothing can be done about it.
		_, _ = fmt.Fprintf(w, "%q\n", line)
		_ = w.Flush()
	}
}
