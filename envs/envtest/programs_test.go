package envtest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
)

// shop is a script with a bit of everything.
func shop() envtest.Script {
	return envtest.Script{
		Programs: map[string]envtest.Program{"old": envtest.Prints("old\n", 0)},
		Index: []envtest.Package{
			{Name: "gcc", Depends: []string{"libc6-dev"}, Programs: map[string]envtest.Program{"gcc": envtest.Compiler}},
			{Name: "libc6-dev"},
			{Name: "pkg-config", Programs: map[string]envtest.Program{"pkg-config": envtest.PkgConfig}},
			{Name: "libpq-dev", Version: "15.8-0", Files: map[string]envtest.File{
				"/usr/include/postgresql/libpq-fe.h": {}, "/usr/include/libpq-fe.h": {},
				"/usr/lib/x86_64-linux-gnu/libpq.so": {}, "/usr/lib/x86_64-linux-gnu/pkgconfig/libpq.pc": {},
			}},
			{Name: "python3", Programs: map[string]envtest.Program{"python3": envtest.Python}},
			{Name: "python3-venv", Files: map[string]envtest.File{"/usr/lib/python3.11/ensurepip/__init__.py": {}}},
			{Name: "python3-yaml", Files: map[string]envtest.File{"/usr/lib/python3/dist-packages/yaml/__init__.py": {}}},
			{Name: "libfoo3-dev", ReplacedBy: []string{"libfoo4-dev"}},
			{Name: "libfoo4-dev"},
		},
		Repository: envtest.Repository{
			Name: "shop", URLs: []string{"https://forge.invalid/acme/shop.git"},
			Files: map[string]envtest.File{
				"main.c":        {Text: "#include <stdio.h>\n#include <libpq-fe.h>\n#include \"own.h\"\nint main(void) { puts(\"it's open\"); }\n"},
				"own.h":         {},
				"run.sh":        {Text: "#!/bin/sh\necho run $1 from $(pwd)\n"},
				"tool":          {Text: "#!/usr/bin/env python3\nimport sys\nimport yaml\nprint(\"tool runs\")\n", Mode: 0o755},
				"scripts/":      {},
				"scripts/up.sh": {Text: "missing-tool --go\necho still here\n", Mode: 0o755},
			},
		},
	}
}

func TestAptInstallsWhatTheIndexSays(t *testing.T) {
	_, m := fresh(t, shop())
	const reading = "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n"
	wants(t, m, "apt-get install -y libpq-dev", 100, "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n"+
		"E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n")
	wants(t, m, "sudo apt-get install -y libpq-dev", 100, reading+"E: Unable to locate package libpq-dev\n")
	if got, done := typed(t, m, "sudo apt-get update"); done.Exit != 0 || !strings.HasSuffix(got, "Reading package lists... Done\n") {
		t.Errorf("update: exit %d, printed %q", done.Exit, got)
	}
	wants(t, m, "gcc --version", 127, "bash: gcc: command not found\n")
	wants(t, m, "sudo apt-get install -y nosuch", 100, reading+"E: Unable to locate package nosuch\n")
	if got, done := typed(t, m, "sudo apt install -y libfoo3-dev"); done.Exit != 100 || !strings.Contains(got, "replace it:\n  libfoo4-dev\n") ||
		!strings.HasSuffix(got, "E: Package 'libfoo3-dev' has no installation candidate\n") {
		t.Errorf("a package that is gone: exit %d, printed %q", done.Exit, got)
	}
	if got, done := typed(t, m, "sudo apt-get install libpq-dev"); done.Exit != 0 || !strings.Contains(got, "Setting up libpq-dev (15.8-0) ...\n") {
		t.Errorf("a package without others is not asked about: exit %d, printed %q", done.Exit, got)
	}
	wants(t, m, "sudo apt-get install -y libpq-dev", 0, reading+"libpq-dev is already the newest version (15.8-0).\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")
	wants(t, m, "dpkg -s libpq-dev", 0, "Package: libpq-dev\nStatus: install ok installed\nVersion: 15.8-0\n")
	wants(t, m, "ls /usr/include", 0, "libpq-fe.h\npostgresql\n")
	if diff := cmp.Diff([]string{"libpq-dev"}, m.System().Packages()); diff != "" {
		t.Errorf("installed (-want +got):\n%s", diff)
	}
}

