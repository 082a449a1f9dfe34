package gate

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// How long the proxy waits for others.
const (
	dialWait    = 30 * time.Second
	headersWait = 2 * time.Minute
)

// portOf is where a scheme is served when an address names no port.
var portOf = map[string]string{"http": "80", "https": "443"}

// proxy passes requests on to registries and refuses all others. It sees
// names, not contents: what is encrypted stays so.
type proxy struct {
	hosts    Hosts
	dialer   *net.Dialer
	upstream *url.URL // nil: none
	refused  func(host string)
	forward  *httputil.ReverseProxy
}

func newProxy(hosts Hosts, upstream string, dialer *net.Dialer, refused func(host string)) (*proxy, error) {
	p := &proxy{hosts: hosts, dialer: dialer, refused: refused}
	transport := &http.Transport{DialContext: dialer.DialContext, ResponseHeaderTimeout: headersWait, DisableCompression: true}
	if upstream != "" {
		u, err := url.Parse(upstream)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("proxy %q is no address", upstream)
		}
		p.upstream, transport.Proxy = u, http.ProxyURL(u)
	}
	p.forward = &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.Out.URL, r.Out.Host = r.In.URL, r.In.Host },
		Transport: transport,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the registry could not be reached: "+err.Error(), http.StatusBadGateway)
		},
	}
	return p, nil
}

// serve answers until ctx ends.
func (p *proxy) serve(ctx context.Context, l net.Listener) {
	server := &http.Server{Handler: p, ReadHeaderTimeout: dialWait, MaxHeaderBytes: 64 << 10}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	_ = server.Serve(l) // it only ends with the listener
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := r.URL.Scheme
	if r.Method == http.MethodConnect {
		scheme = "https"
	}
	name, port := r.URL.Hostname(), r.URL.Port()
	if port == "" {
		port = portOf[scheme]
	}
	switch {
	case name == "" || portOf[scheme] == "":
		http.Error(w, "this is a proxy: requests name a whole address", http.StatusBadRequest)
		return
	case !p.hosts.Has(name, port):
		p.refused(net.JoinHostPort(name, port))
		// The words are what rules look for in the output of programs that show them.
		http.Error(w, "this environment reaches package registries only (network: registries), and "+name+" is none of those that it knows", http.StatusForbidden)
		return
	}
	if r.Method == http.MethodConnect {
		p.connect(w, r, net.JoinHostPort(name, port))
		return
	}
	p.forward.ServeHTTP(w, r)
}

// connect joins a client with a registry.
func (p *proxy) connect(w http.ResponseWriter, r *http.Request, to string) {
	ctx, cancel := context.WithTimeout(r.Context(), dialWait)
	defer cancel()
	far, err := p.dial(ctx, to)
	if err != nil {
		http.Error(w, "the registry could not be reached: "+err.Error(), http.StatusBadGateway)
		return
	}
	defer far.Close()
	near, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer near.Close()
	if _, err := io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return // the client is gone
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(far, buffered) // an end of either side is the end of both
		closeWrite(far)
	}()
	_, _ = io.Copy(near, far)
	_ = near.Close()
	<-ended
}

func closeWrite(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // the far end may be gone first
	}
}

// dial reaches a registry, through the upstream proxy where there is one.
func (p *proxy) dial(ctx context.Context, to string) (net.Conn, error) {
	if p.upstream == nil {
		return p.dialer.DialContext(ctx, "tcp", to)
	}
	at := p.upstream.Host
	if p.upstream.Port() == "" {
		at = net.JoinHostPort(p.upstream.Hostname(), portOf["http"])
	}
	c, err := p.dialer.DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	ask := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: to}, Host: to, Header: http.Header{}}
	if u := p.upstream.User; u != nil {
		password, _ := u.Password()
		ask.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)))
	}
	if err = ask.Write(c); err == nil {
		var answer *http.Response
		if answer, err = http.ReadResponse(bufio.NewReaderSize(oneByOne{c}, 1), ask); err == nil && answer.StatusCode != http.StatusOK {
			err = fmt.Errorf("the proxy %s says %s", at, answer.Status)
		}
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// oneByOne gives single bytes, so that a reader of a header takes nothing of
// what comes after it.
type oneByOne struct{ io.Reader }

func (o oneByOne) Read(p []byte) (int, error) {
	if len(p) > 1 {
		p = p[:1]
	}
	return o.Reader.Read(p)
}
