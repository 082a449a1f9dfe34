package run

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// paper is a machine that plays back one execution.
type paper struct {
	execution verifier.Execution
	output    string
	prompts   []string
	err       error
	got       verifier.Entry
}

func (p *paper) Type(_ context.Context, e verifier.Entry, out io.Writer, answer func(string) (string, bool)) (verifier.Execution, error) {
	p.got = e
	if p.err != nil {
		return verifier.Execution{}, p.err
	}
	_, err := io.WriteString(out, p.output)
	x := p.execution
	for _, q := range p.prompts {
		reply, ok := answer(q)
		x.Prompts = append(x.Prompts, verifier.Prompt{Text: q, Reply: reply, Answered: ok})
	}
	return x, err
}
func (p *paper) Snapshot(context.Context) (verifier.Snapshot, error) { return verifier.Snapshot{}, nil }
func (p *paper) Written(context.Context) (int64, error)              { return 0, nil }
func (p *paper) Exec(context.Context, string) (string, int, error)   { return "", 0, nil }
func (p *paper) Close() error                                        { return nil }

func typist(t *testing.T) *Typist {
	return &Typist{Step: 20 * time.Minute, Silence: 5 * time.Minute, Logs: t.TempDir(), Origin: "https://example.org/team/tool",
		Clean: func(b []byte) string { return string(b) }}
}

func TestOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		step    verifier.Step
		x       verifier.Execution
		prompts []string
		want    verifier.Outcome
		reason  string // part of it
		what    string // part of the last deviation
	}{
		"status 0":                          {x: verifier.Execution{Ended: verifier.Exited}, want: verifier.OutcomeOK},
		"status 1":                          {x: verifier.Execution{Ended: verifier.Exited, Exit: 1}, want: verifier.OutcomeFailed},
		"apt asked":                         {x: verifier.Execution{Ended: verifier.Exited}, prompts: []string{"Do you want to continue? [Y/n] "}, want: verifier.OutcomeOKWithDeviation, what: "answered “y” to “Do you want to continue? [Y/n]”"},
		"a default taken":                   {x: verifier.Execution{Ended: verifier.Exited}, prompts: []string{"Port [80]: "}, want: verifier.OutcomeOKWithDeviation, what: "pressed Enter at “Port [80]:”"},
		"nobody answered":                   {step: verifier.Step{Role: verifier.RoleInstall}, x: verifier.Execution{Ended: verifier.Asking, Exit: 130}, prompts: []string{"Your token: "}, want: verifier.OutcomeFailed, reason: "asks a question", what: "left “Your token:” without an answer"},
		"nobody answered, and no words":     {step: verifier.Step{Role: verifier.RoleInstall}, x: verifier.Execution{Ended: verifier.Asking, Exit: 130}, prompts: []string{""}, want: verifier.OutcomeFailed, reason: "asks a question", what: "left a question without words"},
		"the shell closed well":             {x: verifier.Execution{Ended: verifier.ShellClosed}, want: verifier.OutcomeOKWithDeviation, what: "opened a new one"},
		"the shell closed badly":            {x: verifier.Execution{Ended: verifier.ShellClosed, Exit: 3}, want: verifier.OutcomeFailed},
		"a server":                          {x: verifier.Execution{Ended: verifier.Serving, Ports: []int{8000, 8001}}, want: verifier.OutcomeOKWithDeviation, what: "port 8000, 8001"},
		"an install that never ends":        {step: verifier.Step{Role: verifier.RoleInstall}, x: verifier.Execution{Ended: verifier.TimedOut, Exit: 130, Seconds: 1200}, want: verifier.OutcomeFailed, reason: "longer than a step may take"},
		"an install without a sign of life": {step: verifier.Step{Role: verifier.RoleInstall}, x: verifier.Execution{Ended: verifier.Silent, Exit: 130}, want: verifier.OutcomeFailed, reason: "no output"},
		"a game that runs":                  {step: verifier.Step{Role: verifier.RoleRun}, x: verifier.Execution{Ended: verifier.TimedOut, Exit: 130, Seconds: 60}, want: verifier.OutcomeOKWithDeviation, what: "still running after 60 s"},
		"a program that asks its user":      {step: verifier.Step{Role: verifier.RoleUsage}, x: verifier.Execution{Ended: verifier.Asking, Exit: 130}, want: verifier.OutcomeOKWithDeviation, what: "waits for what its user types"},
		"an installer that asks":            {step: verifier.Step{Role: verifier.RoleInstall}, x: verifier.Execution{Ended: verifier.Asking, Exit: 130}, want: verifier.OutcomeFailed, reason: "asks a question"},
		"a flood":                           {x: verifier.Execution{Ended: verifier.Flooded, Exit: 130}, want: verifier.OutcomeFailed, reason: "printed more"},
		"out of memory":                     {x: verifier.Execution{Ended: verifier.Killed, Exit: 137, Detail: "out of memory"}, want: verifier.OutcomeFailed, reason: "out of memory"},
	} {
		t.Run(name, func(t *testing.T) {
			c.step.ID, c.step.Command = "s1", "make it"
			rec, err := typist(t).Type(t.Context(), &paper{execution: c.x, prompts: c.prompts, output: "hello\n"}, c.step, c.step.Command, "s1.log")
			if err != nil {
				t.Fatal(err)
			}
			r := rec.Result
			if r.Outcome != c.want || !strings.Contains(r.Reason, c.reason) || (c.reason == "") != (r.Reason == "") {
				t.Errorf("outcome %s (%q), want %s (%q)", r.Outcome, r.Reason, c.want, c.reason)
			}
			if c.what != "" && (len(r.Deviations) == 0 || !strings.Contains(r.Deviations[len(r.Deviations)-1].What, c.what)) {
				t.Errorf("deviations %+v, want one with %q", r.Deviations, c.what)
			}
			if r.Outcome.Passed() && r.Exit != 0 {
				t.Errorf("passed with exit %d", r.Exit)
			}
			if r.Output.Head != "hello\n" || r.Output.Bytes != 6 {
				t.Errorf("output %+v", r.Output)
			}
		})
	}
}

