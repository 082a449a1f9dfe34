package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/patch"
)

// patchWishes are what a user wants done with what was proven.
type patchWishes struct {
	write      bool   // the section, into the local tree
	patch      string // the section as a unified diff, into this file
	fixesPatch string // corrections in place as a unified diff, into this file
	commit     bool   // the section, on a branch
	branch     string // its name; empty: none is wanted
}

// local refuses what only a folder of the user's own can be given.
func (w patchWishes) local(location string) error {
	switch {
	case w.write:
		return misuse("use --patch FILE and apply it in a clone", "--write changes the documents of a local folder only").at(location)
	case w.branch != "":
		return misuse("clone it and verify the clone, or use --patch FILE and apply it in a clone", "a branch can be made in a local repository only").at(location)
	}
	return nil
}

// sections gives the changes of the section "Known install problems", a
// document each. What cannot be written is told and holds up nothing else.
func sections(pages []patch.Page, r *verifier.Result, today time.Time) (changes []patch.Change, told []string) {
	for _, p := range pages {
		change, err := p.Section(r, today)
		if wrongMarkup, ok := errors.AsType[*patch.MarkupError](err); ok {
			if !p.Closed && provenIn(r, p.Name) {
				told = append(told, wrongMarkup.Error())
			}
			continue
		}
		if err != nil {
			told = append(told, err.Error())
			continue
		}
		for _, s := range change.Skipped {
			if line := skippedInWords(s); !slices.Contains(told, line) {
				told = append(told, line)
			}
		}
		if change.Changed() {
			changes = append(changes, change)
		}
	}
	return changes, told
}

// provenIn reports whether a document's steps have proven fixes.
func provenIn(r *verifier.Result, document string) bool {
	steps := map[string]bool{}
	for _, s := range r.Plan.Steps {
		steps[s.ID] = s.Document == document
	}
	for _, env := range r.Environments {
		for _, f := range env.Findings {
			if steps[f.Step] && len(f.Fixes) > 0 && f.Fixes[0].Grade == verifier.Proven {
				return true
			}
		}
	}
	return false
}

func skippedInWords(s patch.Skipped) string {
	return fmt.Sprintf("%s:%d: the fix for %s is not written: %s", s.Document, s.Line, firstLine(s.Command), s.Reason)
}

// applyWishes writes what the user asked for after a run.
func (d *frontDoor) applyWishes(ctx context.Context, ask request, v *verification) error {
	wishes := ask.wishes
	if wishes.write || wishes.patch != "" {
		changes, told := sections(v.page.pages(v.documents), &v.result, d.now())
		d.sayAll(told)
		if wishes.patch != "" {
			if err := d.writeTo(wishes.patch, "the patch", patch.Unified(changes)); err != nil {
				return err
			}
		}
		if wishes.write {
			if err := d.writeTree(v.local, changes); err != nil {
				return err
			}
		}
	}
	if wishes.branch != "" {
		if err := d.writeBranch(ctx, ask, v); err != nil {
			return err
		}
	}
	if wishes.fixesPatch == "" {
		return nil
	}
	changes, skipped, err := patch.InPlace(v.documents, &v.result)
	if err != nil {
		return fmt.Errorf("corrections in place: %w", err)
	}
	for _, s := range skipped {
		d.say("%s", skippedInWords(s))
	}
	return d.writeTo(wishes.fixesPatch, "the patch of corrections", patch.Unified(changes))
}

// writeTree puts sections into the user's own files.
func (d *frontDoor) writeTree(tree string, changes []patch.Change) error {
	if len(changes) == 0 {
		d.say("nothing to write into the documents")
		return nil
	}
	if err := patch.WriteTree(tree, changes); err != nil {
		return &problem{code: exitUse, what: "the documents were not changed", where: tree, cause: err,
			todo: "take the change as a patch instead: --patch FILE"}
	}
	for _, c := range changes {
		d.say("%s: wrote the section of known install problems (%s)", c.Document, changeInWords(c))
	}
	return nil
}

func changeInWords(c patch.Change) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{len(c.Added), "new"}, {len(c.Updated), "updated"}, {len(c.Withdrawn), "withdrawn"}, {len(c.Kept), "kept"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	return strings.Join(parts, ", ")
}

func (d *frontDoor) sayAll(lines []string) {
	for _, line := range lines {
		d.say("%s", line)
	}
}

func sortedNames(documents map[string][]byte) []string {
	var names []string
	for name := range documents {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
