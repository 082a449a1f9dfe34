package patch

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

var update = flag.Bool("update", false, "write golden files anew")

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

var debians = []string{"debian-12", "debian-13"}

// threeProblems has one fix for both environments, one in each of two forms,
// and one in one environment only.
func threeProblems(t *testing.T) *stage {
	return over(t, "README.md", tidewatch, debians, "cmake -B build", "make -C build", "python tides.py").
		fails("debian-13", "cmake -B build", "cmake", before("sudo apt-get update", "sudo apt-get install -y cmake")).
		fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get update", "sudo apt-get install -y cmake")).
		fails("debian-12", "make -C build", "png", before("sudo apt-get install -y libpng-dev")).
		fails("debian-13", "make -C build", "png", before("sudo apt-get install -y libpng16-dev")).
		fails("debian-12", "python tides.py", "python", instead("python3 tides.py"))
}

func TestSectionIsAppended(t *testing.T) {
	c := threeProblems(t).section(tidewatch)
	golden(t, "appended.md", c.After)
	if diff := cmp.Diff([]string{"cmake debian-12,debian-13", "png debian-12,debian-13", "python debian-12"}, keysOfEntries(c.Added)); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(string(c.After), tidewatch) {
		t.Error("the author's text has changed")
	}
}

func TestSecondRunGivesNoDifference(t *testing.T) {
	s := threeProblems(t)
	first := s.section(tidewatch)
	// A later run sees other volatile things, on another day.
	for i := range s.r.Environments {
		for j := range s.r.Environments[i].Findings {
			f := &s.r.Environments[i].Findings[j]
			f.Evidence = "at 0x" + strings.Repeat("f", j+1) + ": " + f.Evidence
			f.Documented = true
		}
	}
	second, err := Section("README.md", first.After, s.r, today.AddDate(0, 3, 0))
	if err != nil {
		t.Fatal(err)
	}
	if second.Changed() {
		t.Errorf("second run differs:\n%s", Unified([]Change{second}))
	}
	if len(second.Kept) != 3 || len(second.Added)+len(second.Updated)+len(second.Withdrawn) != 0 {
		t.Errorf("kept %d, added %d, updated %d, withdrawn %d", len(second.Kept), len(second.Added), len(second.Updated), len(second.Withdrawn))
	}
}

func TestKnownReadsBack(t *testing.T) {
	c := threeProblems(t).section(tidewatch)
	known, err := Known("README.md", c.After)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Added {
		if diff := cmp.Diff(e, known[e.Key]); diff != "" {
			t.Errorf("%s (-written +read):\n%s", e.Key, diff)
		}
	}
	if len(known) != len(c.Added) {
		t.Errorf("%d entries read, %d written", len(known), len(c.Added))
	}
	for _, tc := range []struct {
		name, key, environment string
		fix                    verifier.Fix
		want                   bool
	}{
		{"the same fix", "cmake", "debian-13", before("sudo apt-get update", "sudo apt-get install -y cmake"), true},
		{"another fix", "cmake", "debian-13", before("sudo apt-get install -y cmake"), false},
		{"another kind", "python", "debian-12", before("python3 tides.py"), false},
		{"another environment", "python", "debian-13", instead("python3 tides.py"), false},
		{"the other group's fix", "png", "debian-12", before("sudo apt-get install -y libpng16-dev"), false},
		{"its own group's fix", "png", "debian-13", before("sudo apt-get install -y libpng16-dev"), true},
		{"an unknown key", "none", "debian-13", instead("x"), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := known[tc.key].Documents(tc.environment, tc.fix); got != tc.want {
				t.Errorf("Documents = %v, want %v", got, tc.want)
			}
		})
	}
}

