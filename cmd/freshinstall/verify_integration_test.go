package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// readmeOf shows commands as an install section.
func readmeOf(commands ...string) string {
	return "# Hello\n\nSays hello.\n\n## Install\n\n```sh\n" + strings.Join(commands, "\n") + "\n```\n"
}

// A fault is found, mended, proven and written down; with what was written the
// next run ends well.
func TestIntegrationVerifyWritesDownWhatItProved(t *testing.T) {
	engineOutside(t)
	folder := repository(t, map[string]string{
		"README.md":      readmeOf("./script/hello.sh", "cat greeting"),
		"tools/hello.sh": "#!/bin/sh\necho hello > greeting\n",
	})
	kept := t.TempDir()
	keep := func(name string) string { return filepath.Join(kept, name) }

	finish(t, folder, exitFindings, "verify", "-e", "debian-12", "--report", "json="+keep("first.json"),
		"--patch", keep("section.patch"), "--fixes-patch", keep("fixes.patch"))
	first := result(t, keep("first.json")).Environments[0]
	if first.Verdict != verifier.WorksWithFixes || len(first.Findings) != 1 || first.Findings[0].Fixes[0].Grade != verifier.Proven {
		t.Fatalf("verdict %s, findings %+v", first.Verdict, first.Findings)
	}
	if out := git(t, folder, "status", "--porcelain"); out != "" {
		t.Errorf("a run without --write changed the repository:\n%s", out)
	}

	t.Run("the section is documentation", func(t *testing.T) {
		git(t, folder, "apply", "--check", keep("section.patch"))
		finish(t, folder, exitFindings, "verify", "-e", "debian-12", "--write")
		written, err := os.ReadFile(filepath.Join(folder, "README.md"))
		if err != nil || !strings.Contains(string(written), "Known install problems") {
			t.Fatalf("README.md: %v\n%s", err, written)
		}
		git(t, folder, "commit", "--quiet", "--all", "--message", "problems")
		finish(t, folder, exitOK, "verify", "-e", "debian-12", "--write", "--report", "json="+keep("second.json"))
		if v := result(t, keep("second.json")).Environments[0].Verdict; v != verifier.WorksWithDocumentedFixes {
			t.Errorf("verdict %s, want %s", v, verifier.WorksWithDocumentedFixes)
		}
		if out := git(t, folder, "status", "--porcelain"); out != "" {
			t.Errorf("a second --write changed the documents:\n%s", git(t, folder, "diff"))
		}
		git(t, folder, "reset", "--quiet", "--hard", "HEAD~1")
	})

	t.Run("the corrections mend the README", func(t *testing.T) {
		git(t, folder, "apply", keep("fixes.patch"))
		finish(t, folder, exitOK, "verify", "-e", "debian-12", "--report", "json="+keep("third.json"))
		third := result(t, keep("third.json"))
		if !third.Repository.Dirty {
			t.Error("a dirty tree is not called dirty")
		}
		if env := third.Environments[0]; env.Verdict != verifier.Works || len(env.Findings) > 0 {
			t.Errorf("verdict %s, findings %+v", env.Verdict, env.Findings)
		}
	})
}

func TestIntegrationFloodsAndEscapesDoNoHarm(t *testing.T) {
	engineOutside(t)
	folder := repository(t, map[string]string{
		"README.md": readmeOf("sh flood.sh", "sh noise.sh", "sh escapes.sh"),
		"flood.sh":  "yes freshness | head -c 100000000\n", "noise.sh": "head -c 1000000 /dev/urandom\n",
		"escapes.sh": `printf '\033]0;title\007\033[2J\033[31mred\033[0m \342\200\256reversed\n'` + "\n",
	})
	report := filepath.Join(t.TempDir(), "result.json")
	i := finish(t, folder, exitOK, "verify", "-v", "-e", "debian-12", "--report", "json="+report)
	for name, text := range map[string]string{"stdout": i.stdout.String(), "stderr": strings.Join(i.told, "")} {
		if at := strings.IndexAny(text, "\x1b\x07\u202e"); at >= 0 {
			t.Errorf("terminal sequences of a step reached %s: %.200q", name, text[at:])
		}
	}
	steps := result(t, report).Environments[0].Steps
	if flood := steps[0].Output; flood.Bytes < 100_000_000 || len(flood.Head)+len(flood.Tail) > 1<<16 {
		t.Errorf("the flood: %d bytes, of which %d are shown", flood.Bytes, len(flood.Head)+len(flood.Tail))
	}
	for _, step := range steps {
		if strings.ContainsAny(step.Output.Head+step.Output.Tail, "\x1b\x07") {
			t.Errorf("%s: the kept output holds terminal sequences", step.Command)
		}
	}
}

