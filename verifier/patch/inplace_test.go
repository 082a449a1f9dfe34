package patch

import (
	"html"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// correct applies the corrections in place to a document.
func (s *stage) correct() (string, []Skipped) {
	s.t.Helper()
	changes, skipped, err := InPlace(map[string][]byte{s.name: []byte(s.source)}, s.r)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(changes) == 0 {
		return s.source, skipped
	}
	return string(changes[0].After), skipped
}

func TestInPlaceWhereTheStepStands(t *testing.T) {
	png := before("sudo apt-get install -y libpng-dev")
	two := before("sudo apt-get update", "sudo apt-get install -y libpng-dev")
	for _, tc := range []struct {
		name, source, step string
		fix                verifier.Fix
		want               string
	}{
		{"fence", "```sh\ncd x\nmake\n```\n", "make", two, "```sh\ncd x\nsudo apt-get update\nsudo apt-get install -y libpng-dev\nmake\n```\n"},
		{"fence with prompts", "```console\n$ make\nok\n```\n", "make", two,
			"```console\n$ sudo apt-get update\n$ sudo apt-get install -y libpng-dev\n$ make\nok\n```\n"},
		{"prompt with a name", "```\nuser@host:~/x$ make\n```\n", "make", png, "```\nuser@host:~/x$ sudo apt-get install -y libpng-dev\nuser@host:~/x$ make\n```\n"},
		{"prompt of an environment", "```\n(venv) $ make\n```\n", "make", png, "```\n(venv) $ sudo apt-get install -y libpng-dev\n(venv) $ make\n```\n"},
		{"indented block", "Build:\n\n    make\n", "make", png, "Build:\n\n    sudo apt-get install -y libpng-dev\n    make\n"},
		{"fence in a list", "1. Build:\n\n   ```\n   $ make\n   ```\n", "make", png, "1. Build:\n\n   ```\n   $ sudo apt-get install -y libpng-dev\n   $ make\n   ```\n"},
		{"fence in a quote", "> ```\n> make\n> ```\n", "make", png, "> ```\n> sudo apt-get install -y libpng-dev\n> make\n> ```\n"},
		{"carriage returns", "```sh\r\nmake\r\n```\r\n", "make", two, "```sh\r\nsudo apt-get update\r\nsudo apt-get install -y libpng-dev\r\nmake\r\n```\r\n"},
		{"last line without newline", "Build:\n\n    make", "make", png, "Build:\n\n    sudo apt-get install -y libpng-dev\n    make"},
		{"pre", "<pre>\nmake\n</pre>\n", "make", png, "<pre>\nsudo apt-get install -y libpng-dev\nmake\n</pre>\n"},
		{"pre on the tag's line", "<pre><code>$ make\n</code></pre>\n", "make", before("sudo apt-get update && true", "sudo apt-get install -y libpng-dev"),
			"<pre><code>$ sudo apt-get update &amp;&amp; true\n$ sudo apt-get install -y libpng-dev\n$ make\n</code></pre>\n"},
		{"replaced in a fence", "```\n$ python a.py  # starts\n```\n", "python a.py", instead("python3 a.py"), "```\n$ python3 a.py  # starts\n```\n"},
		{"replaced, with what the replacement needs", "```\n$ python a.py\n```\n", "python a.py",
			instead("python3 a.py", "sudo apt-get install -y python3"),
			"```\n$ sudo apt-get install -y python3\n$ python3 a.py\n```\n"},
		{"replaced by two lines", "- x\n\n  ```\n  $ make\n  ```\n", "make", instead("cd src\nmake"), "- x\n\n  ```\n  $ cd src\n  make\n  ```\n"},
		{"replaced in pre", "<pre>make &amp;&amp; x</pre>\n", "make &amp;&amp; x", instead("make -C a && x"), "<pre>make -C a &amp;&amp; x</pre>\n"},
		{"replaced in running text", "Type `python a.py` now.\n", "`python a.py`", instead("python3 a.py"), "Type `python3 a.py` now.\n"},
		{"running text", "# A\n\nFirst read this,\nthen type `make`.\n", "`make`", two,
			"# A\n\nFirst type:\n\n```shell\nsudo apt-get update\nsudo apt-get install -y libpng-dev\n```\n\nFirst read this,\nthen type `make`.\n"},
		{"running text under a heading", "# A\nType `make`.\n", "`make`", png, "# A\nFirst type:\n\n```shell\nsudo apt-get install -y libpng-dev\n```\n\nType `make`.\n"},
		{"running text after a block", "```\nx\n```\nType `make`.\n", "`make`", png,
			"```\nx\n```\nFirst type:\n\n```shell\nsudo apt-get install -y libpng-dev\n```\n\nType `make`.\n"},
		{"list item", "1. Get it.\n2. Type `make`\n   and wait.\n3. Done.\n", "`make`", png,
			"1. Get it.\n2. First type:\n\n   ```shell\n   sudo apt-get install -y libpng-dev\n   ```\n\n   Type `make`\n   and wait.\n3. Done.\n"},
		{"list in a list", "- a\n  * `make`\n", "`make`", png,
			"- a\n  * First type:\n\n    ```shell\n    sudo apt-get install -y libpng-dev\n    ```\n\n    `make`\n"},
		{"second paragraph of an item", "- a\n\n  Type `make`.\n", "`make`", png,
			"- a\n\n  First type:\n\n  ```shell\n  sudo apt-get install -y libpng-dev\n  ```\n\n  Type `make`.\n"},
		{"quote", "> Type `make`.\n", "`make`", png, "> First type:\n>\n> ```shell\n> sudo apt-get install -y libpng-dev\n> ```\n>\n> Type `make`.\n"},
		{"running text with carriage returns", "Type `make`.\r\n", "`make`", png,
			"First type:\r\n\r\n```shell\r\nsudo apt-get install -y libpng-dev\r\n```\r\n\r\nType `make`.\r\n"},
		{"already there", "```\nsudo apt-get update\nmake\n```\n", "make", two, "```\nsudo apt-get update\nsudo apt-get install -y libpng-dev\nmake\n```\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := over(t, "README.md", tc.source, debians, tc.step)
			command := html.UnescapeString(strings.Trim(tc.step, "`"))
			s.r.Plan.Steps[0].Command = command
			s.fails("debian-12", command, "k", tc.fix).fails("debian-13", command, "k", tc.fix)
			got, skipped := s.correct()
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(skipped) != 0 {
				t.Errorf("skipped: %+v", skipped)
			}
		})
	}
}