func TestAProgramThatStaysUpGetsLessTime(t *testing.T) {
	m := &paper{execution: verifier.Execution{Ended: verifier.Exited}}
	for role, want := range map[verifier.Role]time.Duration{verifier.RoleRun: started, verifier.RoleBuild: 20 * time.Minute} {
		if _, err := typist(t).Type(t.Context(), m, verifier.Step{ID: "s1", Role: role}, "x", ""); err != nil {
			t.Fatal(err)
		}
		if m.got.Timeout != want {
			t.Errorf("%s: limit %s, want %s", role, m.got.Timeout, want)
		}
	}
}

func TestValuesAreFilledAndSecretsShownNowhere(t *testing.T) {
	ty := typist(t)
	ty.Values = map[string]Value{"YOUR_TOKEN": {Text: "s3cr3t", Secret: true}, "<city>": {Text: "Ulm"}}
	step := verifier.Step{ID: "s1", Command: "load --city <city> --token YOUR_TOKEN", Flags: []verifier.Flag{verifier.FlagPlaceholder}}
	ty.Fill = func(command string, values map[string]string) (string, []string) {
		for _, k := range []string{"<city>", "YOUR_TOKEN"} {
			command = strings.ReplaceAll(command, k, values[k])
		}
		return command, []string{"<city>", "YOUR_TOKEN"}
	}
	m := &paper{execution: verifier.Execution{Ended: verifier.Exited}, output: "using s3cr3t\n"}
	rec, err := ty.Type(t.Context(), m, step, step.Command, "s1.log")
	if err != nil {
		t.Fatal(err)
	}
	if m.got.Text != "load --city Ulm --token s3cr3t" {
		t.Errorf("typed %q", m.got.Text)
	}
	log, err := os.ReadFile(filepath.Join(ty.Logs, "s1.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{rec.Result.Command, rec.Text, string(log), rec.Result.Output.Head} {
		if strings.Contains(kept, "s3cr3t") {
			t.Errorf("the secret stands in %q", kept)
		}
	}
	if len(rec.Result.Deviations) != 2 {
		t.Errorf("deviations %+v", rec.Result.Deviations)
	}
}

func TestAPlaceholderWithoutAValueIsNotTyped(t *testing.T) {
	m := &paper{}
	step := verifier.Step{ID: "s1", Command: "export KEY=<your key>", Flags: []verifier.Flag{verifier.FlagPlaceholder}}
	rec, err := typist(t).Type(t.Context(), m, step, step.Command, "s1.log")
	if err != nil {
		t.Fatal(err)
	}
	if m.got.Text != "" || rec.Result.Outcome != verifier.OutcomeNotRun || !strings.Contains(rec.Result.Reason, "<your key>") {
		t.Errorf("typed %q, outcome %s (%s)", m.got.Text, rec.Result.Outcome, rec.Result.Reason)
	}
}

func TestACloneWithAPlaceholderGetsTheRepositorysAddress(t *testing.T) {
	m := &paper{execution: verifier.Execution{Ended: verifier.Exited}}
	step := verifier.Step{ID: "s1", Role: verifier.RoleClone, Command: "git clone https://example.org/<your name>/tool.git && cd tool",
		Flags: []verifier.Flag{verifier.FlagPlaceholder, verifier.FlagSelfClone}}
	rec, err := typist(t).Type(t.Context(), m, step, step.Command, "")
	if err != nil {
		t.Fatal(err)
	}
	if want := "git clone https://example.org/team/tool && cd tool"; m.got.Text != want {
		t.Errorf("typed %q, want %q", m.got.Text, want)
	}
	if rec.Result.Outcome != verifier.OutcomeOKWithDeviation {
		t.Errorf("outcome %s", rec.Result.Outcome)
	}
}

func TestCloneAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		command string
		want    []string
	}{
		"https":         {"git clone --depth 1 https://example.org/a/b.git dir", []string{"https://example.org/a/b.git"}},
		"scp form":      {"git clone git@example.org:a/b.git; cd b", []string{"git@example.org:a/b.git"}},
		"a placeholder": {"git clone https://example.org/<you>/b.git", nil},
	} {
		t.Run(name, func(t *testing.T) {
			step := verifier.Step{Command: c.command, Flags: []verifier.Flag{verifier.FlagSelfClone}}
			if diff := cmp.Diff(c.want, CloneAddresses(step)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := CloneAddresses(verifier.Step{Command: "git clone https://example.org/other"}); got != nil {
		t.Errorf("a clone of another repository gave %v", got)
	}
}

func TestALostMachineIsAnErrorAndNoResult(t *testing.T) {
	_, err := typist(t).Type(t.Context(), &paper{err: verifier.ErrLost}, verifier.Step{ID: "s1"}, "x", "s1.log")
	if !errors.Is(err, verifier.ErrLost) {
		t.Errorf("error %v", err)
	}
}

func TestALogThatCannotBeKeptIsAnError(t *testing.T) {
	ty := typist(t)
	ty.Logs = filepath.Join(ty.Logs, "absent")
	if _, err := ty.Type(t.Context(), &paper{}, verifier.Step{ID: "s1"}, "x", "s1.log"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// A declared answer may be a word that no report should show.
func TestAnAnswerToAPasswordIsNotShown(t *testing.T) {
	ty := typist(t)
	ty.Answers = map[string]string{"password": "opensesame"}
	m := &paper{execution: verifier.Execution{Ended: verifier.Exited}, prompts: []string{"[sudo] password for dev: "}}
	rec, err := ty.Type(t.Context(), m, verifier.Step{ID: "s1"}, "x", "")
	if err != nil {
		t.Fatal(err)
	}
	if d := rec.Result.Deviations; len(d) != 1 || d[0].What != "answered “•••” to “[sudo] password for dev:”" {
		t.Errorf("deviations %+v", d)
	}
}

// What was answered can be answered again, unless it is a secret.
func TestPromptsAreKept(t *testing.T) {
	ty := typist(t)
	ty.Answers = map[string]string{"site": "north", "password": "hunter2", "key": "s3cr3t"}
	ty.Values = map[string]Value{"k": {Text: "s3cr3t", Secret: true}}
	m := &paper{execution: verifier.Execution{Ended: verifier.Exited}, prompts: []string{"Name of the site:", "Password:", "Key?", "Colour?"}}
	rec, err := ty.Type(t.Context(), m, verifier.Step{Command: "x"}, "x", "")
	if err != nil {
		t.Fatal(err)
	}
	var got []verifier.Prompt
	for _, d := range rec.Result.Deviations {
		got = append(got, d.Prompt)
	}
	want := []verifier.Prompt{{Text: "Name of the site:", Reply: "north", Answered: true}, {Text: "Password:", Reply: masked, Answered: true},
		{Text: "Key?", Reply: masked, Answered: true}, {Text: "Colour?"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
