package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/reports"
	"github.com/freshinstall/freshinstall/verifier"
)

// onStdout is the file name that means standard output.
const onStdout = "-"

// output is one place where something is to be written.
type output struct {
	format string
	file   string // onStdout, or a path
}

// parseOutputs reads FORMAT[=FILE] and checks before a long run what would
// spoil its end: formats that are not there, folders that are not there, and
// two results on one stdout. Unless somebody claims stdout, the report for
// terminals goes there.
func parseOutputs(specs []string, claims ...string) ([]output, error) {
	var out []output
	stdout := ""
	claim := func(what, file string) error {
		if file != onStdout {
			return checkTarget(file)
		}
		if stdout != "" {
			return misuse("give one of them a file: FORMAT=FILE", "both %s and %s would go to stdout", stdout, what)
		}
		stdout = what
		return nil
	}
	for _, file := range claims {
		if file == "" {
			continue
		}
		if err := claim("the patch", file); err != nil {
			return nil, err
		}
	}
	for _, spec := range specs {
		format, file, given := strings.Cut(spec, "=")
		if !given {
			file = onStdout
		}
		if !slices.Contains(reports.Formats(), format) {
			return nil, misuse("choose one of "+strings.Join(reports.Formats(), ", "), "there is no report format %q", format)
		}
		if file == "" {
			return nil, misuse("write "+format+"=FILE, or "+format+"=- for stdout", "the report %q names no file", spec)
		}
		if err := claim("the report "+format, file); err != nil {
			return nil, err
		}
		out = append(out, output{format: format, file: file})
	}
	if stdout == "" {
		out = append(out, output{format: "terminal", file: onStdout})
	}
	return out, nil
}

// checkTarget says early what would make writing a file fail late.
func checkTarget(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return misuse("name a file in it", "cannot write to a folder").at(file)
	}
	folder := filepath.Dir(file)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return misuse("make the folder first, or name another file", "the folder to write to is not there").at(folder)
	}
	return nil
}

// writeOutputs writes every report. One that fails does not keep the others
// from being written. code is the exit code that the program will end with, if
// it is known.
func (d *frontDoor) writeOutputs(outputs []output, r *verifier.Result, code *int) error {
	var first error
	for _, o := range outputs {
		if err := d.writeOutput(o, r, code); err != nil && first == nil {
			first = err
		}
	}
	return first
}

func (d *frontDoor) writeOutput(o output, r *verifier.Result, code *int) error {
	var text bytes.Buffer
	if err := d.render(o, &text, r, code); err != nil {
		return fmt.Errorf("report %s: %w", o.format, err)
	}
	if out, guarded := d.std.out.(*harmlessWriter); guarded && o.format == "github" && o.file == onStdout {
		return out.Obeyed(text.Bytes())
	}
	return d.writeTo(o.file, "the report "+o.format, text.Bytes())
}

// writeTo writes to a file or to stdout.
func (d *frontDoor) writeTo(file, what string, content []byte) error {
	if file == onStdout {
		return d.print(string(content))
	}
	if err := writeWhole(file, content); err != nil {
		return &problem{code: exitUntested, what: "cannot write " + what, where: file, cause: err,
			todo: "see that the folder can be written and the disk has room"}
	}
	return nil
}

// render writes a report; the one for terminals suits the terminal there is.
func (d *frontDoor) render(o output, w io.Writer, r *verifier.Result, code *int) error {
	if o.format != "terminal" || o.file != onStdout {
		return reports.Write(o.format, w, r)
	}
	columns, terminal := terminalWidth(d.std.out)
	return reports.Terminal(w, r, reports.TerminalOptions{
		Width: min(columns, widest), Color: d.colour(terminal), ASCII: !d.env.utf8(), Exit: code,
	})
}

// widest keeps lines readable on very wide terminals.
const widest = 120

// colour follows NO_COLOR and FORCE_COLOR, else what stdout is.
func (d *frontDoor) colour(terminal bool) bool {
	switch {
	case d.env["NO_COLOR"] != "":
		return false
	case d.env.set("FORCE_COLOR"):
		return true
	}
	return terminal && d.env["TERM"] != "dumb"
}
