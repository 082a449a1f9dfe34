package diagnose

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

//go:embed rules tables
var bundled embed.FS

// Catalogue is a checked set of rules with the tables that help them. It is
// read only and safe for use by several goroutines.
type Catalogue struct {
	rules   []*Rule
	tables  map[string]map[string]entry // table, key
	names   crossings
	support map[string][]Support // product
}

// Bundled gives the catalogue that comes with the program.
func Bundled() (*Catalogue, error) { return Load(bundled) }

// Load reads the *.yaml files of the folders "rules" and, where there is one,
// "tables". Unknown keys, expressions that do not compile, rules without a
// sample and ids that come twice are errors; all are told at once.
func Load(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{tables: map[string]map[string]entry{}}
	files, err := fs.Glob(fsys, "rules/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	var problems []error
	for _, file := range files {
		var rules []*Rule
		if err := decode(fsys, file, &rules); err != nil {
			problems = append(problems, err)
			continue
		}
		for _, r := range rules {
			if err := r.prepare(); err != nil {
				problems = append(problems, fmt.Errorf("%s: rule %s: %w", file, r.ID, err))
			}
			if c.rule(r.ID) != nil {
				problems = append(problems, fmt.Errorf("%s: rule %s: the id is taken", file, r.ID))
			}
			c.rules = append(c.rules, r)
		}
	}
	tables, err := fs.Glob(fsys, "tables/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read tables: %w", err)
	}
	for _, file := range tables {
		table := map[string]entry{}
		if err := decode(fsys, file, &table); err != nil {
			problems = append(problems, err)
			continue
		}
		c.tables[strings.TrimSuffix(path.Base(file), ".yaml")] = table
	}
	problems = append(problems, c.addSheets(fsys))
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if len(c.rules) == 0 {
		return nil, errors.New("read rules: there are none")
	}
	return c, nil
}

// addSheets reads the tables with columns.
func (c *Catalogue) addSheets(fsys fs.FS) error {
	c.support = map[string][]Support{}
	sheets, err := readSheets(fsys)
	problems := []error{err}
	for _, s := range sheets {
		if s.heading[0] == "product" {
			problems = append(problems, addSupport(c.support, s))
		} else {
			problems = append(problems, c.names.add(s))
		}
	}
	return errors.Join(problems...)
}