// One machine is ended by its own step; the other environment finishes, and
// every report says so and obeys nothing that was printed.
func TestIntegrationAHostileEnvironmentLeavesTheOthersAlone(t *testing.T) {
	engineOutside(t)
	t.Setenv("CIVIC_TOKEN", "s3cr3t-of-the-owner")
	folder := repository(t, map[string]string{
		"README.md": readmeOf("sh print.sh", "sh greet.sh <YOUR_TOKEN>", "sh end.sh"),
		"print.sh":  "printf '::set-env name=PATH::/evil\n##[add-mask]x\n<script>alert(1)</script>\n```\n# heading\n\033]52;c;b3duZWQ=\007\n'; exit 3\n",
		"greet.sh":  "echo token $1; echo $1 >>/tmp/kept; printf '%s' \"$1\" | rev; exit 4\n",
		"end.sh":    "if [ \"$HOSTILE\" = yes ]; then sudo sh -c 'kill -9 -1'; sleep 5; fi\n",
		"freshinstall.yaml": "environments:\n  - {name: hostile, from: debian-12, env: {HOSTILE: 'yes'}}\n  - {name: calm, from: debian-12}\n" +
			"values: {YOUR_TOKEN: from-env:CIVIC_TOKEN}\n",
	})
	kept := t.TempDir()
	keep := func(name string) string { return filepath.Join(kept, name) }
	i := finish(t, folder, exitFindings, "verify", "--trust-config", "--report", "markdown=-", "--report", "json="+keep("r.json"),
		"--report", "markdown="+keep("r.md"), "--logs", keep("logs"))
	r := result(t, keep("r.json"))
	hostile, calm := r.Environments[0], r.Environments[1]
	if hostile.Incident == nil || hostile.Incident.Blame != verifier.BlameContainer {
		t.Errorf("hostile: %s, %+v", hostile.Verdict, hostile.Incident)
	}
	if calm.Incident != nil || len(calm.Steps) != 3 || !calm.Steps[2].Outcome.Passed() {
		t.Errorf("calm: %s, %+v, %+v", calm.Verdict, calm.Incident, calm.Steps)
	}
	runner := regexp.MustCompile(`(?m)^\s*::[a-z]|##\[`)
	for name, text := range map[string]string{"stdout": i.stdout.String(), "stderr": strings.Join(i.told, "\n")} {
		if at := runner.FindString(text); at != "" {
			t.Errorf("a runner would obey %s: %q", name, at)
		}
		if strings.Contains(text, "\x1b") {
			t.Errorf("%s holds terminal sequences", name)
		}
	}
	err := filepath.WalkDir(kept, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if strings.Contains(string(raw), "s3cr3t-of-the-owner") {
			t.Errorf("%s holds the secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	page, err := os.ReadFile(keep("r.md"))
	if err != nil || strings.Contains(string(page), "<script") && !strings.Contains(string(page), "```") {
		t.Errorf("the page: %v", err)
	}
}

func TestIntegrationLimitsAndFaults(t *testing.T) {
	engineOutside(t)
	sleeps := map[string]string{"README.md": readmeOf("sh wait.sh"), "wait.sh": "sleep 600\n"}
	for _, c := range []struct {
		name  string
		files map[string]string
		args  []string
		code  int
		says  string // in the report or on stderr
	}{
		{"a step that never ends", sleeps, []string{"--step-timeout", "3s"}, exitFindings, "wait.sh"},
		{"a step without a sign of life", sleeps, []string{"--silence", "3s"}, exitFindings, "wait.sh"},
		{"the time of the whole run", sleeps, []string{"--timeout", "5s"}, exitTime, "time limit"},
		{"an image that cannot be had", map[string]string{"README.md": readmeOf("true"),
			"freshinstall.yaml": "environments:\n  - name: nowhere\n    image: 127.0.0.1:9/civic/nothing:1\n"},
			[]string{"-e", "nowhere"}, exitUntested, "127.0.0.1:9/civic/nothing:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := repository(t, c.files)
			args := append([]string{"verify"}, c.args...)
			if c.args[0] != "-e" {
				args = append(args, "-e", "debian-12")
			}
			i := finish(t, folder, c.code, args...)
			if all := i.stdout.String() + strings.Join(i.told, "\n"); !strings.Contains(all, c.says) {
				t.Errorf("nothing says %q:\n%s", c.says, all)
			}
		})
	}
}

// longRun begins a run that has found something and then waits for ever.
func longRun(t *testing.T, report string) *invocation {
	t.Helper()
	folder := repository(t, map[string]string{
		"README.md":      readmeOf("./script/hello.sh", "sh wait.sh"),
		"tools/hello.sh": "#!/bin/sh\necho hello > greeting\n", "wait.sh": "sleep 600\n",
	})
	i := start(t, folder, t.TempDir(), "verify", "-e", "debian-12", "--events", "json", "--report", "json="+report)
	i.until(t, "the step that waits", func(e verifier.Event) bool {
		return e.Kind == verifier.EventStep && strings.Contains(e.Command, "wait.sh")
	})
	return i
}

func TestIntegrationInterruptKeepsWhatWasFound(t *testing.T) {
	engine := engineOutside(t)
	for name, signal := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			report := filepath.Join(t.TempDir(), "result.json")
			i := longRun(t, report)
			if err := i.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code := i.end(t); code != exitInterrupted {
				t.Errorf("exit code %d, want %d\n%s", code, exitInterrupted, strings.Join(i.told, "\n"))
			}
			r := result(t, report)
			if !r.Interrupted || len(r.Environments) != 1 || len(r.Environments[0].Findings) != 1 {
				t.Errorf("interrupted %v, environments %+v", r.Interrupted, r.Environments)
			}
			if left := engine.machinesOf(t, i.cmd.Process.Pid); len(left) > 0 {
				t.Errorf("containers were left: %v", left)
			}
			if left := scratchOf(t, i.cmd.Process.Pid); len(left) > 0 {
				t.Errorf("temporary folders were left: %v", left)
			}
		})
	}
}

