package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// input makes a block of a text that is a whole document.
func input(language, source string) Input {
	in := Input{Language: language}
	start := 0
	for i, text := range strings.Split(source, "\n") {
		in.Lines = append(in.Lines, Line{Text: text, Start: start, Number: i + 1})
		start += len(text) + 1
	}
	return in
}

func texts(commands []Command) []string {
	var out []string
	for _, c := range commands {
		out = append(out, c.Text)
	}
	return out
}

func TestSplitFindsCommands(t *testing.T) {
	for _, tc := range []struct {
		name, language, source string
		want                   []string
	}{
		{"one a line", "sh", "make\nmake install", []string{"make", "make install"}},
		{"dollar prompts, output left out", "", "$ make\ncc -c a.c\n$ make install", []string{"make", "make install"}},
		{"prompts in a block tagged as a script", "bash", "$ make\n$ make install", []string{"make", "make install"}},
		{"a variable is no prompt", "sh", "$HOME/bin/x --all", []string{"$HOME/bin/x --all"}},
		{"user and host", "console", "me@box:~/src$ make\nroot@box:/# make install", []string{"make", "make install"}},
		{"virtual environment before the dollar", "", "(venv) $ pip install x", []string{"pip install x"}},
		{"virtual environment alone", "", "(venv) pip install x", []string{"pip install x"}},
		{"superuser", "console", "# apt-get install x\nReading package lists...", []string{"apt-get install x"}},
		{"a comment is no superuser", "sh", "# build it\nmake", []string{"make"}},
		{"dollar and colon", "bash", "$: make all \\\n    now\n$: make install", []string{"make all \\\n    now", "make install"}},
		{"an arrow", "", "▶ make\ndone\n▶ make install", []string{"make", "make install"}},
		{"percent", "", "% make\n% make install", []string{"make", "make install"}},
		{"angle prompts", "shell", "> cd x\n> make", []string{"cd x", "make"}},
		{"angle prompt before a misspelt program", "shell", "> cd x\n> pythn setup.py install\n> make", []string{"cd x", "pythn setup.py install", "make"}},
		{"PowerShell", "", "PS C:\\> .\\run.ps1 -All", []string{".\\run.ps1 -All"}},
		{"command prompt of Windows", "", "C:\\src> run.bat", []string{"run.bat"}},
		{"continuation", "sh", "apt-get install a \\\n    b \\\n  c\nmake", []string{"apt-get install a \\\n    b \\\n  c", "make"}},
		{"continuation with the shell's own prompt", "console", "$ apt-get install a \\\n> b\n$ make", []string{"apt-get install a \\\nb", "make"}},
		{"heredoc", "sh", "cat > f <<EOF\na b\nEOF\nmake", []string{"cat > f <<EOF\na b\nEOF", "make"}},
		{"loop", "sh", "for i in a b; do\n  echo $i\ndone", []string{"for i in a b; do\n  echo $i\ndone"}},
		{"quoted text over lines", "sh", "echo 'a\nb' > f\nmake", []string{"echo 'a\nb' > f", "make"}},
		{"chain is one command", "sh", "a-tool x && make && make install", []string{"a-tool x && make && make install"}},
		{"chain over lines", "sh", "make &&\nmake install", []string{"make &&\nmake install"}},
		{"a quote that never closes is one line", "sh", "make it's\nmake install", []string{"make it's", "make install"}},
		{"a pipe that breaks off", "", "curl -L example.org/x |", []string{"curl -L example.org/x |"}},
		{"comment behind a command", "sh", "make -j4  # all cores", []string{"make -j4"}},
		{"remark in brackets behind a command", "", "$ apt-get install x (Debian, Ubuntu)", []string{"apt-get install x"}},
		{"remark behind slashes", "", "$ make -a   // All of it", []string{"make -a"}},
		{"placeholder in angle brackets is no redirection", "sh", "git clone https://example.org/<owner>/x.git", []string{"git clone https://example.org/<owner>/x.git"}},
		{"assignment before a program", "sh", "PORT=1 npm start", []string{"PORT=1 npm start"}},
		{"assignment among commands", "sh", "X=1\nexport X\nmake", []string{"X=1", "export X", "make"}},
		{"settings alone are a file", "bash", "# where\nHOST=a\nPORT=1", nil},
		{"a script's content", "bash", "#!/bin/bash\nmake", nil},
		{"untagged, known program", "", "npm install", []string{"npm install"}},
		{"untagged, unknown program", "", "frobnicate the widget", nil},
		{"untagged prose that begins like a command", "", "make sure that you have the keys", nil},
		{"tagged prose", "sh", "Install the tools first.\nmake", []string{"make"}},
		{"tagged, unknown program with options", "sh", "frob --all x.dat", []string{"frob --all x.dat"}},
		{"two columns are a table", "", "make all      Build everything\nmake test     Run the tests\nmake clean    Remove what was built", nil},
		{"box drawing", "", "├── make\n└── src", nil},
		{"SQL", "", "CREATE DATABASE x;\nGRANT ALL ON x TO y;", nil},
		{"SQL in a shell's block", "sh", "CREATE USER x WITH PASSWORD 'y';", nil},
		{"Python in a shell's block", "sh", "import os\nprint(os.name)", nil},
		{"Python prompts", "", ">>> import os\n>>> os.name", nil},
		{"JSON", "json", "{\"a\": 1}", nil},
		{"YAML is never read", "yaml", "run: make", nil},
		{"an installer in another language's block", "js", "npm install x", []string{"npm install x"}},
		{"source code that begins like a program", "python", "find = 3\nmake(find)", nil},
		{"Dockerfile in an untagged block", "", "FROM debian:12\nRUN apt-get update && \\\n  make", nil},
		{"mostly output", "", "make\nall is well here\nand so is that", nil},
		{"blank lines and comments alone", "sh", "\n# nothing\n\n", nil},
		{"source of a file by a dot", "sh", ". ./env/bin/activate", []string{". ./env/bin/activate"}},
		{"windows batch", "bat", "copy a b\nREM done\ncall run.bat", []string{"copy a b", "call run.bat"}},
		{"program with a version", "", "python3.11 -m venv x", []string{"python3.11 -m venv x"}},
		{"script by path", "", "./configure --prefix=/usr\nscripts/run.sh", []string{"./configure --prefix=/usr", "scripts/run.sh"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, texts(Split(input(tc.language, tc.source)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitReadsACommand(t *testing.T) {
	type read struct {
		Calls      []string
		Assigns    []string
		Holes      []string
		Comments   []string
		Remark     string
		Under      string
		Prompt     string
		Builtin    bool
		Background bool
		Pipe       bool
	}
	for _, tc := range []struct {
		name, source string
		want         read
	}{
		{"sudo with options and variables", "sudo -E -u me X=1 make install", read{Calls: []string{"sudo make install"}}},
		{"programs that start another", "nohup env A=b make run &", read{Calls: []string{"make run"}, Background: true}},
		{"quotes are removed from words", `make "all" 'x'`, read{Calls: []string{"make all x"}}},
		{"pipe", "curl -L x.example | sh", read{Calls: []string{"curl -L x.example", "sh"}, Pipe: true}},
		{"change of folder is builtin", "cd x && export A=b", read{Calls: []string{"cd x", "export"}, Assigns: []string{"A"}, Builtin: true}},
		{"a redirection is not", "echo x > f", read{Calls: []string{"echo x"}}},
		{"a substitution is not", "cd $(mktemp -d)", read{Calls: []string{"cd $(mktemp -d)"}}},
		{"an activation is", "source env/bin/activate", read{Calls: []string{"source env/bin/activate"}, Builtin: true}},
		{"another sourced file may do anything", "source setup.sh", read{Calls: []string{"source setup.sh"}}},
		{"comment before and behind", "# with care\nmake # slow", read{Calls: []string{"make"}, Comments: []string{"with care"}, Remark: "slow", Under: "with care"}},
		{"placeholders", "tool --key YOUR_API_KEY --in path/to/file <name> [options]", read{Calls: []string{"tool --key YOUR_API_KEY --in path/to/file <name> [options]"},
			Holes: []string{"<name>", "[options]", "YOUR_API_KEY", "path/to/file"}}},
		{"a variable is no placeholder", "make PASSWORD=x $USERNAME", read{Calls: []string{"make PASSWORD=x $USERNAME"}}},
		{"prompt", "$ make", read{Calls: []string{"make"}, Prompt: "$"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			commands := Split(input("sh", tc.source))
			if len(commands) != 1 {
				t.Fatalf("%d commands, want one", len(commands))
			}
			c := commands[0]
			got := read{nil, c.Assigns, c.Holes, c.Comments, c.Remark, c.Under, c.Prompt, c.Builtin, c.Background, c.Pipe}
			for _, call := range c.Calls {
				text := strings.Join(append([]string{call.Name}, call.Args...), " ")
				if call.Sudo {
					text = "sudo " + text
				}
				got.Calls = append(got.Calls, text)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitKeepsPositions(t *testing.T) {
	source := "$ first \\\n>   second\nout\n$ make  # slow"
	got := Split(input("console", source))
	if len(got) != 2 {
		t.Fatalf("%d commands, want two", len(got))
	}
	if s := source[got[0].Span.Start:got[0].Span.End]; s != "first \\\n>   second" {
		t.Errorf("span holds %q", s)
	}
	if got[0].Text != "first \\\nsecond" {
		t.Errorf("text %q", got[0].Text)
	}
	if got[0].Line != 1 || got[0].EndLine != 2 || got[1].Line != 4 {
		t.Errorf("lines %d to %d, and %d", got[0].Line, got[0].EndLine, got[1].Line)
	}
	if s := source[got[1].Span.Start:got[1].Span.End]; s != "make" {
		t.Errorf("span holds %q", s)
	}
}

func TestSplitOfDecodedText(t *testing.T) {
	// "make &amp;&amp; x" in the document at offset 10.
	in := Input{Language: "sh", Lines: []Line{{Text: "make && x", Start: 10, End: 27, Number: 1}}}
	got := Split(in)
	if len(got) != 1 || got[0].Span.Start != 10 || got[0].Span.End != 27 {
		t.Fatalf("%+v", got)
	}
}

func TestSplitSingle(t *testing.T) {
	for _, tc := range []struct{ name, source, want string }{
		{"a command", "npm install", "npm install"},
		{"with a prompt", "$ npm install", "npm install"},
		{"a file name", "package.json", ""},
		{"an unknown word", "frobnicate", ""},
		{"a known name of the project", "frob --all", "frob --all"},
		{"an assignment of code", "x = foo(1)", ""},
		{"prose", "the make file", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := input("", tc.source)
			in.Single = true
			in.Known = func(n string) bool { return n == "frob" }
			if got := strings.Join(texts(Split(in)), "|"); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestSplitPromptedOnly(t *testing.T) {
	in := input("", "make\nmake install")
	in.Prompted = true
	if got := Split(in); got != nil {
		t.Errorf("%v, want none without a prompt", texts(got))
	}
	in = input("", "> make\n> make install")
	in.Prompted = true
	if got := Split(in); len(got) != 2 {
		t.Errorf("%v, want two", texts(got))
	}
}

func TestCallArguments(t *testing.T) {
	c := Call{Name: "git", Args: []string{"clone", "--depth", "url", "dir"}}
	if c.Arg(0) != "clone" || c.Arg(2) != "dir" || c.Arg(9) != "" {
		t.Errorf("arguments %q %q %q", c.Arg(0), c.Arg(2), c.Arg(9))
	}
	if !c.Has("x", "--depth") || c.Has("x") {
		t.Error("Has")
	}
}
