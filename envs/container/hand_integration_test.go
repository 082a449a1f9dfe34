package container

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func hand(t *testing.T, m *Machine, script string) (out, said string, exit int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	exit, err := m.Hand(t.Context(), Seat{In: strings.NewReader(script), Out: &stdout, Errors: &stderr})
	if err != nil {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), exit
}

func TestIntegrationHandedShellStandsWhereTheStepsStood(t *testing.T) {
	m := fresh(t)
	typeText(t, m, setState)
	typeText(t, m, "mkdir -p ~/venv/bin; echo 'export VIRTUAL_ENV=~/venv PATH=~/venv/bin:$PATH; deactivate() { echo left; }' >~/venv/bin/activate; . ~/venv/bin/activate")
	f := fork(t, m, snapshot(t, m))
	out, said, exit := hand(t, f, showState+`; deactivate; command -v __fi_end; compgen -v | grep -i -e __fi -e FRESHINSTALL -e BASH_ENV
echo "${PROMPT_COMMAND-none}"; id -un; echo wrong >&2; (exit 3)
exit 7`)
	want := strings.ReplaceAll(stateShown, "\r\n", "\n") + "left\nnone\nnewcomer\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("standard output (-want +got):\n%s", diff)
	}
	if said != "wrong\n" || exit != 7 {
		t.Errorf("exit %d, standard error %q", exit, said)
	}
	if x := typeText(t, m, "echo $COLOUR"); x.out != "blue\r\n" {
		t.Errorf("the machine it was forked from: %q", x.out)
	}
}

func TestIntegrationHandedShellBeforeTheFirstStep(t *testing.T) {
	env := debian()
	env.Env = map[string]string{"GREETING": "a b"}
	m := freshWith(t, stage(t, env), Checkout{Start: verifier.StartHome})
	out, said, exit := hand(t, m, "pwd; id -un; echo $GREETING; umask")
	if diff := cmp.Diff("/home/newcomer\nnewcomer\na b\n0022\n", out); diff != "" || exit != 0 {
		t.Errorf("exit %d, standard error %q (-want +got):\n%s", exit, said, diff)
	}
}

// A busy shell reads what comes late, and one that is left behind by what it
// started is over.
func TestIntegrationHandedShellIsBusyOrLeft(t *testing.T) {
	m := fresh(t)
	much := strings.Repeat("y", 4<<20)
	out, said, exit := hand(t, m, "sleep 2; wc -c\n"+much)
	if out != fmt.Sprintln(len(much)) || exit != 0 {
		t.Errorf("much input: exit %d, %q, %q", exit, out, said)
	}
	began := time.Now()
	if _, _, exit := hand(t, m, "sleep 300 &\nexit 3\n"); exit != 3 || time.Since(began) > 20*time.Second {
		t.Errorf("a job was left behind: exit %d after %s", exit, time.Since(began))
	}
}

func TestPatientWriter(t *testing.T) {
	slow := &slowWriter{}
	if n, err := io.WriteString(patient{t.Context(), slow}, "all of it"); n != 9 || err != nil || slow.got.String() != "all of it" {
		t.Errorf("%d, %v, %q", n, err, slow.got.String())
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if n, err := io.WriteString(patient{ended, &slowWriter{}}, "all of it"); n != 1 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("at the end: %d, %v", n, err)
	}
}

// slowWriter takes one byte at a time and says that its time was over.
type slowWriter struct{ got bytes.Buffer }

func (w *slowWriter) Write(p []byte) (int, error) {
	w.got.WriteByte(p[0])
	return 1, os.ErrDeadlineExceeded
}

