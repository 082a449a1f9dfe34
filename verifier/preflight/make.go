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
	makeTakes = "-C --directory -f --file --makefile -I -o -W -j -l"
	makeAlone = "-k -s -B -n -i -e -r -R -q -t -w -d --keep-going --silent --always-make --dry-run --no-print-directory"
)

// make checks that there is a Makefile and that it has the targets.
func (w *walk) make(a shell.Act) {
	args := slices.DeleteFunc(slices.Clone(a.Args), func(arg string) bool { return arg == "-j" || strings.HasPrefix(arg, "--jobs") })
	words, values, ok := positional(args, makeTakes, makeAlone)
	if !ok || w.quiet {
		return
	}
	dir := w.at.dir
	for _, d := range append(values["-C"], values["--directory"]...) {
		p, known := w.resolve(d)
		if !known {
			return
		}
		inside, is := w.inside(p)
		if is && w.tree.look(inside) == absent {
			w.needs(d, folder, a)
			return
		}
		dir = p
	}
	file := ""
	if files := append(append(values["-f"], values["--file"]...), values["--makefile"]...); len(files) > 0 {
		p, known := w.resolve(path.Join(files[0]))
		inside, is := w.inside(p)
		if len(files) > 1 || !known || !is || dir != w.at.dir {
			return
		}
		if w.needs(files[0], tracked, a); !w.tree.files[inside] {
			return
		}
		file = inside
	}
	targets := slices.DeleteFunc(words, func(word string) bool {
		return strings.Contains(word, "=") || !plain(word) || strings.Trim(word, "0123456789") == ""
	})
	if file == "" {
		if file = w.makefile(dir, targets); file == "" {
			return
		}
	}
	for _, t := range targets {
		w.target(file, dir, t)
	}
}

// makefile finds the Makefile. Without one make still knows how to build a
// program of one source file.
func (w *walk) makefile(dir string, targets []string) string {
	n := manifests["make"]
	inside, is := w.inside(dir)
	if is {
		for _, t := range targets {
			if w.tree.first(inside, n.names...) == "" && w.implicit(inside, t) {
				return ""
			}
		}
		for _, f := range w.tree.entries(inside) {
			// qmake makes it of the one, and people copy one of the others.
			if strings.HasSuffix(f, ".pro") || strings.HasPrefix(strings.ToLower(path.Base(f)), "makefile.") {
				return ""
			}
		}
		for _, up := range []string{path.Dir(inside), path.Join(inside, "src"), "."} {
			if w.tree.first(inside, n.names...) == "" && w.tree.first(up, n.rivals...) != "" {
				return ""
			}
		}
	}
	return w.manifest(n, dir)
}

// implicit: make builds it by a rule of its own, or finds it done.
func (w *walk) implicit(dir, target string) bool {
	if w.tree.look(path.Join(dir, target)) != absent || strings.HasSuffix(target, ".o") || strings.HasPrefix(target, "-") {
		return true
	}
	for _, ending := range []string{".c", ".cc", ".cpp", ".cxx", ".C", ".p", ".f", ".F", ".r", ".s", ".S", ".sh", ".mod", ".l", ".y", ".tex", ".txinfo", ".texi", ".w", ".web", ".o"} {
		if w.tree.files[path.Join(dir, target)+ending] {
			return true
		}
	}
	return false
}

func (w *walk) target(file, dir, target string) {
	inside, is := w.inside(dir)
	if !is || w.implicit(inside, target) || w.wild {
		return
	}
	text := w.tree.read(file)
	have, closed := targetsOf(text)
	if !closed || slices.Contains(have, target) || strings.Contains(target, ".") && endingRule.MatchString(text) {
		return
	}
	near := closest(target, have)
	f := fault{rule: RuleTarget, object: target, certain: true,
		cause: fmt.Sprintf("%s has no rule for %s.", file, target),
		plain: fmt.Sprintf("The command asks for the task %s, which the project's %s does not define.", target, path.Base(file))}
	f.suggest(w, target, near, have)
	w.report(f)
}

// suggest offers the nearest name, and otherwise says what there is.
func (f *fault) suggest(w *walk, old, near string, have []string) {
	if near != "" {
		f.plain += fmt.Sprintf(" The nearest name is %s.", near)
		f.fixes = w.instead(old, near, "it is defined")
		return
	}
	if len(have) > 0 {
		list := slices.Clone(have)
		slices.Sort(list)
		list = slices.Compact(list)
		more := ""
		if len(list) > 8 {
			list, more = list[:8], ", …"
		}
		f.plain += " There is: " + strings.Join(list, ", ") + more + "."
	}
}

var (
	endingRule  = phrase.Compile(`(?m)^\.\w+(?:\.\w+)?\s*:`) // ".md.html:" makes any such file
	makeRule    = phrase.Compile(`^([^:=#]+?)\s*&?::?(?:[^:=]|$)`)
	makeSetting = phrase.Compile(`^\s*(?:export\s+|override\s+|private\s+)*[\w.-]+\s*(?:\?|\+|!|:{1,3})?=`)
)

// targetsOf lists the targets of a Makefile. !closed: there may be more, as
// after an include or a pattern.
func targetsOf(text string) (targets []string, closed bool) {
	if text == "" {
		return nil, false
	}
	text = strings.ReplaceAll(text, "\\\r\n", " ")
	text = strings.ReplaceAll(text, "\\\n", " ")
	define := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		bare := strings.TrimSpace(line)
		word, _, _ := strings.Cut(bare, " ")
		switch {
		case word == "define":
			define = true
		case word == "endef":
			define = false
		case bare == "" || define || line[0] == '\t' || bare[0] == '#':
			continue
		case oneOf(word, "include", "-include", "sinclude", ".include", "load", ".RECIPEPREFIX") || strings.HasPrefix(bare, "!include"):
			return nil, false
		case makeSetting.MatchString(bare):
			continue
		case strings.HasPrefix(bare, "$("), strings.HasPrefix(bare, "${"):
			return nil, false // may expand to rules
		}
		m := makeRule.FindStringSubmatch(bare)
		if m == nil {
			continue
		}
		if strings.ContainsAny(m[1], "%$") || strings.HasPrefix(m[1], ".DEFAULT") && !strings.HasPrefix(m[1], ".DEFAULT_GOAL") {
			return nil, false
		}
		names := strings.Fields(m[1])
		if oneOf(names[0], ".PHONY", ".DEFAULT_GOAL") {
			// A phony target without a rule is done at once.
			_, after, _ := strings.Cut(bare, ":")
			if strings.ContainsAny(after, "$") {
				return nil, false
			}
			names = strings.Fields(after)
		}
		if len(names) > 0 && names[0] == ".SUFFIXES" || len(names) > 0 && strings.HasPrefix(names[0], ".") && strings.Count(names[0], ".") == 2 {
			continue // rules by ending make no named target of their own
		}
		targets = append(targets, names...)
	}
	return targets, len(targets) > 0
}
