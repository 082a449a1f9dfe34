package preflight

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// home is where a newcomer begins. All places are paths of an imagined
// machine, so that "~/app" and a clone beside mean what they would there.
const home = "/home"

// place is where the shell stands; !known: nothing can be said of relative
// paths.
type place struct {
	known bool
	dir   string
}

// spot is the state in which a person reads on: another section or another
// terminal may well mean another folder.
type spot struct {
	section  string
	document string
	terminal int
}

// walk is what is known between two steps.
type walk struct {
	tree  *index
	plan  verifier.Plan
	found []verifier.Finding

	at       place
	before   place // for "cd -"
	pushed   []place
	moved    spot // where the document last changed the folder
	terminal int

	checkout string // where it lies; empty: not cloned yet
	cloned   *clone
	entered  bool // the shell stood in the checkout
	doubt    bool // a change of directory went nowhere: readers may stand elsewhere

	made  map[string]bool // paths that steps made
	below []string        // folders with content that cannot be known
	wild  bool            // a step may have made any file
	// elsewhere: another branch was checked out, of which the tree says nothing.
	elsewhere bool
	envs      []string // folders of Python environments that steps made
	condas    []string // names of conda environments that steps made
	anyEnv    bool     // one may have been made under a name that is not known

	// Of the step at hand:
	step   verifier.Step
	next   []verifier.Step
	clones *clone
	quiet  bool
	landed bool // a change of directory was reported, and means the checkout
}

func newWalk(plan verifier.Plan, tree Tree) *walk {
	w := &walk{tree: newIndex(tree), plan: plan, found: []verifier.Finding{}, made: map[string]bool{}, at: place{true, home}}
	folder := tree.Repository
	if folder == "" {
		folder = "checkout"
	}
	switch plan.Start {
	case verifier.StartHome:
	case verifier.StartBeside:
		w.checkout = path.Join(home, folder)
	case verifier.StartInside:
		w.checkout = path.Join(home, folder)
		w.at.dir = w.checkout
		w.entered = true
	}
	return w
}

// lost: from here on nothing is known of where the shell stands, nor of what
// was made.
func (w *walk) lost() {
	w.at = place{}
	w.wild = true
}

// resolve gives the place that a path as typed means.
func (w *walk) resolve(word string) (string, bool) {
	for _, start := range []string{"~/", "$HOME/", "${HOME}/"} {
		if rest, is := strings.CutPrefix(word, start); is && (rest == "" || plain(rest)) {
			return path.Join(home, rest), true
		}
	}
	if word == "~" || word == "$HOME" {
		return home, true
	}
	if !w.at.known || !plain(word) {
		return "", false
	}
	return path.Join(w.at.dir, word), true
}

// inside makes a place a path of the repository.
func (w *walk) inside(p string) (string, bool) {
	if w.checkout == "" {
		return "", false
	}
	if p == w.checkout {
		return ".", true
	}
	return strings.CutPrefix(p, w.checkout+"/")
}

// here is the folder of the repository in which the shell stands.
func (w *walk) here() (string, bool) {
	if !w.at.known {
		return "", false
	}
	return w.inside(w.at.dir)
}

// look says whether a place is there after the steps so far.
func (w *walk) look(p string) presence {
	if w.made[p] {
		return present
	}
	for _, dir := range w.below {
		if p == dir || strings.HasPrefix(p, dir+"/") {
			return unsure
		}
	}
	inside, is := w.inside(p)
	if !is {
		return unsure
	}
	found := w.tree.look(inside)
	if found == absent && w.wild {
		return unsure
	}
	return found
}

// makes notes a path that a step made, and the folders above it.
func (w *walk) makes(word string) {
	p, ok := w.resolve(word)
	if !ok {
		w.guess(word)
		return
	}
	for ; p != "/" && p != home && !w.made[p]; p = path.Dir(p) {
		w.made[p] = true
	}
}

// guess: a file of an unknown name was made somewhere.
func (w *walk) guess(word string) {
	if !strings.HasPrefix(word, "/") && !strings.HasPrefix(word, "~") {
		w.wild = true
	}
}

// fill notes a folder with content that cannot be known.
func (w *walk) fill(word string) {
	w.makes(word)
	if p, ok := w.resolve(word); ok {
		w.below = append(w.below, p)
	}
}

func (w *walk) spot() spot {
	return spot{w.step.Section, w.step.Document, w.terminal}
}

// wandered: since the folder was last changed, the document began another
// chapter or left a server running, so that a reader may stand elsewhere.
func (w *walk) wandered() bool { return w.moved != spot{} && w.moved != w.spot() }

// typed makes a path of the repository one that can be typed where the shell
// stands.
func (w *walk) typed(p string) string {
	here, is := w.here()
	if !is {
		return ""
	}
	rel, err := filepath.Rel(filepath.FromSlash(here), filepath.FromSlash(p))
	if err != nil {
		return "" // two paths of the same repository always have one
	}
	return filepath.ToSlash(rel)
}
