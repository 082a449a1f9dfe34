package diagnose

import (
	"context"
	"strings"
)

const apkPrepare = "apk update\n"

// apkIndex asks apk. The index of this family knows programs, pkg-config
// modules and shared objects, but no headers: those are asked for by the
// module name that is like the header's. It was tested against answers
// written by hand, never run.
type apkIndex struct{ shell Shell }

// Lookup asks for the provided name.
func (x apkIndex) Lookup(ctx context.Context, kind Kind, name string) ([]Package, error) {
	if !sound(kind, name) {
		return nil, nil
	}
	var query string
	switch kind {
	case Command:
		query = "cmd:" + name
	case PkgConfig:
		query = "pc:" + name
	case Soname:
		query = "so:" + name
	case Header:
		stem := strings.TrimSuffix(name[strings.LastIndexByte(name, '/')+1:], ".h")
		query = "pc:" + stem
		if !sound(PkgConfig, stem) {
			return nil, nil
		}
	case Library, CMake:
		query = "pc:" + strings.ToLower(name)
	case PythonModule:
		query = "py3-" + strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	case PerlModule:
		query = "perl-" + strings.ToLower(strings.ReplaceAll(name, "::", "-"))
	case RPackage:
		query = "R-" + name // few are packaged; the rest comes from R itself
	case ExactPackage:
		query = name
	case AlikePackage:
		return nil, nil
	}
	out, err := ask(ctx, x.shell, name, "apk search -q -x "+quote(query)+" 2>/dev/null; true")
	if err != nil {
		return nil, err
	}
	var found []Package
	for line := range strings.Lines(out) {
		if p := strings.TrimSpace(line); sound(ExactPackage, p) {
			found = append(found, Package{Name: p, Why: "the package index says that " + p + " provides " + query})
		}
	}
	return found, nil
}
