package preflight

import (
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

var numbered = phrase.Compile(`^(python|pip|ruby|php|node)[0-9]+(?:\.[0-9]+)*$`)

// program is the name by which a program's arguments are known.
func program(name string) string {
	if m := numbered.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	switch name {
	case "nodejs":
		return "node"
	case "gmake":
		return "make"
	case "mamba", "micromamba":
		return "conda"
	}
	return name
}

// through looks through programs that run another one in an environment of
// the project, so that "poetry run python app.py" is known to read app.py.
func through(a shell.Act) shell.Act {
	for range 3 {
		args := a.Args
		switch {
		case (a.Name == "poetry" || a.Name == "pipenv" || a.Name == "pdm" || a.Name == "uv") && len(args) > 1 && args[0] == "run",
			a.Name == "bundle" && len(args) > 1 && args[0] == "exec":
			args = args[1:]
		case program(a.Name) == "python" && len(args) > 1 && args[0] == "-m" && (args[1] == "pip" || args[1] == "tox" || args[1] == "virtualenv"):
			args = args[1:]
		case a.Name == "uv" && len(args) > 1 && args[0] == "pip":
		default:
			return a
		}
		if strings.HasPrefix(args[0], "-") {
			return a
		}
		if strings.HasSuffix(args[0], ".py") && !strings.Contains(args[0], "/") {
			args = append([]string{"python"}, args...)
		}
		a.Name, a.Args = args[0], args[1:]
	}
	return a
}

// plain reports whether a word is a path as it stands: no variable, no
// pattern, no address, nothing that the reader fills in.
func plain(word string) bool {
	if word == "" || word == "-" || strings.ContainsAny(word, "$`*?[]{}<>()'\"\\~|;&!%#@,:\n\t ") || strings.Contains(word, "...") || word[0] == '/' {
		return false
	}
	small := strings.ToLower(word)
	for _, gap := range []string{"path/to", "your", "xxx", "my_", "my-", "<", "…", "some_", "some-", "foo", "placeholder", "example.com"} {
		if strings.Contains(small, gap) {
			return false
		}
	}
	return true
}

// positional gives the arguments that are no options. takes names options
// that are followed by a value. !ok: an option is not known, so that what
// follows may be its value.
func positional(args []string, takes, alone string) (found []string, values map[string][]string, ok bool) {
	values = map[string][]string{}
	with, without := strings.Fields(takes), strings.Fields(alone)
	for i := 0; i < len(args); i++ {
		a := args[i]
		name, value, given := strings.Cut(a, "=")
		switch {
		case a == "--":
			return append(found, args[i+1:]...), values, true
		case a == "-" || !strings.HasPrefix(a, "-"):
			found = append(found, a)
		case slices.Contains(with, name) && given:
			values[name] = append(values[name], value)
		case slices.Contains(with, a):
			if i++; i < len(args) {
				values[a] = append(values[a], args[i])
			}
		case given || slices.Contains(without, a):
			values[name] = append(values[name], value)
		case len(a) > 2 && a[1] != '-' && slices.Contains(with, a[:2]):
			values[a[:2]] = append(values[a[:2]], a[2:])
		default:
			return found, values, false
		}
	}
	return found, values, true
}

// clonesItself gives the act of a step that clones the repository, or nil.
func clonesItself(s verifier.Step, acts []shell.Act) *clone {
	if !s.Has(verifier.FlagSelfClone) {
		return nil
	}
	for _, a := range acts {
		args := a.Args
		switch {
		case a.Name == "gh" && len(args) > 2 && args[0] == "repo" && args[1] == "clone":
			args = args[2:]
		case a.Name == "git" && len(args) > 1 && args[0] == "clone":
			args = args[1:]
		default:
			continue
		}
		words, options, ok := positional(args, "-b --branch --depth -c --config -o --origin -j --jobs --reference --filter --shallow-since --template",
			"--recursive --recurse-submodules --single-branch --no-single-branch -q --quiet -v --verbose --progress --bare --mirror --no-tags --shallow-submodules --remote-submodules -n --no-checkout --sparse -l --local")
		if len(words) == 0 {
			continue
		}
		c := clone{known: ok, document: s.Document, line: s.Line}
		for _, name := range []string{"-b", "--branch"} {
			if v := options[name]; len(v) > 0 {
				c.branch = v[0]
			}
		}
		_, deep := options["--recursive"]
		_, deeper := options["--recurse-submodules"]
		c.submodules = deep || deeper
		c.folder = strings.TrimSuffix(path.Base(strings.TrimRight(strings.ReplaceAll(words[0], ":", "/"), "/")), ".git")
		if len(words) > 1 {
			c.folder = path.Clean(words[1])
		}
		if !ok || !plain(c.folder) {
			c.folder = ""
		}
		return &c
	}
	return nil
}

// clone is a "git clone" of the repository itself.
type clone struct {
	known      bool   // all of its options are
	folder     string // that it makes; empty: cannot be told
	branch     string
	submodules bool
	document   string // in which it stands
	line       int
}
