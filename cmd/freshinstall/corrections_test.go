package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/patch"
	"github.com/freshinstall/freshinstall/verifier/plan"
)

// planned reads a document as a newcomer would.
func planned(t *testing.T, name string, source []byte) (p verifier.Plan, followed []string) {
	t.Helper()
	p, err := plan.Build(plan.Input{Repository: "tidewatch", Documents: []plan.Document{{Path: name, Source: source}},
		Files: []string{name, "CMakeLists.txt", "Makefile", "tides.py"}, Target: plan.Target{Family: verifier.FamilyDeb}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Steps {
		if s.Follow {
			followed = append(followed, s.Command)
		}
	}
	return p, followed
}

// provenAt is a run in which one step failed and a fix for it is proven.
func provenAt(p verifier.Plan, failing string, fix verifier.Fix) *verifier.Result {
	fix.Grade = verifier.Proven
	env := verifier.EnvironmentResult{Environment: verifier.Environment{Name: "debian-12", Family: verifier.FamilyDeb, Sudo: true}}
	for _, s := range p.Steps {
		if !s.Follow {
			continue
		}
		step := verifier.StepResult{Step: s.ID, Document: s.Document, Line: s.Line, Command: s.Command, Outcome: verifier.OutcomeOK}
		if strings.HasPrefix(s.Command, failing) {
			step.Outcome = verifier.OutcomeFailed
			env.Findings = append(env.Findings, verifier.Finding{ID: "f1", Fingerprint: "k", Step: s.ID, Title: "Fails", Evidence: "no", Plain: "It needs `gcc` installed.", Fixes: []verifier.Fix{fix}})
		}
		env.Steps = append(env.Steps, step)
	}
	return &verifier.Result{Plan: p, Environments: []verifier.EnvironmentResult{env}}
}

var (
	bringPNG = verifier.Fix{Kind: verifier.FixBefore, Commands: []string{"sudo apt-get update", "sudo apt-get install -y libpng-dev"}}
	python3  = verifier.Fix{Kind: verifier.FixReplace, Replace: "python3 tides.py"}
)

// What is written in place is what a reader then types, in each format, and the
// section beside it adds nothing to that.
func TestCorrectionsAreReadInEachFormat(t *testing.T) {
	for _, tc := range []struct {
		name, document, source, step string
		fix                          verifier.Fix
		change                       string // lines of the diff that say what is new
		want                         []string
	}{
		{"RST directive", "README.rst", "App\n===\n\nInstall\n-------\n\n.. code-block:: sh\n\n   cmake -B build\n   make -C build\n", "make", bringPNG,
			"+   sudo apt-get update\n+   sudo apt-get install -y libpng-dev\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"RST prompts in a list", "README.rst", "App\n===\n\nInstall\n-------\n\n#. Build it::\n\n      $ cmake -B build\n      $ make -C build\n", "make", bringPNG,
			"+      $ sudo apt-get update\n+      $ sudo apt-get install -y libpng-dev\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"RST running text", "README.rst", "App\n===\n\nInstall\n-------\n\nRun ``cmake -B build``.\n\nThen run ``make -C build`` to build it.\n", "make", bringPNG,
			"+First type::\n+\n+   sudo apt-get update\n+   sudo apt-get install -y libpng-dev\n+\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"RST list in running text", "README.rst", "App\n===\n\nInstall\n-------\n\n#. Run ``cmake -B build``\n#. Run ``make -C build``\n", "make", bringPNG,
			"-#. Run ``make -C build``\n+#. First type::\n+\n+      sudo apt-get update\n+      sudo apt-get install -y libpng-dev\n+\n+   Run ``make -C build``\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"RST replaced", "README.rst", "App\n===\n\nInstall\n-------\n\n::\n\n    cmake -B build\n    python tides.py\n", "python", python3,
			"-    python tides.py\n+    python3 tides.py\n", []string{"cmake -B build", "python3 tides.py"}},
		{"AsciiDoc block", "README.adoc", "= App\n\n== Install\n\n[source,sh]\n----\n$ cmake -B build\n$ make -C build # <1>\n----\n<1> Takes long.\n", "make", bringPNG,
			"+$ sudo apt-get update\n+$ sudo apt-get install -y libpng-dev\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"AsciiDoc list with running text", "README.adoc", "= App\n\n== Install\n\n. Run `cmake -B build`\n. Run `make -C build`\n. Done.\n", "make", bringPNG,
			"-. Run `make -C build`\n+. First type:\n++\n+[source,shell]\n+----\n+sudo apt-get update\n+sudo apt-get install -y libpng-dev\n+----\n++\n+Run `make -C build`\n",
			[]string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"AsciiDoc attached block", "README.adoc", "= App\n\n== Install\n\n. Build:\n+\n----\ncmake -B build\nmake -C build\n----\n", "make", bringPNG,
			"+sudo apt-get update\n+sudo apt-get install -y libpng-dev\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"Org block in a list", "README.org", "* App\n** Install\n\n1. Build:\n   #+begin_src sh\n   cmake -B build\n   make -C build\n   #+end_src\n", "make", bringPNG,
			"+   sudo apt-get update\n+   sudo apt-get install -y libpng-dev\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"Org lines with colons", "README.org", "* App\n** Install\n\n: cmake -B build\n: make -C build\n", "make", bringPNG,
			"+: sudo apt-get update\n+: sudo apt-get install -y libpng-dev\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"Org running text in a list", "README.org", "* App\n** Install\n\n1. Run ~cmake -B build~\n2. Run ~make -C build~\n", "make", bringPNG,
			"-2. Run ~make -C build~\n+2. First type:\n+\n+   #+begin_src sh\n+   sudo apt-get update\n+   sudo apt-get install -y libpng-dev\n+   #+end_src\n+\n+   Run ~make -C build~\n",
			[]string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"plain text", "INSTALL", "App\n===\n\nInstalling\n----------\n\n    cmake -B build\n    make -C build\n", "make", bringPNG,
			"+    sudo apt-get update\n+    sudo apt-get install -y libpng-dev\n", []string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"plain text, running text in a list", "INSTALL", "App\n===\n\nInstalling\n----------\n\n  1. Type `cmake -B build' to configure.\n\n  2. Type `make -C build' to compile.\n", "make", bringPNG,
			"-  2. Type `make -C build' to compile.\n+  2. First type:\n+\n+         sudo apt-get update\n+         sudo apt-get install -y libpng-dev\n+\n+     Type `make -C build' to compile.\n",
			[]string{"cmake -B build", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
		{"joins the command that brings packages", "README.rst", "App\n===\n\nInstall\n-------\n\n.. code-block:: sh\n\n   sudo apt-get update\n   sudo apt-get install -y gcc make  # a compiler\n\nThen::\n\n   make -C build\n", "make", bringPNG,
			"-   sudo apt-get install -y gcc make  # a compiler\n+   sudo apt-get install -y gcc make libpng-dev  # a compiler\n", []string{"sudo apt-get update", "sudo apt-get install -y gcc make libpng-dev", "make -C build"}},
		{"joins a list of one package a line", "README.md", "# App\n\n## Install\n\n```sh\nsudo apt update && sudo apt install -y \\\n    gcc \\\n    make\nmake -C build\n```\n", "make", bringPNG,
			"-    make\n+    make \\\n+    libpng-dev\n", []string{"sudo apt update && sudo apt install -y \\\n    gcc \\\n    make \\\n    libpng-dev", "make -C build"}},
		{"another package manager is not joined", "README.md", "# App\n\n## Install\n\n```sh\nsudo apt-get install -y gcc\nmake -C build\n```\n", "make", verifier.Fix{Kind: verifier.FixBefore, Commands: []string{"pip install numpy"}},
			"+pip install numpy\n", []string{"sudo apt-get install -y gcc", "pip install numpy", "make -C build"}},
		{"new sources after it", "README.md", "# App\n\n## Install\n\n```sh\nsudo apt-get install -y gcc\nsudo add-apt-repository -y ppa:x/y\nmake -C build\n```\n", "make", bringPNG,
			"+sudo apt-get update\n+sudo apt-get install -y libpng-dev\n", []string{"sudo apt-get install -y gcc", "sudo add-apt-repository -y ppa:x/y", "sudo apt-get update", "sudo apt-get install -y libpng-dev", "make -C build"}},
	} {
		for end, source := range map[string]string{"": tc.source, ", carriage returns": strings.ReplaceAll(tc.source, "\n", "\r\n")} {
			t.Run(tc.name+end, func(t *testing.T) {
				p, before := planned(t, tc.document, []byte(source))
				r := provenAt(p, tc.step, tc.fix)
				if len(r.Environments[0].Findings) != 1 {
					t.Fatalf("the plan follows %q", before)
				}
				changes, skipped, err := patch.InPlace(map[string][]byte{tc.document: []byte(source)}, r)
				if err != nil || len(skipped) > 0 || len(changes) != 1 {
					t.Fatalf("skipped %+v, err %v", skipped, err)
				}
				_, after := planned(t, tc.document, changes[0].After)
				if diff := cmp.Diff(tc.want, after); diff != "" {
					t.Errorf("followed (-want +got):\n%s\n%s", diff, changes[0].After)
				}
				var changed strings.Builder
				for line := range strings.Lines(string(patch.Unified(changes))) {
					if (line[0] == '+' || line[0] == '-') && !strings.HasPrefix(line, "+++") && !strings.HasPrefix(line, "---") {
						changed.WriteString(strings.ReplaceAll(line, "\r", ""))
					}
				}
				if diff := cmp.Diff(tc.change, changed.String()); diff != "" {
					t.Errorf("changed (-want +got):\n%s", diff)
				}
				section, err := patch.Section(tc.document, []byte(source), r, time.Unix(0, 0))
				if err != nil || !section.Changed() {
					t.Fatal(err)
				}
				if p2, _ := planned(t, tc.document, section.After); cmp.Diff(p, p2) != "" {
					t.Errorf("the section changes the plan:\n%s\n%s", cmp.Diff(p, p2), section.After)
				}
			})
		}
	}
}
