package container

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// holderVariable makes the test binary hold a machine instead of testing; its
// value is the machine's services as a declaration.
const holderVariable = "FRESHINSTALL_TEST_HOLD"

// holdMachine is what the re-executed test binary does: it makes a machine
// with a background job, a snapshot and a lookout, names them on standard
// output, and waits to be killed.
func holdMachine() int {
	hold := func() error {
		ctx := context.Background()
		e, err := Connect(ctx, Options{})
		if err != nil {
			return err
		}
		env, err := withServices(os.Getenv(holderVariable))
		if err != nil {
			return err
		}
		s, err := e.Prepare(ctx, env, nil)
		if err != nil {
			return err
		}
		m, err := s.Fresh(ctx, Checkout{Start: verifier.StartHome})
		if err != nil {
			return err
		}
		if _, err := m.Type(ctx, verifier.Entry{Text: "sleep 1000 & nohup sleep 1001 >/dev/null 2>&1 &"}, nil, nil); err != nil {
			return err
		}
		snap, err := m.Snapshot(ctx)
		if err != nil {
			return err
		}
		if _, err := m.look(ctx, m.term); err != nil {
			return err
		}
		fmt.Println("held", m.box.ID, snap.ID, e.me.session)
		_, err = m.Type(ctx, verifier.Entry{Text: "sleep 1002"}, nil, nil)
		return err
	}
	fmt.Fprintln(os.Stderr, hold())
	return 1
}

func TestIntegrationNothingRunsAfterTheOwnerWasKilled(t *testing.T) {
	for name, services := range map[string]string{"alone": "[]", "with services": "[redis, {kind: redis, name: near, at: localhost}]"} {
		t.Run(name, func(t *testing.T) { killedOwner(t, services) })
	}
}

func killedOwner(t *testing.T, services string) {
	e := engine(t)
	env, err := withServices(services)
	if err != nil {
		t.Fatal(err)
	}
	stage(t, env) // so that the child finds it made
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), holderVariable+"="+services)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var box, image, session string
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		_, err = fmt.Sscanf(line, "held %s %s %s", &box, &image, &session)
	}
	if err != nil {
		t.Fatalf("the child said %q: %v", line, err)
	}
	pids := hostProcesses(t, e, box)
	if len(pids) < 6 {
		t.Fatalf("processes of the machine: %v", pids)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	_ = child.Wait() // killed: it cannot have ended well

	if !within(time.Second-time.Since(killed), func() bool { return len(stillAlive(pids)) == 0 }) {
		t.Errorf("one second later these still run: %v", stillAlive(pids))
	}
	t.Logf("no process after %s", time.Since(killed))
	left := func(c class) (n int) {
		all, err := e.back.List(t.Context(), labelSession, session)
		if err != nil {
			t.Fatal(err)
		}
		for _, thing := range all {
			if thing.Class == c {
				n++
			}
		}
		return n
	}
	if !within(10*time.Second-time.Since(killed), func() bool { return left(classContainer) == 0 }) {
		if runs := running(t, e, session); os.Getenv("LIMITED_ENGINE") != "1" || len(runs) > 0 {
			t.Errorf("ten seconds later there are %d containers, of which run: %q", left(classContainer), runs)
		}
		t.Logf("this engine leaves %d ended containers to the next sweep, since others had joined them", left(classContainer))
	}
	t.Logf("no container after %s", time.Since(killed))
	// Another test's engine may be sweeping too, and take some of what is left.
	if _, err := e.Sweep(t.Context(), Leftovers); err != nil {
		t.Error(err)
	}
	gone := func() bool {
		_, err := e.back.Image(t.Context(), image)
		return err != nil && left(classNetwork) == 0 && left(classContainer) == 0
	}
	if !within(10*time.Second, gone) {
		t.Errorf("the snapshot or %d networks of a dead owner are still there", left(classNetwork))
	}
}

// running are a session's containers that have not ended.
func running(t *testing.T, e *Engine, session string) (found []string) {
	t.Helper()
	all, err := e.back.List(t.Context(), labelSession, session)
	if err != nil {
		t.Fatal(err)
	}
	for _, thing := range all {
		if thing.Class != classContainer {
			continue
		}
		if state, err := e.back.Container(t.Context(), thing.ID, false); err == nil && state.Running {
			found = append(found, thing.Labels[labelKind])
		}
	}
	return found
}

// within polls until a condition holds or the time is over.
func within(long time.Duration, holds func() bool) bool {
	end := time.Now().Add(long)
	for !holds() {
		if time.Now().After(end) {
			return false
		}
		time.Sleep(20 * time.Millisecond) // nothing tells of the end of foreign processes
	}
	return true
}

