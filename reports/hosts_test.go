package reports

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// crowd has n problems of different causes, alternately of the documents and
// of the network.
func crowd(n int) *verifier.Result {
	r := works()
	r.Plan.Steps = nil
	env := &r.Environments[0]
	env.Verdict, env.Steps = verifier.Broken, nil
	for i := range n {
		id, blame := fmt.Sprintf("s%d", i+1), verifier.BlameDocs
		if i%2 == 1 {
			blame = verifier.BlameWorld
		}
		r.Plan.Steps = append(r.Plan.Steps, step(id, i+1, "make "+id, verifier.RoleBuild))
		s := ok(id, i+1, "make "+id, 1)
		s.Outcome, s.AfterFix, s.Exit = verifier.OutcomeFailed, verifier.OutcomeFailed, 2
		env.Steps = append(env.Steps, s)
		env.Findings = append(env.Findings, verifier.Finding{ID: "f" + id, Fingerprint: "fp" + id, Step: id, Rule: "T01", Title: "Command not installed", Object: id, Blame: blame, Evidence: "x"})
	}
	return r
}

func annotationKinds(t *testing.T, r *verifier.Result) map[string]int {
	t.Helper()
	kinds := map[string]int{}
	for line := range strings.Lines(string(render(t, "github", r))) {
		kind, _, ok := strings.Cut(strings.TrimPrefix(line, "::"), " ")
		if !ok || !strings.HasPrefix(line, "::") {
			t.Errorf("no command: %q", line)
		}
		kinds[kind]++
	}
	return kinds
}

