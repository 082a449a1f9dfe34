package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/freshinstall/freshinstall/envs"
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/plan"
	"github.com/freshinstall/freshinstall/verifier/preflight"
	runner "github.com/freshinstall/freshinstall/verifier/run" // run is the program itself here
	"github.com/freshinstall/freshinstall/verifier/source"
)

// prepared is all that is known before a machine is touched.
type prepared struct {
	*reading
	settings     resolved
	environments []envs.Environment
	byDefault    bool // nobody named or declared them
	answers      map[string]string
	values       map[string]runner.Value
	acceptance   []string
	scratch      string
	earlier      *earlierRun // that is gone on with; nil: none
	keeper       *keeper     // of the result meanwhile; nil: nobody
	history      string      // file in which the run is kept to be compared; empty: none
	lasting      string      // file in which the result will be found again; empty: none
	location     string      // of the repository, as the user named it
	page         destination // where the section goes, if not into the document with the step
}

// reading is a repository with its documents and what was declared for it.
type reading struct {
	checkout    *source.Checkout
	declaration declaration
	documents   []plan.Document
	corrections []plan.Correction
}

// read brings the repository and reads documents and declaration.
func (d *frontDoor) read(ctx context.Context, ask request, scratch string, say func(string)) (*reading, error) {
	brought := filepath.Join(scratch, "source")
	if err := os.Mkdir(brought, 0o700); err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	checkout, err := source.Open(ctx, source.Options{Location: ask.location, Ref: ask.ref, Look: ask.look, Dir: brought, Environ: d.env.pairs(), Say: say})
	if err != nil {
		return nil, err
	}
	r := &reading{checkout: checkout}
	// The user's own tree is what is verified, unless a ref was asked for: then
	// the declaration of that ref counts.
	folders := []string{checkout.Root}
	if checkout.Local != "" && ask.ref == "" {
		folders = []string{checkout.Local}
	}
	if r.declaration, err = d.loadDeclaration(ask.config, ask.trust, checkout.Local != "" && ask.ref == "", folders...); err != nil {
		return nil, r.nameDeclaration(err)
	}
	if file := r.declaration.file; file != nil {
		file.Path = r.inRepository(file.Path)
	}
	var declared []string
	if r.declaration.file != nil {
		declared = r.declaration.file.Documents
		for _, c := range r.declaration.file.Steps {
			r.corrections = append(r.corrections, planCorrection(c))
		}
	}
	found, err := checkout.Documents(declared)
	if err != nil {
		return nil, err
	}
	for _, doc := range found {
		r.documents = append(r.documents, plan.Document{Path: doc.Path, Source: doc.Source, Declared: doc.Kind == source.Declared})
	}
	return r, nil
}

// inRepository names a file of the temporary checkout as the user knows it.
func (r *reading) inRepository(path string) string {
	if r.checkout.Root == r.checkout.Local {
		return path // the user's own tree
	}
	rel, err := filepath.Rel(r.checkout.Root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return path
	}
	return filepath.ToSlash(rel) + " of " + r.checkout.Repository.URL
}

// nameDeclaration is inRepository for an error.
func (r *reading) nameDeclaration(err error) error {
	if p, ok := errors.AsType[*problem](err); ok {
		p.where = r.inRepository(p.where)
	}
	if wrong, ok := errors.AsType[*envs.Problems](err); ok {
		for i := range wrong.List {
			wrong.List[i].File = r.inRepository(wrong.List[i].File)
		}
	}
	return err
}

// planCorrection says a declared correction in the plan's words: there a part
// of a command is marked by an ellipsis.
func planCorrection(c envs.Correction) plan.Correction {
	match := c.Match
	if match != "" {
		match = "…" + match + "…"
	}
	return plan.Correction{Match: match, Document: c.Document, Line: c.Line, Follow: c.Follow, Keeps: c.Keeps, Why: c.Why, Ready: c.Ready, Expect: c.Expect}
}

// plan decides what a newcomer at such a machine would type, and holds that
// against the repository's files.
func (r *reading) plan(family verifier.Family, release string, values map[string]runner.Value) (verifier.Plan, error) {
	texts := map[string]string{}
	for name, v := range values {
		texts[name] = v.Text
	}
	made, err := plan.Build(plan.Input{
		Repository: r.checkout.Repository.Name, Documents: r.documents, Files: r.checkout.Files(), URLs: r.checkout.URLs(),
		Target: plan.Target{Family: family, Release: release}, Corrections: r.corrections, Values: texts,
		Open: func(from, target string) (docs []plan.Document) {
			for _, doc := range r.checkout.Linked(from, target) {
				docs = append(docs, plan.Document{Path: doc.Path, Source: doc.Source})
			}
			return docs
		},
	})
	if err != nil {
		return made, err
	}
	made.Findings = append(made.Findings, preflight.Check(made, r.tree(made.Prose))...)
	// Written down, an empty list is a list.
	made.Findings = append([]verifier.Finding{}, made.Findings...)
	made.Prose = append([]verifier.Prose{}, made.Prose...)
	return made, nil
}

