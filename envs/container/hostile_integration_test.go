package container

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
)

// hostileCase is one step that nobody wants to run. It may end in any way but
// by hanging; refused says what must have failed inside.
type hostileCase struct {
	name    string
	text    string
	ended   verifier.Ending // empty: in any way, the machine's end included
	refused string          // must stand in the output, which must not hold "done it"
	detail  string          // of Killed
	often   bool            // in make test too
	needs   string          // a limit that must be held for it, as [Machine.Unheld] names it
}

// A step that gets where it should not says "done it".
var hostileCases = []hostileCase{
	{name: "fork bomb", text: ":(){ :|:& };:\nsleep 4", often: true, needs: "processes"},
	{name: "fork bomb that outlives its terminal", text: "printf 'b() { b & b & }; trap \"\" HUP INT TERM; b; wait\\n' >/tmp/b; setsid bash /tmp/b >/dev/null 2>&1 & sleep 3", needs: "processes"},
	{name: "everything is deleted", text: "sudo rm -rf --no-preserve-root / 2>/dev/null; echo gone"},
	{name: "a file without end", text: "cat /dev/zero >big", ended: verifier.Killed, detail: "its limit is"},
	{name: "files without end", text: "mkdir d; i=0; while :; do i=$((i + 1)); head -c 1000000 /dev/zero >d/$i; done", ended: verifier.Killed, detail: "its limit is"},
	{name: "output without end", text: "yes", ended: verifier.Flooded, often: true},
	{name: "output without end or line", text: "tr '\\0' x </dev/zero", ended: verifier.Flooded},
	{name: "all processes of the user are killed", text: "kill -9 -1"},
	{name: "all processes of the machine are killed", text: "sudo bash -c 'kill -9 -1'; sleep 2"},
	{name: "memory without end", text: "x=$(tr '\\0' x </dev/zero)", needs: "memory"},
	{name: "memory without end in a child", text: "tail -n 1 /dev/zero", ended: verifier.Killed, detail: "for memory", needs: "memory"},
	{name: "memory in files", text: "head -c 1G /dev/zero >/dev/shm/x && echo done it", refused: "No space left on device"},
	{name: "a processor without end", text: "while :; do :; done", ended: verifier.TimedOut},
	{name: "signals are ignored", text: "bash -c 'trap \"\" INT TERM HUP QUIT TSTP; while :; do sleep 1; done'", ended: verifier.TimedOut},
	{name: "the terminal is taken away", text: "stty raw -echo -isig; sleep 1000", ended: verifier.TimedOut},
	{name: "too many open files", text: "for i in $(seq 100 1200); do eval \"exec $i</dev/null\" || break; done; ulimit -n 100000 && echo done it", refused: "Operation not permitted"},
	{name: "a forged end", text: "printf '\\033]7717;0123456789abcdef;E;1;0;0;1;1;x;/\\007'; false"},

	{name: "the engine's socket", text: "sudo find / -xdev \\( -name 'docker*.sock' -o -name 'podman*.sock' -o -name 'containerd*.sock' \\) 2>/dev/null | grep . && echo done it; echo none", refused: "none"},
	{name: "folders of the host", text: "grep -v -E ' (overlay|proc|tmpfs|devpts|sysfs|cgroup2?|mqueue) | /etc/(hosts|hostname|resolv.conf) | /sbin/docker-init | /dev/init | /run/.containerenv | /run/podman-init | /usr/sbin/docker-init |^devtmpfs /(dev/(null|zero|full|tty|u?random)|proc/[a-z_]+) ' /proc/mounts && echo done it; echo none", refused: "none"},
	{name: "the kernel's settings", text: "sudo sh -c 'echo 1 >/proc/sys/kernel/panic && echo done it'", refused: "Read-only file system"},
	{name: "the kernel's crash handler", text: "sudo sh -c 'echo \"|/tmp/x\" >/proc/sys/kernel/core_pattern && echo done it'", refused: "Read-only file system"},
	{name: "the kernel's keys", text: "sudo sh -c 'echo h >/proc/sysrq-trigger' && echo done it || echo refused", refused: "refused"},
	{name: "a mount", text: "sudo mount -t tmpfs none /mnt && echo done it", refused: "denied"},
	{name: "a remount", text: "sudo mount -o remount,rw /proc/sys && echo done it", refused: "denied"},
	{name: "a control group", text: "sudo sh -c 'echo -1 >/sys/fs/cgroup/memory/memory.limit_in_bytes' && echo done it; [ ! -e /sys/fs/cgroup/memory.max ] || sudo sh -c 'echo max >/sys/fs/cgroup/memory.max' && [ -e /sys/fs/cgroup/memory.max ] && echo done it; sudo mkdir /sys/fs/cgroup/pids/x && echo done it; echo refused", refused: "refused"},
	{name: "another namespace", text: "sudo unshare -m true && echo done it", refused: "Operation not permitted"},
	{name: "a namespace of users", text: "unshare -Ur true && echo done it", refused: "Operation not permitted", needs: "namespaces"},
	{name: "a device", text: "sudo mknod /tmp/disk b 8 0 && echo done it", refused: "Operation not permitted"},
	{name: "a kernel module", text: "sudo sh -c 'cat /proc/kcore | head -c 1 | grep -q . && echo done it'; sudo ls /dev/mem && echo done it", refused: "No such file or directory"},
	{name: "raw packets", text: "perl -MSocket -e 'socket(S, PF_INET, SOCK_RAW, 1) ? print \"done it\\n\" : print \"$!\\n\"'", refused: "Operation not permitted"},
	{name: "raw packets by root", text: "sudo perl -MSocket -e 'socket(S, PF_INET, SOCK_RAW, 1) ? print \"done it\\n\" : print \"$!\\n\"'", refused: "Operation not permitted"},

	{name: "metadata of a cloud", text: "timeout 5 bash -c '</dev/tcp/169.254.169.254/80' && echo done it", refused: "Network is unreachable", often: true},
	{name: "metadata at other addresses", text: "for a in 100.100.100.200 168.63.129.16 192.0.0.192; do timeout 5 bash -c \"</dev/tcp/$a/80\" && echo done it; done", refused: "Network is unreachable"},
	{name: "private networks", text: "for a in 10.0.0.1 172.16.0.1 172.31.255.254 192.168.0.1; do timeout 5 bash -c \"</dev/tcp/$a/80\" && echo done it; done", refused: "Network is unreachable"},
	{name: "neighbours on the engine's network", text: "timeout 5 bash -c \"</dev/tcp/$(hostname -I | sed 's/ .*//; s/[0-9]*$/254/')/80\" && echo done it", refused: "Network is unreachable"},
	{name: "the gate's mark", text: `sudo perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, 36, pack("i", 0x6669)) ? print "done it\n" : print "$!\n"'`, refused: "Operation not permitted"},
	{name: "the routes", text: `sudo perl -e 'use Socket; socket(S, 16, SOCK_RAW, 0) or die; bind(S, pack("SSLL", 16, 0, 0, 0));
my $m = pack("LSSLL CCCCCCCC L", 28, 33, 5, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0); send(S, $m, 0); recv(S, my $r, 4096, 0);
my $e = unpack("l", substr($r, 16, 4)); print $e == -1 ? "Operation not permitted\n" : "done it $e\n"'`, refused: "Operation not permitted"},
	{name: "a server to the outside", text: "perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(8123, INADDR_ANY)); listen(S, 1); sleep 1' & sleep 0.5; hostname -i"},
}

