// Package setup_test holds the set-up scripts to their decisions: what they
// install, start, ask and leave alone on machines of many kinds.
//
// Nothing of the host is touched: every program that a script could call is a
// stub that writes down how it was called.
package setup_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// borrowed are the only programs of the host that the script gets.
var borrowed = []string{"sh", "cat", "dirname", "env", "mkdir", "tail", "touch", "rm", "chmod", "mktemp"}

// stub logs its call and then does what the scenario says.
const stub = `#!/bin/sh
echo "$(basename "$0") $*" >>"$WORK/calls"
`

// usual is what a scenario has unless it brings its own.
var usual = map[string]string{
	"probe": `[ -e "$WORK/up" ] && echo unix:///run/engine.sock && exit 0
[ -e "$WORK/closed" ] && exit 4
echo "nothing answers" >&2
exit 3
`,
	"id": `case $1 in -un) echo ada ;; *) cat "$WORK/uid" 2>/dev/null || echo 0 ;; esac
`,
	"uname":    "echo Linux\n",
	"sleep":    "",
	"basename": `echo "${1##*/}"` + "\n",
}

func TestEngine(t *testing.T) {
	script, err := filepath.Abs("engine.sh")
	if err != nil {
		t.Fatal(err)
	}
	// Read here, so that go test knows that its result depends on them.
	for _, name := range []string{"engine.sh", "compiler.sh", "browser.sh", "tidy.sh"} {
		if _, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/engine",
		Setup: func(env *testscript.Env) error {
			env.Setenv("ENGINE", script)
			env.Setenv("SCRIPTS", filepath.Dir(script))
			env.Setenv("ENGINE_PROBE", filepath.Join(env.WorkDir, "bin", "probe"))
			env.Setenv("ENGINE_ROOT", filepath.Join(env.WorkDir, "root"))
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("PATH", filepath.Join(env.WorkDir, "bin"))
			for _, name := range []string{"CI", "YES", "DOCKER_HOST"} {
				env.Setenv(name, "")
			}
			return programs(env.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"engine": engine},
	})
}

// programs fills the one folder on PATH.
func programs(work string) error {
	bin := filepath.Join(work, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	for _, name := range borrowed {
		path, err := exec.LookPath(name)
		if err != nil {
			return err
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	for name, body := range usual {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+body), 0o755); err != nil {
			return err
		}
	}
	if daemon := filepath.Join(work, "root/usr/sbin/dockerd"); fileExists(daemon) {
		if err := os.Chmod(daemon, 0o755); err != nil { // an archive of text knows no modes
			return err
		}
	}
	own, err := filepath.Glob(filepath.Join(work, "stubs", "*"))
	if err != nil {
		return err
	}
	for _, path := range own {
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(bin, filepath.Base(path)), append([]byte(stub), body...), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// engine EXIT [REPLY] runs the set-up, or another script that ENGINE names, and
// compares its exit status. With a reply it runs as on a terminal where that
// is typed.
func engine(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 || len(args) > 2 {
		ts.Fatalf("usage: engine EXIT [REPLY]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	text := `"$ENGINE"`
	if len(args) == 2 {
		// Sourced, the script only defines its functions.
		text = `. "$ENGINE"; on_terminal() { true; }; printf '%s\n' "$1" | main`
	} else {
		args = append(args, "")
		text = "exec sh " + text
	}
	err = ts.Exec("sh", "-c", text, "test", args[1])
	got := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit %d, want %d", got, want)
	}
}
