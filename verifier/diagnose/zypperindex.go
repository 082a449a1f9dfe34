package diagnose

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
)

const zypperPrepare = "zypper --non-interactive refresh\n"

// zypperIndex asks zypper, whose packages provide modules and sonames under
// the names that rpm gives them, and files by their path. Written after
// zypper's manual; it was tested against answers written by hand, never run.
type zypperIndex struct{ shell Shell }

// Lookup asks what provides the file or the name.
func (x zypperIndex) Lookup(ctx context.Context, kind Kind, name string) ([]Package, error) {
	if !sound(kind, name) {
		return nil, nil
	}
	var provided []string
	switch kind {
	case Command:
		provided = []string{"/usr/bin/" + name, "/usr/sbin/" + name}
	case Header:
		provided = []string{"/usr/include/" + name}
	case PkgConfig:
		provided = []string{"pkgconfig(" + name + ")"}
	case Library:
		provided = []string{"/usr/lib64/lib" + name + ".so"}
	case Soname:
		provided = []string{name + "()(64bit)", name}
	case CMake:
		provided = []string{"cmake(" + name + ")"}
	case PythonModule:
		provided = []string{"python3dist(" + strings.ToLower(strings.ReplaceAll(name, "_", "-")) + ")", "python3-" + name}
	case PerlModule:
		provided = []string{"perl(" + name + ")"}
	case RPackage:
		provided = []string{"R-" + name}
	case ExactPackage:
		provided = []string{name}
	case AlikePackage:
		return nil, nil // zypper cannot be asked for likeness
	}
	var found []Package
	for _, p := range provided {
		how := "--provides --match-exact "
		if kind == ExactPackage {
			how = "--match-exact "
		}
		// Status 104 says that nothing was found.
		out, err := ask(ctx, x.shell, name, "zypper --non-interactive --xmlout --quiet search --type package "+how+quote(p)+" 2>/dev/null; test $? -eq 0 -o $? -eq 104")
		if err != nil {
			return nil, err
		}
		more, err := zypperAnswers(out)
		if err != nil {
			return nil, fmt.Errorf("look up %s: %w", name, err)
		}
		found = append(found, more...)
	}
	return unique(found), nil
}

// zypperAnswers reads the list of solvables that --xmlout prints.
func zypperAnswers(out string) ([]Package, error) {
	if blank(out) {
		return nil, nil
	}
	var stream struct {
		Solvables []struct {
			Name string `xml:"name,attr"`
		} `xml:"search-result>solvable-list>solvable"`
	}
	if err := xml.Unmarshal([]byte(out), &stream); err != nil {
		return nil, fmt.Errorf("read zypper's answer: %w", err)
	}
	var found []Package
	for _, s := range stream.Solvables {
		if sound(ExactPackage, s.Name) && !strings.HasSuffix(s.Name, "-32bit") {
			found = append(found, Package{Name: s.Name, Why: "zypper says that " + s.Name + " provides it"})
		}
	}
	return found, nil
}
