package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/freshinstall/freshinstall/verifier/source"
)

// ownBranch is where --commit puts its commit.
const ownBranch = "freshinstall/known-install-problems"

// draft begins a commit on the branch that the user wants.
func (d *frontDoor) draft(ctx context.Context, tree string, ask request, scratch string) (*source.Draft, error) {
	dir, err := os.MkdirTemp(scratch, "draft-")
	if err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	return source.NewDraft(ctx, source.Options{Location: tree, Ref: ask.ref, Dir: dir, Environ: d.env.pairs()}, ask.wishes.branch)
}

// writeBranch commits the section on a branch, into the documents as they are
// committed: what the user has changed since is not taken along.
func (d *frontDoor) writeBranch(ctx context.Context, ask request, v *verification) (err error) {
	draft, err := d.draft(ctx, v.local, ask, v.scratch)
	if err != nil {
		return err
	}
	documents := map[string][]byte{}
	for _, name := range sortedNames(v.documents) {
		text, ok, err := draft.Read(ctx, name)
		if err != nil {
			return err
		}
		if !ok {
			d.say("%s is not committed yet, so the branch cannot tell about it", name)
			continue
		}
		documents[name] = append([]byte{}, text...)
	}
	onto := destination{name: v.page.name}
	if onto.name != "" {
		text, ok, err := draft.Read(ctx, onto.name)
		if err != nil {
			return err
		}
		if ok {
			onto.source = append([]byte{}, text...)
		}
	}
	changes, told := sections(onto.pages(documents), &v.result, d.now())
	if !ask.wishes.write && ask.wishes.patch == "" {
		d.sayAll(told)
	}
	files, message := map[string][]byte{}, "docs: tell known install problems\n\nEach solution was tried on a fresh machine: without it the step fails, with it\nthe step passes.\n"
	for _, c := range changes {
		files[c.Document] = c.After
		if len(c.After) == 0 {
			files[c.Document] = nil // the section was all that it held
		}
		message += fmt.Sprintf("\n%s: %s", c.Document, changeInWords(c))
	}
	if len(files) == 0 {
		d.say("nothing to commit: the documents tell everything already")
		return nil
	}
	commit, made, err := draft.Commit(ctx, message, files, d.now())
	if err != nil {
		var fault *source.Error
		if errors.As(err, &fault) && fault.ToDo == "" {
			fault.ToDo = "take the change as a patch instead: --patch FILE"
		}
		return err
	}
	if !made {
		d.say("branch %s has it already (%.10s)", ask.wishes.branch, commit)
		return nil
	}
	d.say("branch %s has the section now (%.10s); your files, the index and the branch that is checked out are as they were\n  look at it: git diff HEAD...%s\n  take it:    git merge %s, or git push and open a pull request",
		ask.wishes.branch, commit, ask.wishes.branch, ask.wishes.branch)
	return nil
}