func TestAptAsksBeforeItInstallsMore(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(string) (string, bool)
		ended  verifier.Ending
		exit   int
		there  bool
	}{
		"yes":    {func(string) (string, bool) { return "y", true }, verifier.Exited, 0, true},
		"Enter":  {func(string) (string, bool) { return "", true }, verifier.Exited, 0, true},
		"no":     {func(string) (string, bool) { return "n", true }, verifier.Exited, 1, false},
		"nobody": {nil, verifier.Asking, 130, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, m := fresh(t, shop())
			typed(t, m, "sudo apt-get update")
			_, done := enter(t, m, verifier.Entry{Text: "sudo apt-get install gcc"}, c.answer)
			if done.Ended != c.ended || done.Exit != c.exit || m.System().Installed("gcc") != c.there {
				t.Errorf("ended %s, exit %d, installed %t", done.Ended, done.Exit, m.System().Installed("gcc"))
			}
			if len(done.Prompts) != 1 || done.Prompts[0].Text != "Do you want to continue? [Y/n] " {
				t.Errorf("prompts %+v", done.Prompts)
			}
		})
	}
	_, m := fresh(t, shop())
	typed(t, m, "sudo apt-get update")
	if got, done := typed(t, m, "sudo apt-get install gcc < /dev/null"); done.Exit != 1 || !strings.HasSuffix(got, "[Y/n] Abort.\n") {
		t.Errorf("without input: exit %d, printed %q", done.Exit, got)
	}
}

// ready is a machine with the tools installed, in a clone of the shop.
func ready(t *testing.T, packages string) *envtest.Machine {
	t.Helper()
	_, m := fresh(t, shop())
	wants(t, m, "git clone https://forge.invalid/acme/shop && cd shop", 0, "Cloning into 'shop'...\n")
	if got, done := typed(t, m, "sudo apt-get update && sudo apt-get install -y "+packages); done.Exit != 0 {
		t.Fatal(got)
	}
	return m
}

func TestCompilerAndPkgConfigMissThings(t *testing.T) {
	m := ready(t, "gcc pkg-config")
	wants(t, m, "gcc -o shop main.c -lpq", 1, "main.c:2:10: fatal error: libpq-fe.h: No such file or directory\n"+
		"    2 | #include <libpq-fe.h>\n      |          ^~~~~~~~~~~~\ncompilation terminated.\n")
	wants(t, m, "gcc nosuch.c", 1, "cc1: fatal error: nosuch.c: No such file or directory\ncompilation terminated.\n")
	wants(t, m, "gcc", 1, "gcc: fatal error: no input files\ncompilation terminated.\n")
	wants(t, m, "pkg-config --cflags --libs libpq", 1, "Package libpq was not found in the pkg-config search path.\n"+
		"Perhaps you should add the directory containing `libpq.pc'\nto the PKG_CONFIG_PATH environment variable\n"+
		"Package 'libpq', required by 'virtual:world', not found\n")
	wants(t, m, "touch own.c && gcc own.c -lpq -lm", 1, "/usr/bin/ld: cannot find -lpq: No such file or directory\ncollect2: error: ld returned 1 exit status\n")
	typed(t, m, "sudo apt-get install -y libpq-dev")
	wants(t, m, "gcc -o shop main.c $(pkg-config --libs libpq) && ./shop", 0, "it's open\n")
	wants(t, m, "gcc -c main.c && ls *.o", 0, "main.o\n")
}