func TestGitHubShowsNoMoreThanTheHostDoes(t *testing.T) {
	for _, tc := range []struct {
		name string
		n    int
		want map[string]int
		last string
	}{
		{"nothing found", 0, map[string]int{}, ""},
		{"room for all", 20, map[string]int{"error": 10, "warning": 10}, ""},
		{"one too many", 21, map[string]int{"error": 10, "warning": 10, "notice": 1}, "show 10 of a kind: 1 error."},
		{"many too many", 50, map[string]int{"error": 10, "warning": 10, "notice": 1}, "show 10 of a kind: 15 errors, 15 warnings."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := crowd(tc.n)
			if diff := cmp.Diff(tc.want, annotationKinds(t, r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if text := string(render(t, "github", r)); tc.last != "" && !strings.Contains(text[strings.LastIndex(text, "::notice"):], tc.last) {
				t.Errorf("the last notice does not say %q", tc.last)
			}
		})
	}
	t.Run("notices too many", func(t *testing.T) {
		r := crowd(24)
		for i := range r.Environments[0].Findings {
			r.Environments[0].Findings[i].Documented = true
		}
		if diff := cmp.Diff(map[string]int{"notice": 10}, annotationKinds(t, r)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestOneRootCauseIsOneAnnotation(t *testing.T) {
	r := crowd(3)
	for i := range r.Environments[0].Findings {
		r.Environments[0].Findings[i].Object = "cmake"
	}
	second := r.Environments[0]
	second.Environment.Name = "debian-13"
	r.Environments = append(r.Environments, second)
	text := string(render(t, "github", r))
	if strings.Count(text, "::error ") != 1 || strings.Count(text, "\n") != 1 || !strings.Contains(text, "%0AThe same at: README.md:2, README.md:3") ||
		!strings.Contains(text, "debian-12, debian-13") {
		t.Errorf("got %s", text)
	}
	for i := range r.Environments {
		for j := range r.Environments[i].Findings {
			r.Environments[i].Findings[j].Rule = "unknown"
		}
	}
	if n := strings.Count(string(render(t, "github", r)), "\n"); n != 3 {
		t.Errorf("what no rule explains is merged: %d annotations", n)
	}
}

func TestCommandsAreEscaped(t *testing.T) {
	for _, tc := range []struct{ name, in, text, property string }{
		{"plain", "make all", "make all", "make all"},
		{"percent first", "100%0A", "100%250A", "100%250A"},
		{"line ends", "a\r\nb", "a%0D%0Ab", "a%0D%0Ab"},
		{"ends of properties", "a:b,c::d", "a:b,c::d", "a%3Ab%2Cc%3A%3Ad"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := commandText(tc.in); got != tc.text {
				t.Errorf("text %q, want %q", got, tc.text)
			}
			if got := commandProperty(tc.in); got != tc.property {
				t.Errorf("property %q, want %q", got, tc.property)
			}
		})
	}
}

func TestSARIFKeepsToTheHostsLimits(t *testing.T) {
	told := func(run sarifRun) string {
		var out []string
		for _, n := range run.Invocations[0].Notifications {
			out = append(out, n.Message.Text)
		}
		return strings.Join(out, "\n")
	}
	t.Run("results", func(t *testing.T) {
		run := sarifOf(t, crowd(9), sarifLimits{results: 6, locations: 5, packed: 1 << 20})
		var levels []string
		for _, res := range run.Results {
			levels = append(levels, res.Level)
		}
		if diff := cmp.Diff([]string{"error", "error", "error", "error", "error", "warning"}, levels); diff != "" {
			t.Errorf("the least severe do not go first (-want +got):\n%s", diff)
		}
		if !strings.Contains(told(run), "3 of 9 results are left out") {
			t.Errorf("not said: %s", told(run))
		}
	})
	t.Run("locations", func(t *testing.T) {
		r := crowd(9)
		for i := range r.Environments[0].Findings {
			r.Environments[0].Findings[i].Fingerprint = "same"
		}
		run := sarifOf(t, r, sarifLimits{results: 6, locations: 5, packed: 1 << 20})
		if len(run.Results) != 1 || len(run.Results[0].Locations) != 5 || !strings.Contains(told(run), "more than 5 places") {
			t.Errorf("%d results, %s", len(run.Results), told(run))
		}
	})
	t.Run("bytes", func(t *testing.T) {
		all := len(sarifOf(t, crowd(200), sarifHost).Results)
		run := sarifOf(t, crowd(200), sarifLimits{results: 25_000, locations: 5, packed: 2_500})
		if all != 200 || len(run.Results) == 0 || len(run.Results) >= all || !strings.Contains(told(run), "results are left out") {
			t.Errorf("%d of %d results, %s", len(run.Results), all, told(run))
		}
	})
	t.Run("a file too small for anything", func(t *testing.T) {
		if run := sarifOf(t, crowd(20), sarifLimits{results: 25_000, locations: 5, packed: 1}); len(run.Results) != 0 {
			t.Errorf("%d results", len(run.Results))
		}
	})
}

func TestSARIFFixesAreExactOrNone(t *testing.T) {
	const command = "python tools/tides.py --selftest"
	exact := verifier.Span{Start: 200, End: 200 + len(command)}
	for _, tc := range []struct {
		name   string
		change func(*verifier.Step, *verifier.Finding)
		want   bool
	}{
		{"the place is known to the byte", func(*verifier.Step, *verifier.Finding) {}, true},
		{"the place holds more than the command", func(s *verifier.Step, _ *verifier.Finding) { s.Span.End += 2 }, false},
		{"no place is known", func(s *verifier.Step, _ *verifier.Finding) { s.Span = verifier.Span{} }, false},
		{"commands come before it", func(_ *verifier.Step, f *verifier.Finding) { f.Fixes[0].Commands = []string{"cd tools"} }, false},
		{"not proven", func(_ *verifier.Step, f *verifier.Finding) { f.Fixes[0].Grade = verifier.Suggested }, false},
		{"a workaround", func(_ *verifier.Step, f *verifier.Finding) { f.Fixes[0].Workaround = true }, false},
		{"text that hides something", func(_ *verifier.Step, f *verifier.Finding) { f.Fixes[0].Replace += "\u202e" }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := fiveFindings()
			r.Environments = r.Environments[:1]
			r.Plan.Steps[7].Span = exact
			tc.change(&r.Plan.Steps[7], &r.Environments[0].Findings[3])
			i := slices.IndexFunc(sarifOf(t, r, sarifHost).Results, func(res sarifResult) bool { return len(res.Fixes) > 0 })
			if (i >= 0) != tc.want {
				t.Fatalf("a fix: %v", i >= 0)
			}
			if tc.want {
				text := string(render(t, "sarif", r))
				if !strings.Contains(text, base64.StdEncoding.EncodeToString([]byte("python3 tools/tides.py --selftest"))) || !strings.Contains(text, `"byteOffset": 200`) {
					t.Error("the replacement is another one")
				}
			}
		})
	}
	t.Run("environments that need different ones", func(t *testing.T) {
		r := fiveFindings()
		r.Plan.Steps[7].Span = exact
		r.Environments[1].Findings[3].Fixes[0].Replace = "python3.13 tools/tides.py --selftest"
		if text := render(t, "sarif", r); bytes.Contains(text, []byte(`"fixes"`)) {
			t.Error("one of them is offered")
		}
	})
}

// An error is the documents' or the repository's, in every format.
func TestSeverity(t *testing.T) {
	for _, tc := range []struct {
		blame             verifier.Blame
		documented, flaky bool
		sarif, quality    string
	}{
		{verifier.BlameDocs, false, false, "error", "major"},
		{verifier.BlameRepository, false, false, "error", "major"},
		{verifier.BlameEnvironment, false, false, "warning", "minor"},
		{verifier.BlameContainer, false, false, "warning", "minor"},
		{verifier.BlameWorld, false, false, "warning", "minor"},
		{"", false, false, "warning", "minor"},
		{verifier.BlameDocs, true, false, "note", "info"},
		{verifier.BlameDocs, false, true, "note", "info"},
	} {
		t.Run(fmt.Sprint(tc.blame, tc.documented, tc.flaky), func(t *testing.T) {
			r := crowd(1)
			f := &r.Environments[0].Findings[0]
			f.Blame, f.Documented, f.Flaky = tc.blame, tc.documented, tc.flaky
			if got := sarifOf(t, r, sarifHost).Results[0].Level; got != tc.sarif {
				t.Errorf("SARIF %s, want %s", got, tc.sarif)
			}
			if text := render(t, "gitlab", r); !bytes.Contains(text, []byte(`"severity": "`+tc.quality+`"`)) {
				t.Errorf("GitLab: %s", text)
			}
		})
	}
}

func TestGitLabIsAsTheHostTakesIt(t *testing.T) {
	results := fixtures()
	results["twins"] = crowd(3)
	for i := range results["twins"].Environments[0].Findings {
		results["twins"].Environments[0].Findings[i].Fingerprint = "same"
	}
	for name, r := range results {
		t.Run(name, func(t *testing.T) {
			var issues []map[string]any
			if err := json.Unmarshal(render(t, "gitlab", r), &issues); err != nil {
				t.Fatal(err)
			}
			seen := map[any]bool{}
			for _, issue := range issues {
				location, _ := issue["location"].(map[string]any)
				lines, _ := location["lines"].(map[string]any)
				begin, _ := lines["begin"].(float64)
				if issue["description"] == "" || issue["check_name"] == "" || location["path"] == "" || begin < 1 ||
					!slices.Contains([]any{"info", "minor", "major", "critical", "blocker"}, issue["severity"]) {
					t.Errorf("not whole: %v", issue)
				}
				if seen[issue["fingerprint"]] {
					t.Errorf("two issues are %v", issue["fingerprint"])
				}
				seen[issue["fingerprint"]] = true
			}
		})
	}
}

// What could not be tested must not look as if all were well.
func TestNothingTestedIsNowhereGreen(t *testing.T) {
	for _, name := range []string{"empty", "interrupted", "inconclusive"} {
		r := fixtures()[name]
		for format, want := range map[string]string{"github": "::warning ", "gitlab": `"check_name": "inconclusive"`, "sarif": `"executionSuccessful": false`,
			"junit": "<error ", "badge": "not tested", "badge-json": "not tested"} {
			if text := string(render(t, format, r)); !strings.Contains(text, want) {
				t.Errorf("%s of %s does not hold %q", format, name, want)
			}
		}
	}
}

// FuzzForeignTextStaysText holds that nothing of a result leaves its place in
// the formats that programs read.
func FuzzForeignTextStaysText(f *testing.F) {
	for _, seed := range []string{"plain", "a\r\n::error::owned", "%0A::set-output name=x::y", "]]>&#x0;\x00\ufffe\uffff<x/>", "\xff\xfe", "[a](1) {0}", "\x1b]0;x\a", "<!-- -->"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := crowd(2)
		r.Repository.Name, r.Repository.URL, r.Notes = s, s, []string{s}
		r.Plan.Steps[0].Command, r.Plan.Steps[1].Document = s, s
		env := &r.Environments[0]
		env.Environment.Name = s
		env.Findings[0].Title, env.Findings[0].Object, env.Findings[0].Evidence, env.Findings[0].Plain, env.Findings[0].Rule = s, s, s, s, s
		env.Findings[1].Fingerprint, env.Findings[1].Fixes = s, []verifier.Fix{{Kind: verifier.FixReplace, Replace: s, Why: s, Grade: verifier.Proven}}
		env.Steps[0].Output = verifier.Output{Head: s}
		env.Incident = &verifier.Incident{What: s, ToDo: s}
		for _, fault := range junitFaults(render(t, "junit", r)) {
			t.Errorf("junit: %s", fault)
		}
		for _, format := range []string{"sarif", "gitlab", "badge-json"} {
			if text := render(t, format, r); !json.Valid(text) || !utf8.Valid(text) {
				t.Errorf("%s is no JSON", format)
			}
		}
		for line := range strings.Lines(string(render(t, "github", r))) {
			if !regexp.MustCompile(`^::(error|warning|notice) [^:\r]*::[^\r\n]*\n$`).MatchString(line) {
				t.Errorf("a command is left: %q", line)
			}
		}
		if first, _, _ := strings.Cut(string(render(t, "comment", r)), "\n"); !markerLine.MatchString(first) {
			t.Errorf("first line %q", first)
		}
		if err := xml.Unmarshal(render(t, "badge", r), new(struct{})); err != nil {
			t.Error(err)
		}
	})
}
