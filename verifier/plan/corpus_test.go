package plan

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// label is a command as people labelled it.
type label struct {
	Doc    string        `json:"doc"`
	Line   int           `json:"line"`
	Cmd    string        `json:"cmd"`
	Role   verifier.Role `json:"role"`
	Follow bool          `json:"follow"`
}

type labels struct {
	Repo     string  `json:"repo"`
	Doc      string  `json:"doc"`
	Commands []label `json:"commands"`
	Order    []any   `json:"follow_order"`
}

// tally counts right ones, given ones and wanted ones.
type tally struct{ right, given, wanted int }

func (t tally) f1() float64 {
	if t.given+t.wanted == 0 {
		return 1
	}
	return 2 * float64(t.right) / float64(t.given+t.wanted)
}

func (t tally) String() string {
	return fmt.Sprintf("P %.3f R %.3f F1 %.3f (%d of %d)", float64(t.right)/max(1, float64(t.given)), float64(t.right)/max(1, float64(t.wanted)), t.f1(), t.right, t.wanted)
}

func (t *tally) add(o tally) {
	t.right += o.right
	t.given += o.given
	t.wanted += o.wanted
}

// TestCorpus measures against a folder of labelled repositories, named by
// FRESHINSTALL_CORPUS: OWNER__NAME/{docs,files.txt,labels.json}. It reports
// figures; it fails only when a plan cannot be made. FRESHINSTALL_CORPUS_SHOW
// names repositories whose differences are listed ("all" for each).
func TestCorpus(t *testing.T) {
	root := os.Getenv("FRESHINSTALL_CORPUS")
	if root == "" {
		t.Skip("FRESHINSTALL_CORPUS names no folder of labelled repositories")
	}
	files, err := filepath.Glob(filepath.Join(root, "*", "labels.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no labels.json under %s: %v", root, err)
	}
	var found, follow, role tally
	exact := 0
	for _, f := range files {
		dir := filepath.Dir(f)
		want := readLabels(t, f)
		got, err := Build(corpusInput(t, dir, want))
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(dir), err)
		}
		s := compare(got.Steps, want)
		found.add(s.found)
		follow.add(s.follow)
		role.add(s.role)
		if s.exact {
			exact++
		}
		t.Logf("%-55s follow %.2f found %.2f role %.2f exact %v", filepath.Base(dir), s.follow.f1(), s.found.f1(), float64(s.role.right)/max(1, float64(s.role.given)), s.exact)
		if show := os.Getenv("FRESHINSTALL_CORPUS_SHOW"); show == "all" || show != "" && strings.Contains(dir, show) {
			for _, line := range s.talk {
				t.Log(line)
			}
		}
		if out := os.Getenv("FRESHINSTALL_CORPUS_PLANS"); out != "" {
			data, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(out, filepath.Base(dir)+".json"), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("found  %v", found)
	t.Logf("follow %v", follow)
	t.Logf("exact  %d of %d", exact, len(files))
	t.Logf("role   %.3f", float64(role.right)/max(1, float64(role.given)))
}

func readLabels(t testing.TB, file string) labels {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var l labels
	if err := json.Unmarshal(data, &l); err != nil {
		t.Fatal(err)
	}
	return l
}

// corpusInput is what the source would bring: the README first.
func corpusInput(t testing.TB, dir string, l labels) Input {
	t.Helper()
	owner, name, _ := strings.Cut(filepath.Base(dir), "__")
	in := Input{Repository: name, URLs: []string{"https://github.com/" + owner + "/" + name}}
	in.Open = func(from, target string) []Document {
		target, _, _ = strings.Cut(target, "#")
		for _, d := range in.Documents {
			if d.Path == strings.TrimPrefix(path.Join(path.Dir(from), target), "/") {
				return []Document{d}
			}
		}
		return nil
	}
	docs := filepath.Join(dir, "docs")
	err := filepath.WalkDir(docs, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(docs, file)
		in.Documents = append(in.Documents, Document{Path: filepath.ToSlash(rel), Source: source})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.SliceStable(in.Documents, func(i, j int) bool {
		return in.Documents[i].Path == l.Doc && in.Documents[j].Path != l.Doc
	})
	list, err := os.ReadFile(filepath.Join(dir, "files.txt"))
	if err != nil {
		t.Fatal(err)
	}
	in.Files = strings.Fields(string(list))
	return in
}

type score struct {
	found, follow, role tally
	exact               bool
	talk                []string
}

// compare pairs steps with labels: same document, same text, at most two lines
// apart.
func compare(steps []verifier.Step, l labels) score {
	pair := map[int]int{}
	used := map[int]bool{}
	for _, near := range []int{0, 2} {
		for i, s := range steps {
			if _, done := pair[i]; done {
				continue
			}
			for j, c := range l.Commands {
				apart := max(s.Line-c.Line, c.Line-s.Line)
				if !used[j] && strings.EqualFold(s.Document, c.Doc) && apart <= near && bareText(s.Command) == bareText(c.Cmd) {
					pair[i], used[j] = j, true
					break
				}
			}
		}
	}
	s := score{found: tally{len(pair), len(steps), len(l.Commands)}}
	var got []int
	for i, step := range steps {
		j, ok := pair[i]
		if ok {
			s.role.given++
			if step.Role == l.Commands[j].Role {
				s.role.right++
			} else {
				s.talk = append(s.talk, fmt.Sprintf("  role    %d %s: %s, labelled %s", step.Line, short(step.Command), step.Role, l.Commands[j].Role))
			}
		} else {
			s.talk = append(s.talk, fmt.Sprintf("  extra   %s:%d follow=%v %s", step.Document, step.Line, step.Follow, short(step.Command)))
		}
		switch {
		case step.Follow && ok && l.Commands[j].Follow:
			s.follow.right++
		case step.Follow:
			s.talk = append(s.talk, fmt.Sprintf("  WRONG   %s:%d %s [%s] {%s}", step.Document, step.Line, short(step.Command), step.Role, step.Section))
		case ok && l.Commands[j].Follow:
			s.talk = append(s.talk, fmt.Sprintf("  LEFT    %s:%d %s: %s", step.Document, step.Line, short(step.Command), step.Reason))
		}
		if step.Follow {
			s.follow.given++
			if !ok {
				j = -1
			}
			got = append(got, j)
		}
	}
	for j, c := range l.Commands {
		if c.Follow {
			s.follow.wanted++
		}
		if !used[j] {
			s.talk = append(s.talk, fmt.Sprintf("  missed  %s:%d follow=%v %s", c.Doc, c.Line, c.Follow, short(c.Cmd)))
		}
	}
	s.exact = fmt.Sprint(got) == fmt.Sprint(l.ordered())
	return s
}

// ordered are the followed labels in the order typed.
func (l labels) ordered() []int {
	var order []int
	for _, o := range l.Order {
		doc, line := l.Doc, 0
		switch o := o.(type) {
		case float64:
			line = int(o)
		case string:
			if i := strings.LastIndexByte(o, ':'); i > 0 {
				doc = o[:i]
				o = o[i+1:]
			}
			fmt.Sscan(o, &line)
		}
		for j, c := range l.Commands {
			if strings.EqualFold(c.Doc, doc) && c.Line == line && c.Follow {
				order = append(order, j)
				break
			}
		}
	}
	return order
}

func bareText(s string) string {
	return strings.TrimRight(strings.Join(strings.Fields(strings.ReplaceAll(s, "\\", " ")), " "), "; ")
}

func short(s string) string { return strings.SplitN(s, "\n", 2)[0] }
