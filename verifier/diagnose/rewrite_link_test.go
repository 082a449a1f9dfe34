package diagnose

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

func TestLibraryOfAnUndefinedSymbol(t *testing.T) {
	const wide = "/usr/bin/ld: main.o: in function `main':\nmain.c:(.text+0x10): undefined reference to `waddnwstr'\ncollect2: error: ld returned 1 exit status\n"
	const two = "a.c:(.text+0x10): undefined reference to `zlibVersion'\n/usr/bin/ld: a.c:(.text+0x1f): undefined reference to `deflate'\n/usr/bin/ld: a.c:(.text+0x37): undefined reference to `sqrt'\n"
	const curses = "lib ncursesw dev waddnwstr\n"
	const zlib = "lib python3.11 - deflate\nlib z dev zlibVersion\nlib z dev deflate\nlib m dev sqrt\nlib mvec dev sqrt\n"
	for _, tt := range []struct {
		name, typed, output string
		earlier             []string
		looks               map[string]string
		want                []string
	}{
		{name: "a compiler's own line", typed: "gcc -o demo main.c", output: wide, looks: map[string]string{"nm ": curses}, want: []string{"gcc -o demo main.c -lncursesw"}},
		{name: "one of several commands, with its output kept", typed: "cd src && cc main.c -o demo >log 2>&1; ls", output: wide, looks: map[string]string{"nm ": curses},
			want: []string{"cd src && cc main.c -o demo -lncursesw >log 2>&1; ls"}},
		{name: "two libraries, each by what it has most of", typed: "cc a.c", output: two, looks: map[string]string{"nm ": zlib}, want: []string{"cc a.c -lz -lm"}},
		{name: "make, with a list of libraries in the Makefile", typed: "make -j2", output: wide, looks: map[string]string{"nm ": curses, "make -pn": "LIBS = -lm $(EXTRA)\n"},
			want: []string{"make LIBS='-lm $(EXTRA) -lncursesw' -j2"}},
		{name: "make, by its own rules", typed: "make demo", output: wide, looks: map[string]string{"nm ": curses, "make -pn": "CC = cc\n"},
			want: []string{"make LDLIBS=-lncursesw demo", "make LIBS=-lncursesw demo"}},
		{name: "what a Makefile has in its list must be libraries", typed: "make", output: wide, looks: map[string]string{"nm ": curses, "make -pn": "LIBS = $(shell rm -rf /)\n"}},
		{name: "configured before", typed: "make", output: wide, earlier: []string{"./configure --prefix=/usr"}, looks: map[string]string{"nm ": curses, "make -pn": "LIBS = -lm\n"},
			want: []string{"make LIBS='-lm -lncursesw'", "./configure --prefix=/usr LIBS=-lncursesw =>"}},
		{name: "configured in the step", typed: "./configure && make", output: wide, looks: map[string]string{"nm ": curses}, want: []string{"./configure LIBS=-lncursesw && make"}},
		{name: "CMake", typed: "cmake --build build", output: wide, earlier: []string{"cmake -B build"}, looks: map[string]string{"nm ": curses},
			want: []string{"cmake -B build -DCMAKE_C_STANDARD_LIBRARIES=-lncursesw -DCMAKE_CXX_STANDARD_LIBRARIES=-lncursesw =>"}},
		{name: "C++, by the name that people read", typed: "g++ main.cpp", output: "main.cpp:(.text+0x9): undefined reference to `boost::system::generic_category()'\n",
			looks: map[string]string{"nm ": "lib boost_system dev boost::system::generic_category()\n"}, want: []string{"g++ main.cpp -lboost_system"}},
		{name: "a library that the linker names itself", typed: "gcc main.c -lncurses", output: "/usr/bin/ld: /tmp/x.o: undefined reference to symbol 'keypad@@NCURSES6_TINFO_5.0.19991023'\n" +
			"/usr/bin/ld: /lib/x86_64-linux-gnu/libtinfo.so.6: error adding symbols: DSO missing from command line\ncollect2: error: ld returned 1 exit status",
			looks: map[string]string{"nm ": "lib tinfo dev keypad\n"}, want: []string{"gcc main.c -lncurses -ltinfo"}},
		{name: "lld", typed: "clang main.c", output: "ld.lld: error: undefined symbol: waddnwstr\n>>> referenced by main.c\n", looks: map[string]string{"nm ": curses}, want: []string{"clang main.c -lncursesw"}},
		{name: "no library has it", typed: "gcc main.c", output: wide},
		{name: "what else is printed is no library", typed: "gcc main.c", output: wide, looks: map[string]string{"nm ": "lib x;rm dev waddnwstr\nlib ../y dev waddnwstr\nlib z dev other\nlib asan dev waddnwstr\n"}},
		{name: "main is in no library", typed: "gcc lib.c", output: "Scrt1.o: in function `_start':\n(.text+0x17): undefined reference to `main'\n", looks: map[string]string{"nm ": "lib odd dev main\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Observation{Step: verifier.Step{ID: "s1", Command: tt.typed}, Output: tt.output, Files: []string{"main.c"}, Earlier: tt.earlier,
				Environment: verifier.Environment{Family: verifier.FamilyDeb, User: "newcomer"}}
			o.Execution.Exit = 1
			c := catalogue(t)
			look := func(_ context.Context, command string) (string, error) {
				for part, output := range tt.looks {
					if strings.Contains(command, part) {
						return output, nil
					}
				}
				return "", nil
			}
			e := c.Explain(o)[0]
			if e.Finding.Rule != "C15" {
				t.Errorf("rule %s for %q", e.Finding.Rule, e.Finding.Evidence)
			}
			fixes, err := linked(t.Context(), e, o, Surroundings{Look: look})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range fixes {
				line := f.Replace
				if f.Kind == verifier.FixBefore {
					line = strings.Join(f.Commands, " && ") + " =>"
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
