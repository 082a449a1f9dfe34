package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/run"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// texts are commands in few words: packages by their names.
func texts(all []Command) []string {
	var out []string
	for _, c := range all {
		text := c.Text
		for _, p := range c.Packages {
			text += "+" + p.Name
		}
		out = append(out, text)
	}
	return out
}

func TestLearn(t *testing.T) {
	for name, tt := range map[string]struct {
		in   *told
		want []string
		use  []string
	}{
		"the way into the checkout is the beginning": {
			tell("app", verifier.StartHome, debian()).step(verifier.RoleClone, "git clone --recursive https://git.example.org/civic/app && cd app/src", verifier.FlagSelfClone).
				step(verifier.RoleBuild, "make").step(verifier.RoleRun, "./app"),
			[]string{"git submodule update --init --recursive", "cd 'src'", "make"}, []string{"cd 'src'", "./app"},
		},
		"a use in the middle is left for the end": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "make").step(verifier.RoleUsage, "./app --help").
				step(verifier.RoleInstall, "make plugins").step(verifier.RoleUsage, "./app"),
			[]string{"make", "make plugins"}, []string{"./app --help", "./app"},
		},
		"tests show it where nothing else does": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "make").step(verifier.RoleTest, "make check").step(verifier.RoleTest, "make smoke"),
			[]string{"make"}, []string{"make smoke"},
		},
		"a fix before the first use is part of the installation": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleInstall, "sudo apt-get install -y gcc").step(verifier.RoleBuild, "make").
				step(verifier.RoleRun, "./report.py").mended("python3: not found", verifier.Fix{Kind: verifier.FixBefore, Commands: []string{"sudo apt-get install -y python3"}}),
			[]string{"+gcc+python3", "make"}, []string{"./report.py"},
		},
		"a fix that turned out not to be needed": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "make").
				mended("cutter: not found", verifier.Fix{Kind: verifier.FixBefore, Grade: verifier.NotNeeded, Commands: []string{"sudo apt-get install cutter"}}).
				mended("gluer: not found", verifier.Fix{Kind: verifier.FixBefore, Commands: []string{"sudo apt-get install gluer"}}).step(verifier.RoleRun, "./app"),
			[]string{"+gluer", "make"}, []string{"./app"},
		},
		"a step that belongs before another": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "make").
				mended("no configuration", verifier.Fix{Kind: verifier.FixBefore, Commands: []string{"./configure"}, Moved: []string{"sb"}}).
				step(verifier.RoleBuild, "./configure").moved().step(verifier.RoleRun, "./app"),
			[]string{"./configure", "make"}, []string{"./app"},
		},
		"two fixes of one step, the latter in its place": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "mak").
				mended("mak: not found", verifier.Fix{Kind: verifier.FixReplace, Replace: "make"}).
				mended("cc: not found", verifier.Fix{Kind: verifier.FixBefore, Commands: []string{"sudo apt-get install gcc"}}).step(verifier.RoleRun, "./app"),
			[]string{"+gcc", "make"}, []string{"./app"},
		},
		"packages with and without what is recommended": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleInstall, "sudo apt-get install -y a").step(verifier.RoleBuild, "make").
				step(verifier.RoleInstall, "sudo apt-get install -y --no-install-recommends b").step(verifier.RoleInstall, "sudo apt-get -y install c=1.2 a"),
			[]string{"+a+c=1.2", "+b", "make"}, nil,
		},
		"packages are not drawn over what changes where they come from": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleInstall, "sudo apt-get update").step(verifier.RoleInstall, "sudo apt-get install -y a").
				step(verifier.RoleInstall, "echo deb x | sudo tee /etc/apt/sources.list.d/x.list").step(verifier.RoleInstall, "sudo apt-get update && sudo apt-get install -y b"),
			[]string{"+a", "echo deb x | sudo tee /etc/apt/sources.list.d/x.list", "+b"}, nil,
		},
		"what apt is asked otherwise stays as it is": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleInstall, "sudo apt-get update").step(verifier.RoleInstall, "sudo apt-get install -y ./x.deb").
				step(verifier.RoleInstall, "sudo apt-get install -y -t backports y").step(verifier.RoleInstall, "sudo apt-get remove -y z").step(verifier.RoleInstall, "sudo apt-get install -y z-"),
			[]string{"sudo apt-get update", "sudo apt-get install -y ./x.deb", "sudo apt-get install -y -t backports y", "sudo apt-get remove -y z", "sudo apt-get install -y z-"}, nil,
		},
		"a change among work is done again": {
			tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "cd src; make").step(verifier.RoleRun, "./app").step(verifier.RoleOther, "cd .."),
			[]string{"cd src; make"}, []string{"cd src; make", "./app"},
		},
		"values by variables, each place quoted as it needs it": {
			withValues(tell("app", verifier.StartInside, debian()).step(verifier.RoleConfigure, `echo "k=<key>" 't=<key>' <key> >c`), map[string]run.Value{"<key>": {Secret: true}}),
			[]string{`echo "k=${KEY}" 't='"${KEY}"'' "${KEY}" >c`}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := learned(t, tt.in)
			if diff := cmp.Diff(tt.want, texts(r.Commands)); diff != "" {
				t.Errorf("commands (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.use, texts(r.Use)); diff != "" {
				t.Errorf("use (-want +got):\n%s", diff)
			}
		})
	}
}

