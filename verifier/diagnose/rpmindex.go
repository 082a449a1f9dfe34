package diagnose

import (
	"context"
	"strings"
)

// rpmPrepare fetches the metadata once, file lists included.
const rpmPrepare = "dnf -q makecache && dnf -q provides /usr/bin/env > /dev/null\n"

// rpmIndex asks dnf. Packages of this family provide their pkg-config modules
// and CMake packages under names that dnf installs by, so those need no
// look-up of a package at all. It was tested against answers written by hand, never run.
type rpmIndex struct{ shell Shell }

// Lookup asks for the file or for the provided name.
func (x rpmIndex) Lookup(ctx context.Context, kind Kind, name string) ([]Package, error) {
	if !sound(kind, name) {
		return nil, nil
	}
	var patterns []string
	switch kind {
	case Command:
		patterns = []string{"/usr/bin/" + name, "/usr/sbin/" + name, "/usr/games/" + name}
	case Header:
		patterns = []string{"/usr/include/" + name, "/usr/include/*/" + name}
	case PkgConfig:
		patterns = []string{"pkgconfig(" + name + ")"}
	case Library:
		patterns = []string{"/usr/lib64/lib" + name + ".so"}
	case Soname:
		patterns = []string{"/usr/lib64/" + name}
	case CMake:
		patterns = []string{"cmake(" + name + ")"}
	case PythonModule:
		// The name of a distribution is often that of its module; where it is
		// not, the file tells.
		file := strings.ReplaceAll(name, ".", "/")
		patterns = []string{"python3dist(" + strings.ToLower(strings.ReplaceAll(name, "_", "-")) + ")",
			"/usr/lib*/python3*/site-packages/" + file + "/__init__.py", "/usr/lib*/python3*/site-packages/" + file + ".py",
			"/usr/lib64/python3*/site-packages/" + file + ".*.so"}
	case PerlModule:
		patterns = []string{"perl(" + name + ")"}
	case RPackage:
		patterns = []string{"R(" + name + ")", "R-" + name}
	case ExactPackage:
		patterns = []string{name}
	case AlikePackage:
		return nil, nil // dnf cannot be asked for likeness
	}
	var script strings.Builder
	for _, p := range patterns {
		script.WriteString("dnf -q provides " + quote(p) + " 2>/dev/null; ")
	}
	out, err := ask(ctx, x.shell, name, script.String()+"true")
	if err != nil {
		return nil, err
	}
	return rpmAnswers(out), nil
}

// rpmAnswers reads the paragraphs of "dnf provides": a line
// "name-version-release.arch : summary" and what it matched.
func rpmAnswers(out string) []Package {
	var found []Package
	seen := map[string]bool{}
	for line := range strings.Lines(out) {
		spec, _, ok := strings.Cut(line, " : ")
		if !ok || strings.HasPrefix(line, " ") || strings.ContainsAny(spec, " \t") {
			continue
		}
		parts := strings.Split(spec, "-")
		if len(parts) < 3 {
			continue
		}
		name := strings.Join(parts[:len(parts)-2], "-")
		if i := strings.Index(name, ":"); i >= 0 { // epoch in front
			name = name[i+1:]
		}
		if seen[name] || !sound(ExactPackage, name) || strings.HasSuffix(spec, ".i686") {
			continue
		}
		seen[name] = true
		found = append(found, Package{Name: name, Why: "dnf says that " + name + " provides it"})
	}
	return found
}
