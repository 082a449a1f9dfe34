package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/reports/history"
	"github.com/freshinstall/freshinstall/verifier"
)

var day = time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC)

// run is a run of the repository shop in debian-12, so many days after the first.
func run(days int, verdict verifier.Verdict, installed verifier.Inventory) *verifier.Result {
	r := &verifier.Result{
		Schema: verifier.ResultSchema, Kind: "container", Started: day.AddDate(0, 0, days), Finished: day.AddDate(0, 0, days).Add(time.Minute),
		Tool:       verifier.Tool{Name: "freshinstall", Version: "1.0"},
		Repository: verifier.Repository{Name: "shop", URL: "https://git.example.org/shop", Commit: "a1b2c3"},
		Inputs:     &verifier.Inputs{Documents: "d", Declaration: "e"},
		Environments: []verifier.EnvironmentResult{{
			Environment: verifier.Environment{Name: "debian-12", Digest: "sha256:1", Family: verifier.FamilyDeb, Installed: installed},
			Verdict:     verdict, Seconds: 12,
			Steps: []verifier.StepResult{{Step: "s1", Document: "README.md", Line: 3, Command: "make", Outcome: verifier.OutcomeOK, Seconds: 2}},
		}},
	}
	if !verdict.Green() {
		env := &r.Environments[0]
		env.Steps[0].Outcome, env.Steps[0].Exit = verifier.OutcomeFailed, 2
		env.Steps[0].Output = verifier.Output{Head: "compiling with libbar\n" + strings.Repeat("fine\n", 30) + "foo.c: libfoo: symbol gone\nmake: *** Error 1\n"}
		env.Findings = []verifier.Finding{{ID: "f1", Fingerprint: "ff", Step: "s1", Rule: "unknown", Title: "it failed", Evidence: "foo.c: libfoo: symbol gone"}}
	}
	return r
}

func dpkg(pairs ...string) verifier.Inventory {
	all := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return verifier.Inventory{verifier.ManagerDpkg: all}
}

func open(t testing.TB, file string) *history.Store {
	t.Helper()
	s, aside, err := history.Open(context.Background(), file)
	if err != nil || aside != "" {
		t.Fatal(aside, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func keep(t testing.TB, s *history.Store, name string, r *verifier.Result) {
	t.Helper()
	if kept, err := s.Keep(context.Background(), name, r); err != nil || kept != name {
		t.Fatal(kept, err)
	}
}

func TestARunComesBackWithoutItsOutputs(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "deep", "history.db"))
	r := run(0, verifier.Broken, dpkg("libfoo1", "1.2"))
	keep(t, s, "first", r)
	if err := s.Replace(t.Context(), "first", r); err != nil { // goes on with the same run
		t.Fatal(err)
	}
	got, err := s.Run(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	want := *r
	want.Environments = []verifier.EnvironmentResult{r.Environments[0]}
	want.Environments[0].Steps = []verifier.StepResult{r.Environments[0].Steps[0]}
	want.Environments[0].Steps[0].Output = verifier.Output{}
	if diff := cmp.Diff(want, got.Result); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	if r.Environments[0].Environment.Installed == nil || r.Environments[0].Steps[0].Output.Head == "" {
		t.Error("keeping a result changed it")
	}
	if none, err := s.Run(t.Context(), "second"); none != nil || err != nil {
		t.Errorf("a run that is not kept: %v, %v", none, err)
	}
	list, err := s.List(t.Context(), "", 10)
	if err != nil || len(list) != 1 || list[0].Of("debian-12") != verifier.Broken || list[0].Of("debian-13") != "" {
		t.Errorf("list %+v, %v", list, err)
	}
}

// Two machines that share a file may give two runs one name.
func TestNoRunTakesThePlaceOfAnother(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "history.db"))
	for _, want := range []string{"run", "run-2", "run-3"} {
		if got, err := s.Keep(t.Context(), "run", run(0, verifier.Works, nil)); got != want || err != nil {
			t.Errorf("kept as %q, want %q, %v", got, want, err)
		}
	}
}

