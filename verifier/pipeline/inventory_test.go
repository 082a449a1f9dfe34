package pipeline

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestParseInventory(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want verifier.Inventory
	}{
		"nothing": {"", verifier.Inventory{}},
		"several managers": {"dpkg\tlibfoo1\t1:1.2-3+b1~x\npip\tMy_Thing\t2.0\nnpm\t@scope/name\t1.0.0-rc.1\n", verifier.Inventory{
			verifier.ManagerDpkg: {"libfoo1": "1:1.2-3+b1~x"}, verifier.ManagerPip: {"my-thing": "2.0"}, verifier.ManagerNpm: {"@scope/name": "1.0.0-rc.1"}}},
		"several versions": {"npm\ta\t1\nnpm\ta\t2\nnpm\ta\t1\nnpm\ta\t3\nnpm\ta\t4\n", verifier.Inventory{verifier.ManagerNpm: {"a": "1, 2, 3"}}},
		"what is no entry": {"dpkg\ta\nbrew\ta\t1\ndpkg\t\t1\ndpkg\ta\t\ndpkg\t-rf\t1\ndpkg\ta; rm\t1\ndpkg\ta\t$(id)\ndpkg\ta\x1b[2J\t1\ndpkg\t" +
			strings.Repeat("x", 300) + "\t1\ndpkg\ta\t1\tb\n", verifier.Inventory{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, parseInventory(c.text)); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	}
	var flood strings.Builder
	for i := range 2 * mostInstalled {
		fmt.Fprintf(&flood, "dpkg\tp%d\t1\n", i)
	}
	if n := len(parseInventory(flood.String())[verifier.ManagerDpkg]); n != mostInstalled {
		t.Errorf("%d packages of a flood are kept, want %d", n, mostInstalled)
	}
}

// The script reads what managers wrote below the folders that it looks in;
// here they lie in one of the test's own.
func TestInventoryScriptReadsFolders(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"venv/lib/python3.11/site-packages/My_Thing-2.0.dist-info/METADATA": "",
		"venv/lib/python3.11/site-packages/old-1.0-py3.11.egg-info":         "",
		"venv/lib/python3.11/site-packages/develop.egg-info/PKG-INFO":       "",
		"shop/node_modules/left-pad/package.json":                           "{\n  \"name\": \"left-pad\",\n  \"version\": \"1.3.0\"\n}\n",
		"shop/node_modules/@scope/name/package.json":                        `{"name": "@scope/name", "version": "2.0.1"}`,
		"shop/node_modules/left-pad/node_modules/inner/package.json":        `{"version": "9.9.9"}`,
		"gems/3.1.0/specifications/rack-test-2.0.2.gemspec":                 "",
		"lib/R/site-library/jsonlite/DESCRIPTION":                           "Package: jsonlite\nVersion: 1.8.4\n",
		".cargo/.crates.toml":                                               "[v1]\n\"ripgrep 14.1.0 (registry+https://github.com/rust-lang/crates.io-index)\" = [\"rg\"]\n",
		"shop/.git/refs/evil-1.0.dist-info/x":                               "",
		"shop/node_modules/odd;name/package.json":                           `{"version": "1"}`,
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before, after, found := strings.Cut(inventoryScript, "for root in ")
	_, after, ends := strings.Cut(after, "; do")
	if !found || !ends {
		t.Fatal("the script names its folders otherwise")
	}
	script := before + "for root in '" + root + "'; do" + after
	out, err := exec.CommandContext(t.Context(), "bash", "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	got := parseInventory(string(out))
	for _, manager := range []verifier.Manager{verifier.ManagerDpkg, verifier.ManagerRPM, verifier.ManagerApk, verifier.ManagerPacman, verifier.ManagerTool} {
		delete(got, manager) // of the machine that runs the test
	}
	want := verifier.Inventory{
		verifier.ManagerPip: {"my-thing": "2.0", "old": "1.0"}, verifier.ManagerNpm: {"left-pad": "1.3.0", "@scope/name": "2.0.1"},
		verifier.ManagerGem: {"rack-test": "2.0.2"}, verifier.ManagerR: {"jsonlite": "1.8.4"}, verifier.ManagerCargo: {"ripgrep": "14.1.0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("inventory (-want +got):\n%s\n%s", diff, out)
	}
}