// hostProcesses are the machine's processes as the engine's host numbers them.
func hostProcesses(t *testing.T, e *Engine, box string) []int {
	t.Helper()
	d, ok := e.back.(*docker)
	if !ok {
		t.Skip("needs the real engine")
	}
	c, err := d.api.ContainerInspect(t.Context(), box)
	if err != nil {
		t.Fatal(err)
	}
	space, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", c.State.Pid))
	if err != nil {
		t.Skipf("the engine's processes are not on this host: %v", err)
	}
	all, err := filepath.Glob("/proc/[0-9]*/ns/pid")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, name := range all {
		if other, err := os.Readlink(name); err == nil && other == space { // else it has ended meanwhile
			pid, err := strconv.Atoi(strings.Split(name, "/")[2])
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	return pids
}

// stillAlive filters the processes that still run; a zombie runs no more.
func stillAlive(pids []int) (left []int) {
	for _, pid := range pids {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && !strings.Contains(string(raw), ") Z ") {
			left = append(left, pid)
		}
	}
	return left
}

func TestIntegrationCloseLeavesNothing(t *testing.T) {
	shared := engine(t)
	e, s, m := ownSession(t, "[redis, {kind: redis, name: near, at: localhost}]")
	typeText(t, m, "touch /tmp/x")
	fork, err := s.Fork(t.Context(), snapshot(t, m))
	if err != nil {
		t.Fatal(err)
	}
	typeText(t, fork, "read -t 3 x")
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	all, err := shared.back.List(t.Context(), labelSession, e.me.session)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range all {
		if !cached(left.Labels[labelKind]) {
			t.Errorf("left: %s %s %v", left.Class, left.ID, left.Labels)
		}
	}
	if _, err := shared.back.Image(t.Context(), s.image); err != nil {
		t.Errorf("the furnished image: %v", err)
	}
}

func TestSweepableKnowsOwners(t *testing.T) {
	me := identity{session: "s", owner: self(), host: "here"}
	e := &Engine{me: me}
	now := time.Now()
	dead := me.labels(kindMachine, map[string]string{labelOwner: owner{pid: self().pid, start: "1", boot: self().boot}.String()})
	rebooted := me.labels(kindSnapshot, map[string]string{labelOwner: "1:1:another-boot"})
	elsewhere := me.labels(kindSnapshot, map[string]string{labelHost: "there", labelOwner: "1:1:x"})
	for _, c := range []struct {
		name             string
		t                thing
		plain, all, skip bool
	}{
		{"of a living owner", thing{Class: classContainer, Labels: me.labels(kindMachine, nil), Made: now}, false, false, false},
		{"of an earlier process with the same number", thing{Class: classContainer, Labels: dead, Made: now}, true, true, bootID() == ""},
		{"from before the last start of the host", thing{Class: classImage, Labels: rebooted, Made: now}, true, true, bootID() == ""},
		{"of another host, new", thing{Class: classImage, Labels: elsewhere, Made: now}, false, false, false},
		{"of another host, old", thing{Class: classImage, Labels: elsewhere, Made: now.Add(-2 * strangerAge)}, true, true, false},
		{"a cached image", thing{Class: classImage, Labels: me.labels(kindFurnished, nil), Made: now}, false, true, false},
		{"a stranger's container of a cached image", thing{Class: classContainer, Labels: me.labels(kindBase, map[string]string{labelOwner: "1:1:another-boot"}), Made: now}, false, false, false},
		{"somebody else's", thing{Class: classImage, Labels: map[string]string{"x": "y"}, Made: now.Add(-2 * strangerAge)}, false, false, false},
		{"a label without an owner, new", thing{Class: classNetwork, Labels: map[string]string{labelKind: kindMachine}, Made: now}, false, false, false},
	} {
		if c.skip {
			continue
		}
		if got := e.sweepable(c.t, Leftovers, now); got != c.plain {
			t.Errorf("%s: sweepable %v, want %v", c.name, got, c.plain)
		}
		if got := e.sweepable(c.t, CachedToo, now); got != c.all {
			t.Errorf("%s, everything: sweepable %v, want %v", c.name, got, c.all)
		}
	}
}

func TestSweepOrder(t *testing.T) {
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	in := []thing{
		{Class: classImage, ID: "first", Made: at(1)}, {Class: classNetwork, ID: "net"},
		{Class: classImage, ID: "second", Made: at(2)}, {Class: classContainer, ID: "box"},
	}
	var ids []string
	for _, x := range sweepOrder(in) {
		ids = append(ids, x.ID)
	}
	if diff := cmp.Diff([]string{"box", "net", "second", "first"}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A process that has ended, and that its parent has not asked for, lives no more.
func TestOwnerThatNobodyWaitedFor(t *testing.T) {
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := child.Wait(); err != nil {
			t.Error(err)
		}
	}()
	o := owner{pid: child.Process.Pid, start: startTime(child.Process.Pid), boot: bootID()}
	if startTime(o.pid) == "" {
		t.Skip("this system tells nothing of processes that have ended")
	}
	if !within(time.Minute, func() bool { return !o.alive() }) {
		t.Error("it is still taken for alive")
	}
}

func TestOwner(t *testing.T) {
	me := self()
	back, ok := parseOwner(me.String())
	if !ok || back != me || !back.alive() {
		t.Errorf("%q reads as %+v, %v", me, back, ok)
	}
	for _, bad := range []string{"", "1", "x:1:2", "-4:1:2", "0:1:2"} {
		if o, ok := parseOwner(bad); ok {
			t.Errorf("%q reads as %+v", bad, o)
		}
	}
}
