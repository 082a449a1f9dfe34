package reports

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/freshinstall/freshinstall/verifier"
)

// Widths of the terminal report, in columns.
const (
	widthDefault = 100
	widthLeast   = 40
	widthMost    = 120 // longer lines are hard to read
)

// page lays text out for a terminal. Colour only ever repeats what a word or
// a sign says already.
type page struct {
	out   strings.Builder
	width int
	ascii bool

	strong, faint, good, fair, bad, unsure, code lipgloss.Style
}

func newPage(o TerminalOptions) *page {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	if o.Color {
		// Sixteen colours: those are the reader's own.
		r.SetColorProfile(termenv.ANSI)
	}
	width := o.Width
	if width <= 0 {
		width = widthDefault
	}
	color := func(c string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(c)) }
	return &page{
		width: min(max(width, widthLeast), widthMost), ascii: o.ASCII,
		strong: r.NewStyle().Bold(o.Color), faint: r.NewStyle().Faint(o.Color),
		good: color("2"), fair: color("3"), bad: color("1"), unsure: color("5"), code: color("6"),
	}
}

// sign and style of a verdict.
func (p *page) verdict(v verifier.Verdict) (string, lipgloss.Style) {
	switch v {
	case verifier.Works, verifier.WorksWithDocumentedFixes:
		return p.either("✓", "+"), p.good
	case verifier.WorksWithFixes:
		return "!", p.fair
	case verifier.Broken:
		return p.either("✗", "x"), p.bad
	case verifier.Inconclusive:
		return "?", p.unsure
	}
	return "?", p.unsure
}

func (p *page) either(rich, plain string) string {
	if p.ascii {
		return plain
	}
	return rich
}

// plain rewrites text for terminals without other characters than ASCII.
func (p *page) plain(s string) string {
	if !p.ascii {
		return s
	}
	s = asciiForms.Replace(s)
	return strings.Map(func(r rune) rune {
		if r > 0x7e {
			return '?'
		}
		return r
	}, s)
}

var asciiForms = strings.NewReplacer("·", "-", "…", "...", "“", `"`, "”", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "→", "->")

// line writes one finished line; blanks at its end say nothing.
func (p *page) line(s string) {
	p.out.WriteString(strings.TrimRight(s, " "))
	p.out.WriteByte('\n')
}

func (p *page) gap() { p.line("") }

func (p *page) heading(s string) {
	p.gap()
	p.line(p.strong.Render(p.plain(s)))
}

// text writes a wrapped paragraph.
func (p *page) text(indent int, s string, style lipgloss.Style) {
	p.hang(strings.Repeat(" ", indent), indent, s, style)
}

// hang writes wrapped text after a head of the given width; further lines
// stand under the first.
func (p *page) hang(head string, width int, s string, style lipgloss.Style) {
	for i, l := range wrap(p.plain(s), max(16, p.width-width)) {
		if i > 0 {
			head = strings.Repeat(" ", width)
		}
		p.line(head + style.Render(l))
	}
}

// field writes a labelled text.
func (p *page) field(label, s string, style lipgloss.Style) {
	if s == "" {
		return
	}
	p.hang(p.label(label), fieldIndent, s, style)
}

const (
	labelIndent = 4
	fieldIndent = 14
)

func (p *page) label(label string) string {
	return strings.Repeat(" ", labelIndent) + p.faint.Render(pad(label, fieldIndent-labelIndent))
}

// under writes a line as it is at the place of a field's text, without
// wrapping: it may be copied.
func (p *page) under(indent int, s string, style lipgloss.Style) {
	p.line(strings.Repeat(" ", fieldIndent+indent) + style.Render(s))
}

// pad fills s with blanks to a width in columns.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-lipgloss.Width(s)))
}

// wrap breaks text at blanks so that no line is wider than width; a word that
// is wider is broken.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for lipgloss.Width(word) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			head, rest := cut(word, width)
			lines, word = append(lines, head), rest
		}
		switch {
		case word == "":
		case line == "":
			line = word
		case lipgloss.Width(line)+1+lipgloss.Width(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// cut splits a word after at most width columns, and at least one character.
func cut(word string, width int) (head, rest string) {
	used := 0
	for i, r := range word {
		used += lipgloss.Width(string(r))
		if used > width && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}
