package main

import (
	"bytes"
	"fmt"
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

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/verifier"
)

// What breaks around a run, each tried on an engine of the test's own. Whatever
// it is, the result stays valid and keeps the environments that were finished,
// nothing of others is touched, nothing is left behind, after the next start at
// the latest, and the run can be gone on with.

// fault is one thing that breaks.
type fault struct {
	name  string
	quick bool // make test tries it too
	try   func(t *testing.T, s *scene)
}

var faults = []fault{
	{"kill -9", true, killed},
	{"an image is deleted under a run", true, imageDeleted},
	{"the engine is stopped", false, func(t *testing.T, s *scene) { engineGone(t, s, "TERM") }},
	{"the engine is killed", false, func(t *testing.T, s *scene) { engineGone(t, s, "KILL") }},
	{"the engine is started anew", false, engineRestarted},
	{"the network is cut", false, networkCut},
	{"two runs at once", false, twoRuns},
	{"Ctrl-C", false, interrupted},
	{"Ctrl-C twice", false, interruptedTwice},
}

func TestIntegrationFaults(t *testing.T) {
	e := startPrivateEngine(t, "")
	e.bringBase(t)
	e.addForeign(t)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			if !f.quick {
				conformanceOnly(t)
			}
			f.try(t, newScene(t, e))
		})
	}
}

// scene is a repository, a user's home and an engine.
type scene struct {
	engine             *privateEngine
	folder, home       string
	config, resultFile string
}

func newScene(t *testing.T, e *privateEngine) *scene {
	t.Helper()
	t.Setenv("DOCKER_HOST", e.address)
	s := &scene{engine: e, home: t.TempDir(), resultFile: filepath.Join(t.TempDir(), "result.json")}
	s.folder = repository(t, map[string]string{
		"README.md": readmeOf("sh begin.sh", "sh wait.sh", "cat /tmp/greeting"),
		"begin.sh":  "echo hello >/tmp/greeting\n",
		"wait.sh": "[ \"$WAITS\" != yes ] || echo waiting\n[ \"$WAITS\" != yes ] || until [ -e /tmp/go ]; do sleep 0.1; done\n" +
			"[ \"$OFFLINE\" != yes ] || { echo 'curl: (6) Could not resolve host: downloads.example.org'; exit 6; }\n",
		"archive.sh": "rm -rf /etc/apt/sources.list.d/*; echo 'deb [trusted=yes] http://" + archiveHost + "/ ./' >/etc/apt/sources.list\n",
	})
	s.declare(t, "one: {}", "two: {WAITS: 'yes'}")
	return s
}

