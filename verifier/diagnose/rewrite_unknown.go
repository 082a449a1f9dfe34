package diagnose

import (
	"context"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// dropPackage is the rewrite that leaves a package out of the line that
// installs it. Unlike other rewrites it needs the index.
const dropPackage Rewrite = "drop-package"

// dropUnknown leaves a package out that the archive certainly does not have:
// its index knows another one of the same line.
func dropUnknown(ctx context.Context, e Explanation, o Observation, index Index) ([]verifier.Fix, error) {
	name := e.Finding.Object
	text, others := CorrectInstall(o.text(), o.Environment.Family, []string{name}, nil)
	if len(others) == 0 {
		return nil, nil
	}
	if unknown, err := Unknown(ctx, index, name, others); err != nil || !unknown {
		return nil, err
	}
	return []verifier.Fix{replace(text, "the archive of this release has no package "+name+"; everything else of the line is installed without it")}, nil
}

// Unknown reports whether an index is certain not to have a package: it was
// asked, and has at least one of the others that stand beside it.
func Unknown(ctx context.Context, index Index, name string, others []string) (bool, error) {
	if !sound(ExactPackage, name) || len(others) == 0 {
		return false, nil
	}
	there, err := index.Lookup(ctx, ExactPackage, name)
	if err != nil || len(there) > 0 {
		return false, err
	}
	for _, other := range others {
		if there, err = index.Lookup(ctx, ExactPackage, other); err != nil || len(there) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// Leaves reports whether a rule is about a package that the archive does not
// have, so that its line can be corrected by [CorrectInstall].
func (c *Catalogue) Leaves(rule string) bool {
	r := c.rule(rule)
	return r != nil && slices.ContainsFunc(r.Families[string(verifier.FamilyDeb)], func(t Template) bool { return t.Rewrite == dropPackage })
}

// CorrectInstall changes a line that installs packages: those that are unknown
// make room for those that are needed. It gives what is then installed; nothing
// where the line does not name all the unknown ones or would install nothing.
func CorrectInstall(text string, family verifier.Family, unknown, needed []string) (corrected string, installed []string) {
	orders, ok := readOrders(text)
	if !ok {
		return "", nil
	}
	for _, w := range orders {
		lacks := slices.ContainsFunc(unknown, func(name string) bool { return !slices.Contains(w.names, name) })
		if w.family != family || w.refresh || lacks || len(unknown) == 0 {
			continue
		}
		installed = slices.DeleteFunc(slices.Clone(w.names), func(name string) bool { return slices.Contains(unknown, name) })
		var more []string
		for _, name := range needed {
			if !slices.Contains(installed, name) && sound(ExactPackage, name) {
				installed, more = append(installed, name), append(more, name)
			}
		}
		if len(installed) == 0 {
			return "", nil
		}
		return exchange(text, w, unknown, more), installed
	}
	return "", nil
}

// exchange puts words in the place of the first unknown one and takes the
// others away, with the space before them.
func exchange(text string, w order, unknown, more []string) string {
	var out strings.Builder
	at, last := 0, 0
	for _, word := range split(text) {
		name, _, _ := strings.Cut(strings.Trim(word.text, `"'`), "=")
		if word.start >= w.start && word.end <= w.end && !word.runs && slices.Contains(unknown, name) {
			if len(more) > 0 {
				out.WriteString(text[at:word.start] + strings.Join(more, " "))
				more = nil
			} else {
				out.WriteString(text[at:last])
			}
			at = word.end
		}
		last = word.end
	}
	out.WriteString(text[at:])
	return out.String()
}

// Installs gives the packages that commands install, and nothing where one of
// them does anything else but install them or fetch the lists.
func Installs(commands []string, family verifier.Family) []string {
	var names []string
	for _, command := range commands {
		orders, ok := readOrders(command)
		if !ok || len(orders) != 1 || orders[0].family != family || orders[0].start != 0 || orders[0].end != len(command) {
			return nil
		}
		names = append(names, orders[0].names...)
	}
	return names
}