func TestInPlaceSkipsWithReason(t *testing.T) {
	cmake, python := before("sudo apt-get install -y cmake"), instead("python3 tides.py")
	for _, tc := range []struct {
		name   string
		source string
		setUp  func(*stage)
		reason string
	}{
		{"fixes differ", tidewatch, func(s *stage) {
			s.fails("debian-12", "cmake -B build", "k", cmake).fails("debian-13", "cmake -B build", "k", before("sudo apt-get install -y cmake4"))
		}, "the fixes differ between debian-12, debian-13"},
		{"proven in one only", tidewatch, func(s *stage) {
			s.fails("debian-12", "cmake -B build", "k", cmake).fails("debian-13", "cmake -B build", "k", graded(cmake, verifier.GotFurther))
		}, "there is no proven fix on debian-13"},
		{"replaced where it passes", tidewatch, func(s *stage) {
			s.fails("debian-12", "python tides.py", "k", python)
		}, "passes as it is written on debian-13"},
		{"another package manager", tidewatch, func(s *stage) {
			s.env("debian-13").Environment.Family = verifier.FamilyRPM
			s.fails("debian-12", "cmake -B build", "k", cmake)
		}, "another package manager than the one on debian-13"},
		{"no sudo there", tidewatch, func(s *stage) {
			s.env("debian-13").Environment.Sudo = false
			s.fails("debian-12", "cmake -B build", "k", cmake)
		}, "needs sudo, which is not on debian-13"},
		{"steps in the wrong order", tidewatch, func(s *stage) {
			early := before("cmake -B build")
			early.Moved = []string{"s1"}
			s.fails("debian-12", "make -C build", "k", early).fails("debian-13", "make -C build", "k", early)
		}, "cmake -B build belongs before it"},
		{"unwritable", tidewatch, func(s *stage) {
			s.fails("debian-12", "cmake -B build", "k", before("echo \x1b[2J"))
		}, "cannot be shown"},
		{"the document has changed", tidewatch, func(s *stage) {
			s.fails("debian-12", "cmake -B build", "k", cmake)
			s.source = "# Another\n" + s.source
		}, "not where the run has read it"},
		{"the document has shrunk", tidewatch, func(s *stage) {
			s.fails("debian-12", "cmake -B build", "k", cmake)
			s.source = "# Short\n"
		}, "not where the run has read it"},
		{"more than a prompt before it", "```\nthen: cmake -B build\n```\n\nmake -C build python tides.py", func(s *stage) {
			s.fails("debian-12", "cmake -B build", "k", cmake)
		}, "begins with more than a prompt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := over(t, "README.md", tc.source, debians, "cmake -B build", "make -C build", "python tides.py")
			tc.setUp(s)
			got, skipped := s.correct()
			if got != s.source {
				t.Errorf("changed:\n%s", got)
			}
			if len(skipped) != 1 || !strings.Contains(skipped[0].Reason, tc.reason) || skipped[0].Key != "k" || skipped[0].Line == 0 {
				t.Errorf("skipped = %+v, want %q", skipped, tc.reason)
			}
		})
	}
	for _, tc := range []struct {
		name, document, source string
		fix                    verifier.Fix
		reason                 string
	}{
		{"command in a heading", "README.md", "## Type `make`\n", cmake, "in a heading"},
		{"command in an underlined heading", "README.md", "Type `make`\n-----------\n", cmake, "in a heading"},
		{"command in a table", "README.md", "| a | b |\n|---|---|\n| build | `make` |\n", cmake, "in a table"},
		{"replaced with a bar in a table", "README.md", "| a | b |\n|---|---|\n| build | `make` |\n", instead("make | tee log"), "into a table"},
		{"replaced by two lines", "README.md", "Type `make`.\n", instead("cd x\nmake"), "running text"},
		{"replaced by quotes", "README.md", "Type `make`.\n", instead("echo `make`"), "running text"},
		{"command in a title of RST", "README.rst", "Type `make`\n===========\n", cmake, "in a heading"},
		{"command beside a directive", "README.rst", ".. note:: Type `make`.\n", cmake, "directive"},
		{"command in a simple table", "README.rst", "=====  ======\nbuild  `make`\n=====  ======\n", cmake, "in a table"},
		{"replaced in a grid table", "README.rst", "+-------+--------+\n| build | `make` |\n+-------+--------+\n", instead("make all"), "into a table"},
		{"command beside a term", "README.adoc", "Linux:: Type `make`.\n", cmake, "term"},
		{"replaced by what AsciiDoc reads", "README.adoc", "Type `make`.\n", instead("make {all}"), "running text"},
		{"replaced by what Org reads", "README.org", "Type `make`.\n", instead("echo `make`"), "running text"},
		{"another markup", "INSTALL.html", "Type `make`.\n", cmake, "in Markdown"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := over(t, tc.document, tc.source, debians[:1], "`make`").fails("debian-12", "make", "k", tc.fix)
			got, skipped := s.correct()
			if got != tc.source || len(skipped) != 1 || !strings.Contains(skipped[0].Reason, tc.reason) {
				t.Errorf("skipped = %+v, want %q; document:\n%s", skipped, tc.reason, got)
			}
		})
	}
}

