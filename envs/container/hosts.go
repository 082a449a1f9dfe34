package container

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// address is one place where an engine may answer.
type address struct {
	host   string // "unix:///…", "tcp://…", "npipe://…"
	origin string
	certs  string // folder with ca.pem, cert.pem, key.pem; empty: no TLS
	verify bool   // of the server's certificate, with certs
	err    error  // the address itself could not be read
}

// surroundings is what the search for an engine reads of the user's machine.
type surroundings struct {
	getenv func(string) string
	home   string
	goos   string
}

func (s surroundings) configDir() string {
	if dir := s.getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	return filepath.Join(s.home, ".docker")
}

// addresses lists the places to try, in order. What the user chose by hand
// (DOCKER_HOST) stands alone: another engine than the chosen one would be a
// surprise.
func (s surroundings) addresses() []address {
	if host := s.getenv("DOCKER_HOST"); host != "" {
		a := address{host: host, origin: "DOCKER_HOST"}
		if s.getenv("DOCKER_TLS_VERIFY") != "" || s.getenv("DOCKER_TLS") != "" {
			a.verify = s.getenv("DOCKER_TLS_VERIFY") != ""
			a.certs = s.getenv("DOCKER_CERT_PATH")
			if a.certs == "" {
				a.certs = s.configDir()
			}
		}
		return []address{a}
	}
	var found []address
	if name := s.contextName(); name != "" && name != "default" {
		found = append(found, s.context(name))
	}
	for _, host := range s.sockets() {
		if !slices.ContainsFunc(found, func(a address) bool { return a.host == host }) {
			found = append(found, address{host: host, origin: "usual socket"})
		}
	}
	return found
}

// contextName is the docker CLI's current context.
func (s surroundings) contextName() string {
	if name := s.getenv("DOCKER_CONTEXT"); name != "" {
		return name
	}
	raw, err := os.ReadFile(filepath.Join(s.configDir(), "config.json"))
	if err != nil {
		return ""
	}
	var config struct {
		CurrentContext string `json:"currentContext"`
	}
	if json.Unmarshal(raw, &config) != nil {
		return "" // the CLI complains about its own file; the sockets may still answer
	}
	return config.CurrentContext
}

// context reads one of the docker CLI's contexts from its store.
func (s surroundings) context(name string) address {
	a := address{origin: fmt.Sprintf("docker context %q", name), host: name}
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	raw, err := os.ReadFile(filepath.Join(s.configDir(), "contexts", "meta", id, "meta.json"))
	if err != nil {
		a.err = fmt.Errorf("read context: %w", err)
		return a
	}
	var meta struct {
		Endpoints map[string]struct {
			Host          string
			SkipTLSVerify bool
		}
	}
	if err := json.Unmarshal(raw, &meta); err != nil {
		a.err = fmt.Errorf("read context: %w", err)
		return a
	}
	end, ok := meta.Endpoints["docker"]
	if !ok || end.Host == "" {
		a.err = errors.New("the context names no docker endpoint")
		return a
	}
	a.host, a.verify = end.Host, !end.SkipTLSVerify
	certs := filepath.Join(s.configDir(), "contexts", "tls", id, "docker")
	if _, err := os.Stat(filepath.Join(certs, "ca.pem")); err == nil {
		a.certs = certs
	} else if !errors.Is(err, fs.ErrNotExist) {
		a.err = fmt.Errorf("read context: %w", err)
	}
	return a
}

// sockets are the usual places of Docker, Docker Desktop, Colima, Rancher
// Desktop, OrbStack and Podman, with and without root.
func (s surroundings) sockets() []string {
	if s.goos == "windows" {
		return []string{
			"npipe:////./pipe/docker_engine",
			"npipe:////./pipe/dockerDesktopLinuxEngine",
			"npipe:////./pipe/podman-machine-default",
		}
	}
	var paths []string
	add := func(parts ...string) { paths = append(paths, filepath.Join(parts...)) }
	runtimeDir := s.getenv("XDG_RUNTIME_DIR")
	add("/var/run/docker.sock")
	if runtimeDir != "" {
		add(runtimeDir, "docker.sock")
	}
	if s.home != "" {
		add(s.home, ".docker/run/docker.sock")
		add(s.home, ".docker/desktop/docker.sock")
		add(s.home, ".colima/default/docker.sock")
		add(s.home, ".config/colima/default/docker.sock")
		add(s.home, ".rd/docker.sock")
		add(s.home, ".orbstack/run/docker.sock")
	}
	add("/run/podman/podman.sock")
	if runtimeDir != "" {
		add(runtimeDir, "podman/podman.sock")
	}
	if s.home != "" {
		add(s.home, ".local/share/containers/podman/machine/podman.sock")
	}
	hosts := make([]string, 0, len(paths))
	for _, p := range paths {
		hosts = append(hosts, "unix://"+p)
	}
	return hosts
}

// advice is what the user should do when no address answered.
func advice(tried []Attempt, goos string) string {
	for _, a := range tried {
		switch {
		case errors.Is(a.Err, fs.ErrPermission):
			return "the engine's socket is there but not open to you: join its group (sudo usermod -aG docker $USER, then log in again) or use sudo"
		case a.Origin == "DOCKER_HOST" && strings.HasPrefix(a.Address, "ssh://"):
			return "engines over ssh are not spoken to directly: forward the socket (ssh -L /tmp/engine.sock:/var/run/docker.sock HOST) and set DOCKER_HOST=unix:///tmp/engine.sock"
		case a.Origin == "DOCKER_HOST":
			return "DOCKER_HOST is set: start that engine, or unset the variable to have the usual places searched"
		}
	}
	if goos == "linux" {
		return "start the engine (sudo systemctl start docker), or install one (sudo apt-get install docker.io, or podman and then: systemctl --user start podman.socket)"
	}
	return "start Docker Desktop, Colima (colima start), Rancher Desktop or Podman (podman machine start)"
}

func hostSurroundings(getenv func(string) string) surroundings {
	if getenv == nil {
		getenv = os.Getenv // which engine is meant is the user's own setting, as for every client
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // a service account without a home: the system's sockets remain
	}
	return surroundings{getenv: getenv, home: home, goos: runtime.GOOS}
}
