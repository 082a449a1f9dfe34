package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/verifier"
)

// desk is a front door whose clock, home and talk are a test's own.
func desk(t *testing.T) (*frontDoor, *bytes.Buffer) {
	t.Helper()
	var talk bytes.Buffer
	home := t.TempDir()
	env := parseEnvironment(append(os.Environ(), "HOME="+home, "XDG_STATE_HOME=", "XDG_CONFIG_HOME="))
	return &frontDoor{env: env, std: streams{in: strings.NewReader(""), out: &talk, err: &talk}}, &talk
}

// prepareAs does what verify does before it needs an engine.
func prepareAs(t *testing.T, d *frontDoor, folder string, flags ...string) *prepared {
	t.Helper()
	cmd := newVerifyCommand(d)
	if err := cmd.ParseFlags(flags); err != nil {
		t.Fatal(err)
	}
	config, err := cmd.Flags().GetString("config")
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.prepare(t.Context(), request{location: folder, config: config}, t.TempDir(), cmd.Flags())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A run is gone on with where everything that decides over its result is as it
// was, and refused with the difference where it is not.
func TestResumeHoldsTheRunAgainstWhatIsThere(t *testing.T) {
	declared := "environments:\n  - debian-12\n  - {name: partner, from: debian-13, packages: [python3]}\n"
	write := func(t *testing.T, folder, name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	commit := func(t *testing.T, folder string) { git(t, folder, "commit", "--quiet", "--all", "--message", "next") }
	for _, c := range []struct {
		name   string
		change func(t *testing.T, folder string, r *verifier.Result)
		flags  []string
		says   string // empty: it goes on
	}{
		{name: "nothing has changed"},
		{name: "where the result goes", flags: []string{"--report", "markdown", "--timeout", "1h", "--parallel", "1"}},
		{name: "the same in another clone", change: func(t *testing.T, folder string, _ *verifier.Result) {
			git(t, filepath.Dir(folder), "clone", "--quiet", folder, "clone")
			if err := errors.Join(os.Rename(folder, folder+".old"), os.Rename(filepath.Join(filepath.Dir(folder), "clone"), folder)); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "another commit", says: "it was of a repository at ", change: func(t *testing.T, folder string, _ *verifier.Result) {
			write(t, folder, "main.c", "int main;\n")
			commit(t, folder)
		}},
		{name: "files that are not committed", says: "the files of the repository have changed since (at ", change: func(t *testing.T, folder string, _ *verifier.Result) {
			write(t, folder, "main.c", "int main;\n")
		}},
		{name: "other documents", says: "it read other documents", change: func(t *testing.T, _ string, r *verifier.Result) {
			r.Inputs.Documents = "0"
		}},
		{name: "another version of the tool", says: "it is of freshinstall 0.0.1, this is ", change: func(t *testing.T, _ string, r *verifier.Result) {
			r.Tool.Version = "0.0.1"
		}},
		{name: "fewer environments", says: "what is declared for it is not the same", flags: []string{"-e", "debian-12"}},
		{name: "another limit", says: "what is declared for it is not the same", flags: []string{"--step-timeout", "3m"}},
		{name: "a result that does not say what it is of", says: "it does not tell what it was made of", change: func(t *testing.T, _ string, r *verifier.Result) {
			r.Inputs = nil
		}},
		{name: "a result that was made up", says: "it was of a repository without a commit", change: func(t *testing.T, _ string, r *verifier.Result) {
			r.Repository.Commit = ""
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, _ := desk(t)
			folder := repository(t, map[string]string{"README.md": readmeOf("make"), "main.c": "int main(void) { return 0; }\n", "freshinstall.yaml": declared})
			first := prepareAs(t, d, folder)
			inputs, err := first.inputs()
			if err != nil {
				t.Fatal(err)
			}
			r := verifier.Result{Tool: tool(), Repository: first.checkout.Repository, Inputs: inputs}
			if c.change != nil {
				c.change(t, folder, &r)
			}
			err = (&earlierRun{file: "result.json", result: &r}).fits(prepareAs(t, d, folder, c.flags...))
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			p, ok := errors.AsType[*problem](err)
			if !ok || p.code != exitUse || !strings.Contains(p.what, c.says) || !strings.HasSuffix(p.todo, "or verify from the start, without --resume") {
				t.Errorf("%+v, want %q", err, c.says)
			}
		})
	}
	t.Run("what is declared for a machine, and what is secret", func(t *testing.T) {
		d, _ := desk(t)
		folder := repository(t, map[string]string{"README.md": readmeOf("make <TOKEN>")})
		config := filepath.Join(t.TempDir(), "c.yaml")
		digests := map[string]string{}
		for name, text := range map[string]string{
			"one secret":       "values: {TOKEN: from-env:ONE}\n",
			"another secret":   "values: {TOKEN: from-env:TWO}\n",
			"no secret":        "values: {TOKEN: plain}\n",
			"an answer":        "values: {TOKEN: plain}\nanswers: {sure: 'y'}\n",
			"a limit":          "values: {TOKEN: plain}\nenvironments: [{name: debian-12, from: debian-12, limits: {memory: 1g}}, debian-13]\n",
			"an acceptance":    "values: {TOKEN: plain}\nacceptance: [{run: 'true'}]\n",
			"a correction":     "values: {TOKEN: plain}\nsteps: [{match: make, follow: true, why: x}]\n",
			"a report's place": "values: {TOKEN: plain}\nsettings: {report: [json]}\n",
		} {
			d.env["ONE"], d.env["TWO"] = "first", "second"
			if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			inputs, err := prepareAs(t, d, folder, "--config", config).inputs()
			if err != nil {
				t.Fatal(err)
			}
			digests[name] = inputs.Declaration
		}
		if digests["one secret"] != digests["another secret"] || digests["no secret"] != digests["a report's place"] {
			t.Errorf("digests differ: %v", digests)
		}
		different := map[string]bool{}
		for _, digest := range digests {
			different[digest] = true
		}
		if len(different) != 6 {
			t.Errorf("%d different digests, want 6: %v", len(different), digests)
		}
	})
}

// A kept run is found by its name, stays while something is left to do, and
// goes when nothing is.
func TestRunsAreKeptWhileSomethingIsLeftToDo(t *testing.T) {
	d, talk := desk(t)
	p := prepareAs(t, d, repository(t, map[string]string{"README.md": readmeOf("make")}))
	file := filepath.Join(t.TempDir(), "result.json")
	k := &keeper{door: d, outputs: []output{{"json", file}, {"markdown", file + ".md"}, {"json", onStdout}}}
	k.begin(p, "", false, func(text string) { talk.WriteString(text) })
	done := verifier.EnvironmentResult{Environment: verifier.Environment{Name: "debian-12"}, Verdict: verifier.Works}
	cut := verifier.EnvironmentResult{Environment: verifier.Environment{Name: "debian-13"}, Verdict: verifier.Inconclusive, Incident: &verifier.Incident{}}
	r := verifier.Result{Environments: []verifier.EnvironmentResult{done, cut}}
	k.keep(r)
	name, err := k.close(&r)
	if err != nil || name == "" {
		t.Fatalf("name %q, %v", name, err)
	}
	run, err := d.openRun(name)
	if err != nil {
		t.Fatal(err)
	}
	var asked, got bytes.Buffer
	if err := errors.Join(reports.JSON(&asked, &r), reports.JSON(&got, run.result)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asked.String(), got.String()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != asked.String() {
		t.Errorf("the file that was asked for: %v\n%s", err, text)
	}
	if _, err := os.Stat(file + ".md"); err == nil || talk.Len() > 0 {
		t.Errorf("a report that is no result was written meanwhile, or said %q", talk.String())
	}

	if _, err := d.openRun("nosuch"); err == nil || !strings.Contains(asProblem(err).todo, "those that are kept: "+name) {
		t.Errorf("a wrong name is answered with %v", err)
	}
	by := filepath.Join(run.folder, keptBy)
	if err := os.WriteFile(by, []byte(strconv.Itoa(os.Getppid())), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.openRun(name); err == nil || !strings.Contains(err.Error(), "this run still goes on") {
		t.Errorf("a run that still goes on: %v", err)
	}
	for _, broken := range []string{"", "x", "-1", "99999999999999999999"} {
		if err := os.WriteFile(by, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := d.openRun(name); err != nil {
			t.Errorf("kept by %q: %v", broken, err)
		}
	}

	// The next attempt writes into the same folder, which stays for export when
	// all is done, and goes where nothing is proven.
	p.earlier = run
	again := &keeper{door: d}
	again.begin(p, "", false, nil)
	if again.folder != run.folder {
		t.Errorf("the second attempt is kept in %s, the first in %s", again.folder, run.folder)
	}
	whole := verifier.Result{Environments: []verifier.EnvironmentResult{done, done}}
	again.keep(whole)
	if name, err := again.close(&whole); name != "" || err != nil {
		t.Errorf("a finished run is kept as %q, %v", name, err)
	}
	if d.keptRun(filepath.Base(run.folder)) == "" || !regularFile(filepath.Join(run.folder, keptDone)) {
		t.Error("a run that proved something is not kept for export")
	}
	for i := range whole.Environments {
		whole.Environments[i].Verdict = verifier.Broken
	}
	if name, err := again.close(&whole); name != "" || err != nil || d.keptRun(filepath.Base(run.folder)) != "" {
		t.Errorf("a finished run that proved nothing is kept as %q, %v", name, err)
	}

	t.Run("a run that cannot be kept goes on and says so once", func(t *testing.T) {
		said := 0
		k := &keeper{door: d, outputs: []output{{"json", filepath.Join(t.TempDir(), "nosuch", "r.json")}}, tell: func(string) { said++ }}
		k.keep(r)
		k.keep(r)
		if said != 1 {
			t.Errorf("said %d times", said)
		}
	})
	t.Run("old runs go", func(t *testing.T) {
		made := []struct {
			age      time.Duration
			finished bool
		}{{0, false}, {time.Hour, true}, {finishedFor + time.Hour, false}, {finishedFor + time.Hour, true}, {keptFor + time.Hour, false}}
		folders := make([]string, len(made))
		for i := range made { // a new run forgets the old ones
			var err error
			if folders[i], err = d.newRun("a b/../c"); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folders[i], keptResult), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for i, m := range made {
			var err error
			if m.finished {
				err = os.WriteFile(filepath.Join(folders[i], keptDone), nil, 0o600)
			}
			when := time.Now().Add(-m.age)
			if err = errors.Join(err, os.Chtimes(folders[i], when, when)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.openRun(filepath.Base(folders[1])); err == nil || !strings.Contains(err.Error(), "was finished") {
			t.Errorf("a finished run is gone on with: %v", err)
		}
		if todo := d.keptInWords(); strings.Contains(todo, filepath.Base(folders[1])+",") || !strings.Contains(todo, filepath.Base(folders[0])) {
			t.Errorf("kept: %s", todo)
		}
		for _, c := range []struct {
			name  string
			which func(bool, time.Duration) bool
			want  int
		}{{"too old", tooOld, 2}, {"too old, again", tooOld, 0}, {"finished", allFinished, 1}, {"all", allKept, 2}} {
			if n, err := d.forgetRuns(c.which); n != c.want || err != nil {
				t.Errorf("%s: %d runs, %v; want %d", c.name, n, err, c.want)
			}
		}
	})
}

func TestHowToGoOnCanBePasted(t *testing.T) {
	for text, want := range map[string]string{
		"/home/ada/app": "/home/ada/app", "my app": "'my app'", "it's; rm -rf ~": `'it'\''s; rm -rf ~'`, "": "''",
		"https://git.example.org/civic/app.git": "https://git.example.org/civic/app.git",
	} {
		if got := shellWord(text); got != want {
			t.Errorf("%q is quoted as %s, want %s", text, got, want)
		}
	}
}
