package diagnose

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestRepairsFromTheTree(t *testing.T) {
	tests := []struct {
		name, typed, output string
		files               []string
		cwd, checkout       string
		earlier             []string
		tree                fstest.MapFS
		want                []string
	}{
		{name: "file in another folder", typed: "pip install -r requirements.txt", output: "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'",
			files: []string{"backend/requirements.txt", "README.md"},
			want:  []string{"=> pip install -r backend/requirements.txt", "cd backend"}},
		{name: "absolute path in the message", typed: "python3 manage.py migrate", output: "python3: can't open file '/home/newcomer/app/manage.py': [Errno 2] No such file or directory",
			files: []string{"site/manage.py"}, cwd: "/home/newcomer/app", checkout: "app",
			want: []string{"=> python3 site/manage.py migrate", "cd site"}},
		{name: "seen from a folder inside", typed: "cat ../conf/app.ini", output: "cat: ../conf/app.ini: No such file or directory",
			files: []string{"etc/app.ini", "src/main.c"}, cwd: "src",
			want: []string{"=> cat ../etc/app.ini"}},
		{name: "name that differs a little", typed: "bash scripts/build.sh", output: "bash: scripts/build.sh: No such file or directory",
			files: []string{"scripts/Build.sh"},
			want:  []string{"=> bash scripts/Build.sh"}},
		{name: "folder in another place", typed: "cd client", output: "bash: cd: client: No such file or directory",
			files: []string{"web/client/package.json"},
			want:  []string{"=> cd web/client"}},
		{name: "the clone has another name", typed: "cd todo-app", output: "bash: line 4: cd: todo-app: No such file or directory",
			files: []string{"package.json"}, cwd: "/root", checkout: "todo-api-express",
			want: []string{"=> cd todo-api-express"}},
		{name: "example of a settings file", typed: "cat .env", output: "cat: .env: No such file or directory",
			files: []string{".env.example"}, want: []string{"cp .env.example .env"}},
		{name: "example of a settings file, mark inside", typed: "./run", output: "FileNotFoundError: [Errno 2] No such file or directory: 'conf/app.yml'",
			files: []string{"conf/app.sample.yml"}, want: []string{"cp conf/app.sample.yml conf/app.yml"}},
		{name: "file that is nowhere", typed: "cat gone.txt", output: "cat: gone.txt: No such file or directory", files: []string{"README.md"}, want: nil},
		{name: "manifest in one folder", typed: "npm install", output: "npm ERR! enoent ENOENT: no such file or directory, open '/home/newcomer/app/package.json'",
			files: []string{"frontend/package.json"}, cwd: "/home/newcomer/app", checkout: "app", want: []string{"cd frontend"}},
		{name: "still beside the clone", typed: "make", output: "make: *** No targets specified and no makefile found.  Stop.",
			files: []string{"Makefile"}, cwd: "/home/newcomer", checkout: "app", want: []string{"cd app"}},
		{name: "its own program, built and not installed", typed: "fern -A /tmp/x", output: "bash: fern: command not found", checkout: "fern",
			files: []string{"Makefile.in", "configure"}, earlier: []string{"./configure", "make"},
			want: []string{"sudo make install", "=> ./fern -A /tmp/x"}},
		{name: "its own program, built by go", typed: "fern --help", output: "bash: fern: command not found", checkout: "fern",
			files: []string{"go.mod"}, earlier: []string{"go build"}, want: []string{"=> ./fern --help"}},
		{name: "its own program, never built", typed: "fern --help", output: "bash: fern: command not found", checkout: "fern",
			files: []string{"go.mod"}, want: nil},
		{name: "configure comes before make", typed: "make", output: "make: *** No targets specified and no makefile found.  Stop.",
			files: []string{"configure", "Makefile.in"}, want: []string{"./configure"}},
		{name: "autogen comes before configure", typed: "make", output: "make: *** No targets specified and no makefile found.  Stop.",
			files: []string{"autogen.sh"}, want: []string{"sh ./autogen.sh; ./configure"}},
		{name: "CMake comes before make", typed: "make", output: "make: *** No targets specified and no makefile found.  Stop.",
			files: []string{"CMakeLists.txt"}, want: []string{"cmake ."}},
		{name: "submodules", typed: "cmake .", output: "  The source directory\n\n    /root/app/third_party/fmt\n\n  does not contain a CMakeLists.txt file.",
			files: []string{".gitmodules", "CMakeLists.txt"}, want: []string{"git submodule update --init --recursive"}},
		{name: "script of package.json with that meaning", typed: "npm run dev", output: "npm ERR! Missing script: \"dev\"", files: []string{"package.json"},
			tree: fstest.MapFS{"package.json": {Data: []byte(`{"scripts":{"start":"node .","lint":"eslint"}}`)}},
			want: []string{"=> npm run start"}},
		{name: "script of package.json, misspelt", typed: "npm run biuld", output: "npm ERR! Missing script: \"biuld\"", files: []string{"package.json"},
			tree: fstest.MapFS{"package.json": {Data: []byte(`{"scripts":{"build":"x","test":"y"}}`)}},
			want: []string{"=> npm run build"}},
		{name: "package.json that is none", typed: "npm run dev", output: "npm ERR! Missing script: \"dev\"", files: []string{"package.json"},
			tree: fstest.MapFS{"package.json": {Data: []byte(`{{`)}}, want: nil},
		{name: "target of the Makefile, misspelt", typed: "make instal", output: "make: *** No rule to make target 'instal'.  Stop.", files: []string{"Makefile"},
			tree: fstest.MapFS{"Makefile": {Data: []byte("CC := gcc\nall: x\ninstall: all\n\tcp x /usr\n")}},
			want: []string{"=> make install"}},
		{name: "program of a dependency", typed: "nodemon app.js", output: "bash: nodemon: command not found", files: []string{"package.json"},
			tree: fstest.MapFS{"package.json": {Data: []byte(`{"devDependencies":{"nodemon":"^2"}}`)}},
			want: []string{"=> npx nodemon app.js"}},
		{name: "module of Node, not installed", typed: "node app.js", output: "Error: Cannot find module 'express'", files: []string{"package.json"}, want: []string{"npm install"}},
		{name: "module of Node, installed in vain", typed: "node app.js", output: "Error: Cannot find module 'express'", files: []string{"package.json"},
			earlier: []string{"npm install"}, want: nil},
		{name: "virtual environment of an earlier step", typed: "python run.py", output: "ModuleNotFoundError: No module named 'flask'",
			earlier: []string{"python3 -m venv env", "pip install -r requirements.txt"}, want: []string{". env/bin/activate"}},
		{name: "virtual environment that is active", typed: "python run.py", output: "ModuleNotFoundError: No module named 'flask'",
			earlier: []string{"python3 -m venv env && . env/bin/activate"}, want: nil},
		{name: "module of the repository", typed: "python3 tests/run.py", output: "ModuleNotFoundError: No module named 'civic.core'",
			files: []string{"src/civic/__init__.py", "src/civic/core.py"}, want: []string{"export PYTHONPATH=src"}},
		{name: "declared modules that no step installs", typed: "python3 run.py", output: "ModuleNotFoundError: No module named 'flask'",
			files: []string{"requirements.txt"}, earlier: []string{"apt-get update", "apt-get install python3-venv"},
			want: []string{"python3 -m venv .venv; . .venv/bin/activate; pip install -r requirements.txt"}},
		{name: "script with the line ends of Windows", typed: "./setup.sh", output: "bash: ./setup.sh: cannot execute: required file not found",
			files: []string{"setup.sh"}, want: []string{`sed -i 's/\r$//' ./setup.sh`}},
		{name: "Python script without its bit", typed: "./tool.py --all", output: "bash: ./tool.py: Permission denied", files: []string{"tool.py"},
			want: []string{"chmod +x tool.py", "=> python3 ./tool.py --all"}},
	}
	c := catalogue(t).WithoutTables()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.typed, test.output)
			o.Files, o.Cwd, o.Checkout, o.Earlier = test.files, test.cwd, test.checkout, test.earlier
			if test.tree != nil {
				o.Tree = test.tree
			}
			e := c.Explain(o)[0]
			fixes, err := c.Candidates(t.Context(), e, o, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, told(fixes)); diff != "" {
				t.Errorf("rule %s (-want +have) %s", e.Finding.Rule, diff)
			}
		})
	}
}

