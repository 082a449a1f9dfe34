package export

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/foreign"
	"github.com/freshinstall/freshinstall/verifier/run"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// state is what matters and that a second run must not change: files of the
// checkout that git does not ignore, what terminals read when they open, the
// system's configuration, and its packages. A line each.
func (k *Checker) state(ctx context.Context, m run.Machine) ([]string, error) {
	home := k.Recipe.workspace()[:strings.LastIndexByte(k.Recipe.workspace(), '/')]
	script := `exec 2>/dev/null
cd ` + shell.Quote(k.Recipe.workspace()) + ` && git -c safe.directory='*' ls-files -mo --exclude-standard -z | LC_ALL=C sort -z | xargs -0 -r sha256sum
for f in .bashrc .bash_profile .bash_login .profile .zshrc .zprofile .zshenv; do [ ! -f ` + shell.Quote(home) + `/$f ] || sha256sum ` + shell.Quote(home) + `/$f; done
find /etc -xdev -type f ! -name ld.so.cache ! -name '*-' | LC_ALL=C sort | xargs -r -d '\n' sha256sum
dpkg-query -W -f 'package ${Package} ${Version}\n' | LC_ALL=C sort
:`
	text, exit, err := m.Exec(ctx, script)
	if err == nil && exit != 0 {
		err = fmt.Errorf("look at the machine: exit %d", exit)
	}
	return strings.Split(text, "\n"), err
}

// firstDifference names what is in one of two states alone; empty: nothing is.
func firstDifference(before, after []string) string {
	for _, line := range slices.Concat(after, before) {
		if slices.Contains(before, line) && slices.Contains(after, line) {
			continue
		}
		if _, name, is := strings.Cut(line, "  "); is {
			return foreign.Line(name) // as sha256sum writes it
		}
		return foreign.Line(line)
	}
	return ""
}

// runtimes are programs whose version matters to who prepares a machine.
var runtimes = []string{"R", "cargo", "clang", "cmake", "composer", "g++", "gcc", "go", "java", "make", "meson", "mvn", "ninja", "node", "npm",
	"perl", "php", "python", "python3", "ruby", "rustc", "yarn"}

// versions are what such programs say of themselves, where commands start them.
func (k *Checker) versions(ctx context.Context, m run.Machine) []string {
	var wanted []string
	for _, p := range k.Recipe.Programs() {
		if slices.Contains(runtimes, p) {
			wanted = append(wanted, p)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	script := "for p in " + strings.Join(wanted, " ") + `; do
	command -v $p >/dev/null || continue
	case $p in go) a=version ;; java) a=-version ;; *) a=--version ;; esac
	printf '%s: %s\n' "$p" "$(timeout 10 $p $a 2>&1 | head -n 1)"
done`
	text, _, err := m.Exec(ctx, script)
	if err != nil {
		return nil // the list is whole without it
	}
	return strings.FieldsFunc(strings.TrimSpace(text), func(r rune) bool { return r == '\n' })
}
