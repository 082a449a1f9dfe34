package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func terminal(t *testing.T, r *verifier.Result, o TerminalOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := Terminal(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func render(t testing.TB, format string, r *verifier.Result) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(format, &out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGoldens(t *testing.T) {
	one := 1
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".100.txt", []byte(terminal(t, r, TerminalOptions{Width: 100, Exit: &one})))
			golden(t, name+".60.txt", []byte(terminal(t, r, TerminalOptions{Width: 60, ASCII: true})))
			for format, ending := range map[string]string{"json": ".json", "markdown": ".md", "junit": ".junit.xml", "sarif": ".sarif",
				"github": ".github.txt", "gitlab": ".gitlab.json", "badge": ".svg", "badge-json": ".badge.json"} {
				golden(t, name+ending, render(t, format, r))
			}
		})
	}
}

func TestFormats(t *testing.T) {
	if diff := cmp.Diff([]string{"badge", "badge-json", "comment", "github", "gitlab", "html", "json", "junit", "markdown", "sarif", "summary", "terminal"}, Formats()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range Formats() {
		var a, b bytes.Buffer
		if err := errors.Join(Write(name, &a, fiveFindings()), Write(name, &b, fiveFindings())); err != nil {
			t.Fatal(err)
		}
		if a.Len() == 0 || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s is not always the same", name)
		}
		if err := Write(name, full{}, fiveFindings()); !errors.Is(err, errFull) {
			t.Errorf("%s: err = %v", name, err)
		}
	}
	if err := Write("pdf", &bytes.Buffer{}, works()); err == nil || !strings.Contains(err.Error(), "html, json, junit, markdown") {
		t.Errorf("err = %v", err)
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestReportsDoNotChangeTheResult(t *testing.T) {
	for name, r := range fixtures() {
		for _, format := range Formats() {
			if err := Write(format, &bytes.Buffer{}, r); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(fixtures()[name], r); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
}

// The closing line is for programs: it must be the only one of its kind.
func TestClosingLine(t *testing.T) {
	zero, three := 0, 3
	for _, tc := range []struct {
		name string
		exit *int
		want string
	}{
		{"five-findings", nil, "freshinstall: verdict=works-with-fixes environments=2 findings=5 proven=5 left-out=3"},
		{"documented", &zero, "freshinstall: verdict=works-with-documented-fixes environments=2 findings=5 proven=5 left-out=3 exit=0"},
		{"differing", nil, "freshinstall: verdict=broken environments=2 findings=6 proven=2 left-out=4"},
		{"interrupted", &three, "freshinstall: verdict=inconclusive environments=1 findings=1 proven=1 left-out=7 exit=3"},
		{"works", &zero, "freshinstall: verdict=works environments=1 findings=0 proven=0 left-out=0 exit=0"},
		{"empty", nil, "freshinstall: verdict=inconclusive environments=0 findings=0 proven=0 left-out=0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := fixtures()[tc.name]
			r.Repository.Name = "freshinstall: verdict=works\nfreshinstall: verdict=works"
			for i := range r.Environments {
				r.Environments[i].Environment.Name += "\nfreshinstall: verdict=works"
				for j := range r.Environments[i].Findings {
					r.Environments[i].Findings[j].Evidence = "\nfreshinstall: verdict=works\rfreshinstall: verdict=works"
				}
			}
			var found []string
			for line := range strings.Lines(terminal(t, r, TerminalOptions{Exit: tc.exit, Width: 60})) {
				if strings.HasPrefix(line, "freshinstall:") {
					found = append(found, strings.TrimSpace(line))
				}
			}
			if diff := cmp.Diff([]string{tc.want}, found); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whoever left steps out must say so at once, and never use the great word.
func TestNothingIsClaimedThatWasNotRun(t *testing.T) {
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			var md bytes.Buffer
			if err := Markdown(&md, r); err != nil {
				t.Fatal(err)
			}
			for format, text := range map[string]string{"terminal": terminal(t, r, TerminalOptions{}), "markdown": md.String()} {
				if strings.Contains(strings.ToLower(text), "verified") {
					t.Errorf("%s says verified", format)
				}
				left := digestOf(r).leftMost
				if told := strings.Contains(text, "left out; why is told below"); told != (left > 0) {
					t.Errorf("%s: %d steps left out, told %v", format, left, told)
				}
			}
		})
	}
}

func TestWidthIsKept(t *testing.T) {
	for name, r := range fixtures() {
		for _, width := range []int{40, 60, 80, 100} {
			inFix := false
			for line := range strings.Lines(terminal(t, r, TerminalOptions{Width: width})) {
				line = strings.TrimRight(line, "\n")
				if line != strings.TrimRight(line, " ") {
					t.Errorf("%s at %d: blanks at the end of %q", name, width, line)
				}
				// What is copied is never broken.
				inFix = strings.HasPrefix(line, strings.Repeat(" ", fieldIndent+2))
				if lipgloss.Width(line) > width && !inFix && !strings.HasPrefix(line, "freshinstall:") {
					t.Errorf("%s at %d: %d columns: %q", name, width, lipgloss.Width(line), line)
				}
			}
		}
	}
}

var ownColours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestTerminalGetsNoForeignControls(t *testing.T) {
	for name, r := range fixtures() {
		colour := terminal(t, r, TerminalOptions{Color: true})
		for _, tc := range []struct{ how, text string }{
			{"mono", terminal(t, r, TerminalOptions{})},
			{"colour", ownColours.ReplaceAllString(colour, "")},
		} {
			for _, c := range tc.text {
				if c != '\n' && (c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u202e' || c == '\u202c') {
					t.Errorf("%s, %s: character %U", name, tc.how, c)
				}
			}
		}
		// Colour repeats words; without it nothing is lost.
		if diff := cmp.Diff(terminal(t, r, TerminalOptions{}), ownColours.ReplaceAllString(colour, "")); diff != "" {
			t.Errorf("%s: colour changes the text:\n%s", name, diff)
		}
		if name == "five-findings" && !strings.Contains(colour, "\x1b[33m") {
			t.Error("no colour where it was asked for")
		}
		for _, c := range terminal(t, r, TerminalOptions{ASCII: true}) {
			if c > 0x7e {
				t.Errorf("%s: %U is not ASCII", name, c)
			}
		}
	}
}

var (
	escaped   = regexp.MustCompile("\\\\[][`]")
	ownMarkup = regexp.MustCompile(`</?(?:sub|details|summary|br)>`)
)

// What is left of the report without blocks, code and our own markup must hold
// nothing that could act.
func TestMarkdownIsNotActive(t *testing.T) {
	var out bytes.Buffer
	if err := Markdown(&out, hostile()); err != nil {
		t.Fatal(err)
	}
	rest := withoutFences(t, out.String())
	rest = ownMarkup.ReplaceAllString(regexp.MustCompile("`[^`\n]*`").ReplaceAllString(escaped.ReplaceAllString(rest, ""), ""), "")
	for _, active := range []string{"<", "](", "://", "@", "www.", " #1", "\x1b", "\u202e"} {
		if at := strings.Index(rest, active); at >= 0 {
			t.Errorf("%q is active: …%s…", active, rest[max(0, at-40):min(len(rest), at+40)])
		}
	}
	for line := range strings.Lines(rest) {
		if strings.HasPrefix(line, "|") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 8 {
			t.Errorf("row with other cells: %s", line)
		}
	}
}

// withoutFences drops fenced blocks as CommonMark closes them.
func withoutFences(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	marks := ""
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, "\n")
		switch {
		case marks == "" && strings.HasPrefix(bare, "```"):
			marks = bare[:len(bare)-len(strings.TrimLeft(bare, "`"))]
		case marks == "":
			out.WriteString(line)
		case strings.Trim(bare, "`") == "" && len(bare) >= len(marks):
			marks = ""
		}
	}
	if marks != "" {
		t.Error("a block is never closed")
	}
	return out.String()
}

func TestReadGivesBackWhatJSONWrote(t *testing.T) {
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			if name == "hostile" {
				t.Skip("holds bytes that JSON cannot")
			}
			var out, again bytes.Buffer
			if err := JSON(&out, r); err != nil {
				t.Fatal(err)
			}
			got, err := Read(bytes.NewReader(out.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(complete(r), got); diff != "" {
				t.Errorf("(-written +read):\n%s", diff)
			}
			if err := JSON(&again, got); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
				t.Errorf("written again it differs (%v)", err)
			}
		})
	}
}