func TestDriftNamesWhatMoved(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "history.db"))
	keep(t, s, "older", run(0, verifier.Works, dpkg("libfoo1", "1.1")))
	keep(t, s, "green", run(1, verifier.Works, dpkg("libfoo1", "1.2", "libbar", "7", "zlib", "1", "same", "1", "later", "3", "file", "1")))
	elsewhere := run(2, verifier.Works, dpkg("libfoo1", "9"))
	elsewhere.Repository.URL = "https://git.example.org/another"
	keep(t, s, "another", elsewhere)
	red := run(3, verifier.Broken, dpkg("libfoo1", "1.3", "libbar", "8", "zlib", "2", "same", "1", "added", "1", "file", "2"))
	red.Repository.Commit, red.Tool.Version, red.Inputs.Documents, red.Environments[0].Environment.Digest = "d4e5f6", "1.1", "x", "sha256:2"
	if err := s.Explain(t.Context(), red); err != nil {
		t.Fatal(err)
	}
	move := func(name, from, to string, named bool) verifier.Move {
		return verifier.Move{Manager: verifier.ManagerDpkg, Name: name, From: from, To: to, Named: named}
	}
	want := &verifier.Drift{Run: "green", Worked: day.AddDate(0, 0, 1), Documents: true,
		Commit: &verifier.Change{From: "a1b2c3", To: "d4e5f6"}, Tool: &verifier.Change{From: "1.0", To: "1.1"}, Image: &verifier.Change{From: "sha256:1", To: "sha256:2"},
		Moved: []verifier.Move{move("libfoo1", "1.2", "1.3", true), move("libbar", "7", "8", false), move("file", "1", "2", false), move("zlib", "1", "2", false), move("added", "", "1", false)}}
	if diff := cmp.Diff(want, red.Environments[0].Drift); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}

	t.Run("works", func(t *testing.T) {
		green := run(3, verifier.Works, nil)
		if err := s.Explain(t.Context(), green); err != nil || green.Environments[0].Drift != nil {
			t.Errorf("drift %+v, %v", green.Environments[0].Drift, err)
		}
	})
	t.Run("never worked", func(t *testing.T) {
		never := run(3, verifier.Broken, nil)
		never.Environments[0].Environment.Name = "debian-13"
		if err := s.Explain(t.Context(), never); err != nil || never.Environments[0].Drift != nil {
			t.Errorf("drift %+v, %v", never.Environments[0].Drift, err)
		}
	})
	t.Run("not recorded", func(t *testing.T) {
		r := run(3, verifier.Broken, nil)
		if err := s.Explain(t.Context(), r); err != nil || !r.Environments[0].Drift.Unrecorded {
			t.Errorf("drift %+v, %v", r.Environments[0].Drift, err)
		}
	})
}