// declare writes the declaration: bare machines, each with variables.
func (s *scene) declare(t *testing.T, machines ...string) {
	t.Helper()
	text := "environments:\n"
	for _, m := range machines {
		name, variables, _ := strings.Cut(m, ": ")
		text += fmt.Sprintf("  - {name: %s, image: %q, user: root, furnish: {bare: true}, env: %s}\n", name, privateBase, variables)
	}
	s.config = filepath.Join(t.TempDir(), "environments.yaml")
	if err := os.WriteFile(s.config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// verify starts a run. One that hangs is killed, so that its test says so before
// the time of all tests is over.
func (s *scene) verify(t *testing.T, args ...string) *invocation {
	t.Helper()
	i := start(t, s.folder, s.home, append([]string{"verify", "--config", s.config}, args...)...)
	limit := time.AfterFunc(4*time.Minute, func() { _ = i.cmd.Process.Kill() })
	t.Cleanup(func() { limit.Stop() })
	return i
}

// begin starts a run and waits until the step of an environment waits.
func (s *scene) begin(t *testing.T, environment string, more ...string) *invocation {
	t.Helper()
	i := s.verify(t, append([]string{"--parallel", "1", "--events", "json", "--report", "json=" + s.resultFile}, more...)...)
	i.until(t, environment+" waits", func(e verifier.Event) bool {
		return e.Kind == verifier.EventOutput && e.Environment == environment && e.Text == "waiting"
	})
	return i
}

// letOn lets the waiting step of a run go on.
func (s *scene) letOn(t *testing.T, i *invocation) {
	t.Helper()
	for _, c := range s.of(t, i, "machine") {
		s.engine.run(t, c, "touch", "/tmp/go")
	}
}

// of lists a run's containers of a kind.
func (s *scene) of(t *testing.T, i *invocation, kind string) (own []string) {
	t.Helper()
	var all []struct {
		ID     string `json:"Id"`
		Labels map[string]string
	}
	s.engine.read(t, "/containers/json", url.Values{"filters": {`{"label":["freshinstall.kind=` + kind + `"]}`}}, &all)
	for _, c := range all {
		if strings.HasPrefix(c.Labels["freshinstall.owner"], fmt.Sprintf("%d:", i.cmd.Process.Pid)) {
			own = append(own, c.ID)
		}
	}
	return own
}

// ends waits for the end of a run and holds its exit code and words.
func (s *scene) ends(t *testing.T, i *invocation, code int, says ...string) {
	t.Helper()
	got := i.end(t)
	talk := strings.Join(i.told, "\n") + "\n" + i.stdout.String()
	if got != code {
		t.Fatalf("exit code %d, want %d\n%s", got, code, talk)
	}
	for _, want := range says {
		if !strings.Contains(talk, want) {
			t.Errorf("nothing says %q:\n%s", want, talk)
		}
	}
}

// kept reads the result, which must be valid, and holds its verdicts.
func (s *scene) kept(t *testing.T, want ...string) *verifier.Result {
	t.Helper()
	return keptAt(t, s.resultFile, want...)
}

func keptAt(t *testing.T, file string, want ...string) *verifier.Result {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled(t, "result").Validate(document); err != nil {
		t.Errorf("the result does not hold to its schema: %v", err)
	}
	r, err := reports.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, env := range r.Environments {
		word := fmt.Sprintf("%s %s", env.Environment.Name, env.Verdict)
		if env.Earlier != nil {
			word += " earlier"
		}
		if env.Finished() {
			word += " finished"
		}
		if env.Seconds < 0 {
			t.Errorf("%s took %v s", env.Environment.Name, env.Seconds)
		}
		got = append(got, word)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("verdicts (-want +got):\n%s\n%s", diff, text)
	}
	return r
}

// clean holds that nothing of runs is left and all that is others' is there.
func (s *scene) clean(t *testing.T, runs ...*invocation) {
	t.Helper()
	ours, others := s.engine.things(t)
	if len(ours) > 0 {
		t.Errorf("left with the engine:\n%s", strings.Join(ours, "\n"))
	}
	if diff := cmp.Diff([]string{"container", "image", "network", "volume"}, others); diff != "" {
		t.Errorf("what others have (-want +got):\n%s", diff)
	}
	for _, i := range runs {
		if left := scratchOf(t, i.cmd.Process.Pid); len(left) > 0 {
			t.Errorf("temporary folders were left: %v", left)
		}
	}
}

// runs are the names of what is kept to go on with.
func (s *scene) runs(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(s.home, ".local", "state", "freshinstall", "runs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !regularFile(filepath.Join(s.home, ".local", "state", "freshinstall", "runs", e.Name(), keptDone)) { // finished
			names = append(names, e.Name())
		}
	}
	return names
}

// goOn resumes a run to its good end: only "two" is run again.
func (s *scene) goOn(t *testing.T, run string, before ...*invocation) {
	t.Helper()
	i := s.begin(t, "two", "--resume", run)
	if again := slices.IndexFunc(i.told, func(line string) bool { return strings.Contains(line, `"kind":"step","environment":"one"`) }); again >= 0 {
		t.Errorf("one was run again: %s", i.told[again])
	}
	s.letOn(t, i)
	s.ends(t, i, exitOK, "What is told of one was found by an earlier attempt")
	r := s.kept(t, "one works earlier finished", "two works finished")
	if r.Interrupted || len(r.Plan.Steps) != 3 {
		t.Errorf("interrupted %v, %d steps in the plan", r.Interrupted, len(r.Plan.Steps))
	}
	s.clean(t, append(before, i)...)
}

// theRun is the name of the one run that is kept.
func (s *scene) theRun(t *testing.T) string {
	t.Helper()
	names := s.runs(t)
	if len(names) != 1 {
		t.Fatalf("kept runs: %v, want one", names)
	}
	return names[0]
}

func killed(t *testing.T, s *scene) {
	i := s.begin(t, "two")
	if err := i.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	i.end(t)
	r := s.kept(t, "one works finished", "two inconclusive")
	if !r.Interrupted || r.Environments[1].Incident == nil || !strings.Contains(r.Environments[1].Incident.ToDo, "--resume") {
		t.Errorf("interrupted %v, incident %+v", r.Interrupted, r.Environments[1].Incident)
	}
	report := finish(t, s.folder, exitOK, "report", "--from", s.resultFile)
	if text := report.stdout.String(); !strings.Contains(text, "The run was interrupted") || !strings.Contains(text, "the run was cut off before this environment was through") {
		t.Errorf("the report of what is left says:\n%s", text)
	}
	s.engine.gone(t, i.cmd.Process.Pid, 10*time.Second)
	s.goOn(t, s.theRun(t), i)
	if left := s.runs(t); len(left) > 0 {
		t.Errorf("a run that is finished is kept: %v", left)
	}
}

// imageDeleted takes the snapshot away from which a step would be tried again.
func imageDeleted(t *testing.T, s *scene) {
	s.declare(t, "one: {WAITS: 'yes', OFFLINE: 'yes'}", "two: {}")
	i := s.begin(t, "one")
	var snapshots []struct {
		ID string `json:"Id"`
	}
	s.engine.read(t, "/images/json", url.Values{"filters": {`{"label":["freshinstall.kind=snapshot"]}`}}, &snapshots)
	if len(snapshots) == 0 {
		t.Fatal("there is no snapshot to be deleted")
	}
	for _, image := range snapshots {
		response := s.engine.call(t.Context(), t, http.MethodDelete, "/images/"+image.ID, url.Values{"force": {"1"}})
		if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("delete: %s, %v", response.Status, err)
		}
	}
	s.letOn(t, i)
	s.ends(t, i, exitUntested, "an image that the run stands on is gone", "not every environment was finished; to go on: freshinstall verify --config ")
	r := s.kept(t, "one inconclusive", "two works finished")
	if step := r.Environments[0].Steps[1]; step.Outcome != verifier.OutcomeInconclusive || step.Exit != 6 {
		t.Errorf("the step that failed: %+v", step)
	}
	s.clean(t, i)
}

