package preflight

import (
	"path"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// interpreter says which options of a program that runs a script stand alone,
// which take a value, and how the script may be abbreviated.
type interpreter struct {
	alone, takes string
	endings      []string
}

var interpreters = map[string]interpreter{
	"python":    {alone: "-u -O -OO -B -s -S -E -I -v -q -i -b -d", takes: "-W -X"},
	"node":      {alone: "--inspect --trace-warnings --harmony --experimental-modules --no-warnings", takes: "-r --require --max-old-space-size", endings: []string{".js", ".json", ".cjs", "/index.js", "/package.json"}},
	"nodemon":   {takes: "-w --watch -e --ext --exec -x", endings: []string{".js", ".ts", ".json", "/index.js", "/package.json"}},
	"ts-node":   {takes: "-P --project -r", alone: "-T --transpile-only --files --esm", endings: []string{".ts", ".js", "/index.ts", "/package.json"}},
	"bash":      {alone: "-x -e -ex -xe -v -l -i -eu"},
	"sh":        {alone: "-x -e -ex -xe -v"},
	"zsh":       {alone: "-x -e"},
	"ruby":      {alone: "-w -W0", takes: "-I -r"},
	"perl":      {alone: "-w", takes: "-I"},
	"php":       {alone: "", takes: "-d"},
	"Rscript":   {alone: "--vanilla --no-save"},
	"streamlit": {},
}

// file is the script that an interpreter is given, or empty.
func (in interpreter) file(args []string) string {
	for n, a := range args {
		if a == "-" || !strings.HasPrefix(a, "-") {
			// What stands before it must be known, or this may be a value.
			if words, _, ok := positional(args[:n+1], in.takes, in.alone); ok && len(words) == 1 {
				return a
			}
		}
		if oneOf(a, "-c", "-m", "-e", "-S", "-p", "-i", "--eval", "--version", "--help", "-h", "-V") {
			return ""
		}
	}
	return ""
}

// scriptEnding: what people keep in a repository.
var scriptEnding = phrase.Compile(`\.(?:sh|bash|py|rb|js|mjs|cjs|ts|pl|PL|R|r|php)$`)

func scriptKind(word string) kind {
	base := path.Base(word)
	if scriptEnding.MatchString(base) || base == "artisan" || base == "gradlew" || base == "mvnw" {
		return tracked
	}
	return data
}

// script checks the file that an interpreter is to run.
func (w *walk) script(a shell.Act) {
	in := interpreters[program(a.Name)]
	word := in.file(a.Args)
	if word == "" {
		return
	}
	for _, ending := range in.endings {
		if p, ok := w.resolve(word + ending); ok && w.look(p) == present {
			return
		}
	}
	k := scriptKind(word)
	if len(in.endings) > 0 && path.Ext(word) == "" {
		k = data // what it may be short for is not known well enough
	}
	w.needs(word, k, a)
}

func (w *walk) streamlit(a shell.Act) {
	if len(a.Args) > 1 && a.Args[0] == "run" {
		w.needs(a.Args[1], scriptKind(a.Args[1]), a)
	}
}

// sourced checks a file that the shell reads into itself.
func (w *walk) sourced(a shell.Act) {
	if len(a.Args) == 0 {
		return
	}
	word := a.Args[0]
	if path.Base(word) == "activate" {
		w.activates(word)
		return
	}
	w.needs(word, scriptKind(word), a)
}

// built are folders in which programs stand that were built or installed.
var built = phrase.Compile(`^(?:\./)?(?:node_modules|vendor|build|_build|dist|target|out|\.?v?env|\.venv|bin|release|debug|Release|Debug)/`)

// started checks a program that is called by its path.
func (w *walk) started(a shell.Act) {
	if !strings.Contains(a.Name, "/") || built.MatchString(a.Name) {
		return
	}
	k := scriptKind(a.Name)
	base := path.Base(a.Name)
	if k == tracked && (base == "gradlew" || base == "mvnw") {
		w.wrapper(a, base)
		return
	}
	if base == "configure" || base == "bootstrap" || base == "autogen.sh" {
		return // a release has them where the repository has what makes them
	}
	w.needs(a.Name, k, a)
}

// copies checks the sources of a copy. What has no ending of an example may be
// somebody's own file.
func (w *walk) copies(a shell.Act) {
	words, _, ok := positional(a.Args, "", "-r -R -a -f -v -n -i -p -rf -rv -av --recursive --verbose --no-clobber")
	if !ok || len(words) < 2 {
		return
	}
	for _, from := range words[:len(words)-1] {
		k := data
		if a.Name == "cp" && templateWord.MatchString(path.Base(from)) {
			k = tracked
		}
		w.needs(from, k, a)
	}
}

// psql checks the script that a database is to run.
func (w *walk) psql(a shell.Act) {
	_, values, ok := positional(a.Args, "-f --file -U --username -d --dbname -h --host -p --port -c --command -v", "-W -w -q -a -1 -X")
	if !ok {
		return
	}
	for _, name := range append(values["-f"], values["--file"]...) {
		w.needs(name, data, a)
	}
}
