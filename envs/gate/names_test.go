package gate

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestWhoIsAskedForNames(t *testing.T) {
	const hosts, own, noted = "nameserver 10.0.0.2\nnameserver fd00::2%eth0\n", "nameserver 127.0.0.11\noptions ndots:0\n",
		"nameserver 127.0.0.11\n# ExtServers: [host(127.0.0.53) 10.0.0.3]\n"
	for _, c := range []struct {
		name, file string
		settings   Settings
		want       string
	}{
		{"the host's", hosts, Settings{}, "[10.0.0.2 fd00::2]"},
		{"the host's, and others that are told", hosts, Settings{Names: []string{"10.0.0.9"}}, "[10.0.0.2 fd00::2]"},
		{"an engine's that does not tell", own, Settings{Names: []string{"10.0.0.9"}}, "[127.0.0.11 10.0.0.9]"},
		{"an engine's that tells", noted, Settings{}, "[127.0.0.11 127.0.0.53 10.0.0.3]"},
		{"registries: the proxy asks", hosts, Settings{Registries: true}, "[]"},
		{"registries: an engine's asks for the proxy", own, Settings{Registries: true, Names: []string{"10.0.0.9"}}, "[127.0.0.11 10.0.0.9]"},
		{"nothing passes", own, Settings{Nothing: true, Names: []string{"10.0.0.9"}}, "[]"},
	} {
		file := filepath.Join(t.TempDir(), "resolv.conf")
		if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.settings.asked(NameServers(file))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTheFirstAddressIsTheEngines(t *testing.T) {
	for text, want := range map[string]string{"172.20.0.0/16": "172.20.0.1", "192.168.5.77/30": "192.168.5.77", "10.1.2.3/24": "10.1.2.1"} {
		_, n, err := net.ParseCIDR(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := firstOf(n).String(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