func TestPythonMissesThings(t *testing.T) {
	m := ready(t, "pkg-config")
	wants(t, m, "./tool", 127, "/usr/bin/env: ‘python3’: No such file or directory\n")
	typed(t, m, "sudo apt-get install -y python3")
	wants(t, m, "python --version", 127, "bash: python: command not found\n")
	wants(t, m, "python3 --version", 0, "Python 3.11.2\n")
	wants(t, m, "./tool", 1, "Traceback (most recent call last):\n  File \"/home/newcomer/shop/tool\", line 3, in <module>\n    import yaml\n"+
		"ModuleNotFoundError: No module named 'yaml'\n")
	wants(t, m, "python3 -c 'import yaml'", 1, "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nModuleNotFoundError: No module named 'yaml'\n")
	wants(t, m, "python3 nosuch.py", 2, "python3: can't open file '/home/newcomer/shop/nosuch.py': [Errno 2] No such file or directory\n")
	if got, done := typed(t, m, "python3 -m venv .venv"); done.Exit != 1 || !strings.Contains(got, "apt install python3.11-venv") {
		t.Errorf("venv without its package: exit %d, printed %q", done.Exit, got)
	}
	typed(t, m, "sudo apt-get install -y python3-venv python3-yaml")
	wants(t, m, "python3 -m venv .venv && . .venv/bin/activate && which python && python --version", 0, "/home/newcomer/shop/.venv/bin/python\nPython 3.11.2\n")
	wants(t, m, "./tool", 0, "tool runs\n")
}

func TestGitClone(t *testing.T) {
	_, m := fresh(t, shop())
	wants(t, m, "git clone https://forge.invalid/acme/shop.git here && ls here", 0, "Cloning into 'here'...\nmain.c\nown.h\nrun.sh\nscripts\ntool\n")
	wants(t, m, "git clone https://forge.invalid/acme/shop.git here", 128, "Cloning into 'here'...\nfatal: destination path 'here' already exists and is not an empty directory.\n")
	wants(t, m, "git clone https://other.invalid/x", 128, "Cloning into 'x'...\nfatal: unable to access 'https://other.invalid/x/': Could not resolve host: other.invalid\n")
}

func TestScriptsAreFiles(t *testing.T) {
	m := ready(t, "libc6-dev")
	wants(t, m, "./run.sh fast", 126, "bash: ./run.sh: Permission denied\n")
	wants(t, m, "sh run.sh fast", 0, "run fast from /home/newcomer/shop\n")
	wants(t, m, "chmod +x run.sh && cd scripts && ../run.sh fast", 0, "run fast from /home/newcomer/shop/scripts\n")
	wants(t, m, "./up.sh", 0, "./up.sh: line 1: missing-tool: command not found\nstill here\n")
	wants(t, m, "bash -c 'cd /; X=1; exit 9'; echo $? $(pwd) $X", 0, "9 /home/newcomer/shop/scripts\n")
	wants(t, m, "sudo whoami; whoami", 0, "root\nnewcomer\n")
	wants(t, m, "sudo nosuch", 1, "sudo: nosuch: command not found\n")
	wants(t, m, "sudo rm /usr/bin/old; old", 127, "bash: old: command not found\n")
	wants(t, m, "PATH=; whoami", 127, "bash: whoami: No such file or directory\n")
}

func TestFlakyCountsOverTheStage(t *testing.T) {
	script := envtest.Script{Programs: map[string]envtest.Program{"fetch": envtest.Flaky(2, envtest.Prints("fetched\n", 0))}}
	stage, m := fresh(t, script)
	snap, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wants(t, m, "fetch", 1, "fetch: connection reset by peer\n")
	fork, err := stage.Fork(t.Context(), snap)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, fork, "fetch", 1, "fetch: connection reset by peer\n")
	wants(t, fork, "fetch", 0, "fetched\n")
	_, other := fresh(t, script)
	wants(t, other, "fetch", 1, "fetch: connection reset by peer\n")
}

