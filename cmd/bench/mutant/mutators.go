package mutant

import (
	"fmt"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Mutator is one way in which documents are wrong.
type Mutator struct {
	Name  string
	Says  string // in words
	sites func(Plan, *rand.Rand) []Mutant
}

// Mutators are all of them, in the order in which they are reported. What they
// do was fixed before any rule was tuned on them.
func Mutators() []Mutator {
	return []Mutator{
		{"drop-package", "a package left out of an install line", dropPackage},
		{"drop-prerequisite", "a step that installs or updates packages left out", dropPrerequisite},
		{"rename-package", "a package by the name that another release or family has for it, or nearly by its own", renamePackage},
		{"flag-typo", "a letter wrong in a long flag", flagTypo},
		{"subcommand-typo", "a letter wrong in a sub-command or target", subcommandTypo},
		{"script-typo", "a letter wrong in the name of a script of the repository", scriptTypo},
		{"wrong-path", "a file of the repository by a path at which it is not", wrongPath},
		{"wrong-requirements", "another file after -r", wrongRequirements},
		{"swap-steps", "two steps that follow each other the other way round", swapSteps},
		{"drop-cd", "a change of directory left out", dropCd},
		{"drop-activation", "what sets up the shell left out: source, export", dropActivation},
		{"interpreter", "the interpreter by another of its names", interpreter},
		{"not-executable", "a script that is run by its path may not be run", notExecutable},
	}
}

// each calls back for every step that can be damaged.
func (p Plan) each(do func(i int, s verifier.Step, all []word)) {
	for i, s := range p.steps {
		if p.plain(s) && !s.Has(verifier.FlagSelfClone) {
			do(i, s, words(s.Command))
		}
	}
}

// packageManagers install by name from the distribution.
var packageManagers = []string{"apt-get", "apt", "dnf", "yum", "apk", "zypper", "pacman"}

func dropPackage(p Plan, _ *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		packages := installs(all, packageManagers...)
		if len(packages) < 2 {
			return
		}
		for _, w := range packages {
			text := strings.TrimRight(s.Command[:w.start], " ") + s.Command[w.end:]
			out = append(out, p.reword("drop-package", w.text+" left out", i, text))
		}
	})
	return out
}

func dropPrerequisite(p Plan, _ *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		byName := installs(all, append(packageManagers, "pip", "pip3", "npm", "gem", "cargo")...) != nil
		if !byName && s.Role != verifier.RolePrerequisite && !strings.HasPrefix(s.Command, "npm install") {
			return
		}
		if m, ok := p.drop("drop-prerequisite", code(s.Command)+" left out", i); ok {
			out = append(out, m)
		}
	})
	return out
}

func renamePackage(p Plan, r *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		for _, w := range installs(all, packageManagers...) {
			for _, name := range otherNames(w.text, r) {
				out = append(out, p.reword("rename-package", w.text+" as "+name, i, w.with(s.Command, name)))
			}
		}
	})
	return out
}

var longFlag = regexp.MustCompile(`^--([a-zA-Z][a-zA-Z-]{3,})`)

func flagTypo(p Plan, r *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		for _, w := range all {
			found := longFlag.FindStringSubmatchIndex(w.text)
			if found == nil {
				continue
			}
			name := w.text[found[2]:found[3]]
			wrong := "--" + typo(name, r) + w.text[found[3]:]
			out = append(out, p.reword("flag-typo", w.text+" as "+wrong, i, w.with(s.Command, wrong)))
		}
	})
	return out
}

// subcommands are programs whose first word says what they do.
var subcommands = []string{"apt-get", "apt", "pip", "pip3", "npm", "go", "make", "cargo", "git", "jupyter", "yarn", "docker"}

var plainName = regexp.MustCompile(`^[a-z][a-z-]{2,}$`)

func subcommandTypo(p Plan, r *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		at := program(all)
		if at < 0 || at+1 >= len(all) {
			return
		}
		known := slices.Contains(subcommands, all[at].text)
		sub := at + 1
		if all[at].text == "npm" && all[sub].text == "run" {
			sub++ // the script's name is what is mistyped
		}
		if sub >= len(all) || !known && s.Role != verifier.RoleUsage && s.Role != verifier.RoleRun {
			return
		}
		if w := all[sub]; w.plain && plainName.MatchString(w.text) && p.Project.Files[w.text] == "" {
			wrong := typo(w.text, r)
			out = append(out, p.reword("subcommand-typo", w.text+" as "+wrong, i, w.with(s.Command, wrong)))
		}
	})
	return out
}

// runners run the script that is their first word without a dash.
var runners = []string{"python", "python3", "node", "sh", "bash", "perl", "ruby", "source", ".", "Rscript"}

// script gives the word that names a script which is run.
func script(all []word) (word, bool) {
	at := program(all)
	switch {
	case at < 0:
		return word{}, false
	case strings.Contains(all[at].text, "/"):
		return all[at], all[at].plain && !strings.HasPrefix(all[at].text, "~")
	case !slices.Contains(runners, all[at].text):
		return word{}, false
	}
	for _, w := range all[at+1:] {
		if !strings.HasPrefix(w.text, "-") {
			return w, w.plain && path.Ext(w.text) != ""
		}
	}
	return word{}, false
}

