package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs/container"
	"github.com/freshinstall/freshinstall/verifier"
)

// outside looks at the engine past the tool itself, through the engine's own
// interface, so that a test does not believe the tool's word.
type outside struct {
	client *http.Client
}

// engineOutside gives the engine that the tool would use. Without one the test
// is skipped, or fails where containers are required.
func engineOutside(t *testing.T) outside {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine; not run with -short")
	}
	engine, err := container.Connect(t.Context(), container.Options{})
	if err != nil {
		if os.Getenv("REQUIRE_CONTAINERS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	address := engine.Address()
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	path, local := strings.CutPrefix(address, "unix://")
	if !local {
		t.Skipf("the engine at %s is not on this machine", address)
	}
	return at(path)
}

// at looks at the engine behind a socket.
func at(socket string) outside {
	return outside{client: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}}
}

// conformanceOnly marks what takes long: make conformance runs it.
func conformanceOnly(t *testing.T) {
	t.Helper()
	if os.Getenv("CONFORMANCE") != "all" {
		t.Skip("takes long: make conformance runs it")
	}
}

func (o outside) call(ctx context.Context, t *testing.T, method, path string, query url.Values) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, "http://engine/v1.41"+path+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := o.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// machinesOf lists the containers that a process owns, dead ones included.
func (o outside) machinesOf(t *testing.T, pid int) []string {
	t.Helper()
	response := o.call(t.Context(), t, http.MethodGet, "/containers/json", url.Values{"all": {"1"}, "filters": {`{"label":["freshinstall.owner"]}`}})
	defer response.Body.Close()
	var all []struct {
		ID     string `json:"Id"`
		Labels map[string]string
	}
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	var own []string
	for _, c := range all {
		if strings.HasPrefix(c.Labels["freshinstall.owner"], fmt.Sprintf("%d:", pid)) {
			own = append(own, c.ID)
		}
	}
	return own
}

// remove takes a container away, as somebody else on the machine might.
func (o outside) remove(t *testing.T, id string) {
	t.Helper()
	response := o.call(t.Context(), t, http.MethodDelete, "/containers/"+id, url.Values{"force": {"1"}})
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

// gone waits until a process has no container any more and fails after limit.
func (o outside) gone(t *testing.T, pid int, limit time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	// Subscribed before the first look, so that no removal falls between.
	response := o.call(ctx, t, http.MethodGet, "/events", url.Values{"filters": {`{"type":["container"],"event":["destroy"],"label":["freshinstall.owner"]}`}})
	defer response.Body.Close()
	events := bufio.NewScanner(response.Body)
	for len(o.machinesOf(t, pid)) > 0 {
		if !events.Scan() {
			t.Fatalf("after %v there are still containers of the process: %v", limit, o.machinesOf(t, pid))
		}
	}
}

// invocation is the tool running as a process of its own.
type invocation struct {
	cmd    *exec.Cmd
	stdout bytes.Buffer
	events *bufio.Scanner
	told   []string
}

// start runs the tool in a folder with a home of its own.
func start(t *testing.T, folder, home string, args ...string) *invocation {
	t.Helper()
	i := &invocation{cmd: exec.CommandContext(t.Context(), "freshinstall", args...)}
	i.cmd.Dir = folder
	i.cmd.WaitDelay = 30 * time.Second
	// Settings of whoever runs the tests are not those of the tool under test.
	own := slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, envPrefix) })
	i.cmd.Env = append(own, "HOME="+home, "XDG_STATE_HOME=", "XDG_CONFIG_HOME=", "CI=1")
	i.cmd.Stdout = &i.stdout
	stderr, err := i.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := i.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// What is not waited for stays with the system as a process that has ended.
	t.Cleanup(func() { _ = i.cmd.Wait() }) // mostly for the second time
	i.events = bufio.NewScanner(stderr)
	i.events.Buffer(nil, 1<<20)
	return i
}

// until reads events up to the one that is wanted.
func (i *invocation) until(t *testing.T, what string, wanted func(verifier.Event) bool) {
	t.Helper()
	for i.events.Scan() {
		i.told = append(i.told, i.events.Text())
		var e verifier.Event
		if json.Unmarshal(i.events.Bytes(), &e) == nil && wanted(e) {
			return
		}
	}
	t.Fatalf("the run ended before %s:\n%s\n%s", what, strings.Join(i.told, "\n"), i.stdout.String())
}

// end waits for the process and gives its exit code.
func (i *invocation) end(t *testing.T) int {
	t.Helper()
	for i.events.Scan() {
		i.told = append(i.told, i.events.Text())
	}
	err := i.cmd.Wait()
	if err != nil && i.cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return i.cmd.ProcessState.ExitCode()
}

// finish runs the tool to its end.
func finish(t *testing.T, folder string, want int, args ...string) *invocation {
	t.Helper()
	i := start(t, folder, t.TempDir(), args...)
	if code := i.end(t); code != want {
		t.Fatalf("freshinstall %s: exit code %d, want %d\n%s\n%s", strings.Join(args, " "), code, want, strings.Join(i.told, "\n"), i.stdout.String())
	}
	return i
}

// result reads what a run kept.
func result(t *testing.T, path string) verifier.Result {
	t.Helper()
	var r verifier.Result
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// repository makes a git repository of files; those with #! may be run.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "hello")
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(content, "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	git(t, folder, "init", "--quiet", "--initial-branch=main")
	git(t, folder, "add", "--all")
	git(t, folder, "commit", "--quiet", "--message", "first")
	return folder
}

func git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org"}, args...)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
