package envs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxSecret bounds what from-file reads: a token or a key, not a data set.
const maxSecret = 64 << 10

// Value is what a placeholder of a document stands for: a text, or where on
// the host it comes from. Exactly one of Env and File is set for the latter.
type Value struct {
	Text string
	Env  string // from-env: name of a variable
	File string // from-file: path on the host
	At   int    // line of the declaration
}

// Resolved is a value's text. Secret ones are masked wherever text is shown.
type Resolved struct {
	Text   string
	Secret bool
}

func (r *reader) values(n *yaml.Node) map[string]Value {
	pairs := r.pairs(n, "values")
	if len(pairs) == 0 || !r.few(n, "values", len(pairs), maxEntries) {
		return nil
	}
	out := map[string]Value{}
	for _, p := range pairs {
		if strings.TrimSpace(p.key) == "" {
			r.bad(p.at, "values: a placeholder's name is empty")
			continue
		}
		text, ok := r.text(p.value, "the value of \""+short(p.key)+"\"")
		if !ok {
			continue
		}
		if v, ok := r.value(p, text); ok {
			v.At = p.at.Line
			out[p.key] = v
		}
	}
	return out
}

func (r *reader) value(p pair, text string) (Value, bool) {
	reach := Reach{Line: p.at.Line, Key: "values." + p.key, Value: text}
	if name, ok := strings.CutPrefix(text, "from-env:"); ok {
		if !variableGrammar.MatchString(name) {
			r.bad(p.value, "from-env: %q is no name of a variable", short(name))
			return Value{}, false
		}
		reach.Means = "takes the variable " + name + " of this computer into the machine"
		r.reaches = append(r.reaches, reach)
		return Value{Env: name}, true
	}
	if name, ok := strings.CutPrefix(text, "from-file:"); ok {
		path, ok := r.hostPath(p.value, "from-file", name)
		reach.Means = "takes the content of " + path + " into the machine"
		r.reaches = append(r.reaches, reach)
		return Value{File: path}, ok
	}
	if !oneLine(text) {
		r.bad(p.value, "the value of %q must be one line", short(p.key))
		return Value{}, false
	}
	return Value{Text: text}, true
}

// hostPath makes a path of the host absolute; relative ones start in the
// declaration's folder.
func (r *reader) hostPath(n *yaml.Node, what, s string) (string, bool) {
	switch {
	case strings.TrimSpace(s) == "":
		r.bad(n, "%s: no path", what)
		return "", false
	case !oneLine(s):
		r.bad(n, "%s: %q holds control characters", what, short(s))
		return "", false
	case strings.HasPrefix(s, "~"):
		r.bad(n, "%s: ~ is not expanded; write the whole path", what)
		return "", false
	}
	path := filepath.FromSlash(s)
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	return filepath.Clean(path), true
}

// Resolve looks the values up on the host. Unless the declaration is trusted,
// a value that reaches into the host is an error. The error names all values
// that could not be had; getenv and readfile are [os.LookupEnv] and a bounded
// read in the tool itself.
func Resolve(values map[string]Value, trusted bool, getenv func(string) (string, bool), readfile func(string) ([]byte, error)) (map[string]Resolved, error) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make(map[string]Resolved, len(values))
	var faults []error
	for _, name := range names {
		v, err := values[name].resolve(trusted, getenv, readfile)
		if err != nil {
			faults = append(faults, fmt.Errorf("value %q: %w", short(name), err))
			continue
		}
		out[name] = v
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return out, nil
}

// ErrUntrusted says that a declaration which nobody trusted reaches into the host.
var ErrUntrusted = errors.New("reaches into this computer, and the declaration is not trusted")

func (v Value) resolve(trusted bool, getenv func(string) (string, bool), readfile func(string) ([]byte, error)) (Resolved, error) {
	if v.Env == "" && v.File == "" {
		return Resolved{Text: v.Text}, nil
	}
	if !trusted {
		return Resolved{}, ErrUntrusted
	}
	var text string
	if v.Env != "" {
		var ok bool
		if text, ok = getenv(v.Env); !ok || text == "" {
			return Resolved{}, fmt.Errorf("the variable %s is not set; export it first", v.Env)
		}
	} else {
		content, err := readfile(v.File)
		if err != nil {
			return Resolved{}, err
		}
		if len(content) > maxSecret {
			return Resolved{}, fmt.Errorf("%s is larger than %d bytes", v.File, maxSecret)
		}
		text = strings.TrimRight(string(content), "\r\n")
	}
	if text == "" || strings.ContainsRune(text, 0) {
		return Resolved{}, errors.New("it is empty or no text")
	}
	return Resolved{Text: text, Secret: true}, nil
}

// Reach is a key of a declaration that reaches into the host. In a file that
// came with a foreign repository it counts only after the user said so.
type Reach struct {
	Line  int
	Key   string // "values.YOUR_TOKEN", "partner-server.rootfs"
	Value string // as written
	Means string // plain words: what it would do
}

// Untrusted lists the keys that reach into the host, by line. Empty means that
// the declaration can be used whoever wrote it.
func (f *File) Untrusted() []Reach {
	out := slices.Clone(f.reaches)
	slices.SortStableFunc(out, func(a, b Reach) int { return a.Line - b.Line })
	return out
}

// followLinks adds Dockerfiles that lie inside the tree by name, but by a link
// lead out of it.
func (f *File) followLinks(dir string) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		real = dir
	}
	for i := range f.Environments {
		path := f.Environments[i].Base.Dockerfile
		if path == "" || !inside(dir, path) {
			continue // none, or listed already
		}
		target, err := filepath.EvalSymlinks(path)
		if errors.Is(err, os.ErrNotExist) || err == nil && inside(real, target) {
			continue
		}
		f.reaches = append(f.reaches, Reach{
			Key:   f.Environments[i].Name + ".dockerfile",
			Value: path,
			Means: "builds from a file outside of the repository, through a link",
		})
	}
}

// inside reports whether a cleaned path lies below dir.
func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
