package diagnose

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// later is a followed step behind the one that failed.
func later(id, command string, role verifier.Role, flags ...verifier.Flag) verifier.Step {
	return verifier.Step{ID: id, Command: command, Role: role, Flags: flags, Document: "README.md", Line: 9, Follow: true}
}

func TestFurtherCandidates(t *testing.T) {
	files := []string{"Makefile", "tools/gen.sh", "src/main.c", "web/package.json", "web/app.js"}
	for _, tt := range []struct {
		name    string
		typed   string
		output  string
		exit    int
		cwd     string
		earlier []string
		files   []string
		later   []verifier.Step
		tree    fstest.MapFS
		looks   map[string]string // by a part of the command
		want    []string
	}{
		{name: "an option that the program's help knows", typed: "sed --expresion=p README", exit: 1,
			output: "sed: unrecognized option '--expresion=p'\nUsage: sed [OPTION]...",
			looks:  map[string]string{"sed --help": "  -e script, --expression=script\n  -n, --quiet, --silent\n"},
			want:   []string{"sed --expression=p README"}},
		{name: "an option of a sub-command", typed: "git clone --dept 1 https://git.example.org/x", exit: 129,
			output: "error: unknown option `dept'",
			looks:  map[string]string{"git clone -h": "usage: git clone\n    --[no-]depth\n    --depth <depth>\n    --shared\n"},
			want:   []string{"git clone --depth 1 https://git.example.org/x"}},
		{name: "the program itself says what may be meant", typed: "pip instal -r x.txt", exit: 1,
			output: `ERROR: unknown command "instal" - maybe you meant "install"`,
			want:   []string{"pip install -r x.txt"}},
		{name: "two options are as near", typed: "tool --lst", exit: 2, output: "unknown option --lst",
			looks: map[string]string{"tool --help": "--list --lost"}},
		{name: "an option that the help has is no slip", typed: "tool --depth x", exit: 2, output: "invalid value for --depth",
			looks: map[string]string{"tool --help": "--depth N\n--depths"}},
		{name: "a script that is there names itself", typed: "ksh clitest tests.txt", exit: 1, files: []string{"clitest"},
			output: "clitest: Error: cannot read input file: tests.txt"},
		{name: "a name that only ends otherwise", typed: "ksh runner all", exit: 1, output: "runner: usage: unknown input"},
		{name: "what a program prints must look like a slip", typed: "tool --all", exit: 2, output: "unknown option --all, try --all;rm"},
		{name: "a program with two letters swapped", typed: "mkae all", exit: 127, output: "bash: mkae: command not found",
			looks: map[string]string{"compgen": "make\nmake4\nls\n"}, want: []string{"make all"}},
		{name: "of short names nearly every one is near", typed: "tac x", exit: 127, output: "bash: tac: command not found",
			looks: map[string]string{"compgen": "tar\ncat\ntic\n"}},
		{name: "a program of the administrator", typed: "ldconfig -p | grep x", exit: 127, output: "bash: ldconfig: command not found",
			looks: map[string]string{"/usr/sbin": "/usr/sbin\n/sbin\n"}, want: []string{"/usr/sbin/ldconfig -p | grep x"}},
		{name: "a program that pip put into the home folder", typed: "notes --help", exit: 127, output: "bash: notes: command not found",
			looks: map[string]string{".local/bin": "/home/newcomer/.local/bin\n"}, want: []string{"export PATH=\"$HOME/.local/bin:$PATH\""}},
		{name: "what else is printed is no folder", typed: "notes --help", exit: 127, output: "bash: notes: command not found",
			looks: map[string]string{".local/bin": "/tmp/;rm -rf .\n"}},
		{name: "a file that a step has made", typed: "./bulid/app --version", exit: 127, output: "bash: ./bulid/app: No such file or directory",
			looks: map[string]string{"find": ".\n./build\n./build/app\n./Makefile\n"}, want: []string{"./build/app --version"}},
		{name: "a file in another folder", typed: "cat out/report.txt", exit: 1, output: "cat: out/report.txt: No such file or directory",
			looks: map[string]string{"find": "./sub/out/report.txt\n"}, want: []string{"cat sub/out/report.txt", "cd sub"}},
		{name: "the way back was left out", typed: "sh tools/gen.sh", exit: 2, cwd: "src", output: "sh: 0: cannot open tools/gen.sh: No such file",
			want: []string{"cd .."}},
		{name: "the clone was not entered", typed: "odd", exit: 1, cwd: "/home/newcomer", output: "odd: no project here",
			earlier: []string{"git clone https://git.example.org/shop"}, want: []string{"cd shop"}},
		{name: "steps that stand behind it", typed: "odd", exit: 1, output: "odd: not prepared",
			later: []verifier.Step{later("s2", "prepare", verifier.RoleConfigure), later("s3", "odd --version", verifier.RoleUsage), later("s4", "more", verifier.RoleBuild),
				later("s5", "serve", verifier.RoleBuild, verifier.FlagLongRunning)},
			want: []string{"prepare (s2)", "more (s4)", "prepare && more (s2 s4)"}},
		{name: "one that names what is missing comes first", typed: "frob x", exit: 127, output: "bash: frob: command not found",
			later: []verifier.Step{later("s2", "prepare", verifier.RoleConfigure), later("s3", "sudo install-tool frob", verifier.RolePrerequisite)},
			want:  []string{"sudo install-tool frob (s3)", "prepare (s2)", "prepare && sudo install-tool frob (s2 s3)"}},
		{name: "submodules and large files", typed: "odd", exit: 1, output: "odd: empty", files: []string{".gitmodules", ".gitattributes"},
			tree: fstest.MapFS{".gitattributes": {Data: []byte("*.bin filter=lfs diff=lfs\n")}},
			want: []string{"git submodule update --init --recursive",
				"sudo apt-get update && sudo apt-get install -y git-lfs && git lfs install && git lfs pull"}},
		{name: "submodules that were fetched", typed: "odd", exit: 1, output: "odd: empty", files: []string{".gitmodules"},
			earlier: []string{"git clone --recursive https://git.example.org/shop"}},
		{name: "the network is no slip", typed: "curl -O https://x.example/a", exit: 6, output: "curl: (6) Could not resolve host: x.example",
			later: []verifier.Step{later("s2", "prepare", verifier.RoleConfigure)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Observation{Step: verifier.Step{ID: "s1", Command: tt.typed}, Output: tt.output, Files: append(files, tt.files...), Cwd: tt.cwd,
				Earlier: tt.earlier, Checkout: "shop", Environment: verifier.Environment{Family: verifier.FamilyDeb, User: "newcomer"}}
			if tt.tree != nil {
				o.Tree = tt.tree
			}
			o.Execution.Exit = tt.exit
			c := catalogue(t)
			looks := 0
			look := func(_ context.Context, command string) (string, error) {
				looks++
				for part, output := range tt.looks {
					if strings.Contains(command, part) {
						return output, nil
					}
				}
				return "", nil
			}
			fixes, err := c.Further(t.Context(), c.Explain(o)[0], o, Surroundings{Later: tt.later, Look: look})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range fixes {
				line := strings.Join(f.Commands, " && ") + f.Replace
				if len(f.Moved) > 0 {
					line += " (" + strings.Join(f.Moved, " ") + ")"
				}
				got = append(got, line)
				if f.Grade != verifier.Suggested || f.Why == "" {
					t.Errorf("%s: grade %q, why %q", line, f.Grade, f.Why)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("after %d looks: %s", looks, diff)
			}
		})
	}
}

func FuzzFurther(f *testing.F) {
	f.Add("git clone --dept 1 x", "error: unknown option `dept'", "--depth --[no-]depth")
	f.Add("mkae -j4 && ./bulid/app", "bash: mkae: command not found", "make\n./build/app")
	f.Add("a\x00 --b=\\", "\xff usage --bb", "-- --bb;x")
	c, err := Bundled()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, typed, output, looked string) {
		o := Observation{Step: verifier.Step{ID: "s1", Command: typed}, Output: output, Files: []string{"build/app"}}
		o.Execution.Exit = 1
		look := func(context.Context, string) (string, error) { return looked, nil }
		fixes, err := c.Further(t.Context(), c.Explain(o)[0], o, Surroundings{Look: look})
		if err != nil {
			t.Fatal(err)
		}
		for _, fix := range fixes {
			// What was printed enters a command as one plain word or not at all.
			if strings.Count(fix.Replace, ";") > strings.Count(typed, ";") || strings.Count(fix.Replace, "$") > strings.Count(typed, "$") {
				t.Errorf("%q became %q", typed, fix.Replace)
			}
		}
	})
}
