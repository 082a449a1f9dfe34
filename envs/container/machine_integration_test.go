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
