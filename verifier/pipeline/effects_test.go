package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// fetch stands for curl and wget: it makes the file behind -o or -O, where there is a
// network; without one it is silent, as with -s, and the pipe hides its status.
func fetch(online bool) envtest.Program {
	return func(c *envtest.Call) int {
		for i, a := range c.Args[:len(c.Args)-1] {
			if (a == "-o" || a == "-O") && online {
				if err := c.System.WriteFile(c.Path(c.Args[i+1]), envtest.File{}); err != nil {
					return c.Fail(1, "%v\n", err)
				}
			}
		}
		return 0
	}
}

// rscript stands for R: it installs nothing, and says so when it is asked.
func rscript(has bool) envtest.Program {
	return func(c *envtest.Call) int {
		if strings.Contains(strings.Join(c.Args, " "), "requireNamespace") && !has {
			c.Printf("absent")
		}
		return 0
	}
}

func TestStatusZeroWithoutItsEffect(t *testing.T) {
	installs := `Rscript -e 'install.packages(c("sf", "dplyr"))'`
	for _, tt := range []struct {
		name     string
		step     string
		programs map[string]envtest.Program
		files    map[string]envtest.File
		want     string
	}{
		{"a download that is not there", "curl -s -o data.csv https://data.example.org/x", map[string]envtest.Program{"curl": fetch(false)}, nil, "failed"},
		{"a download that is there", "curl -s -o data.csv https://data.example.org/x", map[string]envtest.Program{"curl": fetch(true)}, nil, "ok"},
		{"one that is moved away", "curl -s -o data.csv https://data.example.org/x; mv data.csv /tmp/ || true", map[string]envtest.Program{"curl": fetch(false)}, nil, "ok"},
		{"one that was not meant", "if test -e nosuch; then curl -s -o data.csv https://data.example.org/x; fi", map[string]envtest.Program{"curl": fetch(false), "test": ok}, nil, "ok"},
		{"names that are made up", "curl -s -o part#1.csv https://data.example.org/[1-3]", map[string]envtest.Program{"curl": fetch(false)}, nil, "ok"},
		{"one to the terminal", "wget -q -O - https://data.example.org/x", map[string]envtest.Program{"wget": fetch(false)}, nil, "ok"},
		{"R packages that are not there", installs, map[string]envtest.Program{"Rscript": rscript(false), "runuser": runuser}, nil, "failed"},
		{"R packages that are there", installs, map[string]envtest.Program{"Rscript": rscript(true), "runuser": runuser}, nil, "ok"},
		{"R without a way to ask", installs, map[string]envtest.Program{"Rscript": rscript(false)}, nil, "ok"},
		{"no package lists", "apt-get update", map[string]envtest.Program{"apt-get": ok}, map[string]envtest.File{"/var/lib/apt/lists/": {}}, "failed"},
		{"package lists", "apt-get update", map[string]envtest.Program{"apt-get": ok}, map[string]envtest.File{"/var/lib/apt/lists/deb_main": {}}, "ok"},
		{"a machine without a folder of lists", "apt-get update", map[string]envtest.Program{"apt-get": ok}, nil, "ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tg, _ := target(t, "debian-12", envtest.Script{Programs: tt.programs, Files: tt.files}, nil)
			e := verify(t, job(t, []pipeline.Target{tg}, step(tt.step, verifier.RoleInstall))).Environments[0]
			if got := string(e.Steps[0].Outcome); got != tt.want {
				t.Errorf("%s: %v, %s", got, told(e), e.Steps[0].Reason)
			}
			if tt.want == "failed" && (!strings.Contains(e.Steps[0].Reason, "not there afterwards") || len(e.Findings) != 1) {
				t.Errorf("%+v", e.Steps[0])
			}
		})
	}
}

// runuser runs what stands behind "--", without env and its variable.
func runuser(c *envtest.Call) int {
	for i, a := range c.Args {
		if strings.HasPrefix(a, "HOME=") {
			return c.Run(c.Args[i+1:]...)
		}
	}
	return 1
}

func TestAMendedServerMustOpenThePortThatItNames(t *testing.T) {
	serves := func(port int) envtest.Program {
		return func(c *envtest.Call) int {
			if !c.System.Exists("/usr/bin/gcc") {
				return c.Fail(127, "sh: 1: gcc: not found\n")
			}
			return c.Serve(port)
		}
	}
	for _, tt := range []struct {
		name string
		port int
		want string
	}{
		{"it does", 8000, "works-with-fixes"},
		{"it opens another one", 9000, "broken"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			script := shop()
			script.Programs = map[string]envtest.Program{"serve": serves(tt.port)}
			tg, _ := target(t, "debian-12", script, shopIndex)
			e := verify(t, job(t, []pipeline.Target{tg}, step("serve --port 8000", verifier.RoleRun, verifier.FlagLongRunning))).Environments[0]
			if diff := cmp.Diff(tt.want, string(e.Verdict)); diff != "" {
				t.Errorf("%s: %v", diff, told(e))
			}
		})
	}
}
