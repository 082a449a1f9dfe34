package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/envs/envtest"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/pipeline"
)

// archive is a world whose apt-get puts versions in place that it has, as facts
// of the machine, and whose program greet fails with what broken says of them.
func archive(has []string, broken func(version func(name string) string) bool) envtest.Script {
	apt := func(c *envtest.Call) int {
		for _, arg := range c.Args[1:] {
			name, version, ok := strings.Cut(arg, "=")
			if !ok {
				continue
			}
			if !slices.Contains(has, arg) {
				return c.Fail(100, "E: Version '%s' for '%s' was not found\n", version, name)
			}
			c.System.SetFact("version of "+name, version)
		}
		return 0
	}
	return envtest.Script{Programs: map[string]envtest.Program{"apt-get": apt, "greet": func(c *envtest.Call) int {
		if broken(func(name string) string { return c.System.Fact("version of " + name) }) {
			return c.Fail(2, "greet: libfoo: symbol gone\n")
		}
		return 0
	}}}
}

func TestBisect(t *testing.T) {
	move := func(name, from, to string) verifier.Move {
		return verifier.Move{Manager: verifier.ManagerDpkg, Name: name, From: from, To: to}
	}
	moved := []verifier.Move{move("innocent", "7", "8"), move("libfoo", "1.2", "1.3"), move("libfoo-data", "1.2", "1.3")}
	all := []string{"innocent=7", "innocent=8", "libfoo=1.2", "libfoo=1.3", "libfoo-data=1.2", "libfoo-data=1.3"}
	needsOld := func(version func(string) string) bool { return version("libfoo") != "1.2" }
	for name, c := range map[string]struct {
		has    []string
		broken func(func(string) string) bool
		moved  []verifier.Move
		guilty string
		why    string
		tried  []string
	}{
		"the second suspect, with what is of its source": {all, needsOld, moved, "libfoo", "", []string{"innocent had", "libfoo had passed with libfoo-data"}},
		"an old version that is gone":                    {[]string{"innocent=7"}, needsOld, moved, "", "", []string{"innocent had", "libfoo with libfoo-data"}},
		"none of them":                                   {all, func(func(string) string) bool { return true }, moved, "", "", []string{"innocent had", "libfoo had with libfoo-data"}},
		"it passes today":                                {all, func(func(string) string) bool { return false }, moved, "", "with everything as it is now, the step passes today", nil},
		"the installing helped, not the version": {all, func(v func(string) string) bool { return v("libfoo") == "" }, moved, "",
			"with libfoo 1.2 the step passes, and also with 1.3, once that is installed in the same way", []string{"innocent had", "libfoo had passed with libfoo-data"}},
		"no control": {[]string{"innocent=7", "libfoo=1.2", "libfoo-data=1.2"}, needsOld, moved, "",
			"with libfoo 1.2 the step passes, but 1.3 could not be installed in the same way for the control run", []string{"innocent had", "libfoo had passed with libfoo-data"}},
		"what is gone": {all, needsOld, []verifier.Move{move("libfoo", "1.2", "")}, "libfoo", "", []string{"libfoo had passed"}},
		"names that are commands": {all, needsOld, append([]verifier.Move{move("x;reboot", "1", "2"), move("x", "$(reboot)", "2"), move("y", "1", "'2")}, moved[1]), "libfoo", "",
			[]string{"libfoo had passed"}},
	} {
		t.Run(name, func(t *testing.T) {
			tg, th := target(t, "debian-12", archive(c.has, c.broken), nil)
			j := job(t, []pipeline.Target{tg}, step("cd .", verifier.RoleOther), step("greet", verifier.RoleRun))
			was := verifier.EnvironmentResult{Environment: envtest.DefaultEnvironment(), Verdict: verifier.Broken, Drift: &verifier.Drift{Moved: c.moved},
				Steps: []verifier.StepResult{{Step: "s1", Command: "cd .", Outcome: verifier.OutcomeOK}, {Step: "s2", Command: "greet", Outcome: verifier.OutcomeFailed, Exit: 2}}}
			was.Environment.Name = "debian-12"
			got, err := pipeline.Bisect(t.Context(), j, tg, was)
			if err != nil {
				t.Fatal(err)
			}
			var tried []string
			for _, trial := range got.Trials {
				words := trial.Name
				if trial.Had {
					words += " had"
				}
				if trial.Passed {
					words += " passed"
				}
				if len(trial.With) > 0 {
					words += " with " + strings.Join(trial.With, " ")
				}
				tried = append(tried, words)
			}
			guilty := ""
			if got.Guilty != nil {
				guilty = got.Guilty.Name
			}
			if diff := cmp.Diff(c.tried, tried); diff != "" || guilty != c.guilty || got.Why != c.why {
				t.Errorf("guilty %q, why %q, tried (-want +got):\n%s", guilty, got.Why, diff)
			}
			if n := th.Open(); n != 0 {
				t.Errorf("%d machines left behind", n)
			}
		})
	}

	t.Run("nothing that could be set back", func(t *testing.T) {
		tg, _ := target(t, "debian-12", archive(nil, needsOld), nil)
		j := job(t, []pipeline.Target{tg}, step("greet", verifier.RoleRun))
		was := verifier.EnvironmentResult{Drift: &verifier.Drift{Moved: []verifier.Move{{Manager: verifier.ManagerTool, Name: "go", From: "1", To: "2"}}},
			Steps: []verifier.StepResult{{Step: "s1", Command: "greet", Outcome: verifier.OutcomeFailed}}}
		for _, drift := range []*verifier.Drift{was.Drift, nil} {
			was.Drift = drift
			if _, err := pipeline.Bisect(t.Context(), j, tg, was); !errors.As(err, new(*pipeline.NoDriftError)) {
				t.Errorf("drift %+v: error %v", drift, err)
			}
		}
	})
}