// file is the path in the tree that a word of a step names; empty: none. Where
// the reader stands then is found by the folders that the steps enter.
func (p Plan) file(i int, name string) string {
	at := ""
	for _, s := range p.steps[:i] {
		if to, ok := strings.CutPrefix(s.Command, "cd "); ok && to != p.Project.Name {
			at = path.Join(at, to)
		}
	}
	whole := path.Join(at, name)
	if _, there := p.Project.Files[whole]; there {
		return whole
	}
	return ""
}

func scriptTypo(p Plan, r *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		w, ok := script(all)
		if !ok || p.file(i, w.text) == "" {
			return
		}
		folder, name := path.Split(w.text)
		ext := path.Ext(name)
		wrong := folder + typo(strings.TrimSuffix(name, ext), r) + ext
		out = append(out, p.reword("script-typo", w.text+" as "+wrong, i, w.with(s.Command, wrong)))
	})
	return out
}

func wrongPath(p Plan, r *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		for _, w := range all {
			flag, name := "", w.text
			if strings.HasPrefix(name, "-") {
				var is bool
				if flag, name, is = strings.Cut(name, "="); !is {
					continue
				}
				flag += "="
			}
			if !w.plain || p.file(i, name) == "" {
				continue
			}
			wrong := flag + p.elsewhere(i, name, r)
			out = append(out, p.reword("wrong-path", w.text+" as "+wrong, i, w.with(s.Command, wrong)))
		}
	})
	return out
}

// elsewhere gives a path near a file's own at which nothing lies: without its
// folder, in another one of the tree, with the folder nearly right, or with
// another extension.
func (p Plan) elsewhere(i int, name string, r *rand.Rand) string {
	folder, base := path.Split(strings.TrimPrefix(name, "./"))
	lead := name[:len(name)-len(folder)-len(base)]
	var all []string
	if folder != "" && strings.Trim(folder, "./") != "" {
		all = append(all, base, plural(strings.TrimSuffix(folder, "/"))+"/"+base)
	}
	for _, other := range p.Project.folders() {
		all = append(all, other+"/"+base)
	}
	if ext := path.Ext(base); ext != "" {
		all = append(all, folder+strings.TrimSuffix(base, ext)+nextExt(ext))
	}
	r.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
	for _, wrong := range all {
		if p.file(i, wrong) == "" {
			return lead + wrong
		}
	}
	return lead + folder + "x" + base
}

func wrongRequirements(p Plan, r *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		for n, w := range all {
			if n == 0 || all[n-1].text != "-r" || p.file(i, w.text) == "" {
				continue
			}
			folder, base := path.Split(w.text)
			names := []string{"requirement.txt", "requirements.pip", "requirements-prod.txt", "requirements_dev.txt", "requirements/all.txt"}
			r.Shuffle(len(names), func(a, b int) { names[a], names[b] = names[b], names[a] })
			for _, wrong := range names {
				if wrong = folder + wrong; path.Base(wrong) != base && p.file(i, wrong) == "" {
					out = append(out, p.reword("wrong-requirements", w.text+" as "+wrong, i, w.with(s.Command, wrong)))
					break
				}
			}
		}
	})
	return out
}

func swapSteps(p Plan, _ *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, _ []word) {
		if i+1 >= len(p.steps) {
			return
		}
		next := p.steps[i+1]
		if next.Line != s.EndLine+1 || !p.plain(next) || next.Has(verifier.FlagSelfClone) {
			return
		}
		out = append(out, p.swap("swap-steps", code(next.Command)+" before "+code(s.Command), i))
	})
	return out
}

func dropCd(p Plan, _ *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, _ []word) {
		if strings.HasPrefix(s.Command, "cd ") {
			if m, ok := p.drop("drop-cd", code(s.Command)+" left out", i); ok {
				out = append(out, m)
			}
		}
	})
	return out
}

func dropActivation(p Plan, _ *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		switch at := program(all); {
		case at < 0:
		case slices.Contains([]string{"source", ".", "export"}, all[at].text):
			if m, ok := p.drop("drop-activation", code(s.Command)+" left out", i); ok {
				out = append(out, m)
			}
		}
	})
	return out
}

func interpreter(p Plan, _ *rand.Rand) (out []Mutant) {
	p.each(func(i int, s verifier.Step, all []word) {
		at := program(all)
		if at < 0 {
			return
		}
		for _, wrong := range otherInterpreters[all[at].text] {
			out = append(out, p.reword("interpreter", all[at].text+" as "+wrong, i, all[at].with(s.Command, wrong)))
		}
	})
	return out
}

func notExecutable(p Plan, _ *rand.Rand) (out []Mutant) {
	seen := map[string]bool{}
	p.each(func(i int, s verifier.Step, all []word) {
		at := program(all)
		if at < 0 || !strings.Contains(all[at].text, "/") {
			return
		}
		file := p.file(i, all[at].text)
		if seen[file] || !p.Project.Executable(file) {
			return
		}
		seen[file] = true
		m := p.reword("not-executable", file+" may not be run", i, s.Command)
		m.NotExecutable = file
		out = append(out, m)
	})
	return out
}

func code(command string) string { return fmt.Sprintf("`%s`", command) }
