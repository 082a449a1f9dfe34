package diagnose

import (
	"context"
	"fmt"

	"github.com/freshinstall/freshinstall/verifier"
)

// Kind is what an [Index] can be asked for.
type Kind string

// The closed set of kinds.
const (
	Command      Kind = "command"       // a program: "gcc"
	Header       Kind = "header"        // as in #include: "curl/curl.h"
	PkgConfig    Kind = "pkgconfig"     // a module name: "libxml-2.0"
	Library      Kind = "library"       // as after -l: "ssl"
	Soname       Kind = "soname"        // a shared object's file name: "libGL.so.1"
	CMake        Kind = "cmake"         // as in find_package: "Eigen3"
	PythonModule Kind = "python-module" // as in import: "yaml"
	PerlModule   Kind = "perl-module"   // as in use: "XML::Parser"
	RPackage     Kind = "r-package"     // as in library(): "ggplot2"
	ExactPackage Kind = "package"       // a package of that very name
	AlikePackage Kind = "alike"         // packages that took the name's place: virtual, renamed, another version
)

// Package is one answer of an [Index].
type Package struct {
	Name string // as the package manager takes it
	Path string // the file that it holds, without leading slash; empty where a name was asked for
	Why  string // where the answer comes from, a clause: "the package index says …"
}

// Index answers which package holds a thing. Answers are ordered best first;
// none, without an error, means that the distribution has no such thing.
type Index interface {
	Lookup(ctx context.Context, kind Kind, name string) ([]Package, error)
}

// Shell runs a script as root in a throwaway machine of the clean furnished
// image, prepared with [PrepareScript].
type Shell interface {
	Exec(ctx context.Context, script string) (stdout string, exit int, err error)
}

// NewIndex gives the look-ups of an environment's package manager over a
// machine. Families without one get an index that knows nothing.
func NewIndex(shell Shell, environment verifier.Environment) Index {
	switch environment.Family {
	case verifier.FamilyDeb:
		return &debIndex{shell: shell, dir: IndexDir}
	case verifier.FamilyRPM:
		return rpmIndex{shell: shell}
	case verifier.FamilyApk:
		return apkIndex{shell: shell}
	case verifier.FamilySuse:
		return zypperIndex{shell: shell}
	case verifier.FamilyArch:
		return pacmanIndex{shell: shell}
	case verifier.FamilyUnknown:
		return emptyIndex{}
	}
	return emptyIndex{}
}

// PrepareScript gives the script that makes a clean machine ready for
// look-ups, and a key under which the made file system may be kept for a day.
// An empty script means that nothing has to be prepared. The script fails
// when the lists cannot be fetched.
func PrepareScript(family verifier.Family) (key, script string) {
	switch family {
	case verifier.FamilyDeb:
		return "index-deb-" + shortHash(debPrepare), debPrepare
	case verifier.FamilyRPM:
		return "index-rpm-" + shortHash(rpmPrepare), rpmPrepare
	case verifier.FamilyApk:
		return "index-apk-" + shortHash(apkPrepare), apkPrepare
	case verifier.FamilySuse:
		return "index-suse-" + shortHash(zypperPrepare), zypperPrepare
	case verifier.FamilyArch:
		return "index-arch-" + shortHash(pacmanPrepare), pacmanPrepare
	case verifier.FamilyUnknown:
		return "", ""
	}
	return "", ""
}

type emptyIndex struct{}

func (emptyIndex) Lookup(context.Context, Kind, string) ([]Package, error) { return nil, nil }

// ask runs a look-up script. Exit status 1 is grep's "nothing found".
func ask(ctx context.Context, shell Shell, what, script string) (string, error) {
	out, exit, err := shell.Exec(ctx, script)
	if err != nil {
		return "", fmt.Errorf("look up %s: %w", what, err)
	}
	if exit > 1 {
		return "", fmt.Errorf("look up %s: the index answered with exit status %d; was the machine prepared?", what, exit)
	}
	return out, nil
}
