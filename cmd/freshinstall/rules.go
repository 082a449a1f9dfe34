package main

import (
	"fmt"
	"slices"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier/diagnose"
)

// Rules of a repository explain and name packages wherever it comes from.
// Commands that they offer as fixes are typed in machines and shown to
// readers, so they count like all that reaches out of a declaration: named
// with --config, or agreed to with --trust-config.

// ownRules reads the rules of a declaration, which may be nil.
func ownRules(file *envs.File) ([]*diagnose.Rule, error) {
	if file == nil {
		return nil, nil
	}
	var own []diagnose.OwnRule
	for _, r := range file.Rules {
		own = append(own, diagnose.OwnRule{At: r.At, Text: r.Text})
	}
	return diagnose.ReadOwn(own)
}

// ruleReaches lists the commands that rules of a declaration offer. What is
// wrong with the rules was told when it was read.
func ruleReaches(file *envs.File) []envs.Reach {
	var out []envs.Reach
	rules, err := ownRules(file)
	if err != nil {
		return nil
	}
	for i, r := range rules {
		for _, command := range r.Commands() {
			out = append(out, envs.Reach{Line: file.Rules[i].At, Key: "rules." + r.ID, Value: command, Means: "offers a command of its own as a fix"})
		}
	}
	return out
}

// untrusted lists all in a declaration that counts only once the user agreed.
func untrusted(file *envs.File) []envs.Reach {
	return slices.Concat(file.Untrusted(), ruleReaches(file))
}

// catalogue gives the bundled rules with those of the declaration.
func (decl declaration) catalogue() (*diagnose.Catalogue, error) {
	c, err := diagnose.Bundled()
	if err != nil {
		return nil, err
	}
	own, err := ownRules(decl.file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", decl.file.Path, err)
	}
	return c.With(own), nil
}
