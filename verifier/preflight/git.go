package preflight

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// git checks the branches and submodules that a step names.
func (w *walk) git(a shell.Act) {
	switch verb := a.Arg(0); verb {
	case "clone":
		if w.clones != nil {
			w.branch(w.clones.branch)
			w.submodules()
		}
	case "checkout", "switch":
		words, _, ok := positional(a.Args, "", "-q --quiet -f --force --recurse-submodules")
		if _, inside := w.here(); ok && inside && len(words) == 2 && !slices.Contains(a.Args, "--") {
			w.branch(words[1])
		}
	case "submodule":
		w.submoduleStep(a)
	}
}

func (w *walk) branch(name string) {
	if w.tree.Branches == nil || !plain(strings.ReplaceAll(name, "/", "-")) || w.wild {
		return
	}
	short := strings.TrimPrefix(name, "origin/")
	if slices.Contains(w.tree.Branches, short) || slices.Contains(w.tree.Branches, name) || commitLike(short) || w.tree.look(path.Clean(short)) != absent {
		return
	}
	near := closest(short, w.tree.Branches)
	if near == "" {
		for _, usual := range []string{"main", "master", "develop"} {
			if oneOf(short, "main", "master", "develop", "dev") && slices.Contains(w.tree.Branches, usual) {
				near = usual
				break
			}
		}
	}
	f := fault{rule: RuleBranch, object: short, certain: true,
		cause: fmt.Sprintf("The repository has no branch and no tag %s.", short),
		plain: fmt.Sprintf("The instructions use the branch %s, which the repository does not have.", short)}
	if near != "" {
		f.plain += fmt.Sprintf(" The nearest is %s.", near)
		f.fixes = w.instead(name, near, "the repository has the branch "+near)
	}
	w.report(f)
}

// commitLike: the name of a commit cannot be looked up in a list of branches.
func commitLike(name string) bool {
	return len(name) >= 7 && strings.Trim(name, "0123456789abcdef") == "" || strings.HasPrefix(name, "HEAD")
}

// submodules: the clone leaves them empty, and no later step fetches them.
func (w *walk) submodules() {
	if len(w.tree.Submodules) == 0 || w.clones.submodules || !w.clones.known {
		return
	}
	for _, s := range w.next {
		// Any step may be one that fetches them: a script, a build.
		if strings.Contains(s.Command, "submodule") || s.Follow && w.fetchesSubmodules(s.Command) {
			return
		}
	}
	names := strings.Join(w.tree.Submodules, ", ")
	f := fault{rule: RuleSubmodules, object: w.tree.Submodules[0],
		cause: fmt.Sprintf("The clone does not fetch the submodules (%s), and no later step does.", names),
		plain: fmt.Sprintf("The project contains parts of other projects (in %s), which this download leaves empty.", names)}
	if strings.Count(w.step.Command, "git clone ") == 1 {
		f.fixes = []verifier.Fix{{Kind: verifier.FixReplace, Replace: strings.Replace(w.step.Command, "git clone ", "git clone --recurse-submodules ", 1),
			Why: "the repository has submodules", Grade: verifier.Suggested}}
	}
	w.report(f)
}

// fetchesSubmodules: what the project's own scripts and Makefiles do is looked
// at by the word alone.
func (w *walk) fetchesSubmodules(command string) bool {
	acts, ok := shell.Acts(command)
	if !ok {
		return true
	}
	for _, a := range acts {
		names := []string{path.Clean(a.Name)}
		switch program(a.Name) {
		case "make":
			names = []string{"Makefile", "makefile", "GNUmakefile"}
		case "cmake":
			names = []string{"CMakeLists.txt"}
		case "bash", "sh", "python":
			names = []string{path.Clean(a.Arg(0))}
		}
		for _, n := range names {
			if w.tree.files[n] {
				if text := w.tree.read(n); text == "" || strings.Contains(text, "submodule") {
					return true
				}
			}
		}
	}
	return false
}

