package diagnose

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

var (
	builds       = phrase.Compile(`(?:^|[;&|]\s*)(?:sudo )?(?:g?make|ninja|cmake --build|meson compile|gcc|g\+\+|cc|clang)\b`)
	installsMade = phrase.Compile(`\b(?:g?make|ninja|cmake --install|meson)\b.*\binstall\b`)
)

// ownProgram helps a reader who calls the project's own program by its name,
// after it was built and not installed: it lies where it was built.
func ownProgram(e Explanation, o Observation) []verifier.Fix {
	tool := e.Finding.Object
	if !o.own(tool) || !soundPath.MatchString(tool) {
		return nil
	}
	var built, installed, rust, golang bool
	for _, command := range o.Earlier {
		built = built || builds.MatchString(command)
		installed = installed || installsMade.MatchString(command)
		rust = rust || strings.Contains(command, "cargo build --release")
		golang = golang || strings.Contains(command, "go build")
	}
	var fixes []verifier.Fix
	instead := func(path string) {
		if text, changed := replaceWord(o.text(), tool, path); changed {
			fixes = append(fixes, replace(text, "the build leaves it in the checkout, where the shell does not look for it"))
		}
	}
	switch {
	case rust:
		instead("target/release/" + tool)
	case golang:
		instead("./" + tool)
	case built && !installed:
		t := treeOf(o)
		for _, maker := range []string{"Makefile", "Makefile.in", "Makefile.am", "GNUmakefile"} {
			if t.files[maker] {
				fixes = append(fixes, before("the build leaves it in the checkout; make install puts it where the shell looks", asRoot(o, "make install")))
				break
			}
		}
		instead("./" + tool)
	}
	return fixes
}

// own reports whether a name is the project's: what is called so elsewhere, in
// a distribution for one, is not what was handed over.
func (o Observation) own(name string) bool {
	return o.Checkout != "" && flat(name) == flat(o.Checkout)
}
