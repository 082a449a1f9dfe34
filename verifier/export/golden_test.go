package export

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

var update = flag.Bool("update", false, "write golden texts anew")

var tool = verifier.Tool{Name: "freshinstall", Version: "1.0"}

func learned(t *testing.T, in *told) Recipe {
	t.Helper()
	r, err := Learn(in.in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGoldens(t *testing.T) {
	for name, in := range map[string]*told{"tally": tally(), "maps": atlas()} {
		r := learned(t, in)
		for file, write := range map[string]func() ([]byte, error){
			"install.sh":        func() ([]byte, error) { return InstallSh(r, tool) },
			"Dockerfile":        func() ([]byte, error) { return Dockerfile(r, tool, len(r.Commands)) },
			"devcontainer.json": func() ([]byte, error) { return Devcontainer(r, tool) },
			"PREREQUISITES.md": func() ([]byte, error) {
				return PrerequisitesMd(r, tool, Measured{Disk: 300 << 20, Memory: 4 << 30, Seconds: 61, Versions: []string{"gcc (Debian 12.2.0-14) 12.2.0"}})
			},
		} {
			t.Run(name+"/"+file, func(t *testing.T) {
				got, err := write()
				if err != nil {
					t.Fatal(err)
				}
				golden := filepath.Join("testdata", name, file)
				if *update {
					if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(golden, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if file == "install.sh" {
					if _, err := shell.Pieces(string(got)); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}
