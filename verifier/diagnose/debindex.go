package diagnose

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// debIndex answers from the files that [debPrepare] made. It is safe for use
// by several goroutines.
type debIndex struct {
	shell Shell
	dir   string // of the index in the machine

	mu    sync.Mutex
	known map[string]*debPackage // loaded by the first look-up
}

// debPackage is what ranking knows of a package.
type debPackage struct {
	name, section      string
	rdeps              int // packages that depend on it
	provides, replaces []string
	skeleton, flat     string // the name without versions, without dashes
}

// holding says that a package holds a file.
type holding struct {
	path    string
	section string
	name    string
}

// Lookup greps one file of the index and ranks what it finds.
func (x *debIndex) Lookup(ctx context.Context, kind Kind, name string) ([]Package, error) {
	if !sound(kind, name) {
		return nil, nil
	}
	if err := x.load(ctx); err != nil {
		return nil, err
	}
	switch kind {
	case Command:
		return x.command(ctx, name)
	case Header:
		return x.search(ctx, query{kind: kind, file: "header", ends: []string{"/" + name}, name: name})
	case PkgConfig:
		return x.either(ctx, query{kind: kind, file: "pkgconfig", ends: []string{"/" + name + ".pc"}, name: name})
	case Library:
		return x.either(ctx, query{kind: kind, file: "library", ends: []string{"/lib" + name + ".so", "/lib" + name + ".a"}, name: name})
	case Soname:
		return x.search(ctx, query{kind: kind, file: "library", ends: []string{"/" + name}, name: name})
	case CMake:
		// A FindX.cmake is no answer: it looks for a library and does not hold it.
		return x.either(ctx, query{kind: kind, file: "cmake", ends: []string{"/" + name + "Config.cmake", "/" + strings.ToLower(name) + "-config.cmake"}, name: name})
	case PythonModule:
		return x.python(ctx, name)
	case PerlModule:
		return x.search(ctx, query{kind: kind, file: "perl-module", ends: []string{"/" + strings.ReplaceAll(name, "::", "/") + ".pm"}, name: name})
	case RPackage:
		return x.search(ctx, query{kind: kind, file: "r-package", ends: []string{"/" + name + "/DESCRIPTION"}, name: name})
	case ExactPackage:
		if p := x.known[name]; p != nil {
			return []Package{{Name: p.name, Why: "the package index has " + p.name}}, nil
		}
		return nil, nil
	case AlikePackage:
		return x.alike(ctx, name)
	}
	return nil, nil
}

// query is one search of the index.
type query struct {
	kind  Kind
	file  string   // of the index
	ends  []string // a path must end so
	match string   // or this expression must match a line; for grep -E
	fold  bool     // letter case does not count
	name  string   // as asked for
}

// either searches with the name as it is, and without regard to letter case
// where that has no answer: module names are often written in another one.
func (x *debIndex) either(ctx context.Context, q query) ([]Package, error) {
	found, err := x.search(ctx, q)
	if err != nil || len(found) > 0 {
		return found, err
	}
	q.fold = true
	return x.search(ctx, q)
}

func (x *debIndex) search(ctx context.Context, q query) ([]Package, error) {
	held, err := x.holders(ctx, q)
	if err != nil {
		return nil, err
	}
	return x.rank(ctx, q, held)
}

// command finds a program; where no package holds it by that very name, the
// ways in which distributions keep one of several are tried: another folder
// (a language's own), a name with a flavour or version at the end (what
// alternatives point to), a virtual package of that name.
func (x *debIndex) command(ctx context.Context, name string) ([]Package, error) {
	found, err := x.search(ctx, query{kind: Command, file: "command", ends: []string{"/" + name}, name: name})
	if err != nil {
		return nil, err
	}
	if len(found) > 0 && !strings.HasSuffix(found[0].Name, "-compat") {
		return found, nil
	}
	flavour := "^(usr/)?(s?bin|games)/" + regexp.QuoteMeta(name) + `([0-9][0-9.]*|[.][a-z0-9.]+|-[a-z]{0,2}[0-9][a-z0-9.]*)	`
	more, err := x.search(ctx, query{kind: Command, file: "command", match: flavour, name: name})
	if err != nil {
		return nil, err
	}
	found = append(more, found...)
	for _, p := range x.providers(name) {
		found = append(found, Package{Name: p.name, Why: fmt.Sprintf("the package index says that %s provides %s", p.name, name)})
	}
	return found, nil
}

