package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// brew is a world of package names that is no family of targets: READMEs name
// its packages, and nothing is installed with it here.
const brew verifier.Family = "brew"

// Requirement is the world of words in which texts say what they need, as the
// SystemRequirements of R's packages do: "gdal", "openssl".
const Requirement verifier.Family = "requirement"

// anyName is the grammar of names in all families; Homebrew has versions
// behind an @.
var anyName = phrase.Compile(`^[A-Za-z0-9][A-Za-z0-9.+_@-]{0,79}$`)

// families of names, in the order of the columns.
var namedFamilies = []verifier.Family{verifier.FamilyDeb, verifier.FamilyRPM, verifier.FamilyApk, verifier.FamilySuse, verifier.FamilyArch, brew, Requirement}

// crossing is what packages of one thing are called in each family.
type crossing map[verifier.Family][]string

// crossings leads from a name to what it is called elsewhere.
type crossings struct {
	rows []crossing
	// by leads from a name of a family to the rows where it stands alone.
	by map[verifier.Family]map[string][]int
}

// add takes the rows of a sheet whose columns are families. In sheets by deb
// names, a name that has a row already keeps it: our own is read first.
func (x *crossings) add(s sheet) error {
	for _, column := range s.heading {
		if !slices.Contains(namedFamilies, verifier.Family(column)) {
			return fmt.Errorf("%s: column %q is no family", s.file, column)
		}
	}
	if x.by == nil {
		x.by = map[verifier.Family]map[string][]int{}
		for _, f := range namedFamilies {
			x.by[f] = map[string][]int{}
		}
	}
	for _, cells := range s.rows {
		row := crossing{}
		for i, cell := range cells {
			if cell == none {
				continue
			}
			family := verifier.Family(s.heading[i])
			row[family] = strings.Split(cell, ",")
			for _, name := range row[family] {
				if !anyName.MatchString(name) {
					return fmt.Errorf("%s: %q cannot be a package's name", s.file, name)
				}
			}
		}
		deb := row[verifier.FamilyDeb]
		if s.heading[0] == string(verifier.FamilyDeb) && len(deb) == 1 && len(x.by[verifier.FamilyDeb][deb[0]]) > 0 {
			continue
		}
		x.rows = append(x.rows, row)
		for family, names := range row {
			if len(names) == 1 {
				x.by[family][names[0]] = append(x.by[family][names[0]], len(x.rows)-1)
			}
		}
	}
	return nil
}

// from gives what a package of one family is called in another, the best
// known first; none where no table says so.
func (x *crossings) from(family verifier.Family, name string, to verifier.Family) [][]string {
	var found [][]string
	for _, i := range x.by[family][name] {
		names := x.rows[i][to]
		if len(names) > 0 && !slices.ContainsFunc(found, func(have []string) bool { return slices.Equal(have, names) }) {
			found = append(found, names)
		}
	}
	return found
}

// Counterparts gives what a package of one family is called in another: the
// names that together do its work, the best known alternative first. None
// means that no table knows it, which is not that there is none.
func (c *Catalogue) Counterparts(family verifier.Family, name string, to verifier.Family) [][]string {
	found := c.names.from(family, name, to)
	switch {
	case len(found) > 0:
		return found
	case family == Requirement && to != verifier.FamilyDeb:
		return c.fulfilled(name, to)
	case family != verifier.FamilyDeb:
		return nil
	}
	// A name of an older release, by the name that took its place.
	for _, today := range c.tables["packages"][name].Names {
		if found := c.names.from(family, today, to); len(found) > 0 {
			return found
		}
	}
	return nil
}

// fulfilled gives the packages for a requirement by what Debian has for it;
// none where one of them is not known in the family.
func (c *Catalogue) fulfilled(requirement string, to verifier.Family) [][]string {
	choices := c.names.from(Requirement, requirement, verifier.FamilyDeb)
	if len(choices) == 0 {
		return nil
	}
	var all []string
	for _, name := range choices[0] {
		there := c.Counterparts(verifier.FamilyDeb, name, to)
		if len(there) == 0 {
			return nil
		}
		for _, n := range there[0] {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return [][]string{all}
}
