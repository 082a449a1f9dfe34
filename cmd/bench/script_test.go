package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output of the scripts")

// The scripts run bench itself as a process, with two small programs in the
// place of the tool and of docker: they give canned answers, so that the whole
// path from flags to table is held without an engine.
func TestMain(m *testing.M) {
	// The commit of every sample repository is the same on every machine.
	for _, name := range []string{"GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"} {
		if err := os.Setenv(name, "2030-01-01T00:00:00Z"); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){
		"bench":        main,
		"freshinstall": cannedTool,
		"docker":       cannedDocker,
	})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			env.Setenv("CANNED", filepath.Join(env.WorkDir, "canned"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"sample": sample},
	})
}

// sample makes a repository with one commit in the named folder.
func sample(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(scenario{commands: []string{"make"}}.lay(context.Background(), ts.MkAbs(args[0])))
}

// cannedTool stands in for freshinstall: it writes CANNED/REPO.json as the
// result, or what CANNED/REPO.says holds to stderr, or hangs when told to. Its
// plan is the list of the files that it was given.
func cannedTool() {
	if os.Args[1] == "plan" {
		cannedPlan(os.Args[len(os.Args)-1])
		return
	}
	if os.Args[1] != "verify" {
		fmt.Fprintln(os.Stderr, "unknown command")
		os.Exit(2)
	}
	canned := filepath.Join(os.Getenv("CANNED"), filepath.Base(os.Args[2]))
	if says, err := os.ReadFile(canned + ".says"); err == nil {
		fmt.Fprint(os.Stderr, string(says))
		if strings.TrimSpace(string(says)) == "hang" {
			ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
			defer stop()
			<-ctx.Done()
		}
		os.Exit(2)
	}
	for _, arg := range os.Args {
		if file, is := strings.CutPrefix(arg, "json="); is {
			text, err := os.ReadFile(canned + ".json")
			if err == nil {
				err = os.WriteFile(file, text, 0o644)
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
		}
	}
}

// cannedPlan has a step for every tracked file, with its size as the line.
func cannedPlan(tree string) {
	files, err := exec.Command("git", "-C", tree, "ls-files").Output()
	if err != nil || len(files) == 0 {
		fmt.Fprintln(os.Stderr, "no files:", err)
		os.Exit(2)
	}
	origin, err := exec.Command("git", "-C", tree, "remote", "get-url", "origin").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	type step struct {
		Command string `json:"command"`
		Line    int64  `json:"line"`
	}
	plan := map[string]any{"repository": filepath.Base(tree) + " of " + strings.TrimSpace(string(origin))}
	var steps []step
	for name := range strings.Lines(string(files)) {
		name = strings.TrimSpace(name)
		info, err := os.Stat(filepath.Join(tree, name))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		steps = append(steps, step{name, info.Size()})
	}
	plan["steps"] = steps
	if err := json.NewEncoder(os.Stdout).Encode(plan); err != nil {
		os.Exit(2)
	}
	os.Exit(1) // as with findings
}

// cannedDocker knows one image and runs nothing.
func cannedDocker() {
	args := strings.Join(os.Args[1:], " ")
	switch {
	case args == "image inspect -- sample:base":
	case strings.HasPrefix(args, "run --rm --workdir /tmp sample:base sh -c "):
	default:
		fmt.Fprintln(os.Stderr, "docker: not known:", args)
		os.Exit(1)
	}
}
