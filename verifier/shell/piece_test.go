package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mvdan.cc/sh/v3/syntax"
)

func TestPieces(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string // "!" before what changes the shell, "+" before what adds to a file
	}{
		"one call":                {"make -j2", []string{"make -j2"}},
		"a chain":                 {"mkdir build && cd build && cmake ..", []string{"mkdir build", "!cd build", "cmake .."}},
		"or stays whole":          {"test -f x || make x", []string{"test -f x || make x"}},
		"two statements":          {"make; make install", []string{"make; make install"}},
		"a change among others":   {"cd src; make", []string{"!cd src; make"}},
		"in a shell of its own":   {"(cd src && make)", []string{"(cd src && make)"}},
		"variables":               {`export A=b C="d e"`, []string{`!export A=b C="d e"`}},
		"a variable of the shell": {"A=1", []string{"!A=1"}},
		"for one call alone":      {"A=1 make", []string{"A=1 make"}},
		"adds to a file":          {"echo x >> ~/.bashrc", []string{"+echo x >> ~/.bashrc"}},
		"adds to a file as root":  {"echo x | sudo tee -a /etc/hosts", []string{"+echo x | sudo tee -a /etc/hosts"}},
		"to the terminal":         {"echo x >>/dev/null", []string{"echo x >>/dev/null"}},
		"a here-document":         {"cat > a <<EOF && cat a\nx\nEOF", []string{"cat > a <<EOF && cat a\nx\nEOF"}},
		"in the background":       {"true && serve &", []string{"true && serve &"}},
		"a function":              {"f() { cd /; }", []string{"!f() { cd /; }"}},
		"a remark behind":         {"make # all of it", []string{"make # all of it"}},
	} {
		t.Run(name, func(t *testing.T) {
			pieces, err := Pieces(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range pieces {
				sign := ""
				if p.ChangesShell() {
					sign = "!"
				}
				if p.Appends {
					sign += "+"
				}
				got = append(got, sign+p.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, broken := range []string{"if true", "cat <<EOF\nx\n", "echo 'x", "make \\"} {
		if p, err := Pieces(broken); err == nil {
			t.Errorf("%q: %+v", broken, p)
		}
	}
}

func TestWordsThatMeanWhatTheySay(t *testing.T) {
	pieces, err := Pieces(`cp 'a b' "c d" e\ f $g *.h "x$y" ~/z i`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Word{{"cp", true}, {"a b", true}, {"c d", true}, {`e\ f`, false}, {"$g", false}, {"*.h", false}, {`"x$y"`, false}, {"~/z", false}, {"i", true}}
	if diff := cmp.Diff(want, pieces[0].Words); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefer(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"bare":              {"login --key xMARKx", `login --key x"${KEY}"x`},
		"in double quotes":  {`login "k=MARK"`, `login "k=${KEY}"`},
		"in single quotes":  {`echo 'k=MARK;' >.env`, `echo 'k='"${KEY}"';' >.env`},
		"a value":           {"export K=MARK", `export K="${KEY}"`},
		"a here-document":   {"cat >e <<EOF\nk=MARK\nEOF", "cat >e <<EOF\nk=${KEY}\nEOF"},
		"twice":             {"a MARK MARK", `a "${KEY}" "${KEY}"`},
		"a substitution":    {"echo $(x MARK)", `echo $(x "${KEY}")`},
		"nothing to put in": {"make", "make"},
	} {
		if got, err := Refer(tt.text, map[string]string{"MARK": "KEY"}); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, tt.want)
		}
	}
	for name, text := range map[string]string{
		"a quoted here-document": "cat <<'EOF'\nMARK\nEOF", "a name": "MARK=1 make", "ANSI quotes": "echo $'MARK'", "a remark": "make # MARK",
	} {
		if got, err := Refer(text, map[string]string{"MARK": "KEY"}); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// FuzzPieces holds what a script made of pieces relies on: bash reads each by
// itself, and none of them says more than the command does.
func FuzzPieces(f *testing.F) {
	for _, s := range []string{"a && b", "a || b && c", "cat <<E && b\nx\nE", "x='y", "a\\\n&& b # c", "! a && b", "{ a && b; } && c", "a && b &"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pieces, err := Pieces(text)
		if err != nil {
			return
		}
		from := 0
		for _, p := range pieces {
			at := strings.Index(text[from:], p.Text)
			if at < 0 {
				t.Fatalf("%q is no part of %q", p.Text, text)
			}
			from += at + len(p.Text)
			if _, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(p.Text+"\n"), ""); err != nil {
				t.Fatalf("%q of %q: %v", p.Text, text, err)
			}
		}
	})
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a'b", "\n", "$(x)", `\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\x00\r") || strings.ToValidUTF8(text, "") != text {
			t.Skip("no shell text, or one that the parser reads otherwise")
		}
		file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader("x "+Quote(text)+"\n"), "")
		if err != nil || len(file.Stmts) != 1 {
			t.Fatalf("%q: %v", Quote(text), err)
		}
		call, is := file.Stmts[0].Cmd.(*syntax.CallExpr)
		if !is || len(call.Args) != 2 || len(file.Stmts[0].Redirs) > 0 {
			t.Fatalf("%q is not one word", Quote(text))
		}
	})
}
