package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/reports"
)

func TestParseOutputs(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "r.json")
	for _, c := range []struct {
		name   string
		specs  []string
		claims []string
		want   []output
		fails  bool
	}{
		{"nothing asked for", nil, nil, []output{{"terminal", "-"}}, false},
		{"a file leaves stdout to the terminal's report", []string{"json=" + file}, nil, []output{{"json", file}, {"terminal", "-"}}, false},
		{"stdout by name", []string{"json=-"}, nil, []output{{"json", "-"}}, false},
		{"stdout by leaving the file out", []string{"markdown"}, nil, []output{{"markdown", "-"}}, false},
		{"a patch on stdout", nil, []string{"-", ""}, nil, false},
		{"two on stdout", []string{"json", "markdown=-"}, nil, nil, true},
		{"patch and report on stdout", []string{"json"}, []string{"-"}, nil, true},
		{"a folder that is not there", []string{"json=" + filepath.Join(folder, "no", "r.json")}, nil, nil, true},
		{"a folder for a file", []string{"json=" + folder}, nil, nil, true},
		{"no such format", []string{"pdf=" + file}, nil, nil, true},
		{"no file behind the sign", []string{"json="}, nil, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseOutputs(c.specs, c.claims...)
			if p, ok := errors.AsType[*problem](err); c.fails != ok || ok && (p.code != exitUse || p.todo == "") {
				t.Fatalf("error %v, want one: %v", err, c.fails)
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(output{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The table in the README is the list of formats that people see.
func TestTheReadmeTellsOfEveryFormat(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "| format | for |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var told []string
	for row := range strings.Lines(table) {
		for _, name := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(strings.Split(row, "|")[1], -1) {
			told = append(told, name[1])
		}
	}
	slices.Sort(told)
	if diff := cmp.Diff(reports.Formats(), told); diff != "" {
		t.Errorf("(-program +README):\n%s", diff)
	}
}

func TestWriteWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "report.md")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	wrong := errors.New("full")
	err := writeWholeBy(path, func(f *os.File) error {
		if _, err := f.WriteString("half"); err != nil {
			t.Fatal(err)
		}
		return wrong
	})
	if !errors.Is(err, wrong) {
		t.Errorf("error %v, want %v", err, wrong)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != "old" || len(entries) != 1 {
		t.Errorf("after a failed write: %q, %d files, %v; want the old file alone", content, len(entries), err)
	}
	if err := writeWhole(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "new" {
		t.Errorf("after a write: %q, %v", content, err)
	}
}

// brokenWriter fails as a full disk does.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAResultThatCannotBePrintedIsAnError(t *testing.T) {
	var talk bytes.Buffer
	code := run(t.Context(), []string{"version"}, nil, streams{out: brokenWriter{}, err: &talk})
	if code != exitUntested {
		t.Errorf("exit code %d, want %d", code, exitUntested)
	}
	if !bytes.Contains(talk.Bytes(), []byte("no space left on device")) {
		t.Errorf("stderr: %s", talk.Bytes())
	}
}
