package diagnose

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// told gives candidates in one line each: commands, then what replaces the step.
func told(fixes []verifier.Fix) []string {
	var all []string
	for _, f := range fixes {
		text := strings.Join(f.Commands, "; ")
		if f.Kind == verifier.FixReplace {
			if text != "" {
				text += "; "
			}
			text += "=> " + f.Replace
		}
		all = append(all, text)
	}
	return all
}

func TestCandidates(t *testing.T) {
	tests := []struct {
		name, typed, output string
		change              func(*Observation)
		want                []string
	}{
		{name: "header from the index", typed: "make", output: "a.c:1:10: fatal error: zlib.h: No such file or directory",
			want: []string{"sudo apt-get update; sudo apt-get install -y zlib1g-dev"}},
		{name: "lists were fetched by an earlier step", typed: "make", output: "a.c:1:10: fatal error: zlib.h: No such file or directory",
			change: func(o *Observation) { o.Earlier = []string{"sudo apt-get update && sudo apt-get install -y gcc"} },
			want:   []string{"sudo apt-get install -y zlib1g-dev"}},
		{name: "lists come with an archive that is added", typed: "make", output: "a.c:1:10: fatal error: zlib.h: No such file or directory",
			change: func(o *Observation) { o.Earlier = []string{"sudo add-apt-repository -y ppa:a/b"} },
			want:   []string{"sudo apt-get install -y zlib1g-dev"}},
		{name: "lists of apt-file are others", typed: "make", output: "a.c:1:10: fatal error: zlib.h: No such file or directory",
			change: func(o *Observation) { o.Earlier = []string{"sudo apt-file update"} },
			want:   []string{"sudo apt-get update; sudo apt-get install -y zlib1g-dev"}},
		{name: "lists were there from the start", typed: "make", output: "a.c:1:10: fatal error: zlib.h: No such file or directory",
			change: func(o *Observation) {
				o.Environment.Furnishings = []verifier.Furnishing{{Name: "package_lists"}}
			},
			want: []string{"sudo apt-get install -y zlib1g-dev"}},
		{name: "lists that the step fetches come too late for a fix", typed: "sudo apt-get update && make", output: "a.c:1:10: fatal error: zlib.h: No such file or directory",
			want: []string{"sudo apt-get update; sudo apt-get install -y zlib1g-dev"}},
		{name: "root needs no sudo", typed: "make", output: "a.c:1:10: fatal error: zlib.h: No such file or directory",
			change: func(o *Observation) { o.Environment.User = "root" },
			want:   []string{"apt-get update; apt-get install -y zlib1g-dev"}},
		{name: "the configuration runs again", typed: "make", output: "a.c:1:10: fatal error: curses.h: No such file or directory",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update", "./configure --prefix=/usr"} },
			want:   []string{"sudo apt-get install -y libncurses-dev", "sudo apt-get install -y libncurses-dev; ./configure --prefix=/usr"}},
		{name: "python3 in the step itself", typed: "python setup.py install && cp python x", output: "bash: python: command not found",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want: []string{"=> python3 setup.py install && cp python x", "sudo apt-get install -y python3; => python3 setup.py install && cp python x",
				"sudo apt-get install -y python-is-python3"}},
		{name: "python inside a script", typed: "./build.sh", output: "./build.sh: line 2: python: command not found",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want:   []string{"sudo apt-get install -y python-is-python3"}},
		{name: "root without sudo", typed: "sudo apt-get update && sudo -E make install", output: "bash: sudo: command not found",
			change: func(o *Observation) { o.Environment.User = "root" },
			want:   []string{"=> apt-get update && make install", "apt-get update; apt-get install -y sudo"}},
		{name: "stale lists", typed: "sudo apt-get install -y zlib1g-dev", output: "E: Unable to locate package zlib1g-dev",
			want: []string{"sudo apt-get update"}},
		{name: "renamed package, from the index alone", typed: "sudo apt-get install -y git openjdk-11-jdk-headless", output: "E: Unable to locate package openjdk-11-jdk-headless",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want:   []string{"=> sudo apt-get install -y git openjdk-17-jdk-headless"}},
		{name: "successor that apt names", typed: "apt-get install -y libgl1-mesa-glx",
			output: "Package libgl1-mesa-glx is not available\nHowever the following packages replace it:\n  libgl1 x\n\nE: Package 'libgl1-mesa-glx' has no installation candidate",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want:   []string{"=> apt-get install -y libgl1"}},
		{name: "successor that the index does not know", typed: "apt-get install -y libfoo1",
			output: "However the following packages replace it:\n  evil-package x\n\nE: Package 'libfoo1' has no installation candidate",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want:   nil},
		{name: "the package of the project itself", typed: "autoreconf --version", output: "bash: autoreconf: command not found",
			change: func(o *Observation) { o.Earlier, o.Checkout = []string{"apt-get update"}, "autoconf" },
			want:   nil},
		{name: "the same package for another project", typed: "autoreconf --version", output: "bash: autoreconf: command not found",
			change: func(o *Observation) { o.Earlier, o.Checkout = []string{"apt-get update"}, "fern" },
			want:   []string{"sudo apt-get install -y autoconf"}},
		{name: "compiler", typed: "make", output: "make: cc: No such file or directory",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want:   []string{"sudo apt-get install -y gcc", "sudo apt-get install -y gcc libc6-dev", "sudo apt-get install -y build-essential"}},
		{name: "PEP 668", typed: "pip install -r requirements.txt", output: "error: externally-managed-environment",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want:   []string{"sudo apt-get install -y python3-venv; python3 -m venv .venv; . .venv/bin/activate"}},
		{name: "PEP 668 behind sudo", typed: "sudo pip install flask", output: "error: externally-managed-environment",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update; apt-get install python3-venv"} },
			want:   []string{"python3 -m venv .venv; . .venv/bin/activate; => pip install flask"}},
		{name: "executable bit of a tracked script", typed: "./build.sh --all", output: "bash: ./build.sh: Permission denied",
			change: func(o *Observation) { o.Files = []string{"build.sh"} },
			want:   []string{"chmod +x build.sh", "=> bash ./build.sh --all"}},
		{name: "executable bit of what is not tracked", typed: "./other.sh", output: "bash: ./other.sh: Permission denied",
			change: func(o *Observation) { o.Files = []string{"build.sh"} }, want: nil},
		{name: "module of CMake with a component", typed: "cmake .", output: "  Could NOT find Boost (missing: Boost_INCLUDE_DIR filesystem)",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want: []string{"sudo apt-get install -y libboost-filesystem-dev", "sudo apt-get install -y libboost-filesystem1.74-dev",
				"sudo apt-get install -y libboost-filesystem1.81-dev", "sudo apt-get install -y libboost-dev"}},
		{name: "shared object", typed: "./app", output: "./app: error while loading shared libraries: libGL.so.1: cannot open shared object file: No such file or directory",
			change: func(o *Observation) { o.Earlier = []string{"apt-get update"} },
			want:   []string{"sudo apt-get install -y libgl1"}},
		{name: "hostile name", typed: "make", output: "bash: x$(id): command not found\na.c:1:1: fatal error: ../../x.h: No such file or directory", want: nil},
		{name: "address over SSH", typed: "git clone git@github.com:owner/name.git", output: "git@github.com: Permission denied (publickey).",
			want: []string{"=> git clone https://github.com/owner/name.git"}},
		{name: "the package manager asks", typed: "sudo apt-get update && sudo apt-get install make", output: "Do you want to continue? [Y/n] Abort.",
			want: []string{"=> sudo apt-get update && sudo apt-get install -y make"}},
		{name: "pinned version", typed: "apt-get install -y kodi=1.0 x", output: "E: Version '1.0' for 'kodi' was not found",
			want: []string{"=> apt-get install -y kodi x"}},
		{name: "a prompt sign", typed: "$ make\n$ make install", output: "bash: $: command not found", want: []string{"=> make\nmake install"}},
		{name: "administrator's work", typed: "mkdir /opt/app", output: "mkdir: cannot create directory ‘/opt/app’: Permission denied", want: []string{"=> sudo mkdir /opt/app"}},
		{name: "administrator's work in a chain is left to a person", typed: "mkdir /opt/app && cd /opt/app", output: "mkdir: cannot create directory ‘/opt/app’: Permission denied", want: nil},
		{name: "compose", typed: "docker-compose up -d", output: "bash: docker-compose: command not found", want: nil},
		{name: "source", typed: "source venv/bin/activate", output: "sh: 1: source: not found", want: []string{"=> . venv/bin/activate"}},
		{name: "configuration that ran too early", typed: "make", output: "undefined reference to `waddnwstr'",
			change: func(o *Observation) { o.Earlier = []string{"./configure", "cmake --build ."} }, want: []string{"./configure"}},
	}
	c := catalogue(t).WithoutTables()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.typed, test.output)
			if test.change != nil {
				test.change(&o)
			}
			fixes, err := c.Candidates(t.Context(), c.Explain(o)[0], o, bookworm(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, told(fixes)); diff != "" {
				t.Errorf("(-want +have) %s", diff)
			}
			for _, f := range fixes {
				if f.Grade != verifier.Suggested || f.Why == "" {
					t.Errorf("%v: grade %q, why %q", f.Commands, f.Grade, f.Why)
				}
			}
		})
	}
}