func TestCompare(t *testing.T) {
	finding := func(print string, flaky bool) verifier.Finding {
		return verifier.Finding{ID: print, Fingerprint: print, Step: "s1", Flaky: flaky}
	}
	a, b := run(0, verifier.Broken, dpkg("libfoo1", "1.2")), run(1, verifier.Broken, dpkg("libfoo1", "1.3"))
	a.Environments[0].Findings = []verifier.Finding{finding("still", false), finding("fixed", false), finding("shaky", true)}
	b.Environments[0].Findings = []verifier.Finding{finding("still", false), finding("new", false), finding("wobbly", true)}
	got := history.Compare(&history.Run{Name: "a", Result: *a}, &history.Run{Name: "b", Result: *b}).Environments[0]
	ids := func(all []verifier.Finding) (out []string) {
		for _, f := range all {
			out = append(out, f.ID)
		}
		return out
	}
	for name, c := range map[string]struct{ got, want []string }{
		"new": {ids(got.New), []string{"new"}}, "still": {ids(got.Still), []string{"still"}}, "fixed": {ids(got.Fixed), []string{"fixed"}},
		"flaky": {ids(got.Flaky), []string{"wobbly", "shaky"}}, "unreached": {ids(got.Unreached), nil},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(got.Moved) != 1 || !got.Moved[0].Named {
		t.Errorf("moved %+v", got.Moved)
	}
	// A step that was not reached has fixed nothing.
	b.Environments[0].Steps[0].Outcome = verifier.OutcomeBlocked
	got = history.Compare(&history.Run{Result: *a}, &history.Run{Result: *b}).Environments[0]
	if diff := cmp.Diff([]string{"fixed"}, ids(got.Unreached)); diff != "" || len(got.Fixed) > 0 {
		t.Errorf("unreached (-want +got):\n%s", diff)
	}
}

// What is installed is counted where the first step failed: what only the run
// that went further has, nobody has added or taken away.
func TestCompareOfRunsThatEndedElsewhere(t *testing.T) {
	both := func(more ...string) verifier.Inventory {
		all := map[string]string{"libc6": "2.36"}
		for _, name := range more {
			all[name] = "1"
		}
		return verifier.Inventory{verifier.ManagerDpkg: all}
	}
	for name, c := range map[string]struct {
		was, now       verifier.Verdict
		wasHas, nowHas verifier.Inventory
		want           []string
	}{
		"the later one went further":  {verifier.WorksWithFixes, verifier.WorksWithDocumentedFixes, both(), both("gcc"), nil},
		"the earlier one did":         {verifier.Works, verifier.Broken, both("gcc"), both(), nil},
		"both to the end":             {verifier.Works, verifier.Works, both("gcc"), both("clang"), []string{"clang", "gcc"}},
		"more where the step fails":   {verifier.Works, verifier.Broken, both(), both("clang"), []string{"clang"}},
		"a name that the error tells": {verifier.Works, verifier.Broken, both("libfoo"), both(), []string{"libfoo"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := run(0, c.was, c.wasHas), run(1, c.now, c.nowHas)
			var got []string
			for _, m := range history.Compare(&history.Run{Result: *a}, &history.Run{Result: *b}).Environments[0].Moved {
				got = append(got, m.Name)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestForgetKeepsTheLastGreenRun(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "history.db"))
	keep(t, s, "green1", run(0, verifier.Works, dpkg("a", "1")))
	keep(t, s, "green2", run(1, verifier.WorksWithDocumentedFixes, dpkg("a", "2")))
	for i := range 5 {
		keep(t, s, fmt.Sprintf("red%d", i), run(2+i, verifier.Broken, dpkg("a", "3")))
	}
	if err := s.Forget(t.Context(), day.AddDate(0, 0, 3), 2); err != nil {
		t.Fatal(err)
	}
	list, err := s.List(t.Context(), "https://git.example.org/shop", 10)
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	if diff := cmp.Diff([]string{"green2", "red3", "red4"}, names); diff != "" || err != nil {
		t.Errorf("kept (-want +got):\n%s%v", diff, err)
	}
	keep(t, s, "much later", run(3000, verifier.Works, dpkg("a", "4")))
	if list, err := s.List(t.Context(), "", 10); len(list) != 1 || err != nil {
		t.Errorf("after years %d runs are kept, %v", len(list), err)
	}
}

// Two programs write at the same time, each with connections of its own.
func TestTwoWriters(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	const each = 20
	var group sync.WaitGroup
	for _, writer := range []string{"one", "two", "three"} {
		group.Go(func() {
			s, _, err := history.Open(context.Background(), file)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range each {
				if _, err := s.Keep(context.Background(), fmt.Sprint(writer, i), run(i, verifier.Works, dpkg("a", fmt.Sprint(i)))); err != nil {
					t.Error(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if list, err := open(t, file).List(t.Context(), "", 1000); len(list) != 3*each || err != nil {
		t.Errorf("%d runs are kept of %d, %v", len(list), 3*each, err)
	}
	if left, _ := filepath.Glob(file + "?*"); len(left) > 2 {
		t.Errorf("left beside it: %v", left)
	}
}

func TestADamagedFileIsPutAside(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for n, name := range []string{"first", "second"} {
		write(strings.Repeat("this is no history ", 100))
		if _, err := history.Look(t.Context(), file); !errors.As(err, new(*history.DamagedError)) {
			t.Errorf("%s: look at a damaged file: %v", name, err)
		}
		s, aside, err := history.Open(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%s.damaged-%d", file, n+1); aside != want {
			t.Errorf("%s: put aside as %q, want %q", name, aside, want)
		}
		keep(t, s, "run", run(0, verifier.Works, nil))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("in its middle", func(t *testing.T) {
		s := open(t, file)
		for i := range 50 {
			keep(t, s, fmt.Sprint(i), run(i, verifier.Works, dpkg("a", fmt.Sprint(i))))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := 4096; i < len(whole); i++ {
			whole[i] = 0xa5
		}
		write(string(whole))
		s, aside, err := history.Open(t.Context(), file)
		if err == nil && aside == "" {
			_, err = s.Keep(t.Context(), "next", run(60, verifier.Works, nil))
			if !errors.As(err, new(*history.DamagedError)) {
				t.Fatalf("kept in a damaged file: %v", err)
			}
			if s, aside, err = history.Renew(t.Context(), file); err != nil || aside == "" {
				t.Fatal(aside, err)
			}
		}
		keep(t, s, "next", run(60, verifier.Works, nil))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAFileOfANewerProgramStays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	s := open(t, file)
	if err := s.SetForm(99); err != nil {
		t.Fatal(err)
	}
	if _, _, err := history.Open(t.Context(), file); !errors.As(err, new(*history.NewerError)) {
		t.Errorf("opened: %v", err)
	}
}

func TestNoHistoryYet(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	if _, err := history.Look(t.Context(), file); !errors.Is(err, history.ErrNone) {
		t.Error(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("looking made a file")
	}
}
