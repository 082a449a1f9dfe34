package container

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestIntegrationClosedShellIsOpenedAgainWithItsState(t *testing.T) {
	m := fresh(t)
	typeText(t, m, "cd /tmp; kept=yes")
	cases := []struct {
		name, text string
		exit       int
	}{
		{"exit", "exit 3", 3},
		{"failing command under set -e", "set -e\nfalse\necho not reached", 1},
		{"killed shell", "kill -9 $$", 137},
	}
	for _, c := range cases {
		x := typeText(t, m, c.text)
		if x.Ended != verifier.ShellClosed || x.Exit != c.exit || x.Cwd != "/tmp" {
			t.Errorf("%s: ended %s, exit %d, in %s", c.name, x.Ended, x.Exit, x.Cwd)
		}
		x = typeText(t, m, "pwd; echo $kept; false; echo $-")
		if !strings.HasPrefix(x.out, "/tmp\r\nyes\r\nhi") || strings.Contains(x.out, "himBHe") {
			t.Errorf("after %s: %q", c.name, x.out)
		}
	}
}

func TestIntegrationSyntaxErrorNamesNoFileOfOurs(t *testing.T) {
	m := fresh(t)
	x := typeText(t, m, "echo one\nif then")
	if x.Exit != 2 || !strings.Contains(x.out, "bash: syntax error near unexpected token `then'") || strings.Contains(x.out, controlDir) {
		t.Errorf("exit %d, output %q", x.Exit, x.out)
	}
	for _, broken := range []string{"if true; then echo yes", "for x in a b; do", "case a in", "echo $(", "echo 'open", "foo() {", "cat <<X", "{", "if true; then\nfi"} {
		typeText(t, m, broken)
		for text, want := range map[string]string{"for i in 1 2; do echo $i; done": "1\r\n2\r\n", "{ echo grouped; }": "grouped\r\n", "if true; then echo y; fi": "y\r\n"} {
			if x := typeText(t, m, text); x.Exit != 0 || x.out != want {
				t.Errorf("after %q: exit %d, %q", broken, x.Exit, x.out)
			}
			typeText(t, m, broken)
		}
	}
	x = typeText(t, m, "set -x")
	x = typeText(t, m, "echo two")
	if x.out != "++ echo two\r\ntwo\r\n" { // the second plus is bash's for text that comes from a file
		t.Errorf("under set -x: %q", x.out)
	}
}

// replies answers in turn and notes the questions.
type replies struct {
	give []string
	seen []string
}

func (r *replies) answer(prompt string) (string, bool) {
	r.seen = append(r.seen, prompt)
	if len(r.give) == 0 {
		return "", false
	}
	reply := r.give[0]
	r.give = r.give[1:]
	return reply, true
}

func TestIntegrationPrompts(t *testing.T) {
	m := fresh(t)
	cases := []struct {
		name, text string
		give       []string
		seen       []string
		ended      verifier.Ending
		exit       int
		want       string
	}{
		{"answered", `read -p "Your name: " who; echo "hello $who"`, []string{"Ada"}, []string{"Your name:"}, verifier.Exited, 0, "hello Ada\r\n"},
		{"not answered", `read -p "Password? " -s word; echo never`, nil, []string{"Password?"}, verifier.Asking, 130, ""},
		{"two questions, one in a script", "printf 'read -p \"First? \" a\\nread -p \"Second? \" b\\necho $b$a\\n' >/tmp/ask; bash /tmp/ask", []string{"1", "2"}, []string{"First?", "Second?"}, verifier.Exited, 0, "21\r\n"},
		{"a program that reads without a word", "cat", nil, []string{""}, verifier.Asking, 130, ""},
		{"question on a line of its own", "echo 'Go on? [Y/n]'; read x; echo =$x=", []string{""}, []string{"Go on? [Y/n]"}, verifier.Exited, 0, "==\r\n"},
		{"sudo's child asks", `sudo bash -c 'read -p "Sure? " x; echo $x'`, []string{"y"}, []string{"Sure?"}, verifier.Exited, 0, "y\r\n"},
		{"git wants a user name", "git clone -q http://127.0.0.1:1/x.git; git credential fill <<<'url=https://example.org/x'", nil, []string{"Username for 'https://example.org':"}, verifier.Asking, 130, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := &replies{give: c.give}
			x := typeEntry(t, m, verifier.Entry{Text: c.text}, r.answer)
			if diff := cmp.Diff(c.seen, r.seen); diff != "" {
				t.Errorf("questions (-want +got):\n%s\noutput %q", diff, x.out)
			}
			if x.Ended != c.ended || x.Exit != c.exit || !strings.HasSuffix(x.out, c.want) {
				t.Errorf("ended %s, exit %d, output %q", x.Ended, x.Exit, x.out)
			}
			if len(x.Prompts) != len(c.seen) {
				t.Errorf("prompts %+v", x.Prompts)
			}
		})
	}
}

