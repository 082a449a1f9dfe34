package diagnose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func observe(typed, output string) Observation {
	return Observation{Typed: typed, Output: Clean([]byte(output)), Execution: verifier.Execution{Exit: 1, Ended: verifier.Exited},
		Environment: verifier.Environment{Family: verifier.FamilyDeb, User: "newcomer", Sudo: true}}
}

func rulesOf(found []Explanation) string {
	var ids []string
	for _, e := range found {
		ids = append(ids, e.Finding.Rule)
	}
	return strings.Join(ids, " ")
}

func TestWhichCauseComesFirst(t *testing.T) {
	tests := []struct{ name, output, want string }{
		{"the first cause in time", "a.c:1:10: fatal error: zlib.h: No such file or directory\n/bin/sh: 1: flex: not found", "C01 S01"},
		{"the network before a cause that it imitates", "ERROR: No matching distribution found for flask\nNewConnectionError: Name or service not known", "W01 P12"},
		{"a full disk before a cause", "a.c:1:10: fatal error: zlib.h: No such file or directory\ncp: error writing 'x': No space left on device", "M02 C01"},
		{"a wrapper is never an explanation", "make: *** [Makefile:2: all] Error 1", "unknown"},
		{"a cause before a mere consequence", "x.c:1: undefined reference to `f'\n/bin/sh: 1: flex: not found", "S01 C15"},
		{"the same cause is told once", "/bin/sh: 1: flex: not found\n/bin/sh: 1: flex: not found", "S01"},
		{"a precise rule before a general one on the same line", "bash: python: command not found", "S02"},
		{"a server here is not the network", "Failed to connect to localhost port 5432: Connection refused", "D05"},
		{"Python's headers are not any header", "x.c:1:10: fatal error: Python.h: No such file or directory", "C02"},
		{"debconf's grumbling is no missing setting", "debconf: (TERM is not set, so the dialog frontend is not usable.)\nE: Unable to locate package foo", "A02a"},
	}
	c := catalogue(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rulesOf(c.Explain(observe("the step", test.output)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnknownHasTheLineThatTellsMost(t *testing.T) {
	tests := []struct{ name, output, want string }{
		{"last line like an error", "start\nwidget: error: gear 7 is broken\ncleaning up\n", "widget: error: gear 7 is broken"},
		{"not the line of a wrapper", "gear: cannot turn\nmake: *** [all] Error 1\n", "gear: cannot turn"},
		{"no line like an error", "one\ntwo\n\n", "two"},
		{"no output", "\n\n", ""},
	}
	c := catalogue(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := c.Explain(observe("turn", test.output))
			if len(got) != 1 || got[0].Finding.Rule != UnknownRule || got[0].Finding.Category != verifier.OtherCategory || got[0].Finding.Blame != verifier.BlameDocs {
				t.Fatalf("have %+v", got)
			}
			if diff := cmp.Diff(test.want, got[0].Finding.Evidence); diff != "" {
				t.Error(diff)
			}
			fixes, err := c.Candidates(t.Context(), got[0], observe("turn", test.output), nil)
			if err != nil || fixes != nil {
				t.Errorf("unknown has candidates: %v, %v", fixes, err)
			}
		})
	}
}

func TestPackageListsDecide(t *testing.T) {
	c := catalogue(t)
	output := "E: Unable to locate package zlib1g-dev"
	fresh := observe("sudo apt-get install -y zlib1g-dev", output)
	earlier := fresh
	earlier.Earlier = []string{"sudo apt update"}
	furnished := fresh
	furnished.Environment.Furnishings = []verifier.Furnishing{{Name: "package_lists"}}
	within := observe("apt-get update && apt-get install -y zlib1g-dev", output)
	for _, test := range []struct {
		name string
		o    Observation
		want string
	}{
		{"nothing fetched them", fresh, "A02a"}, {"an earlier step did", earlier, "A02b"},
		{"they were there from the start", furnished, "A02b"}, {"the step itself does", within, "A02b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rulesOf(c.Explain(test.o))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSilentFailures(t *testing.T) {
	c := catalogue(t)
	tests := []struct{ name, typed, output, want string }{
		{"lists that were not fetched", "apt-get update", "W: Some index files failed to download. They have been ignored, or old ones used instead.", "A04"},
		{"a pipe whose first half failed", "curl -fsSL https://example.org/i.sh | bash", "curl: (6) Could not resolve host: example.org", "W04"},
		{"R's warning", "Rscript install.R", "installation of package ‘xml2’ had non-zero exit status", "R03"},
		{"a compiler's word in a step that passed", "make", "x.c:1: fatal error: zlib.h: No such file or directory", ""},
		{"nothing", "true", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.typed, test.output)
			o.Execution.Exit = 0
			got := c.Silent(o)
			if diff := cmp.Diff(test.want, rulesOf(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestQuietDownloadIsTheWorldsFault(t *testing.T) {
	o := observe("curl -sOL https://example.org/x", "")
	o.Execution.Exit = 6
	got := catalogue(t).Explain(o)[0]
	if got.Finding.Rule != "W03" || !got.Transient() || got.Offset != -1 {
		t.Errorf("have %+v", got)
	}
	o.Execution.Exit = 3
	if got := catalogue(t).Explain(o)[0]; got.Finding.Rule != UnknownRule {
		t.Errorf("exit status 3 of curl is a wrong address: have %s", got.Finding.Rule)
	}
}

func TestEndingsAreExplained(t *testing.T) {
	c := catalogue(t)
	for ended, want := range map[verifier.Ending]string{verifier.Asking: "S17", verifier.TimedOut: "S18", verifier.Silent: "S18", verifier.Killed: "M03"} {
		o := observe("npm init", "package name: ")
		o.Execution.Ended = ended
		o.Execution.Prompts = []verifier.Prompt{{Text: "package  name:"}}
		got := c.Explain(o)[0]
		if got.Finding.Rule != want {
			t.Errorf("%s: have %s", ended, got.Finding.Rule)
		}
		if ended == verifier.Asking && got.Finding.Object != "package name:" {
			t.Errorf("the question is not the object: %q", got.Finding.Object)
		}
	}
}

func TestAMissingSudoIsTheDocumentsFault(t *testing.T) {
	c := catalogue(t)
	o := observe("sudo make install", "bash: sudo: command not found")
	for _, user := range []string{"newcomer", "root"} {
		o.Environment.User = user
		if got := c.Explain(o)[0].Finding.Blame; got != verifier.BlameDocs {
			t.Errorf("%s: %s", user, got)
		}
	}
}

func TestFingerprintIsStable(t *testing.T) {
	c := catalogue(t)
	base := c.Explain(observe("sudo make  install", "/bin/sh: 1: flex: not found"))[0].Finding.Fingerprint
	same := c.Explain(observe("make install", "much more before\n/bin/sh: 7: flex: not found\nand after"))[0].Finding.Fingerprint
	if base != same {
		t.Error("spacing, sudo and line numbers change the fingerprint")
	}
	for name, o := range map[string]Observation{
		"another object": observe("make install", "/bin/sh: 1: bison: not found"),
		"another step":   observe("make all", "/bin/sh: 1: flex: not found"),
		"another rule":   observe("make install", "x.c:1:1: fatal error: flex.h: No such file or directory"),
	} {
		if c.Explain(o)[0].Finding.Fingerprint == base {
			t.Errorf("%s has the same fingerprint", name)
		}
	}
}

func TestSameClass(t *testing.T) {
	c := catalogue(t)
	flex := c.Explain(observe("make", "/bin/sh: 1: flex: not found"))[0]
	later := c.Explain(observe("make -j2", "/bin/sh: 9: flex: not found"))[0]
	bison := c.Explain(observe("make", "/bin/sh: 1: bison: not found"))[0]
	if !SameClass(flex, later) || SameClass(flex, bison) {
		t.Error("rule and object make the class")
	}
}

func TestTransient(t *testing.T) {
	c := catalogue(t)
	tests := map[string]bool{
		"fatal: unable to access 'https://e.org/': Could not resolve host: e.org": true,
		"cp: error writing 'x': No space left on device":                          true,
		"/bin/sh: 1: flex: not found":                                             false,
		"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS":     true,
		"JavaScript heap out of memory":                                           false,
	}
	for output, want := range tests {
		if got := c.Explain(observe("x", output))[0]; got.Transient() != want {
			t.Errorf("%s: %q: have %v", got.Finding.Rule, output, got.Transient())
		}
	}
}

func TestEvidenceIsOneBoundedLine(t *testing.T) {
	long := "x.c:1:1: fatal error: zlib.h: No such file or directory " + strings.Repeat("é", 400)
	got := catalogue(t).Explain(observe("make", "before\n"+long+"\nafter"))[0].Finding.Evidence
	if len(got) > maxEvidence || !strings.HasPrefix(long, got) || strings.Contains(got, "\n") {
		t.Errorf("evidence of %d bytes: %q", len(got), got)
	}
}

// A long build must not make the diagnosis slow: half a mebibyte is the most
// that Clean lets through.
func BenchmarkExplainLongOutput(b *testing.B) {
	c := catalogue(b)
	line := "gcc -DHAVE_CONFIG_H -I. -I./include -O2 -Wall -c -o src/widget_%d.o src/widget.c  # checking for things... yes\n"
	o := observe("make", strings.Repeat(line, keepTail/len(line))+"make: *** [Makefile:1: all] Error 1\n")
	b.SetBytes(int64(len(o.Output)))
	for b.Loop() {
		c.Explain(o)
	}
}
