package pipeline

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/plan"
)

var (
	plainName = regexp.MustCompile(`^[A-Za-z0-9._][A-Za-z0-9._@+/-]*$`)
	atRoot    = regexp.MustCompile(`(?i)\b(root|top[- ]level|raíz|raiz|racine|hauptverzeichnis|wurzelverzeichnis)\b`)
)

// script makes the file in a subshell that always ends well, since a newcomer's
// shell may have been told to end at the first failure; it may have aliases and
// functions called as what is used here, too.
func (v *visit) script(s verifier.Prose) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("(")
	line("set +e +u +f; unset CDPATH")
	line("freshinstall_say() { printf '%%s\\n' '%s'\"$1\"; exit 0; }", proseMark)
	// The checkout has the name that it was given, or is where git says.
	line(`freshinstall_where() { physical=$(command pwd -P); printf '%%s' "${physical:-$PWD}"; }`)
	line("here=$(freshinstall_where)")
	line("root=$HOME/%s", single(v.plan.Repository))
	line(`if [ -d "$root" ]; then root=$(command cd "$root" && freshinstall_where); else root=$here`)
	line(`while [ -n "$root" ] && [ ! -e "$root/.git" ]; do root=${root%%/*}; done; fi`)
	line(`[ -n "$root" ] || freshinstall_say nowhere`)
	line(`case $here/ in "$root"/*) ;; *) here=$root ;; esac`)
	switch from := single(path.Clean(s.From)); {
	case s.Kind == verifier.ProseCopy:
		line(`if [ -f "$here"/%s ]; then at=$here; elif [ -f "$root"/%s ]; then at=$root; else at=; fi`, from, from)
	case atRoot.MatchString(s.What) || strings.Contains(path.Clean(s.Path), "/"):
		line(`at=$root`)
	default:
		line(`at=$here`)
	}
	to := single(path.Clean(s.Path))
	line(`for place in "${at:-$here}" "${at:-$root}"; do if [ -e "$place"/%s ] || [ -L "$place"/%s ]; then freshinstall_say kept; fi; done`, to, to)
	line(`[ -n "$at" ] || freshinstall_say nothing-to-copy`)
	if s.Kind == verifier.ProseCopy {
		walk(line, path.Clean(s.From), false)
		line(`from=$(freshinstall_where)/%s`, single(path.Base(s.From)))
		line(`[ ! -L "$from" ] || freshinstall_say outside`)
	}
	walk(line, path.Clean(s.Path), true)
	if s.Kind == verifier.ProseCopy {
		line(`command cp -- "$from" %s || freshinstall_say failed`, single("./"+path.Base(s.Path)))
	} else {
		line(`printf '%%s' %s > %s || freshinstall_say failed`, single(v.filled(s.Content)), single("./"+path.Base(s.Path)))
	}
	line("freshinstall_say done")
	line(") 2>/dev/null || :")
	return b.String()
}

// walk goes to the folder of a file from "$at", and makes what is missing on
// the way where that is allowed.
func walk(line func(string, ...any), name string, makes bool) {
	line(`command cd "$at" || freshinstall_say failed`)
	dir := path.Dir(name)
	if dir == "." {
		return
	}
	for _, part := range strings.Split(dir, "/") {
		part = single("./" + part)
		line(`[ ! -L %s ] || freshinstall_say outside`, part)
		if makes {
			line(`[ -d %s ] || command mkdir %s || freshinstall_say failed`, part, part)
		}
		line(`command cd %s || freshinstall_say failed`, part)
	}
}

// filled puts declared values in the place of placeholders. Secrets among them
// go into the file alone.
func (v *visit) filled(content string) string {
	values := map[string]string{}
	for name, value := range v.job.Values {
		values[name] = value.Text
	}
	text, _ := plan.Fill(content, values)
	return text
}

// single quotes text so that a shell takes it as it is.
func single(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
