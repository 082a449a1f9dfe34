package diagnose

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// translate is the rewrite that puts the target's own package manager in the
// place of another family's. Unlike other rewrites it needs the index.
const translate Rewrite = "translate"

// manager is how a package manager is spoken to.
type manager struct {
	family  verifier.Family
	install []string // sub-commands that install packages; pacman's begins with -S
	refresh []string // that only fetch the lists
}

// managers, by the names of their programs. What else they do (removing,
// adding archives, upgrading everything) has no translation.
var managers = map[string]manager{
	"apt":      {verifier.FamilyDeb, []string{"install"}, []string{"update"}},
	"apt-get":  {verifier.FamilyDeb, []string{"install"}, []string{"update"}},
	"aptitude": {verifier.FamilyDeb, []string{"install"}, []string{"update"}},
	"dnf":      {verifier.FamilyRPM, []string{"install", "groupinstall", "group"}, []string{"makecache", "check-update"}},
	"yum":      {verifier.FamilyRPM, []string{"install", "groupinstall", "group"}, []string{"makecache", "check-update"}},
	"microdnf": {verifier.FamilyRPM, []string{"install"}, []string{"makecache"}},
	"apk":      {verifier.FamilyApk, []string{"add"}, []string{"update"}},
	"zypper":   {verifier.FamilySuse, []string{"install", "in"}, []string{"refresh", "ref"}},
	"pacman":   {verifier.FamilyArch, nil, nil},
	"brew":     {brew, []string{"install"}, []string{"update"}},
}

// groups are names for a set of packages: what a compiler and make come by.
var groups = map[string]string{
	"development tools": "build-essential", "@development tools": "build-essential", "@development-tools": "build-essential",
	"development-tools": "build-essential", "@development": "build-essential", "devel_basis": "build-essential", "devel_c_c++": "build-essential",
}

// refreshes are the commands that fetch a family's package lists.
var refreshes = map[verifier.Family]string{
	verifier.FamilyDeb: "apt-get update", verifier.FamilyRPM: "dnf makecache", verifier.FamilyApk: "apk update",
	verifier.FamilySuse: "zypper refresh", verifier.FamilyArch: "pacman -Sy",
}

// order is one command to a package manager inside of a step.
type order struct {
	start, end int // in the step's text, sudo included
	family     verifier.Family
	refresh    bool
	names      []string // as they stand
}

// translateStep writes the step as somebody on this system would type it.
// Each name is changed by the tables and must stand in the index; one that no
// table knows and that the index does not have stays as it is, and is said.
// Nothing is made where the step asks another manager for more than to
// install packages, or where no name at all could be carried over.
func (c *Catalogue) translateStep(ctx context.Context, o Observation, index Index) ([]verifier.Fix, error) {
	text := o.text()
	to := o.Environment.Family
	orders, ok := readOrders(text)
	orders = slices.DeleteFunc(orders, func(w order) bool { return w.family == to })
	if !ok || len(orders) == 0 || refreshes[to] == "" {
		return nil, nil
	}
	var out strings.Builder
	var changed, unknown []string
	at, known, refreshed := 0, 0, false
	for _, w := range orders {
		out.WriteString(text[at:w.start])
		at = w.end
		if w.refresh {
			out.WriteString(asRoot(o, refreshes[to]))
			refreshed = true
			continue
		}
		var names []string
		for _, name := range w.names {
			there, err := c.carryOver(ctx, w.family, name, to, index)
			if err != nil {
				return nil, err
			}
			if len(there) == 0 {
				unknown = append(unknown, name)
				there = []string{name}
			} else {
				known++
				if !slices.Equal(there, []string{name}) {
					changed = append(changed, name+" is "+strings.Join(there, " and "))
				}
			}
			for _, n := range there {
				if !slices.Contains(names, n) {
					names = append(names, n)
				}
			}
		}
		lines := install(o, strings.Join(names, " "))
		out.WriteString(lines[len(lines)-1])
	}
	if known == 0 {
		return nil, nil
	}
	out.WriteString(text[at:])
	why := fmt.Sprintf("the step is written for another system; here packages come by %s", strings.Fields(refreshes[to])[0])
	if len(changed) > 0 {
		why += ", and " + strings.Join(changed, ", ")
	}
	if len(unknown) > 0 {
		why += "; what is called " + strings.Join(unknown, ", ") + " there is not known here, and stays as it is"
	}
	fix := replace(out.String(), why)
	if to == verifier.FamilyDeb && !refreshed && !o.listsThere() {
		fix.Commands = []string{asRoot(o, refreshes[to])}
	}
	return []verifier.Fix{fix}, nil
}

