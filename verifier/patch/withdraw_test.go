package patch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

var installCMake = before("sudo apt-get install -y cmake")

// documentedCMake is a document whose section knows cmake on both Debians.
func documentedCMake(t *testing.T) string {
	s := over(t, "README.md", tidewatch, debians, "cmake -B build").
		fails("debian-12", "cmake -B build", "cmake", installCMake).
		fails("debian-13", "cmake -B build", "cmake", installCMake)
	return string(s.section(tidewatch).After)
}

func TestEntryGoesOnlyWhenItsStepPassed(t *testing.T) {
	type lists struct{ Kept, Updated, Withdrawn []string }
	both := []string{"cmake debian-12,debian-13"}
	for _, tc := range []struct {
		name string
		run  func(*stage)
		want lists
	}{
		{"passed in both", func(*stage) {}, lists{Withdrawn: both}},
		{"passed with a deviation", func(s *stage) {
			s.ends("debian-12", "cmake -B build", verifier.OutcomeOKWithDeviation)
		}, lists{Withdrawn: both}},
		{"passed in one, blocked in the other", func(s *stage) {
			s.ends("debian-13", "cmake -B build", verifier.OutcomeBlocked)
		}, lists{Updated: []string{"cmake debian-13"}, Withdrawn: []string{"cmake debian-12"}}},
		{"not run", func(s *stage) {
			s.ends("debian-12", "cmake -B build", verifier.OutcomeNotRun).ends("debian-13", "cmake -B build", verifier.OutcomeNotRun)
		}, lists{Kept: both}},
		{"inconclusive", func(s *stage) {
			s.ends("debian-12", "cmake -B build", verifier.OutcomeInconclusive).ends("debian-13", "cmake -B build", verifier.OutcomeInconclusive)
		}, lists{Kept: both}},
		{"failed for another cause", func(s *stage) {
			s.fails("debian-12", "cmake -B build", "other").fails("debian-13", "cmake -B build", "other")
		}, lists{Kept: both}},
		{"failed again, and nothing is proven now", func(s *stage) {
			s.fails("debian-12", "cmake -B build", "cmake", graded(installCMake, verifier.Suggested)).fails("debian-13", "cmake -B build", "cmake")
		}, lists{Kept: both}},
		{"no environment was asked for", func(s *stage) { s.r.Environments = nil }, lists{Kept: both}},
		{"only one environment was asked for", func(s *stage) {
			s.r.Environments = s.r.Environments[:1]
		}, lists{Updated: []string{"cmake debian-13"}, Withdrawn: []string{"cmake debian-12"}}},
		{"the step is gone from the document", func(s *stage) { s.r.Plan.Steps[0].Command = "ninja" }, lists{Kept: both}},
		{"the step is another document's", func(s *stage) { s.r.Plan.Steps[0].Document = "docs/other.md" }, lists{Kept: both}},
		{"another solution in one of them", func(s *stage) {
			s.fails("debian-12", "cmake -B build", "cmake", installCMake).fails("debian-13", "cmake -B build", "cmake", before("sudo apt-get install -y cmake4"))
		}, lists{Updated: both}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			source := documentedCMake(t)
			s := over(t, "README.md", source, debians, "cmake -B build")
			tc.run(s)
			c := s.section(source)
			got := lists{keysOfEntries(c.Kept), keysOfEntries(c.Updated), keysOfEntries(c.Withdrawn)}
			for _, l := range []*[]string{&tc.want.Kept, &tc.want.Updated, &tc.want.Withdrawn} {
				if *l == nil {
					*l = []string{}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if again := s.section(string(c.After)); again.Changed() {
				t.Errorf("the run after it differs:\n%s", Unified([]Change{again}))
			}
			if len(tc.want.Kept) == 1 && c.Changed() {
				t.Errorf("kept, but changed:\n%s", Unified([]Change{c}))
			}
			if len(tc.want.Updated)+len(tc.want.Kept) == 0 && string(c.After) != tidewatch {
				t.Errorf("the document is not as it was:\n%q", c.After)
			}
		})
	}
}

// A step that stands twice passes when both do; one that is left on purpose
// says nothing.
func TestStepThatStandsTwice(t *testing.T) {
	source := documentedCMake(t) + "\nOn Windows:\n\n    cmake -B build\n"
	for _, tc := range []struct {
		name   string
		second verifier.Outcome
		follow bool
		gone   bool
	}{
		{"both pass", verifier.OutcomeOK, true, true},
		{"the second fails", verifier.OutcomeFailed, true, false},
		{"the second was not reached", verifier.OutcomeNotRun, true, false},
		{"the second is not for this reader", verifier.OutcomeNotRun, false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := over(t, "README.md", source, debians, "cmake -B build", "    cmake -B build")
			s.r.Plan.Steps[1].Command, s.r.Plan.Steps[1].Follow = "cmake -B build", tc.follow
			for i := range s.r.Environments {
				s.r.Environments[i].Steps[1].Outcome = tc.second
			}
			if c := s.section(source); (len(c.Withdrawn) == 1) != tc.gone {
				t.Errorf("withdrawn %v, kept %v", keysOfEntries(c.Withdrawn), keysOfEntries(c.Kept))
			}
		})
	}
}

