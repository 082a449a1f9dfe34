package patch

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

var today = time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)

// stage builds results over a document, as runs would give them.
type stage struct {
	t      *testing.T
	name   string
	source string
	r      *verifier.Result
}

// over makes a result whose plan has the given commands of a document, in
// order, each found after the one before. A command "`x`" stands in running text.
func over(t *testing.T, name, source string, environments []string, commands ...string) *stage {
	t.Helper()
	s := &stage{t: t, name: name, source: source, r: &verifier.Result{Schema: verifier.ResultSchema}}
	s.r.Plan = verifier.Plan{Schema: verifier.PlanSchema, Documents: []string{name}}
	at := 0
	for i, command := range commands {
		var flags []verifier.Flag
		n := strings.Index(source[at:], command)
		if n < 0 {
			t.Fatalf("the document has no %q after byte %d", command, at)
		}
		start := at + n
		if strings.HasPrefix(command, "`") {
			flags = append(flags, verifier.FlagInline)
			start++
			command = strings.Trim(command, "`")
		}
		at = start + len(command)
		line := 1 + strings.Count(source[:start], "\n")
		s.r.Plan.Steps = append(s.r.Plan.Steps, verifier.Step{
			ID: "s" + strconv.Itoa(i+1), Document: name, Line: line, EndLine: line, Command: command, Follow: true,
			Role: verifier.RoleBuild, Platform: verifier.PlatformAny, Flags: flags, Span: verifier.Span{Start: start, End: at}})
	}
	for _, e := range environments {
		env := verifier.EnvironmentResult{Environment: verifier.Environment{Name: e, Family: verifier.FamilyDeb, Sudo: true}, Verdict: verifier.Works}
		for _, step := range s.r.Plan.Steps {
			env.Steps = append(env.Steps, verifier.StepResult{Step: step.ID, Document: name, Line: step.Line, Command: step.Command, Outcome: verifier.OutcomeOK})
		}
		s.r.Environments = append(s.r.Environments, env)
	}
	return s
}

// with adds a step that the document need not show.
func (s *stage) with(command string) *stage {
	s.r.Plan.Steps = append(s.r.Plan.Steps, verifier.Step{ID: "w1", Document: s.name, Line: 1, Command: command, Follow: true})
	for i := range s.r.Environments {
		env := &s.r.Environments[i]
		env.Steps = append(env.Steps, verifier.StepResult{Step: "w1", Document: s.name, Line: 1, Command: command, Outcome: verifier.OutcomeOK})
	}
	return s
}

func (s *stage) env(name string) *verifier.EnvironmentResult {
	s.t.Helper()
	for i := range s.r.Environments {
		if s.r.Environments[i].Environment.Name == name {
			return &s.r.Environments[i]
		}
	}
	s.t.Fatalf("no environment %s", name)
	return nil
}

func (s *stage) id(command string) string {
	s.t.Helper()
	for _, step := range s.r.Plan.Steps {
		if step.Command == command {
			return step.ID
		}
	}
	s.t.Fatalf("no step %q", command)
	return ""
}

// fails lets a step fail in an environment, with the fixes of one finding.
func (s *stage) fails(environment, command, key string, fixes ...verifier.Fix) *stage {
	s.t.Helper()
	env, id := s.env(environment), s.id(command)
	env.Verdict = verifier.WorksWithFixes
	for i := range env.Steps {
		if env.Steps[i].Step == id {
			env.Steps[i].Outcome, env.Steps[i].AfterFix, env.Steps[i].Exit = verifier.OutcomeFailed, verifier.OutcomeOK, 1
		}
	}
	env.Findings = append(env.Findings, verifier.Finding{
		ID: "f" + strconv.Itoa(len(env.Findings)+1), Fingerprint: key, Step: id, Rule: "T01", Title: "Command not installed", Object: key + "-tool",
		Category: verifier.MissingTool, Blame: verifier.BlameDocs, Evidence: "bash: " + key + "-tool: command not found",
		Cause: "it is not installed", Plain: "The documents use " + key + "-tool, but never say that it has to be installed.", Fixes: fixes})
	return s
}

func (s *stage) ends(environment, command string, outcome verifier.Outcome) *stage {
	env, id := s.env(environment), s.id(command)
	for i := range env.Steps {
		if env.Steps[i].Step == id {
			env.Steps[i].Outcome = outcome
		}
	}
	return s
}

func (s *stage) section(source string) Change {
	s.t.Helper()
	c, err := Section(s.name, []byte(source), s.r, today)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func before(commands ...string) verifier.Fix {
	return verifier.Fix{Kind: verifier.FixBefore, Commands: commands, Grade: verifier.Proven, Proof: &verifier.Proof{ControlExit: 1, Replay: "passed"}}
}

func instead(command string, needs ...string) verifier.Fix {
	return verifier.Fix{Kind: verifier.FixReplace, Commands: needs, Replace: command, Grade: verifier.Proven, Proof: &verifier.Proof{ControlExit: 1, Replay: "passed"}}
}

func graded(f verifier.Fix, g verifier.Grade) verifier.Fix {
	f.Grade = g
	return f
}

const tidewatch = "# Tidewatch\n\nShows tides.\n\n## Install\n\n```sh\ncmake -B build\nmake -C build\npython tides.py\n```\n"

func keysOfEntries(entries []Entry) []string {
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Key+" "+strings.Join(e.Environments, ","))
	}
	return out
}

const (
	mdBegin = "<!-- freshinstall:begin -->"
	mdEnd   = "<!-- freshinstall:end -->"
	mdEntry = "<!-- freshinstall:entry "
)