// carryOver gives the names of another family's package here: the first that
// the index has of what the tables know, else the same name, else for headers
// what holds the module of pkg-config that bears the name.
func (c *Catalogue) carryOver(ctx context.Context, from verifier.Family, name string, to verifier.Family, index Index) ([]string, error) {
	if group := groups[strings.ToLower(name)]; group != "" {
		from, name = verifier.FamilyDeb, group
	}
	choices := c.Counterparts(from, name, to)
	if sound(ExactPackage, name) {
		choices = append(choices, []string{name})
	}
	for _, names := range choices {
		there, err := c.allThere(ctx, names, index)
		if err != nil {
			return nil, err
		}
		if len(there) > 0 {
			return there, nil
		}
	}
	stem, headers := strings.CutSuffix(name, "-devel")
	if !headers {
		return nil, nil
	}
	for _, module := range []string{stem, "lib" + stem} {
		if !sound(PkgConfig, module) {
			return nil, nil
		}
		found, err := index.Lookup(ctx, PkgConfig, module)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			return []string{found[0].Name}, nil
		}
	}
	return nil, nil
}

// allThere gives the names where the index has each of them, or what took its
// place in this release.
func (c *Catalogue) allThere(ctx context.Context, names []string, index Index) ([]string, error) {
	var there []string
	for _, name := range names {
		found, err := index.Lookup(ctx, ExactPackage, name)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			if found, err = c.fromTable(ctx, "packages", name, index); err != nil {
				return nil, err
			}
		}
		if len(found) == 0 {
			return nil, nil
		}
		there = append(there, found[0].Name)
	}
	return there, nil
}

// readOrders finds the commands to package managers in a text. It is not ok
// where one of them asks for something that is not understood.
func readOrders(text string) (orders []order, ok bool) {
	words := split(text)
	for i := 0; i < len(words); i++ {
		m, known := managers[words[i].text]
		if !words[i].runs || !known {
			continue
		}
		w := order{start: words[i].start, end: words[i].end, family: m.family}
		first := i
		for first > 0 && !ends(text[words[first-1].end:words[first].start]) && (words[first-1].text == "sudo" || strings.HasPrefix(words[first-1].text, "-")) {
			first--
		}
		w.start = words[first].start
		var rest []string
		for i+1 < len(words) && !ends(text[words[i].end:words[i+1].start]) {
			i++
			rest = append(rest, strings.Trim(words[i].text, `"'`))
			w.end = words[i].end
		}
		if !m.read(rest, &w) {
			return nil, false
		}
		orders = append(orders, w)
	}
	return orders, true
}

// ends reports whether what stands between two words ends a command.
func ends(between string) bool {
	return strings.ContainsAny(strings.ReplaceAll(between, "\\\n", ""), "\n;&|()")
}

// read takes the words after a manager's name.
func (m manager) read(rest []string, w *order) bool {
	action := ""
	for _, word := range rest {
		switch {
		case m.family == verifier.FamilyArch && action == "" && strings.HasPrefix(word, "-"):
			// -S installs, -Sy also fetches the lists; -Syu upgrades as well.
			if !strings.HasPrefix(word, "-S") || strings.ContainsAny(word, "sicglwu") {
				return strings.HasPrefix(word, "--")
			}
			action = "-S"
		case strings.HasPrefix(word, "-"):
			// A folder, a repository or a download alone is another thing.
			if strings.HasPrefix(word, "--root") || strings.HasPrefix(word, "--download") || word == "--cask" || word == "-d" || word == "-t" {
				return false
			}
		case action == "":
			action = word
		case action == "group" && word == "install":
			action = "groupinstall"
		default:
			name, _, _ := strings.Cut(word, "=")
			if !anyName.MatchString(name) && groups[strings.ToLower(name)] == "" {
				return false // an address, a file, a variable
			}
			w.names = append(w.names, name)
		}
	}
	switch {
	case m.family == verifier.FamilyArch:
		w.refresh = len(w.names) == 0
		return action == "-S"
	case slices.Contains(m.refresh, action):
		w.refresh = true
		return len(w.names) == 0
	}
	return slices.Contains(m.install, action) && len(w.names) > 0
}
