package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// successor is a package that may have taken a missing name's place.
type successor struct {
	*debPackage
	cost float64
	why  string
}

// alike finds what took the place of a package that the index does not have.
// All that counts stands in the index: who provides or replaces the name, who
// bears it with another version, with less or more to it, or spelt a little
// differently, and who holds a program of that name.
func (x *debIndex) alike(ctx context.Context, name string) ([]Package, error) {
	if x.known[name] != nil {
		return nil, nil // it is there: nothing took its place
	}
	best := map[string]successor{}
	add := func(p *debPackage, cost float64, why string) {
		if p == nil || p.name == name || otherWorld.MatchString(p.name) && !otherWorld.MatchString(name) || p.section == "oldlibs" {
			return
		}
		// A development package is only replaced by one.
		if strings.HasSuffix(name, "-dev") && !strings.HasSuffix(p.name, "-dev") {
			return
		}
		if old, seen := best[p.name]; !seen || cost < old.cost {
			best[p.name] = successor{p, cost, why}
		}
	}
	for i, p := range x.providers(name) {
		add(p, float64(i), fmt.Sprintf("%s provides %s", p.name, name))
	}
	bare := debPackage{name: name, skeleton: skeleton(name), flat: flat(name)}
	for _, p := range x.known {
		compare(bare, p, add)
	}
	for cut, dropped := name, 1; ; dropped++ {
		i := strings.LastIndexByte(cut, '-')
		if i < 4 {
			break
		}
		cut = cut[:i]
		add(x.known[cut], 15+5*float64(dropped), "it is the same name without its end")
	}
	if err := x.byContent(ctx, name, add); err != nil {
		return nil, err
	}
	var order []successor
	for _, s := range best {
		order = append(order, s)
	}
	if len(order) == 0 {
		return nil, nil
	}
	slices.SortFunc(order, func(a, b successor) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), b.rdeps-a.rdeps, cmp.Compare(a.name, b.name))
	})
	var found []Package
	for _, s := range order[:min(len(order), 6)] {
		if s.cost > order[0].cost+gap {
			break
		}
		found = append(found, Package{Name: s.name, Why: fmt.Sprintf("the package index has no %s, but %s: %s", name, s.name, s.why)})
	}
	return found, nil
}

// providers gives the packages that provide a virtual name, the most needed
// first.
func (x *debIndex) providers(name string) []*debPackage {
	var found []*debPackage
	for _, p := range x.known {
		if slices.Contains(p.provides, name) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *debPackage) int {
		return cmp.Or(len(a.section)-len(b.section), b.rdeps-a.rdeps, cmp.Compare(a.name, b.name))
	})
	return found[:min(len(found), 6)]
}

// shortName is the length of names of which one letter may be wrong. In longer
// ones it may be two; shorter ones have neighbours by chance.
const shortName = 5

// compare holds one package of the index against the missing name.
func compare(bare debPackage, p *debPackage, add func(*debPackage, float64, string)) {
	name := bare.name
	if p.skeleton == bare.skeleton {
		add(p, 5+versionDistance(name, p.name), "it is the same name with another version")
	}
	if slices.Contains(p.replaces, name) {
		// Whoever conflicts with a name need not do its work: the names must
		// have something in common.
		if shared := inCommon(name, p.name); shared >= 4 {
			add(p, 12+float64(len(name)-shared)/2, "it says that it replaces "+name)
		}
	}
	switch {
	case p.name == "default-"+name || p.name == "lib"+name || "lib"+p.name == name || p.name+"el" == name && strings.HasSuffix(p.name, "-dev"):
		add(p, 6, "it is the distribution's choice of that name")
	case p.flat == bare.flat:
		add(p, 4, "it is the same name, spelt differently")
	case len(name) >= shortName && len(p.name)-len(name) <= 2 && len(name)-len(p.name) <= 2:
		most := 2
		if len(name) == shortName {
			most = 1
		}
		if d := distance(name, p.name, most); d <= most {
			add(p, 14*float64(d), "it is nearly the same name")
		}
	}
}

// byContent takes a name for what it often is: a program's, or a module's of
// pkg-config with -dev after it.
func (x *debIndex) byContent(ctx context.Context, name string, add func(*debPackage, float64, string)) error {
	q := query{kind: Command, file: "command", ends: []string{"/" + name}, name: name}
	stem := strings.TrimSuffix(strings.TrimSuffix(name, "el"), "-dev")
	if stem != name {
		q = query{kind: PkgConfig, file: "pkgconfig", ends: []string{"/" + stem + ".pc", "/" + strings.TrimPrefix(stem, "lib") + ".pc"}, name: stem}
	}
	found, err := x.search(ctx, q)
	if err != nil {
		return err
	}
	for i, p := range found {
		add(x.known[p.Name], 9+float64(i), "it holds "+p.Path)
	}
	return nil
}

var (
	numbers = phrase.Compile(`[0-9]+`)
	figures = phrase.Compile(`[0-9][0-9.]*(?:t64)?`)
)

// skeleton is a name without its versions: openjdk-17-jdk and openjdk-21-jdk
// have the same one, and so have python-pip and python3-pip. The t64 at the
// end of a library is a version of Debian's binary interface.
func skeleton(name string) string {
	if !strings.ContainsAny(name, "0123456789") {
		return name
	}
	bare := figures.ReplaceAllString(name, "")
	return strings.ReplaceAll(strings.ReplaceAll(bare, "-.", "-"), "--", "-")
}

// versionDistance prefers the next higher version, then the next lower one.
func versionDistance(asked, have string) float64 {
	a, b := numbers.FindAllString(asked, -1), numbers.FindAllString(have, -1)
	if len(a) == 0 || len(b) == 0 {
		return 1
	}
	// Figures that fit sixteen bits are versions; longer ones are dates.
	first, errA := strconv.ParseUint(a[0], 10, 16)
	second, errB := strconv.ParseUint(b[0], 10, 16)
	if errA != nil || errB != nil {
		return 2
	}
	d := math.Abs(float64(second) - float64(first))
	if second < first {
		d += 1.5
	}
	if len(a) > 1 && len(b) > 1 && a[1] != b[1] {
		d += 0.5
	}
	return min(d/4, 5)
}

// inCommon is the length of the longest start or part between dashes that two
// names share.
func inCommon(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for part := range strings.SplitSeq(a, "-") {
		if slices.Contains(strings.Split(b, "-"), part) {
			n = max(n, len(part))
		}
	}
	return n
}
