package diagnose

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func catalogue(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Bundled()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// observed makes the observation that a sample describes.
func observed(r *Rule, s Sample) Observation { return s.observation(r.Silent) }

func TestEverySampleIsSeenByItsRule(t *testing.T) {
	c := catalogue(t)
	for _, r := range c.Rules() {
		for i, s := range r.Samples {
			t.Run(fmt.Sprintf("%s/%d %s", r.ID, i+1, s.From), func(t *testing.T) {
				o := observed(r, s)
				found := r.match(o, strings.ToLower(o.Output))
				if s.Not {
					if len(found) > 0 {
						t.Fatalf("matches %q, which it must leave alone", found[0].Finding.Evidence)
					}
					return
				}
				if len(found) == 0 {
					t.Fatalf("does not match\n%s", s.Output)
				}
				for name, want := range s.Captures {
					got := ""
					for _, e := range found {
						if e.Captures[name] == want {
							got = want
						}
					}
					if got != want {
						t.Errorf("capture %s: want %q, have %v", name, want, found[0].Captures)
					}
				}
				if !strings.Contains(o.Output, found[0].Finding.Evidence) {
					t.Errorf("evidence %q is not in the output", found[0].Finding.Evidence)
				}
			})
		}
	}
}

// The first explanation of a sample must be its own rule, or one that the
// table names with a reason: otherwise two rules claim the same failure.
func TestSamplesAreExplainedByTheirOwnRule(t *testing.T) {
	c := catalogue(t)
	others := map[string]string{
		"C11": "a wrapper is never an explanation",
		"P10": "a wrapper is never an explanation",
		"W04": "without a pipe's exit status W01 says the same",
	}
	for _, r := range c.Rules() {
		if others[r.ID] != "" {
			continue
		}
		for i, s := range r.Samples {
			if s.Not {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", r.ID, i+1), func(t *testing.T) {
				got := c.Explain(observed(r, s))[0]
				if got.Finding.Rule != r.ID {
					t.Errorf("explained by %s (%s) for %q", got.Finding.Rule, got.Finding.Title, got.Finding.Evidence)
				}
			})
		}
	}
}

func TestRulesSpeakToBothReaders(t *testing.T) {
	for _, r := range catalogue(t).Rules() {
		if len(r.References) == 0 {
			t.Errorf("%s: no reference", r.ID)
		}
		for _, word := range []string{"PATH", "stdout", "dpkg", "linker"} {
			if strings.Contains(r.Plain, word) {
				t.Errorf("%s: the plain sentence says %q, which a reader who is no expert does not know", r.ID, word)
			}
		}
		if !strings.HasSuffix(r.Plain, ".") || !strings.HasSuffix(r.Cause, ".") {
			t.Errorf("%s: cause and plain are sentences and end with a full stop", r.ID)
		}
	}
}

func TestLoadTellsWhatIsWrong(t *testing.T) {
	good := `- id: X01
  title: a
  category: other
  blame: docs
  lines: ['foo (?P<name>\w+)']
  object: '{name}'
  cause: It is {name}.
  plain: It is {name}.
  samples: [{output: foo bar}]
`
	tests := []struct {
		name, old, new, want string
	}{
		{"unknown key", "title: a", "tilte: a", "field tilte not found"},
		{"unknown category", "category: other", "category: odd", `category "odd" is unknown`},
		{"unknown blame", "blame: docs", "blame: me", `blame "me" is unknown`},
		{"bad expression", `foo (?P<name>\w+)`, `foo (?P<name>\w+`, "missing closing"},
		{"name that nothing captures", "It is {name}.", "It is {nobody}.", "no expression captures {nobody}"},
		{"no sample", "samples: [{output: foo bar}]", "samples: []", "a sample must be there"},
		{"nothing to see it by", `lines: ['foo (?P<name>\w+)']`, "when: [quiet]", "must say when it applies"},
		{"bad id", "id: X01", "id: x", "id: want capital letters"},
		{"unknown kind", "title: a", "title: a\n  kind: odd", `kind "odd" is unknown`},
		{"unknown condition", "title: a", "title: a\n  when: [odd]", `condition "odd" is unknown`},
		{"unknown proof", "title: a", "title: a\n  proof: odd", `proof "odd" is unknown`},
		{"unknown family", "title: a", "title: a\n  families: {windows: [{install: [x]}]}", `family "windows" is unknown`},
		{"unknown rewrite", "title: a", "title: a\n  families: {any: [{rewrite: odd}]}", `rewrite "odd" is unknown`},
		{"template that makes two things", "title: a", "title: a\n  families: {deb: [{install: [x], table: y}]}", "want one of"},
		{"unknown kind of look-up", "title: a", "title: a\n  families: {deb: [{lookup: {kind: odd, names: [x]}}]}", "kind of look-up is unknown"},
		{"bad typed expression", "title: a", "title: a\n  typed: '('", "missing closing"},
	}
	if _, err := Load(fstest.MapFS{"rules/x.yaml": {Data: []byte(good)}}); err != nil {
		t.Fatalf("the good rule: %v", err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(good, test.old) {
				t.Fatalf("the test does not change anything")
			}
			data := strings.ReplaceAll(good, test.old, test.new)
			_, err := Load(fstest.MapFS{"rules/x.yaml": {Data: []byte(data)}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("want an error with %q, have %v", test.want, err)
			}
			if err != nil && !strings.Contains(err.Error(), "rules/x.yaml") {
				t.Errorf("the error does not name the file: %v", err)
			}
		})
	}
	t.Run("id that comes twice", func(t *testing.T) {
		_, err := Load(fstest.MapFS{"rules/x.yaml": {Data: []byte(good)}, "rules/y.yaml": {Data: []byte(good)}})
		if err == nil || !strings.Contains(err.Error(), "the id is taken") {
			t.Errorf("have %v", err)
		}
	})
	t.Run("no rules", func(t *testing.T) {
		if _, err := Load(fstest.MapFS{}); err == nil {
			t.Error("want an error")
		}
	})
	t.Run("bad table", func(t *testing.T) {
		_, err := Load(fstest.MapFS{"rules/x.yaml": {Data: []byte(good)}, "tables/t.yaml": {Data: []byte("a: 1")}})
		if err == nil || !strings.Contains(err.Error(), "tables/t.yaml") {
			t.Errorf("have %v", err)
		}
	})
}

func TestRuleIsFoundInAnyLetterCase(t *testing.T) {
	r, ok := catalogue(t).Rule("c01")
	if !ok {
		t.Fatal("not found")
	}
	if diff := cmp.Diff("C01", r.ID); diff != "" {
		t.Error(diff)
	}
	if _, ok := catalogue(t).Rule("Z99"); ok {
		t.Error("found what is not there")
	}
}

func TestWithoutTablesKeepsTheRules(t *testing.T) {
	c := catalogue(t)
	bare := c.WithoutTables()
	if len(c.tables) == 0 || len(bare.tables) != 0 {
		t.Errorf("tables: %d before, %d after", len(c.tables), len(bare.tables))
	}
	if len(bare.Rules()) != len(c.Rules()) {
		t.Error("rules were lost")
	}
}
