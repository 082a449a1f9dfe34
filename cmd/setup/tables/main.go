// Command tables distils the small tables of package names and ends of support
// that the program can be built with, from snapshots of the public projects
// that keep them. It fetches nothing and decides no fact; what a project says
// stands in its sheet with source, licence, commit and date, and the project's
// licence lies beside it.
//
// The one design decision: a source is read from a git repository, work tree
// or bare, at its HEAD. Commit and date are then never typed by hand, and the
// same snapshot always gives the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// mostBytes bounds all sheets together: they are part of every binary.
const mostBytes = 150_000

// source is a project and what is made of it.
type source struct {
	name    string // of its folder, and of its sheet
	address string
	licence string // SPDX identifier
	distil  func(repository) (heading []string, rows [][]string, err error)
}

var sources = []source{
	{"rosdistro", "https://github.com/ros/rosdistro", "BSD-3-Clause", packageNames},
	{"r-system-requirements", "https://github.com/rstudio/r-system-requirements", "MIT", requirements},
	{"endoflife.date", "https://github.com/endoflife-date/endoflife.date", "MIT", endsOfSupport},
}

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("tables", flag.ContinueOnError)
	flags.SetOutput(stderr)
	from := flags.String("sources", "", "`folder` with a git repository of each project, by its name")
	into := flags.String("into", "verifier/diagnose/tables", "`folder` to write sheets and licences to")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *from == "" || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "tables: say where the snapshots lie: make refresh-tables SOURCES=folder")
		return 2
	}
	if err := refresh(ctx, *from, *into, stdout); err != nil {
		fmt.Fprintln(stderr, "tables:", err)
		return 1
	}
	return 0
}

// refresh makes the sheets of those projects that have a folder.
func refresh(ctx context.Context, from, into string, say io.Writer) error {
	made := map[string][]byte{}
	var missing []string
	total := 0
	for _, s := range sources {
		repo := repository{ctx: ctx, dir: filepath.Join(from, s.name)}
		if _, err := os.Stat(repo.dir); err != nil {
			missing = append(missing, s.name)
			continue
		}
		sheet, rows, err := s.sheet(repo)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		licence, err := repo.show("LICENSE")
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		made[s.name+".tsv"], made[s.name+".LICENSE"] = sheet, licence
		total += len(sheet)
		fmt.Fprintf(say, "%s: %d lines, %d bytes\n", s.name, rows, len(sheet))
	}
	if len(made) == 0 {
		return fmt.Errorf("%s has none of %s", from, strings.Join(missing, ", "))
	}
	if total > mostBytes {
		return fmt.Errorf("the sheets have %d bytes together, more than %d; nothing was written", total, mostBytes)
	}
	for name, data := range made {
		if err := os.WriteFile(filepath.Join(into, name), data, 0o644); err != nil {
			return err
		}
	}
	for _, name := range missing {
		fmt.Fprintf(say, "%s: not in %s, left as it is\n", name, from)
	}
	return nil
}

// sheet writes what a project says, in the form that package diagnose reads.
func (s source) sheet(repo repository) (data []byte, lines int, err error) {
	head, err := repo.git("log", "-1", "--format=%H %cs")
	if err != nil {
		return nil, 0, err
	}
	commit, date, ok := strings.Cut(strings.TrimSpace(string(head)), " ")
	if !ok {
		return nil, 0, errors.New("git log told no date")
	}
	heading, rows, err := s.distil(repo)
	if err != nil {
		return nil, 0, err
	}
	if len(rows) == 0 {
		return nil, 0, errors.New("nothing that is of use here was found in it")
	}
	slices.SortFunc(rows, slices.Compare)
	rows = slices.CompactFunc(rows, slices.Equal)
	var out strings.Builder
	fmt.Fprintf(&out, "# Made by cmd/setup/tables; make refresh-tables makes it anew.\n# source: %s\n# licence: %s\n# commit: %s\n# date: %s\n", s.address, s.licence, commit, date)
	for _, cells := range slices.Insert(rows, 0, heading) {
		out.WriteString(strings.Join(cells, "\t") + "\n")
	}
	return []byte(out.String()), len(rows), nil
}

// repository reads files of a git repository's HEAD.
type repository struct {
	ctx context.Context // of the whole program, which has one thing to do
	dir string
}

func (r repository) show(file string) ([]byte, error) { return r.git("show", "HEAD:"+file) }

// list gives the files of a folder.
func (r repository) list(folder string) ([]string, error) {
	out, err := r.git("ls-tree", "--name-only", "-z", "HEAD", "--", folder+"/")
	return strings.FieldsFunc(string(out), func(c rune) bool { return c == 0 }), err
}

func (r repository) git(args ...string) ([]byte, error) {
	command := exec.CommandContext(r.ctx, "git", append([]string{"-C", r.dir}, args...)...)
	var said strings.Builder
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return out, nil
}
