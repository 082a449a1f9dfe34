package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier/plan"
)

// BenchmarkPlan plans the READMEs of FRESHINSTALL_CORPUS one after another in
// one process; ns/op is the time of one repository's documents.
func BenchmarkPlan(b *testing.B) {
	all, err := readLabelled(os.Getenv("FRESHINSTALL_CORPUS"))
	if err != nil || len(all) == 0 {
		b.Skipf("FRESHINSTALL_CORPUS names no folder of labelled repositories: %v", err)
	}
	documents := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		in := all[i%len(all)].input
		if _, err := plan.Build(in); err != nil {
			b.Fatal(err)
		}
		documents += len(in.Documents)
	}
	b.ReportMetric(float64(documents)/b.Elapsed().Seconds(), "documents/s")
}

// laid writes a labelled repository of two documents.
func laid(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"files.txt":       "README.md\nINSTALL.md\nMakefile\n",
		"docs/README.md":  "# Tool\n\nSee [how to install](INSTALL.md).\n\n## Uninstall\n\n    make uninstall\n",
		"docs/INSTALL.md": "# Install\n\n    make\n    sudo make install\n\n## On macOS\n\n    brew install gcc\n",
		"labels.json": `{"repo": "some/tool", "doc": "README.md", "commands": [
			{"doc": "INSTALL.md", "line": 3, "cmd": "make", "role": "build", "follow": true},
			{"doc": "INSTALL.md", "line": 4, "cmd": "sudo make install", "role": "install", "follow": true},
			{"doc": "INSTALL.md", "line": 8, "cmd": "brew install gcc", "role": "install", "follow": false}]}`,
	} {
		file := filepath.Join(root, "some__tool", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestAblateNamesEveryRule(t *testing.T) {
	all, err := readLabelled(laid(t))
	if err != nil || len(all) != 1 {
		t.Fatalf("%d repositories, %v", len(all), err)
	}
	var out strings.Builder
	if err := ablate(&out, all); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "1 repositories, follow F1 1.000 with all rules\n") {
		t.Errorf("%s", out.String())
	}
	for _, r := range plan.Rules() {
		if !strings.Contains(out.String(), "| "+r.Name+" | ") {
			t.Errorf("no row for %s", r.Name)
		}
	}
	for _, want := range []string{
		"| platforms | 1 | 0.800 | -0.200 |",
		"| linked-guides | 1 | 0.000 | -1.000 |",
		"| no-removal | 0 | 1.000 | +0.000 | nobody removes what they have just begun to install |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no row %q in\n%s", want, out.String())
		}
	}
}
