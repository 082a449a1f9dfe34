package source

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// How a commit gets into a repository of the user's:
//   - it is made in a borrowed repository (see borrow.go), whose new objects go
//     into the foreign object store as plain files; no configuration, hook,
//     filter or signing program of the repository is in play;
//   - the branch is written by ourselves, under the lock that git uses (see
//     ref.go), since git would read the configuration for it;
//   - work tree, index, HEAD and every other branch stay as they are.

// Draft is a commit to be put on a branch of a local repository.
type Draft struct {
	w        *work
	place    place
	borrowed string
	branch   string // without refs/heads/
	base     string // the commit that it goes on top of
	old      string // where the branch is now; empty: nowhere
}

// treeTrailer is the line of a message by which a commit of ours is known as
// long as nobody changed it.
const treeTrailer = "Freshinstall-Tree: "

// NewDraft looks whether a commit can be put on the branch, on top of
// Options.Ref or else of what is checked out. A branch that exists is taken only
// when nothing but our own commits would go with it, and nobody has it checked
// out. Errors are [*Error], or the context's.
func NewDraft(ctx context.Context, o Options, branch string) (*Draft, error) {
	w, err := newWork(o)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(w.location)
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder)
	}
	if err != nil {
		return nil, w.noPath(w.location, err)
	}
	d := &Draft{w: w, branch: branch}
	found := false
	if d.place, found, err = w.find(ctx, folder); err != nil {
		return nil, err
	}
	if !found || d.place.tree == "" {
		return nil, w.fault(NotSupported, "no work tree of a git repository, so there is no branch to make", "Take the change as a patch instead", nil)
	}
	if d.borrowed, err = w.borrow(ctx, d.place); err != nil {
		return nil, err
	}
	if _, _, err := w.git.run(ctx, call{gitDir: d.borrowed, args: []string{"check-ref-format", "refs/heads/" + branch}}); err != nil || strings.HasPrefix(branch, "-") || branch == "HEAD" {
		return nil, w.gitFault(ctx, NotSupported, fmt.Sprintf("%q cannot be the name of a branch", clean(branch)), "Give another name", nil)
	}
	base := o.Ref
	if base == "" {
		base = "HEAD"
	}
	if d.base = w.commitOf(ctx, d.borrowed, base); d.base == "" {
		return nil, w.gitFault(ctx, NoCommits, "there is no commit that a branch could start from", "Commit the files first", nil)
	}
	return d, d.claim(ctx)
}

// claim looks at what stands on the branch already.
func (d *Draft) claim(ctx context.Context) error {
	taken := func(what string) error {
		return d.w.gitFault(ctx, Taken, "branch "+d.branch+" "+what, "Name another branch, or delete this one: git branch -D "+d.branch, nil)
	}
	names, err := d.refs(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(name, d.branch+"/") || strings.HasPrefix(d.branch, name+"/") {
			return d.w.fault(Taken, fmt.Sprintf("a branch %s cannot stand beside %s", d.branch, name), "Name another branch", nil)
		}
	}
	if !slices.Contains(names, d.branch) {
		return nil
	}
	for _, head := range d.heads() {
		if head == "ref: refs/heads/"+d.branch {
			return d.w.fault(Taken, "branch "+d.branch+" is checked out", "Check another branch out, or name another one", nil)
		}
	}
	if d.old = d.w.commitOf(ctx, d.borrowed, "refs/heads/"+d.branch); d.old == "" {
		return taken("names no commit")
	}
	out, _, err := d.w.git.run(ctx, call{gitDir: d.borrowed, args: []string{"rev-list", "--max-count=1000", d.old, "--not", d.base}})
	if err != nil {
		return d.w.gitFault(ctx, Damaged, "the commits of branch "+d.branch+" cannot be read", "Run git fsck in it", err)
	}
	for _, commit := range append(strings.Fields(string(out)), d.old) {
		raw, _, err := d.w.git.run(ctx, call{gitDir: d.borrowed, args: []string{"cat-file", "commit", commit}})
		if err != nil {
			return d.w.gitFault(ctx, Damaged, "the commits of branch "+d.branch+" cannot be read", "Run git fsck in it", err)
		}
		if !unchanged(raw) {
			return taken(fmt.Sprintf("has commits that are not freshinstall's (%.10s)", commit))
		}
	}
	return nil
}