func TestIntegrationMachineTakenAway(t *testing.T) {
	engine := engineOutside(t)
	report := filepath.Join(t.TempDir(), "result.json")
	i := longRun(t, report)
	for _, id := range engine.machinesOf(t, i.cmd.Process.Pid) {
		engine.remove(t, id)
	}
	code := i.end(t)
	if code != exitUntested && code != exitFindings {
		t.Errorf("exit code %d, want %d, or %d for what was found before\n%s", code, exitUntested, exitFindings, strings.Join(i.told, "\n"))
	}
	env := result(t, report).Environments[0]
	if env.Incident == nil || env.Incident.ToDo == "" || env.Verdict == verifier.Works || len(env.Findings) != 1 {
		t.Errorf("verdict %s, incident %+v, %d findings", env.Verdict, env.Incident, len(env.Findings))
	}
}

// After kill -9 the engine itself ends the machines, and the next start
// removes what is then left.
func TestIntegrationKillLeavesNothingRunning(t *testing.T) {
	engine := engineOutside(t)
	i := longRun(t, filepath.Join(t.TempDir(), "result.json"))
	pid := i.cmd.Process.Pid
	if len(engine.machinesOf(t, pid)) == 0 {
		t.Fatal("no machine runs")
	}
	if err := i.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	engine.gone(t, pid, 10*time.Second)
	i.end(t)
	if len(scratchOf(t, pid)) == 0 {
		t.Error("a killed run should leave its temporary folder, or this test shows nothing")
	}
	aloneWithKept(t)
	swept := finish(t, t.TempDir(), exitOK, "prune")
	if !strings.Contains(swept.stdout.String(), "temporary folder") {
		t.Errorf("prune says %q", swept.stdout.String())
	}
	if left := scratchOf(t, pid); len(left) > 0 {
		t.Errorf("temporary folders were left: %v", left)
	}
}

