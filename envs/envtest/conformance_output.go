package envtest

import (
	"bytes"
	"io"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

var outputCases = []testCase{
	{"output as it is", testOutput},
	{"output without newline", testNoNewline},
	{"binary", testBinary},
	{"8 MB", func(b *bench) { testMuch(b, 8) }},
	{"100 MB", func(b *bench) { testMuch(b, 100) }},
}

func testNoNewline(b *bench) {
	b.wants("printf 'no newline'", "no newline")
	b.wants("echo next", "next\n")
	b.wants("printf ''; printf .", ".")
}

// All bytes but those that the terminal driver itself changes.
func testBinary(b *bench) {
	var codes, want strings.Builder
	for i := range 256 {
		if i == '\n' || i == '\r' {
			continue
		}
		codes.WriteString("\\x" + string("0123456789abcdef"[i/16]) + string("0123456789abcdef"[i%16]))
		want.WriteByte(byte(i))
	}
	b.wants("printf '"+codes.String()+"'", want.String())
	b.livesOn()
}

// testMuch prints so many times 2²⁰ bytes; none may be lost, and the terminal
// is there as before.
func testMuch(b *bench, megabytes int) {
	b.Helper()
	var counted counter
	text := "(s=0123456789abcde; s=$s$'\\n'; while [ ${#s} -lt 1048576 ]; do s=$s$s; done; for ((i = 0; i < " +
		strings.Repeat("1+", megabytes-1) + "1; i++)); do printf %s \"$s\"; done)"
	done, err := b.machine.Type(b.Context(), verifier.Entry{Text: text, Timeout: patience}, &counted, nil)
	if err != nil || done.Exit != 0 || done.Ended != verifier.Exited {
		b.Fatalf("exit %d, ended %s, error %v", done.Exit, done.Ended, err)
	}
	if want := megabytes << 16; counted.lines != want {
		b.Errorf("%d lines, want %d", counted.lines, want)
	}
	b.livesOn()
}

// counter counts lines and keeps nothing.
type counter struct{ lines int }

func (c *counter) Write(p []byte) (int, error) {
	c.lines += bytes.Count(p, []byte("\n"))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)