func TestTablesOnlyAddWhatTheIndexKnows(t *testing.T) {
	c, err := Load(fstest.MapFS{
		"rules/x.yaml":        {Data: []byte(tableRule)},
		"tables/helpers.yaml": {Data: []byte("alpha: [gcc, not-in-the-index, 'gcc;id']\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	o := observe("x", "missing alpha")
	o.Earlier = []string{"apt-get update"}
	for name, test := range map[string]struct {
		c    *Catalogue
		want []string
	}{"with": {c, []string{"sudo apt-get install -y gcc"}}, "without": {c.WithoutTables(), nil}} {
		fixes, err := test.c.Candidates(t.Context(), test.c.Explain(o)[0], o, bookworm(t))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, told(fixes)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

const tableRule = `- id: X01
  title: a
  category: other
  blame: docs
  lines: ['missing (?P<name>\w+)']
  object: '{name}'
  cause: It is.
  plain: It is.
  families: {deb: [{table: helpers, why: it helps}]}
  samples: [{output: missing alpha}]
`

type failingIndex struct{}

func (failingIndex) Lookup(context.Context, Kind, string) ([]Package, error) {
	return nil, verifier.ErrLost
}

func TestCandidatesTellWhenTheIndexIsLost(t *testing.T) {
	c := catalogue(t)
	for _, output := range []string{"a.c:1:1: fatal error: zlib.h: No such file or directory", "bash: java: command not found"} {
		o := observe("make", output)
		if _, err := c.Candidates(t.Context(), c.Explain(o)[0], o, failingIndex{}); !errors.Is(err, verifier.ErrLost) {
			t.Errorf("%q: have %v", output, err)
		}
	}
}

func TestInstallInEachFamily(t *testing.T) {
	want := map[verifier.Family][]string{
		verifier.FamilyDeb:     {"sudo apt-get update", "sudo apt-get install -y make"},
		verifier.FamilyRPM:     {"sudo dnf install -y make"},
		verifier.FamilyApk:     {"sudo apk add make"},
		verifier.FamilySuse:    {"sudo zypper --non-interactive install make"},
		verifier.FamilyArch:    {"sudo pacman -S --noconfirm make"},
		verifier.FamilyUnknown: nil,
		"odd":                  nil,
	}
	for family, commands := range want {
		o := observe("x", "")
		o.Environment.Family = family
		if diff := cmp.Diff(commands, install(o, "make")); diff != "" {
			t.Errorf("%s: %s", family, diff)
		}
	}
	o := observe("x", "")
	o.Environment.Family = verifier.FamilyRPM
	if got := install(o, "pkgconfig(zlib)")[0]; got != "sudo dnf install -y 'pkgconfig(zlib)'" {
		t.Errorf("a name that a shell would read is not quoted: %s", got)
	}
}

func TestOnlyDebianWasTried(t *testing.T) {
	c := catalogue(t)
	for family, untried := range map[verifier.Family]bool{verifier.FamilyDeb: false, verifier.FamilyRPM: true, verifier.FamilyApk: true,
		verifier.FamilySuse: true, verifier.FamilyArch: true} {
		o := observed(&Rule{}, Sample{Output: "make: g++: No such file or directory", Exit: 2})
		o.Environment.Family = family
		fixes, err := c.Candidates(t.Context(), c.Explain(o)[0], o, nil)
		if err != nil || len(fixes) == 0 {
			t.Fatalf("%s: %d fixes, %v", family, len(fixes), err)
		}
		for _, f := range fixes {
			if f.Untried != untried {
				t.Errorf("%s: %v: untried %t, want %t", family, f.Commands, f.Untried, untried)
			}
		}
	}
	// What needs no package is the same everywhere.
	o := observed(&Rule{}, Sample{Output: "bash: python: command not found", Typed: "python x.py", Exit: 127})
	o.Environment.Family = verifier.FamilyApk
	fixes, err := c.Candidates(t.Context(), c.Explain(o)[0], o, nil)
	if err != nil || len(fixes) == 0 || fixes[0].Untried {
		t.Errorf("%+v, %v", fixes, err)
	}
}
