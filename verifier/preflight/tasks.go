package preflight

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

var (
	justRecipe = phrase.Compile(`(?m)^@?([A-Za-z_][\w-]*)(?:[ \t]+[^:\n=]*(?:=[^:\n]*)?)?:(?:[^=]|$)`)
	justAlias  = phrase.Compile(`(?m)^alias[ \t]+([\w-]+)`)
	justOpen   = phrase.Compile(`(?m)^(?:!include|import\??|mod\??|set[ \t]+fallback)\b`)
)

// just checks a recipe of the justfile.
func (w *walk) just(a shell.Act) {
	here, inside := w.here()
	if !inside || len(a.Args) == 0 || strings.HasPrefix(a.Args[0], "-") || !plain(a.Args[0]) || strings.Contains(a.Args[0], "=") {
		return
	}
	file := w.tree.upward(here, "justfile", "Justfile", ".justfile")
	text := w.tree.read(file)
	if text == "" || justOpen.MatchString(text) {
		return
	}
	var have []string
	for _, m := range append(justRecipe.FindAllStringSubmatch(text, -1), justAlias.FindAllStringSubmatch(text, -1)...) {
		have = append(have, m[1])
	}
	w.undefined(file, a.Args[0], have, true)
}

// undefined reports a task that a file does not define.
func (w *walk) undefined(file, name string, have []string, certain bool) {
	if len(have) == 0 || slices.Contains(have, name) || w.wild {
		return
	}
	f := fault{rule: RuleTarget, object: name, certain: certain,
		cause: fmt.Sprintf("%s does not define %s.", file, name),
		plain: fmt.Sprintf("The command asks for %s, which the project's %s does not define.", name, path.Base(file))}
	f.suggest(w, name, closest(name, have), have)
	w.report(f)
}

// keysOf lists the keys one level below a top-level key of YAML, by its
// indentation. !ok: written in a way that this does not read.
func keysOf(text, top string) (keys []string, ok bool) {
	indent := -1
	in := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		bare := strings.TrimLeft(line, " ")
		if bare == "" || bare[0] == '#' || strings.HasPrefix(line, "---") {
			continue
		}
		if strings.HasPrefix(bare, "\t") || strings.HasPrefix(bare, "<<") || strings.HasPrefix(bare, "{{") || strings.HasPrefix(bare, "{%") {
			return nil, false
		}
		depth := len(line) - len(bare)
		if depth == 0 {
			in = strings.HasPrefix(bare, top+":")
			if in && strings.TrimSpace(strings.TrimPrefix(bare, top+":")) != "" {
				return nil, false
			}
			if oneOf(strings.SplitN(bare, ":", 2)[0], "include", "includes") {
				return nil, false
			}
			continue
		}
		if !in {
			continue
		}
		if indent < 0 {
			indent = depth
		}
		if depth == indent {
			key, _, is := strings.Cut(bare, ":")
			if !is {
				return nil, false
			}
			keys = append(keys, strings.Trim(key, `"' `))
		}
	}
	return keys, len(keys) > 0
}

// task checks a task of the Taskfile.
func (w *walk) task(a shell.Act) {
	here, inside := w.here()
	if !inside || len(a.Args) == 0 || strings.HasPrefix(a.Args[0], "-") || !plain(a.Args[0]) || strings.Contains(a.Args[0], "=") {
		return
	}
	file := w.tree.upward(here, "Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml")
	text := w.tree.read(file)
	have, ok := keysOf(text, "tasks")
	if !ok || strings.Contains(text, "aliases:") || strings.Contains(text, "*") {
		return
	}
	w.undefined(file, a.Args[0], have, false)
}

var pythonFactor = phrase.Compile(`^(?:py|pypy|python|jython)?[\d.]*$`)

// tox checks the name of an environment, whose parts may stand anywhere.
func (w *walk) tox(a shell.Act) {
	here, inside := w.here()
	_, values, ok := positional(a.Args, "-e", "-r -v -p -q run r")
	if !inside || !ok || len(values["-e"]) != 1 {
		return
	}
	text := w.tree.read(path.Join(here, "tox.ini"))
	name := values["-e"][0]
	if text == "" || !plain(name) {
		return
	}
	for _, part := range strings.Split(name, "-") {
		if pythonFactor.MatchString(part) || strings.Contains(text, part) {
			return
		}
	}
	w.undefined(path.Join(here, "tox.ini"), name, toxNames(text), false)
}

var toxSection = phrase.Compile(`(?m)^\[testenv:([\w.-]+)\]`)

func toxNames(text string) []string {
	have := []string{"py"}
	for _, m := range toxSection.FindAllStringSubmatch(text, -1) {
		have = append(have, m[1])
	}
	return have
}

// composer checks scripts and, for an installation, that there is a project.
func (w *walk) composer(a shell.Act) {
	verb := a.Arg(0)
	for _, arg := range a.Args {
		if arg == "-d" || strings.HasPrefix(arg, "--working-dir") || arg == "global" {
			return
		}
	}
	switch verb {
	case "install", "update", "dump-autoload":
		w.manifest(manifests["composer"], w.at.dir)
	case "run", "run-script":
		name := a.Arg(1)
		file := w.manifest(manifests["composer"], w.at.dir)
		var p struct {
			Scripts map[string]any `json:"scripts"`
		}
		if text := w.tree.read(file); text == "" || name == "" || !plain(strings.ReplaceAll(name, ":", "-")) || json.Unmarshal([]byte(text), &p) != nil || len(p.Scripts) == 0 {
			return
		}
		if strings.HasPrefix(name, "pre-") || strings.HasPrefix(name, "post-") {
			return
		}
		w.undefined(file, name, slices.Sorted(maps.Keys(p.Scripts)), true)
	}
}
