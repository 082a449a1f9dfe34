package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// Ranking of packages that hold a file. The reasons are general, in this
// order: the file lies where tools look for it without being told; the package
// is of the sort that is meant for this use (-dev for headers); its name is
// the name that was asked for; it is no variant for another architecture, for
// debugging or for compatibility; more packages depend on it.
const (
	hopeless = 50 // from this cost on a holding is no answer
	gap      = 8  // so much worse than the best is not worth a trial
)

var (
	otherWorld = phrase.Compile(`^(?:lib32|lib64|libx32|libn32)|-cross$|-cross-|mingw|-(?:dbg|dbgsym|doc|docs)$|-(?:i386|amd64|arm64|armhf|armel|ppc64el|s390x|riscv64)(?:-|$)`)
	plainBin   = phrase.Compile(`^(?:usr/)?(?:s?bin|games)/[^/]+$|^usr/local/s?bin/[^/]+$`)
	plainLib   = phrase.Compile(`^(?:usr/)?lib/(?:[a-z0-9_]+-linux-gnu[a-z0-9]*/)?[^/]+$`)
	plainPC    = phrase.Compile(`^usr/(?:share|lib|lib/[a-z0-9_]+-linux-gnu[a-z0-9]*)/pkgconfig/[^/]+$`)
	includeDir = phrase.Compile(`^usr/include/(?:[a-z0-9_]+-linux-gnu[a-z0-9]*/)?`)
	private    = phrase.Compile(`/(?:site-library|dist-packages|node_modules|gems|examples?|klibc)/`) // copies for a package's own use
	// Where perl looks for modules without being told.
	plainPerl  = phrase.Compile(`^usr/(?:share|lib)/(?:[a-z0-9_]+-linux-gnu[a-z0-9]*/)?perl(?:5|-base)?/(?:[0-9.]+/)?$`)
	libInclude = phrase.Compile(`^usr/lib/(?:.*/)?include/`)
)

// cost says how ill a holding answers a query.
func cost(q query, h holding) int {
	n := packageCost(h)
	switch q.kind {
	case Command:
		if !plainBin.MatchString(h.path) {
			n += 20
		}
		if path.Base(h.path) != q.name {
			n += 10
		}
		if h.name != q.name {
			n += 4
		}
	case Header:
		n += headerCost(q, h)
	case PkgConfig:
		if !plainPC.MatchString(h.path) {
			n += 30
		}
		n += development(h)
	case Library:
		if !plainLib.MatchString(h.path) {
			n += 30
		}
		n += development(h)
	case Soname:
		if !plainLib.MatchString(h.path) {
			n += 30
		}
	case CMake:
		n += strings.Count(h.path, "/") + development(h)
	case PythonModule:
		if !strings.Contains(h.path, "/dist-packages/") {
			n += 10
		}
		if h.name != "python3-"+strings.ToLower(strings.ReplaceAll(q.name, "_", "-")) {
			n += 4
		}
		if !strings.HasPrefix(h.name, "python3-") {
			n += 6
		}
	case PerlModule:
		if !plainPerl.MatchString(strings.TrimSuffix(h.path, strings.ReplaceAll(q.name, "::", "/")+".pm")) {
			n += 20
		}
		if h.name != "lib"+strings.ToLower(strings.ReplaceAll(q.name, "::", "-"))+"-perl" {
			n += 4
		}
	case RPackage:
		if !strings.HasSuffix(h.name, "-"+strings.ToLower(q.name)) {
			n += 4
		}
	case ExactPackage, AlikePackage:
		// These look for names, not for files.
	}
	return n
}

// packageCost is the part that does not depend on the question.
func packageCost(h holding) int {
	n := 0
	if otherWorld.MatchString(h.name) {
		n += hopeless
	}
	section := path.Base(h.section)
	switch section {
	case "debug", "doc", "otherosfs", "kernel":
		n += 30
	case "oldlibs":
		n += 20
	}
	if strings.Contains(h.section, "/") { // contrib, non-free, universe
		n += 2
	}
	if strings.Contains(h.name, "-compat") {
		n += 20
	}
	return n
}

