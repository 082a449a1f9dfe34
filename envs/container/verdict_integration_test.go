package container

import (
	"context"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

const (
	pythonServes = `python3 -m http.server 8140`
	nodeServes   = `node -e 'require("http").createServer().listen(8141)'`
	readsToo     = `python3 -c 'import select, socket, sys
s = socket.create_server(("", 8142))
while True: select.select([s, sys.stdin], [], [])'`
	// talksToHelper waits for what a child of it works out, over a port.
	talksToHelper = `python3 -c 'import os, socket, time
s = socket.create_server(("127.0.0.1", 8143))
if os.fork() == 0:
    c, _ = s.accept()
    time.sleep(600)
c = socket.create_connection(("127.0.0.1", 8143))
c.recv(1)'`
	helperOfNobody = `python3 -c 'import os, socket, time
if os.fork() == 0:
    s = socket.create_server(("127.0.0.1", 0))
    s.accept()
os.wait()'`
)

// verdictCases are the kinds of programs that containers were measured with;
// the first of each kind stands for it where not all are asked for.
var verdictCases = []struct {
	name, text string
	want       verdict
}{
	{"read", "read x", waiting},
	{"read with a limit", "read -t 600 x", waiting},
	{"cat", "cat", waiting},
	{"cat in a pipe", "cat | sort", waiting},
	{"python input", `python3 -c 'input("? ")'`, waiting},
	{"python alone", "python3", waiting},
	{"python getpass", `python3 -c 'import getpass; getpass.getpass()'`, waiting},
	{"select", `python3 -c 'import select, sys; select.select([sys.stdin], [], [])'`, waiting},
	{"node alone", "node", waiting},
	{"node readline", `node -e 'require("readline").createInterface({input: process.stdin, output: process.stdout}).question("? ", () => {})'`, waiting},
	{"bash with line editing", "bash -c 'read -e x'", waiting},
	{"a script's question", "sh -c 'printf \"? \"; read x; echo $x'", waiting},
	{"zsh", `zsh -c 'read "x?name "'`, waiting},
	{"perl", "perl -e '<STDIN>'", waiting},
	{"su", "su root", waiting},
	{"sudo password", "sudo -u dev sudo -k id", waiting},
	{"a question under sudo", "sudo bash -c 'read x'", waiting},
	{"debconf", "sudo dpkg-reconfigure tzdata", waiting},
	{"less", "seq 1000 | less", waiting},
	{"git user name", "git credential fill <<<'url=https://example.org/x'", waiting},
	{"apt [Y/n]", "sudo apt-get remove zsh", waiting},
	{"passwd", "sudo passwd dev", waiting},
	{"a menu", "select x in a b; do break; done", waiting},
	{"rm -i", "touch /tmp/there; rm -i /tmp/there", waiting},
	{"script", "script -qc 'read x' /dev/null", waiting},

	{"a server", perlServer, serving},
	{"python serves", pythonServes, serving},
	{"node serves", nodeServes, serving},
	{"a server under bash", "bash -c '" + pythonServes + "; :'", serving},
	{"a server under sudo", "sudo " + pythonServes, serving},
	{"a server that also reads", readsToo, serving},

	{"a loop", "while :; do :; done", busy},
	{"yes", "yes >/dev/null", busy},
	{"dd", "dd if=/dev/zero of=/dev/null bs=1k", busy},
	{"python counts", "python3 -c 'while True: pass'", busy},
	{"work under sudo", "sudo sh -c 'while :; do :; done'", busy},

	{"sleep", "sleep 600", sleeping},
	{"sleep under sudo", "sudo sleep 600", sleeping},
	{"sleep in a script", "sh -c 'sleep 600; :'", sleeping},
	{"sleep in a pipe", "sleep 600 | cat", sleeping},
	{"tail -f", "tail -f /dev/null", sleeping},
	{"wait", "sleep 600 & wait", sleeping},
	{"flock", "flock /tmp/lock true", sleeping},
	{"a socket", `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:8199") or die; <$s>'`, sleeping},
	{"a fifo", "rm -f /tmp/fifo; mkfifo /tmp/fifo; cat /tmp/fifo", sleeping},
	{"a program that has started a helper", talksToHelper, sleeping},
	{"a helper that nobody has called yet", helperOfNobody, sleeping},
	{"python sleeps", "python3 -c 'import time; time.sleep(600)'", sleeping},
}

// What a step does is told from outside, and told right for all kinds.
func TestIntegrationVerdictsConform(t *testing.T) {
	m := freshWith(t, stage(t, peopled()), Checkout{Start: verifier.StartHome})
	typeText(t, m, "cd /tmp; sudo useradd -m -s /bin/bash dev; echo dev:opensesame | sudo chpasswd; echo 'dev ALL=(ALL:ALL) ALL' | sudo tee /etc/sudoers.d/dev")
	typeText(t, m, `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort=>8199, Listen=>5) or die; sleep 3600' & flock /tmp/lock sleep 3600 &`)
	done := map[verdict]bool{}
	for _, c := range verdictCases {
		if done[c.want] && !conformAll() {
			continue
		}
		done[c.want] = true
		t.Run(c.name, func(t *testing.T) { verdictOf(t, m, c.text, c.want) })
	}
}

// verdictOf types a step and looks at it, as a step under way is looked at,
// until the same was seen twice.
func verdictOf(t *testing.T, m *Machine, text string, want verdict) {
	t.Helper()
	term, err := m.ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m.step++
	y := &typing{m: m, t: term, number: m.step, asked: map[int]int{}, sink: newSink(nil, 1<<20), started: time.Now()}
	drain(term.marks)
	if err := term.begin(y.sink, y.number, text+"\n"); err != nil {
		t.Fatal(err)
	}
	seen := lookTwice(t, m, term, want)
	if seen[len(seen)-1] != want {
		t.Errorf("%q: seen %v, want %s; it shows %q", text, seen, want, y.t.unfinished(y.sink))
	}
	if len(term.marks) > 0 {
		t.Errorf("%q ended by itself: %s", text, y.t.unfinished(y.sink))
	}
	for i := 1; i < len(seen) && want != waiting; i++ {
		if seen[i] == waiting && seen[i-1] == waiting {
			t.Errorf("%q: would have been asked: %v", text, seen)
		}
	}
	if err := y.end(context.WithoutCancel(t.Context()), verifier.TimedOut); err != nil {
		t.Fatal(err)
	}
}

// lookTwice looks until a verdict was the one that is wanted twice in a row.
func lookTwice(t *testing.T, m *Machine, term *terminal, want verdict) (seen []verdict) {
	t.Helper()
	var before sight
	clock := time.NewTicker(secondLook)
	defer clock.Stop()
	for range 40 {
		<-clock.C
		now, err := m.look(t.Context(), term)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, judge(before, now))
		before = now
		if n := len(seen); n > 2 && seen[n-1] == want && seen[n-2] == want {
			return seen
		}
	}
	return seen
}
