package diagnose

import (
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
)

// What the managers print is written after their manuals: none of them could
// be run.
const (
	zypperPrints = `<?xml version='1.0'?>
<stream>
<search-result version="0.0">
<solvable-list>
<solvable status="not-installed" name="ncurses-devel" kind="package"/>
<solvable status="not-installed" name="ncurses-devel-32bit" kind="package"/>
<solvable status="not-installed" name="bad name" kind="package"/>
<solvable status="other-version" name="ncurses-devel" kind="package"/>
</solvable-list>
</search-result>
</stream>
`
	pacmanPrints = "core\x00ncurses\x006.5-3\x00usr/include/curses.h\nextra\x00bad name\x001\x00usr/include/curses.h\nhalf\x00line\n"
)

func TestLookupInOtherFamilies(t *testing.T) {
	asked := map[Kind]string{Command: "make", Header: "curl/curl.h", PkgConfig: "libxml-2.0", Library: "z", Soname: "libGL.so.1", CMake: "Eigen3",
		PythonModule: "yaml", PerlModule: "XML::Parser", RPackage: "sf", ExactPackage: "gcc"}
	for _, test := range []struct {
		family verifier.Family
		prints string
		want   string
		in     map[Kind]string // part of the script
	}{
		{verifier.FamilySuse, zypperPrints, "ncurses-devel", map[Kind]string{
			Command: "/usr/bin/make", Header: "/usr/include/curl/curl.h", PkgConfig: "'pkgconfig(libxml-2.0)'", Library: "/usr/lib64/libz.so",
			Soname: "'libGL.so.1()(64bit)'", CMake: "'cmake(Eigen3)'", PythonModule: "'python3dist(yaml)'", PerlModule: "'perl(XML::Parser)'",
			RPackage: "R-sf", ExactPackage: "--match-exact gcc"}},
		{verifier.FamilyArch, pacmanPrints, "ncurses", map[Kind]string{
			Command: "'^usr/bin/make$'", Header: `'^usr/include/curl/curl\.h$'`, PkgConfig: `libxml-2\.0\.pc$`, Library: `^usr/lib/libz\.(so|a)$`,
			Soname: `^usr/lib/libGL\.so\.1$`, CMake: `(Eigen3Config|eigen3-config)\.cmake$`, PythonModule: `site-packages/yaml(`,
			PerlModule: `XML/Parser\.pm$`, RPackage: `R/library/sf/DESCRIPTION$`}},
		{verifier.FamilyRPM, "perl-XML-Parser-2.47-3.fc41.x86_64 : Perl module for parsing XML documents\n", "perl-XML-Parser", map[Kind]string{
			PerlModule: "'perl(XML::Parser)'", RPackage: "'R(sf)'", PythonModule: "site-packages/yaml/__init__.py"}},
		{verifier.FamilyApk, "perl-xml-parser\n", "perl-xml-parser", map[Kind]string{PerlModule: "perl-xml-parser", RPackage: "R-sf"}},
	} {
		for kind, part := range test.in {
			shell := &recorder{out: test.prints}
			got, err := NewIndex(shell, verifier.Environment{Family: test.family}).Lookup(t.Context(), kind, asked[kind])
			if err != nil {
				t.Fatal(err)
			}
			if names(got) != test.want {
				t.Errorf("%s %s: have %q, want %q", test.family, kind, names(got), test.want)
			}
			if !strings.Contains(strings.Join(shell.scripts, "\n"), part) {
				t.Errorf("%s %s: asked %q, want %q in it", test.family, kind, shell.scripts, part)
			}
		}
	}
}

func TestPacmanKnowsAPackageByItsWholeName(t *testing.T) {
	for prints, want := range map[string]string{"core gcc 14.2-1\ncore gcc-libs 14.2-1 [installed]\n": "gcc", "core gcc-libs 14.2-1\n": "", "": ""} {
		got, err := NewIndex(&recorder{out: prints}, verifier.Environment{Family: verifier.FamilyArch}).Lookup(t.Context(), ExactPackage, "gcc")
		if err != nil || names(got) != want {
			t.Errorf("%q: have %q, want %q, %v", prints, names(got), want, err)
		}
	}
}

func TestZypperThatSaysNothingOrNonsense(t *testing.T) {
	x := zypperIndex{shell: &recorder{}}
	if got, err := x.Lookup(t.Context(), Command, "make"); err != nil || got != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
	x = zypperIndex{shell: &recorder{out: "<stream"}}
	if _, err := x.Lookup(t.Context(), Command, "make"); err == nil {
		t.Error("half an answer is taken for none")
	}
}