func TestOnlyProvenFixesAreWritten(t *testing.T) {
	workaround := before("pip config set global.break-system-packages true")
	workaround.Workaround = true
	for name, fixes := range map[string][]verifier.Fix{
		"none":                 nil,
		"suggested":            {graded(before("x"), verifier.Suggested)},
		"got further":          {graded(before("x"), verifier.GotFurther)},
		"proven in place":      {graded(before("x"), verifier.ProvenInPlace)},
		"graded workaround":    {graded(before("x"), verifier.Workaround)},
		"proven workaround":    {workaround},
		"proven without words": {before()},
	} {
		t.Run(name, func(t *testing.T) {
			s := over(t, "README.md", tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", fixes...)
			if c := s.section(tidewatch); c.Changed() || len(c.Added) != 0 {
				t.Errorf("written:\n%s", Unified([]Change{c}))
			}
		})
	}
	t.Run("the proven one behind a workaround", func(t *testing.T) {
		s := over(t, "README.md", tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", workaround, before("sudo apt-get install -y cmake"))
		c := s.section(tidewatch)
		if len(c.Added) != 1 || c.Added[0].Solutions[0].Text != "sudo apt-get install -y cmake" {
			t.Errorf("added %+v", c.Added)
		}
	})
}

func TestSectionRefuses(t *testing.T) {
	s := threeProblems(t)
	t.Run("another markup", func(t *testing.T) {
		_, err := Section("INSTALL.html", []byte(tidewatch), s.r, today)
		if _, ok := errors.AsType[*MarkupError](err); !ok || !strings.Contains(err.Error(), "INSTALL.html") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("an open code block", func(t *testing.T) {
		_, err := Section("README.md", []byte("# A\n\n```sh\nmake\n"), s.r, today)
		if open, ok := errors.AsType[*OpenBlockError](err); !ok || open.Line != 3 {
			t.Errorf("err = %v", err)
		}
	})
	whole := string(s.section(tidewatch).After)
	for _, tc := range []struct {
		name, source, says string
	}{
		{"no end", strings.Replace(whole, mdEnd, "", 1), "README.md:13: the section that begins here never ends"},
		{"no beginning", strings.Replace(whole, mdBegin, "", 1), "never began"},
		{"two sections", whole + "\n" + mdBegin + "\n" + mdEnd + "\n", "a second section begins here"},
		{"a section in a section", strings.Replace(whole, "## Known", mdBegin+"\n\n## Known", 1), "README.md:16: a section begins inside the one of line 13"},
		{"an entry without environments", strings.Replace(whole, " environments=debian-12,debian-13 -->", " -->", 1), "README.md:20: this entry's mark cannot be read"},
		{"an entry with a wrong day", strings.Replace(whole, "first-seen=2026-11-22", "first-seen=yesterday", 1), "README.md:20: this entry's mark cannot be read"},
		{"an entry whose mark is cut", strings.Replace(whole, "debian-13 -->", "debian-13", 1), "README.md:20: this entry's mark cannot be read"},
		{"an entry twice", strings.Replace(whole, "entry png", "entry cmake", 1), "stands here a second time"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := Section("README.md", []byte(tc.source), s.r, today)
			mark, ok := errors.AsType[*MarkerError](err)
			if !ok || mark.Line == 0 || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("err = %v, want %q", err, tc.says)
			}
			if c.Changed() {
				t.Error("changed all the same")
			}
			if _, err := Known("README.md", []byte(tc.source)); err == nil {
				t.Error("Known takes it")
			}
		})
	}
}

func TestPictureOfASectionIsNone(t *testing.T) {
	for name, picture := range map[string]string{
		"in a fence":           "```md\n" + mdBegin + "\n" + mdEnd + "\n```\n",
		"in a longer fence":    "````\n```\n" + mdEnd + "\n````\n",
		"with tildes":          "~~~\n" + mdBegin + "\n~~~\n",
		"in a sentence":        "Delete `" + mdBegin + "` first.\n",
		"indented":             "    " + mdBegin + "\n",
		"in a list's fence":    "1. Like so:\n   ```\n   " + mdBegin + "\n   ```\n",
		"not closed in a list": "- ```\n  make\n\nText.\n",
	} {
		t.Run(name, func(t *testing.T) {
			source := tidewatch + "\n" + picture
			s := over(t, "README.md", source, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get install -y cmake"))
			c := s.section(source)
			if !strings.HasPrefix(string(c.After), source) {
				t.Fatal("the author's text has changed")
			}
			if again := s.section(string(c.After)); again.Changed() {
				t.Errorf("second run differs:\n%s", Unified([]Change{again}))
			}
		})
	}
}

// A fix that could be taken for a mark, or that does not survive being shown,
// is reported and not written.
func TestUnwritableFixIsSkipped(t *testing.T) {
	for name, command := range map[string]string{
		"escape sequence":   "echo \x1b[31mred",
		"mark":              "echo '" + mdEnd + "'",
		"direction change":  "echo \u202eabc",
		"carriage return":   "echo a\rb",
		"invisible letters": "apt-get install li\u200bbpng",
	} {
		t.Run(name, func(t *testing.T) {
			s := over(t, "README.md", tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", before(command))
			c := s.section(tidewatch)
			if c.Changed() || len(c.Skipped) != 1 || c.Skipped[0].Reason == "" {
				t.Errorf("changed %v, skipped %+v", c.Changed(), c.Skipped)
			}
		})
	}
}

// An entry of which somebody took a part that is needed is written anew when
// its fix is found again, and left alone when it is not.
func TestDamagedEntryIsMended(t *testing.T) {
	s := over(t, "README.md", tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get install -y cmake"))
	first := s.section(tidewatch)
	whole := string(first.After)
	title := "### " + first.Added[0].Title + "\n"
	damaged := strings.Replace(whole, title, "", 1)
	if damaged == whole {
		t.Fatalf("no title %q in\n%s", title, whole)
	}
	found := s.section(damaged)
	if len(found.Updated) != 1 || !strings.Contains(string(found.After), title) {
		t.Errorf("found again: updated %d\n%s", len(found.Updated), found.After)
	}
	silent := over(t, "README.md", tidewatch, []string{"debian-13"}, "cmake -B build")
	if c := silent.section(damaged); c.Changed() || len(c.Kept) != 1 {
		t.Errorf("not found again: kept %d\n%s", len(c.Kept), Unified([]Change{c}))
	}
}
