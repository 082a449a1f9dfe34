package diagnose

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// localShell runs look-up scripts on this machine, over recorded files.
type localShell struct{}

func (localShell) Exec(ctx context.Context, script string) (string, int, error) {
	command := exec.CommandContext(ctx, "sh", "-c", script)
	out, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(out), exit.ExitCode(), nil
	}
	return string(out), 0, err
}

// bookworm is a piece of the index of Debian 12, as debPrepare made it.
func bookworm(t testing.TB) *debIndex {
	t.Helper()
	dir, err := filepath.Abs("testdata/bookworm")
	if err != nil {
		t.Fatal(err)
	}
	return &debIndex{shell: localShell{}, dir: dir}
}

func names(packages []Package) string {
	var all []string
	for _, p := range packages {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

func TestLookupInBookworm(t *testing.T) {
	tests := []struct {
		name  string
		kind  Kind
		asked string
		want  string // the first answers
	}{
		{"program whose package bears its name", Command, "gcc", "gcc"},
		{"program with a plus in its name", Command, "g++", "g++"},
		{"program in a minimal package, wanted whole", Command, "python3", "python3 python3-minimal"},
		{"program of another name than its package", Command, "node", "nodejs"},
		{"program of a language's own folder", Command, "java", "default-jre-headless openjdk-17-jre-headless"},
		{"program behind an alternative, before a compatible one", Command, "convert", "imagemagick-6.q16"},
		{"program behind an alternative with a flavour", Command, "nc", "netcat-openbsd netcat-traditional"},
		{"program behind an alternative with a version", Command, "php", "php-cli php8.2-cli"},
		{"development tool before a server's", Command, "pg_config", "libpq-dev"},
		{"no such program", Command, "nosuchthing", ""},
		{"header directly in the include folder", Header, "zlib.h", "zlib1g-dev"},
		{"header with a folder", Header, "curl/curl.h", "libcurl4-gnutls-dev libcurl4-openssl-dev"},
		{"header of several versions", Header, "boost/asio.hpp", "libboost-dev libboost1.74-dev"},
		{"header of a language's own folder", Header, "jni.h", "default-jdk-headless openjdk-17-jdk-headless"},
		{"header of an interpreter's folder", Header, "Python.h", "libpython3-dev libpython3.11-dev"},
		{"header without a suffix", Header, "Eigen/Dense", "libeigen3-dev"},
		{"module", PkgConfig, "libxml-2.0", "libxml2-dev"},
		{"module in another letter case", PkgConfig, "sdl2_IMAGE", "libsdl2-image-dev"},
		{"library before those of other systems", Library, "z", "zlib1g-dev"},
		{"library of several versions", Library, "boost_filesystem", "libboost-filesystem-dev libboost-filesystem1.74-dev"},
		{"shared object", Soname, "libGL.so.1", "libgl1"},
		{"shared object before those of other processors", Soname, "libstdc++.so.6", "libstdc++6"},
		{"CMake package", CMake, "Eigen3", "libeigen3-dev"},
		{"CMake package of several versions", CMake, "Boost", "libboost-dev"},
		{"CMake's own module is no answer", CMake, "ZLIB", ""},
		{"Python module", PythonModule, "yaml", "python3-yaml"},
		{"compiled Python module", PythonModule, "cv2", "python3-opencv"},
		{"module inside a module", PythonModule, "google.protobuf.message", "python3-protobuf"},
		{"module of a package with another name", PythonModule, "tkinter", "python3-tk"},
		{"package that is there", ExactPackage, "zlib1g-dev", "zlib1g-dev"},
		{"package that is not there", ExactPackage, "zlib2g-dev", ""},
		{"another version of Java", AlikePackage, "openjdk-11-jdk-headless", "openjdk-17-jdk-headless"},
		{"the digit of Python 3", AlikePackage, "python-pip", "python3-pip"},
		{"an older version of a library", AlikePackage, "libssl1.0-dev", "libssl-dev"},
		{"the distribution's choice of a database", AlikePackage, "mysql-server", "default-mysql-server"},
		{"a virtual name", AlikePackage, "libncursesw6-dev", "libncurses-dev"},
		{"a program's name", AlikePackage, "node", "nodejs"},
		{"another distribution's suffix", AlikePackage, "openssl-devel", "libssl-dev"},
		{"a name with an end too many", AlikePackage, "libgl1-mesa-glx", "libgl1"},
		{"a letter left out of a short name", AlikePackage, "nodjs", "nodejs"},
		{"two letters wrong in a short name", AlikePackage, "nidjs", ""},
		{"two letters swapped", AlikePackage, "libsll-dev", "libssl-dev"},
		{"a name that is there needs no successor", AlikePackage, "zlib1g-dev", ""},
		{"nothing like it", AlikePackage, "qwertzuiop", ""},
	}
	x := bookworm(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := x.Lookup(t.Context(), test.kind, test.asked)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" && len(got) > 0 || !strings.HasPrefix(names(got)+" ", test.want+" ") && test.want != "" {
				t.Errorf("want %q first, have %q", test.want, names(got))
			}
			for _, p := range got {
				if p.Why == "" {
					t.Errorf("%s: no reason is given", p.Name)
				}
			}
		})
	}
}

// recorder notes scripts and answers what was recorded.
type recorder struct {
	scripts []string
	out     string
	exit    int
	err     error
}

func (r *recorder) Exec(_ context.Context, script string) (string, int, error) {
	r.scripts = append(r.scripts, script)
	return r.out, r.exit, r.err
}