func TestIntegrationAptAsksBeforeInstalling(t *testing.T) {
	m := freshWith(t, stage(t, equipped()), Checkout{Start: verifier.StartHome})
	r := &replies{give: []string{"y"}}
	x := typeEntry(t, m, verifier.Entry{Text: "sudo apt-get install file"}, r.answer)
	if x.Exit != 0 || len(r.seen) != 1 || !strings.Contains(r.seen[0], "[Y/n]") {
		t.Errorf("exit %d, questions %q, output %q", x.Exit, r.seen, x.out)
	}
	if x := typeText(t, m, "file --version | head -c 4"); !strings.HasPrefix(x.out, "file") {
		t.Errorf("file: %q", x.out)
	}
}

func TestIntegrationPagerIsLeft(t *testing.T) {
	m := freshWith(t, stage(t, equipped()), Checkout{Start: verifier.StartHome})
	x := typeText(t, m, "seq 1000 | less; echo after")
	if x.Exit != 0 || x.Ended != verifier.Exited || !strings.HasSuffix(x.out, "after\r\n") {
		t.Errorf("ended %s, exit %d, output …%q", x.Ended, x.Exit, x.out[max(0, len(x.out)-80):])
	}
	if len(x.Prompts) != 1 || x.Prompts[0].Reply != "q" {
		t.Errorf("prompts %+v", x.Prompts)
	}
}

func TestIntegrationNestedShells(t *testing.T) {
	m := fresh(t)
	typeText(t, m, "cd /tmp")
	steps := []struct {
		text, want string
		ended      verifier.Ending
	}{
		{"bash", "", verifier.Exited},
		{"inner=1; echo $BASHPID-$inner | grep -c -- -1", "1\r\n", verifier.Exited},
		{"cd /usr", "", verifier.Exited},
		{`read -p "Really? " r; echo "<$r>"`, "<yes>\r\n", verifier.Exited},
		{"exit", "", verifier.Exited},
		{"pwd; echo [$inner]", "/tmp\r\n[]\r\n", verifier.Exited},
		{"sudo -i", "", verifier.Exited},
		{"whoami; pwd", "root\r\n/root\r\n", verifier.Exited},
		{"exit", "", verifier.Exited},
		{"whoami; pwd", "newcomer\r\n/tmp\r\n", verifier.Exited},
		{"dash", "", verifier.Exited},
		{"echo in dash $0", "in dash dash\r\n", verifier.Exited},
		{"exit", "", verifier.Exited},
		{"pwd", "/tmp\r\n", verifier.Exited},
		{"exec bash", "", verifier.Exited},
		{"echo replaced", "replaced\r\n", verifier.Exited},
		{"PROMPT_COMMAND=", "", verifier.Exited},
		{"echo still here", "still here\r\n", verifier.Exited},
	}
	for _, s := range steps {
		x := typeEntry(t, m, verifier.Entry{Text: s.text, Timeout: 20 * time.Second}, func(string) (string, bool) { return "yes", true })
		if x.Ended != s.ended || x.Exit != 0 || !strings.HasSuffix(x.out, s.want) {
			t.Errorf("%q: ended %s, exit %d, output %q", s.text, x.Ended, x.Exit, x.out)
		}
	}
}

func TestIntegrationServerIsLeftRunning(t *testing.T) {
	m := freshWith(t, stage(t, equipped()), Checkout{Start: verifier.StartHome})
	typeText(t, m, "cd /tmp; port=8123; echo served >page")
	const server = `python3 -c 'import http.server as h
h.test(h.SimpleHTTPRequestHandler, port=8123)'`
	x := typeEntry(t, m, verifier.Entry{Text: server, Serves: true, Timeout: 30 * time.Second}, nil)
	if x.Ended != verifier.Serving || !slices.Equal(x.Ports, []int{8123}) || x.Exit != 0 {
		t.Fatalf("ended %s, ports %v, exit %d, output %q", x.Ended, x.Ports, x.Exit, x.out)
	}
	x = typeText(t, m, `exec 3<>/dev/tcp/127.0.0.1/$port; printf 'GET /page HTTP/1.0\r\n\r\n' >&3; tail -n 1 <&3`)
	if x.out != "served\r\n" {
		t.Errorf("the server answered %q", x.out)
	}
	x = typeEntry(t, m, verifier.Entry{Text: strings.ReplaceAll(server, "8123", "8124"), Timeout: 30 * time.Second}, nil)
	if x.Ended != verifier.Serving || !slices.Equal(x.Ports, []int{8124}) {
		t.Errorf("a server that nobody expected: ended %s, ports %v", x.Ended, x.Ports)
	}
}

