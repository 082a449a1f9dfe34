package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/envs/container"
)

// privateEngine is a container engine of a test's own, to be stopped, killed
// and starved. It lives in namespaces of its own (processes, mounts, network),
// so that its bridge and its packet filter are not the user's, and that all of
// it ends when the test does, however that ends.
type privateEngine struct {
	outside
	address string
	input   io.Writer
	said    *bufio.Scanner
}

// engineKeeper is the first process there. It takes a word a line and answers
// each with one: start the engine, a signal for it, down for its bridge.
const engineKeeper = `
cd "$1" || exit
mount -t proc proc /proc && mount -t tmpfs tmpfs /run || exit
ip link set lo up
containerd --root "$1/containerd" --state /run/containerd-test --address "$1/c.sock" --log-level error >>log 2>&1 &
while read -r word; do
	case $word in
	start)
		rm -f "$1/pid"
		dockerd --host "unix://$1/d.sock" --data-root "$1/data" --exec-root /run/docker-test --pidfile "$1/pid" --containerd "$1/c.sock" \
			--exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/${1##*/}" --log-level warn >>log 2>&1 & engine=$! ;;
	down) ip link set docker0 down ;;
	serve) ip addr add "$3/32" dev lo; FRESHINSTALL_TEST_ARCHIVE=$3:80 "$2" >>log 2>&1 & ;;
	STOP|CONT) kill -"$word" $engine ;;
	*) kill -"$word" $engine; wait $engine ;;
	esac
	echo "$word"
done 2>>log
`

// startPrivateEngine starts one whose data lies in a folder; empty: in a
// temporary one. Where it cannot be had the test is skipped with the reason.
func startPrivateEngine(t *testing.T, data string) *privateEngine {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine; not run with -short")
	}
	if os.Geteuid() != 0 {
		t.Skip("an engine of its own needs root")
	}
	for _, program := range []string{"dockerd", "containerd", "ip", "mount"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("an engine of its own needs %s: %v", program, err)
		}
	}
	folder, err := os.MkdirTemp("", "engine-") // short: sockets have no long names
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	if data != "" {
		if err := os.Symlink(data, filepath.Join(folder, "data")); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	keeper := exec.Command("sh", "-c", engineKeeper, "sh", folder, self, archiveHost)
	keeper.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:   syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		Unshareflags: syscall.CLONE_NEWNS, // also makes every mount private
	}
	input, err := keeper.StdinPipe() // its end is the end of everything there
	if err != nil {
		t.Fatal(err)
	}
	output, err := keeper.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.Start(); err != nil {
		t.Skipf("an engine of its own needs namespaces: %v", err)
	}
	e := &privateEngine{outside: at(filepath.Join(folder, "d.sock")), address: "unix://" + filepath.Join(folder, "d.sock"), input: input, said: bufio.NewScanner(output)}
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(folder, "log")) // it is only for the reader of the failure
			t.Logf("the engine's log ends with:\n%s", log[max(0, len(log)-3000):])
		}
		// Stopped in order, so that nothing of its containers stays with the kernel.
		if _, err := io.WriteString(input, "TERM\n"); err == nil {
			e.said.Scan()
		}
		_ = input.Close()
		_ = keeper.Wait() // it has no status that tells anything
		for _, pattern := range []string{"/sys/fs/cgroup/*/", "/sys/fs/cgroup/"} {
			left, _ := filepath.Glob(pattern + filepath.Base(folder)) // the pattern is right
			for _, group := range left {
				_ = os.Remove(group) // of its containers; one that is still held goes with the system
			}
		}
	})
	e.start(t)
	return e
}

// tell gives the keeper a word and waits until it was done.
func (e *privateEngine) tell(t *testing.T, word string) {
	t.Helper()
	if _, err := io.WriteString(e.input, word+"\n"); err != nil {
		t.Fatal(err)
	}
	if !e.said.Scan() || e.said.Text() != word {
		t.Fatalf("the engine's keeper answers %q to %q", e.said.Text(), word)
	}
}

// start starts the engine and waits until it answers.
func (e *privateEngine) start(t *testing.T) {
	t.Helper()
	e.tell(t, "start")
	soon(t, time.Minute, "the engine answers", func() bool {
		response, err := e.client.Get("http://engine/_ping")
		if err != nil {
			return false
		}
		return response.Body.Close() == nil && response.StatusCode == http.StatusOK
	})
}

// soon waits for what nothing tells of.
func soon(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %s it is still not so: %s", limit, what)
		}
	}
}

// privateBase is how environments of these tests name their image.
const privateBase = "freshinstall-test/base:12"

