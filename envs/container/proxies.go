package container

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/verifier"
)

// proxyOf gives the proxy through which an environment is furnished, and the
// one that programs of its machines are told of.
func (e *Engine) proxyOf(env envs.Environment) (own, told envs.Proxy, err error) {
	own, err = env.Proxy.FromHost(e.getenv())
	if err == nil {
		for _, address := range own.Addresses() {
			if host, _, _ := net.SplitHostPort(address); host == "localhost" || net.ParseIP(host).IsLoopback() {
				err = fmt.Errorf("%s is an address of this computer to itself, which machines cannot reach", address)
			}
		}
	}
	if err != nil {
		return own, told, &Trouble{
			Blame: verifier.BlameEnvironment, What: "the proxy cannot be had", Where: "environment " + env.Name, Err: err,
			ToDo: "declare proxy: http://HOST:PORT with an address that other computers reach",
		}
	}
	told = own
	if env.Network == envs.NetworkRegistries {
		told = envs.Proxy{HTTP: "http://" + gate.ProxyAddress, HTTPS: "http://" + gate.ProxyAddress, No: own.No}
	}
	for _, service := range env.Services {
		if !told.IsZero() && service.At != verifier.AtLocalhost {
			told.No = strings.TrimPrefix(told.No+","+service.Name, ",") // no proxy knows of them
		}
	}
	return own, told, nil
}

// proxyVariables are what programs read: in small letters (curl reads
// http_proxy so only, since a server may be made to set HTTP_PROXY) and in
// capitals (Go, Java's tools).
func proxyVariables(p envs.Proxy) []string {
	if p.IsZero() {
		return nil
	}
	direct := "localhost,127.0.0.1,::1"
	if p.No != "" {
		direct += "," + p.No
	}
	var out []string
	for _, v := range [][2]string{{"http_proxy", p.HTTP}, {"https_proxy", p.HTTPS}, {"no_proxy", direct}} {
		if v[1] != "" {
			out = append(out, v[0]+"="+v[1], strings.ToUpper(v[0])+"="+v[1])
		}
	}
	return out
}

// writeProxy is what an administrator does on a company's computers. Files
// are there because variables are not everywhere: sudo drops them, services
// never had them.
const writeProxy = `
printf '%s\n' "$variables" | tr ' ' '\n' >>/etc/environment
mkdir -p /etc/profile.d
printf '%s\n' "$variables" | tr ' ' '\n' | sed 's/^/export /' >/etc/profile.d/freshinstall-proxy.sh
if [ -d /etc/apt/apt.conf.d ]; then
	{
		[ -z "$http" ] || echo "Acquire::http::Proxy \"$http\";"
		[ -z "$https" ] || echo "Acquire::https::Proxy \"$https\";"
	} >/etc/apt/apt.conf.d/80freshinstall-proxy
fi
[ ! -f /etc/dnf/dnf.conf ] || echo "proxy=${http:-$https}" >>/etc/dnf/dnf.conf
if [ -d /etc/sudoers.d ]; then
	echo 'Defaults env_keep += "http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY"' >/etc/sudoers.d/freshinstall-proxy
	chmod 0440 /etc/sudoers.d/freshinstall-proxy
fi
printf '[global]\nproxy = %s\n' "${https:-$http}" >/etc/pip.conf
mkdir -p /usr/local/etc
for f in /etc/npmrc /usr/local/etc/npmrc; do
	{
		[ -z "$http" ] || echo "proxy=$http"
		[ -z "$https" ] || echo "https-proxy=$https"
	} >"$f"
done
printf '[http]\n\tproxy = %s\n' "${https:-$http}" >>/etc/gitconfig`

// addProxy tells the machine's programs of the proxy. It comes last: until
// then the furnishing's own way counts.
func (f *furnisher) addProxy(ctx context.Context) error {
	if f.proxy.IsZero() {
		return nil
	}
	variables := proxyVariables(f.proxy)
	head := fmt.Sprintf("variables='%s'\nhttp='%s'\nhttps='%s'", strings.Join(variables, " "), f.proxy.HTTP, f.proxy.HTTPS)
	if _, err := f.run(ctx, head+writeProxy); err != nil {
		return err
	}
	f.done.Session = append(f.done.Session, variables...)
	detail := "the proxy of this network, " + strings.Join(f.proxy.Addresses(), " and ")
	if f.env.Network == envs.NetworkRegistries {
		detail = "a proxy that passes requests on to package registries only"
	}
	return f.note(ctx, "proxy", detail+": in variables, and in the settings of sudo, git, pip, npm and the package manager")
}
