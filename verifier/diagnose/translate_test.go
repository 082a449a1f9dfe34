package diagnose

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// shelf is an index that has packages by name, and modules of pkg-config.
type shelf struct {
	packages string // separated by spaces
	modules  map[string]string
}

func (s shelf) Lookup(_ context.Context, kind Kind, name string) ([]Package, error) {
	switch {
	case kind == ExactPackage && strings.Contains(" "+s.packages+" ", " "+name+" "):
		return []Package{{Name: name, Why: "it is there"}}, nil
	case kind == PkgConfig && s.modules[name] != "":
		return []Package{{Name: s.modules[name], Why: "it holds the module"}}, nil
	}
	return nil, nil
}

func TestInstructionsForAnotherFamilyAreTranslated(t *testing.T) {
	debian := shelf{packages: "gcc g++ make libncurses-dev build-essential git cmake libssl-dev libldap-dev openjdk-17-jdk default-jdk netcat-openbsd python3-dev",
		modules: map[string]string{"libfoo": "libfoo-2-dev"}}
	fedora := shelf{packages: "gcc gcc-c++ make ncurses-devel openssl-devel git libcurl-devel mesa-libGL"}
	alpine := shelf{packages: "build-base git openssl-dev py3-pip"}
	tests := []struct {
		name   string
		family verifier.Family
		index  shelf
		typed  string
		fresh  bool // the lists were fetched before
		want   []string
		unsure string // what is said to be unknown
	}{
		{name: "dnf on Debian", family: verifier.FamilyDeb, index: debian, typed: "sudo dnf install gcc make ncurses-devel", fresh: true,
			want: []string{"=> sudo apt-get install -y gcc make libncurses-dev"}},
		{name: "lists are fetched first", family: verifier.FamilyDeb, index: debian, typed: "sudo yum -y install openssl-devel",
			want: []string{"sudo apt-get update; => sudo apt-get install -y libssl-dev"}},
		{name: "a group of packages", family: verifier.FamilyDeb, index: debian, typed: `sudo dnf groupinstall "Development Tools"`, fresh: true,
			want: []string{"=> sudo apt-get install -y build-essential"}},
		{name: "what stands around it is kept", family: verifier.FamilyDeb, index: debian, typed: "git pull && sudo dnf install -y \\\n  gcc-c++ \\\n  cmake && make", fresh: true,
			want: []string{"=> git pull && sudo apt-get install -y g++ cmake && make"}},
		{name: "Arch fetches lists as well", family: verifier.FamilyDeb, index: debian, typed: "sudo pacman -Sy --noconfirm base-devel ncurses", fresh: true,
			want: []string{"=> sudo apt-get install -y build-essential libncurses-dev"}},
		{name: "Alpine", family: verifier.FamilyDeb, index: debian, typed: "apk update && apk add build-base openssl-dev", fresh: true,
			want: []string{"=> sudo apt-get update && sudo apt-get install -y build-essential libssl-dev"}},
		{name: "Homebrew", family: verifier.FamilyDeb, index: debian, typed: "brew install cmake openssl openjdk@17", fresh: true,
			want: []string{"=> sudo apt-get install -y cmake libssl-dev openjdk-17-jdk"}},
		{name: "a name in no table is left and said", family: verifier.FamilyDeb, index: debian, typed: "sudo dnf install gcc frobnicate", fresh: true,
			want: []string{"=> sudo apt-get install -y gcc frobnicate"}, unsure: "frobnicate"},
		{name: "headers by their module", family: verifier.FamilyDeb, index: debian, typed: "sudo dnf install foo-devel", fresh: true,
			want: []string{"=> sudo apt-get install -y libfoo-2-dev"}},
		{name: "a name of this release is taken", family: verifier.FamilyDeb, index: shelf{packages: "libldap2-dev"}, typed: "sudo dnf install openldap-devel", fresh: true,
			want: []string{"=> sudo apt-get install -y libldap2-dev"}},
		{name: "nothing is known", family: verifier.FamilyDeb, index: debian, typed: "sudo dnf install frobnicate"},
		{name: "more than an installation", family: verifier.FamilyDeb, index: debian, typed: "sudo dnf config-manager --add-repo https://example.org/x && sudo dnf install gcc"},
		{name: "an address", family: verifier.FamilyDeb, index: debian, typed: "sudo dnf install gcc https://example.org/x.rpm"},
		{name: "a variable", family: verifier.FamilyDeb, index: debian, typed: "sudo dnf install $PACKAGES gcc"},
		{name: "an upgrade of everything", family: verifier.FamilyDeb, index: debian, typed: "sudo pacman -Syu gcc"},
		{name: "an application for macOS", family: verifier.FamilyDeb, index: debian, typed: "brew install --cask gcc"},
		{name: "its own manager", family: verifier.FamilyDeb, index: debian, typed: "sudo apt-get install gcc"},
		{name: "apt on Fedora", family: verifier.FamilyRPM, index: fedora, typed: "sudo apt-get update && sudo apt-get install -y build-essential libncurses5-dev libssl-dev git",
			want: []string{"=> sudo dnf makecache && sudo dnf install -y gcc gcc-c++ make ncurses-devel openssl-devel git"}},
		{name: "an old name on Fedora", family: verifier.FamilyRPM, index: fedora, typed: "sudo apt install libgl1-mesa-glx libmystery-dev",
			want: []string{"=> sudo dnf install -y mesa-libGL libmystery-dev"}, unsure: "libmystery-dev"},
		{name: "apt on Alpine", family: verifier.FamilyApk, index: alpine, typed: "apt install build-essential python3-pip libssl-dev",
			want: []string{"=> sudo apk add build-base py3-pip openssl-dev"}},
		{name: "a system without a known manager", family: verifier.FamilyUnknown, index: debian, typed: "sudo dnf install gcc"},
	}
	c := catalogue(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			manager := managerOf(test.typed)
			o := observe(test.typed, "bash: "+manager+": command not found")
			o.Environment.Family = test.family
			if test.fresh {
				o.Earlier = []string{"sudo apt-get update"}
			}
			e := c.Explain(o)[0]
			if e.Finding.Rule != "A17" && test.name != "its own manager" {
				t.Fatalf("rule %s", e.Finding.Rule)
			}
			fixes, err := c.Candidates(t.Context(), e, o, test.index)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, told(fixes)); diff != "" {
				t.Errorf("(-want +have) %s", diff)
			}
			for _, f := range fixes {
				if f.Grade != verifier.Suggested {
					t.Errorf("grade %s", f.Grade)
				}
				if said := strings.Contains(f.Why, "not known here"); said != (test.unsure != "") || !strings.Contains(f.Why, test.unsure) {
					t.Errorf("unknown is %q, but it says: %s", test.unsure, f.Why)
				}
			}
		})
	}
}