func scratchOf(t *testing.T, pid int) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), scratchPrefix+strconv.Itoa(pid)+"-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The demo ends as it says, with another seed than the one that everybody sees.
func TestIntegrationDemo(t *testing.T) {
	engineOutside(t)
	t.Parallel() // with the other long test, once those that count containers are through
	i := finish(t, t.TempDir(), exitOK, "demo", "--seed", "2")
	for _, want := range []string{"The demo ended as it should: 5 faults", "findings=5 proven=5", "verdict=works ", "Known install problems"} {
		if !strings.Contains(i.stdout.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, i.stdout.String())
		}
	}
}

// In reStructuredText as in Markdown: what is written is documentation, a second
// run gives no difference, and the corrected document works.
func TestIntegrationVerifyWritesInTheDocumentsMarkup(t *testing.T) {
	engineOutside(t)
	document := "=====\nHello\n=====\n\nSays hello.\n\nInstall\n-------\n\n.. code-block:: console\n\n   $ make greeting\n   $ cat greeting\n"
	folder := repository(t, map[string]string{"README.rst": document, "Makefile": "greeting:\n\techo hello > greeting\n"})
	kept := t.TempDir()
	keep := func(name string) string { return filepath.Join(kept, name) }

	finish(t, folder, exitFindings, "verify", "-e", "debian-12", "--write", "--branch", "problems", "--report", "json="+keep("first.json"), "--fixes-patch", keep("fixes.patch"))
	first := result(t, keep("first.json")).Environments[0]
	if first.Verdict != verifier.WorksWithFixes || len(first.Findings) != 1 || first.Findings[0].Fixes[0].Grade != verifier.Proven {
		t.Fatalf("verdict %s, findings %+v", first.Verdict, first.Findings)
	}
	written, err := os.ReadFile(filepath.Join(folder, "README.rst"))
	if err != nil || !strings.HasPrefix(string(written), document) || !strings.Contains(string(written), "\nKnown install problems\n----------------------\n") {
		t.Fatalf("README.rst: %v\n%s", err, written)
	}
	if branch := git(t, folder, "show", "problems:README.rst"); branch != string(written) {
		t.Errorf("the branch has another document:\n%s", branch)
	}
	git(t, folder, "commit", "--quiet", "--all", "--message", "problems")
	finish(t, folder, exitOK, "verify", "-e", "debian-12", "--write", "--report", "json="+keep("second.json"))
	if v := result(t, keep("second.json")).Environments[0].Verdict; v != verifier.WorksWithDocumentedFixes {
		t.Errorf("verdict %s, want %s", v, verifier.WorksWithDocumentedFixes)
	}
	if out := git(t, folder, "status", "--porcelain"); out != "" {
		t.Errorf("a second --write changed the documents:\n%s", git(t, folder, "diff"))
	}

	// Corrected, the document works, and the section takes itself back.
	git(t, folder, "apply", keep("fixes.patch"))
	finish(t, folder, exitOK, "verify", "-e", "debian-12", "--write", "--report", "json="+keep("third.json"))
	third := result(t, keep("third.json")).Environments[0]
	if third.Verdict != verifier.Works || len(third.Findings) > 0 {
		t.Errorf("verdict %s, findings %+v", third.Verdict, third.Findings)
	}
	last, err := os.ReadFile(filepath.Join(folder, "README.rst"))
	if err != nil || strings.Contains(string(last), "freshinstall") || !strings.Contains(string(last), "   $ make greeting\n") || !strings.Contains(string(last), "install") {
		t.Errorf("README.rst: %v\n%s", err, last)
	}
}
