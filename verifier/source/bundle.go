package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var branchGrammar = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/+-]*$`)

// state is what was found, before it is packed.
type state struct {
	gitDir  string            // bare repository of ours that can read all objects
	base    string            // commit; empty: a folder without any
	branch  string            // that it is verified as
	tree    string            // of the work tree as it is; empty: the commit's
	heads   map[string]string // further refs for the bundle → object
	whole   bool              // gitDir's own branches and tags are those for the bundle
	shallow bool
}

// finish packs the state into a bundle, clones that, and so fills the
// checkout. What the host reads is then exactly what a machine gets.
func (w *work) finish(ctx context.Context, s state) error {
	var baseTree string
	if s.base != "" {
		var err error
		baseTree, err = w.git.line(ctx, call{gitDir: s.gitDir, args: []string{"rev-parse", "--verify", "--quiet", s.base + "^{tree}"}})
		if err != nil {
			return w.gitFault(ctx, Damaged, "the commit cannot be read", "Run git fsck in it, or clone it once more", err)
		}
	}
	if s.tree == "" {
		s.tree = baseTree
	}
	w.checkout.Repository.Dirty = s.tree != baseTree
	w.checkout.Repository.Commit, w.checkout.Repository.Tree = s.base, s.tree
	if !branchGrammar.MatchString(s.branch) {
		// Git allows quotes and dollars in names; what types this one must not care.
		w.note("the branch " + clean(s.branch) + " is called “main” in the machine")
		s.branch = "main"
	}
	w.checkout.Branch = s.branch
	w.checkout.Bundle = filepath.Join(w.dir, "repository.bundle")
	w.checkout.Root = filepath.Join(w.dir, "checkout")

	w.checkout.branches = w.branches(ctx, s) // packing adds refs of its own
	err := errMissing
	if !s.shallow {
		err = w.pack(ctx, s, false)
	}
	if errors.Is(err, errMissing) {
		// One commit with the same files needs no history.
		w.checkout.Cut = true
		w.note("the source has no full history; its files were verified as one commit")
		err = w.pack(ctx, s, true)
	}
	if errors.Is(err, errMissing) {
		return w.gitFault(ctx, Damaged, "objects are missing", "Clone it once more, in full", err)
	}
	if err != nil {
		return err
	}
	if err := w.unpack(ctx); err != nil {
		return err
	}
	w.clean("borrowed", "packing", "home", "foreign-config")
	w.checkout.Notes = append(w.checkout.Notes, w.checkout.unread()...)
	return nil
}

// errMissing says that the bundle could not be made of all history.
var errMissing = errors.New("history is missing")

// pack writes the bundle; cut leaves out all history.
func (w *work) pack(ctx context.Context, s state, cut bool) error {
	dir, err := w.packing(ctx, s, cut)
	if err != nil {
		return err
	}
	commit, err := w.commit(ctx, dir, s, cut)
	if err != nil {
		return err
	}
	if w.checkout.Repository.Commit == "" {
		w.checkout.Repository.Commit = commit
	}
	steps := [][]string{
		{"update-ref", "refs/heads/" + s.branch, commit},
		{"symbolic-ref", "HEAD", "refs/heads/" + s.branch},
	}
	for _, args := range steps {
		if _, _, err := w.git.run(ctx, call{gitDir: dir, args: args}); err != nil {
			return w.gitFault(ctx, Damaged, "the commit cannot be read", "Run git fsck in it, or clone it once more", err)
		}
	}
	args := []string{"bundle", "create", "--quiet", w.checkout.Bundle, "HEAD", "--branches", "--tags"}
	if _, _, err := w.git.run(ctx, call{gitDir: dir, args: args}); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var ge *gitError
		if errors.As(err, &ge) && strings.Contains(strings.ToLower(ge.stderr), "no space left") {
			return w.fault(Local, "the disk is full", "Make room in the folder for temporary files", err)
		}
		return fmt.Errorf("%w: %w", errMissing, err)
	}
	return nil
}

// packing is the repository that the bundle is made from: the cloned one
// itself, or a new one with just the refs that a clone would bring.
func (w *work) packing(ctx context.Context, s state, cut bool) (string, error) {
	if s.whole && !cut {
		return s.gitDir, nil
	}
	dir := filepath.Join(w.dir, "packing")
	w.clean("packing")
	format, err := w.git.line(ctx, call{gitDir: s.gitDir, args: []string{"rev-parse", "--show-object-format"}})
	if err == nil {
		_, _, err = w.git.run(ctx, call{args: []string{"init", "--quiet", "--bare", "--template=", "--object-format=" + format, "--", dir}})
	}
	if err != nil {
		return "", w.gitFault(ctx, Local, "a temporary repository cannot be made", "Look at free space and permissions of the folder for temporary files", err)
	}
	info := filepath.Join(dir, "objects", "info")
	if err := os.MkdirAll(info, 0o700); err != nil {
		return "", localFault(w.shown, "temporary folder", err)
	}
	if err := os.WriteFile(filepath.Join(info, "alternates"), []byte(filepath.Join(s.gitDir, "objects")+"\n"), 0o600); err != nil {
		return "", localFault(w.shown, "temporary folder", err)
	}
	if cut {
		return dir, nil
	}
	var refs bytes.Buffer
	for _, name := range sortedKeys(s.heads) {
		if !clashes(name, "refs/heads/"+s.branch) {
			fmt.Fprintf(&refs, "create %s %s\n", name, s.heads[name])
		}
	}
	if _, _, err := w.git.run(ctx, call{gitDir: dir, stdin: &refs, args: []string{"update-ref", "--stdin"}}); err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		w.note("other branches and tags could not be read and were left out")
	}
	return dir, nil
}

// clashes reports whether two refs cannot stand side by side: the same, or one
// a folder of the other.
func clashes(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
