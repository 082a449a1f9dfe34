package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func record(t *testing.T, secrets []string, chunks ...string) (*recorder, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "step.log")
	r, err := newRecorder(path, secrets, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		// All is taken, also what a secret's beginning holds back: whoever copies stops at less.
		if n, err := r.Write([]byte(c)); err != nil || n != len(c) {
			t.Fatalf("%d of %d bytes, %v", n, len(c), err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(log)
}

func TestSecretsAreMaskedAlsoAcrossWrites(t *testing.T) {
	r, log := record(t, []string{"hunter2-hunter2"}, "token hunter2-", "hunter2 and hunter2-hunter", " no\nend hunt")
	want := "token " + masked + " and hunter2-hunter no\nend hunt"
	if log != want || string(r.whole()) != want {
		t.Errorf("log %q\nkept %q\nwant %q", log, r.whole(), want)
	}
}

func TestLongOutputKeepsBothEndsAndSaysSo(t *testing.T) {
	line := strings.Repeat("x", 1023) + "\n"
	chunks := []string{"first line\n"}
	for range 4 * 1024 {
		chunks = append(chunks, line)
	}
	r, log := record(t, nil, append(chunks, "last line\n")...)
	text := string(r.whole())
	if !strings.HasPrefix(text, "first line\n") || !strings.HasSuffix(text, "last line\n") || !strings.Contains(text, omission) {
		t.Error("an end or the note of the omission is missing")
	}
	if len(text) > keepHead+2*keepTail+len(omission) {
		t.Errorf("kept %d bytes in memory", len(text))
	}
	out := r.output(text)
	if out.Bytes != int64(len(log)) || out.Truncated || len(out.Head) > showHead || !strings.HasSuffix(out.Tail, "last line\n") {
		t.Errorf("output says %d bytes of %d, truncated %v", out.Bytes, len(log), out.Truncated)
	}
}

func TestTheLogIsBoundedAndSaysSo(t *testing.T) {
	block := strings.Repeat("y", 1<<20)
	chunks := make([]string, keepLog>>20+3)
	for i := range chunks {
		chunks[i] = block
	}
	r, log := record(t, nil, chunks...)
	if int64(len(log)) != keepLog || !r.output("").Truncated {
		t.Errorf("log of %d bytes, truncated %v", len(log), r.output("").Truncated)
	}
}

func TestLastLineIsToldNowAndThen(t *testing.T) {
	var told []string
	r, err := newRecorder(os.DevNull, nil, func(s string) { told = append(told, s) })
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"one\ntw", "o\n", "10%\r20%", strings.Repeat("z\n", 100<<10)} {
		if _, err := r.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(told, "|"); got != "tw|two|20%|z" {
		t.Errorf("told %q", got)
	}
}

func TestCuttingNeverSplitsACharacter(t *testing.T) {
	text := strings.Repeat("äöü€", 9000)
	for cut := range 8 {
		if s := whole(text[cut : len(text)-cut]); !utf8.ValidString(s) {
			t.Errorf("cut at %d: not valid: %q…%q", cut, s[:4], s[len(s)-4:])
		}
	}
}
