package reports

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/freshinstall/freshinstall/verifier"
)

// A badge tells in how many environments the documents worked as they stand,
// what was left out, and when: without these it would claim too much for ever.
// Its date is the result's.

const badgeLabel = "installs"

// badge is what both forms of it say.
type badge struct {
	message string
	colour  string // RRGGBB; white text on it has a contrast of at least 4.5 to 1
	title   string // the same for who cannot see it, with the whole date
	fails   bool
}

func badgeOf(d *digest) badge {
	counts := map[verifier.Verdict]int{}
	for _, env := range d.result.Environments {
		counts[env.Verdict]++
	}
	all := len(d.result.Environments)
	fine := counts[verifier.Works] + counts[verifier.WorksWithDocumentedFixes]
	parts := []string{fmt.Sprintf("%d/%d", fine, all)}
	if all == 0 {
		parts[0] = "not tested"
	}
	if n := counts[verifier.WorksWithFixes]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d with fixes", n))
	}
	if n := all - fine - counts[verifier.WorksWithFixes] - counts[verifier.Broken]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d not tested", n))
	}
	if d.leftMost > 0 {
		parts = append(parts, count(d.leftMost, "step")+" not run")
	}
	if d.result.Interrupted || d.result.OutOfTime {
		parts = append(parts, "cut short")
	}
	b := badge{colour: "5b5b5b", fails: d.verdict == verifier.Broken || d.verdict == verifier.Inconclusive}
	switch d.verdict {
	case verifier.Works, verifier.WorksWithDocumentedFixes:
		b.colour = "1a7f37"
	case verifier.WorksWithFixes:
		b.colour = "8a5a00"
	case verifier.Broken:
		b.colour = "b3261e"
	case verifier.Inconclusive:
	}
	short, whole := "no date", "on a day that is not known"
	if day := badgeDay(d.result); !day.IsZero() {
		short, whole = day.Format("2 Jan"), "on "+day.Format("2006-01-02")
	}
	told := strings.Join(parts, ", ")
	b.message = strings.Join(append(parts, short), " · ")
	b.title = fmt.Sprintf("%s: %s, %s. %s", badgeLabel, told, whole, d.answer())
	return b
}

func badgeDay(r *verifier.Result) time.Time {
	day := r.Finished
	if day.IsZero() {
		day = r.Started
	}
	return day.UTC()
}

// BadgeJSON writes a badge as the endpoint that shields.io reads.
func BadgeJSON(w io.Writer, r *verifier.Result) error {
	b := badgeOf(digestOf(r))
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(struct {
		Schema  int    `json:"schemaVersion"`
		Label   string `json:"label"`
		Message string `json:"message"`
		Color   string `json:"color"`
		IsError bool   `json:"isError,omitempty"`
	}{1, badgeLabel, b.message, b.colour, b.fails}); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// Badge writes a badge as an SVG picture that needs nothing else: for private
// repositories, which no service can read.
func Badge(w io.Writer, r *verifier.Result) error {
	b := badgeOf(digestOf(r))
	const pad, height = 8, 20
	label, message := textWidth(badgeLabel), textWidth(b.message)
	left, whole := label+2*pad, label+message+4*pad
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="title">`, whole, height, whole, height)
	line(`  <title id="title">%s</title>`, xmlEscape(b.title))
	line(`  <clipPath id="round"><rect width="%d" height="%d" rx="3"/></clipPath>`, whole, height)
	line(`  <g clip-path="url(#round)">`)
	line(`    <rect width="%d" height="%d" fill="#444444"/>`, left, height)
	line(`    <rect x="%d" width="%d" height="%d" fill="#%s"/>`, left, whole-left, height, b.colour)
	line(`  </g>`)
	line(`  <g fill="#ffffff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">`)
	line(`    <text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`, pad, label, xmlEscape(badgeLabel))
	line(`    <text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`, left+pad, message, xmlEscape(b.message))
	line(`  </g>`)
	line(`</svg>`)
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func xmlEscape(s string) string { return xmlEscapes.Replace(xmlText(s)) }

// textWidth is about what a text takes in a wide sans serif face of 11 pixels,
// in pixels. The picture holds the text to it (textLength), whatever face
// there is, so it only has to look right.
func textWidth(s string) int {
	tenths := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("il .·'|", r):
			tenths += 36
		case strings.ContainsRune("fjrt/:,-()", r):
			tenths += 46
		case strings.ContainsRune("mwMW", r):
			tenths += 98
		case r >= 'A' && r <= 'Z':
			tenths += 80
		default:
			tenths += 66
		}
	}
	return (tenths + 9) / 10
}
