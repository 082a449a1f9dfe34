// Package mutant damages install documents in known ways: it reads small
// projects whose documents are right, and gives each one place at which one
// thing is wrong. It runs nothing and judges nothing; that a mutant really fails,
// and what the tool says of it, is found out by its caller.
//
// The one design decision: a mutator works on the steps of any plan, by their
// text and their place in the document, and knows no project. So the same
// mutators can be let loose on documents of other people.
package mutant

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Project is a small repository whose document leads to the end.
type Project struct {
	Name     string
	Language string            // "c", "go", "node", "python", "shell", "docs"
	Packages []string          // what its machine already has
	Index    bool              // its machine installs Python packages from the local index
	Files    map[string]string // by slash-separated path; executable when they begin with #!
}

// Read takes a project from an archive. The lines before its first file are
// `key: value`: language (needed), packages, index.
func Read(name string, text []byte) (Project, error) {
	archive := txtar.Parse(text)
	p := Project{Name: name, Files: map[string]string{}}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch key {
		case "":
		case "language":
			p.Language = value
		case "packages":
			for _, name := range strings.Split(value, ",") {
				p.Packages = append(p.Packages, strings.TrimSpace(name))
			}
		case "index":
			p.Index = value == "yes"
		default:
			return p, fmt.Errorf("project %s: unknown key %q", name, key)
		}
	}
	for _, f := range archive.Files {
		p.Files[f.Name] = string(f.Data)
	}
	if p.Language == "" || len(p.Files) == 0 {
		return p, fmt.Errorf("project %s: it needs a language and files", name)
	}
	return p, nil
}

// Executable reports whether a file can be run by its name.
func (p Project) Executable(file string) bool { return strings.HasPrefix(p.Files[file], "#!") }

// Document is the path of the install document.
func (p Project) Document() string {
	for name := range p.Files {
		if strings.HasPrefix(name, "README.") {
			return name
		}
	}
	return ""
}

// Lay writes the files into an empty folder, with the mutant's damage where it
// is not nil.
func (p Project) Lay(folder string, m *Mutant) error {
	root, err := openEmpty(folder)
	if err != nil {
		return fmt.Errorf("lay out %s: %w", p.Name, err)
	}
	for name, text := range p.Files {
		mode := os.FileMode(0o644)
		if p.Executable(name) && (m == nil || m.NotExecutable != name) {
			mode = 0o755
		}
		if m != nil && name == m.Document {
			text = m.Text
		}
		local := filepath.FromSlash(name)
		err = errors.Join(err, root.MkdirAll(filepath.Dir(local), 0o755), root.WriteFile(local, []byte(text), mode))
	}
	if err = errors.Join(err, root.Close()); err != nil {
		return fmt.Errorf("lay out %s: %w", p.Name, err)
	}
	return nil
}

func openEmpty(folder string) (*os.Root, error) {
	if err := os.RemoveAll(folder); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	return os.OpenRoot(folder)
}

// folders lists every folder of the tree, sorted.
func (p Project) folders() []string {
	var all []string
	for name := range p.Files {
		if at := strings.LastIndexByte(name, '/'); at >= 0 {
			all = append(all, name[:at])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