func (w *walk) submoduleStep(a shell.Act) {
	if _, inside := w.here(); !inside || w.wild || !oneOf(a.Arg(1), "update", "init", "sync") {
		return
	}
	if len(w.tree.Submodules) > 0 || w.tree.files[".gitmodules"] {
		return
	}
	// git then does nothing, and says nothing: no reader is stopped by it.
	w.report(fault{rule: RuleSubmodules, object: ".gitmodules",
		cause: "The step fetches submodules, and the repository has no .gitmodules.",
		plain: "The step fetches parts of other projects, and this project has none (any more). It can go."})
}

// gitEffect notes what git changes in the checkout.
func (w *walk) gitEffect(a shell.Act) {
	args := a.Args
	switch a.Arg(0) {
	case "clone":
		if w.clones != nil && !a.Guarded {
			w.clonedNow()
			return
		}
		words, _, ok := positional(args, "-b --branch --depth -c -o -j --reference --filter", "--recursive --recurse-submodules --single-branch -q --quiet -v --progress")
		switch {
		case ok && len(words) == 2:
			w.fill(strings.TrimSuffix(path.Base(strings.ReplaceAll(strings.TrimRight(words[1], "/"), ":", "/")), ".git"))
		case ok && len(words) == 3:
			w.fill(words[2])
		default:
			w.wild = true
		}
	case "checkout", "switch":
		here, inside := w.here()
		name := a.Arg(1)
		if inside && !w.filledHere(here) && !slices.Contains(args, "--") && !slices.Contains(args, "-b") && !slices.Contains(args, "-c") &&
			!oneOf(name, "main", "master", "", ".") && w.tree.look(path.Clean(name)) == absent {
			w.elsewhere = true
		}
		w.elsewhere = w.elsewhere || !w.at.known
	case "submodule", "lfs", "pull", "fetch", "status", "log", "config", "remote", "add", "commit", "push", "branch", "init", "diff", "tag", "--version":
	default:
		w.wild = true
	}
}

func (w *walk) filledHere(here string) bool { return w.filled(path.Join(w.checkout, here)) }

// clonedNow notes that the checkout lies where the shell stands.
func (w *walk) clonedNow() {
	if w.plan.Start != verifier.StartHome || w.checkout != "" {
		return
	}
	if !w.at.known {
		w.at = place{true, home + "/somewhere"}
	}
	w.cloned = w.clones
	name := w.clones.folder
	if name == "" {
		name = w.tree.Repository
	}
	w.checkout = path.Join(w.at.dir, name)
	w.wild = false // what was made before lies outside
	w.moved = spot{}
	if w.checkout == w.at.dir {
		w.entered = true
	}
}

// changes checks the folder that a step goes into.
func (w *walk) changes(a shell.Act) {
	if len(a.Args) != 1 || oneOf(a.Args[0], "-", "~", ".", "..") || w.entersClone(a.Args[0]) {
		return
	}
	word := strings.TrimSuffix(a.Args[0], "/")
	to, ok := w.resolve(word)
	if !ok {
		return
	}
	if inside, is := w.inside(to); is {
		if !w.isCheckout(word) || w.tree.look(inside) == present {
			w.needs(word, folder, a)
		}
		return
	}
	w.besideClone(word, to)
}

// isCheckout: the word names the checkout, in which the shell stands already.
func (w *walk) isCheckout(word string) bool {
	return strings.EqualFold(path.Base(word), path.Base(w.checkout)) || strings.EqualFold(path.Base(word), w.tree.Repository)
}

// besideClone: right after the clone, a folder that the clone did not make.
func (w *walk) besideClone(word, to string) {
	if w.cloned == nil || w.entered || w.at.dir != path.Dir(w.checkout) || w.cloned.folder == "" || w.look(to) == present || w.filled(to) ||
		strings.HasPrefix(word, "..") || strings.HasPrefix(word, "~") {
		return
	}
	if w.tree.look(path.Clean(word)) == present {
		w.notEntered(word, false)
		return
	}
	name := path.Base(w.checkout)
	w.report(fault{rule: RuleFolder, object: word, certain: !strings.Contains(word, "/"),
		cause: fmt.Sprintf("The clone makes the folder %s, and the step goes into %s.", name, word),
		plain: fmt.Sprintf("The download lands in a folder called %s; the instructions go into one called %s.", name, word),
		fixes: w.instead(word, name, "the clone makes that folder")})
	w.landed = true // the reader finds the folder all the same
}
