package envs

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestCatalogueIsComplete(t *testing.T) {
	entries, err := decodeCatalogue(catalogueSource)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
		if !nameGrammar.MatchString(e.Name) || !imageReference(e.Image) || e.Description == "" || e.Family == "" {
			t.Errorf("%+v", e)
		}
		if debian := strings.HasPrefix(e.Name, "debian-"); debian != (e.Bootstrap != nil) {
			t.Errorf("%s: bootstrap %v", e.Name, e.Bootstrap)
		}
		if env := e.Environment(); env.Runnable() != nil || env.User != Newcomer {
			t.Errorf("%s: %+v %v", e.Name, env, env.Runnable())
		}
		if _, err := Parse("x", []byte("environments: ["+e.Name+"]")); err != nil {
			t.Error(err)
		}
	}
	want := []string{"debian-11", "debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04", "fedora", "rockylinux-9", "alpine"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := decodeCatalogue([]byte("- nam: x")); err == nil {
		t.Error("an unknown key in the catalogue is not seen")
	}
}

func TestLookup(t *testing.T) {
	env, err := Lookup("debian-12")
	want := Environment{
		Name: "debian-12", Family: verifier.FamilyDeb, User: "newcomer", Network: NetworkFull,
		Base:    Base{Image: "debian:12", Bootstrap: &Bootstrap{Suite: "bookworm"}},
		Furnish: Furnish{Sudo: true, Git: true, CACertificates: true, UTF8: true},
		Limits:  Limits{Memory: 4 << 30, PIDs: 2048, Disk: 10 << 30},
	}
	if diff := cmp.Diff(want, env); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, tt := range []struct {
		name, asked string
		near        []string
	}{
		{"a slip", "debian-1", []string{"debian-11", "debian-12", "debian-13"}},
		{"swapped letters", "feodra", []string{"fedora"}},
		{"an image reference", "ubuntu:22.04", []string{"ubuntu-22.04"}},
		{"a code name", "Noble", []string{"ubuntu-24.04"}},
		{"another word", "rhel", []string{"rockylinux-9"}},
		{"nothing alike", "haiku", nil},
		{"empty", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Lookup(tt.asked)
			var unknown *UnknownError
			if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "envs list") {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(tt.near, unknown.Near); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSelect(t *testing.T) {
	f, err := Parse("x", []byte("environments: [alpine, {name: server, from: debian-11}, {name: fedora, from: fedora, user: root}]"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		file  *File
		asked string
		want  string
	}{
		{"nothing declared or asked", nil, "", "debian-12 debian-13"},
		{"an empty declaration", &File{}, "", "debian-12 debian-13"},
		{"all declared ones", f, "", "alpine server fedora"},
		{"asked ones, in that order, once", f, "server alpine server", "server alpine"},
		{"asked ones from the catalogue too", f, "debian-13 server", "debian-13 server"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			envs, err := Select(tt.file, strings.Fields(tt.asked))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range envs {
				got = append(got, e.Name)
			}
			if diff := cmp.Diff(strings.Fields(tt.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("the declared one wins over the catalogue's", func(t *testing.T) {
		if envs, err := Select(f, []string{"fedora"}); err != nil || envs[0].User != "root" {
			t.Errorf("%+v, %v", envs, err)
		}
	})
	t.Run("a slip in a declared name", func(t *testing.T) {
		_, err := Select(f, []string{"servre"})
		if err == nil || !strings.Contains(err.Error(), `"server"`) {
			t.Errorf("got %v", err)
		}
	})
}

func TestRunnable(t *testing.T) {
	for _, tt := range []struct {
		name, declaration, says string
	}{
		{"full network", "{name: a, from: debian-12}", ""},
		{"no network", "{name: a, from: debian-12, network: none}", ""},
		{"registries only", "{name: a, from: debian-12, network: registries}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse("x", []byte("environments: ["+tt.declaration+"]"))
			if err != nil {
				t.Fatal(err)
			}
			err = f.Environments[0].Runnable()
			if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	if bare := (Furnish{}); !bare.Bare() || Default().Furnish.Bare() {
		t.Error("Bare tells a bare machine from a furnished one")
	}
	if err := Default().Runnable(); err == nil || !strings.Contains(err.Error(), "no base") {
		t.Errorf("without a base: %v", err)
	}
	if err := (Environment{Base: Base{Image: "x"}}).Runnable(); err == nil {
		t.Error("without a network")
	}
}

// A declared environment that builds on another must not share what can change.
func TestInheritedPartsAreCopies(t *testing.T) {
	f, err := Parse("x", []byte("environments:\n- {name: a, from: debian-12, env: {A: x}, packages: [p]}\n- {name: b, from: a, env: {B: y}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"A": "x"}, f.Environments[0].Env); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"A": "x", "B": "y"}, f.Environments[1].Env); diff != "" {
		t.Error(diff)
	}
	if f.Environments[0].Base.Bootstrap == f.Environments[1].Base.Bootstrap {
		t.Error("one bootstrap for two environments")
	}
}

func TestSizes(t *testing.T) {
	for in, want := range map[string]int64{
		"4g": 4 << 30, "512m": 512 << 20, "1.5GiB": 3 << 29, "1024": 1024, "64 MB": 64 << 20, "1t": 1 << 40, "10b": 10, "2k": 2048,
	} {
		if got, err := bytesOf(in); err != nil || got != want {
			t.Errorf("bytesOf(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "g", "-1g", "4x", "4gg", "1e3", "0x10", "9999999999999999t", "NaN", "4g " + "x"} {
		if got, err := bytesOf(in); err == nil {
			t.Errorf("bytesOf(%q) = %d", in, got)
		}
	}
	for _, n := range []int64{0, 1, 1000, 1 << 10, 3 << 29, 1 << 40, math.MaxInt32} {
		if got, err := bytesOf(sizeOf(n)); err != nil || got != n {
			t.Errorf("%d is shown as %q, which is %d, %v", n, sizeOf(n), got, err)
		}
	}
}

func TestResolve(t *testing.T) {
	values := map[string]Value{"PORT": {Text: "80"}, "TOKEN": {Env: "T"}, "KEY": {File: "/k"}}
	getenv := func(name string) (string, bool) { return "from " + name, name == "T" }
	readfile := func(path string) ([]byte, error) {
		if path != "/k" {
			return nil, os.ErrNotExist
		}
		return []byte("line\n\n"), nil
	}
	got, err := Resolve(values, true, getenv, readfile)
	want := map[string]Resolved{"PORT": {"80", false}, "TOKEN": {"from T", true}, "KEY": {"line", true}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	t.Run("an untrusted declaration", func(t *testing.T) {
		asked := false
		spy := func(string) (string, bool) { asked = true; return "x", true }
		_, err := Resolve(values, false, spy, func(string) ([]byte, error) { asked = true; return nil, nil })
		if !errors.Is(err, ErrUntrusted) || asked {
			t.Errorf("got %v, host asked: %v", err, asked)
		}
		if _, err := Resolve(map[string]Value{"PORT": {Text: "80"}}, false, spy, nil); err != nil || asked {
			t.Errorf("plain texts need no trust: %v", err)
		}
	})
	t.Run("all that is missing is told", func(t *testing.T) {
		bad := map[string]Value{"A": {Env: "UNSET"}, "B": {File: "/none"}, "C": {Text: "x"}}
		_, err := Resolve(bad, true, getenv, readfile)
		if err == nil || !strings.Contains(err.Error(), "UNSET is not set") || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
	for name, content := range map[string][]byte{"empty": []byte("\n"), "binary": []byte("a\x00b"), "large": make([]byte, maxSecret+1)} {
		t.Run(name, func(t *testing.T) {
			if got, err := Resolve(map[string]Value{"A": {File: "f"}}, true, nil, func(string) ([]byte, error) { return content, nil }); err == nil {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestFindAndRead(t *testing.T) {
	dir := t.TempDir()
	if _, ok := Find(dir); ok {
		t.Error("found in an empty folder")
	}
	write := func(name, content string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	yml := write("freshinstall.yml", "environments:\n  - {name: a, dockerfile: sub/Dockerfile}\n  - {name: b, rootfs: /srv/b.tar}\n")
	if path, ok := Find(dir); !ok || path != yml {
		t.Errorf("found %q %v", path, ok)
	}
	f, err := Read(yml)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.Environments[0].Base.Dockerfile, filepath.Join(dir, "sub", "Dockerfile"); got != want {
		t.Errorf("dockerfile %q, want %q", got, want)
	}
	if len(f.Untrusted()) != 1 {
		t.Errorf("%+v", f.Untrusted())
	}
	yaml := write("freshinstall.yaml", "environments: [debian-12]\n")
	if path, ok := Find(dir); !ok || path != yaml {
		t.Errorf("found %q %v", path, ok)
	}

	t.Run("problems name the file as the caller did", func(t *testing.T) {
		t.Chdir(dir)
		write("bad.yaml", "a: b\n")
		var p *Problems
		if _, err := Read("bad.yaml"); !errors.As(err, &p) || p.List[0].File != "bad.yaml" || p.List[0].Line != 1 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a Dockerfile behind a link out of the tree", func(t *testing.T) {
		write("linked/freshinstall.yaml", "environments: [{name: a, dockerfile: docker/Dockerfile}, {name: b, dockerfile: in/Dockerfile}]\n")
		write("elsewhere/Dockerfile", "FROM x\n")
		write("linked/real/Dockerfile", "FROM x\n")
		for name, target := range map[string]string{"docker": "../elsewhere", "in": "real"} {
			if err := os.Symlink(target, filepath.Join(dir, "linked", name)); err != nil {
				t.Fatal(err)
			}
		}
		f, err := Read(filepath.Join(dir, "linked", "freshinstall.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Untrusted(); len(got) != 1 || got[0].Key != "a.dockerfile" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("what is no file of this folder", func(t *testing.T) {
		other := t.TempDir()
		for name, make := range map[string]func(path string) error{
			"folder":      func(p string) error { return os.Mkdir(p, 0o755) },
			"link out":    func(p string) error { return os.Symlink(yaml, p) },
			"link to dev": func(p string) error { return os.Symlink("/dev/zero", p) },
			"nothing":     func(string) error { return nil },
		} {
			path := filepath.Join(other, strings.ReplaceAll(name, " ", "-")+".yaml")
			if err := make(path); err != nil {
				t.Fatal(err)
			}
			var p *Problems
			if _, err := Read(path); err == nil || errors.As(err, &p) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := Read(filepath.Join(other, "none", "x.yaml")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
}
