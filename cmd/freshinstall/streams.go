package main

import (
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
)

// streams are the three that every program has: out is the result, err is the
// talk.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// terminalWidth says how many columns w has, if it is a terminal.
func terminalWidth(w io.Writer) (columns int, ok bool) {
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 {
		columns = 80
	}
	return columns, true
}

// environment holds the process's variables, so that nothing below reads them
// behind the back of a test.
type environment map[string]string

// parseEnvironment reads "NAME=value" pairs; the last one of a name wins.
func parseEnvironment(pairs []string) environment {
	env := make(environment, len(pairs))
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok && name != "" {
			env[name] = value
		}
	}
	return env
}

// pairs is the environment as processes take it, sorted.
func (e environment) pairs() []string {
	pairs := make([]string, 0, len(e))
	for name, value := range e {
		pairs = append(pairs, name+"="+value)
	}
	slices.Sort(pairs)
	return pairs
}

// lookup is os.LookupEnv for this environment.
func (e environment) lookup(name string) (string, bool) {
	value, ok := e[name]
	return value, ok
}

// set reports whether a switch such as CI or NO_COLOR is on: present, not
// empty and not "0" or "false".
func (e environment) set(name string) bool {
	switch strings.ToLower(e[name]) {
	case "", "0", "false":
		return false
	}
	return true
}

// utf8 reports whether the locale can show more than ASCII. Without any
// variable it is taken for granted, as in most CI jobs.
func (e environment) utf8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(e[name]); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return true
}
