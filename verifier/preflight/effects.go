package preflight

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// harmless programs make no file that a later step reads from the checkout,
// or only such as the walk notes itself.
var harmless = words(`cd pushd popd echo printf cat ls pwd export set unset alias clear exit sleep true test [ which type command whoami id grep
	head tail less more man tree find du df history ulimit hash eval
	apt apt-get aptitude dnf yum pacman brew apk zypper snap flatpak port choco winget dpkg rpm add-apt-repository apt-key gpg xcode-select
	systemctl service launchctl ufw sysctl usermod groupadd useradd adduser newgrp chmod chown ln rm rmdir mkdir touch cp mv tee ldconfig
	nvm pyenv rbenv asdf sdk fnm n rvm corepack rustup pip pipx conda virtualenv gem npm yarn pnpm bun bundle git curl wget
	docker docker-compose podman createdb createuser dropdb psql mysql redis-server redis-cli mongod pg_ctl initdb
	code open xdg-open nano vim vi gedit notepad emacs java javac gcc uname lsb_release heroku gcloud aws az cmake ctest hostname`)

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// effect notes what a call changes.
func (w *walk) effect(a shell.Act) {
	for _, f := range a.Writes {
		if !strings.HasPrefix(f, "/") && !strings.HasPrefix(f, "&") {
			w.makes(f)
		}
	}
	args := a.Args
	verb := a.Arg(0)
	switch name := program(a.Name); name {
	case "cd", "pushd":
		w.enter(name, args, a.Guarded)
	case "popd":
		w.at = place{}
		if n := len(w.pushed); n > 0 && !a.Guarded {
			w.at, w.pushed = w.pushed[n-1], w.pushed[:n-1]
		}
	case "mkdir", "touch", "tee", "nano", "vim", "vi", "gedit", "notepad", "emacs", "code":
		w.makesAll(args)
	case "cp", "mv", "ln", "install", "rsync":
		w.copied(args)
	case "curl", "wget":
		w.fetched(a)
	case "git":
		w.gitEffect(a)
	case "gh":
		if w.clones != nil {
			w.clonedNow()
		}
	case "python":
		w.pythonEffect(args)
	case "virtualenv", "uv":
		w.environment(name, args)
	case "conda":
		w.condaEffect(args)
	case "npm", "yarn", "pnpm", "bun":
		w.fill("node_modules")
		if !oneOf(verb, "install", "i", "ci", "add", "") {
			w.wild = true
		}
	case "bundle", "composer":
		w.fill("vendor")
		if name == "composer" && !oneOf(verb, "install", "require", "") || verb == "exec" {
			w.wild = true
		}
	case "docker", "docker-compose", "podman":
		w.container(a)
	case "ssh", "su", "chroot", "vagrant", "multipass", "wsl", "telnet", "lxc", "kubectl", "oc":
		w.at = place{}
	case "cmake":
		w.cmakeEffect(args)
	case "go":
		if !oneOf(verb, "get", "mod", "version", "env", "test", "vet", "fmt", "install") || verb == "mod" && a.Arg(1) != "download" {
			w.wild = true
		}
	case "source", ".":
		// A script of the author's may do anything; settings and environments do not.
		if base := path.Base(verb); base != "activate" && !strings.Contains(base, "env") && !strings.Contains(base, "rc") {
			w.wild = true
		}
	case "poetry", "pipenv", "pdm", "hatch", "rye":
		w.anyEnv = true
		if !oneOf(verb, "install", "shell", "sync", "lock", "add") {
			w.wild = true
		}
	default:
		if !harmless[name] && !asksOnly(args) {
			w.wild, w.anyEnv = true, true
		}
	}
}

func oneOf(word string, list ...string) bool {
	for _, l := range list {
		if word == l {
			return true
		}
	}
	return false
}

// asksOnly: a program that is asked for its version or help makes nothing.
func asksOnly(args []string) bool {
	return len(args) == 1 && oneOf(args[0], "--version", "-v", "-V", "version", "--help", "-h", "help")
}

