package source

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Options say what to bring and where to put it.
type Options struct {
	// Location is a path or a git URL (https, ssh, user@host:path, file). A
	// path is a work tree, a folder in one, a bare repository, or a folder
	// that no repository knows. Empty means the current folder.
	Location string
	// Ref is a branch, a tag or a commit; empty: what is checked out, dirty
	// changes included, or the remote's own branch. With a Ref, changes that
	// are not committed do not count.
	Ref string
	// Dir is an existing folder for all that is made; the caller removes it.
	Dir string
	// Environ is the environment of git commands; nil: the process's.
	Environ []string
	// Look asks for reading only: of a path to a work tree nothing is packed or
	// cloned. Root is then the user's own tree, Bundle and Branch are empty, and
	// neither the commit nor whether it is dirty is known. All else is brought
	// as ever.
	Look bool
	// Say gets a line before what takes long; may be nil.
	Say func(string)
}

// Checkout is a repository at a commit, brought to this computer. It holds
// plain data about files that nobody changes; its methods may run at once.
type Checkout struct {
	Repository verifier.Repository
	Root       string   // clean clone on the host; no link in it leads out of it
	Bundle     string   // git bundle: Branch, the remote's other branches and tags
	Branch     string   // branch of the bundle that is verified, and its HEAD
	Local      string   // the user's own tree, if a path was given
	Sub        string   // folder of Local that was named, slash-separated; empty: its top
	Cut        bool     // the source had no full history; the bundle holds one commit with the same files
	Notes      []string // what was left out or done otherwise, in plain words

	urls     []string
	branches []string // see Branches
	loose    bool     // a folder that no repository knows
	tree     tree
}

// URLs are all spellings of the repository's own addresses, sorted, for
// mapping clones of it to the checkout.
func (c *Checkout) URLs() []string { return append([]string(nil), c.urls...) }

// Open brings the repository. An [*Error] says what keeps it from that; the
// only other error is the context's.
func Open(ctx context.Context, o Options) (*Checkout, error) {
	w, err := newWork(o)
	if err != nil {
		return nil, err
	}
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	return w.checkout, nil
}

// work is one Open under way.
type work struct {
	git      git
	dir      string // scratch, absolute
	location string // as named
	shown    string // credentials removed
	ref      string
	look     bool
	settings map[string]string // of the foreign configuration, once it was read
	fetched  []string          // what it fetches from its origin
	say      func(string)
	checkout *Checkout
}

func newWork(o Options) (*work, error) {
	w := &work{location: o.Location, ref: o.Ref, look: o.Look, say: o.Say, checkout: &Checkout{}}
	if w.location == "" {
		w.location = "."
	}
	if w.say == nil {
		w.say = func(string) {}
	}
	w.shown = w.location
	if a, ok := parseAddress(w.location); ok {
		w.shown = a.String()
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, localFault(w.shown, "temporary folder", err)
	}
	w.dir = dir
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		return nil, localFault(w.shown, "temporary folder", err)
	}
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, &Error{Kind: NoGit, Location: w.shown, What: "there is no git command on this computer",
			ToDo: "Install git (Debian, Ubuntu: sudo apt-get install git) and start again", Err: err}
	}
	environ := o.Environ
	if environ == nil {
		environ = os.Environ()
	}
	w.git = git{program: program, environ: environ, home: home}
	return w, nil
}

func (w *work) open(ctx context.Context) error {
	if strings.ContainsAny(w.location, "\x00\n\r\x1b") || strings.HasPrefix(w.location, "-") {
		return w.fault(NotFound, "neither a path nor a git URL", "Give a folder or a URL such as https://host/owner/name", nil)
	}
	// What exists is a path, even with a colon in it.
	_, statErr := os.Stat(w.location)
	a, isAddress := parseAddress(w.location)
	switch {
	case statErr == nil:
		return w.openPath(ctx, w.location)
	case isAddress && a.scheme == "file":
		if a.host != "" && a.host != "localhost" {
			return w.fault(NotSupported, "a file URL of another computer", "Give an https or ssh URL", nil)
		}
		return w.openPath(ctx, "/"+unescaped(a.path))
	case isAddress:
		return w.openRemote(ctx, a)
	}
	return w.noPath(w.location, statErr)
}

func (w *work) noPath(path string, err error) error {
	if !errors.Is(err, os.ErrNotExist) {
		return w.fault(Local, "cannot be read: "+err.Error(), "Look at its permissions", err)
	}
	todo := "Give a folder that exists or a git URL"
	if webLike(path) {
		todo = "If it is on the web, write https://" + path
	}
	return w.fault(NotFound, "no such folder", todo, err)
}

func (w *work) fault(kind Kind, what, todo string, err error) error {
	e := &Error{Kind: kind, Location: w.shown, What: what, ToDo: todo, Err: err}
	var ge *gitError
	if errors.As(err, &ge) {
		e.Message = telling(ge.stderr)
	}
	return e
}

// gitFault is fault for a failed git command, unless it failed because the
// context ended.
func (w *work) gitFault(ctx context.Context, kind Kind, what, todo string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return w.fault(kind, what, todo, err)
}

func (w *work) note(text string) { w.checkout.Notes = append(w.checkout.Notes, text) }

// clean removes what only the way here needed. Failing to is harmless: the
// caller removes the whole folder.
func (w *work) clean(names ...string) {
	for _, name := range names {
		_ = os.RemoveAll(filepath.Join(w.dir, name))
	}
}