func TestIntegrationHandedTerminal(t *testing.T) {
	m := fresh(t)
	typeText(t, m, "cd /usr; inner=kept; greet() { echo hi $1; }")
	f := fork(t, m, snapshot(t, m))
	typist, keys := io.Pipe()
	screen, shown := io.Pipe()
	windows := make(chan Window, 1)
	windows <- Window{Columns: 91, Rows: 17}
	ended := make(chan int, 1)
	go func() {
		exit, err := f.Hand(t.Context(), Seat{In: typist, Out: shown, Terminal: true, Term: "xterm", Windows: windows})
		if err != nil {
			t.Error(err)
		}
		shown.Close() // a pipe's writer gives no error
		ended <- exit
	}()
	seen := make(chan string)
	go func() {
		defer close(seen)
		buf := make([]byte, 4096)
		for {
			n, err := screen.Read(buf)
			if err != nil {
				return
			}
			seen <- string(buf[:n])
		}
	}()
	all := ""
	until := func(want string) {
		t.Helper()
		for limit := time.After(20 * time.Second); !strings.Contains(all, want); {
			select {
			case more := <-seen:
				all += more
			case <-limit:
				t.Fatalf("no %q in %q", want, all)
			}
		}
		all = ""
	}
	press := func(text string) {
		t.Helper()
		if _, err := io.WriteString(keys, text); err != nil {
			t.Fatal(err)
		}
	}
	until("/usr")
	press("until [ \"$(stty size)\" = '17 91' ]; do sleep 0.1; done; greet $inner; echo $TERM\r")
	until("hi kept\r\nxterm\r\n")
	windows <- Window{Columns: 133, Rows: 41}
	press("until [ \"$(stty size)\" = '41 133' ]; do sleep 0.1; done; echo gr''own\r")
	until("grown")
	press("sh -c \"echo wai''ting; exec sleep 100\"\r")
	until("waiting")
	press("\x03")
	until("$ ") // what is typed before is lost with the job
	press("echo st''opped $?\r")
	until("stopped 130")
	press("exit 5\r")
	go func() {
		for range seen { // a person goes on looking
		}
	}()
	select {
	case exit := <-ended:
		if exit != 5 {
			t.Errorf("exit %d", exit)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the shell was left, and is not over")
	}
}

func TestIntegrationHandedShellKeepsTheLimits(t *testing.T) {
	env := debian()
	env.Limits = stageLimits(64<<20, 40<<20)
	m := freshWith(t, stage(t, env), Checkout{Start: verifier.StartHome})
	exit, err := m.Hand(t.Context(), Seat{In: strings.NewReader("x=$(head -c 300000000 /dev/zero | tr '\\0' y)\n"), Out: io.Discard, Errors: io.Discard})
	if err != nil || exit == 0 {
		t.Errorf("memory without end: exit %d, %v", exit, err)
	}
	_, err = m.Hand(t.Context(), Seat{In: strings.NewReader("for i in {1..60}; do head -c 10000000 /dev/zero >/tmp/f$i; sleep 1; done\n"), Out: io.Discard, Errors: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "limit is 40.0 MiB") {
		t.Errorf("files without end: %v", err)
	}
}

func TestIntegrationKeptSnapshot(t *testing.T) {
	defer exclusive(t.Context(), "kept-in-tests")() // other tests prune the engine that this one counts on
	shared := engine(t)
	e, s, m := ownSession(t, "[redis]")
	typeText(t, m, "exec 3<>/dev/tcp/redis/6379; printf 'SET a kept\\r\\n' >&3; head -1 <&3; exec 3<&-")
	typeText(t, m, setState)
	earlier := snapshot(t, m)
	typeText(t, m, "touch /tmp/x")
	kept := snapshot(t, m)
	typeText(t, m, "touch /tmp/y")
	later := snapshot(t, m)
	for range 2 {
		until, err := s.Keep(t.Context(), kept)
		if err != nil || time.Until(until) > keptFor || time.Until(until) < keptFor-time.Minute {
			t.Fatalf("kept until %s, %v", until, err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatalf("the end of the run: %v", err)
	}
	has := func(id string) bool {
		ok, err := shared.HasKept(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !has(kept.ID) || has(later.ID) || has(earlier.ID) || has(s.image) || has("sha256:0") {
		t.Error("what is kept is not the one snapshot")
	}
	if _, err := shared.back.Image(t.Context(), later.ID); err == nil {
		t.Error("a snapshot that nobody keeps is there after the end")
	}
	// It serves another process, with state and services, and is there after the next start.
	if _, err := shared.Sweep(t.Context(), Leftovers); err != nil {
		t.Error(err)
	}
	f, err := stage(t, s.env).Fork(t.Context(), verifier.Snapshot{ID: kept.ID})
	if err != nil {
		t.Fatal(err)
	}
	out, _, _ := hand(t, f, "pwd; exec 3<>/dev/tcp/redis/6379; printf 'GET a\\r\\n' >&3; head -2 <&3 | tail -1")
	if out != "/tmp/place\nkept\r\n" {
		t.Errorf("in the kept snapshot: %q", out)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	count, err := shared.Kept(t.Context())
	if err != nil || count.Snapshots < 2 || count.Bytes <= 0 {
		t.Errorf("kept: %+v, %v", count, err)
	}
	var gone Kept
	all, err := shared.back.List(t.Context(), labelSession, e.me.session)
	if err != nil {
		t.Fatal(err)
	}
	for _, thing := range sweepOrder(all) {
		if !gone.add(thing) {
			continue
		}
		thing.Labels[labelOwner] = owner{pid: os.Getpid(), start: "1", boot: self().boot}.String() // as if this test were over
		if shared.sweepable(thing, Leftovers, time.Now()) || !shared.sweepable(thing, Leftovers, thing.Made.Add(keptFor+time.Second)) || !shared.sweepable(thing, KeptToo, time.Now()) {
			t.Errorf("%s is swept at the wrong time", thing.Names)
		}
		if err := shared.back.Remove(t.Context(), thing); err != nil {
			t.Error(err)
		}
	}
	if gone.Snapshots != 2 { // the machine and its service
		t.Errorf("%d snapshots were kept", gone.Snapshots)
	}
	for _, id := range []string{earlier.ID, kept.ID} {
		if _, err := shared.back.Image(t.Context(), id); err == nil {
			t.Errorf("%s outlives what was kept", id)
		}
	}
}
