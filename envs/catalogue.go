package envs

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/freshinstall/freshinstall/verifier"
)

//go:embed catalogue.yaml
var catalogueSource []byte

// Entry is one environment of the built-in catalogue.
type Entry struct {
	Name        string          `yaml:"name"`
	Family      verifier.Family `yaml:"family"`
	Description string          `yaml:"description"` // one line, plain words
	Image       string          `yaml:"image"`
	Bootstrap   *Bootstrap      `yaml:"bootstrap"` // nil: only as an image
	Words       []string        `yaml:"words"`     // lead to a suggestion, are no names
}

// Catalogue returns the built-in environments in the order in which they are
// shown. The caller owns the slice.
func Catalogue() []Entry {
	// The source is part of the program, and a test holds that it decodes.
	entries, _ := decodeCatalogue(catalogueSource)
	return entries
}

func decodeCatalogue(source []byte) ([]Entry, error) {
	var entries []Entry
	d := yaml.NewDecoder(bytes.NewReader(source))
	d.KnownFields(true)
	if err := d.Decode(&entries); err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	return entries, nil
}

// Environment is the entry as a target with every default filled in.
func (e Entry) Environment() Environment {
	env := Default()
	env.Name = e.Name
	env.Family = e.Family
	env.Base = Base{Image: e.Image, Bootstrap: e.Bootstrap}
	return env
}

// UnknownError says that no environment has this name.
type UnknownError struct {
	Name string
	Near []string // names that may have been meant, best first
}

// Error names the environment, what may have been meant, and where all stand.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown environment %q%s; “freshinstall envs list” shows all of them", short(e.Name), didYouMean(e.Near))
}

// Lookup returns the catalogue's environment of that name with every default
// filled in, or an [*UnknownError].
func Lookup(name string) (Environment, error) {
	return lookup(name, nil)
}

// lookup prefers the declared environments to the catalogue's.
func lookup(name string, declared []Environment) (Environment, error) {
	for _, env := range declared {
		if env.Name == name {
			return env.clone(), nil
		}
	}
	entries := Catalogue()
	for _, e := range entries {
		if e.Name == name {
			return e.Environment(), nil
		}
	}
	return Environment{}, &UnknownError{Name: name, Near: meant(name, declared, entries)}
}

// meant finds the names that a person who wrote name may have looked for:
// slips of the keyboard first, then other words for the same system.
func meant(name string, declared []Environment, entries []Entry) []string {
	var names []string
	for _, env := range declared {
		names = append(names, env.Name)
	}
	for _, e := range entries {
		names = append(names, e.Name)
	}
	// "debian:12", "Debian_12" and "debian12" are how others spell it.
	plain := strings.NewReplacer(":", "-", "_", "-", " ", "-").Replace(strings.ToLower(name))
	var near []string
	for _, e := range entries {
		if e.Name == plain || slices.Contains(e.Words, plain) {
			near = append(near, e.Name)
		}
	}
	if len(near) > 0 {
		return near
	}
	return nearest(plain, names)
}

// clone copies what a change of the copy must not reach.
func (e Environment) clone() Environment {
	e.Packages = slices.Clone(e.Packages)
	e.CACertificates = slices.Clone(e.CACertificates)
	e.Services = slices.Clone(e.Services)
	if e.Env != nil {
		env := make(map[string]string, len(e.Env))
		for k, v := range e.Env {
			env[k] = v
		}
		e.Env = env
	}
	if e.Base.Bootstrap != nil {
		b := *e.Base.Bootstrap
		e.Base.Bootstrap = &b
	}
	return e
}
