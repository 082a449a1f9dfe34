package envs

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata")

// Each archive holds a declaration and what reading it gives: problems, or
// environments and the rest.
func TestDeclarations(t *testing.T) {
	paths, err := filepath.Glob("testdata/declarations/*.txtar")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d archives, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) == 0 || archive.Files[0].Name != "freshinstall.yaml" {
				t.Fatal("the first file must be freshinstall.yaml")
			}
			name, got := describe(t, archive.Files[0].Data)
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: name, Data: []byte(got)})
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 || archive.Files[1].Name != name {
				t.Fatalf("got %s:\n%s", name, got)
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func describe(t *testing.T, src []byte) (name, text string) {
	t.Helper()
	f, err := Parse("freshinstall.yaml", src)
	if err != nil {
		var p *Problems
		if !errors.As(err, &p) || len(p.List) == 0 {
			t.Fatalf("%T %v is no *Problems", err, err)
		}
		return "problems", err.Error() + "\n"
	}
	var b bytes.Buffer
	for _, env := range f.Environments {
		fmt.Fprintf(&b, "# %s\n%s", env.Family, Show(env))
	}
	rest, err := json.MarshalIndent(map[string]any{
		"documents": f.Documents, "values": f.Values, "answers": f.Answers, "steps": f.Steps,
		"acceptance": f.Acceptance, "settings": f.Settings, "untrusted": f.Untrusted(),
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range f.Rules {
		fmt.Fprintf(&b, "# rule of line %d\n%s", rule.At, rule.Text)
	}
	fmt.Fprintf(&b, "%s\n", rest)
	return "read", b.String()
}
