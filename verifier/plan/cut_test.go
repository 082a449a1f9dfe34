package plan

import (
	"slices"
	"strings"
	"testing"
)

// What is too long to be an install document is read as far as there is room,
// and the plan says so.
func TestLongDocumentsAreCut(t *testing.T) {
	begin := "# Tool\n\n## Install\n\n```sh\nmake\n```\n\n## News\n\n"
	long := begin + strings.Repeat("Nothing to type here, year after year.\n", 10_000) + "\n## Install\n\n```sh\nmake install\n```\n"
	made, err := Build(Input{Repository: "tool", Documents: []Document{
		{Path: "README.md", Source: []byte(long)}, {Path: "INSTALL.md", Source: []byte(begin), Declared: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"README.md", "INSTALL.md"}; !slices.Equal(made.Cut, want) {
		t.Errorf("cut %q, want %q", made.Cut, want)
	}
	if len(made.Steps) != 1 || made.Steps[0].Command != "make" {
		t.Errorf("steps %+v", made.Steps)
	}
	made, err = Build(Input{Repository: "tool", Documents: []Document{{Path: "README.md", Source: []byte(begin)}}})
	if err != nil || made.Cut != nil {
		t.Errorf("cut %q, %v", made.Cut, err)
	}
}
