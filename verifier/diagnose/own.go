package diagnose

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// A repository may bring rules of its own. They are foreign input:
//
//   - they can explain a failure as the documents', the repository's or the
//     environment's, never as the world's or ours, which would hide it;
//   - they name packages by the grammar of names, or commands, which count
//     only once the user has agreed to them: see [Rule.Commands];
//   - every expression is bounded (they run in linear time anyway), and every
//     sample is held against its rule each time they are read.

// Bounds of one rule of a repository; a long one of ours has some 2 KiB.
const (
	maxOwnRule       = 16 << 10 // bytes
	maxOwnExpression = 500      // bytes
	maxOwnList       = 25       // expressions, samples or templates in one list
	maxOwnCommand    = 200      // bytes
)

// OwnRule is a rule of a repository as it stands in its declaration.
type OwnRule struct {
	At   int    // line of the declaration
	Text []byte // YAML mapping with the fields of [Rule]
}

var ownID = phrase.Compile(`^X[0-9]{2,4}[a-z]?$`)

// ReadOwn reads the rules of a repository strictly. The error tells everything
// that is wrong, with the line at which each rule begins.
func ReadOwn(own []OwnRule) ([]*Rule, error) {
	var rules []*Rule
	var problems []error
	for _, o := range own {
		r, err := o.read()
		if err == nil && slices.ContainsFunc(rules, func(have *Rule) bool { return have.ID == r.ID }) {
			err = errors.New("the id is taken")
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("line %d: rules: %s: %w", o.At, r.ID, err))
			continue
		}
		rules = append(rules, r)
	}
	return rules, errors.Join(problems...)
}

// With gives a catalogue with further rules after its own. Their ids begin
// with X, which no bundled rule's does.
func (c *Catalogue) With(own []*Rule) *Catalogue {
	return &Catalogue{rules: slices.Concat(c.rules, own), tables: c.tables}
}

// Commands lists what the rule would have typed as a fix, other than the
// installation of packages, in order.
func (r *Rule) Commands() []string {
	var all []string
	for _, family := range slices.Concat([]verifier.Family{anyFamily}, families) {
		for _, t := range r.Families[string(family)] {
			all = append(all, slices.Concat(t.Before, t.Then)...)
		}
	}
	return all
}

var lineOfRule = regexp.MustCompile(`(?:yaml: unmarshal errors:\n\s*|yaml: )?line \d+: `)

func (o OwnRule) read() (*Rule, error) {
	r := &Rule{ID: "?"}
	if len(o.Text) > maxOwnRule {
		return r, fmt.Errorf("it is longer than %d bytes", maxOwnRule)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(o.Text))
	decoder.KnownFields(true)
	if err := decoder.Decode(r); err != nil {
		return r, errors.New(lineOfRule.ReplaceAllString(err.Error(), ""))
	}
	if err := r.bounded(); err != nil {
		return r, err
	}
	if err := r.prepare(); err != nil {
		return r, err
	}
	return r, errors.Join(r.permitted(), r.seesItsSamples())
}

// bounded looks at sizes before anything is compiled.
func (r *Rule) bounded() error {
	for _, list := range [][]string{r.Lines, r.NotOnLine, r.NotIf, {r.Typed, r.MadeBy}, r.References} {
		if len(list) > maxOwnList {
			return fmt.Errorf("a list has %d entries; %d are the limit", len(list), maxOwnList)
		}
		for _, text := range list {
			if len(text) > maxOwnExpression {
				return fmt.Errorf("%.40q… is longer than %d bytes", text, maxOwnExpression)
			}
		}
	}
	if len(r.Samples) > maxOwnList {
		return fmt.Errorf("there are %d samples; %d are the limit", len(r.Samples), maxOwnList)
	}
	for _, text := range slices.Concat([]string{r.Title, r.Object, r.Cause, r.Plain}, r.References) {
		if !shown(text) {
			return fmt.Errorf("%.40q: title, object, cause, plain and references are printable lines", text)
		}
	}
	return nil
}

// permitted holds the rule against what a stranger's rule may do.
func (r *Rule) permitted() error {
	var problems []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	want(ownID.MatchString(r.ID), "id: a rule of a repository is called X and two to four digits, such as X01")
	want(slices.Contains([]RuleKind{KindCause, KindWeak, KindWrapper}, r.Kind), "kind %q is for bundled rules only", r.Kind)
	want(r.Blame != verifier.BlameWorld && r.Blame != verifier.BlameContainer, "blame %q is for bundled rules only", r.Blame)
	for family, templates := range r.Families {
		want(len(templates) <= maxOwnList, "families: %s: there are %d ways to help; %d are the limit", family, len(templates), maxOwnList)
		for _, t := range templates {
			want(t.Table == "" && t.Rewrite == "", "families: %s: table and rewrite are for bundled rules only; use lookup, install or before", family)
			want(shown(t.Why), "families: %s: why: want a printable line", family)
			for _, name := range t.Install {
				want(sound(ExactPackage, name), "families: %s: install: %q is no package's name", family, name)
			}
			for _, command := range slices.Concat(t.Before, t.Then) {
				want(len(command) <= maxOwnCommand && !blank(command) && shown(command), "families: %s: %.40q: a command is one printable line of at most %d bytes", family, command, maxOwnCommand)
			}
		}
	}
	return errors.Join(problems...)
}

// seesItsSamples holds the rule against the output that it brought along.
func (r *Rule) seesItsSamples() error {
	for i, s := range r.Samples {
		o := s.observation(r.Silent)
		found := r.match(o, strings.ToLower(o.Output))
		if (len(found) > 0) == s.Not {
			return fmt.Errorf("samples: %d: the rule %s", i+1, map[bool]string{true: "sees it, and must not", false: "does not see it"}[s.Not])
		}
		for name, want := range s.Captures {
			if !s.Not && !slices.ContainsFunc(found, func(e Explanation) bool { return e.Captures[name] == want }) {
				return fmt.Errorf("samples: %d: %s is %q, not %q", i+1, name, found[0].Captures[name], want)
			}
		}
	}
	return nil
}

// shown reports whether a text can be shown in one line as it is.
func shown(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(strings.TrimSpace(text), func(c rune) bool { return !unicode.IsPrint(c) })
}

// observation is what a sample describes.
func (s Sample) observation(silent bool) Observation {
	o := Observation{Output: Clean([]byte(s.Output)), Typed: s.Typed, NobodysName: s.Nobodys}
	if o.Typed == "" {
		o.Typed = "the step"
	}
	o.Environment = verifier.Environment{Family: verifier.FamilyDeb, User: s.User}
	if s.User == "" {
		o.Environment.User = "newcomer"
	}
	o.NewTerminal = slices.Contains(s.When, NewTerminal)
	if slices.Contains(s.When, EngineRan) {
		o.Earlier = []string{"docker build ."}
	}
	o.Execution = verifier.Execution{Exit: s.Exit, Ended: s.Ended, Unmet: s.Unmet}
	if s.Ended == "" {
		o.Execution.Ended = verifier.Exited
	}
	if s.Exit == 0 && !silent {
		o.Execution.Exit = 1
	}
	return o
}