// The correction in place was taken over: the step has another text now.
func TestReplacedStepWithdrawsItsEntry(t *testing.T) {
	s := over(t, "README.md", tidewatch, debians[:1], "python tides.py").fails("debian-12", "python tides.py", "python", instead("python3 tides.py"))
	source := strings.Replace(string(s.section(tidewatch).After), "python tides.py\n```\n\n<!-- freshinstall:begin", "python3 tides.py\n```\n\n<!-- freshinstall:begin", 1)
	c := over(t, "README.md", source, debians[:1], "python3 tides.py").section(source)
	if len(c.Withdrawn) != 1 || string(c.After) != strings.Replace(tidewatch, "python tides", "python3 tides", 1) {
		t.Errorf("withdrawn %v, document:\n%s", keysOfEntries(c.Withdrawn), c.After)
	}
}

func TestNewEnvironmentJoinsItsEntry(t *testing.T) {
	source := documentedCMake(t)
	s := over(t, "README.md", source, []string{"debian-11"}, "cmake -B build").fails("debian-11", "cmake -B build", "cmake", installCMake)
	c, err := Section("README.md", []byte(source), s.r, today.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Updated) != 1 || c.Updated[0].FirstSeen != "2026-11-22" {
		t.Errorf("updated %+v", c.Updated)
	}
	if diff := cmp.Diff([]string{"debian-11", "debian-12", "debian-13"}, c.Updated[0].Solutions[0].Environments); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHandEdits(t *testing.T) {
	source := documentedCMake(t)
	found := over(t, "README.md", source, debians, "cmake -B build").
		fails("debian-12", "cmake -B build", "cmake", installCMake).fails("debian-13", "cmake -B build", "cmake", installCMake)
	unasked := over(t, "README.md", source, nil, "cmake -B build")

	t.Run("a better wording stays", func(t *testing.T) {
		edited := strings.Replace(source, "In plain words: The documents", "Sorry about that!\nThe documents", 1)
		if c := found.section(edited); c.Changed() || len(c.Kept) != 1 {
			t.Errorf("changed:\n%s", Unified([]Change{c}))
		}
		one := over(t, "README.md", source, debians[:1], "cmake -B build") // passes there
		if c := one.section(edited); !strings.Contains(string(c.After), "Sorry about that!\nThe documents") || len(c.Updated) != 1 {
			t.Errorf("wording lost:\n%s", c.After)
		}
	})
	t.Run("a wrong solution is mended", func(t *testing.T) {
		edited := strings.Replace(source, "install -y cmake", "install -y cmake-gui", 1)
		if c := found.section(edited); string(c.After) != source || len(c.Updated) != 1 {
			t.Errorf("not mended:\n%s", Unified([]Change{c}))
		}
		if known, err := Known("README.md", []byte(edited)); err != nil || known["cmake"].Documents("debian-12", installCMake) {
			t.Errorf("counts as documented (err %v)", err)
		}
	})
	t.Run("a lost solution is written anew when it is known", func(t *testing.T) {
		edited := strings.Replace(source, "\n```shell\nsudo apt-get install -y cmake\n```\n", "", 1)
		if c := found.section(edited); string(c.After) != source || len(c.Updated) != 1 {
			t.Errorf("not mended:\n%s", Unified([]Change{c}))
		}
		if c := unasked.section(edited); c.Changed() || len(c.Kept) != 1 {
			t.Errorf("touched without need:\n%s", Unified([]Change{c}))
		}
	})
	t.Run("a damaged entry of several environments waits until all are settled", func(t *testing.T) {
		edited := strings.Replace(source, "### Command", "Command", 1)
		one := over(t, "README.md", source, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", installCMake).
			ends("debian-13", "cmake -B build", verifier.OutcomeBlocked)
		if c := one.section(edited); c.Changed() {
			t.Errorf("changed:\n%s", Unified([]Change{c}))
		}
		none := over(t, "README.md", source, debians, "cmake -B build")
		if c := none.section(edited); string(c.After) != tidewatch {
			t.Errorf("not withdrawn:\n%s", c.After)
		}
	})
	t.Run("text around the section stays", func(t *testing.T) {
		edited := strings.Replace(source, mdEnd+"\n", mdEnd+"\nMore below.\n", 1)
		edited = strings.Replace(edited, "\n"+mdBegin, "Close above.\n"+mdBegin, 1)
		none := over(t, "README.md", source, debians, "cmake -B build")
		want := strings.TrimSuffix(tidewatch, "") + "Close above.\nMore below.\n"
		if c := none.section(edited); string(c.After) != want {
			t.Errorf("document:\n%q\nwant\n%q", c.After, want)
		}
	})
	t.Run("an emptied section goes", func(t *testing.T) {
		emptied := tidewatch + "\n" + mdBegin + "\n" + mdEnd + "\n"
		if c := unasked.section(emptied); string(c.After) != tidewatch {
			t.Errorf("document:\n%q", c.After)
		}
	})
}