// bringBase copies the bare Debian of the user's engine.
func (e *privateEngine) bringBase(t *testing.T) {
	t.Helper()
	users := engineOutside(t)
	engine, err := container.Connect(t.Context(), container.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}()
	chosen, err := envs.Select(nil, []string{"debian-12"})
	if err != nil {
		t.Fatal(err)
	}
	stage, err := engine.Prepare(t.Context(), chosen[0], func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	var image struct {
		ID string `json:"Id"`
	}
	for _, name := range []string{stage.Record().Image, stage.Record().Digest} {
		users.read(t, "/images/"+url.PathEscape(name)+"/json", nil, &image)
	}
	tar := users.call(t.Context(), t, http.MethodGet, "/images/"+image.ID+"/get", nil)
	defer tar.Body.Close()
	e.post(t, "/images/load", url.Values{"quiet": {"1"}}, "application/x-tar", tar.Body)
	e.post(t, "/images/"+image.ID+"/tag", url.Values{"repo": {"freshinstall-test/base"}, "tag": {"12"}}, "", nil)
}

// post asks the engine to do something and gives its answer.
func (e *privateEngine) post(t *testing.T, path string, query url.Values, kind string, body io.Reader) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://engine/v1.41"+path+"?"+query.Encode(), body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	response, err := e.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s: %s, %v: %s", path, response.Status, err, answer)
	}
	return answer
}

func (e *privateEngine) postJSON(t *testing.T, path string, query url.Values, body, answer any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	got := e.post(t, path, query, "application/json", bytes.NewReader(text))
	if answer == nil {
		return
	}
	if err := json.Unmarshal(got, answer); err != nil {
		t.Fatal(err)
	}
}

// read gets what the engine says of something; what is not there stays empty.
func (o outside) read(t *testing.T, path string, query url.Values, into any) {
	t.Helper()
	response := o.call(t.Context(), t, http.MethodGet, path, query)
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// run executes a command in a container.
func (e *privateEngine) run(t *testing.T, id string, command ...string) {
	t.Helper()
	var made struct {
		ID string `json:"Id"`
	}
	e.postJSON(t, "/containers/"+id+"/exec", nil, map[string]any{"Cmd": command, "User": "0"}, &made)
	e.postJSON(t, "/exec/"+made.ID+"/start", nil, map[string]any{"Detach": true}, nil)
}

// somebodyElses is what others have with the engine, by name. The container stands
// on an image of ours, as when somebody uses it for something else.
const somebodyElses = "somebody-elses"

func (e *privateEngine) addForeign(t *testing.T) {
	t.Helper()
	e.postJSON(t, "/containers/create", url.Values{"name": {somebodyElses}}, map[string]any{"Image": privateBase, "Cmd": []string{"sleep", "infinity"}}, nil)
	e.post(t, "/containers/"+somebodyElses+"/start", nil, "", nil)
	e.post(t, "/commit", url.Values{"container": {somebodyElses}, "repo": {somebodyElses}}, "application/json", strings.NewReader("{}"))
	e.postJSON(t, "/networks/create", nil, map[string]any{"Name": somebodyElses}, nil)
	e.postJSON(t, "/volumes/create", nil, map[string]any{"Name": somebodyElses}, nil)
}

// things is what the engine holds, as "container x", "network y", "volume z",
// "image i", the engine's own networks apart.
func (e *privateEngine) things(t *testing.T) (ours, others []string) {
	t.Helper()
	sort := func(kind, id, name string, labels map[string]string, left bool) {
		switch {
		case strings.Contains(name, somebodyElses):
			others = append(others, kind)
		case left:
			ours = append(ours, fmt.Sprintf("%s %.19s %s %v", kind, id, name, labels))
		}
	}
	var containers []struct {
		ID     string `json:"Id"`
		Names  []string
		Labels map[string]string
	}
	e.read(t, "/containers/json", url.Values{"all": {"1"}}, &containers)
	for _, c := range containers {
		sort("container", c.ID, strings.Join(c.Names, " "), c.Labels, true)
	}
	var networks []struct {
		ID     string `json:"Id"`
		Name   string
		Labels map[string]string
	}
	e.read(t, "/networks", nil, &networks)
	for _, n := range networks {
		sort("network", n.ID, n.Name, n.Labels, !slices.Contains([]string{"bridge", "host", "none"}, n.Name))
	}
	var volumes struct {
		Volumes []struct {
			Name   string
			Labels map[string]string
		}
	}
	e.read(t, "/volumes", nil, &volumes)
	for _, v := range volumes.Volumes {
		sort("volume", v.Name, v.Name, v.Labels, true)
	}
	var images []struct {
		ID       string `json:"Id"`
		RepoTags []string
		Labels   map[string]string
	}
	e.read(t, "/images/json", nil, &images)
	for _, i := range images {
		// What has a name is kept for later runs.
		nameless := len(i.RepoTags) == 0 || i.RepoTags[0] == "<none>:<none>"
		sort("image", i.ID, strings.Join(i.RepoTags, " "), i.Labels, nameless)
	}
	slices.Sort(others)
	return ours, others
}
