package envtest

import "github.com/freshinstall/freshinstall/verifier"

var nestedCases = []testCase{
	{"bash", testNestedBash},
	{"su -", testSwitchedUser},
	{"newgrp", testNewGroup},
	{"poetry shell", testPoetryShell},
	{"exec zsh", testOtherShell}, // last: the terminal's own shell is gone
}

func testNestedBash(b *bench) {
	b.wants("OUTER=1; export SHOWN=yes", "")
	b.enters("bash")
	b.wants(`echo "[$OUTER] [$SHOWN]"`, "[] [yes]\n")
	b.wants("INNER=2; cd /", "")
	b.wants("pwd; echo $INNER", "/\n2\n")
	b.ends("false", 1, verifier.Exited)
	b.enters("bash")
	b.wants("echo third", "third\n")
	b.ends("exit 4", 4, verifier.Exited)
	b.wants("echo $INNER", "2\n")
	b.enters("exit")
	b.wants(`pwd; echo "$OUTER [$INNER]"`, "/tmp\n1 []\n")
}

func testSwitchedUser(b *bench) {
	b.wants("ME=$(id -un)", "")
	b.enters("sudo su -")
	b.wants("id -un; pwd", "root\n/root\n")
	b.wants("umask 077; echo x >/root/conform; cat /root/conform", "x\n")
	b.enters("exit")
	b.wants(`[ "$(id -un)" = "$ME" ] && pwd`, "/tmp\n")
	b.asks("su - root", "Password:", nil)
	b.livesOn()
}

func testNewGroup(b *bench) {
	b.wants(`sudo groupadd team && sudo usermod -aG team "$(id -un)"`, "")
	b.enters("newgrp team")
	b.wants("id -gn", "team\n")
	b.wants("echo x >/tmp/conform.team; ls -l /tmp/conform.team | tr -s ' ' | cut -d ' ' -f 4", "team\n")
	b.enters("exit")
	b.wants(`[ "$(id -gn)" != team ] && echo back`, "back\n")
}

// poetry, pipenv and nix-shell start a shell from a program of their own.
func testPoetryShell(b *bench) {
	b.program("/tmp/poetry", "#!/bin/sh\necho 'Spawning shell within /tmp/env'\nexport VIRTUAL_ENV=/tmp/env\nbash")
	b.enters("./poetry shell")
	b.wants("echo $VIRTUAL_ENV", "/tmp/env\n")
	b.wants("cd /; pwd", "/\n")
	b.enters("exit")
	b.wants(`pwd; echo "[$VIRTUAL_ENV]"`, "/tmp\n[]\n")
}

// The shell is replaced by one that has nothing of ours; where there is no zsh,
// by one that at least is called otherwise.
func testOtherShell(b *bench) {
	b.wants("export SHOWN=yes", "")
	b.enters(`exec "$(command -v zsh || command -v dash || command -v sh)"`)
	b.wants("echo replaced $SHOWN", "replaced yes\n")
	b.wants("cd /; NEW=1", "")
	if _, done := b.typed("true"); done.Cwd != "/" {
		b.Errorf("Cwd: %q, want /", done.Cwd)
	}
	b.ends("false", 1, verifier.Exited)
	b.wants("echo $NEW", "1\n")
	b.ends("exit 5", 5, verifier.ShellClosed)
	b.livesOn()
}
