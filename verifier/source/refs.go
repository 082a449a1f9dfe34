package source

import (
	"context"
	"regexp"
	"strings"
)

var hexGrammar = regexp.MustCompile(`^[0-9a-f]{4,64}$`)

// choose finds the commit to verify and the branch that it is verified as. A
// tag or a commit is verified as the branch that a clone would check out, so
// that a document's own "git checkout main" stays on it.
func (w *work) choose(ctx context.Context, gitDir string) (commit, branch string, err error) {
	head := w.headBranch(ctx, gitDir)
	if w.ref == "" {
		if commit = w.commitOf(ctx, gitDir, "HEAD"); commit != "" {
			return commit, head, nil
		}
		if ctx.Err() != nil {
			return "", "", context.Cause(ctx)
		}
		return w.chooseWithoutHead(ctx, gitDir)
	}
	w.checkout.Repository.Ref = w.ref
	if strings.HasPrefix(w.ref, "-") || strings.ContainsAny(w.ref, "\x00\n\r") {
		return "", "", w.unknownRef(ctx, gitDir)
	}
	for _, prefix := range []string{"refs/heads/", "refs/remotes/origin/"} {
		if commit = w.commitOf(ctx, gitDir, prefix+w.ref); commit != "" {
			return commit, w.ref, nil
		}
	}
	if commit = w.commitOf(ctx, gitDir, "refs/tags/"+w.ref); commit != "" {
		return commit, head, nil
	}
	if hexGrammar.MatchString(strings.ToLower(w.ref)) || strings.HasPrefix(w.ref, "refs/") || strings.HasPrefix(w.ref, "HEAD") {
		if commit = w.commitOf(ctx, gitDir, w.ref); commit != "" {
			return commit, head, nil
		}
	}
	if ctx.Err() != nil {
		return "", "", context.Cause(ctx)
	}
	return "", "", w.unknownRef(ctx, gitDir)
}

// chooseWithoutHead handles a HEAD that leads nowhere: nothing committed at
// all, or a host whose default branch was renamed or removed.
func (w *work) chooseWithoutHead(ctx context.Context, gitDir string) (commit, branch string, err error) {
	if w.headNames(ctx, gitDir) {
		return "", "", w.fault(Damaged, "the commit that is checked out cannot be read", "Run git fsck in it, or clone it once more", nil)
	}
	branches, _ := w.names(ctx, gitDir)
	if w.checkout.Local != "" || len(branches) == 0 {
		return "", "", w.fault(NoCommits, "no commits yet", "Commit the files first (git add . && git commit)", nil)
	}
	for _, name := range append([]string{"main", "master"}, branches...) {
		if commit = w.commitOf(ctx, gitDir, "refs/heads/"+name); commit != "" {
			return commit, name, nil
		}
	}
	return "", "", w.fault(NoCommits, "no commits yet", "Commit and push the files first", nil)
}

// headNames reports whether HEAD names a commit at all, readable or not; a
// branch without commits does not.
func (w *work) headNames(ctx context.Context, gitDir string) bool {
	_, err := w.git.line(ctx, call{gitDir: gitDir, args: []string{"rev-parse", "--verify", "--quiet", "HEAD"}})
	return err == nil
}

func (w *work) commitOf(ctx context.Context, gitDir, name string) string {
	commit, err := w.git.line(ctx, call{gitDir: gitDir, args: []string{"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"}})
	if err != nil {
		return ""
	}
	return commit
}

// headBranch is the branch that is checked out, else the one that a clone of
// the origin would check out.
func (w *work) headBranch(ctx context.Context, gitDir string) string {
	if name, err := w.git.line(ctx, call{gitDir: gitDir, args: []string{"symbolic-ref", "--quiet", "--short", "HEAD"}}); err == nil && name != "" {
		return name
	}
	if name, err := w.git.line(ctx, call{gitDir: gitDir, args: []string{"symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"}}); err == nil {
		return strings.TrimPrefix(name, "origin/")
	}
	for _, name := range []string{"main", "master"} {
		if w.commitOf(ctx, gitDir, "refs/heads/"+name) != "" || w.commitOf(ctx, gitDir, "refs/remotes/origin/"+name) != "" {
			return name
		}
	}
	return "main"
}

// names lists branches and tags, newest first.
func (w *work) names(ctx context.Context, gitDir string) (branches, tags []string) {
	out, _, err := w.git.run(ctx, call{gitDir: gitDir, args: []string{"for-each-ref", "--sort=-creatordate", "--format=%(refname)", "refs/heads", "refs/remotes/origin", "refs/tags"}})
	if err != nil {
		return nil, nil // only suggestions depend on it
	}
	for line := range strings.Lines(string(out)) {
		name := strings.TrimSpace(line)
		if tag, ok := strings.CutPrefix(name, "refs/tags/"); ok {
			tags = append(tags, tag)
			continue
		}
		name = strings.TrimPrefix(strings.TrimPrefix(name, "refs/heads/"), "refs/remotes/origin/")
		if name != "HEAD" {
			branches = append(branches, name)
		}
	}
	return branches, tags
}

func (w *work) unknownRef(ctx context.Context, gitDir string) error {
	branches, tags := w.names(ctx, gitDir)
	return &Error{Kind: UnknownRef, Location: w.shown, What: "no branch, tag or commit " + clean(w.ref),
		ToDo: "“git ls-remote” lists what there is", Near: closest(w.ref, append(branches, tags...), 5)}
}

// originHeads returns the branches that a clone of the origin would have, as
// name → commit. Branches that only this computer has stay here.
func (w *work) originHeads(ctx context.Context, gitDir string) (map[string]string, error) {
	out, _, err := w.git.run(ctx, call{gitDir: gitDir, args: []string{"for-each-ref", "--format=%(objectname) %(objecttype) %(symref) %(refname)", "refs/remotes/origin", "refs/tags"}})
	if err != nil {
		// One unreadable branch must not keep the rest from being verified.
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, nil
	}
	heads := map[string]string{}
	for line := range strings.Lines(string(out)) {
		parts := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(parts) != 4 || parts[2] != "" {
			continue
		}
		if branch, ok := strings.CutPrefix(parts[3], "refs/remotes/origin/"); ok && parts[1] == "commit" {
			heads["refs/heads/"+branch] = parts[0]
		} else if strings.HasPrefix(parts[3], "refs/tags/") {
			heads[parts[3]] = parts[0]
		}
	}
	return heads, nil
}