func engineGone(t *testing.T, s *scene, signal string) {
	i := s.begin(t, "two")
	began := time.Now()
	s.engine.tell(t, signal)
	s.ends(t, i, exitUntested, "the machine went away in the middle of the run", "to go on: freshinstall verify --config ")
	if took := time.Since(began); took > 2*time.Minute {
		t.Errorf("the run noticed after %s that its engine is gone", took)
	}
	s.kept(t, "one works finished", "two inconclusive")
	s.engine.start(t)
	s.goOn(t, s.theRun(t), i)
}

func engineRestarted(t *testing.T, s *scene) {
	s.declare(t, "one: {}", "two: {WAITS: 'yes'}", "three: {}")
	i := s.begin(t, "two")
	s.engine.tell(t, "TERM")
	s.engine.start(t)
	s.ends(t, i, exitUntested, "to go on: freshinstall verify --config ")
	r := s.kept(t, "one works finished", "two inconclusive", "three works finished")
	if two := r.Environments[1]; two.Incident == nil || two.Incident.Blame != verifier.BlameContainer {
		t.Errorf("two: %+v", two.Incident)
	}
	s.clean(t, i)
}

func networkCut(t *testing.T, s *scene) {
	s.engine.tell(t, "serve")
	readme := readmeOf("sh archive.sh", "apt-get update", "sh wait.sh", "apt-get install -y civic-tool")
	if err := os.WriteFile(filepath.Join(s.folder, "README.md"), []byte(readme), 0o644); err != nil {
		t.Fatal(err)
	}
	s.declare(t, "one: {WAITS: 'yes'}")
	i := s.begin(t, "one")
	s.engine.tell(t, "down")
	s.letOn(t, i)
	s.ends(t, i, exitUntested, "to go on: freshinstall verify --config ")
	r := s.kept(t, "one inconclusive")
	steps := r.Environments[0].Steps
	if !steps[1].Outcome.Passed() || !steps[2].Outcome.Passed() || steps[3].Outcome != verifier.OutcomeInconclusive {
		t.Errorf("steps %+v", steps)
	}
	for _, f := range r.Environments[0].Findings {
		if f.Blame != verifier.BlameWorld {
			t.Errorf("%s is blamed for a network that was cut: %+v", f.Blame, f)
		}
	}
	s.clean(t, i)
}

