package reports

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestPagesAreCutByWholeSections(t *testing.T) {
	r := crowd(400)
	for i := range r.Environments[0].Findings {
		r.Environments[0].Findings[i].Evidence = strings.Repeat("error: no such thing ✗\n", 30)
		r.Environments[0].Findings[i].Plain = strings.Repeat("The <b>documents</b> forget it. ", 20)
	}
	whole := sheetOf(digestOf(r))
	for _, limit := range []int{1400, 5000, commentLimit, len(whole.String()) - 1} {
		page := fit(whole, limit)
		if len(page) > limit {
			t.Errorf("%d bytes, %d are the limit", len(page), limit)
		}
		if strings.Count(page, "```")%2 != 0 || strings.Count(page, "<details>") != strings.Count(page, "</details>") || !utf8.ValidString(page) {
			t.Errorf("at %d something is left open", limit)
		}
		if !strings.Contains(page, "**This page is cut**") || !strings.HasPrefix(page, "## ❌") || !strings.Contains(page, "freshinstall: verdict=broken") {
			t.Errorf("at %d the answer, the closing line or the word on the cut is missing:\n%s", limit, page[:min(len(page), 600)])
		}
	}
	comment := string(render(t, "comment", r))
	if len(comment) > commentLimit || !strings.Contains(comment, "Left out: problem ") {
		t.Errorf("a comment of %d bytes", len(comment))
	}
	if page := fit(whole, len(whole.String())); page != whole.String() {
		t.Error("a page that fits is cut")
	}
	many := make([]string, 5000)
	for i := range many {
		many[i] = "what was done that the documents do not tell"
	}
	if n := len(cutNote(many)); n > noteRoom {
		t.Errorf("a note of %d bytes", n)
	}
}

var markerLine = regexp.MustCompile(`^<!-- freshinstall-comment key=([0-9a-f]{16}) state=([0-9a-f]{16}) -->$`)

func TestCommentsCanBeFoundAgain(t *testing.T) {
	marker := func(change func(*verifier.Result)) (key, state string) {
		r := fiveFindings()
		change(r)
		page := string(render(t, "comment", r))
		first, rest, _ := strings.Cut(page, "\n\n")
		m := markerLine.FindStringSubmatch(first)
		if m == nil || rest != string(render(t, "markdown", r)) {
			t.Fatalf("first line %q", first)
		}
		return m[1], m[2]
	}
	key, state := marker(func(*verifier.Result) {})
	for _, tc := range []struct {
		name              string
		change            func(*verifier.Result)
		newKey, newsWorth bool
	}{
		{"another commit and time", func(r *verifier.Result) {
			r.Repository.Commit, r.Started = "0000000", r.Finished
		}, false, false},
		{"the same repository with .git", func(r *verifier.Result) { r.Repository.URL += ".git" }, false, false},
		{"another repository", func(r *verifier.Result) { r.Repository.URL += "2" }, true, false},
		{"another verdict", func(r *verifier.Result) { r.Environments[0].Verdict = verifier.Broken }, false, true},
		{"a problem less", func(r *verifier.Result) { r.Environments[0].Findings = nil }, false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k, s := marker(tc.change)
			if (k != key) != tc.newKey || (s != state) != tc.newsWorth {
				t.Errorf("key %s → %s, state %s → %s", key, k, state, s)
			}
		})
	}
}

func TestSummaryIsMarkdown(t *testing.T) {
	for name, r := range fixtures() {
		if diff := cmp.Diff(string(render(t, "markdown", r)), string(render(t, "summary", r))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
