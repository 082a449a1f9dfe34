package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

func htmlOf(t testing.TB, r *verifier.Result) string {
	t.Helper()
	var out bytes.Buffer
	if err := HTML(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	ownStyle  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	ownScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	ownPolicy = regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`)
)

// What is the same in every report is in files of its own.
func TestHTMLGoldens(t *testing.T) {
	for name, r := range fixtures() {
		t.Run(name, func(t *testing.T) {
			page := ownStyle.ReplaceAllString(htmlOf(t, r), "<style>…</style>")
			page = ownScript.ReplaceAllString(page, "<script>…</script>")
			golden(t, name+".html", []byte(ownPolicy.ReplaceAllString(page, `Content-Security-Policy" content="…"`)))
		})
	}
}

// The policy's hashes are those of what really stands in the page; with a
// wrong one there would be neither style nor script.
func TestHTMLPolicy(t *testing.T) {
	page := htmlOf(t, hostile())
	want := "default-src 'none'"
	for _, part := range []struct {
		name string
		own  *regexp.Regexp
	}{{"style", ownStyle}, {"script", ownScript}} {
		all := part.own.FindAllStringSubmatch(page, -1)
		if len(all) != 1 || len(all[0][1]) < 1000 {
			t.Fatalf("%d times %s", len(all), part.name)
		}
		sum := sha256.Sum256([]byte(all[0][1]))
		want += fmt.Sprintf("; %s-src 'sha256-%s'", part.name, base64.StdEncoding.EncodeToString(sum[:]))
	}
	if got := html.UnescapeString(ownPolicy.FindStringSubmatch(page)[1]); got != want+"; base-uri 'none'; form-action 'none'" {
		t.Errorf("policy is %q, want %q", got, want)
	}
	if strings.Index(page, "Content-Security-Policy") > strings.Index(page, "<style>") {
		t.Error("the policy comes after what it rules")
	}
}

var (
	tag     = regexp.MustCompile(`<[^>]*>`)
	usual   = regexp.MustCompile(`^</?(?:!DOCTYPE html|html|head|meta|title|style|script|body|a|header|nav|main|footer|section|article|h[123]|p|ul|ol|li|dl|dt|dd|div|span|bdi|strong|small|code|pre|table|thead|tbody|tfoot|tr|th|td|form|label|input|select|option|button|details|summary|svg|rect)(?: [a-zA-Z-]+(?:="[^"<>]*")?)*/?>$`)
	address = regexp.MustCompile(`(?:href|src|action|url)\s*=\s*"([^"]*)"`)
)

// No text of a result becomes an element, an attribute or an address.
func TestHTMLIsNotActive(t *testing.T) {
	r := hostile()
	evil := `"'><script>alert(1)</script><svg onload=alert(1)></template></style> javascript:alert(1) {{.}} &lt;`
	for i := range r.Environments {
		env := &r.Environments[i]
		env.Environment.Name, env.Environment.Digest, env.Environment.Declaration, env.Environment.Packages = evil, evil, evil, []string{evil}
		env.Incident = &verifier.Incident{What: evil, Where: evil, ToDo: evil, Message: evil, Blame: verifier.Blame(evil)}
		for j := range env.Steps {
			s := &env.Steps[j]
			s.Command, s.Reason, s.CutShort, s.Output = evil, evil, evil, verifier.Output{Head: evil, Tail: evil + "\u2066\x00", Log: evil}
			s.Attempts = []verifier.Attempt{{Command: evil}, {Command: evil}}
		}
		env.Verdict, env.Steps[1].Outcome = verifier.Verdict(evil), verifier.Outcome(evil)
	}
	for i := range r.Plan.Steps {
		s := &r.Plan.Steps[i]
		s.ID, s.Document, s.Command, s.Reason = evil+s.ID, evil, evil, evil
	}
	r.Repository.Name, r.Repository.URL, r.Tool.Version, r.Plan.Documents, r.Plan.Cut = evil, "javascript:alert(1)", evil, []string{evil}, []string{evil}
	page := htmlOf(t, r)
	for _, a := range address.FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(a[1], "#") {
			t.Errorf("leads out of the page: %s", a[0])
		}
	}
	body := ownScript.ReplaceAllString(ownStyle.ReplaceAllString(page, ""), "")
	for _, found := range tag.FindAllString(body, -1) {
		if !usual.MatchString(found) || strings.Contains(found, " on") && !strings.Contains(found, `="`) {
			t.Errorf("is no tag of ours: %s", found)
		}
	}
	if strings.Contains(body, "<script") || strings.Count(page, "&lt;script&gt;") < 20 {
		t.Error("the text is not shown as it is")
	}
	for _, c := range body {
		if c < ' ' && c != '\n' && c != '\t' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
			t.Errorf("character %U", c)
		}
	}
}

// A page says all that the other formats say: each of their words is there.
func TestHTMLTellsTheSameStory(t *testing.T) {
	for name, r := range fixtures() {
		if name == "hostile" {
			continue // Markdown writes its text in another way
		}
		t.Run(name, func(t *testing.T) {
			page := strings.ToLower(html.UnescapeString(tag.ReplaceAllString(htmlOf(t, r), " ")))
			page = strings.Join(strings.Fields(page), " ")
			d := digestOf(r)
			want := append([]string{d.answer(), d.subject(), d.closing(nil)}, d.details()...)
			for _, p := range d.problems {
				want = append(want, p.title(), p.meaning(), at(p.step), names(p.environments), p.repeat())
				for _, r := range p.remedies {
					want = append(append(want, r.commands()...), r.proofLines()...)
				}
			}
			for _, l := range d.leftMerged() {
				want = append(want, l.reason, l.examples())
			}
			for _, s := range d.strays {
				want = append(want, s.what)
			}
			for i, env := range r.Environments {
				want = append(want, verdictWords(env.Verdict), d.tallies[i].words(), rungWords(env.Rung), furnished(env.Environment), env.Environment.Digest)
			}
			for _, w := range want {
				if w = strings.ToLower(strings.Join(strings.Fields(w), " ")); !strings.Contains(page, w) {
					t.Errorf("does not say %q", w)
				}
			}
		})
	}
}

