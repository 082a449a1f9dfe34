package diagnose

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestSheetsAreReadStrictly(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"a cell too few", "x.tsv", "deb\trpm\nzlib1g-dev\n", "x.tsv:2: want 2 cells"},
		{"an empty cell", "x.tsv", "deb\trpm\nzlib1g-dev\t\n", "x.tsv:2: want 2 cells"},
		{"no heading", "x.tsv", "# nothing\n", "there is no heading"},
		{"an odd name", "x.tsv", "deb\trpm\nzlib1g-dev\tzlib;id\n", "cannot be a package's name"},
		{"an unknown family", "x.tsv", "deb\tgentoo\na\tb\n", `column "gentoo"`},
		{"a source without a licence", "x.tsv", "# source: somebody\ndeb\trpm\na\tb\n", "also names its licence"},
		{"an odd day", "x.tsv", "# date: soon\nproduct\trelease\tuntil\tlongest\n", "x.tsv:1:"},
		{"releases of no day", "x.tsv", "product\trelease\tuntil\tlongest\ndebian\t12\t-\t-\n", "a date must say"},
		{"releases that end backwards", "x.tsv", "# date: 2026-01-02\nproduct\trelease\tuntil\tlongest\ndebian\t12\t2026-01-02\t2026-01-01\n", "ends first"},
		{"a reason without names", "x.yaml", "cc: {why: it is so}\n", "want names and why"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{"rules/x.yaml": {Data: []byte(tableRule)}, "tables/" + test.file: {Data: []byte(test.text)}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("want %q in the error, have %v", test.want, err)
			}
		})
	}
}

func TestOurOwnTablesComeFirstAndTheLaterDaySpeaks(t *testing.T) {
	c, err := Load(fstest.MapFS{
		"rules/x.yaml": {Data: []byte(tableRule)},
		"tables/a-made.tsv": {Data: []byte("# source: https://example.org/names\n# licence: MIT\n# commit: 1\n# date: 2026-01-02\n" +
			"deb\trpm\tarch\nlibone-dev\twrong\tone\nlibtwo-dev\ttwo-devel\t-\n")},
		"tables/b-own.tsv":    {Data: []byte("deb\trpm\nlibone-dev\tone-devel\n")},
		"tables/c-old.tsv":    {Data: []byte("# date: 2025-01-01\nproduct\trelease\tuntil\tlongest\nruby\t3.0\t2020-01-01\t-\n")},
		"tables/d-new.tsv":    {Data: []byte("# date: 2026-01-01\nproduct\trelease\tuntil\tlongest\nruby\t3.0\t2024-04-23\t-\n")},
		"tables/e-oldest.tsv": {Data: []byte("# date: 2024-01-01\nproduct\trelease\tuntil\tlongest\nruby\t3.0\t2019-01-01\t-\nperl\t5.36\t2025-05-27\t-\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][][]string{"libone-dev": {{"one-devel"}}, "libtwo-dev": {{"two-devel"}}, "libthree-dev": nil} {
		if diff := cmp.Diff(want, c.Counterparts(verifier.FamilyDeb, name, verifier.FamilyRPM)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if back := c.Counterparts(verifier.FamilyRPM, "two-devel", verifier.FamilyDeb); !slices.EqualFunc(back, [][]string{{"libtwo-dev"}}, slices.Equal) {
		t.Errorf("back: %v", back)
	}
	if s, known := c.Support("ruby", "3.0"); !known || s.Until != day(t, "2024-04-23") {
		t.Errorf("%+v", s)
	}
	if _, known := c.Support("perl", "5.36"); !known {
		t.Error("a product that one sheet alone knows is lost")
	}
}

func TestNamesAcrossFamilies(t *testing.T) {
	c := catalogue(t)
	for _, test := range []struct {
		from verifier.Family
		name string
		to   verifier.Family
		want string // the first names
	}{
		{verifier.FamilyDeb, "libncurses-dev", verifier.FamilyRPM, "ncurses-devel"},
		{verifier.FamilyDeb, "libncurses5-dev", verifier.FamilyApk, "ncurses-dev"}, // by what took its place
		{verifier.FamilyDeb, "build-essential", verifier.FamilySuse, "gcc gcc-c++ make"},
		{verifier.FamilyRPM, "mesa-libGL-devel", verifier.FamilyDeb, "libgl-dev"},
		{verifier.FamilyArch, "base-devel", verifier.FamilyDeb, "build-essential"},
		{verifier.FamilyArch, "openssl", verifier.FamilyDeb, "openssl"},
		{brew, "openjdk@17", verifier.FamilyDeb, "openjdk-17-jdk"},
		{verifier.FamilyApk, "py3-pip", verifier.FamilyRPM, "python3-pip"},
		{Requirement, "gdal", verifier.FamilyDeb, "gdal-bin libgdal-dev"},
		{Requirement, "gdal", verifier.FamilyRPM, "gdal gdal-devel"},
		{Requirement, "opencv", verifier.FamilyArch, "opencv"},
		{Requirement, "temple", verifier.FamilyArch, ""},
		{verifier.FamilyDeb, "no-such-thing", verifier.FamilyRPM, ""},
		{"odd", "gcc", verifier.FamilyDeb, ""},
	} {
		have := ""
		if found := c.Counterparts(test.from, test.name, test.to); len(found) > 0 {
			have = strings.Join(found[0], " ")
		}
		if have != test.want {
			t.Errorf("%s %s in %s: want %q, have %q", test.from, test.name, test.to, test.want, have)
		}
	}
}

func TestHoldersAskTablesThenTheIndex(t *testing.T) {
	c := catalogue(t)
	for _, test := range []struct {
		name  string
		kind  Kind
		asked string
		want  string // the first answers
	}{
		{"a link that the index cannot know", Command, "cc", "gcc"},
		{"the table before what bears the name", Command, "java", "default-jre-headless openjdk-17-jre-headless"},
		{"a name that only the index knows", Command, "node", "nodejs"},
		{"a module of CMake's own", CMake, "ZLIB", "zlib1g-dev"},
		{"a configuration file", CMake, "Eigen3", "libeigen3-dev"},
		{"a module of pkg-config by CMake's name", CMake, "SDL2_image", "libsdl2-image-dev"},
		{"hostile", Command, "a;id", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, err := c.Holders(t.Context(), bookworm(t), test.kind, test.asked)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" && len(found) > 0 || !strings.HasPrefix(names(found)+" ", test.want+" ") && test.want != "" {
				t.Errorf("want %q first, have %q", test.want, names(found))
			}
		})
	}
	if _, err := c.Holders(t.Context(), failingIndex{}, Command, "cc"); err == nil {
		t.Error("the index's error is lost")
	}
}
