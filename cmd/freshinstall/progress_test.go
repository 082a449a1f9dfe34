package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/freshinstall/freshinstall/verifier"
)

// aRun is what one environment tells, in order.
func aRun(name string) []verifier.Event {
	return []verifier.Event{
		{Kind: verifier.EventPreparing, Environment: name, Text: "builds the base"},
		{Kind: verifier.EventReady, Environment: name, Total: 2},
		{Kind: verifier.EventStep, Environment: name, Step: "s1", Index: 1, Total: 2, Command: "cd app"},
		{Kind: verifier.EventOutcome, Environment: name, Step: "s1", Outcome: verifier.OutcomeOKWithDeviation, Seconds: 0.1},
		{Kind: verifier.EventStep, Environment: name, Step: "s2", Index: 2, Total: 2, Command: "make \\\n  all"},
		{Kind: verifier.EventOutput, Environment: name, Step: "s2", Text: "cc \x1b[31mmain.c\x1b[0m"},
		{Kind: verifier.EventFinding, Environment: name, Step: "s2", Text: "make is never named"},
		{Kind: verifier.EventTrial, Environment: name, Step: "s2", Text: "sudo apt-get install -y make"},
		{Kind: verifier.EventProven, Environment: name, Step: "s2", Text: "sudo apt-get install -y make"},
		{Kind: verifier.EventOutcome, Environment: name, Step: "s2", Outcome: verifier.OutcomeFailed, Seconds: 12.34},
		{Kind: verifier.EventReplay, Environment: name},
		{Kind: verifier.EventVerdict, Environment: name, Verdict: verifier.WorksWithFixes, Seconds: 61},
	}
}

func TestPlainProgressIsOneLineAStep(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, talk{}, environment{}, time.Now)
	p.Say("2 environments")
	for _, e := range aRun("debian-12") {
		p.Event(e)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	want := `2 environments
debian-12  builds the base
debian-12  a clean machine stands, 2 steps
debian-12  step 1/2  ok*       0.1 s  cd app
debian-12  step 2/2  finding: make is never named
debian-12  step 2/2  helps: sudo apt-get install -y make
debian-12  step 2/2  failed   12.3 s  make \ …
debian-12  all steps once more with the fixes, on a clean machine
debian-12  works-with-fixes (61 s)
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("plain progress (-want +got):\n%s", diff)
	}
}

func TestVerbosePlainProgressTellsBeginningsAndTrials(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, talk{verbose: true}, environment{}, time.Now)
	for _, e := range aRun("debian-12") {
		p.Event(e)
	}
	for _, want := range []string{"step 1/2  begins: cd app\n", "step 2/2  trying: sudo apt-get install -y make\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

func TestQuietProgressShowsNothing(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, talk{quiet: true}, environment{}, time.Now)
	p.Say("x")
	for _, e := range aRun("debian-12") {
		p.Event(e)
	}
	if err := p.Close(); err != nil || out.Len() > 0 {
		t.Errorf("quiet progress printed %q, error %v", out.String(), err)
	}
}

func TestEventsAreJSONLines(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, talk{events: "json", quiet: true}, environment{}, func() time.Time { return time.Unix(0, 0).UTC() })
	p.Say("checks the engine")
	for _, e := range aRun("debian-12") {
		p.Event(e)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 13 {
		t.Fatalf("%d lines, want 13:\n%s", len(lines), out.String())
	}
	for _, line := range lines {
		var e verifier.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if want := `"kind":"verdict","environment":"debian-12","verdict":"works-with-fixes","seconds":61`; !strings.Contains(lines[12], want) {
		t.Errorf("last event %s lacks %s", lines[12], want)
	}
}

// screen obeys the few sequences that live progress uses and holds what a
// person would see.
type screen struct {
	lines []string
	wide  int // columns of the widest line that was ever printed
}

func (s *screen) Write(p []byte) (int, error) {
	text := string(p)
	for text != "" {
		switch {
		case strings.HasPrefix(text, lineUp):
			s.lines = s.lines[:len(s.lines)-1]
			s.lines[len(s.lines)-1] = ""
			text = text[len(lineUp):]
		case strings.HasPrefix(text, eraseBelow):
			text = text[len(eraseBelow):]
		case text[0] == '\r':
			text = text[1:]
		case text[0] == '\n':
			s.lines = append(s.lines, "")
			text = text[1:]
		default:
			end := strings.IndexAny(text, "\r\n\x1b")
			if end < 0 {
				end = len(text)
			}
			if len(s.lines) == 0 {
				s.lines = []string{""}
			}
			s.lines[len(s.lines)-1] += text[:end]
			s.wide = max(s.wide, len([]rune(s.lines[len(s.lines)-1])))
			text = text[end:]
		}
	}
	return len(p), nil
}

func (s *screen) String() string { return strings.TrimRight(strings.Join(s.lines, "\n"), "\n") }

func TestLiveProgressRedrawsOneLinePerEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := &screen{}
		live := newLiveLines(seen, func() int { return 60 }, false, time.Now)
		for _, name := range []string{"debian-12", "debian-13"} {
			for _, e := range aRun(name)[:6] {
				live.Event(e)
			}
		}
		time.Sleep(75*time.Second + redrawEvery)
		synctest.Wait()
		want := "debian-12  step 2/2  1:15  make \\ …  │ cc main.c\ndebian-13  step 2/2  1:15  make \\ …  │ cc main.c"
		if diff := cmp.Diff(want, seen.String()); diff != "" {
			t.Errorf("while both run (-want +got):\n%s", diff)
		}
		for _, e := range aRun("debian-12")[6:] {
			live.Event(e)
		}
		want = `debian-12  step 2/2  finding: make is never named
debian-12  step 2/2  helps: sudo apt-get install -y make
debian-12  works-with-fixes (61 s)
debian-13  step 2/2  1:15  make \ …  │ cc main.c`
		if diff := cmp.Diff(want, seen.String()); diff != "" {
			t.Errorf("after the first has ended (-want +got):\n%s", diff)
		}
		if err := live.Close(); err != nil {
			t.Fatal(err)
		}
		want, _, _ = strings.Cut(want, "\ndebian-13")
		if diff := cmp.Diff(want, seen.String()); diff != "" {
			t.Errorf("at the end (-want +got):\n%s", diff)
		}
	})
}

func TestLiveProgressStaysWithinTheTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := &screen{}
		live := newLiveLines(seen, func() int { return 30 }, false, time.Now)
		for _, e := range aRun("debian-12")[:5] {
			live.Event(e)
		}
		live.Event(verifier.Event{Kind: verifier.EventOutput, Environment: "debian-12", Text: strings.Repeat("é", 500)})
		time.Sleep(redrawEvery)
		synctest.Wait()
		if seen.wide > 29 {
			t.Errorf("a live line took %d columns of 30", seen.wide)
		}
		if err := live.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		name, text string
		columns    int
		want       string
	}{
		{"short enough", "make all", 8, "make all"},
		{"cut shows", "make all", 7, "make a…"},
		{"wide characters count twice", "漢字漢字", 5, "漢字…"},
		{"no room", "make", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fit(c.text, c.columns); got != c.want {
				t.Errorf("fit(%q, %d) = %q, want %q", c.text, c.columns, got, c.want)
			}
		})
	}
}
