package preflight

import (
	"fmt"
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

const (
	pipTakes = `-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url -f --find-links -t --target --prefix --root
		--trusted-host --proxy --timeout --retries --no-binary --only-binary --platform --python-version --src --cache-dir --log --python --upgrade-strategy --config-settings --global-option`
	pipAlone = `-U --upgrade --user --no-cache-dir --no-cache --pre -q --quiet -v -vv -vvv --verbose --no-deps --force-reinstall --no-build-isolation --ignore-installed -I
		--break-system-packages --no-warn-script-location --use-pep517 --prefer-binary --disable-pip-version-check --require-hashes --system --compile --no-compile`
)

var (
	listName = phrase.Compile(`(?i)^(?:[\w./-]*/)?require?ments?[\w.-]*\.(?:txt|in|pip)$`)
	extras   = phrase.Compile(`\[[\w, -]*\]$`)
)

// python checks the script that Python runs, and the version that is named.
func (w *walk) python(a shell.Act) {
	w.versions(a)
	word := interpreters["python"].file(a.Args)
	if word == "setup.py" && oneOf(a.Arg(1), "install", "develop", "build", "test", "sdist", "bdist_wheel", "build_ext") {
		w.manifest(need{tool: "Python", names: []string{"setup.py"}, object: "setup.py", sure: true}, w.at.dir)
		return
	}
	w.script(a)
}

// pip checks what pip is told to install from files.
func (w *walk) pip(a shell.Act) {
	if len(a.Args) == 0 || a.Args[0] != "install" {
		return
	}
	names, values, ok := positional(a.Args[1:], pipTakes, pipAlone)
	for _, option := range []string{"-r", "--requirement", "-c", "--constraint"} {
		for _, file := range values[option] {
			w.list(file, a)
		}
	}
	for _, option := range []string{"-e", "--editable"} {
		for _, dir := range values[option] {
			w.project(dir)
		}
	}
	if !ok {
		return
	}
	for _, name := range names {
		switch {
		case listName.MatchString(name):
			w.listAsName(name)
		case name == "." || strings.HasPrefix(name, "./") || strings.HasPrefix(name, ".["):
			w.project(name)
		default:
			w.ownName(name)
		}
	}
}

// list checks a list of requirements, which may be given by its address.
func (w *walk) list(file string, a shell.Act) {
	a.Name = "pip"
	w.needs(file, tracked, a)
}

// project checks that a folder can be installed.
func (w *walk) project(dir string) {
	dir = extras.ReplaceAllString(dir, "")
	p, ok := w.resolve(dir)
	if !ok {
		return
	}
	if inside, is := w.inside(p); is && w.tree.look(inside) == absent && !w.wild && !w.made[p] {
		w.needs(dir, folder, shell.Act{Call: shell.Call{Name: "pip"}})
		return
	}
	w.manifest(need{tool: "pip", names: []string{"pyproject.toml", "setup.py", "setup.cfg"}, object: "pyproject.toml or setup.py", sure: true}, p)
}

// listAsName: "pip install requirements.txt".
func (w *walk) listAsName(name string) {
	p, ok := w.resolve(name)
	if !ok {
		return
	}
	f := fault{rule: RuleListAsName, object: name, certain: w.look(p) == present,
		cause: "pip installs packages that are named; the file of a list is given with -r.",
		plain: fmt.Sprintf("%s is a list of packages, and the option -r in front of it is missing: the tool looks for a package of that name.", name)}
	f.fixes = w.instead(name, "-r "+name, "-r says that it is a list")
	w.report(f)
}

var (
	declaredNames = []*phrase.Expr{
		phrase.Compile(`(?ms)^\[(?:project|tool\.poetry)\][^\[]*?^name\s*=\s*["']([\w.-]+)["']`),
		phrase.Compile(`(?ms)^\[metadata\][^\[]*?^name\s*=\s*([\w.-]+)\s*$`),
		phrase.Compile(`\bsetup\([^#]*?\bname\s*=\s*["']([\w.-]+)["']`),
	}
	packageName = phrase.Compile(`^[A-Za-z][\w.-]{4,}$`)
)

// ownName: nearly the name under which the project itself is published.
func (w *walk) ownName(given string) {
	bare := extras.ReplaceAllString(given, "")
	if !packageName.MatchString(bare) || w.quiet {
		return
	}
	manifests := ""
	own := ""
	for i, file := range []string{"pyproject.toml", "setup.cfg", "setup.py"} {
		text := w.tree.read(file)
		manifests += text
		if m := declaredNames[i].FindStringSubmatch(text); m != nil && own == "" {
			own = m[1]
		}
	}
	fold := strings.NewReplacer("-", "", "_", "", ".", "")
	a, b := fold.Replace(strings.ToLower(bare)), fold.Replace(strings.ToLower(own))
	if own == "" || a == b || len(b) < 6 || digits(a) != digits(b) || distance(a, b) > 2 || strings.Contains(a, b) || strings.Contains(b, a) {
		return
	}
	// What the project depends on is meant as it stands.
	if strings.Contains(strings.ToLower(manifests+w.tree.read("requirements.txt")), strings.ToLower(bare)) {
		return
	}
	w.report(fault{rule: RuleOwnName, object: given, evidence: "name = " + own,
		cause: fmt.Sprintf("The project calls its package %s; the step installs %s.", own, bare),
		plain: fmt.Sprintf("The project's package is called %s. The instructions install %s, which is not the same.", own, bare),
		fixes: w.instead(given, strings.Replace(given, bare, own, 1), "the project declares this name")})
}

// activates checks that the environment was made.
func (w *walk) activates(word string) {
	p, ok := w.resolve(word)
	if !ok || w.quiet || !strings.HasSuffix(p, "/bin/activate") {
		return
	}
	env := strings.TrimSuffix(p, "/bin/activate")
	if _, inside := w.inside(env); !inside && len(w.envs) == 0 || w.look(p) == present || w.filled(p) || w.anyEnv {
		return
	}
	shown := strings.TrimSuffix(word, "/bin/activate")
	f := fault{rule: RuleEnvironment, object: shown}
	if len(w.envs) > 0 {
		have := w.envs[len(w.envs)-1]
		f.certain = true
		f.cause = fmt.Sprintf("The steps make the environment %s and activate %s.", path.Base(have), shown)
		f.plain = fmt.Sprintf("An earlier step makes the environment %s; the instructions then switch to %s, which does not exist.", path.Base(have), shown)
		f.fixes = w.instead(word, relative(w.at.dir, have)+"/bin/activate", "an earlier step makes this one")
		w.report(f)
		return
	}
	if w.wild {
		return
	}
	f.cause = fmt.Sprintf("No step makes the environment %s.", shown)
	f.plain = fmt.Sprintf("The instructions switch to an environment called %s, and nothing before says how to make it.", shown)
	f.fixes = first("venv makes it", "python3 -m venv "+shown)
	w.report(f)
}

// relative is the path from a folder to another place.
func relative(from, to string) string {
	up := ""
	for from != "/" && to != from && !strings.HasPrefix(to, from+"/") {
		from, up = path.Dir(from), up+"../"
	}
	return up + strings.TrimPrefix(strings.TrimPrefix(to, from), "/")
}

// pythonEffect notes what a module that Python runs leaves behind.
func (w *walk) pythonEffect(args []string) {
	for i, a := range args {
		if a == "-m" && i+1 < len(args) {
			switch args[i+1] {
			case "venv", "virtualenv":
				w.environment("virtualenv", args[i+2:])
			case "pip", "pytest", "unittest", "http.server", "ensurepip", "ipykernel":
			default:
				w.wild, w.anyEnv = true, true
			}
			return
		}
	}
	if !asksOnly(args) && len(args) > 0 {
		w.wild = true
	}
}

// environment notes where a Python environment was made.
func (w *walk) environment(name string, args []string) {
	if name == "uv" {
		if len(args) == 0 || args[0] != "venv" {
			w.anyEnv = true
			return
		}
		if args = args[1:]; len(args) == 0 {
			args = []string{".venv"}
		}
	}
	words, _, ok := positional(args, "-p --python --prompt", "--system-site-packages --clear --upgrade --without-pip --copies --symlinks --no-site-packages --distribute --seed -q --upgrade-deps")
	if !ok || len(words) == 0 {
		w.anyEnv = true
		return
	}
	for _, word := range words {
		p, ok := w.resolve(word)
		if !ok {
			w.anyEnv = w.anyEnv || !strings.HasPrefix(word, "/")
			continue
		}
		w.fill(word)
		w.envs = append(w.envs, p)
	}
}
