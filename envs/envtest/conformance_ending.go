package envtest

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

var endingCases = []testCase{
	{"lines", testLines},
	{"heredocs", testHeredocs},
	{"unterminated heredoc", testUnterminatedHeredoc},
	{"syntax error", testUnparsable},
	{"exit statuses", testExits},
	{"command not found", testNotFound},
	{"exit 1", testExit},
	{"set -e", testSetE},
	{"kill -9 $$", testKilledShell},
}

func testHeredocs(b *bench) {
	b.wants("cat > conform.txt <<'EOF'\nline $one\n  \"two\"\nEOF\ncat conform.txt", "line $one\n  \"two\"\n")
	b.wants("WHO=you\ncat <<EOF\nhello $WHO\nEOF", "hello you\n")
	b.wants("cat <<-EOF\n\tindented\n\tEOF", "indented\n")
	b.wants("sh <<'OUTER'\ncat <<'INNER'\nin two\nINNER\nOUTER", "in two\n")
	b.wants("greet() {\n  cat <<EOF\nhello $1\nEOF\n}", "")
	b.wants("greet again", "hello again\n")
}

func testUnterminatedHeredoc(b *bench) {
	got, done := b.typed("cat <<EOF\nno end")
	if done.Exit != 0 || !strings.HasSuffix(got, "no end\n") || !strings.Contains(got, "delimited by end-of-file") {
		b.Errorf("exit %d, printed %q; want bash's warning and the text", done.Exit, got)
	}
	b.livesOn()
}

func testExit(b *bench) {
	b.wants("mkdir -p /tmp/conform && cd /tmp/conform && KEPT=1 && export OUT=yes", "")
	b.wants("say() { echo \"said $1\"; }; alias hail='echo hail'", "")
	b.ends("exit 1", 1, verifier.ShellClosed)
	b.ends("KEPT=2\ncd /\nexit 3", 3, verifier.ShellClosed)
	b.wants("pwd; echo $KEPT $OUT; say it; hail", "/tmp/conform\n1 yes\nsaid it\nhail\n")
	b.ends("exit", 0, verifier.ShellClosed)
	b.livesOn()
}

func testSetE(b *bench) {
	b.wants("say() { echo \"said $1\"; }", "")
	got, done := b.typed("set -e\necho before\nfalse\necho after")
	if !strings.HasPrefix(got, "before\n") || strings.Contains(got, "after") || done.Exit != 1 || done.Ended != verifier.ShellClosed {
		b.Errorf("set -e and a failure: printed %q, exit %d, ended %s; want before, 1, %s", got, done.Exit, done.Ended, verifier.ShellClosed)
	}
	b.wants("pwd; say on", "/tmp\nsaid on\n")
	b.wants("set -e", "")
	b.ends("false", 1, verifier.ShellClosed)
	b.ends("false", 1, verifier.Exited) // a new terminal has it off
	b.livesOn()
}

func testKilledShell(b *bench) {
	b.wants("KEPT=1; say() { echo \"said $1\"; }", "")
	b.ends("kill -9 $$", 137, verifier.ShellClosed)
	b.wants("pwd; echo $KEPT; say on", "/tmp\n1\nsaid on\n")
}
