package diagnose

import (
	"context"
	"path"
	"regexp"
	"strings"
)

// pacmanPrepare fetches the lists of packages and those of their files.
const pacmanPrepare = "pacman -Sy --noconfirm && pacman -Fy --noconfirm\n"

// pacmanIndex asks pacman's list of files. Packages of this family hold headers
// and libraries together. Written after pacman's manual; it was tested against
// answers written by hand, never run.
type pacmanIndex struct{ shell Shell }

// Lookup asks which package holds the file.
func (x pacmanIndex) Lookup(ctx context.Context, kind Kind, name string) ([]Package, error) {
	if !sound(kind, name) {
		return nil, nil
	}
	file := ""
	switch kind {
	case Command:
		file = `^usr/bin/` + regexp.QuoteMeta(name) + `$`
	case Header:
		file = `^usr/include/` + regexp.QuoteMeta(name) + `$`
	case PkgConfig:
		file = `^usr/(lib|share)/pkgconfig/` + regexp.QuoteMeta(name) + `\.pc$`
	case Library:
		file = `^usr/lib/lib` + regexp.QuoteMeta(name) + `\.(so|a)$`
	case Soname:
		file = `^usr/lib/` + regexp.QuoteMeta(name) + `$`
	case CMake:
		file = `^usr/(lib|share)/.*/(` + regexp.QuoteMeta(name) + `Config|` + regexp.QuoteMeta(strings.ToLower(name)) + `-config)\.cmake$`
	case PythonModule:
		file = `^usr/lib/python3[0-9.]*/site-packages/` + strings.ReplaceAll(regexp.QuoteMeta(name), `\.`, "/") + `(\.py|/__init__\.py|\.[A-Za-z0-9_-]+\.so)$`
	case PerlModule:
		file = `^usr/(lib|share)/perl5/.*` + strings.ReplaceAll(name, "::", "/") + `\.pm$`
	case RPackage:
		file = `^usr/lib/R/library/` + regexp.QuoteMeta(name) + `/DESCRIPTION$`
	case ExactPackage:
		return x.exactly(ctx, name)
	case AlikePackage:
		return nil, nil // pacman cannot be asked for likeness
	}
	out, err := ask(ctx, x.shell, name, "pacman -F --machinereadable --regex "+quote(file)+" 2>/dev/null; true")
	if err != nil {
		return nil, err
	}
	return pacmanAnswers(out), nil
}

func (x pacmanIndex) exactly(ctx context.Context, name string) ([]Package, error) {
	out, err := ask(ctx, x.shell, name, "pacman -Sl 2>/dev/null | grep -F "+quote(" "+name+" "))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(out) {
		if words := strings.Fields(line); len(words) >= 3 && words[1] == name {
			return []Package{{Name: name, Why: "the package index has " + name}}, nil
		}
	}
	return nil, nil
}

// pacmanAnswers reads lines of repository, package, version and file, with a
// zero byte between them.
func pacmanAnswers(out string) []Package {
	var found []Package
	for line := range strings.Lines(out) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\x00")
		if len(cells) < 4 || !sound(ExactPackage, cells[1]) {
			continue
		}
		found = append(found, Package{Name: cells[1], Path: path.Clean(cells[3]), Why: "pacman says that " + cells[1] + " holds " + cells[3]})
	}
	return unique(found)
}
