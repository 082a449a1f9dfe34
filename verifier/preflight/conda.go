package preflight

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

const (
	condaTakes = "-n --name -p --prefix -f --file -c --channel --clone"
	condaAlone = "-y --yes -q --quiet --force --prune --override-channels --no-default-packages --no-deps"
)

var condaName = phrase.Compile(`(?m)^name:[ \t]*["']?([\w.-]+)["']?[ \t]*(?:#.*)?\r?$`)

// conda checks the description of an environment and the name of the one that
// is activated.
func (w *walk) conda(a shell.Act) {
	w.versions(a)
	words, values, ok := positional(a.Args, condaTakes, condaAlone)
	switch {
	case len(words) > 1 && words[0] == "env" && words[1] == "create":
		for _, f := range append(values["-f"], values["--file"]...) {
			w.needs(f, tracked, a)
		}
	case len(words) == 2 && ok && words[0] == "activate":
		w.condaActivates(words[1])
	}
}

func (w *walk) condaActivates(name string) {
	if !plain(name) || strings.Contains(name, "/") || name == "base" || name == "root" || w.anyEnv || slices.Contains(w.condas, name) {
		return
	}
	f := fault{rule: RuleEnvironment, object: name}
	if len(w.condas) > 0 {
		have := w.condas[len(w.condas)-1]
		f.certain = true
		f.cause = fmt.Sprintf("The steps make the conda environment %s and activate %s.", have, name)
		f.plain = fmt.Sprintf("An earlier step makes the environment %s; the instructions then switch to %s, which does not exist.", have, name)
		f.fixes = w.instead(name, have, "an earlier step makes this one")
		w.report(f)
		return
	}
	here, is := w.here()
	file := ""
	if is {
		file = w.tree.first(here, "environment.yml", "environment.yaml")
	}
	if m := condaName.FindStringSubmatch(w.tree.read(file)); m != nil && m[1] == name && !w.wild {
		f.cause = fmt.Sprintf("No step makes the conda environment %s; %s describes it.", name, file)
		f.plain = fmt.Sprintf("The instructions switch to the environment %s, and nothing before makes it. The file %s describes it.", name, file)
		f.evidence = "name: " + name
		f.fixes = first(file+" describes it", "conda env create -f "+path.Base(file))
		w.report(f)
	}
}

// condaEffect notes the names of environments that are made.
func (w *walk) condaEffect(args []string) {
	words, values, _ := positional(args, condaTakes, condaAlone)
	if len(words) == 0 {
		return
	}
	makes := words[0] == "create" || words[0] == "env" && len(words) > 1 && (words[1] == "create" || words[1] == "update")
	if !makes {
		return
	}
	if names := append(values["-n"], values["--name"]...); len(names) == 1 && plain(names[0]) {
		w.condas = append(w.condas, names[0])
		return
	}
	file := "environment.yml"
	if files := append(values["-f"], values["--file"]...); len(files) == 1 {
		file = files[0]
	}
	p, ok := w.resolve(file)
	inside, is := w.inside(p)
	if m := condaName.FindStringSubmatch(w.tree.read(inside)); ok && is && m != nil && words[0] == "env" {
		w.condas = append(w.condas, m[1])
		return
	}
	w.anyEnv = true
}
