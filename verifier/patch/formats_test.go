package patch

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// inFormats is the same document in each format, with a chapter about problems
// in the middle where the name says so.
var inFormats = []struct{ golden, name, source string }{
	{"appended.rst", "README.rst", "=========\nTidewatch\n=========\n\nShows tides.\n\nInstall\n-------\n\n.. code-block:: sh\n\n   cmake -B build\n   make -C build\n   python tides.py\n"},
	{"appended.adoc", "README.adoc", "= Tidewatch\n\nShows tides.\n\n== Install\n\n[source,sh]\n----\ncmake -B build\nmake -C build\npython tides.py\n----\n"},
	{"appended.org", "README.org", "#+TITLE: Tidewatch\n\nShows tides.\n\n* Install\n\n#+begin_src sh\ncmake -B build\nmake -C build\npython tides.py\n#+end_src\n"},
	{"appended.txt", "README", "TIDEWATCH\n\nShows tides.\n\nInstall\n-------\n\n    cmake -B build\n    make -C build\n    python tides.py\n"},
	{"chapter.md", "docs/setup.md", "Tidewatch\n=========\n\nSetup\n-----\n\n    cmake -B build\n    make -C build\n    python tides.py\n\nTroubleshooting\n---------------\n\nAsk us.\n\n<a name=\"use\"></a>\nUse\n---\n\n`tides`\n"},
	{"chapter.rst", "README.rst", "Tidewatch\n#########\n\nSetup\n*****\n\n::\n\n    cmake -B build\n    make -C build\n    python tides.py\n\nFehlerbehebung\n**************\n\nFragen Sie uns.\n\n.. _using:\n\nUse\n***\n\nMore\n^^^^\n\nType ``tides``.\n"},
	{"chapter.adoc", "README.asciidoc", "Tidewatch\n=========\n\nSetup\n-----\n\n----\ncmake -B build\nmake -C build\npython tides.py\n----\n\nKnown issues\n------------\n\nAsk us.\n\n[[using]]\nUse\n---\n\nType `tides`.\n"},
	{"chapter.org", "README.org", "* Tidewatch\n\n** Setup\n\n: cmake -B build\n: make -C build\n: python tides.py\n\n** Dépannage\nDemandez-nous.\n\n** Use\n\nType ~tides~.\n"},
	{"chapter.txt", "INSTALL.txt", "Tidewatch\n=========\n\nSETUP\n\n    cmake -B build\n    make -C build\n    python tides.py\n\nTROUBLESHOOTING\n\nAsk us.\n\nUSING IT\n\n    tides\n"},
}

func threeIn(t *testing.T, name, source string) *stage {
	return over(t, name, source, debians, "cmake -B build", "make -C build", "python tides.py").
		fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get update", "sudo apt-get install -y cmake")).
		fails("debian-13", "cmake -B build", "cmake", before("sudo apt-get update", "sudo apt-get install -y cmake")).
		fails("debian-12", "make -C build", "png_lib", before("sudo apt-get install -y libpng-dev")).
		fails("debian-13", "make -C build", "png_lib", before("sudo apt-get install -y libpng16-dev")).
		fails("debian-12", "python tides.py", "python", instead("python3 tides.py"))
}

