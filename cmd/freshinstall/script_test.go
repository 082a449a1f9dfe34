package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/freshinstall/freshinstall/envs/gate"
	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/reports/history"
)

var update = flag.Bool("update", false, "write golden texts anew")

func TestMain(m *testing.M) {
	if gate.Called(os.Args[1:]) {
		os.Exit(gate.Main(os.Args[1:], os.Stdin, os.Stdout))
	}
	if address := os.Getenv(archiveVariable); address != "" {
		os.Exit(serveArchive(address))
	}
	if path := os.Getenv(writerVariable); path != "" {
		os.Exit(writeAndWait(path, os.Getenv(writerStops)))
	}
	testscript.Main(m, map[string]func(){"freshinstall": main})
}

// TestScript runs the command line as users do: both streams and exit codes.
// No script needs a container engine; DOCKER_HOST points nowhere, so that none
// is used by accident.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_CONFIG_HOME", "")
			env.Setenv("XDG_STATE_HOME", "")
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Setenv("DOCKER_HOST", "unix://"+filepath.Join(env.WorkDir, "no-engine.sock"))
			env.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(env.WorkDir))
			return os.Mkdir(home, 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "keeps": keeps},
	})
}

// exits runs freshinstall and holds its exit code: "exits 2 plan nowhere".
// The streams are then matched with stdout and stderr as after exec.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARGUMENT...")
	}
	err := ts.Exec("freshinstall", args[1:]...)
	code := "0"
	if err != nil {
		code = "?"
		if exited, ok := err.(interface{ ExitCode() int }); ok {
			code = strconv.Itoa(exited.ExitCode())
		}
	}
	if code != args[0] {
		ts.Fatalf("freshinstall %v: exit code %s, want %s", args[1:], code, args[0])
	}
}

// keeps puts results into a history, as verify does at its end: "keeps
// history.db first first.json". What moved is then told in the result file.
func keeps(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: keeps HISTORY NAME RESULT")
	}
	r, err := reports.Read(strings.NewReader(ts.ReadFile(args[2])))
	ts.Check(err)
	kept, _, err := history.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(kept.Explain(context.Background(), r))
	ts.Check(kept.Replace(context.Background(), args[1], r))
	ts.Check(kept.Close())
	var told bytes.Buffer
	ts.Check(reports.JSON(&told, r))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), told.Bytes(), 0o600))
}