func TestReplaceProgram(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"alone", "python x.py", "PY x.py"},
		{"after an operator", "cd a && python x.py; python y.py | python z.py", "cd a && PY x.py; PY y.py | PY z.py"},
		{"behind a carrier and a variable", "sudo -E env A=1 python x.py", "sudo -E env A=1 PY x.py"},
		{"not as an argument", "apt-get install python", "apt-get install python"},
		{"not in quotes", `echo "a; python b" 'c; python d'`, `echo "a; python b" 'c; python d'`},
		{"not in a comment", "ls # then python x", "ls # then python x"},
		{"over a continued line", "cd a && \\\n  python x.py", "cd a && \\\n  PY x.py"},
		{"not a longer name", "python3 x.py; ./python x", "python3 x.py; ./python x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, changed := replaceProgram(test.text, "python", "PY")
			if got != test.want || changed != (test.text != test.want) {
				t.Errorf("have %q, changed %v", got, changed)
			}
		})
	}
}

func TestReplaceWord(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"alone", "install foo", "install NEW"},
		{"with a version", "install foo=1", "install NEW=1"},
		{"in quotes", "install 'foo'", "install 'NEW'"},
		{"not in a longer name", "install foo-dev libfoo foo.x a/foo", "install foo-dev libfoo foo.x a/foo"},
		{"twice", "foo; foo", "NEW; NEW"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, changed := replaceWord(test.text, "foo", "NEW"); got != test.want || changed != (test.text != test.want) {
				t.Errorf("have %q, changed %v", got, changed)
			}
		})
	}
	if _, changed := replaceWord("x", "", "y"); changed {
		t.Error("nothing was replaced by something")
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"same", "same", 0}, {"ssl", "sll", 1}, {"abc", "abcd", 1}, {"abc", "xyz", 3}, {"ab", "abcdefgh", 3}} {
		if got := distance(test.a, test.b, 2); got != test.want {
			t.Errorf("%s, %s: want %d, have %d", test.a, test.b, test.want, got)
		}
	}
}