// What is beyond the bounds of a page is told in lines, and nothing is lost.
func TestHTMLOfManyStepsStaysSmall(t *testing.T) {
	for _, tc := range []struct{ steps, environments int }{{10_000, 1}, {1000, 10}, {2, 300}} {
		t.Run(fmt.Sprint(tc), func(t *testing.T) {
			r := sized(tc.steps, tc.environments)
			page := htmlOf(t, r)
			if n := strings.Count(page, "</"); n > 16_000 {
				t.Errorf("%d elements", n)
			}
			told := map[string]bool{}
			for _, m := range regexp.MustCompile(`module-\d+`).FindAllString(page, -1) {
				told[m] = true
			}
			if len(told) != tc.steps {
				t.Errorf("%d steps are there", len(told))
			}
		})
	}
}

func TestHTMLOfOutputs(t *testing.T) {
	for _, tc := range []struct {
		name            string
		o               verifier.Output
		head, gap, tail string
	}{
		{"nothing", verifier.Output{}, "", "", ""},
		{"all of it", verifier.Output{Head: "\x1b[1mone\x1b[0m\r\ntwo\n", Bytes: 9}, "one\ntwo", "", ""},
		{"beginning and end", verifier.Output{Head: "one\n", Tail: "\nnine\n", Bytes: 5000, Log: "logs/s1.log"}, "one",
			"A part is left out here; 5000 bytes were printed in all. All of it is in logs/s1.log, where the test was run.", "nine"},
		{"a log that was cut", verifier.Output{Head: "one", Bytes: 1 << 30, Truncated: true}, "one", "A part is left out here; 1073741824 bytes were printed in all.", ""},
		{"more than is shown", verifier.Output{Head: strings.Repeat("é", mostOfOne), Bytes: 2 * mostOfOne}, strings.Repeat("é", mostOfOne/2),
			"A part is left out here; 32768 bytes were printed in all.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			head, gap, tail := outputWords(tc.o)
			if head != tc.head || gap != tc.gap || tail != tc.tail {
				t.Errorf("got %.80q, %q, %.80q", head, gap, tail)
			}
		})
	}
}

// The time line's picture stays inside its frame, in order.
func TestHTMLTimeLine(t *testing.T) {
	r := sized(500, 2)
	for i := range r.Environments[1].Steps {
		r.Environments[1].Steps[i].Seconds = 0.001
	}
	r.Environments[1].Steps[3].Seconds = -5
	for _, l := range tableOf(digestOf(r)).lanes() {
		if len(l.Bars) == 0 || len(l.Bars) > mostBars || l.Rest == "" {
			t.Errorf("%s: %d bars, rest %q", l.Name, len(l.Bars), l.Rest)
		}
		last := 0
		for _, b := range l.Bars {
			if b.X < last || b.Width < shortest || b.X+b.Width > laneWidth {
				t.Errorf("%s: bar from %d, %d wide, after %d", l.Name, b.X, b.Width, last)
			}
			last = b.X
		}
	}
}

// sized is a result with many steps, of which some fail and some print much.
func sized(steps, environments int) *verifier.Result {
	r := &verifier.Result{Schema: verifier.ResultSchema, Kind: "container", Repository: verifier.Repository{Name: "atlas"}}
	for i := range steps {
		s := step(fmt.Sprintf("s%d", i+1), i*3+1, fmt.Sprintf("make -C module-%d install", i), verifier.RoleInstall)
		if i%7 == 6 {
			s.Follow, s.Reason = false, "meant for macOS"
		}
		r.Plan.Steps = append(r.Plan.Steps, s)
	}
	for e := range environments {
		env := verifier.EnvironmentResult{Environment: machineOf(fmt.Sprintf("debian-%d", e), "debian", "debian"), Verdict: verifier.Broken}
		for i, s := range r.Plan.Steps {
			if !s.Follow {
				continue
			}
			done := ok(s.ID, s.Line, s.Command, float64(i%90)/7)
			done.Output = verifier.Output{Bytes: 370, Head: strings.Repeat("compiling one <file> after the other\n", 10)}
			if i%5 == e%5 {
				id := fmt.Sprintf("f%d", i)
				done.Outcome, done.Exit, done.Findings = verifier.OutcomeFailed, 2, []string{id}
				if i%20 == 0 { // of all, a result holds at most what [Read] takes
					done.Output = verifier.Output{Bytes: 1 << 20, Head: strings.Repeat("compiling one <file> after the other\n", 100), Tail: strings.Repeat("linking it\n", 300)}
				}
				env.Findings = append(env.Findings, verifier.Finding{ID: id, Fingerprint: id, Step: s.ID, Title: "Header missing", Object: id + ".h", Blame: verifier.BlameDocs,
					Evidence: "fatal error: " + id + ".h: No such file or directory", Plain: "Something has to be installed first.", Fixes: provenFix(verifier.FixBefore, "sudo apt-get install -y "+id, "", 2, 1)})
			}
			env.Steps = append(env.Steps, done)
		}
		r.Environments = append(r.Environments, env)
	}
	return r
}
