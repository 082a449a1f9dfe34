package diagnose

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// npmScript runs the script whose name comes nearest to the missing one.
func npmScript(e Explanation, o Observation) []verifier.Fix {
	missing := e.Captures["script"]
	var fixes []verifier.Fix
	for _, folder := range scriptFolders(o.text()) {
		var manifest struct {
			Scripts map[string]string `json:"scripts"`
		}
		file := path.Join(folder, "package.json")
		if json.Unmarshal(o.read(file), &manifest) != nil {
			continue
		}
		for _, name := range nearest(missing, sortedKeys(manifest.Scripts)) {
			if text, changed := runScript(o.text(), missing, name); changed {
				fixes = append(fixes, replace(text, file+" has the script "+name))
			}
		}
	}
	return fixes
}

// lifecycle are the scripts that npm runs by their name alone, after
// https://docs.npmjs.com/cli/v10/using-npm/scripts. The others need "run".
var lifecycle = map[string]bool{"start": true, "stop": true, "test": true, "restart": true}

// runScript puts a script's name in the place of another one.
func runScript(text, old, name string) (string, bool) {
	program, shown := "", false
	for _, w := range split(text) {
		switch {
		case w.runs:
			program, shown = w.text, false
		case w.text == "run" || w.text == "run-script":
			shown = true
		case w.text == old:
			name = quote(name)
			if program == "npm" && !shown && !lifecycle[name] {
				name = "run " + name
			}
			return text[:w.start] + name + text[w.end:], true
		}
	}
	return replaceWord(text, old, quote(name))
}

// scriptFolders are the folders whose package.json a command may mean: one
// that it names, one that it enters, where it stands.
func scriptFolders(text string) []string {
	var named, entered []string
	words := split(text)
	for i, w := range words {
		option, value, given := strings.Cut(w.text, "=")
		if !given && i+1 < len(words) {
			value = words[i+1].text
		}
		switch option {
		case "--prefix", "--cwd", "--dir", "-C":
			named = append(named, value)
		case "cd":
			if w.runs && !given {
				entered = append(entered, value)
			}
		}
	}
	into := path.Join(entered...)
	for i, n := range named {
		named[i] = path.Join(into, n)
	}
	if len(named) > 0 {
		return named
	}
	return []string{path.Join(".", into)}
}