func FuzzReplaceProgram(f *testing.F) {
	for _, seed := range []string{"python x", "a && python b", `"`, `\`, "'a", "sudo -u x python", "#", "a\\\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, w := range split(text) {
			if w.start < at || w.end <= w.start || w.end > len(text) || text[w.start:w.end] != w.text {
				t.Fatalf("word %q at %d to %d of %q", w.text, w.start, w.end, text)
			}
			at = w.end
		}
		if same, changed := replaceProgram(text, "python", "python"); same != text && changed {
			t.Errorf("%q became %q", text, same)
		}
	})
}

func TestAssumeYes(t *testing.T) {
	for name, c := range map[string]struct{ typed, want string }{
		"apt":                               {"sudo apt install jq", "=> sudo apt install -y jq"},
		"apt-get, behind another command":   {"cd a && apt-get upgrade", "=> cd a && apt-get upgrade -y"},
		"dnf":                               {"dnf install jq", "=> dnf install -y jq"},
		"yum":                               {"yum remove jq", "=> yum remove -y jq"},
		"an action that asks nothing":       {"apt update", ""},
		"another program of such an action": {"npm install", ""},
		"the action of another command":     {"apt update && pip install jq", ""},
		"the name as an argument":           {"echo apt install jq", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if fixes := told(assumeYes(Explanation{}, observe(c.typed, ""))); len(fixes) > 0 {
				got = fixes[0]
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