// twoRuns go on beside each other: the second one sweeps when it starts, and
// the first one cleans up while the second one goes on.
func twoRuns(t *testing.T, s *scene) {
	first := s.begin(t, "two")
	firstFile := s.resultFile
	s.resultFile = filepath.Join(t.TempDir(), "second.json")
	second := s.begin(t, "two")
	if len(s.of(t, first, "machine")) == 0 {
		t.Fatal("the second run removed the machine of the first")
	}
	for _, name := range s.runs(t) {
		s.ends(t, s.verify(t, "--resume", name), exitUse, "this run still goes on")
	}
	s.letOn(t, first)
	s.ends(t, first, exitOK)
	keptAt(t, firstFile, "one works finished", "two works finished")
	if len(s.of(t, second, "machine")) == 0 || len(scratchOf(t, second.cmd.Process.Pid)) == 0 {
		t.Error("the first run removed what is the second one's")
	}
	s.letOn(t, second)
	s.ends(t, second, exitOK)
	s.kept(t, "one works finished", "two works finished")
	s.clean(t, first, second)
}

func interrupted(t *testing.T, s *scene) {
	i := s.begin(t, "two")
	if err := i.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	s.ends(t, i, exitInterrupted, "interrupted: the report tells what was found until then", "to go on: freshinstall verify --config ")
	if r := s.kept(t, "one works finished", "two inconclusive"); !r.Interrupted {
		t.Error("the result does not say that it was interrupted")
	}
	s.clean(t, i)
	s.goOn(t, s.theRun(t), i)
}

// interruptedTwice has an engine that hangs, so that the clean-up cannot end.
func interruptedTwice(t *testing.T, s *scene) {
	i := s.begin(t, "two")
	s.engine.tell(t, "STOP")
	if err := i.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		i.end(t)
	}()
	select {
	case <-ended:
		t.Error("the clean-up ended although the engine hangs")
	case <-time.After(graceForTwins + 500*time.Millisecond):
	}
	again := time.Now()
	if err := i.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-ended
	if took := time.Since(again); took > time.Second {
		t.Errorf("the second Ctrl-C took %s", took)
	}
	if status := i.cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("ended with %s, want the signal itself", i.cmd.ProcessState)
	}
	s.kept(t, "one works finished", "two inconclusive")
	s.engine.tell(t, "CONT")
	s.engine.gone(t, i.cmd.Process.Pid, 30*time.Second)
	s.goOn(t, s.theRun(t), i)
}

// A disk that somebody else fills. The engine's data lies on one of its own.
func TestIntegrationConformanceDiskFull(t *testing.T) {
	conformanceOnly(t)
	const room = 3 << 30 // most of it must stay free: see container.Options.FreeDisk
	folder := t.TempDir()
	image, data := filepath.Join(folder, "disk"), filepath.Join(folder, "data")
	for _, command := range [][]string{
		{"truncate", "--size", fmt.Sprint(room), image}, {"mkfs.ext4", "-q", image}, {"mkdir", data}, {"mount", "-o", "loop", image, data},
	} {
		if out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Skipf("a disk of its own needs a loop device: %v: %v: %s", command, err, out)
		}
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(data, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	e := startPrivateEngine(t, data)
	e.bringBase(t)
	e.addForeign(t)
	s := newScene(t, e)
	i := s.begin(t, "two")
	filler := filepath.Join(data, "somebody-elses-file")
	fillDisk(t, filler)
	s.ends(t, i, exitUntested, "disk", "to go on: freshinstall verify --config ")
	s.kept(t, "one works finished", "two inconclusive")
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	s.goOn(t, s.theRun(t), i)
}

// fillDisk takes all room of a disk in a moment.
func fillDisk(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	var fs syscall.Statfs_t
	if err := syscall.Fstatfs(int(f.Fd()), &fs); err != nil {
		t.Fatal(err)
	}
	for size := int64(fs.Bavail) * int64(fs.Bsize); size > 1<<20; size -= 1 << 20 {
		if err = syscall.Fallocate(int(f.Fd()), 0, 0, size); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