func headerCost(q query, h holding) int {
	n := development(h)
	if private.MatchString(h.path) {
		n += 20
	}
	dir := includeDir.FindString(h.path)
	switch {
	case dir != "" && h.path == dir+q.name, h.path == "usr/include/"+q.name:
		return n
	case dir != "":
		return n + 14 + 2*strings.Count(strings.TrimPrefix(h.path, dir), "/")
	case strings.HasSuffix(h.path, "/include/"+q.name) && libInclude.MatchString(h.path):
		return n + 9
	case libInclude.MatchString(h.path):
		return n + 14 + strings.Count(h.path, "/")
	}
	return n + hopeless // another system's headers, or an example
}

func development(h holding) int {
	if strings.HasSuffix(h.name, "-dev") || strings.Contains(h.name, "-dev-") {
		return 0
	}
	return 6
}

// rank orders holdings and turns them into packages.
func (x *debIndex) rank(ctx context.Context, q query, held []holding) ([]Package, error) {
	type ranked struct {
		holding
		cost, rdeps int
	}
	best := map[string]ranked{}
	for _, h := range held {
		p := x.known[h.name]
		if p == nil {
			continue // not to be had in the enabled parts of the archive
		}
		r := ranked{h, cost(q, h), p.rdeps}
		if old, seen := best[h.name]; r.cost < hopeless && (!seen || r.cost < old.cost) {
			best[h.name] = r
		}
	}
	var order []ranked
	for _, r := range best {
		order = append(order, r)
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(a.cost-b.cost, b.rdeps-a.rdeps, len(a.name)-len(b.name), cmp.Compare(a.name, b.name))
	})
	order = order[:min(len(order), 6)]
	var names []string
	for _, r := range order {
		if r.cost <= order[0].cost+gap {
			names = append(names, r.name)
		}
	}
	order = order[:len(names)]
	general, err := x.general(ctx, q, names)
	if err != nil {
		return nil, err
	}
	// Of several versions, the one that a package without a version brings is
	// the distribution's own choice.
	slices.SortStableFunc(order, func(a, b ranked) int {
		return cmp.Or(a.cost-b.cost, len(general[b.name])-len(general[a.name]))
	})
	var found []Package
	add := func(p Package) {
		if !slices.ContainsFunc(found, func(other Package) bool { return other.Name == p.Name }) {
			found = append(found, p)
		}
	}
	for _, r := range order {
		why := fmt.Sprintf("the package index says that %s holds %s", r.name, r.path)
		for _, g := range general[r.name] {
			add(Package{Name: g, Path: r.path, Why: why + ", and " + g + " always brings the current version of it"})
		}
		add(Package{Name: r.name, Path: r.path, Why: why})
	}
	return found, nil
}

var (
	minor   = phrase.Compile(`\.[0-9]+`)
	version = phrase.Compile(`-?[0-9]+(?:\.[0-9]+)*`)
	vendor  = phrase.Compile(`^[a-z]+-[0-9.]+-`)
)

// general finds, for each package, packages without a version in their name
// that depend on it: those stay right in the next release.
func (x *debIndex) general(ctx context.Context, q query, names []string) (map[string][]string, error) {
	if q.kind == Soname {
		return nil, nil // a shared object's version is what was asked for
	}
	variants := map[string][]string{}
	var all []string
	for _, n := range names {
		tries := []string{minor.ReplaceAllString(n, ""), version.ReplaceAllString(n, ""), vendor.ReplaceAllString(n, "default-")}
		if q.kind == Command {
			tries = append(tries, q.name)
		}
		for _, v := range tries {
			if v != n && x.known[v] != nil && !slices.Contains(variants[n], v) {
				variants[n] = append(variants[n], v)
				all = append(all, v)
			}
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	depends, err := x.depends(ctx, all)
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for _, n := range names {
		for _, v := range variants[n] {
			if slices.Contains(depends[v], n) {
				found[n] = append(found[n], v)
			}
		}
	}
	return found, nil
}