// tree is the repository as far as it is known without a machine. What the
// documents ask for in words counts as there: no step is wrong for using it.
func (r *reading) tree(asked []verifier.Prose) preflight.Tree {
	return preflight.Tree{
		Files: withAsked(r.checkout.Files(), asked), Read: r.checkout.Read,
		Branches: r.checkout.Branches(), Submodules: r.checkout.Submodules(),
	}
}

// withAsked adds the files that words ask for to those that are tracked.
func withAsked(tracked []string, asked []verifier.Prose) []string {
	for _, a := range asked {
		name := path.Clean(a.Path)
		if a.Path != "" && name != "." && filepath.IsLocal(filepath.FromSlash(name)) && !slices.Contains(tracked, name) {
			tracked = append(tracked, name)
		}
	}
	return tracked
}

// prepare does everything that needs no engine and finds what would make a run
// useless.
func (d *frontDoor) prepare(ctx context.Context, ask request, scratch string, flags *pflag.FlagSet) (*prepared, error) {
	read, err := d.read(ctx, ask, scratch, func(line string) { d.say("%s", line) })
	if err != nil {
		return nil, err
	}
	p := &prepared{reading: read, location: ask.location, scratch: scratch}
	if p.settings, err = d.preferences(p.declaration, flags); err != nil {
		return nil, err
	}
	if err := p.declaration.refuseReach(); err != nil {
		return nil, err
	}
	if p.checkout.Local == "" {
		if err := ask.wishes.local(ask.location); err != nil {
			return nil, err
		}
	}
	if ask.wishes.branch != "" {
		// Whether the branch can be had is told before a long run.
		if _, err := d.draft(ctx, p.checkout.Local, ask, scratch); err != nil {
			return nil, err
		}
	}
	if p.page, err = p.choosePage(p.settings.WriteTo); err != nil {
		return nil, err
	}
	if p.environments, err = envs.Select(p.declaration.file, p.settings.Env); err != nil {
		return nil, err
	}
	p.byDefault = len(p.settings.Env) == 0 && (p.declaration.file == nil || len(p.declaration.file.Environments) == 0)
	for _, e := range p.environments {
		if err := e.Runnable(); err != nil {
			return nil, misuse("correct the environment, or verify in another one (-e)", "%s", err)
		}
	}
	if err := d.declaredInputs(p); err != nil {
		return nil, err
	}
	first, err := p.plan(p.environments[0].Family, "", p.values)
	if err != nil {
		return nil, &problem{code: exitUse, what: "no plan can be made", cause: err, todo: "see steps: in freshinstall.yaml"}
	}
	for _, warning := range p.overrules().idle(first) {
		d.say("%s", warning)
	}
	if len(p.acceptance) == 0 && !slices.ContainsFunc(first.Steps, func(s verifier.Step) bool { return s.Follow }) {
		return nil, nothingToFollow(first)
	}
	return p, nil
}

// nothingToFollow is the end for documents without a command that a newcomer
// would type.
func nothingToFollow(p verifier.Plan) *problem {
	where := strings.Join(p.Documents, ", ")
	if len(p.Steps) == 0 {
		return &problem{code: exitNothing, what: "the documents show no command", where: where,
			todo: "name the documents that do under documents: in freshinstall.yaml"}
	}
	return &problem{code: exitNothing, what: fmt.Sprintf("none of the %s in the documents is one to follow", count(len(p.Steps), "command")), where: where,
		todo: "`freshinstall plan` gives the reason for each; steps: in freshinstall.yaml overrules it"}
}

// declaredInputs takes values, answers and acceptance from the declaration,
// and from the user's own file, which wins.
func (d *frontDoor) declaredInputs(p *prepared) error {
	p.answers, p.values = map[string]string{}, map[string]runner.Value{}
	for _, from := range []struct {
		file    *envs.File
		trusted bool
	}{{p.declaration.file, p.declaration.trusted}, {p.declaration.user, true}} {
		if from.file == nil {
			continue
		}
		values, err := envs.Resolve(from.file.Values, from.trusted, d.env.lookup, os.ReadFile)
		if err != nil {
			todo := "correct values: there"
			if errors.Is(err, fs.ErrNotExist) {
				todo = "make the file, or correct values: there"
			}
			return &problem{code: exitUse, what: "a declared value cannot be had", where: from.file.Path, cause: err, todo: todo}
		}
		for name, v := range values {
			p.values[name] = runner.Value{Text: v.Text, Secret: v.Secret}
		}
		for question, answer := range from.file.Answers {
			p.answers[question] = answer
		}
		for _, check := range from.file.Acceptance {
			p.acceptance = append(p.acceptance, check.Run)
		}
	}
	return nil
}
