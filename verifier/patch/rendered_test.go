package patch

import (
	"bytes"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// renderers are the programs that readers of the formats have. Where one is not
// installed its part is skipped.
var renderers = []struct {
	document, program string
	args              []string
}{
	{"README.md", "pandoc", []string{"--from=gfm", "--to=html", "--wrap=none"}},
	{"README.rst", "rst2html", []string{"--report=2", "--halt=2", "--no-raw", "--no-file-insertion"}},
	{"README.adoc", "asciidoctor", []string{"-v", "--failure-level=WARN", "-s", "-o", "-"}},
	{"README.org", "pandoc", []string{"--from=org", "--to=html", "--wrap=none"}},
}

var (
	htmlTag   = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)
	htmlBlock = regexp.MustCompile(`(?s)<(?:style|head)\b.*?</(?:style|head)>`)
)

// What is foreign comes out of each renderer as it went in, and none of them
// warns of anything.
func TestForeignTextIsRenderedAsItIs(t *testing.T) {
	texts := []string{
		"*bold* **strong** `code` ``literal`` _under_ a_b c_ d__ e", "|sub| [1]_ [text](http://x.example) <b>&amp;</b>", "a:: b;; c", ":role:`x` file:x",
		"http://x.example/a mailto:me@x.example www.x.example", "{attr} {{{macro}}} ((term)) <<ref>> [[anchor]] footnote:[x]", "#mark# ^up^ ~down~ +pass+ $x$ /slant/ =a= ~b~",
		"a = b == c", "C:\\Users\\x", "- item", "1. item", "A) item", "==== x ====", "ends with ::", "don't “quote” ‘it’", "x -> y => z", "\\alpha \\begin{x} x_{1} y^{2}",
		"#+begin_src", "* TODO x :tag:", "libfoo++-dev (>= 1.2~rc1)", "ends with a backslash\\", "&#42; &lt; ; ;;", "x--y --flag", "..", "'", "\"", "::", "_", "`", "foo`bar",
	}
	for _, r := range renderers {
		t.Run(r.document, func(t *testing.T) {
			program, err := exec.LookPath(r.program)
			if err != nil {
				t.Skipf("no %s here", r.program)
			}
			s := over(t, r.document, "", debians[:1])
			for i := range texts {
				s.with("make " + strconv.Itoa(i))
				s.r.Plan.Steps[i].ID, s.r.Environments[0].Steps[i].Step = strconv.Itoa(i), strconv.Itoa(i)
			}
			for i, text := range texts {
				s.fails("debian-12", "make "+strconv.Itoa(i), strconv.Itoa(i), before("echo "+text+"\n"+text))
				f := &s.env("debian-12").Findings[i]
				f.Title, f.Object, f.Plain, f.Evidence = "T"+text, text, text, text
				if i%2 == 0 {
					f.Title = text
				}
			}
			file := filepath.Join(t.TempDir(), r.document)
			if err := os.WriteFile(file, s.section("").After, 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), program, append(r.args, file)...)
			var out, told bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &told
			if err := cmd.Run(); err != nil || told.Len() > 0 {
				t.Errorf("%v: %s", err, told.String())
			}
			page := strings.Join(strings.Fields(html.UnescapeString(htmlTag.ReplaceAllString(htmlBlock.ReplaceAllString(out.String(), ""), ""))), " ")
			for _, text := range texts {
				text = foreign.Line(text)
				for _, want := range []string{plainLead + text, "echo " + text + " " + text} {
					if !strings.Contains(typed.Replace(page), typed.Replace(want)) {
						t.Errorf("%q is not shown", want)
					}
				}
			}
			if t.Failed() {
				t.Logf("%s", page)
			}
		})
	}
}

// typed undoes what renderers do to the characters of running text for its looks.
var typed = strings.NewReplacer("’", "'", "‘", "'", "“", "\"", "”", "\"", "→", "->", "⇒", "=>", "…", "...", "–", "--", "—", "--", "\u200b", "", "\u00a0", " ", "\u2009", "")