func (d *Draft) refs(ctx context.Context) ([]string, error) {
	out, _, err := d.w.git.run(ctx, call{gitDir: d.borrowed, args: []string{"for-each-ref", "--format=%(refname)", "refs/heads/"}})
	if err != nil {
		return nil, d.w.gitFault(ctx, Damaged, "the branches cannot be read", "Run git fsck in it", err)
	}
	var names []string
	for _, name := range strings.Fields(string(out)) {
		names = append(names, strings.TrimPrefix(name, "refs/heads/"))
	}
	return names, nil
}

// heads are the HEAD files of all work trees.
func (d *Draft) heads() []string {
	files, err := filepath.Glob(filepath.Join(globbed(d.place.common), "worktrees", "*", "HEAD"))
	if err != nil {
		return nil // a pattern of ours is never malformed
	}
	var heads []string
	for _, file := range append(files, filepath.Join(d.place.common, "HEAD"), filepath.Join(d.place.gitDir, "HEAD")) {
		if head, err := readSmall(file); err == nil {
			heads = append(heads, strings.TrimSpace(head))
		}
	}
	return heads
}

// globbed writes a path so that it means itself in a pattern.
func globbed(path string) string {
	return strings.NewReplacer(`[`, `[[]`, `*`, `[*]`, `?`, `[?]`, `\`, `[\]`).Replace(path)
}

// unchanged reports whether a commit is as we wrote it: its files are those
// that its message names, and nobody committed it again.
func unchanged(raw []byte) bool {
	header, message, _ := strings.Cut(string(raw), "\n\n")
	var tree, author, committer string
	for line := range strings.Lines(header) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "tree":
			tree = value
		case "author":
			author = value
		case "committer":
			committer = value
		}
	}
	return author == committer && strings.HasSuffix(strings.TrimSpace(message), "\n"+treeTrailer+tree)
}

// Read gives a file as the base has it; ok is false where it has none. A link
// is an error.
func (d *Draft) Read(ctx context.Context, name string) (content []byte, ok bool, err error) {
	mode, id, err := d.entry(ctx, name)
	if err != nil || id == "" {
		return nil, false, err
	}
	if mode != "100644" && mode != "100755" {
		return nil, false, d.w.fault(Unsafe, clean(name)+" is a link or no file", "Name the document itself", nil)
	}
	content, _, err = d.w.git.run(ctx, call{gitDir: d.borrowed, args: []string{"cat-file", "blob", id}})
	if err != nil {
		return nil, false, d.w.gitFault(ctx, Damaged, clean(name)+" cannot be read", "Run git fsck in it", err)
	}
	return content, true, nil
}

func (d *Draft) entry(ctx context.Context, name string) (mode, id string, err error) {
	out, _, err := d.w.git.run(ctx, call{gitDir: d.borrowed, args: []string{"ls-tree", "-z", d.base, "--", name}})
	if err != nil {
		return "", "", d.w.gitFault(ctx, Damaged, "the files of the commit cannot be listed", "Run git fsck in it", err)
	}
	for _, line := range fields(out) {
		if info, path, _ := strings.Cut(line, "\t"); path == name {
			parts := strings.Fields(info)
			return parts[0], parts[2], nil
		}
	}
	return "", "", nil
}

// Commit puts files on the branch, in one commit on top of the base; nil takes
// a file away. made is false when the branch has just that already, or when
// nothing would change.
func (d *Draft) Commit(ctx context.Context, message string, files map[string][]byte, now time.Time) (commit string, made bool, err error) {
	tree, err := d.tree(ctx, files)
	if err != nil {
		return "", false, err
	}
	if was, err := d.w.git.line(ctx, call{gitDir: d.borrowed, args: []string{"rev-parse", d.base + "^{tree}"}}); err != nil || was == tree {
		return "", false, d.failed(ctx, err)
	}
	if d.old != "" {
		have, err := d.w.git.line(ctx, call{gitDir: d.borrowed, args: []string{"rev-parse", d.old + "^{tree}", d.old + "^1"}})
		if err == nil && have == tree+"\n"+d.base {
			return d.old, false, nil
		}
	}
	who := d.author(ctx) + fmt.Sprintf(" %d %s", now.Unix(), now.Format("-0700"))
	raw := fmt.Sprintf("tree %s\nparent %s\nauthor %s\ncommitter %s\n\n%s\n\n%s%s\n", tree, d.base, who, who, strings.TrimSpace(message), treeTrailer, tree)
	commit, err = d.w.git.line(ctx, d.lasting(call{stdin: strings.NewReader(raw), args: []string{"hash-object", "-t", "commit", "-w", "--stdin"}}))
	if err != nil {
		return "", false, d.failed(ctx, err)
	}
	if err := setBranch(d.place.common, d.branch, d.old, commit); err != nil {
		return "", false, d.w.fault(Local, "branch "+d.branch+" cannot be written: "+err.Error(), "Look at permissions, and whether another git command is at work", err)
	}
	return commit, true, nil
}

// tree writes the base's files with those that change. The borrowed index is
// ours to use.
func (d *Draft) tree(ctx context.Context, files map[string][]byte) (string, error) {
	if _, _, err := d.w.git.run(ctx, call{gitDir: d.borrowed, args: []string{"read-tree", d.base}}); err != nil {
		return "", d.failed(ctx, err)
	}
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		mode, _, err := d.entry(ctx, name)
		if err != nil {
			return "", err
		}
		if mode == "" {
			mode = "100644"
		}
		if files[name] == nil {
			fmt.Fprintf(&lines, "0 %s\t%s\x00", strings.Repeat("0", len(d.base)), name)
			continue
		}
		id, err := d.w.git.line(ctx, d.lasting(call{stdin: bytes.NewReader(files[name]), args: []string{"hash-object", "-w", "--no-filters", "--stdin"}}))
		if err != nil {
			return "", d.failed(ctx, err)
		}
		fmt.Fprintf(&lines, "%s %s\t%s\x00", mode, id, name)
	}
	if _, _, err := d.w.git.run(ctx, call{gitDir: d.borrowed, workTree: d.w.git.home, stdin: strings.NewReader(lines.String()), args: []string{"update-index", "-z", "--index-info"}}); err != nil {
		return "", d.failed(ctx, err)
	}
	// Objects that a partial clone has not fetched are not missed.
	tree, err := d.w.git.line(ctx, d.lasting(call{args: []string{"write-tree", "--missing-ok"}}))
	return tree, d.failed(ctx, err)
}

// lasting lets a call write into the repository's own object store, safely.
func (d *Draft) lasting(c call) call {
	c.gitDir, c.objects = d.borrowed, filepath.Join(d.place.common, "objects")
	c.args = append([]string{"-c", "core.fsync=default", "-c", "core.looseCompression=-1"}, c.args...)
	return c
}

func (d *Draft) failed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return d.w.gitFault(ctx, Local, "the commit cannot be written", "Look at free space and permissions of the repository", err)
}

// author is who the configuration of the repository names, read as data, or the
// user's own, or nobody in particular.
func (d *Draft) author(ctx context.Context) string {
	get := func(key string) string {
		value := d.w.setting(ctx, filepath.Join(d.w.dir, "foreign-config"), key)
		if value == "" {
			// An answer that is missing is one.
			value, _ = d.w.git.line(ctx, call{gitDir: d.borrowed, own: true, args: []string{"config", "--get", key}})
		}
		return strings.TrimSpace(strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f || r == '<' || r == '>' {
				return -1
			}
			return r
		}, value))
	}
	name, mail := get("user.name"), get("user.email")
	if name == "" {
		name = "freshinstall"
	}
	if mail == "" {
		mail = "freshinstall@localhost"
	}
	return name + " <" + mail + ">"
}