// Blocks that read markup in code take no command with marks in it.
func TestInPlaceInBlocksThatReadMarkup(t *testing.T) {
	for _, tc := range []struct {
		name, document, source string
		skipped                bool
	}{
		{"parsed literal", "a.rst", ".. parsed-literal::\n\n   make\n", true},
		{"substitutions", "a.rst", ".. code-block:: sh\n   :substitutions:\n\n   make\n", true},
		{"literal behind a parsed one", "a.rst", ".. parsed-literal::\n\n   x\n\nThen::\n\n   make\n", false},
		{"the same with carriage returns", "a.rst", ".. parsed-literal::\r\n\r\n   x\r\n\r\nThen::\r\n\r\n   make\r\n", false},
		{"attributes", "a.adoc", "[source,sh,subs=\"attributes+\"]\n----\nmake\n----\n", true},
		{"listing", "a.adoc", "[source,sh]\n----\nmake\n----\n", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := over(t, tc.document, tc.source, debians[:1], "make").fails("debian-12", "make", "k", before("pip install *{x}*"))
			got, skipped := s.correct()
			if (len(skipped) == 1) != tc.skipped || (got == tc.source) != tc.skipped {
				t.Errorf("skipped %+v:\n%s", skipped, got)
			}
		})
	}
}

