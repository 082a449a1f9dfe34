package envtest

import "strings"

var stateCases = []testCase{
	{"cd", testCd},
	{"exports", testExports},
	{"functions", testFunctions},
	{"aliases", testAliases},
	{"arrays", testArrays},
	{"umask", testUmask},
	{"unset PATH", testUnsetPath},
	{"removed cwd", testRemovedFolder},
	{"open files and limits", testDescriptors},
	{"read-only names", testReadonly},
}

func testCd(b *bench) {
	b.wants("mkdir -p /tmp/conform/deep", "")
	b.wants("cd /tmp/conform/deep", "")
	b.wants("pwd", "/tmp/conform/deep\n")
	if _, done := b.typed("cd .."); done.Cwd != "/tmp/conform" {
		b.Errorf("Cwd after cd ..: %q, want /tmp/conform", done.Cwd)
	}
	b.wants("cd - >/dev/null", "")
	b.wants("pwd", "/tmp/conform/deep\n")
	b.wants("mkdir -p '/tmp/conform/two  words'; cd '/tmp/conform/two  words'", "")
	if _, done := b.typed("true"); done.Cwd != "/tmp/conform/two  words" {
		b.Errorf("Cwd in a folder with spaces: %q", done.Cwd)
	}
}

func testExports(b *bench) {
	b.wants(`export GREETING='two  words'`, "")
	b.wants(`PLAIN="it's \"quoted\""`, "")
	b.wants(`echo "$GREETING, $PLAIN"`, "two  words, it's \"quoted\"\n")
	b.wants(`sh -c 'echo "[$GREETING] [$PLAIN]"'`, "[two  words] []\n")
	b.wants("export LINES_OF='one\ntwo'", "")
	b.wants(`sh -c 'echo "$LINES_OF"'`, "one\ntwo\n")
	b.wants(`unset PLAIN; echo "${PLAIN-gone}"`, "gone\n")
}

func testFunctions(b *bench) {
	b.wants(`twice() { echo "$1 $1"; }`, "")
	b.wants(`twice hey`, "hey hey\n")
	b.wants("count() {\n  local n=${1:-0}\n  TOTAL=$((TOTAL + n))\n  [ \"$n\" -gt 0 ]\n}", "")
	b.wants("count 2; count 3; echo $TOTAL", "5\n")
	if _, done := b.typed("count"); done.Exit != 1 {
		b.Errorf("a function's status: %d, want 1", done.Exit)
	}
}

func testAliases(b *bench) {
	b.wants(`alias hail='echo all hail'`, "")
	b.wants(`hail bash`, "all hail bash\n")
	b.wants("alias late='echo late'\nlate indeed", "late indeed\n")
}

func testArrays(b *bench) {
	b.wants(`list=(a "b c"); list[4]=z`, "")
	b.wants(`echo "${#list[@]} ${list[1]} ${list[4]}"`, "3 b c z\n")
	b.wants(`declare -A table=([key]='a value' [other]=2)`, "")
	b.wants(`echo "${table[key]} ${table[other]}"`, "a value 2\n")
}

func testUmask(b *bench) {
	b.wants(`umask 027`, "")
	b.wants(`umask; umask 022`, "0027\n")
}

// A README that says "PATH=…" and misspells it leaves nothing to work with.
func testUnsetPath(b *bench) {
	b.wants(`KEPT_PATH=$PATH`, "")
	b.wants(`unset PATH`, "")
	got, done := b.typed("ls")
	if done.Exit != 127 || !strings.Contains(got, "ls: No such file or directory") {
		b.Errorf("without a PATH: exit %d, printed %q; want 127 and bash's message", done.Exit, got)
	}
	b.wants(`echo "${PATH-none}"`, "none\n")
	b.wants(`export PATH=$KEPT_PATH`, "")
	b.wants(`echo found >/tmp/conform.path; cat /tmp/conform.path`, "found\n")
}

func testRemovedFolder(b *bench) {
	b.wants("mkdir -p /tmp/conform/gone; cd /tmp/conform/gone; rm -r /tmp/conform/gone", "")
	b.wants("echo still here", "still here\n")
	got, done := b.typed("cat file")
	if done.Exit != 1 || !strings.Contains(got, "No such file or directory") {
		b.Errorf("in a removed folder: exit %d, printed %q", done.Exit, got)
	}
	b.wants("cd /tmp; pwd", "/tmp\n")
}

func testDescriptors(b *bench) {
	b.wants("exec 7>/tmp/conform.seven", "")
	b.wants("echo kept >&7; exec 7>&-; cat /tmp/conform.seven", "kept\n")
	b.wants("ulimit -S -n 200", "")
	b.wants("ulimit -n", "200\n")
}

func testReadonly(b *bench) {
	b.wants("readonly FIXED=1", "")
	got, done := b.typed("FIXED=2")
	if done.Exit == 0 || !strings.Contains(got, "FIXED: readonly variable") {
		b.Errorf("a read-only name: exit %d, printed %q; want bash's refusal", done.Exit, got)
	}
	b.wants("echo $FIXED", "1\n")
}