func TestSectionInTheDocumentsOwnMarkup(t *testing.T) {
	for _, tc := range inFormats {
		t.Run(tc.golden, func(t *testing.T) {
			s := threeIn(t, tc.name, tc.source)
			c := s.section(tc.source)
			golden(t, tc.golden, c.After)
			known, err := Known(tc.name, c.After)
			if err != nil || len(known) != 3 {
				t.Fatalf("%d entries known: %v", len(known), err)
			}
			for _, e := range c.Added {
				if diff := cmp.Diff(e, known[e.Key]); diff != "" {
					t.Errorf("%s (-written +read):\n%s", e.Key, diff)
				}
			}
			again, err := Section(tc.name, c.After, s.r, today.AddDate(0, 2, 0))
			if err != nil || again.Changed() || len(again.Kept) != 3 {
				t.Errorf("second run: err %v, kept %d\n%s", err, len(again.Kept), Unified([]Change{again}))
			}
			if !readsTheSame(tc.name, []byte(tc.source), c.After) {
				t.Error("the author's own text is read in another way")
			}
			gone := threeIn(t, tc.name, tc.source)
			for i := range gone.r.Environments {
				gone.r.Environments[i].Findings = nil
				for j := range gone.r.Environments[i].Steps {
					gone.r.Environments[i].Steps[j].Outcome = verifier.OutcomeOK
				}
			}
			if c := gone.section(string(c.After)); string(c.After) != tc.source {
				t.Errorf("not as it was:\n%s", Unified([]Change{{Document: tc.name, Before: []byte(tc.source), After: c.After}}))
			}
		})
	}
}

