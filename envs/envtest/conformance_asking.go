package envtest

import (
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

var askingCases = []testCase{
	{"read -p", testRead},
	{"a question nobody answers", testUnanswered},
	{"cat", testCat},
	{"a menu", testMenu},
	{"git asking for a user", testGitUser},
	{"apt [Y/n]", testAptQuestion},
	{"debconf", testDebconf},
	{"sudo password", testSudoPassword},
	{"pagers", testPager},
	{"raw terminals", testRawTerminal},
}

func testRead(b *bench) {
	var asked []string
	replies := []string{"Ada", "36"}
	got, done := b.entered(verifier.Entry{Text: "read -p 'name? ' name\nread -r -p 'age? ' age\necho \"$name is $age\"", Timeout: patience}, func(prompt string) (string, bool) {
		asked = append(asked, prompt)
		if len(asked) > len(replies) {
			return "", false
		}
		return replies[len(asked)-1], true
	})
	if done.Exit != 0 || done.Ended != verifier.Exited || !strings.HasSuffix(got, "Ada is 36\n") {
		b.Errorf("exit %d, ended %s, printed %q; want exit 0 and the line", done.Exit, done.Ended, got)
	}
	var prompts []verifier.Prompt
	for _, p := range done.Prompts {
		p.Text = strings.TrimSpace(p.Text)
		prompts = append(prompts, p)
	}
	want := []verifier.Prompt{{Text: "name?", Reply: "Ada", Answered: true}, {Text: "age?", Reply: "36", Answered: true}}
	if diff := cmp.Diff(want, prompts); diff != "" {
		b.Errorf("prompts (-want +got):\n%s", diff)
	}
	b.wants("echo \"$name\"", "Ada\n")
}

func testUnanswered(b *bench) {
	b.asks("read -p 'token: ' token", "token:", nil)
	b.wants("pwd", "/tmp\n")
	b.livesOn()
}

// cat without a file reads what is typed: no answer, and no part of the next
// step, may go into it.
func testCat(b *bench) {
	b.asks("cat", "", nil)
	b.wants("echo mine", "mine\n")
	b.asks("cat > conform.typed", "", nil)
	b.wants("cat conform.typed; echo end", "end\n")
}

func testMenu(b *bench) {
	reply := "2"
	got, done := b.asks("select colour in red green; do break; done; echo \"took $colour\"", "#?", &reply)
	if done.Exit != 0 || !strings.HasSuffix(got, "took green\n") {
		b.Errorf("exit %d, printed %q", done.Exit, got)
	}
}

func testGitUser(b *bench) {
	b.asks("git credential fill <<<'url=https://example.org/x'", "Username for 'https://example.org':", nil)
	b.livesOn()
}

// A package manager asks in the middle of its work and reads one line.
func testAptQuestion(b *bench) {
	b.program("/tmp/apt-asks", `#!/bin/sh
echo 'After this operation, 3 MB of additional disk space will be used.'
printf 'Do you want to continue? [Y/n] '
read -r reply
case "$reply" in
'' | y | Y) echo 'Setting up thing (1.0) ...' ;;
*) echo Abort.; exit 1 ;;
esac`)
	yes, no := "y", "n"
	if got, done := b.asks("./apt-asks", "Do you want to continue? [Y/n]", &yes); done.Exit != 0 || !strings.HasSuffix(got, "Setting up thing (1.0) ...\n") {
		b.Errorf("answered yes: exit %d, printed %q", done.Exit, got)
	}
	if got, done := b.asks("./apt-asks", "Do you want to continue? [Y/n]", &no); done.Exit != 1 || !strings.HasSuffix(got, "Abort.\n") {
		b.Errorf("answered no: exit %d, printed %q", done.Exit, got)
	}
	b.wants("./apt-asks <<<y | cat >/dev/null; ./apt-asks </dev/null | cat >/dev/null; echo no question", "no question\n")
}

// debconf shows a numbered list and asks for a number.
func testDebconf(b *bench) {
	b.program("/tmp/debconf-asks", `#!/bin/sh
echo 'Configuring tzdata'
echo 'Please select the geographic area in which you live.'
echo '  1. Africa  2. America  3. Europe'
printf 'Geographic area: '
read -r area
echo "area $area"`)
	reply := "3"
	if got, done := b.asks("./debconf-asks", "Geographic area:", &reply); done.Exit != 0 || !strings.HasSuffix(got, "area 3\n") {
		b.Errorf("exit %d, printed %q", done.Exit, got)
	}
	b.asks("./debconf-asks", "Geographic area:", nil)
	b.livesOn()
}

// sudo asks a user without special rights for a password, without echo.
func testSudoPassword(b *bench) {
	b.wants("sudo useradd -m -s /bin/bash dev && echo dev:opensesame | sudo chpasswd && echo 'dev ALL=(ALL:ALL) ALL' | sudo tee /etc/sudoers.d/dev >/dev/null", "")
	word := "opensesame"
	got, done := b.asks("sudo -u dev sudo -k id -un", "[sudo] password for dev:", &word)
	if done.Exit != 0 || !strings.HasSuffix(got, "root\n") || strings.Contains(got, word) {
		b.Errorf("with the password: exit %d, printed %q", done.Exit, got)
	}
	b.asks("sudo -u dev sudo -k id -un", "[sudo] password for dev:", nil)
	b.livesOn()
}

func testPager(b *bench) {
	var text strings.Builder
	for range 200 {
		text.WriteString("a line\n")
	}
	b.file("/tmp/conform.long", text.String())
	got, done := b.typed("less /tmp/conform.long </tmp/conform.long; echo after")
	if done.Exit != 0 || done.Ended != verifier.Exited || !strings.HasSuffix(got, "after\n") {
		b.Errorf("ended %s, exit %d, output …%q", done.Ended, done.Exit, got[max(0, len(got)-80):])
	}
	if len(done.Prompts) != 1 || done.Prompts[0].Reply != "q" {
		b.Errorf("prompts %+v, want a page that is left with q", done.Prompts)
	}
	b.livesOn()
}

func testRawTerminal(b *bench) {
	b.typed("stty raw -echo; printf '\\033[?1049h\\033]0;title\\007'; echo 'no end'")
	b.wants("echo back", "back\n")
	reply := "yes"
	if got, _ := b.asks("read -p 'echoed? ' x", "echoed?", &reply); !strings.Contains(got, "yes") {
		b.Errorf("printed %q, want the answer echoed", got)
	}
}