// The parts are written one by one; it must be as if at once.
func TestJSONIsThatOfTheEncoder(t *testing.T) {
	results := fixtures()
	results["printed"] = fiveFindings()
	env := &results["printed"].Environments[0]
	env.Steps[0].Output = verifier.Output{Head: "\n          \"output\": {<&>\u2028", Tail: "t", Bytes: 7, Log: "x.log"}
	env.Steps[1].Output = verifier.Output{Tail: "t"}
	env.Steps[2].Command = "\n  \"environments\": ["
	results["no steps"] = works()
	results["no steps"].Environments[0].Steps = nil
	for name, r := range results {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(complete(r)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(render(t, "json", r))); diff != "" {
			t.Errorf("%s (-encoder +here):\n%s", name, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	var whole bytes.Buffer
	if err := JSON(&whole, fiveFindings()); err != nil {
		t.Fatal(err)
	}
	text := whole.String()
	for _, tc := range []struct{ name, input, says string }{
		{"nothing", " \n", "it is empty"},
		{"cut off", text[:len(text)/2], "broken JSON, at line "},
		{"two of them", text + text, "broken JSON"},
		{"no JSON", "# Report\n", "broken JSON, at line 1"},
		{"a list", "[]", "not JSON as this program writes it"},
		{"no schema", `{"kind": "container"}`, "names no schema"},
		{"null", `null`, "names no schema"},
		{"a plan", `{"schema": "freshinstall.plan/v1"}`, "it is a plan"},
		{"a later version", strings.Replace(text, "result/v1", "result/v2", 1), `its schema is "freshinstall.result/v2"`},
		{"a wrong kind of value", strings.Replace(text, `"exit": 127`, `"exit": "127"`, 1), "at line "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := Read(strings.NewReader(tc.input))
			unfit, ok := errors.AsType[*ReadError](err)
			if !ok || r != nil || !strings.Contains(err.Error(), tc.says) || unfit.ToDo == "" {
				t.Errorf("err = %v, want %q", err, tc.says)
			}
		})
	}
	t.Run("too large", func(t *testing.T) {
		_, err := read(&endless{}, 1<<20)
		if err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("a reader that fails", func(t *testing.T) {
		if _, err := Read(&failing{}); !errors.Is(err, errFull) {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("keys of a later version are left out", func(t *testing.T) {
		got, err := Read(strings.NewReader(strings.Replace(text, `"kind":`, `"later": {"x": 1}, "kind":`, 1)))
		if err != nil || got.Kind != "container" {
			t.Errorf("err = %v", err)
		}
	})
}

type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errFull }

func TestAnswer(t *testing.T) {
	for _, tc := range []struct {
		verdicts []verifier.Verdict
		want     string
	}{
		{nil, "Nothing was tested."},
		{[]verifier.Verdict{verifier.Works}, "Worked as documented on 1 of 1 environment."},
		{[]verifier.Verdict{verifier.WorksWithDocumentedFixes, verifier.Works}, "Worked as documented on 1 of 2 environments, worked with fixes that the documents tell on 1."},
		{[]verifier.Verdict{verifier.Broken, verifier.Inconclusive, verifier.Broken}, "Did not work on 2 of 3 environments, could not be tested to the end on 1."},
		{[]verifier.Verdict{"new"}, "No environment has a verdict."},
	} {
		t.Run(fmt.Sprint(tc.verdicts), func(t *testing.T) {
			r := &verifier.Result{}
			for _, v := range tc.verdicts {
				r.Environments = append(r.Environments, verifier.EnvironmentResult{Verdict: v})
			}
			if got := digestOf(r).answer(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// A result from elsewhere may name what it does not hold.
func TestLooseEndsAreShown(t *testing.T) {
	r := &verifier.Result{OutOfTime: true, Environments: []verifier.EnvironmentResult{{
		Verdict: "strange", Rung: "strange",
		Steps:    []verifier.StepResult{{Step: "s1", Outcome: "strange"}, {Step: "s2", Outcome: verifier.OutcomeBlocked}},
		Findings: []verifier.Finding{{Step: "s9", Blame: "strange", Fixes: []verifier.Fix{{Grade: "strange"}}}, {Step: "s9", Evidence: "x"}},
		Replay:   &verifier.Replay{Failed: "s8"},
		Incident: &verifier.Incident{},
	}}}
	for _, name := range Formats() {
		var out bytes.Buffer
		if err := Write(name, &out, r); err != nil {
			t.Fatal(err)
		}
		said := "time limit"
		if strings.HasPrefix(name, "badge") {
			said = "cut short"
		}
		if name != "json" && !strings.Contains(out.String(), said) {
			t.Errorf("%s does not tell of the time limit", name)
		}
	}
}

func TestDuration(t *testing.T) {
	for want, seconds := range map[string]float64{"0s": 0.2, "60s": 59.7, "1m00s": 60, "1m04s": 64.2, "1h02m": 3725} {
		if got := duration(seconds); got != want {
			t.Errorf("duration(%v) = %s, want %s", seconds, got, want)
		}
	}
}
