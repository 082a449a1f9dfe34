package patch

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// roundTrip adds a section to any document, runs again, and takes it away.
func roundTrip(t *testing.T, source []byte, hostile string) {
	t.Helper()
	roundTripIn(t, "README.md", source, hostile)
}

func roundTripIn(t *testing.T, name string, source []byte, hostile string) {
	t.Helper()
	s := over(t, name, tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "key", before("sudo apt-get install -y cmake"))
	f := &s.env("debian-12").Findings[0]
	if hostile != "" {
		f.Evidence, f.Plain, f.Title, f.Object, f.Fingerprint = hostile, hostile, hostile, hostile, hostile
		s.r.Plan.Steps[0].Command = "x" + hostile
		s.r.Environments[0].Environment.Name = hostile
	}
	added, err := Section(name, source, s.r, today)
	if err != nil {
		return // marks or an open block in the document itself
	}
	if at, _, _ := formOf(outlineOf(name, source)).locate(source); at != nil {
		return
	}
	if len(added.Added) != 1 {
		t.Fatalf("not added: %+v", added.Skipped)
	}
	at, _, err := formOf(outlineOf(name, added.After)).locate(added.After)
	if err != nil || at == nil {
		t.Fatalf("the section is not found again: %v\n%s", err, added.After)
	}
	outside := slices.Concat(added.After[:at.start], added.After[at.end:])
	if without := bytes.ReplaceAll(bytes.ReplaceAll(source, []byte("\r"), nil), []byte("\n"), nil); !bytes.Equal(without, bytes.ReplaceAll(bytes.ReplaceAll(outside, []byte("\r"), nil), []byte("\n"), nil)) {
		t.Fatalf("the author's text has changed:\n%q\n%q", source, added.After)
	}
	again, err := Section(name, added.After, s.r, today.AddDate(0, 0, 9))
	if err != nil {
		t.Fatalf("second run: %v\n%s", err, added.After)
	}
	if again.Changed() || len(again.Kept) != 1 {
		t.Fatalf("second run differs:\n%s", Unified([]Change{again}))
	}
	// Every mark is one that was written, and the text is intact.
	known, err := Known(name, added.After)
	if err != nil || len(known) != 1 {
		t.Fatalf("%d entries known, err %v:\n%s", len(known), err, added.After)
	}
	if !known[f.Fingerprint].Documents(s.r.Environments[0].Environment.Name, f.Fixes[0]) {
		t.Fatalf("the fix cannot be read back:\n%s", added.After)
	}
	s.r.Environments[0].Findings = nil
	s.r.Environments[0].Steps[0].Outcome = verifier.OutcomeOK
	gone, err := Section(name, added.After, s.r, today)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(gone.After, source) {
		t.Fatalf("the document is not as it was:\n%q\n%q", source, gone.After)
	}
}

func TestEveryByteOfTheAuthorStays(t *testing.T) {
	for name, source := range map[string]string{
		"empty":                       "",
		"byte order mark alone":       bom,
		"byte order mark":             bom + "# A\n",
		"one newline":                 "\n",
		"empty lines at the end":      "# A\n\n\n",
		"no last newline":             "# A\n\ntext",
		"carriage returns":            "# A\r\n\r\ntext\r\n",
		"carriage returns, no last":   "# A\r\n\r\ntext",
		"one carriage return":         "\r",
		"mixed, last one with return": "# A\n\ntext\r\n",
		"mixed, first one with":       "# A\r\n\ntext\n",
		"blanks at the end":           "# A\n  \n   ",
		"broken UTF-8":                "# \xff\xfe\n\x00\n",
		"an open comment":             "# A\n<!-- never closed\n",
	} {
		t.Run(name, func(t *testing.T) { roundTrip(t, []byte(source), "") })
	}
}