// managerOf is the first package manager that a text runs.
func managerOf(text string) string {
	for _, w := range split(text) {
		if _, known := managers[w.text]; known && w.runs {
			return w.text
		}
	}
	return ""
}

func TestTheIndexIsAskedBeforeANameIsCarriedOver(t *testing.T) {
	c := catalogue(t)
	o := observe("sudo dnf install gcc", "sudo: dnf: command not found")
	if _, err := c.Candidates(t.Context(), c.Explain(o)[0], o, failingIndex{}); err == nil {
		t.Error("want the index's error")
	}
	fixes, err := c.WithoutTables().Candidates(t.Context(), c.Explain(o)[0], o, shelf{packages: "gcc"})
	if err != nil || len(fixes) != 1 || !strings.HasSuffix(fixes[0].Replace, "apt-get install -y gcc") {
		t.Errorf("a name that is the same everywhere needs no table: %v, %v", fixes, err)
	}
}

func FuzzReadOrders(f *testing.F) {
	f.Add("git pull && sudo -E dnf install -y \\\n  gcc && make")
	f.Add("pacman -Sy 'a b' ; brew install")
	f.Fuzz(func(t *testing.T, text string) {
		orders, ok := readOrders(text)
		at := 0
		for _, w := range orders {
			if !ok || w.start < at || w.end <= w.start || w.end > len(text) {
				t.Fatalf("%q: %+v after %d", text, w, at)
			}
			at = w.end
		}
	})
}