func (w *walk) makesAll(args []string) {
	for _, a := range args {
		if strings.ContainsAny(a, "{*") {
			w.guess(a)
			continue
		}
		if !strings.HasPrefix(a, "-") {
			w.makes(a)
		}
	}
}

// copied notes the target of a copy, whichever of its two forms it has.
func (w *walk) copied(args []string) {
	var files []string
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			files = append(files, a)
		}
	}
	if len(files) < 2 {
		w.wild = true
		return
	}
	to := files[len(files)-1]
	w.makes(to)
	for _, f := range files[:len(files)-1] {
		if plain(f) || strings.HasPrefix(f, "/") {
			w.fill(path.Join(to, path.Base(f)))
		} else {
			w.fill(to)
		}
		if p, ok := w.resolve(f); ok {
			if inside, is := w.inside(p); is && w.tree.dirs[inside] || w.filled(p) {
				w.fill(to)
			}
		}
	}
}

// fetched notes the file that a download leaves.
func (w *walk) fetched(a shell.Act) {
	for i, arg := range a.Args {
		if oneOf(arg, "-o", "-O", "--output", "--output-document") && i+1 < len(a.Args) && !strings.Contains(a.Args[i+1], "://") {
			w.makes(a.Args[i+1])
		}
		if strings.Contains(arg, "://") {
			base, _, _ := strings.Cut(path.Base(arg), "?")
			w.makes(base)
		}
	}
}

// Bounds of a folder that is kept track of. A list of ten thousand "cd x" must
// not make every look-up climb ten thousand folders.
const (
	maxPath  = 1024
	maxDepth = 24
)

// enter follows a change of directory.
func (w *walk) enter(name string, args []string, guarded bool) {
	from := w.at
	if name == "pushd" {
		w.pushed = append(w.pushed, from)
	}
	defer func() { w.before = from }()
	w.moved = w.spot()
	switch {
	case guarded || len(args) > 1:
		w.at = place{}
		return
	case len(args) == 0:
		w.at = place{true, home}
		return
	case args[0] == "-":
		w.at = w.before
		return
	}
	if w.landed || w.entersClone(args[0]) {
		w.at, w.entered = place{true, w.checkout}, true
		return
	}
	to, ok := w.resolve(args[0])
	if !ok || len(to) > maxPath || strings.Count(to, "/") > maxDepth {
		w.at = place{} // nobody works that deep: the reader is lost, and so are we
		return
	}
	inside, is := w.inside(to)
	switch {
	case !is && !w.made[to] && to != home && !strings.HasPrefix(w.at.dir, to):
		w.at = place{}
	case is && w.isCheckout(args[0]) && w.look(to) != present:
		w.at = place{true, w.checkout}
	case is && w.look(to) == absent && !w.made[to]:
		// It fails, and the shell stays, unless the reader sees what is meant.
		w.doubt = true
		if near := w.tree.nearest(inside, true); near != "" {
			w.at = place{true, path.Join(w.checkout, near)}
		}
	default:
		w.at = place{true, to}
		w.entered = w.entered || is
		if is && w.tree.look(inside) != present && !w.made[to] {
			w.below = append(w.below, to)
		}
	}
}

// entersClone: a folder whose name the reader fills in, or that the plan knows
// as the checkout, while the shell stands beside it.
func (w *walk) entersClone(word string) bool {
	if w.checkout == "" || w.entered || !w.at.known || w.at.dir != path.Dir(w.checkout) {
		return false
	}
	if strings.EqualFold(path.Base(word), path.Base(w.checkout)) && w.plan.Start == verifier.StartBeside {
		return true
	}
	return w.step.Has(verifier.FlagPlaceholder) || !plain(word) && !strings.HasPrefix(word, "~") ||
		w.cloned != nil && w.cloned.folder == "" || w.plan.Start == verifier.StartBeside && !strings.Contains(word, "..")
}