func TestIntegrationStepsThatDoNotEnd(t *testing.T) {
	m := fresh(t)
	typeText(t, m, "cd /tmp; kept=1")
	cases := []struct {
		name  string
		entry verifier.Entry
		ended verifier.Ending
		exit  int
	}{
		{"too long", verifier.Entry{Text: "sleep 100", Timeout: time.Second}, verifier.TimedOut, 130},
		{"deaf to ^C", verifier.Entry{Text: "bash -c 'trap \"\" INT; while :; do sleep 1; done'", Timeout: time.Second}, verifier.TimedOut, 137},
		{"the shell itself is deaf", verifier.Entry{Text: "trap '' INT; while :; do :; done", Timeout: time.Second}, verifier.TimedOut, -1},
		{"silent", verifier.Entry{Text: "sleep 100", Silence: 2 * time.Second, Timeout: 30 * time.Second}, verifier.Silent, 130},
		{"quiet but at work", verifier.Entry{Text: "end=$((SECONDS+5)); while [ $SECONDS -lt $end ]; do :; done", Silence: 2 * time.Second, Timeout: 30 * time.Second}, verifier.Exited, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			x := typeEntry(t, m, c.entry, nil)
			if x.Ended != c.ended || x.Exit != c.exit {
				t.Errorf("ended %s, exit %d, output %q", x.Ended, x.Exit, x.out)
			}
			if x := typeText(t, m, "pwd; echo $kept"); x.out != "/tmp\r\n1\r\n" {
				t.Errorf("afterwards: %q", x.out)
			}
		})
	}
}

func TestIntegrationBackgroundJobGoesOn(t *testing.T) {
	m := fresh(t)
	x := typeText(t, m, "sleep 300 &")
	if x.Ended != verifier.Exited || x.Exit != 0 {
		t.Errorf("ended %s, exit %d", x.Ended, x.Exit)
	}
	x = typeText(t, m, "jobs; kill %1")
	if !strings.Contains(x.out, "Running") {
		t.Errorf("jobs: %q", x.out)
	}
}

func TestIntegrationCancelEndsPromptly(t *testing.T) {
	m := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	began := time.Now()
	_, err := m.Type(ctx, verifier.Entry{Text: "sleep 100"}, nil, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	if x := typeText(t, m, "pgrep -c sleep || ps ax 2>/dev/null | grep -c '[s]leep'; echo alive"); !strings.HasSuffix(x.out, "alive\r\n") {
		t.Errorf("afterwards: %q", x.out)
	}
	if text, _, err := m.Exec(t.Context(), "cat /proc/[0-9]*/comm | grep -c -x sleep"); err != nil || text != "0\n" {
		t.Errorf("sleeping processes left: %q, %v", text, err)
	}
}

func TestIntegrationMuchOutput(t *testing.T) {
	m := fresh(t)
	counted := &counter{}
	x, err := m.Type(t.Context(), verifier.Entry{Text: "head -c 8000000 /dev/zero | tr '\\0' x", Timeout: 2 * time.Minute}, counted, nil)
	if err != nil || x.Exit != 0 || counted.n != 8000000 {
		t.Errorf("exit %d, %d bytes, %v", x.Exit, counted.n, err)
	}
	t.Logf("8 MB in %.1f s", x.Seconds)
	m.engine.options.MaxOutput, counted.n = 1<<20, 0
	defer func() { m.engine.options.MaxOutput = 1 << 30 }()
	x, err = m.Type(t.Context(), verifier.Entry{Text: "yes", Timeout: time.Minute}, counted, nil)
	if err != nil || x.Ended != verifier.Flooded || counted.n != 1<<20 {
		t.Errorf("ended %s after %d bytes, %v", x.Ended, counted.n, err)
	}
	if x := typeText(t, m, "echo sober"); x.out != "sober\r\n" {
		t.Errorf("afterwards: %q", x.out)
	}
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func TestIntegrationBinaryOutput(t *testing.T) {
	m := fresh(t)
	var all []byte
	for i := range 256 {
		all = append(all, byte(i))
	}
	x := typeText(t, m, `for i in {0..255}; do printf "\\x$(printf %x $i)"; done`)
	want := bytes.ReplaceAll(all, []byte("\n"), []byte("\r\n"))
	if x.Exit != 0 || !bytes.Equal([]byte(x.out), want) {
		t.Errorf("exit %d, %d bytes: %q", x.Exit, len(x.out), x.out)
	}
	x = typeText(t, m, "stty raw -echo; printf '\\033[?1049h\\033]0;title\\007'; echo 'no end'")
	if x = typeText(t, m, "echo back"); x.out != "back\r\n" {
		t.Errorf("after a raw terminal: %q", x.out)
	}
}
