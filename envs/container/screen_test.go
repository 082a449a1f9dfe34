package container

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const key = "0123456789abcdef"

func m(text string) string { return "\x1b]7717;" + key + ";" + text + "\a" }

// shown feeds a stream in pieces and gives what was printed and told.
func shown(pieces []string, set func(*screen)) (string, []mark) {
	var b strings.Builder
	var marks []mark
	s := newScreen(key, func(p []byte) { b.Write(p) }, func(m mark) { marks = append(marks, m) })
	if set != nil {
		set(s)
	}
	for _, p := range pieces {
		s.feed([]byte(p))
	}
	s.flush()
	return b.String(), marks
}

func TestScreen(t *testing.T) {
	const echo = " . /run/freshinstall/hook"
	for _, c := range []struct {
		name, in, out string
		set           func(*screen)
		marks         []mark
	}{
		{name: "nothing of ours", in: "plain\r\n\x1b[31mred\x1b[0m \x1b]0;title\a", out: "plain\r\n\x1b[31mred\x1b[0m \x1b]0;title\a"},
		{name: "start and end", in: m("S;3;17") + "out" + m("E;3;1;1000;17;1;himB;/tmp/a b;c"), out: "out", marks: []mark{
			{kind: markStart, step: 3, pid: 17}, {kind: markPrompt, step: 3, status: 1, uid: 1000, pid: 17, saved: true, dir: "/tmp/a b;c"},
		}},
		{name: "tracing shell", in: m("E;3;0;0;17;0;xhB;/"), marks: []mark{{kind: markPrompt, step: 3, pid: 17, traces: true, dir: "/"}}},
		{name: "another key", in: "\x1b]7717;fedcba9876543210;E;3;0;0;1;1;h;/\a", out: "\x1b]7717;fedcba9876543210;E;3;0;0;1;1;h;/\a"},
		{name: "a mark that makes no sense", in: "a" + m("E;x;y") + "b", out: "ab"},
		{name: "a mark without an end", in: "\x1b]7717;" + key + ";" + strings.Repeat("y", longestMark+1), out: strings.Repeat("y", longestMark+1)},
		{name: "echo of what we typed", in: "$ " + echo + "\r\nout" + echo + "\r\n", out: "$ out" + echo + "\r\n", set: func(s *screen) { s.typed(echo) }},
		{name: "an echo that never comes", in: m("S;1;1") + echo + "\r\n", out: echo + "\r\n", set: func(s *screen) { s.typed(echo) }, marks: []mark{{kind: markStart, step: 1, pid: 1}}},
		{name: "error in the step's file", in: "bash: /run/freshinstall/step: line 12: syntax error\r\n", out: "bash: syntax error\r\n"},
		{name: "error in eval", in: "bash: eval: line 1: syntax error\r\n", out: "bash: syntax error\r\n"},
		{name: "the file's name alone", in: "cat /run/freshinstall/step: no\r\n/run/freshinstall/stepfather", out: "cat /run/freshinstall/step: no\r\n/run/freshinstall/stepfather"},
		{name: "trace of our own reading", in: m("S;1;1") + "+ . /run/freshinstall/step\r\n++ echo\r\n", out: "++ echo\r\n", marks: []mark{{kind: markStart, step: 1, pid: 1}}},
		{name: "a nested shell's prompt", in: "$ printf …\r\n" + m("S;1;1") + "out", out: "out", set: func(s *screen) { s.dropping = true }, marks: []mark{{kind: markStart, step: 1, pid: 1}}},
		{name: "folder with a line end", in: m("E;1;0;0;1;1;;/a\r\nb"), marks: []mark{{kind: markPrompt, step: 1, pid: 1, saved: true, dir: "/a\nb"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, size := range []int{len(c.in), 1, 7} {
				var pieces []string
				for rest := c.in; rest != ""; {
					n := min(size, len(rest))
					pieces, rest = append(pieces, rest[:n]), rest[n:]
				}
				if strings.HasPrefix(c.name, "trace") && size != len(c.in) {
					continue // bash writes it in one go
				}
				out, marks := shown(pieces, c.set)
				if diff := cmp.Diff(c.out, out); diff != "" {
					t.Errorf("pieces of %d: printed (-want +got):\n%s", size, diff)
				}
				if diff := cmp.Diff(c.marks, marks, cmp.AllowUnexported(mark{})); diff != "" {
					t.Errorf("pieces of %d: marks (-want +got):\n%s", size, diff)
				}
			}
		})
	}
}

// FuzzScreen holds that output without a mark passes whole, however it is
// cut, save for the places of errors that a typed step would not name.
func FuzzScreen(f *testing.F) {
	f.Add("plain", 1)
	f.Add("bash: eval: line 3: x /run/freshinstall/step: lin", 3)
	f.Add("\x1b]7717;"+key+";S;1;1\aout\x1b]7717;"+key+";E;1;0;0;1;1;h;/\a", 5)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		cut = 1 + (cut%64+64)%64
		var pieces []string
		for rest := text; rest != ""; {
			n := min(cut, len(rest))
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		whole, marks := shown([]string{text}, nil)
		cutUp, marksCut := shown(pieces, nil)
		if whole != cutUp || len(marks) != len(marksCut) {
			t.Errorf("whole %q, in pieces of %d %q", whole, cut, cutUp)
		}
		if !strings.Contains(text, key) && !strings.Contains(text, ": line ") && whole != text {
			t.Errorf("%q was printed as %q", text, whole)
		}
	})
}

func TestSinkKeepsTheEndAndTheLimit(t *testing.T) {
	var b strings.Builder
	s := newSink(&b, 10)
	s.write([]byte("12345"))
	if got := s.look(); got.bytes != 5 || got.flooded {
		t.Errorf("%+v", got)
	}
	s.write([]byte("67890abc"))
	if got := s.look(); got.bytes != 13 || !got.flooded || b.String() != "1234567890" {
		t.Errorf("%+v, written %q", got, b.String())
	}
	s = newSink(nil, 1<<20)
	for range 3 {
		s.write([]byte(strings.Repeat("x", tailSize-1) + "y"))
		s.write([]byte("end"))
	}
	if tail := s.ending(); len(tail) != tailSize || !strings.HasSuffix(string(tail), "xyend") {
		t.Errorf("tail of %d bytes: …%q", len(tail), tail[len(tail)-10:])
	}
}

func TestQuestion(t *testing.T) {
	for _, c := range []struct{ name, tail, want string }{
		{"apt", "After this operation, 5 kB will be used.\r\nDo you want to continue? [Y/n] ", "Do you want to continue? [Y/n]"},
		{"colours", "\x1b[1m\x1b[34m?\x1b[0m Project name: \x1b[2m(app)\x1b[22m ", "? Project name: (app)"},
		{"overwritten line", "downloading 10%\rdownloading 100%\rPassword: ", "Password:"},
		{"question on its own line", "License?\r\n(y/n):\r\n", "(y/n):"},
		{"talk before reading without a word", "reading from standard input\r\n", ""},
		{"nothing", "", ""},
		{"title and bell", "\x1b]0;me@host\a\aName: ", "Name:"},
		{"broken characters", "Na\xffme: ", "Na�me:"},
	} {
		if got := question([]byte(c.tail)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for tail, want := range map[string]bool{"Name: ": true, "root@x:/# ": true, "compiling": false, "done?\n": false, "": false, "[y/N]": true} {
		if got := looksLikeQuestion([]byte(tail)); got != want {
			t.Errorf("%q looks like a question: %v", tail, got)
		}
	}
}
