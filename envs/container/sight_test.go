package container

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// scene is a machine's processes as look.bash would tell of them.
type scene map[string]string

func (s scene) ask(command string) (string, error) {
	text, ok := s[command]
	if !ok {
		return "", fmt.Errorf("nobody expected %q", command)
	}
	return text, nil
}

// stat writes a /proc/PID/stat line.
func stat(pid int, name string, state byte, parent, group, session, tty, foreground, ticks int) string {
	return fmt.Sprintf("%d (%s) %c %d %d %d %d %d 4194304 1 2 3 4 %d 0 0 0 20 0 1 0 99\n", pid, name, state, parent, group, session, tty, foreground, ticks)
}

const (
	bashArgs  = "P 10\nA bash\nA --noediting\nA --rcfile\nA " + hookPath + "\nA -i\nX /usr/bin/bash\n"
	ttyFiles  = "F total 0\nF lrwx------ 1 u u 64 Oct  1 10:00 0 -> /dev/pts/0\nF lrwx------ 1 u u 64 Oct  1 10:00 1 -> /dev/pts/0\n"
	noSockets = "  sl  local_address rem_address   st\n"
)

func TestLook(t *testing.T) {
	shell := func(foreground int) string { return stat(10, "bash", 'S', 0, 10, 10, 34816, foreground, 5) }
	zero := strings.Repeat(" 0x0", 3)
	for _, c := range []struct {
		name    string
		scene   scene
		arch    string
		readers []reader
		ports   []int
		inner   []int
		pids    []int
		gone    bool
	}{
		{name: "the shell is gone", scene: scene{"all": stat(1, "init", 'S', 0, 1, 1, 0, -1, 0)}, gone: true},
		{
			name: "cat reads", pids: []int{20},
			scene: scene{
				"all":     shell(20) + stat(20, "cat", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20": "P 20\nA cat\nX /usr/bin/cat\nT 0 0x0 0x7f00 0x20000" + zero + " 0x7ff 0x7fe\n" + ttyFiles,
			},
			readers: []reader{{pid: 20, args: []string{"cat"}, program: "/usr/bin/cat", size: 0x20000}},
		},
		{
			name: "another processor has other numbers", pids: []int{20}, arch: "arm64",
			scene: scene{
				"all":     shell(20) + stat(20, "cat", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20": "P 20\nA cat\nT 63 0x0 0x7f00 0x20000" + zero + " 0x7ff 0x7fe\n" + ttyFiles,
			},
			readers: []reader{{pid: 20, args: []string{"cat"}, size: 0x20000}},
		},
		{
			name: "reading a pipe is no question", pids: []int{20},
			scene: scene{
				"all":     shell(20) + stat(20, "cat", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20": "P 20\nA cat\nT 0 0x0 0x7f00 0x20000" + zero + " 0x7ff 0x7fe\nF lr-x 1 u u 64 Oct 1 10:00 0 -> pipe:[77]\n",
			},
		},
		{
			name: "a background job is not looked at", pids: []int{10},
			scene: scene{
				"all":     shell(10) + stat(20, "cat", 'T', 10, 20, 10, 34816, 10, 0),
				"each 10": bashArgs + "T 0 0x0 0x5500 0x400" + zero + " 0x7ff 0x7fe\n" + ttyFiles,
			},
			readers: []reader{{pid: 10, args: []string{"bash", "--noediting", "--rcfile", hookPath, "-i"}, program: "/usr/bin/bash", size: 1024}},
		},
		{
			name: "poll", pids: []int{20},
			scene: scene{
				"all":                shell(20) + stat(20, "python3", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20":            "P 20\nA python3\nT 7 0x7000 0x2 0xffffffff" + zero + " 0x7ff 0x7fe\n" + ttyFiles,
				"bytes 20 0x7000 16": "0900000001000000" + "0000000001000000" + "\n",
			},
			readers: []reader{{pid: 20, args: []string{"python3"}, polled: true}},
		},
		{
			name: "select", pids: []int{20},
			scene: scene{
				"all":               shell(20) + stat(20, "bash", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20":           "P 20\nA bash\nT 270 0x1 0x7000 0x0" + zero + " 0x7ff 0x7fe\n" + ttyFiles,
				"bytes 20 0x7000 8": "0100000000000000\n",
			},
			readers: []reader{{pid: 20, args: []string{"bash"}, polled: true}},
		},
		{
			name: "epoll in one of several threads", pids: []int{20},
			scene: scene{
				"all":         shell(20) + stat(20, "node", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20":     "P 20\nA node\nT running\nT 202 0x1 0x2 0x3" + zero + " 0x7ff 0x7fe\nT 232 0xd 0x7000 0x400" + zero + " 0x7ff 0x7fe\n" + ttyFiles,
				"polls 20 13": "pos:\t0\ntfd:        0 events:       19 data: 0 pos:0 ino:5 sdev:6\n",
			},
			readers: []reader{{pid: 20, args: []string{"node"}, polled: true}},
		},
		{
			name: "sudo passes its terminal on to a child that works", pids: []int{20, 21},
			scene: scene{
				"all":               shell(20) + stat(20, "sudo", 'S', 10, 20, 10, 34816, 20, 0) + stat(21, "make", 'S', 20, 21, 21, 34817, 21, 0),
				"each 20 21":        "P 20\nA sudo\nT 7 0x7000 0x1 0x0" + zero + " 0x7ff 0x7fe\n" + ttyFiles + "P 21\nA make\nT 61 0x1 0x2 0x3" + zero + " 0x7ff 0x7fe\n",
				"bytes 20 0x7000 8": "0000000001000000\n",
			},
		},
		{
			name: "a server", pids: []int{20},
			scene: scene{
				"all":        shell(20) + stat(20, "python3", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20":    "P 20\nA python3\nT 271 0x0 0x0 0x0" + zero + " 0x7ff 0x7fe\nF lrwx 1 u u 64 Oct 1 10:00 3 -> socket:[4242]\nF lrwx 1 u u 64 Oct 1 10:00 4 -> socket:[4243]\n",
				"sockets 20": noSockets + "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 x\n" + "   1: 0100007F:1F91 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 x\n" + "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 99 1 x\n",
			},
			ports: []int{8080},
		},
		{
			name: "a notebook and its kernel, which listens where nobody was told", pids: []int{20, 21},
			scene: scene{
				"all": shell(20) + stat(20, "jupyter-nbconve", 'S', 10, 20, 10, 34816, 20, 0) + stat(21, "python3", 'S', 20, 21, 21, 0, -1, 0),
				"each 20 21": "P 20\nA jupyter\nT 271 0x0 0x0 0x0" + zero + " 0x7ff 0x7fe\nF lrwx 1 u u 64 Oct 1 10:00 9 -> socket:[50]\n" +
					"P 21\nA python3\nT 271 0x0 0x0 0x0" + zero + " 0x7ff 0x7fe\nF lrwx 1 u u 64 Oct 1 10:00 3 -> socket:[4242]\n",
				"sockets 21": noSockets + "   0: 0100007F:9EFB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 x\n",
			},
			inner: []int{40699},
		},
		{
			name: "a program that talks to what it has started", pids: []int{20, 21},
			scene: scene{
				"all": shell(20) + stat(20, "worker", 'S', 10, 20, 10, 34816, 20, 0) + stat(21, "store", 'S', 20, 20, 10, 34816, 20, 0),
				"each 20 21": "P 20\nA worker\nT 271 0x0 0x0 0x0" + zero + " 0x7ff 0x7fe\nF lrwx 1 u u 64 Oct 1 10:00 9 -> socket:[50]\n" +
					"P 21\nA store\nT 271 0x0 0x0 0x0" + zero + " 0x7ff 0x7fe\nF lrwx 1 u u 64 Oct 1 10:00 3 -> socket:[51]\nF lrwx 1 u u 64 Oct 1 10:00 4 -> socket:[52]\n",
				"sockets 21": noSockets + "   0: 00000000:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51 1 x\n" +
					"   1: 0100007F:D431 0100007F:18EB 01 00000000:00000000 00:00000000 00000000  1000        0 50 1 x\n" +
					"   2: 0100007F:18EB 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 52 1 x\n",
			},
			inner: []int{6379},
		},
		{
			name: "a server that somebody else visits, and that visits another one", pids: []int{20},
			scene: scene{
				"all":     shell(20) + stat(20, "python3", 'S', 10, 20, 10, 34816, 20, 0),
				"each 20": "P 20\nA python3\nT 271 0x0 0x0 0x0" + zero + " 0x7ff 0x7fe\nF lrwx 1 u u 64 Oct 1 10:00 3 -> socket:[51]\nF lrwx 1 u u 64 Oct 1 10:00 4 -> socket:[52]\nF lrwx 1 u u 64 Oct 1 10:00 5 -> socket:[53]\n",
				"sockets 20": noSockets + "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51 1 x\n" +
					"   1: 0100007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 99 1 x\n" +
					"   2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 52 1 x\n" +
					"   3: 0200A8C0:D433 0700A8C0:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 53 1 x\n",
			},
			ports: []int{8080},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			arch := c.arch
			if arch == "" {
				arch = "amd64"
			}
			s, err := look(c.scene.ask, 10, 10, arch)
			if err != nil {
				t.Fatal(err)
			}
			if s.shellGone != c.gone {
				t.Errorf("shell gone: %v", s.shellGone)
			}
			if diff := cmp.Diff(c.readers, s.readers, cmp.AllowUnexported(reader{})); diff != "" {
				t.Errorf("readers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.ports, s.ports); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.inner, s.inner); diff != "" {
				t.Errorf("inner ports (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.pids, s.pids); diff != "" {
				t.Errorf("job (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := look(func(string) (string, error) { return "", errGone }, 1, 1, "amd64"); !errors.Is(err, errGone) {
		t.Errorf("a lookout that is gone: %v", err)
	}
}

func TestJudge(t *testing.T) {
	ask := []reader{{pid: 2}}
	polls := []reader{{pid: 2, polled: true}}
	for _, c := range []struct {
		name        string
		before, now sight
		want        verdict
	}{
		{"asleep", sight{ticks: 5}, sight{ticks: 5}, sleeping},
		{"at work", sight{ticks: 5}, sight{ticks: 30}, busy},
		{"on the processor", sight{ticks: 5}, sight{ticks: 5, running: true}, busy},
		{"a new program", sight{ticks: 50}, sight{ticks: 1}, busy},
		{"reads", sight{}, sight{readers: ask}, waiting},
		{"reads while another works", sight{}, sight{readers: ask, ticks: 90}, waiting},
		{"polls", sight{}, sight{readers: polls}, waiting},
		{"polls and works", sight{}, sight{readers: polls, running: true}, busy},
		{"serves and polls the keyboard", sight{}, sight{readers: polls, ports: []int{80}}, serving},
		{"listens but still works", sight{}, sight{ports: []int{80}, ticks: 90}, busy},
		{"has helpers that wait", sight{}, sight{inner: []int{40699}}, sleeping},
		{"has helpers, and works", sight{}, sight{inner: []int{40699}, settled: true, running: true}, busy},
		{"has helpers, and asks", sight{}, sight{inner: []int{40699}, settled: true, readers: ask}, waiting},
		{"has what looked like helpers, and does nothing else", sight{}, sight{inner: []int{40699}, settled: true}, serving},
		{"serves, with helpers", sight{}, sight{ports: []int{80}, inner: []int{40699}}, serving},
		{"no shell", sight{}, sight{shellGone: true}, unknown},
	} {
		if got := judge(c.before, c.now); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A port that the reader was told of is served, whatever else speaks against it.
func TestPortsThatWereTold(t *testing.T) {
	for _, c := range []struct {
		name, typed, printed string
		want                 []int
	}{
		{name: "nobody was told", typed: "jupyter nbconvert --execute x.ipynb", printed: "[NbConvertApp] Executing, 140699 bytes"},
		{name: "in the command", typed: "./serve --port=40699", want: []int{40699}},
		{name: "in what it prints", typed: "./serve", printed: "Listening on http://127.0.0.1:40699/\r\n", want: []int{40699}},
		{name: "a step that is expected to serve", typed: "./serve"},
	} {
		y := &typing{entry: verifier.Entry{Text: c.typed}, sink: newSink(nil, 1<<20)}
		y.sink.write([]byte(c.printed))
		got := y.told(sight{inner: []int{40699}})
		if diff := cmp.Diff(c.want, got.ports); diff != "" || len(got.ports)+len(got.inner) != 1 {
			t.Errorf("%s: %v and %v", c.name, got.ports, got.inner)
		}
	}
}

// Who listens for nobody that was told is waited for, the longer the less is
// known of the step.
func TestPatienceWithHelpers(t *testing.T) {
	for _, c := range []struct {
		name   string
		serves bool
		quiet  time.Duration
		want   bool
	}{
		{"at once", false, 0, false},
		{"a minute", false, time.Minute, false},
		{"for long", false, innerQuiet + time.Second, true},
		{"expected to serve, at once", true, 0, false},
		{"expected to serve, for a while", true, innerServes + time.Second, true},
	} {
		y := &typing{entry: verifier.Entry{Serves: c.serves}, sink: newSink(nil, 1<<20)}
		y.sink.last = time.Now().Add(-c.quiet)
		if got := y.told(sight{inner: []int{40699}}).settled; got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		y.life = time.Now()
		if y.told(sight{inner: []int{40699}}).settled {
			t.Errorf("%s, but worked since: settled", c.name)
		}
	}
}

func TestAtPrompt(t *testing.T) {
	own := []string{"bash", "--noediting", "--rcfile", hookPath, "-i"}
	for _, c := range []struct {
		name string
		r    reader
		raw  bool
		want shellKind
	}{
		{"our shell's read builtin", reader{pid: 10, args: own, program: "/usr/bin/bash", size: 4096}, false, noShell},
		{"our shell's read with a time limit", reader{pid: 10, args: own, program: "/usr/bin/bash", polled: true}, false, noShell},
		{"our shell without its hook", reader{pid: 10, args: own, program: "/usr/bin/bash", size: promptRead}, false, bashShell},
		{"exec bash", reader{pid: 10, args: []string{"bash"}, program: "/usr/bin/bash", polled: true}, false, bashShell},
		{"exec zsh", reader{pid: 10, args: []string{"-zsh"}, program: "/usr/bin/zsh", size: 1}, false, otherShell},
		{"su -", reader{pid: 20, args: []string{"-bash"}, program: "/bin/bash", polled: true}, false, bashShell},
		{"sh that is dash", reader{pid: 20, args: []string{"sh"}, program: "/usr/bin/dash", size: 8192}, false, otherShell},
		{"sh that is busybox", reader{pid: 20, args: []string{"/bin/sh", "-l"}, program: "/bin/busybox", polled: true}, false, otherShell},
		{"vi that is busybox", reader{pid: 20, args: []string{"vi"}, program: "/bin/busybox"}, false, noShell},
		{"a script", reader{pid: 20, args: []string{"bash", "./install.sh"}, program: "/usr/bin/bash", size: 4096}, false, noShell},
		{"-c", reader{pid: 20, args: []string{"bash", "-ec", "read x"}, program: "/usr/bin/bash", size: 4096}, false, noShell},
		{"options with values", reader{pid: 20, args: []string{"bash", "--rcfile", "/tmp/x", "-o", "vi", "-i"}, program: "/usr/bin/bash"}, false, bashShell},
		{"python", reader{pid: 20, args: []string{"python3"}, program: "/usr/bin/python3.11"}, false, noShell},
		{"a nested shell with our hook, reading", reader{pid: 30, args: []string{"bash"}, program: "/usr/bin/bash", size: 4096}, false, noShell},
		{"a nested shell without a hook, mid-step", reader{pid: 30, args: []string{"dash"}, program: "/usr/bin/dash", size: 8192}, true, noShell},
		{"no arguments to be seen", reader{pid: 20, program: "/usr/bin/bash"}, false, noShell},
	} {
		known := 10
		if c.r.pid == 30 {
			known = 30
		}
		if got := c.r.atPrompt(known, 10, c.raw); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestReadersThatAreNotAsked(t *testing.T) {
	for _, c := range []struct {
		args          []string
		pager, editor bool
	}{
		{[]string{"less"}, true, false},
		{[]string{"/usr/bin/pager", "-F"}, true, false},
		{[]string{"vim.basic", "x"}, false, true},
		{[]string{"/usr/bin/nano"}, false, true},
		{[]string{"apt-get", "install"}, false, false},
	} {
		r := reader{args: c.args}
		if r.pager() != c.pager || r.editor() != c.editor {
			t.Errorf("%v: pager %v, editor %v", c.args, r.pager(), r.editor())
		}
	}
}

func TestQuietMachine(t *testing.T) {
	ours := "77\n" + stat(1, "docker-init", 'S', 0, 1, 1, 0, -1, 0) + stat(7, "sh", 'S', 1, 1, 1, 0, -1, 0) +
		stat(10, "bash", 'S', 0, 10, 10, 34816, 10, 0) + stat(60, "bash", 'S', 0, 60, 60, 0, -1, 0) +
		stat(77, "bash", 'S', 0, 77, 77, 0, -1, 0) + stat(78, "cat", 'R', 77, 77, 77, 0, -1, 0)
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"only ours", ours, true},
		{"an agent of gpg", ours + stat(90, "gpg-agent", 'S', 1, 90, 90, 0, -1, 0), true},
		{"a background job", ours + stat(90, "sleep", 'S', 10, 90, 10, 34816, 10, 0), false},
		{"a service", ours + stat(90, "postgres", 'S', 1, 90, 90, 0, -1, 0), false},
		{"no answer", "", false},
	} {
		if got := quiet(c.text, 10); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add(stat(1, "a) b (c", 'S', 0, 1, 1, 0, -1, 0))
	f.Add("1 (x")
	f.Fuzz(func(t *testing.T, line string) {
		p, ok := parseStat(line)
		if ok && !strings.Contains(line, "("+p.name+")") {
			t.Errorf("%q has the name %q", line, p.name)
		}
	})
}
