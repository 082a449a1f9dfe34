package diagnose

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// maxCandidates bounds how many fixes are worth trying for one explanation.
const maxCandidates = 4

// maxPerLookup bounds how many answers of one look-up are worth trying.
const maxPerLookup = 3

// Candidates names fixes for an explanation, narrowest first, at most four,
// all with the grade "suggested". A name that was captured from output enters
// a command only if it matches the grammar of its kind and stands in the
// distribution's index or in the repository's tree; nothing else of the output
// ever does. The index may be nil; then only what needs none is named. An
// error means that the index could not be asked.
func (c *Catalogue) Candidates(ctx context.Context, e Explanation, o Observation, index Index) ([]verifier.Fix, error) {
	if e.rule == nil {
		return nil, nil
	}
	if index == nil {
		index = emptyIndex{}
	}
	family := string(o.Environment.Family)
	templates := slices.Concat(e.rule.Families[anyFamily], e.rule.Families[family])
	var fixes []verifier.Fix
	for _, t := range templates {
		if t.Unless != "" && o.earlierSays(t.Unless) {
			continue
		}
		made, err := c.make(ctx, t, e, o, index)
		if err != nil {
			return nil, err
		}
		for _, f := range made {
			f.Grade = verifier.Suggested
			f.Workaround = f.Workaround || t.Workaround
			f.Untried = t.NeverRun(o.Environment.Family)
			if f.Why == "" {
				f.Why = fill(t.Why, e.Captures, "it")
			}
			same := func(g verifier.Fix) bool {
				return g.Replace == f.Replace && slices.Equal(g.Commands, f.Commands) && slices.Equal(g.Services, f.Services)
			}
			if !slices.ContainsFunc(fixes, same) && f.Replace != o.text() {
				fixes = append(fixes, f)
			}
		}
	}
	return fixes[:min(len(fixes), maxCandidates)], nil
}

// make gives the fixes of one template.
func (c *Catalogue) make(ctx context.Context, t Template, e Explanation, o Observation, index Index) ([]verifier.Fix, error) {
	switch {
	case t.Lookup != nil:
		packages, err := c.lookup(ctx, t.Lookup, e, index)
		if err != nil {
			return nil, err
		}
		return packageFixes(packages, t, e, o), nil
	case t.Table != "":
		packages, err := c.fromTable(ctx, t.Table, e.Finding.Object, index)
		if err != nil {
			return nil, err
		}
		return packageFixes(packages, t, e, o), nil
	case len(t.Install) > 0:
		return packageFixes([]Package{{Name: strings.Join(t.Install, " ")}}, t, e, o), nil
	case len(t.Before) > 0:
		commands, ok := fillPaths(t.Before, e, o)
		if !ok {
			return nil, nil
		}
		return []verifier.Fix{{Kind: verifier.FixBefore, Commands: commands}}, nil
	case t.Rewrite == translate:
		return c.translateStep(ctx, o, index)
	case t.Rewrite == dropPackage:
		return dropUnknown(ctx, e, o, index)
	case t.Rewrite != "":
		return rewrites[t.Rewrite](e, o), nil
	}
	return nil, nil
}

// lookup asks for each name in turn and takes the first that is answered.
func (c *Catalogue) lookup(ctx context.Context, t *LookupTemplate, e Explanation, index Index) ([]Package, error) {
	for _, template := range t.Names {
		if !captured(template, e.Captures) {
			continue
		}
		name := fill(template, e.Captures, "")
		if !sound(t.Kind, name) {
			continue
		}
		packages, err := c.Holders(ctx, index, t.Kind, name)
		if err != nil {
			return nil, err
		}
		if len(packages) > 0 {
			return packages[:min(len(packages), maxPerLookup)], nil
		}
	}
	return nil, nil
}

// captured reports whether all slots of a template have a value.
func captured(template string, captures map[string]string) bool {
	for _, m := range slot.FindAllStringSubmatch(template, -1) {
		if captures[m[1]] == "" {
			return false
		}
	}
	return true
}

func packageFixes(packages []Package, t Template, e Explanation, o Observation) []verifier.Fix {
	var fixes []verifier.Fix
	for _, p := range packages {
		if o.own(p.Name) {
			// The distribution's package of the project under test would only
			// show that somebody else's build of it works.
			continue
		}
		why := p.Why
		if why == "" {
			why = fill(t.Why, e.Captures, "it")
		}
		if t.Replaces {
			text, changed := replaceWord(o.text(), e.Finding.Object, p.Name)
			if changed {
				fixes = append(fixes, verifier.Fix{Kind: verifier.FixReplace, Replace: text, Why: why})
			}
			continue
		}
		commands := install(o, p.Name)
		then, ok := fillPaths(t.Then, e, o)
		if commands == nil || !ok {
			continue
		}
		commands = append(commands, then...)
		fixes = append(fixes, verifier.Fix{Kind: verifier.FixBefore, Commands: commands, Why: why})
		if again := configured(o); t.Reconfigure && again != "" && !strings.Contains(again, "\n") {
			more := append(slices.Clone(commands), again)
			fixes = append(fixes, verifier.Fix{Kind: verifier.FixBefore, Commands: more, Why: why + "; the configuration must then run again"})
		}
	}
	return fixes
}

// install gives the commands that a reader types to install packages, names
// separated by spaces; nil where the family has no known manager.
func install(o Observation, names string) []string {
	words := strings.Fields(names)
	for i, w := range words {
		words[i] = quote(w)
	}
	names = strings.Join(words, " ")
	switch o.Environment.Family {
	case verifier.FamilyDeb:
		command := asRoot(o, "apt-get install -y "+names)
		if o.listsThere() {
			return []string{command}
		}
		return []string{asRoot(o, "apt-get update"), command}
	case verifier.FamilyRPM:
		return []string{asRoot(o, "dnf install -y "+names)}
	case verifier.FamilyApk:
		return []string{asRoot(o, "apk add "+names)}
	case verifier.FamilySuse:
		return []string{asRoot(o, "zypper --non-interactive install "+names)}
	case verifier.FamilyArch:
		return []string{asRoot(o, "pacman -S --noconfirm "+names)}
	case verifier.FamilyUnknown:
		return nil
	}
	return nil
}

// asRoot puts sudo before a command for everybody but root. A user who may
// not use sudo gets it as well: for a reader of the fix it says that an
// administrator is needed, and the proof will show that this user cannot.
func asRoot(o Observation, command string) string {
	if o.root() {
		return command
	}
	return "sudo " + command
}

// fillPaths puts captured paths into commands. Each must be a tracked file or
// folder, seen from where the step began; otherwise there is no fix.
func fillPaths(templates []string, e Explanation, o Observation) ([]string, bool) {
	var commands []string
	for _, template := range templates {
		ok := true
		command := slot.ReplaceAllStringFunc(template, func(s string) string {
			value := e.Captures[s[1:len(s)-1]]
			if !soundPath.MatchString(value) || !treeOf(o).has(value) {
				ok = false
				return ""
			}
			if strings.HasPrefix(value, "-") {
				value = "./" + value
			}
			return quote(path.Clean(value))
		})
		if !ok {
			return nil, false
		}
		if rest, found := strings.CutPrefix(command, "sudo "); found {
			command = asRoot(o, rest)
		}
		commands = append(commands, command)
	}
	return commands, true
}
