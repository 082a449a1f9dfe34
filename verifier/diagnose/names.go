package diagnose

import (
	"context"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
)

// entry is what a bundled table has under one key: package names, best first,
// and where they are no matter of course the reason, a clause.
type entry struct {
	Names []string
	Why   string
}

// UnmarshalYAML takes a plain list of names, or names with a reason.
func (e *entry) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode(&e.Names)
	}
	var long struct {
		Names []string `yaml:"names"`
		Why   string   `yaml:"why"`
	}
	if err := node.Decode(&long); err != nil {
		return err
	}
	if len(long.Names) == 0 || blank(long.Why) {
		return fmt.Errorf("line %d: want names and why", node.Line)
	}
	e.Names, e.Why = long.Names, long.Why
	return nil
}

// tableOf names the bundled table that helps a kind of look-up.
var tableOf = map[Kind]string{Command: "commands", CMake: "cmake"}

// Holders answers which packages hold a thing, best first: what the bundled
// tables have, as far as the index knows the names, and then what the index
// itself says. What find_package asks for often has no file of CMake's own
// (a FindX.cmake only looks for the library), so that it is also looked up as
// a module of pkg-config, as a library and as a header.
func (c *Catalogue) Holders(ctx context.Context, index Index, kind Kind, name string) ([]Package, error) {
	if !sound(kind, name) {
		return nil, nil
	}
	found, err := c.fromTable(ctx, tableOf[kind], name, index)
	if err != nil {
		return nil, err
	}
	asked := []question{{kind, name}}
	if kind == CMake {
		asked = append(asked, question{PkgConfig, name}, question{PkgConfig, "lib" + name}, question{Library, name}, question{Header, name + ".h"})
	}
	for _, q := range asked {
		more, err := index.Lookup(ctx, q.kind, q.name)
		if err != nil {
			return nil, err
		}
		if len(more) > 0 {
			return unique(append(found, more...)), nil
		}
	}
	if kind == Library && len(found) == 0 {
		return c.required(ctx, index, name)
	}
	return found, nil
}

// required gives the packages for a requirement by its name in words, which is
// what a configuration often asks for in the place of a file; those that the
// index has.
func (c *Catalogue) required(ctx context.Context, index Index, name string) ([]Package, error) {
	choices := c.Counterparts(Requirement, strings.ToLower(name), verifier.FamilyDeb)
	if len(choices) == 0 {
		return nil, nil
	}
	var found []Package
	for _, n := range choices[0] {
		there, err := index.Lookup(ctx, ExactPackage, n)
		if err != nil {
			return nil, err
		}
		for _, p := range there {
			found = append(found, Package{Name: p.Name, Why: "it fulfils what is called " + name})
		}
	}
	return found, nil
}

// question is one look-up.
type question struct {
	kind Kind
	name string
}

// unique keeps the first package of each name.
func unique(packages []Package) []Package {
	seen := map[string]bool{}
	var kept []Package
	for _, p := range packages {
		if !seen[p.Name] {
			seen[p.Name] = true
			kept = append(kept, p)
		}
	}
	return kept
}

// fromTable gives what a bundled table has for a key, as far as the index
// knows the names.
func (c *Catalogue) fromTable(ctx context.Context, table, key string, index Index) ([]Package, error) {
	var known []Package
	e := c.tables[table][key]
	for _, name := range e.Names {
		if !sound(ExactPackage, name) {
			continue
		}
		found, err := index.Lookup(ctx, ExactPackage, name)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			known = append(known, Package{Name: name, Why: e.Why})
		}
	}
	return known, nil
}
