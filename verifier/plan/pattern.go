package plan

import (
	"path"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/shell"
)

// pattern is a command line with gaps, in a notation for tables of commands:
//
//	npm|yarn [run] test*    words in order; "|" separates choices, "[ ]" a word
//	                        that may be missing, "*" any characters of a word
//	make ... install        "..." any words in between
//	pip install -r          options count only where the pattern names them
//	npm install $           "$": no further words, options aside
//	@build*                 a script of that name, however it is started
type pattern []element

// compileAll compiles the lines of a table.
func compileAll(lines string) []pattern {
	var all []pattern
	for _, l := range strings.Split(lines, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, compile(l))
		}
	}
	return all
}

type element struct {
	words    []string // choices without a star
	globs    []string // choices with one
	optional bool
	any      bool
	end      bool
}

func compile(line string) pattern {
	var p pattern
	for _, w := range strings.Fields(line) {
		switch {
		case w == "...":
			p = append(p, element{any: true})
		case w == "$":
			p = append(p, element{end: true})
		case strings.HasPrefix(w, "[") && strings.HasSuffix(w, "]") && len(w) > 2:
			e := oneOf(w[1 : len(w)-1])
			e.optional = true
			p = append(p, e)
		case strings.HasPrefix(w, "@"):
			p = append(p, oneOf("@"+strings.ReplaceAll(w[1:], "|", "|@")))
		default:
			p = append(p, oneOf(w))
		}
	}
	return p
}

func oneOf(alternatives string) element {
	var e element
	for _, w := range strings.Split(alternatives, "|") {
		if strings.Contains(w, "*") {
			e.globs = append(e.globs, w)
		} else {
			e.words = append(e.words, w)
		}
	}
	return e
}

// match reports whether the words begin with what the pattern says.
func (p pattern) match(words []string) bool {
	if len(p) == 0 {
		return true
	}
	e := p[0]
	if e.end {
		for _, w := range words {
			if !strings.HasPrefix(w, "-") {
				return false
			}
		}
		return true
	}
	if e.any {
		for i := range len(words) + 1 {
			if p[1:].match(words[i:]) {
				return true
			}
		}
		return false
	}
	if e.optional && p[1:].match(words) {
		return true
	}
	for i, w := range words {
		if e.matches(w) && p[1:].match(words[i+1:]) {
			return true
		}
		if !strings.HasPrefix(w, "-") || w == "-" {
			return false
		}
	}
	return false
}

func (e element) matches(word string) bool {
	return slices.Contains(e.words, word) || slices.ContainsFunc(e.globs, func(g string) bool { return glob(g, word) })
}

// glob matches a word; "*" stands for any characters, slashes too.
func glob(pattern, word string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == word
	}
	if !strings.HasPrefix(word, head) {
		return false
	}
	word = word[len(head):]
	for i := range len(word) + 1 {
		if glob(rest, word[i:]) {
			return true
		}
	}
	return false
}

// starters run the file that comes as their first argument.
var starters = set("bash sh zsh dash ksh source . python python2 python3 py pypy node nodejs ruby perl php Rscript ts-node tsx deno bun lua julia")

// maxWords bounds what of a call is held against tables: patterns skip options,
// and a line of a hundred thousand of them must not cost their square.
const maxWords = 60

// wordsOf is a call as patterns read it: "docker compose" is one word, a module
// run by python is itself, and a script is "@name" behind whatever starts it.
func wordsOf(c shell.Call) (words, script []string) {
	c.Args = c.Args[:min(len(c.Args), maxWords)]
	words = append([]string{c.Name}, c.Args...)
	switch {
	case len(c.Args) > 0 && (c.Name == "docker" || c.Name == "podman") && c.Args[0] == "compose":
		words = append([]string{"docker-compose"}, c.Args[1:]...)
	case len(c.Args) > 1 && strings.HasPrefix(c.Name, "py") && c.Args[0] == "-m":
		words = c.Args[1:]
	case strings.HasPrefix(c.Name, "pip3.") || c.Name == "pip3" || c.Name == "pip2":
		words[0] = "pip"
	}
	if name, ok := scriptName(c.Name); ok && strings.Contains(c.Name, "/") {
		return words, append([]string{"@" + name}, c.Args...)
	}
	if starters[c.Name] || strings.HasPrefix(c.Name, "python") {
		for i, a := range c.Args {
			if strings.HasPrefix(a, "-") {
				if a == "-m" || a == "-c" || a == "-e" {
					return words, nil
				}
				continue
			}
			if name, ok := scriptName(a); ok {
				return words, append([]string{"@" + name}, c.Args[i+1:]...)
			}
			break
		}
	}
	if strings.HasSuffix(c.Name, ".sh") || strings.HasSuffix(c.Name, ".py") || strings.HasSuffix(c.Name, ".pl") {
		name, _ := scriptName(c.Name)
		return words, append([]string{"@" + name}, c.Args...)
	}
	return words, nil
}

// scriptName is the name of a script without folder and ending.
func scriptName(file string) (string, bool) {
	base := path.Base(file)
	name := strings.TrimSuffix(base, path.Ext(base))
	if name == "" {
		name = base
	}
	return strings.ToLower(name), base != "activate" && !strings.HasPrefix(base, "activate.")
}

// index finds the patterns of a table that may match by the first word, so that
// a table of hundreds is not tried line by line.
type index struct {
	exact map[string][]int
	open  []int // of patterns that begin with a gap
}

func indexOf(n int, at func(int) pattern) index {
	x := index{exact: map[string][]int{}}
	for i := range n {
		words, known := at(i).first()
		if !known {
			x.open = append(x.open, i)
			continue
		}
		for _, w := range words {
			if l := x.exact[w]; len(l) == 0 || l[len(l)-1] != i {
				x.exact[w] = append(x.exact[w], i)
			}
		}
	}
	return x
}

// first are the words that a pattern can begin with; known is false where any
// may be.
func (p pattern) first() (words []string, known bool) {
	if len(p) == 0 || p[0].any || p[0].end || p[0].optional || len(p[0].globs) > 0 {
		return nil, false
	}
	return p[0].words, true
}

// each calls yield for the patterns that may begin with one of the words, in the
// order of the table, until it returns false.
func (x index) each(yield func(int) bool, words ...string) {
	lists := [3][]int{x.open}
	for i, w := range words {
		lists[i+1] = x.exact[w]
	}
	for {
		least := -1
		for _, l := range lists {
			if len(l) > 0 && (least < 0 || l[0] < least) {
				least = l[0]
			}
		}
		if least < 0 || !yield(least) {
			return
		}
		for i, l := range lists {
			if len(l) > 0 && l[0] == least {
				lists[i] = l[1:]
			}
		}
	}
}
