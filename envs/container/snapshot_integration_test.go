package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

func snapshot(t *testing.T, m *Machine) verifier.Snapshot {
	t.Helper()
	s, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("snapshot: %d bytes, layer %d, %.3f s", s.Bytes, s.Layers, s.Took)
	return s
}

func fork(t *testing.T, m *Machine, s verifier.Snapshot) *Machine {
	t.Helper()
	f, err := m.stage.Fork(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

const setState = `mkdir -p /tmp/place && cd /tmp/place
export COLOUR=blue QUOTED="it's \"so\"
and so"
plain=1; list=(a 'b c'); declare -A table=([k]=v)
greet() { cat <<END
hi $1
END
}
alias ll='echo listed'
umask 027; set -o pipefail; shopt -s globstar; unset HOSTNAME_X
PATH=$PATH:/opt/x
echo content >file`

const showState = `pwd; umask; echo "$COLOUR $QUOTED $plain ${list[1]} ${table[k]}"; greet you; ll
shopt -q globstar && echo globstar; set -o | grep pipefail | tr -s '\t ' ' '; echo ${PATH##*:}; cat file; env | grep -c FRESHINSTALL`

const stateShown = "/tmp/place\r\n0027\r\nblue it's \"so\"\r\nand so 1 b c v\r\nhi you\r\nlisted\r\n" +
	"globstar\r\npipefail on\r\n/opt/x\r\ncontent\r\n0\r\n"

func TestIntegrationForkHasFilesAndState(t *testing.T) {
	m := fresh(t)
	typeText(t, m, setState)
	s := snapshot(t, m)
	typeText(t, m, "cd /; COLOUR=red; rm /tmp/place/file")
	f := fork(t, m, s)
	if diff := cmp.Diff(stateShown, typeText(t, f, showState).out); diff != "" {
		t.Errorf("in the fork (-want +got):\n%s", diff)
	}
	if x := typeText(t, m, "pwd; echo $COLOUR"); x.out != "/\r\nred\r\n" {
		t.Errorf("the machine itself: %q", x.out)
	}
	again := fork(t, f, snapshot(t, f))
	if diff := cmp.Diff(stateShown, typeText(t, again, showState).out); diff != "" {
		t.Errorf("in a fork of the fork (-want +got):\n%s", diff)
	}
}

func TestIntegrationSnapshotOfAnUnchangedMachineCostsNothing(t *testing.T) {
	m := fresh(t)
	first, second := snapshot(t, m), snapshot(t, m)
	if first.ID != second.ID || second.Took != 0 {
		t.Errorf("snapshots %+v and %+v", first, second)
	}
	typeText(t, m, "touch /tmp/x")
	if third := snapshot(t, m); third.ID == first.ID {
		t.Error("a step was typed, and the snapshot is the former one")
	}
}

func TestIntegrationMachineMovesOnAfterMuchWasWritten(t *testing.T) {
	m := fresh(t)
	typeText(t, m, setState)
	typeText(t, m, "head -c 80000000 /dev/urandom >/tmp/much")
	before := m.box.ID
	s := snapshot(t, m)
	if m.box.ID == before {
		t.Error("the machine stayed in its container")
	}
	if diff := cmp.Diff(stateShown, typeText(t, m, showState).out); diff != "" {
		t.Errorf("after the move (-want +got):\n%s", diff)
	}
	if next := snapshot(t, m); next.Layers != s.Layers+1 || next.Bytes > 1<<20 {
		t.Errorf("the next snapshot: %+v", next)
	}
	typeText(t, m, "head -c 80000000 /dev/urandom >/tmp/more; sleep 300 &")
	before = m.box.ID
	snapshot(t, m)
	if m.box.ID != before {
		t.Error("the machine moved away from a background job")
	}
}

func TestIntegrationLayersAreFlattened(t *testing.T) {
	m := fresh(t)
	typeText(t, m, setState)
	m.layers = mostLayers
	s := snapshot(t, m)
	if s.Layers != 1 {
		t.Fatalf("layers %d", s.Layers)
	}
	f := fork(t, m, s)
	if diff := cmp.Diff(stateShown, typeText(t, f, showState).out); diff != "" {
		t.Errorf("in a fork of a flat image (-want +got):\n%s", diff)
	}
}

func TestIntegrationForkOfAnotherUsersShell(t *testing.T) {
	m := fresh(t)
	yes := func(string) (string, bool) { return "", true }
	typeEntry(t, m, verifier.Entry{Text: "sudo -i", Timeout: 20 * time.Second}, yes)
	typeText(t, m, "inner=1; cd /usr")
	f := fork(t, m, snapshot(t, m))
	if x := typeText(t, f, "whoami; pwd; echo $inner"); x.out != "root\r\n/usr\r\n1\r\n" {
		t.Errorf("in the fork: %q", x.out)
	}
}

func TestIntegrationExec(t *testing.T) {
	m := fresh(t)
	text, exit, err := m.Exec(t.Context(), "id -un; echo noise >&2; read x || echo closed; exit 4")
	if err != nil || exit != 4 || text != "root\nclosed\n" {
		t.Errorf("%q, %d, %v", text, exit, err)
	}
	long := "x='" + strings.Repeat("y", 2*longScript) + "'\necho ${#x}"
	if text, exit, err = m.Exec(t.Context(), long); err != nil || exit != 0 || text != "204800\n" {
		t.Errorf("a long script: %.40q, %d, %v", text, exit, err)
	}
	if text, exit, err = m.Exec(t.Context(), "head -c 20000000 /dev/zero"); err != nil || exit != 0 || len(text) != execMost {
		t.Errorf("much output: %d bytes, %d, %v", len(text), exit, err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Exec(t.Context(), "true"); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("after the end: %v", err)
	}
}

func TestIntegrationLostMachineIsNoResult(t *testing.T) {
	m := fresh(t)
	typeText(t, m, "true")
	go func() {
		time.Sleep(500 * time.Millisecond) // the step must be under way; what is tested does not depend on when
		_ = m.engine.back.Remove(t.Context(), thing{Class: classContainer, ID: m.box.ID})
	}()
	began := time.Now()
	_, err := m.Type(t.Context(), verifier.Entry{Text: "sleep 60"}, nil, nil)
	if !errors.Is(err, verifier.ErrLost) || time.Since(began) > 20*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
	if _, err := m.Snapshot(t.Context()); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("snapshot: %v", err)
	}
	if _, _, err := m.Exec(t.Context(), "true"); !errors.Is(err, verifier.ErrLost) {
		t.Errorf("exec: %v", err)
	}
}

func TestIntegrationMemoryAndDiskLimits(t *testing.T) {
	env := debian()
	env.Limits = stageLimits(64<<20, 40<<20)
	m := freshWith(t, stage(t, env), Checkout{Start: verifier.StartHome})
	x := typeText(t, m, "x=$(head -c 300000000 /dev/zero | tr '\\0' y); echo ${#x}")
	if x.Ended != verifier.Killed || !strings.Contains(x.Detail, "memory") {
		t.Errorf("memory: ended %s, exit %d, %q, output %q", x.Ended, x.Exit, x.Detail, x.out)
	}
	x = typeText(t, m, "kill -9 $BASHPID & wait; bash -c 'kill -9 $$'")
	if x.Ended != verifier.Exited || x.Exit != 137 {
		t.Errorf("an ordinary kill: ended %s, exit %d, %q", x.Ended, x.Exit, x.Detail)
	}
	x = typeText(t, m, "for i in {1..20}; do head -c 10000000 /dev/zero >/tmp/f$i; sleep 1; done")
	if x.Ended != verifier.Killed || !strings.Contains(x.Detail, "limit is 40.0 MiB") {
		t.Errorf("disk: ended %s, exit %d, %q", x.Ended, x.Exit, x.Detail)
	}
}

func TestIntegrationDiskOfTheHostIsSpared(t *testing.T) {
	e, err := Connect(t.Context(), Options{Host: engine(t).Address(), FreeDisk: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, ok := freeBytes(e.root); !ok {
		t.Skip("the engine's disk cannot be seen from here")
	}
	s, err := e.Prepare(t.Context(), debian(), nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Fresh(t.Context(), Checkout{Start: verifier.StartHome})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = m.Type(t.Context(), verifier.Entry{Text: "sleep 60"}, nil, nil)
	var trouble *Trouble
	if !errors.As(err, &trouble) || trouble.Blame != verifier.BlameWorld || trouble.Where != e.root || time.Since(began) > 30*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

func TestAFullDiskOfTheEngineIsNobodysStep(t *testing.T) {
	full := errors.New("Error response from daemon: Error processing tar file(exit status 1): write /root/x: no space left on device")
	trouble, ok := gone(full).(*Trouble)
	if !ok || trouble.Blame != verifier.BlameWorld || !errors.Is(trouble, full) || trouble.ToDo == "" {
		t.Errorf("%+v", gone(full))
	}
}

func TestIntegrationDockerfileAsBase(t *testing.T) {
	s := stage(t, debian())
	dir := t.TempDir()
	// What is there already stands for an image of a registry.
	text := "FROM " + imageName(kindFurnished, furnishedKey(t, s)) + "\nCOPY mark /mark\nRUN echo built >>/mark\n"
	for name, content := range map[string]string{"partner.Dockerfile": text, "mark": "copied\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := debian()
	env.Base = envs.Base{Dockerfile: filepath.Join(dir, "partner.Dockerfile")}
	env.Furnish = envs.Furnish{}
	built := stage(t, env)
	m := freshWith(t, built, Checkout{Start: verifier.StartHome})
	if x := typeText(t, m, "cat /mark 2>&1 || sudo cat /mark"); !strings.HasSuffix(x.out, "copied\r\nbuilt\r\n") {
		t.Errorf("output %q", x.out)
	}
	env.Base.Dockerfile = filepath.Join(dir, "nowhere")
	var trouble *Trouble
	if _, err := engine(t).Prepare(t.Context(), env, nil); !errors.As(err, &trouble) || trouble.Blame != verifier.BlameEnvironment {
		t.Errorf("a Dockerfile that is not there: %v", err)
	}
}

// furnishedKey is the key under which a stage's image is cached.
func furnishedKey(t *testing.T, s *Stage) string {
	t.Helper()
	i, err := s.engine.back.Image(t.Context(), s.image)
	if err != nil {
		t.Fatal(err)
	}
	return i.Labels[labelKey]
}

func TestIntegrationFurnishings(t *testing.T) {
	r := stage(t, debian()).Record()
	var names []string
	for _, f := range r.Furnishings {
		names = append(names, f.Name)
		t.Logf("%s: %s; brought %d: %.200v", f.Name, f.Detail, len(f.Brought), f.Brought)
		if f.Name == "git" && (!slices.Contains(f.Brought, "git") || !slices.Contains(f.Brought, "perl5.36-x86_64-linux-gnu")) {
			t.Errorf("git brought %v", f.Brought)
		}
	}
	if diff := cmp.Diff([]string{"user", "sudo", "git", "ca_certificates", "utf8"}, names); diff != "" {
		t.Errorf("furnishings (-want +got):\n%s", diff)
	}
	if r.Family != verifier.FamilyDeb || r.Release != "debian 12" || r.Digest == "" || r.Architecture == "" || !r.Sudo {
		t.Errorf("record %+v", r)
	}
}

func TestIntegrationRootWithGitOnly(t *testing.T) {
	env := debian()
	env.User = "root"
	env.Furnish.Sudo, env.Furnish.UTF8, env.Furnish.CACertificates, env.Furnish.PackageLists = false, false, false, true
	env.CACertificates = []string{"host"}
	env.Env = map[string]string{"GREETING": "a b", "PATH": "/opt/bin:/usr/bin:/bin"}
	m := freshWith(t, stage(t, env), Checkout{Start: verifier.StartHome})
	x := typeText(t, m, "whoami; pwd; echo $GREETING; echo $PATH; command -v sudo; ls /var/lib/apt/lists | grep -c Packages; git --version | cut -c 1-3")
	want := "root\r\n/root\r\na b\r\n/opt/bin:/usr/bin:/bin\r\n3\r\ngit\r\n"
	if diff := cmp.Diff(want, x.out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIntegrationThrowaway(t *testing.T) {
	s := stage(t, debian())
	const prepare = "echo prepared >/prepared; date +%s%N >>/prepared"
	var first string
	for range 2 {
		m, err := s.Throwaway(t.Context(), "test", prepare)
		if err != nil {
			t.Fatal(err)
		}
		text, _, err := m.Exec(t.Context(), "cat /prepared")
		if err != nil || !strings.HasPrefix(text, "prepared\n") || first != "" && text != first {
			t.Errorf("%q after %q, %v", text, first, err)
		}
		first = text
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
	var trouble *Trouble
	if _, err := s.Throwaway(t.Context(), "broken", "echo no such thing; exit 7"); !errors.As(err, &trouble) || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("a broken script: %v", err)
	}
}

// A README may fail at each of hundreds of steps: the chain of snapshots goes on
// past what an engine allows, and its last fork still has the first shell's state.
func TestIntegrationConformanceAChainOfSnapshots(t *testing.T) {
	conformanceOnly(t)
	const length = 140 // engines allow 125 layers, and the first machine has some already
	m := fresh(t)
	typeText(t, m, setState)
	flat := 0
	for i := range length {
		typeText(t, m, fmt.Sprintf("echo %d >>/tmp/place/count", i))
		s := snapshot(t, m)
		if s.Layers == 1 {
			flat++
		}
		if s.Layers > mostLayers {
			t.Fatalf("snapshot %d has %d layers", i, s.Layers)
		}
		next := fork(t, m, s) // as after a step that was mended: the run goes on there
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		m = next
	}
	if flat == 0 {
		t.Error("no snapshot was flattened")
	}
	last := fork(t, m, snapshot(t, m))
	if diff := cmp.Diff(stateShown, typeText(t, last, showState).out); diff != "" {
		t.Errorf("in the last fork (-want +got):\n%s", diff)
	}
	if x := typeText(t, last, "wc -l <count; tail -1 count"); x.out != fmt.Sprintf("%d\r\n%d\r\n", length, length-1) {
		t.Errorf("what was written on the way: %q", x.out)
	}
}