// python finds a module by its file, compiled ones included; a name whose
// folder is shared by several packages and holds no file of its own (a
// namespace, as google) by what lies in the folder; and a part of a module by
// the module.
func (x *debIndex) python(ctx context.Context, name string) ([]Package, error) {
	const folder = `/python3[0-9.]*/(dist-packages/|lib-dynload/)?`
	const module = `(\.py|/__init__\.py|(\.[A-Za-z0-9_-]+)?\.so)	`
	for {
		file := strings.ReplaceAll(regexp.QuoteMeta(name), `\.`, "/")
		for _, pattern := range []string{folder + file + module, `/dist-packages/` + file + `/[A-Za-z0-9_]+` + module} {
			found, err := x.search(ctx, query{kind: PythonModule, file: "python-module", match: pattern, name: name})
			if err != nil || len(found) > 0 {
				return found, err
			}
		}
		cut := strings.LastIndexByte(name, '.')
		if cut < 0 {
			return nil, nil
		}
		name = name[:cut]
	}
}

// holders greps. The words of a query have passed their grammar and are
// quoted besides.
func (x *debIndex) holders(ctx context.Context, q query) ([]holding, error) {
	var script strings.Builder
	script.WriteString("LC_ALL=C grep ")
	if q.fold {
		script.WriteString("-i ")
	}
	if q.match != "" {
		script.WriteString("-E -e " + quote(q.match) + " ")
	} else {
		script.WriteString("-F ")
	}
	for _, end := range q.ends {
		script.WriteString("-e " + quote(end+"\t") + " ")
	}
	script.WriteString(quote(x.dir + "/" + q.file))
	out, err := ask(ctx, x.shell, q.name, script.String())
	if err != nil {
		return nil, err
	}
	var found []holding
	for line := range strings.Lines(out) {
		file, owners, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		for owner := range strings.SplitSeq(owners, ",") {
			found = append(found, holding{path: file, section: path.Dir(owner), name: path.Base(owner)})
		}
	}
	return found, nil
}

// load reads the packages file once.
func (x *debIndex) load(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.known != nil {
		return nil
	}
	out, err := ask(ctx, x.shell, "packages", "cut -f1,2,4,5,6 "+quote(x.dir+"/packages"))
	if err != nil {
		return err
	}
	known := map[string]*debPackage{}
	for line := range strings.Lines(out) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 5 || !sound(ExactPackage, columns[0]) {
			continue
		}
		rdeps, err := strconv.Atoi(columns[2])
		if err != nil {
			return fmt.Errorf("read the package index: %s: %q is no number", columns[0], columns[2])
		}
		known[columns[0]] = &debPackage{name: columns[0], section: columns[1], rdeps: rdeps, provides: list(columns[3]), replaces: list(columns[4]),
			skeleton: skeleton(columns[0]), flat: flat(columns[0])}
	}
	if len(known) == 0 {
		return fmt.Errorf("read the package index: it is empty; were the package lists fetched?")
	}
	x.known = known
	return nil
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// depends gives what packages depend on directly.
func (x *debIndex) depends(ctx context.Context, names []string) (map[string][]string, error) {
	var script strings.Builder
	script.WriteString("LC_ALL=C grep -E ")
	for _, n := range names {
		script.WriteString("-e " + quote("^"+regexp.QuoteMeta(n)+"\t") + " ")
	}
	script.WriteString(quote(x.dir+"/packages") + " | cut -f1,7")
	out, err := ask(ctx, x.shell, "dependencies", script.String())
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for line := range strings.Lines(out) {
		name, on, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		found[name] = list(on)
	}
	return found, nil
}
