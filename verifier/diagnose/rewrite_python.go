package diagnose

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// virtualEnv gives pip a place of its own, as the distribution asks for.
func virtualEnv(_ Explanation, o Observation) []verifier.Fix {
	why := "the distribution keeps its own Python packages; a virtual environment is the place for others"
	make := []string{"python3 -m venv .venv", ". .venv/bin/activate"}
	commands := make
	if !o.earlierSays("python3-venv") && o.Environment.Family == verifier.FamilyDeb {
		commands = append(install(o, "python3-venv"), make...)
	}
	if words := split(o.text()); len(words) > 0 && words[0].text == "sudo" {
		// sudo leaves the virtual environment: the step itself has to change.
		if text, changed := withoutSudo(o.text()); changed {
			return []verifier.Fix{{Kind: verifier.FixReplace, Commands: commands, Replace: text, Why: why}}
		}
	}
	return []verifier.Fix{before(why, commands...)}
}

func withoutSudo(text string) (string, bool) {
	words := split(text)
	for i, w := range words {
		if w.text == "sudo" && w.runs && i+1 < len(words) && !strings.HasPrefix(words[i+1].text, "-") {
			return text[:w.start] + text[words[i+1].start:], true
		}
	}
	return text, false
}

// activateEnv enters a virtual environment that an earlier step has made.
func activateEnv(_ Explanation, o Observation) []verifier.Fix {
	made := o.environmentsMade()
	if len(made) == 0 {
		return nil
	}
	last := made[len(made)-1]
	return []verifier.Fix{before("an earlier step has made the virtual environment "+last, ". "+quote(path.Join(last, "bin/activate")))}
}

// environmentsMade are the virtual environments that earlier steps have made;
// none once one of them is active.
func (o Observation) environmentsMade() []string {
	var all []string
	for _, command := range o.Earlier {
		words := split(command)
		for i, w := range words {
			if w.text == "venv" && i > 0 && words[i-1].text == "-m" || w.text == "virtualenv" && w.runs {
				for _, argument := range words[i+1:] {
					if !strings.HasPrefix(argument.text, "-") && plainWord.MatchString(argument.text) {
						all = append(all, argument.text)
						break
					}
				}
			}
		}
		for _, made := range all {
			if strings.Contains(command, path.Join(made, "bin/activate")) {
				return nil
			}
		}
	}
	return all
}

// ownModule makes the repository's own modules known to the interpreter.
func ownModule(e Explanation, o Observation) []verifier.Fix {
	module, _, _ := strings.Cut(e.Captures["module"], ".")
	t := treeOf(o)
	if !sound(PythonModule, module) || t.cwd == "" {
		return nil
	}
	for _, candidate := range []string{module + "/__init__.py", module + ".py"} {
		for _, hit := range t.named(path.Base(candidate), false) {
			if hit != candidate && !strings.HasSuffix(hit, "/"+candidate) {
				continue
			}
			dir := t.from(path.Join(".", strings.TrimSuffix(hit, candidate)))
			if dir == "" || !soundPath.MatchString(dir) {
				continue
			}
			return []verifier.Fix{before("the module is the repository's own, "+hit, "export PYTHONPATH="+quote(dir))}
		}
	}
	return nil
}

// requirements installs what the repository declares, where no step did.
func requirements(_ Explanation, o Observation) []verifier.Fix {
	t := treeOf(o)
	hits := t.named("requirements.txt", false)
	if len(hits) == 0 || len(hits) > 2 || t.cwd == "" || o.earlierSays("requirements") {
		return nil
	}
	file := t.from(hits[0])
	if !soundPath.MatchString(file) {
		return nil
	}
	commands := []string{"python3 -m venv .venv", ". .venv/bin/activate", "pip install -r " + quote(file)}
	if o.Environment.Family == verifier.FamilyDeb && !o.earlierSays("python3-venv") {
		commands = append(install(o, "python3-venv"), commands...)
	}
	return []verifier.Fix{before("the repository declares it in "+hits[0]+", and no step installs that", commands...)}
}