func TestForksHaveTheirOwnSystem(t *testing.T) {
	stage, m := fresh(t, envtest.Script{Programs: map[string]envtest.Program{"tick": func(c *envtest.Call) int {
		c.System.SetFact("last", c.Dir)
		c.Printf("%d\n", c.System.Count("ticks"))
		return 0
	}}})
	wants(t, m, "tick; tick", 0, "1\n2\n")
	snap, err := m.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wants(t, m, "cd /tmp; tick", 0, "3\n")
	fork, err := stage.Fork(t.Context(), snap)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, fork, "tick", 0, "3\n")
	if got := [2]string{m.System().Fact("last"), fork.System().Fact("last")}; got != [2]string{"/tmp", "/home/newcomer"} {
		t.Errorf("facts of machine and fork: %q", got)
	}
}

func TestFileTools(t *testing.T) {
	_, m := fresh(t, envtest.Script{})
	for _, c := range []struct {
		name, text string
		exit       int
		want       string
	}{
		{"mkdir twice", "mkdir d; mkdir d", 1, "mkdir: cannot create directory ‘d’: File exists\n"},
		{"mkdir of a path", "mkdir a/b", 1, "mkdir: cannot create directory ‘a/b’: No such file or directory\n"},
		{"mkdir -p and touch", "mkdir -p a/b && touch a/b/.hidden a/b/seen && ls a/b && ls -A a/b", 0, "seen\n.hidden\nseen\n"},
		{"cp of a file", "echo text > one && chmod 755 one && cp one a/b && ls -l a/b/one", 0, "-rwxr-xr-x 1 newcomer newcomer 5 a/b/one\n"},
		{"cp of a folder", "cp a copy", 1, "cp: -r not specified; omitting directory 'a'\n"},
		{"cp -r", "cp -r a copy && ls copy/b", 0, "one\nseen\n"},
		{"cp of nothing", "cp .env.example .env", 1, "cp: cannot stat '.env.example': No such file or directory\n"},
		{"mv", "mv one two && cat two && cat one", 1, "text\ncat: one: No such file or directory\n"},
		{"rm of a folder", "rm copy", 1, "rm: cannot remove 'copy': Is a directory\n"},
		{"rm -rf", "rm -rf copy nosuch && ls copy", 2, "ls: cannot access 'copy': No such file or directory\n"},
		{"chmod", "chmod u-x,g+w two; chmod go-rwx two && ls -l two", 0, "chmod: invalid mode: ‘u-x,g+w’\nTry 'chmod --help' for more information.\n-rwx------ 1 newcomer newcomer 5 two\n"},
		{"ln -s", "ln -s ~/two link && cat link && ln -s two link", 1, "text\nln: failed to create symbolic link 'link': File exists\n"},
		{"tee", "echo more | tee -a two | cat && cat two", 0, "more\ntext\nmore\n"},
		{"env", "FOO='a b' env | while read -r l; do case $l in FOO=*) echo \"$l\";; esac; done", 0, "FOO=a b\n"},
		{"id", "id; sudo id -u", 0, "uid=1000(newcomer) gid=1000(newcomer) groups=1000(newcomer)\n0\n"},
	} {
		t.Run(c.name, func(t *testing.T) { wants(t, m, c.text, c.exit, c.want) })
	}
}

func TestAsks(t *testing.T) {
	_, m := fresh(t, envtest.Script{Programs: map[string]envtest.Program{"setup": envtest.Asks("\x1b[1mPort?\x1b[0m ")}})
	got, done := enter(t, m, verifier.Entry{Text: "setup"}, func(string) (string, bool) { return "8080", true })
	want := []verifier.Prompt{{Text: "Port? ", Reply: "8080", Answered: true}}
	if diff := cmp.Diff(want, done.Prompts); diff != "" || !strings.HasSuffix(got, "8080\nYou said \"8080\".\n") {
		t.Errorf("printed %q, prompts (-want +got):\n%s", got, diff)
	}
	wants(t, m, "echo 9090 | setup", 0, "\x1b[1mPort?\x1b[0m You said \"9090\".\n")
	wants(t, m, "setup < /dev/null", 1, "\x1b[1mPort?\x1b[0m \nsetup: no answer\n")
}