func TestSectionRefusesAnOpenBlockInEachFormat(t *testing.T) {
	for name, source := range map[string]string{
		"a.adoc": "= A\n\n----\nmake\n", "b.adoc": "= A\n\n====\nmake\n", "a.org": "* A\n#+begin_src sh\nmake\n", "INSTALL": "A\n\n```\nmake\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := over(t, name, source, debians, "make").fails("debian-12", "make", "k", before("true"))
			_, err := Section(name, []byte(source), s.r, today)
			if open, ok := err.(*OpenBlockError); !ok || open.Line == 0 {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestTitlesLikeTheDocuments(t *testing.T) {
	for _, tc := range []struct{ name, document, source, want string }{
		{"Markdown with a title", "a.md", "# A\n\n### B\n\n### C\n", "## Known install problems"},
		{"Markdown with several first-level titles", "a.md", "# A\n\n# B\n", "# Known install problems"},
		{"Markdown without a first level", "a.md", "## A\n", "## Known install problems"},
		{"Markdown without titles", "a.md", "text\n", "## Known install problems"},
		{"Markdown to be made", "a.md", "", "# Known install problems"},
		{"Markdown with lines under titles", "a.md", "A\n===\n\nB\n---\n", "Known install problems\n----------------------"},
		{"a title in a quotation is none", "a.md", "# A\n\n> # B\n", "## Known install problems"},
		{"RST, second level known", "a.rst", "App\n###\n\nUse\n~~~\n", "Known install problems\n~~~~~~~~~~~~~~~~~~~~~~"},
		{"RST with a title alone", "a.rst", "===\nApp\n===\n\ntext\n", "Known install problems\n----------------------"},
		{"RST without titles", "a.rst", "text\n", "Known install problems\n======================"},
		{"AsciiDoc never has a second title", "a.adoc", "= A\n\n= B\n", "== Known install problems"},
		{"Org with a keyword for the title", "a.org", "#+title: A\n\n* B\n", "* Known install problems"},
		{"Org with a title above all", "a.org", "* A\n** B\n** C\n", "** Known install problems"},
		{"plain text in capitals", "README", "INSTALLING\n\ntext\n\nUSING IT\n\ntext\n", "KNOWN INSTALL PROBLEMS"},
		{"plain text with lines", "README", "App\n===\n\nUsing it\n--------\n\ntext\n", "Known install problems\n----------------------"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := over(t, tc.document, tc.source, debians).with("make").fails("debian-12", "make", "k", before("true"))
			c := s.section(tc.source)
			if !strings.Contains(string(c.After), "\n\n"+tc.want+"\n\n") {
				t.Errorf("no title %q in\n%s", tc.want, c.After)
			}
		})
	}
}

// The section stands behind all that belongs to the chapter, and before what
// belongs to the next title.
func TestPlaceInTheChapterAboutProblems(t *testing.T) {
	for _, tc := range []struct{ name, document, chapter, next string }{
		{"details", "a.md", "## Troubleshooting\n\n<details>\n\ntext\n\n</details>\n", "\n## Next\n"},
		{"an anchor", "a.md", "## Troubleshooting\n\ntext\n", "\n<a id=\"x\"></a>\n\n## Next\n"},
		{"a chapter without text", "a.md", "## Known issues\n", "\n## Next\n"},
		{"chapters inside of it", "a.md", "## Known issues\n\n### One\n\ntext\n", "\n## Next\n"},
		{"no blank line", "a.md", "## Troubleshooting\ntext\n", "## Next\n"},
		{"numbered", "a.md", "## 7. Troubleshooting:\n\ntext\n", "\n## 8. Next\n"},
		{"a picture", "a.rst", "Problems\n--------\n\n.. image:: x.png\n", "\nNext\n----\n"},
		{"a target", "a.rst", "Problems\n--------\n\ntext\n", "\n.. _next:\n\nNext\n----\n"},
		{"a line over the title", "a.rst", "--------\nProblems\n--------\n\ntext\n", "\n----\nNext\n----\n"},
		{"a block", "a.org", "** Problems\n#+begin_src sh\nx\n#+end_src\n", "\n** Next\n"},
		{"a listing", "a.adoc", "== Troubleshooting\n\n----\nx\n----\n", "\n[[next]]\n== Next\n"},
		{"plain text", "README", "PROBLEMS\n\ntext\n", "\nUSING IT\n\ntext\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			head := map[string]string{"a.md": "# App\n\n", "a.rst": "App\n===\n\n", "a.org": "* App\n", "a.adoc": "= App\n\n", "README": "App\n===\n\n"}[tc.document]
			source := head + tc.chapter + tc.next
			s := over(t, tc.document, source, debians).with("make").fails("debian-12", "make", "k", before("true"))
			after := string(s.section(source).After)
			if !strings.HasPrefix(after, head+tc.chapter+"\n") || !strings.HasSuffix(after, tc.next) || strings.Contains(after, sectionTitle) {
				t.Errorf("got\n%s", after)
			}
		})
	}
}

// Bytes outside stay, a second run gives no difference, and without its entries
// the document is as it was: in each format, with each line end.
func TestEveryByteOfTheAuthorStaysInEachFormat(t *testing.T) {
	for _, tc := range inFormats {
		for shape, source := range map[string]string{
			"as it is": tc.source, "carriage returns": strings.ReplaceAll(tc.source, "\n", "\r\n"), "byte order mark": bom + tc.source,
			"no last newline": strings.TrimSuffix(tc.source, "\n"), "empty lines": tc.source + "\n\n\n", "empty": "", "mark alone": bom,
		} {
			t.Run(tc.golden+" "+shape, func(t *testing.T) { roundTripIn(t, tc.name, []byte(source), "") })
		}
		for _, text := range hostileTexts {
			t.Run(fmt.Sprintf("%s %.20q", tc.golden, text), func(t *testing.T) { roundTripIn(t, tc.name, []byte(tc.source), text) })
		}
	}
}

func FuzzSectionInEachFormat(f *testing.F) {
	for i, tc := range inFormats {
		f.Add(i, []byte(tc.source), "")
		for _, text := range hostileTexts {
			f.Add(i, []byte(text), text)
			f.Add(i, []byte(tc.source), text)
		}
	}
	f.Fuzz(func(t *testing.T, i int, source []byte, hostile string) {
		roundTripIn(t, inFormats[uint(i)%uint(len(inFormats))].name, source, hostile)
	})
}

// The section's own commands are no steps, whatever the format.
func TestOwnBlocksAreNotRead(t *testing.T) {
	for _, tc := range inFormats {
		after := threeIn(t, tc.name, tc.source).section(tc.source).After
		for _, b := range readme.Read(tc.name, after).Blocks {
			if strings.Contains(b.Text(), "apt-get") || bytes.Contains([]byte(b.Text()), []byte("python3")) {
				t.Errorf("%s: %q is read as a block", tc.golden, b.Text())
			}
		}
	}
}
