package diagnose

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite RULES.md")

// RULES.md is made from the rules, so that it can say nothing else.
func TestPageOfAllRules(t *testing.T) {
	rules := catalogue(t).Rules()
	var page strings.Builder
	fmt.Fprintf(&page, "# Rules\n\n%d rules explain why a step failed. This page is made from verifier/diagnose/rules: change them and run\n"+
		"`go test ./verifier/diagnose -run TestPageOfAllRules -update`. `freshinstall explain ID` prints a rule with all its samples.\n"+
		"Families of systems: deb (Debian, Ubuntu), rpm (Fedora, Red Hat), apk (Alpine), suse, arch; “any” is all of them.\n\n", len(rules))
	for _, r := range rules {
		fmt.Fprintf(&page, "## %s %s\n\n%s\n\n", r.ID, r.Title, strings.TrimSpace(r.Plain))
		fmt.Fprintf(&page, "- cause: %s\n- category `%s`, blame `%s`; counts %s\n", strings.Join(strings.Fields(r.Cause), " "), r.Category, r.Blame, r.Kind.Words())
		for _, line := range r.Helps() {
			fmt.Fprintf(&page, "- helps: %s\n", strings.ReplaceAll(line, "\n", " "))
		}
		fmt.Fprintf(&page, "- proof: %s\n", r.Proof.Words())
		for _, s := range r.Samples {
			if !s.Not && strings.TrimSpace(s.Output) != "" {
				fmt.Fprintf(&page, "\nPrinted by %s:\n\n````text\n%s\n````\n", s.From, strings.TrimRight(s.Output, "\n"))
				break
			}
		}
		fmt.Fprintf(&page, "\nSee %s\n\n", strings.Join(r.References, " "))
	}
	have := strings.TrimRight(page.String(), "\n") + "\n"
	if *update {
		if err := os.WriteFile("RULES.md", []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), have); diff != "" {
		t.Errorf("RULES.md is out of date, run with -update:\n%s", diff)
	}
}

func TestFamiliesThatAreHelpedAlikeShareALine(t *testing.T) {
	c := catalogue(t)
	r, _ := c.Rule("C13")
	want := []string{
		"deb: install make — it is the program that is looked for",
		"rpm, apk, suse, arch: install make — it is the program that is looked for (never run by the authors: not called proven)",
	}
	if diff := cmp.Diff(want, r.Helps()); diff != "" {
		t.Error(diff)
	}
	r, _ = c.Rule("N07")
	if got := strings.Join(r.Helps(), "\n"); !strings.HasPrefix(got, "any: first export") || !strings.HasSuffix(got, "never written into documents)") {
		t.Error(got)
	}
}