func TestInPlacePutsInWhatDoesNoHarm(t *testing.T) {
	t.Run("needed in one, passes in the other", func(t *testing.T) {
		s := over(t, "README.md", tidewatch, debians, "cmake -B build").fails("debian-13", "cmake -B build", "k", before("sudo apt-get install -y cmake"))
		if got, skipped := s.correct(); !strings.Contains(got, "sudo apt-get install -y cmake\ncmake -B build") {
			t.Errorf("skipped %+v:\n%s", skipped, got)
		}
	})
	t.Run("another family never got there", func(t *testing.T) {
		s := over(t, "README.md", tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "k", before("sudo apt-get install -y cmake")).
			ends("debian-13", "cmake -B build", verifier.OutcomeBlocked)
		s.env("debian-13").Environment.Family = verifier.FamilyApk
		if got, skipped := s.correct(); got == tidewatch {
			t.Errorf("skipped %+v", skipped)
		}
	})
	t.Run("no finding has a proven fix", func(t *testing.T) {
		s := over(t, "README.md", tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "k")
		if got, skipped := s.correct(); got != tidewatch || len(skipped) != 0 {
			t.Errorf("skipped %+v:\n%s", skipped, got)
		}
	})
}

// One step may hide several failures, and steps share what they need.
func TestInPlaceChains(t *testing.T) {
	s := over(t, "README.md", tidewatch, debians[:1], "cmake -B build", "make -C build", "python tides.py").
		fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get update", "sudo apt-get install -y cmake")).
		fails("debian-12", "cmake -B build", "gcc", before("sudo apt-get update", "sudo apt-get install -y gcc", "cd .")).
		fails("debian-12", "make -C build", "png", before("sudo apt-get update", "sudo apt-get install -y libpng-dev", "cd .")).
		fails("debian-12", "python tides.py", "python", instead("python3 tides.py")).
		fails("debian-12", "python tides.py", "path", instead("python3 tools/tides.py")).
		fails("debian-12", "python tides.py", "module", before("sudo apt-get install -y python3-numpy"))
	got, skipped := s.correct()
	want := strings.Replace(tidewatch, "cmake -B build\nmake -C build\npython tides.py\n", `sudo apt-get update
sudo apt-get install -y cmake
sudo apt-get install -y gcc
cd .
cmake -B build
sudo apt-get install -y libpng-dev
cd .
make -C build
sudo apt-get install -y python3-numpy
python3 tools/tides.py
`, 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(skipped) != 0 {
		t.Errorf("skipped %+v", skipped)
	}
}

func TestInPlaceOverSeveralDocuments(t *testing.T) {
	s := over(t, "README.md", tidewatch, debians[:1], "cmake -B build").fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get install -y cmake"))
	other := over(t, "docs/a.md", "Type:\n\n    make\n", debians[:1], "make")
	other.r.Plan.Steps[0].ID = "o1"
	s.r.Plan.Steps = append(s.r.Plan.Steps, other.r.Plan.Steps...)
	s.r.Plan.Steps = append(s.r.Plan.Steps, verifier.Step{ID: "a1", Document: "freshinstall.yaml", Command: "tides", Follow: true})
	for _, id := range []string{"o1", "a1"} {
		s.r.Environments[0].Findings = append(s.r.Environments[0].Findings,
			verifier.Finding{Fingerprint: id, Step: id, Title: "T", Fixes: []verifier.Fix{before("sudo apt-get install -y cmake")}})
	}
	changes, skipped, err := InPlace(map[string][]byte{"README.md": []byte(tidewatch), "docs/a.md": []byte(other.source)}, s.r)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) != 2 || changes[0].Document != "README.md" || changes[1].Document != "docs/a.md" {
		t.Fatalf("changes: %+v", changes)
	}
	// A reader may begin with either document.
	if !strings.Contains(string(changes[1].After), "    sudo apt-get install -y cmake\n    make\n") {
		t.Errorf("docs/a.md:\n%s", changes[1].After)
	}
	if len(skipped) != 1 || skipped[0].Step != "a1" {
		t.Errorf("skipped %+v", skipped)
	}
	s.r.Environments[0].Findings[0].Step = "s99"
	if _, _, err := InPlace(nil, s.r); err == nil || !strings.Contains(err.Error(), "s99") {
		t.Errorf("err = %v", err)
	}
}
