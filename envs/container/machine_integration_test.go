package container

import (
	"strings"
	"testing"
)

func TestIntegrationStateStaysAcrossSteps(t *testing.T) {
	m := fresh(t)
	steps := []struct{ text, want string }{
		{"echo hello", "hello\r\n"},
		{"cd /tmp && export COLOUR=blue; plain=1; list=(a 'b c')", ""},
		{"pwd; echo $COLOUR $plain ${list[1]}", "/tmp\r\nblue 1 b c\r\n"},
		{"greet() { echo hi $1; }\nalias ll='echo listed'", ""},
		{"greet you\nll", "hi you\r\nlisted\r\n"},
		{"umask 027; umask", "0027\r\n"},
		{"whoami; tty >/dev/null && echo terminal; echo $TERM; stty size; echo $-", "newcomer\r\nterminal\r\nxterm-256color\r\n40 120\r\nhimBHs\r\n"},
		{"cat <<END\n  one\n\ttwo\nEND", "  one\r\n\ttwo\r\n"},
	}
	for _, s := range steps {
		x := typeText(t, m, s.text)
		if x.Exit != 0 || x.out != s.want {
			t.Errorf("%q: exit %d, output %q, want %q", s.text, x.Exit, x.out, s.want)
		}
	}
	if x := typeText(t, m, "false"); x.Exit != 1 || x.out != "" || x.Cwd != "/tmp" {
		t.Errorf("false: %+v", x)
	}
	if x := typeText(t, m, "nosuchcommand"); x.Exit != 127 || !strings.HasPrefix(x.out, "bash: nosuchcommand: command not found") {
		t.Errorf("unknown command: %+v", x)
	}
}

func TestIntegrationTextsThatCannotBeTyped(t *testing.T) {
	m := fresh(t)
	var lines strings.Builder
	for range 150 {
		lines.WriteString("n=$((n + 1))\n")
	}
	for _, c := range []struct{ name, text, want string }{
		{"control characters", "printf 'a\x01\x03b\x1e\x7fc' | od -An -c | tr -s ' '", " a 001 003 b 036 177 c\r\n"},
		{"many lines", lines.String() + "echo $n", "150\r\n"},
		{"a very long line", "x='" + strings.Repeat("y", 20000) + "'; echo ${#x}", "20000\r\n"},
		{"tabs and other alphabets", "printf '%s' 'a\tü 漢' | od -An -tx1 | tr -d ' '", "6109c3bc20e6bca2\r\n"},
		{"an exclamation mark", `echo "wow!x"`, "wow!x\r\n"},
		{"nothing but a comment", "# see the manual", ""},
	} {
		if x := typeText(t, m, c.text); x.Exit != 0 || x.out != c.want {
			t.Errorf("%s: exit %d, output %q", c.name, x.Exit, clip(x.out))
		}
	}
}

func TestIntegrationPromptCommandsOfTheUserStay(t *testing.T) {
	m := fresh(t)
	typeText(t, m, `echo 'PROMPT_COMMAND+=("echo again >>/tmp/ran")' >>~/.bashrc`)
	typeText(t, m, "bash")
	typeText(t, m, "rm -f /tmp/ran")
	if x := typeText(t, m, "cat /tmp/ran"); x.out != "again\r\n" {
		t.Errorf("output %q", x.out)
	}
}