func decode(fsys fs.FS, file string, into any) error {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// Rules gives all rules in the order of their files. The caller must not
// change them.
func (c *Catalogue) Rules() []*Rule { return slices.Clone(c.rules) }

// Rule gives the rule with an id, in any case of letters.
func (c *Catalogue) Rule(id string) (*Rule, bool) {
	for _, r := range c.rules {
		if strings.EqualFold(r.ID, id) {
			return r, true
		}
	}
	return nil, false
}

func (c *Catalogue) rule(id string) *Rule {
	r, _ := c.Rule(id)
	return r
}

// WithoutTables gives the same rules with every bundled name table emptied,
// so that all package names must come from the distribution's index.
func (c *Catalogue) WithoutTables() *Catalogue { return &Catalogue{rules: c.rules, support: c.support} }

var (
	goodID     = phrase.Compile(`^[A-Z][A-Z0-9]*[0-9]{2}[a-z]?$`)
	categories = []verifier.Category{
		verifier.MissingTool, verifier.MissingLibrary, verifier.VersionMismatch, verifier.WrongCommand, verifier.MissingFile,
		verifier.PermissionOrSudo, verifier.NetworkBlocked, verifier.MissingConfig, verifier.MissingService, verifier.InteractivePrompt,
		verifier.OrderOfSteps, verifier.ShellState, verifier.ResourceLimit, verifier.TargetMoved, verifier.DependencyUnresolved,
		verifier.ProjectDefect, verifier.OtherCategory,
	}
	blames = []verifier.Blame{verifier.BlameDocs, verifier.BlameRepository, verifier.BlameEnvironment, verifier.BlameContainer, verifier.BlameWorld}
	kinds  = []RuleKind{KindCause, KindWeak, KindWrapper, KindNetwork, KindResource}
	proofs = []Proof{ProofRerun, ProofStandIn, ProofDeclaration, ProofRepository, ProofRetry, ProofHuman, ProofNone}
)

// prepare fills in defaults, compiles and checks; all problems at once.
func (r *Rule) prepare() error {
	var problems []error
	object := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	if r.Kind == "" {
		r.Kind = KindCause
	}
	if r.Rank == 0 {
		r.Rank = 50
	}
	if r.Proof == "" {
		r.Proof = ProofRerun
	}
	object(goodID.MatchString(r.ID), "id: want capital letters, two digits and at most one small letter")
	object(slices.Contains(kinds, r.Kind), "kind %q is unknown", r.Kind)
	object(slices.Contains(categories, r.Category), "category %q is unknown", r.Category)
	object(slices.Contains(blames, r.Blame), "blame %q is unknown", r.Blame)
	object(slices.Contains(proofs, r.Proof), "proof %q is unknown", r.Proof)
	object(!blank(r.Title) && !blank(r.Cause) && !blank(r.Plain), "title, cause and plain must be there")
	object(len(r.Lines)+len(r.Exits)+len(r.Ended) > 0, "lines, exits or ended must say when it applies")
	object(len(r.Samples) > 0, "a sample must be there")
	for _, condition := range r.When {
		object(slices.Contains([]Condition{ListsStale, ListsFetched, UserIsRoot, UserNotRoot, Quiet, Unmet, NewTerminal, EngineRan, NobodysName}, condition), "condition %q is unknown", condition)
	}
	names := map[string]bool{}
	for _, set := range []struct {
		from []string
		into *[]pattern
	}{{r.Lines, &r.lines}, {r.NotOnLine, &r.notOnLine}, {r.NotIf, &r.notIf}} {
		*set.into = nil
		for _, expression := range set.from {
			p, err := compile(expression)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			*set.into = append(*set.into, p)
			for _, n := range p.SubexpNames() {
				names[strings.TrimRight(n, "0123456789")] = true
			}
		}
	}
	if r.Typed != "" {
		p, err := compile(r.Typed)
		if err != nil {
			problems = append(problems, err)
		} else {
			r.typed = p
			for _, n := range p.SubexpNames() {
				names[n] = true
			}
		}
	}
	if r.MadeBy != "" {
		p, err := compile(r.MadeBy)
		problems = append(problems, err)
		r.madeBy = p
	}
	for family, templates := range r.Families {
		object(family == anyFamily || slices.Contains(families, verifier.Family(family)), "family %q is unknown", family)
		for i, t := range templates {
			object(t.makes() == 1, "families: %s: template %d: want one of lookup, table, install, before, rewrite", family, i+1)
			object(t.Rewrite == "" || t.Rewrite == translate || t.Rewrite == dropPackage || rewrites[t.Rewrite] != nil, "families: %s: rewrite %q is unknown", family, t.Rewrite)
			object(t.Lookup == nil || grammars[t.Lookup.Kind] != nil, "families: %s: template %d: kind of look-up is unknown", family, i+1)
			texts := append(slices.Clone(t.Before), t.Then...)
			if t.Lookup != nil {
				texts = append(texts, t.Lookup.Names...)
			}
			for _, text := range texts {
				problems = append(problems, unknownNames(text, names)...)
			}
		}
	}
	for _, text := range []string{r.Object, r.Cause, r.Plain} {
		problems = append(problems, unknownNames(text, names)...)
	}
	return errors.Join(problems...)
}

const anyFamily = "any"

var families = []verifier.Family{verifier.FamilyDeb, verifier.FamilyRPM, verifier.FamilyApk, verifier.FamilySuse, verifier.FamilyArch}

// makes counts the ways of making a candidate that a template names.
func (t Template) makes() int {
	n := 0
	for _, there := range []bool{t.Lookup != nil, t.Table != "", len(t.Install) > 0, len(t.Before) > 0, t.Rewrite != ""} {
		if there {
			n++
		}
	}
	return n
}

var slot = phrase.Compile(`\{([a-z_]+)\}`)

// builtinSlots can stand in every template.
var builtinSlots = []string{"object", "exit", "prompt", "seconds", "command", "unmet", "nobodys_name", "url"}

func unknownNames(template string, names map[string]bool) []error {
	var problems []error
	for _, m := range slot.FindAllStringSubmatch(template, -1) {
		if !names[m[1]] && !slices.Contains(builtinSlots, m[1]) {
			problems = append(problems, fmt.Errorf("%q: no expression captures {%s}", template, m[1]))
		}
	}
	return problems
}

// fill puts captures into a template; what was not captured becomes the
// fallback.
func fill(template string, captures map[string]string, fallback string) string {
	return slot.ReplaceAllStringFunc(template, func(s string) string {
		if value := captures[s[1:len(s)-1]]; value != "" {
			return value
		}
		return fallback
	})
}