// limited is an environment whose limits are soon reached.
func limited() envs.Environment {
	env := debian()
	env.Limits = envs.Limits{Memory: 256 << 20, CPUs: 1, PIDs: 128, Disk: 300 << 20}
	return env
}

func TestIntegrationHostile(t *testing.T) {
	bystander := fresh(t)
	e, err := Connect(t.Context(), Options{MaxOutput: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := e.Prepare(t.Context(), limited(), nil)
	if err != nil {
		t.Fatal(err)
	}
	unheld, err := freshWith(t, s, Checkout{Start: verifier.StartHome}).Unheld(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range hostileCases {
		t.Run(c.name, func(t *testing.T) {
			if !c.often {
				conformanceOnly(t)
			}
			m, err := s.Fresh(t.Context(), Checkout{Start: verifier.StartHome})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(unheld, c.needs) {
				c.survive(t, m)
			}
			if err := m.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			if x := typeText(t, bystander, "echo still here"); x.out != "still here\r\n" {
				t.Errorf("the machine beside it: %+v", x)
			}
			if slices.Contains(unheld, c.needs) {
				lacks(t, "this engine holds no machine to its limit of "+c.needs)
			}
		})
	}
}

// survive types the step and one after it.
func (c hostileCase) survive(t *testing.T, m *Machine) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var out bytes.Buffer
	limit := 60 * time.Second
	if c.ended == verifier.TimedOut {
		limit = 3 * time.Second
	}
	x, err := m.Type(ctx, verifier.Entry{Text: c.text, Timeout: limit}, &out, nil)
	t.Logf("exit %d, ended %s %s, %.1f s, %d bytes, %v", x.Exit, x.Ended, x.Detail, x.Seconds, out.Len(), err)
	switch {
	case ctx.Err() != nil:
		t.Fatal("it hung")
	case err != nil && !errors.Is(err, verifier.ErrLost):
		t.Errorf("error: %v", err)
	case err != nil && (c.ended != "" || c.refused != ""):
		t.Errorf("the machine was lost: %v", err)
	case c.ended != "" && x.Ended != c.ended || !strings.Contains(x.Detail, c.detail):
		t.Errorf("ended %s (%s), want %s (%s)", x.Ended, x.Detail, c.ended, c.detail)
	case c.refused != "" && (!strings.Contains(out.String(), c.refused) || strings.Contains(out.String(), "done it")):
		t.Errorf("output %q", out.String())
	}
	if c.name == "a forged end" && (x.Exit != 1 || x.Ended != verifier.Exited) {
		t.Errorf("a forged mark was believed: %+v", x)
	}
	if err != nil {
		return
	}
	// What comes after may fail, but it must end.
	if _, err := m.Type(ctx, verifier.Entry{Text: "echo after", Timeout: 20 * time.Second}, nil, nil); err != nil && (ctx.Err() != nil || !errors.Is(err, verifier.ErrLost)) {
		t.Errorf("the step after it: %v", err)
	}
}

// TestSurvivedTableIsWhole holds the documentation against the tests: each row
// names one that is there, and each hostile case has its row.
func TestSurvivedTableIsWhole(t *testing.T) {
	raw, err := os.ReadFile("SURVIVED.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !strings.Contains(line, "`") {
			continue
		}
		where := strings.Trim(strings.TrimSpace(cells[2]), "`")
		folder, name, ok := strings.Cut(where, " ")
		if !ok {
			t.Errorf("%q names no folder and test", where)
			continue
		}
		named[where] = true
		function, sub, _ := strings.Cut(name, "/")
		if !testExists(t, "../../"+folder, function) {
			t.Errorf("%s: there is no such test", where)
		}
		if function == "TestIntegrationHostile" && !known(sub) || sub != "" && !caseExists(t, "../../"+folder, sub) {
			t.Errorf("%s: there is no such case", where)
		}
	}
	for line := range strings.Lines(faultCases(t)) {
		if _, name, ok := strings.Cut(line, "\t{\""); ok {
			name, _, _ = strings.Cut(name, "\"")
			if where := "cmd/freshinstall TestIntegrationFaults/" + strings.ReplaceAll(name, " ", "_"); !named[where] {
				t.Errorf("SURVIVED.md lacks a row for %s", where)
			}
		}
	}
	for _, c := range hostileCases {
		if where := "envs/container TestIntegrationHostile/" + strings.ReplaceAll(c.name, " ", "_"); !named[where] {
			t.Errorf("SURVIVED.md lacks a row for %s", where)
		}
	}
	if len(named) < 40 {
		t.Errorf("only %d rows were read", len(named))
	}
}

// faultCases is the table of faults of the world, which another package has.
func faultCases(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../cmd/freshinstall/faults_integration_linux_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(raw), "\nvar faults = []fault{\n")
	text, _, ok := strings.Cut(text, "\n}\n")
	if !ok || !strings.Contains(text, "kill -9") {
		t.Fatalf("the table of faults was not found:\n%s", text)
	}
	return text
}

func known(sub string) bool {
	for _, c := range hostileCases {
		if strings.ReplaceAll(c.name, " ", "_") == sub {
			return true
		}
	}
	return false
}

func testExists(t *testing.T, folder, function string) bool {
	t.Helper()
	return testsHold(t, folder, fmt.Sprintf("\nfunc %s(t *testing.T) {", function))
}

// caseExists looks for the name of a case, as a test's name has it.
func caseExists(t *testing.T, folder, sub string) bool {
	t.Helper()
	return testsHold(t, folder, `"`+strings.ReplaceAll(sub, "_", " ")+`"`)
}

func testsHold(t *testing.T, folder, text string) bool {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		raw, err := os.ReadFile(folder + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), text) {
			return true
		}
	}
	return false
}
