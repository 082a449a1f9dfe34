package diagnose

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ownGood = `id: X01
title: tide tables are missing
category: missing_file
blame: docs
lines: ['^tides: no table for (?P<port>\w+)']
object: '{port}'
cause: The table of {port} is fetched by a step of its own.
plain: A file with tide tables is missing.
families:
  deb: [{install: [xtide-data], why: it holds the tables}]
  any: [{before: [make tables]}]
samples:
  - {from: tides 1.2, output: 'tides: no table for brest', captures: {port: brest}}
  - {from: tides 1.2, not: true, output: 'tides: ready'}
`

func TestARepositorysOwnRuleExplainsAndHelps(t *testing.T) {
	rules, err := ReadOwn([]OwnRule{{At: 3, Text: []byte(ownGood)}})
	if err != nil {
		t.Fatal(err)
	}
	c := catalogue(t).With(rules)
	o := observed(&Rule{}, Sample{Output: "tides: no table for brest", Typed: "./tides"})
	e := c.Explain(o)[0]
	if e.Finding.Rule != "X01" || e.Finding.Object != "brest" {
		t.Errorf("explained by %s for %q", e.Finding.Rule, e.Finding.Object)
	}
	fixes, err := c.Candidates(t.Context(), e, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"make tables", "sudo apt-get update; sudo apt-get install -y xtide-data"}, told(fixes)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"make tables"}, rules[0].Commands()); diff != "" {
		t.Error(diff)
	}
}

func TestOwnRulesAreForeign(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"an id of ours", "id: X01", "id: S01", "id: a rule of a repository is called X"},
		{"unknown key", "title:", "tilte:", "field tilte not found"},
		{"a network of its own", "title:", "kind: network\ntitle:", `kind "network" is for bundled rules only`},
		{"a failure that nobody answers for", "blame: docs", "blame: world", `blame "world" is for bundled rules only`},
		{"a rewrite", "{before: [make tables]}", "{rewrite: drop-sudo}", "table and rewrite are for bundled rules only"},
		{"a package with an option in its name", "xtide-data", "'-o=x'", `"-o=x" is no package's name`},
		{"a command of two lines", "make tables", `"make\ntables"`, "a command is one printable line"},
		{"an expression that is too long", "no table for", strings.Repeat("x", 600), "is longer than 500 bytes"},
		{"an expression with a look-ahead", "no table for", "(?!x)", "invalid or unsupported Perl syntax"},
		{"a terminal's escape", "title: tide", `title: "\e[31mtide`, "are printable lines"},
		{"a sample that it does not see", "output: 'tides: no table", "output: 'tides: a table", "samples: 1: the rule does not see it"},
		{"a sample that it must not see", "output: 'tides: ready'", "output: 'tides: no table for x'", "samples: 2: the rule sees it, and must not"},
		{"a capture that is another one", "captures: {port: brest}", "captures: {port: calais}", `port is "brest", not "calais"`},
		{"too long in all", "samples:", "references: [" + strings.Repeat("aaaaaaaa, ", 2000) + "a]\nsamples:", "longer than 16384 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(ownGood, test.old, test.new, 1)
			if strings.HasPrefix(test.new, "title: \"") {
				text = strings.Replace(text, "tables are missing", `tables"`, 1)
			}
			if text == ownGood {
				t.Fatal("the test changes nothing")
			}
			_, err := ReadOwn([]OwnRule{{At: 3, Text: []byte(text)}})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "line 3: rules: ") {
				t.Errorf("want an error of line 3 with %q, have %v", test.want, err)
			}
		})
	}
	if _, err := ReadOwn([]OwnRule{{At: 3, Text: []byte(ownGood)}, {At: 9, Text: []byte(ownGood)}}); err == nil || !strings.Contains(err.Error(), "line 9: rules: X01: the id is taken") {
		t.Errorf("an id that comes twice: %v", err)
	}
	if i := slices.IndexFunc(catalogue(t).Rules(), func(r *Rule) bool { return strings.HasPrefix(r.ID, "X") }); i >= 0 {
		t.Errorf("%s: X is for rules of repositories", catalogue(t).Rules()[i].ID)
	}
}
