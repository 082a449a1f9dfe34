package plan

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/freshinstall/freshinstall/verifier"
)

var update = flag.Bool("update", false, "rewrite the plans in testdata")

// TestGolden builds a plan of the documents in each archive and compares it
// with the archive's file "plan". The comment of an archive tells the situation;
// its lines "repository", "files" and "family" set the input.
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			in, want := goldenInput(a)
			p, err := Build(in)
			if err != nil {
				t.Fatal(err)
			}
			checkSpans(t, in, p)
			got := write(p)
			if *update {
				setPlan(a, got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// goldenInput: files called "linked/…" are reached by links alone.
func goldenInput(a *txtar.Archive) (in Input, plan string) {
	linked := map[string]Document{}
	in.Open = func(from, target string) []Document {
		if d, ok := linked[path.Join(path.Dir(from), target)]; ok {
			return []Document{d}
		}
		return nil
	}
	in.Repository = "tool"
	in.URLs = []string{"https://git.example.org/team/tool"}
	for _, line := range strings.Split(string(a.Comment), "\n") {
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "repository":
			in.Repository = value
			in.URLs = []string{"https://git.example.org/team/" + value}
		case "files":
			in.Files = strings.Fields(value)
		case "family":
			in.Target.Family = verifier.Family(value)
		}
	}
	for _, f := range a.Files {
		if f.Name == "plan" {
			plan = string(f.Data)
			continue
		}
		if name, ok := strings.CutPrefix(f.Name, "linked/"); ok {
			linked[name] = Document{Path: name, Source: f.Data}
			continue
		}
		in.Documents = append(in.Documents, Document{Path: f.Name, Source: f.Data})
	}
	return in, plan
}

func setPlan(a *txtar.Archive, plan string) {
	for i := range a.Files {
		if a.Files[i].Name == "plan" {
			a.Files[i].Data = []byte(plan)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: "plan", Data: []byte(plan)})
}

// write shows a plan: a line a step, then why.
func write(p verifier.Plan) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "start %s\n", p.Start)
	for _, s := range p.Steps {
		mark := "-"
		if s.Follow {
			mark = "+"
		}
		fmt.Fprintf(&b, "%s %s:%d %s", mark, s.Document, s.Line, s.Role)
		if s.Platform != verifier.PlatformAny {
			fmt.Fprintf(&b, " %s", s.Platform)
		}
		if s.Alternative != nil {
			fmt.Fprintf(&b, " %s", s.Alternative.Group)
		}
		for _, f := range s.Flags {
			fmt.Fprintf(&b, " %s", f)
		}
		fmt.Fprintf(&b, ": %s\n", strings.ReplaceAll(s.Command, "\n", " ⏎ "))
		if s.Reason != "" {
			fmt.Fprintf(&b, "      %s\n", s.Reason)
		}
	}
	return b.String()
}

// checkSpans: each step's text can be found again where the plan says.
func checkSpans(t *testing.T, in Input, p verifier.Plan) {
	t.Helper()
	for i, s := range p.Steps {
		if want := fmt.Sprintf("s%d", i+1); s.ID != want {
			t.Errorf("step %d is called %s", i+1, s.ID)
		}
		for _, d := range in.Documents {
			if d.Path != s.Document {
				continue
			}
			shown := string(d.Source[s.Span.Start:s.Span.End])
			if s.Line == s.EndLine && shown != s.Command {
				t.Errorf("%s: the span of %q holds %q", s.ID, s.Command, shown)
			}
		}
	}
}
