package preflight

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/shell"
)

// project is what package.json says, as far as it is needed.
type nodeProject struct {
	Name            string            `json:"name"`
	Scripts         map[string]string `json:"scripts"`
	Dependencies    map[string]any    `json:"dependencies"`
	DevDependencies map[string]any    `json:"devDependencies"`
	Engines         map[string]any    `json:"engines"`
	Workspaces      any               `json:"workspaces"`
	Bin             any               `json:"bin"`
}

func (x *index) node(file string) (p nodeProject, ok bool) {
	text := x.read(file)
	return p, text != "" && json.Unmarshal([]byte(text), &p) == nil
}

// npm checks scripts and, for an installation, that there is a project.
func (w *walk) npm(a shell.Act) {
	args, dir, ok := w.prefixed(a.Args)
	if !ok || len(args) == 0 || slices.Contains(args, "-g") || slices.Contains(args, "--global") {
		return
	}
	switch verb := args[0]; verb {
	case "install", "i", "ci":
		w.npmInstall(args[1:], dir)
	case "run", "run-script", "rum", "urn":
		if len(args) > 1 {
			w.nodeScript(a.Name, args[1], dir, true)
		}
	case "start", "test", "t", "tst", "stop", "restart":
		name := verb
		if oneOf(verb, "t", "tst") {
			name = "test"
		}
		// Before npm 7 a missing test script passed.
		w.nodeScript(a.Name, name, dir, verb == "start")
	}
}

// npmInstall: without names it installs what package.json lists.
func (w *walk) npmInstall(args []string, dir string) {
	if slices.Contains(args, "-r") {
		i := slices.Index(args, "-r")
		if i+1 < len(args) && listName.MatchString(args[i+1]) {
			w.report(fault{rule: RuleListAsName, object: args[i+1],
				cause: "npm knows no -r; lists of Python packages are installed by pip.",
				plain: fmt.Sprintf("%s is a list of Python packages, and npm installs packages for JavaScript.", args[i+1]),
				fixes: w.instead("npm", "pip", "pip installs such lists")})
		}
		return
	}
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			return
		}
	}
	w.manifest(manifests["npm"], dir)
}

// prefixed takes the options off that say where the project is. !ok: a part
// of a larger project is meant.
func (w *walk) prefixed(args []string) (rest []string, dir string, ok bool) {
	dir = w.at.dir
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(args[i], "=")
		switch {
		case oneOf(name, "-w", "--workspace", "--workspaces", "-ws", "--filter", "-F", "-r", "--recursive") && (i == 0 || !oneOf(args[0], "install", "i")),
			oneOf(name, "workspace", "workspaces"):
			return nil, "", false
		case args[i] == "--":
			return append(rest, args[i:]...), dir, true
		case oneOf(name, "--prefix", "-C", "--cwd", "--dir"):
			if !given && i+1 < len(args) {
				i++
				value = args[i]
			}
			p, known := w.resolve(value)
			if !known {
				return nil, "", false
			}
			if inside, is := w.inside(p); is && w.tree.look(inside) == absent {
				w.needs(value, folder, shell.Act{Call: shell.Call{Name: "npm"}})
				return nil, "", false
			}
			dir = p
		case strings.HasPrefix(name, "-") && len(rest) == 0:
		default:
			rest = append(rest, args[i])
		}
	}
	return rest, dir, true
}

// nodeScript checks that package.json has a script.
func (w *walk) nodeScript(tool, name, dir string, sure bool) {
	if !plain(strings.ReplaceAll(name, ":", "-")) {
		return
	}
	file := w.manifest(manifests["npm"], dir)
	p, ok := w.tree.node(file)
	if !ok || p.Scripts[name] != "" || w.wild && len(w.made) > 0 && w.made[path.Join(w.checkout, file)] {
		return
	}
	if _, empty := p.Scripts[name]; empty || oneOf(name, "env", "install", "restart", "version") || name == "start" && w.tree.files[path.Join(path.Dir(file), "server.js")] {
		return
	}
	near := closest(name, slices.Sorted(maps.Keys(p.Scripts)))
	f := fault{rule: RuleTarget, object: name, certain: sure,
		cause: fmt.Sprintf("%s has no script %s.", file, name),
		plain: fmt.Sprintf("The command asks for the task %s, which the project's package.json does not define.", name)}
	if near == "" {
		near = usualScript(name, p.Scripts)
	}
	if near != "" {
		// "npm start" is short for "npm run start", which any name fits.
		f.fixes = w.instead(name, near, "package.json has it")
		if !strings.Contains(w.step.Command, "run") && tool == "npm" {
			f.fixes = w.instead(name, "run "+near, "package.json has it")
		}
		f.plain += fmt.Sprintf(" The nearest name is %s.", near)
	} else {
		f.suggest(w, name, "", slices.Collect(maps.Keys(p.Scripts)))
	}
	w.report(f)
}

// usualScript is the script that other authors call by the missing name.
func usualScript(name string, scripts map[string]string) string {
	for _, group := range [][]string{{"dev", "start", "serve", "develop", "watch", "start:dev", "start-dev", "dev:start"}, {"build", "compile", "prod", "production"}} {
		if slices.Contains(group, name) {
			for _, other := range group {
				if scripts[other] != "" {
					return other
				}
			}
		}
	}
	return ""
}

var yarnBuiltins = words(`access add audit autoclean bin cache check config constraints create dedupe dlx exec explain export fetch generate-lock-entry global help
	import info init install i ci licenses link list login logout node npm outdated owner pack patch patch-commit plugin policies prune publish rebuild remove rm run
	search set stage store tag team unlink unplug up update upgrade upgrade-interactive uninstall version versions view why workspace workspaces x env deploy root server setup doctor
	approve-builds pm repl upgrade add`)

// yarn checks scripts of tools that also start programs of dependencies by
// their names alone.
func (w *walk) yarn(a shell.Act) {
	args, dir, ok := w.prefixed(a.Args)
	if !ok {
		return
	}
	if len(args) == 0 {
		if a.Name == "yarn" && len(a.Args) == 0 {
			w.manifest(manifests["yarn"], dir)
		}
		return
	}
	name := args[0]
	if name == "install" || name == "ci" || name == "i" {
		if len(args) == 1 {
			n := manifests["yarn"]
			n.tool = a.Name
			w.manifest(n, dir)
		}
		return
	}
	if name == "run" && len(args) > 1 {
		name = args[1]
	} else if yarnBuiltins[name] || a.Name == "bun" {
		return
	}
	p, known := w.tree.node(w.manifest(manifests["yarn"], dir))
	if !known || a.Name == "bun" && strings.ContainsAny(name, "./") {
		return
	}
	dependent := func(m map[string]any) bool {
		for d := range m {
			if d == name || strings.HasPrefix(d, name+"-") || strings.Contains(d, "/"+name) || strings.Contains(d, name) {
				return true
			}
		}
		return false
	}
	if dependent(p.Dependencies) || dependent(p.DevDependencies) || p.Bin != nil {
		return
	}
	usual := oneOf(name, "dev", "start", "build", "seed", "migrate", "test", "develop", "watch")
	if !usual && closest(name, slices.Sorted(maps.Keys(p.Scripts))) == "" {
		return
	}
	w.nodeScript(a.Name, name, dir, oneOf(name, "dev", "start", "build"))
}