func withValues(in *told, values map[string]run.Value) *told {
	in.in.Values = values
	return in
}

func TestWhatTeachesNothing(t *testing.T) {
	broken := tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "make")
	broken.in.Environment.Verdict = verifier.Broken
	unreplayed := tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "make").mended("x", verifier.Fix{Kind: verifier.FixReplace, Replace: "true"})
	unreplayed.in.Environment.Replay.Passed = false
	unread := tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "if make")
	password := tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "login").asked("Password:", "•••")
	old := tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "make")
	old.in.Environment.Steps[0].Deviations = []verifier.Deviation{{Kind: verifier.DeviationAnswer, What: "answered"}}
	quoted := withValues(tell("app", verifier.StartInside, debian()).step(verifier.RoleBuild, "cat >x <<'E'\n<key>\nE"), map[string]run.Value{"<key>": {}})
	for name, tt := range map[string]struct {
		in   *told
		want string
	}{
		"broken": {broken, "do not work there yet"}, "not replayed": {unreplayed, "clean replay"}, "no shell text": {unread, "README.md:11: bash cannot read it"},
		"a password": {password, "asks for a secret"}, "a result of before": {old, "verify again"}, "a value where no variable can stand": {quoted, "<key> cannot be read"},
	} {
		_, err := Learn(tt.in.in)
		if _, ok := errors.AsType[*UnfitError](err); !ok || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASecretIsInNoImage(t *testing.T) {
	in := withValues(tell("app", verifier.StartInside, debian()).step(verifier.RoleConfigure, "./login <token>"), map[string]run.Value{"<token>": {Secret: true}})
	r := learned(t, in)
	if text, err := Dockerfile(r, tool, len(r.Commands)); err == nil {
		t.Errorf("%s", text)
	}
	if _, err := InstallSh(r, tool); err != nil {
		t.Error(err)
	}
}

// A fix is made of a command as it was typed: with the value, or with what masks it.
func TestNoValueOfAFixIsWritten(t *testing.T) {
	for name, replace := range map[string]string{"as typed": "./log-in s3cr3t", "masked": "./log-in •••"} {
		in := withValues(tell("app", verifier.StartInside, debian()).step(verifier.RoleConfigure, "./login <token>").
			mended("no ./login", verifier.Fix{Kind: verifier.FixReplace, Replace: replace}), map[string]run.Value{"<token>": {Text: "s3cr3t", Secret: true}})
		r := learned(t, in)
		if diff := cmp.Diff([]string{`./log-in "${TOKEN}"`}, texts(r.Commands)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		text, err := PrerequisitesMd(r, tool, Measured{})
		if err != nil || in.in.tells(text) != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	in := withValues(tell("app", verifier.StartInside, debian()), map[string]run.Value{"<token>": {Text: "s3cr3t", Secret: true}}).in
	if in.tells([]byte("# s3cr3t")) == nil || in.tells([]byte("x ••• y")) == nil || in.tells([]byte("make")) != nil {
		t.Error("a secret is not seen, or seen where there is none")
	}
}

func TestGuards(t *testing.T) {
	for text, want := range map[string]string{
		"mkdir build": "[ -d 'build' ]", "mkdir -p build": "", "mkdir a b": "", "cp a b": "[ -f 'b' ]", "cp a .": "", "cp a d/": "", "cp -r a b": "",
		"cp $a b": "", "ln -s a b": "[ -L 'b' ]", "mv a b": "[ ! -e 'a' ]", "git clone https://x.example/y.git": "[ -d 'y' ]",
		"git clone https://x.example/y z": "[ -d 'z' ]", "git clone -b v1 https://x.example/y": "", "sudo mkdir x": "", "make": "",
	} {
		pieces, err := shell.Pieces(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Command{Piece: pieces[0]}).guard(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestVariableNames(t *testing.T) {
	for placeholder, want := range map[string]string{"<api-key>": "API_KEY", "YOUR_TOKEN": "YOUR_TOKEN", "<path>": "MY_PATH", "{{ a b }}": "A_B", "<1st>": "VALUE_1ST", "<é>": "VALUE", "ld_preload": "MY_LD_PRELOAD"} {
		if got := variableName(placeholder); got != want {
			t.Errorf("%s: %s, want %s", placeholder, got, want)
		}
	}
}

func TestPublicBase(t *testing.T) {
	for name, tt := range map[string]struct {
		env  verifier.Environment
		want string
		note bool
	}{
		"a public one":      {verifier.Environment{Image: "debian:12", Digest: "sha256:0"}, "debian:12", true},
		"made here":         {verifier.Environment{Image: "bootstrap trixie", Release: "debian 13"}, "debian:13", true},
		"of a Dockerfile":   {verifier.Environment{Image: "dockerfile Dockerfile", Release: "alpine 3.20.1"}, "alpine:3.20.1", true},
		"a rolling release": {verifier.Environment{Image: "rootfs x.tar", Release: "arch"}, "archlinux:latest", true},
		"unknown":           {verifier.Environment{Image: "rootfs x.tar", Release: "plan9 4"}, "", false},
		"an instruction":    {verifier.Environment{Image: "debian:12\nRUN evil"}, "", false},
	} {
		got, note, err := publicBase(tt.env)
		if got != tt.want || note != "" != tt.note || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %q, %q, %v", name, got, note, err)
		}
	}
}

func TestDockerignore(t *testing.T) {
	got := string(Dockerignore([]byte("# built\n/build/\n*.o\nsrc/gen\n!keep.o\n\n\\#odd\n../out\nbell\a\n")))
	const want = "# Written by freshinstall: what git leaves out of a commit stays out of the image, too.\nbuild\n**/*.o\nsrc/gen\n!**/keep.o\n**/#odd\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is in the files is what was typed: each command of the recipe is a piece
// of a step or a fix, and each package is named by one.
func TestCommandsAreThoseOfThePlanAndTheFixes(t *testing.T) {
	for name, in := range map[string]*told{"tally": tally(), "atlas": atlas()} {
		in.in.Values, in.in.Plan.Prose = nil, nil // nothing is put in
		var typed []string
		for i := range in.in.Plan.Steps {
			s := &in.in.Plan.Steps[i]
			s.Command = strings.ReplaceAll(s.Command, "<api-key>", "k")
			typed = append(typed, s.Command)
		}
		for _, f := range in.in.Environment.Findings {
			typed = append(typed, f.Fixes[0].Commands...)
			typed = append(typed, f.Fixes[0].Replace)
		}
		says := func(text string) bool {
			return slices.ContainsFunc(typed, func(all string) bool { return strings.Contains(all, text) })
		}
		r := learned(t, in)
		script, err := InstallSh(r, tool)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range slices.Concat(r.Commands, r.Use) {
			if !says(c.Text) {
				t.Errorf("%s: nobody typed %q", name, c.Text)
			}
			if !bytes.Contains(script, []byte(c.Text)) {
				t.Errorf("%s: install.sh lacks %q", name, c.Text)
			}
			for _, p := range c.Packages {
				if !says(" " + p.Name) {
					t.Errorf("%s: nobody installed %s", name, p.Name)
				}
			}
		}
	}
}

// Whatever names, evidence and documents say, they stay where they were put.
func FuzzForeignText(f *testing.F) {
	for _, s := range []string{"x\nrm -rf /", "# syntax=evil", "' ; evil #", "\\", "EOF", "<<E", "*/ evil", "`evil`", "$(evil)", "\r\nRUN evil", "\u2028evil", "]", "--mount=x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		in := tally()
		for i := 5; i < len(in.in.Plan.Steps); i++ { // the first one's is looked for by install.sh
			in.in.Plan.Steps[i].Document += s
		}
		in.in.Environment.Findings[0].Evidence = s
		in.in.Environment.Findings[1].Evidence = s
		in.in.Plan.Steps[8].Command = s // replaced by its fix
		in.in.Environment.Environment.Furnishings[0].Detail = s
		in.in.Environment.Environment.Services = []verifier.Service{{Kind: verifier.Postgres, Name: s, Password: s}}
		r, err := Learn(in.in)
		if err != nil {
			t.Fatal(err)
		}
		script, err := InstallSh(r, verifier.Tool{Name: "freshinstall", Version: s})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := InstallSh(learned(t, tally()), tool)
		if diff := cmp.Diff(programs(t, want), programs(t, script)); diff != "" {
			t.Fatalf("install.sh runs otherwise (-want +got):\n%s", diff)
		}
		dockerfile, err := Dockerfile(r, tool, len(r.Commands))
		if err != nil {
			t.Fatal(err)
		}
		plain := learned(t, tally())
		other, _ := Dockerfile(plain, tool, len(plain.Commands))
		if diff := cmp.Diff(instructions(other), instructions(dockerfile)); diff != "" {
			t.Fatalf("the Dockerfile does otherwise (-want +got):\n%s", diff)
		}
		text, err := Devcontainer(r, tool)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.IndexByte(text, '{')
		if !json.Valid(text[bytes.LastIndex(text[:at], []byte("\n"))+1:]) && s == "" {
			t.Fatalf("no JSON: %s", text)
		}
	})
}

// programs are what a script runs, in order; where it looks for documents apart.
func programs(t *testing.T, script []byte) []string {
	t.Helper()
	acts, ok := shell.Acts(string(script))
	if !ok {
		t.Fatalf("no shell reads it:\n%s", script)
	}
	var out []string
	for _, a := range acts {
		switch {
		case len(a.Words) == 0:
			out = append(out, "(redirection)")
		case slices.Contains([]string{"say", "step", "[", "was_done", "mark"}, a.Words[0]):
			out = append(out, a.Words[0]) // these say where something comes from
		default:
			out = append(out, strings.Join(a.Words, " "))
		}
	}
	return out
}

func instructions(dockerfile []byte) []string {
	return slices.DeleteFunc(strings.Split(string(dockerfile), "\n"), func(l string) bool { return strings.HasPrefix(l, "#") || l == "" })
}

// FuzzRunLine holds that no builder reads what a shell shall read.
func FuzzRunLine(f *testing.F) {
	for _, s := range []string{"make", "a \\", "a\nb", "cat <<E\nx\nE", "[ -e x ]", "--mount=type=x y", "a\t\\ "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := runLine(text)
		if strings.ContainsAny(line, "\n\r") {
			t.Fatalf("%q has more than a line", line)
		}
		form, isJSON := strings.CutPrefix(line, `RUN ["/bin/bash", "-c", `)
		if !isJSON {
			if line != "RUN "+text {
				t.Fatalf("%q is not %q", line, text)
			}
			return
		}
		var back string
		if err := json.Unmarshal([]byte(strings.TrimSuffix(form, "]")), &back); err != nil || back != strings.ToValidUTF8(text, "\ufffd") && len(back) == len(text) {
			t.Fatalf("%q: %q, %v", line, back, err)
		}
	})
}