func TestHostileNamesNeverReachTheShell(t *testing.T) {
	hostile := []string{"", "-rf", "a b", "$(id)", "`id`", "a;id", "a'b", "a\nb", "../../etc/passwd", "a|b", strings.Repeat("x", 300), "é"}
	for _, family := range families {
		for kind := range grammars {
			for _, name := range hostile {
				shell := &recorder{out: "x\tlibs\t0\t\t\n"}
				found, err := NewIndex(shell, verifier.Environment{Family: family}).Lookup(t.Context(), kind, name)
				if err != nil || len(found) > 0 || len(shell.scripts) > 0 {
					t.Errorf("%s %s %q: found %v, ran %q, error %v", family, kind, name, found, shell.scripts, err)
				}
			}
		}
	}
}

func TestLookupErrors(t *testing.T) {
	tests := []struct {
		name  string
		shell recorder
		want  string
	}{
		{"machine lost", recorder{err: verifier.ErrLost}, "machine lost"},
		{"machine not prepared", recorder{exit: 2}, "was the machine prepared?"},
		{"empty index", recorder{}, "it is empty"},
		{"spoilt index", recorder{out: "x\tlibs\tmany\t\t\n"}, "is no number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := NewIndex(&test.shell, verifier.Environment{Family: verifier.FamilyDeb}).Lookup(t.Context(), Command, "gcc")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("want an error with %q, have %v", test.want, err)
			}
			if test.shell.err != nil && !errors.Is(err, verifier.ErrLost) {
				t.Error("the cause got lost")
			}
		})
	}
}

func TestLookupByDnf(t *testing.T) {
	shell := &recorder{out: `zlib-devel-1.2.13-4.fc39.i686 : Header files and libraries for Zlib development
Repo        : fedora
Matched from:
Filename    : /usr/include/zlib.h

zlib-devel-1.2.13-4.fc39.x86_64 : Header files and libraries for Zlib development
Repo        : fedora
Matched from:
Filename    : /usr/include/zlib.h

1:openssl-devel-3.1.1-4.fc39.x86_64 : Files for development of applications which will use OpenSSL
`}
	got, err := NewIndex(shell, verifier.Environment{Family: verifier.FamilyRPM}).Lookup(t.Context(), Header, "zlib.h")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("zlib-devel openssl-devel", names(got)); diff != "" {
		t.Error(diff)
	}
	asked := map[Kind][2]string{
		Command: {"make", "dnf -q provides /usr/bin/make"}, PkgConfig: {"libxml-2.0", "'pkgconfig(libxml-2.0)'"},
		Library: {"z", "/usr/lib64/libz.so"}, Soname: {"libGL.so.1", "/usr/lib64/libGL.so.1"}, CMake: {"Eigen3", "'cmake(Eigen3)'"},
		PythonModule: {"yaml", "'python3dist(yaml)'"}, ExactPackage: {"gcc", "provides gcc"},
	}
	for kind, pair := range asked {
		shell := &recorder{}
		if _, err := NewIndex(shell, verifier.Environment{Family: verifier.FamilyRPM}).Lookup(t.Context(), kind, pair[0]); err != nil {
			t.Fatal(err)
		}
		if len(shell.scripts) != 1 || !strings.Contains(shell.scripts[0], pair[1]) {
			t.Errorf("%s: asked %q, want %q in it", kind, shell.scripts, pair[1])
		}
	}
}

func TestLookupByApk(t *testing.T) {
	asked := map[Kind][2]string{
		Command: {"make", "cmd:make"}, PkgConfig: {"libxml-2.0", "pc:libxml-2.0"}, Header: {"libpng/png.h", "pc:png"}, Library: {"z", "pc:z"},
		Soname: {"libGL.so.1", "so:libGL.so.1"}, CMake: {"ZLIB", "pc:zlib"}, PythonModule: {"yaml", "py3-yaml"}, ExactPackage: {"gcc", "gcc"},
	}
	for kind, pair := range asked {
		shell := &recorder{out: "make\nbad name\n"}
		got, err := NewIndex(shell, verifier.Environment{Family: verifier.FamilyApk}).Lookup(t.Context(), kind, pair[0])
		if err != nil {
			t.Fatal(err)
		}
		if len(shell.scripts) != 1 || !strings.Contains(shell.scripts[0], "-x "+pair[1]+" ") {
			t.Errorf("%s: asked %q, want %q in it", kind, shell.scripts, pair[1])
		}
		if names(got) != "make" {
			t.Errorf("%s: have %q", kind, names(got))
		}
	}
}

func TestFamiliesWithoutAnIndexKnowNothing(t *testing.T) {
	for _, family := range []verifier.Family{verifier.FamilyUnknown, "odd"} {
		got, err := NewIndex(nil, verifier.Environment{Family: family}).Lookup(t.Context(), Command, "gcc")
		if err != nil || got != nil {
			t.Errorf("%s: %v, %v", family, got, err)
		}
		if key, script := PrepareScript(family); key != "" || script != "" {
			t.Errorf("%s: prepares %q", family, key)
		}
	}
}

// A script with a mistake in it would only show in a container.
func TestPrepareScriptsAreSoundShell(t *testing.T) {
	for _, family := range families {
		key, script := PrepareScript(family)
		if key == "" || !strings.Contains(key, string(family)) {
			t.Errorf("%s: key %q", family, key)
		}
		file := filepath.Join(t.TempDir(), "prepare.sh")
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), "sh", "-n", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", family, err, out)
		}
	}
}
