package patch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree makes files; a value that begins with "-> " is a link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			err = os.Symlink(target, path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWrite(t *testing.T) {
	dir := tree(t, map[string]string{"README.md": "old\n", "docs/a b.md": "old a\n", "same.md": "same\n"})
	if err := os.Chmod(filepath.Join(dir, "docs/a b.md"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := WriteTree(dir, []Change{
		{Document: "README.md", Before: []byte("old\n"), After: []byte("new\n")},
		{Document: "docs/a b.md", Before: []byte("old a\n"), After: []byte("new a")},
		{Document: "same.md", Before: []byte("another on disk\n"), After: []byte("another on disk\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if read(t, dir, "README.md") != "new\n" || read(t, dir, "docs/a b.md") != "new a" || read(t, dir, "same.md") != "same\n" {
		t.Error("not written as told")
	}
	for name, want := range map[string]fs.FileMode{"README.md": 0o644, "docs/a b.md": 0o755} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, want %v (%v)", name, info.Mode().Perm(), want, err)
		}
	}
	if left := names(t, dir); len(left) != 3 {
		t.Errorf("left behind: %v", left)
	}
}

func TestWriteRefuses(t *testing.T) {
	outside := tree(t, map[string]string{"target.md": "old\n"})
	isLink := func(err error) bool { _, ok := errors.AsType[*LinkError](err); return ok }
	isChanged := func(err error) bool { _, ok := errors.AsType[*ChangedError](err); return ok }
	isOther := func(err error) bool { return err != nil }
	for _, tc := range []struct {
		name, document string
		files          map[string]string
		refused        func(error) bool
	}{
		{"link out of the tree", "l.md", map[string]string{"l.md": "-> " + outside + "/target.md"}, isLink},
		{"link inside the tree", "l.md", map[string]string{"l.md": "-> real.md", "real.md": "old\n"}, isLink},
		{"folder that is a link", "d/target.md", map[string]string{"d": "-> " + outside}, isLink},
		{"folder that is a link inside", "d/real.md", map[string]string{"d": "-> e", "e/real.md": "old\n"}, isLink},
		{"folder", "d", map[string]string{"d/x.md": "old\n"}, isLink},
		{"changed meanwhile", "a.md", map[string]string{"a.md": "edited\n"}, isChanged},
		{"gone meanwhile", "a.md", nil, func(err error) bool { return errors.Is(err, fs.ErrNotExist) }},
		{"path upwards", "../target.md", nil, isOther},
		{"absolute path", outside + "/target.md", nil, isOther},
		{"no path", "", nil, isOther},
		{"the tree itself", ".", nil, isOther},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := map[string]string{"first.md": "old\n"}
			for name, text := range tc.files {
				files[name] = text
			}
			dir := tree(t, files)
			before := len(names(t, dir))
			err := WriteTree(dir, []Change{
				{Document: "first.md", Before: []byte("old\n"), After: []byte("new\n")},
				{Document: tc.document, Before: []byte("old\n"), After: []byte("new\n")},
			})
			if !tc.refused(err) {
				t.Errorf("err = %v", err)
			}
			if read(t, dir, "first.md") != "old\n" || read(t, outside, "target.md") != "old\n" {
				t.Error("written all the same")
			}
			if after := names(t, dir); len(after) != before {
				t.Errorf("left behind: %v", after)
			}
		})
	}
	if err := WriteTree(filepath.Join(outside, "none"), nil); err == nil {
		t.Error("a tree that does not exist is taken")
	}
}

func TestErrorsSayWhereAndWhatToDo(t *testing.T) {
	for _, err := range []error{
		&MarkerError{Line: 3, What: "x"}, &MarkupError{"a.rst"}, &OpenBlockError{"a.md", 2}, &ChangedError{"a.md"}, &LinkError{"a/b.md", "a"},
	} {
		if text := err.Error(); len(text) < 30 || strings.Contains(text, "%!") {
			t.Errorf("%T: %s", err, text)
		}
	}
}

func TestWriteMakesAndTakesAwayDocuments(t *testing.T) {
	dir := tree(t, map[string]string{"there.md": "mine\n", "gone.md": "section\n", "link": "-> " + t.TempDir()})
	made := Change{Document: "docs/new/problems.md", After: []byte("text\n")}
	if err := WriteTree(dir, []Change{made, {Document: "gone.md", Before: []byte("section\n")}}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, dir, "docs/new/problems.md"); got != "text\n" {
		t.Errorf("made: %q", got)
	}
	if _, err := os.Lstat(filepath.Join(dir, "gone.md")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("gone.md is still there: %v", err)
	}
	if _, ok := errors.AsType[*ChangedError](WriteTree(dir, []Change{{Document: "there.md", After: []byte("ours\n")}})); !ok {
		t.Error("a document that appeared in the meantime is written over")
	}
	for _, name := range []string{"link/problems.md", "../problems.md"} {
		if err := WriteTree(dir, []Change{{Document: name, After: []byte("ours\n")}}); err == nil {
			t.Errorf("%s was made", name)
		}
	}
	if got := read(t, dir, "there.md"); got != "mine\n" {
		t.Errorf("there.md: %q", got)
	}
}