func TestLineEndsOfTheDocumentAreKept(t *testing.T) {
	source := strings.ReplaceAll(tidewatch, "\n", "\r\n")
	s := over(t, "README.md", source, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get update", "sudo apt-get install -y cmake"))
	after := s.section(source).After
	if bare := bytes.Count(after, []byte("\n")) - bytes.Count(after, []byte("\r\n")); bare != 0 {
		t.Errorf("%d lines without carriage return", bare)
	}
}

var hostileTexts = []string{
	"--> " + mdEnd,
	"\n" + mdEnd + "\n",
	"```\n" + mdEnd + "\n```",
	"````\n~~~\n# heading\n- list\n<script>alert(1)</script>",
	"a\r" + mdBegin + "\rb",
	"<!-- freshinstall:entry x first-seen=2026-01-01 environments=a -->",
	"freshinstall : end freshinstall\t:begin",
	"\x1b]0;x\afre\x1b[0mshinstall:end \u202e",
	"`` ` ``` , = % & + --!> \\",
	" ",
	"# freshinstall:begin",
}

func TestForeignTextStaysText(t *testing.T) {
	for _, text := range hostileTexts {
		t.Run(text, func(t *testing.T) { roundTrip(t, []byte(tidewatch), text) })
	}
}

func FuzzSection(f *testing.F) {
	f.Add([]byte(tidewatch), "")
	f.Add([]byte("- ```\n"+mdBegin), "x")
	for _, text := range hostileTexts {
		f.Add([]byte(text), text)
	}
	f.Fuzz(roundTrip)
}

// Whatever stands in a document, reading and writing it neither fails hard nor
// touches a byte outside the section.
func FuzzKnown(f *testing.F) {
	for i, tc := range inFormats {
		s := threeIn(&testing.T{}, tc.name, tc.source)
		f.Add(i, s.section(tc.source).After)
	}
	f.Add(4, []byte(mdBegin+"\n"+mdEntry+"a first-seen=2026-01-01 environments=x -->\n"+mdEnd))
	f.Fuzz(func(t *testing.T, i int, source []byte) {
		name := inFormats[uint(i)%uint(len(inFormats))].name
		at, _, err := formOf(outlineOf(name, source)).locate(source)
		if err != nil || at == nil {
			return
		}
		s := over(t, name, tidewatch, debians, "cmake -B build").fails("debian-12", "cmake -B build", "cmake", before("sudo apt-get install -y cmake"))
		c, err := Section(name, source, s.r, today)
		if err != nil {
			return
		}
		if !bytes.HasPrefix(c.After, source[:at.start]) || !bytes.HasSuffix(c.After, source[at.end:]) {
			t.Fatalf("text outside the section has changed:\n%q\n%q", source, c.After)
		}
		again, err := Section(name, c.After, s.r, today)
		if err != nil {
			t.Fatalf("second run: %v", err)
		}
		if again.Changed() {
			t.Fatalf("second run differs:\n%q\n%q", c.After, again.After)
		}
	})
}

// A correction puts in one piece of text, and nothing else changes.
func FuzzInPlace(f *testing.F) {
	for i, tc := range inFormats {
		f.Add(i, []byte(tc.source), 1)
		f.Add(i, []byte(strings.ReplaceAll(tc.source, "\n", "\r\n")), 3)
	}
	f.Fuzz(func(t *testing.T, i int, source []byte, at int) {
		name := inFormats[uint(i)%uint(len(inFormats))].name
		blocks := readme.Read(name, source).Blocks
		if len(blocks) == 0 {
			return
		}
		block := blocks[uint(at)%uint(len(blocks))]
		line := block.Lines[0]
		if strings.TrimSpace(line.Text) == "" {
			return
		}
		s := over(t, name, "", debians[:1]).with(line.Text)
		step := &s.r.Plan.Steps[0]
		step.Span, step.Line = line.Span, line.Number
		if block.Kind == readme.Inline {
			step.Flags = []verifier.Flag{verifier.FlagInline}
		}
		s.fails("debian-12", line.Text, "k", before("sudo apt-get update", "sudo apt-get install -y libpng-dev"))
		changes, skipped, err := InPlace(map[string][]byte{name: source}, s.r)
		if err != nil || len(changes)+len(skipped) != 1 {
			t.Fatalf("changes %d, skipped %+v, err %v", len(changes), skipped, err)
		}
		if len(skipped) == 1 {
			if skipped[0].Reason == "" {
				t.Fatal("skipped without a reason")
			}
			return
		}
		after := changes[0].After
		head := 0
		for head < len(source) && source[head] == after[head] {
			head++
		}
		if !bytes.HasSuffix(after, source[head:]) {
			t.Fatalf("more than one piece was put in:\n%q\n%q", source, after)
		}
	})
}
