package main

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// paper says what the plan is written on. The zero value suits a file.
type paper struct {
	width int  // columns of the terminal; 0: no terminal
	color bool // with sixteen colours; false writes no escape sequence at all
	ascii bool // no other characters than ASCII
}

// paper is what stdout is.
func (d *frontDoor) paper() paper {
	columns, terminal := terminalWidth(d.std.out)
	return paper{width: columns, color: d.colour(terminal), ascii: !d.env.utf8()}
}

// Widths in columns.
const (
	widthOfFiles = 100
	narrowest    = 40
)

// page lays the plan out. Colour only ever repeats what a word says already.
type page struct {
	out   strings.Builder
	width int
	bound bool // commands are wrapped too; in a file they stay whole, for programs that search it
	ascii bool

	strong, faint, good, fair, code lipgloss.Style
}

func newPage(on paper) *page {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	if on.color {
		// Sixteen colours: those are the reader's own.
		r.SetColorProfile(termenv.ANSI)
	}
	p := &page{width: widthOfFiles, bound: on.width > 0, ascii: on.ascii,
		strong: r.NewStyle().Bold(on.color), faint: r.NewStyle().Faint(on.color),
		good: r.NewStyle().Foreground(lipgloss.Color("2")), fair: r.NewStyle().Foreground(lipgloss.Color("3")), code: r.NewStyle().Foreground(lipgloss.Color("6")),
	}
	if p.bound {
		p.width = min(max(on.width, narrowest), widest)
	}
	return p
}

// line writes one finished line; blanks at its end say nothing.
func (p *page) line(s string) {
	p.out.WriteString(strings.TrimRight(s, " "))
	p.out.WriteByte('\n')
}

func (p *page) gap() { p.line("") }

func (p *page) heading(s string) {
	p.gap()
	p.hang("", s, p.strong)
}

// hang writes wrapped text after a head; further lines stand under the first.
func (p *page) hang(head, s string, style lipgloss.Style) {
	indent := lipgloss.Width(head)
	for i, l := range wrapped(p.plain(s), max(16, p.width-indent)) {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		p.line(head + style.Render(l))
	}
}

// text writes a wrapped paragraph.
func (p *page) text(indent int, s string, style lipgloss.Style) {
	p.hang(strings.Repeat(" ", indent), s, style)
}

// typed writes foreign text as it is typed, line by line, after a head.
func (p *page) typed(head, s string, style lipgloss.Style) {
	indent := lipgloss.Width(head)
	for i, l := range strings.Split(strings.Trim(cleanBlock(s), "\n"), "\n") {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		l = p.plain(strings.TrimRight(strings.ReplaceAll(l, "\t", "    "), " "))
		if p.bound && lipgloss.Width(l) > p.width-indent {
			p.hang(head, l, style)
			continue
		}
		p.line(head + style.Render(l))
	}
}

// field writes a labelled text.
func (p *page) field(indent int, label, s string, style lipgloss.Style) {
	if s != "" {
		p.hang(p.label(indent, label), s, style)
	}
}

// labelWidth is the column in which the texts of fields begin, after their
// indentation.
const labelWidth = 10

func (p *page) label(indent int, label string) string {
	return strings.Repeat(" ", indent) + p.faint.Render(padded(label, labelWidth))
}

// plain rewrites text for terminals without other characters than ASCII.
func (p *page) plain(s string) string {
	if !p.ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r > 0x7e {
			return '?'
		}
		return r
	}, inASCII.Replace(s))
}

// fitted is text cut to so many columns, as this page shows it.
func (p *page) fitted(s string, columns int) string {
	if p.ascii && lipgloss.Width(p.plain(s)) > columns {
		columns -= 2 // what shows the cut is three characters there
	}
	return p.plain(fit(s, columns))
}

var inASCII = strings.NewReplacer("·", "-", "…", "...", "“", `"`, "”", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "→", "->")

// padded fills s with blanks to a width in columns.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-lipgloss.Width(s)))
}

// wrapped breaks text at blanks so that no line is wider than width; a word
// that is wider is broken.
func wrapped(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && lipgloss.Width(line)+1+lipgloss.Width(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for lipgloss.Width(word) > width {
			head := withinColumns(word, width)
			lines, word = append(lines, head), word[len(head):]
		}
		line = word
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// withinColumns is the beginning of a word that has room in so many columns,
// and at least one character of it.
func withinColumns(word string, columns int) string {
	used := 0
	for i, r := range word {
		if used += lipgloss.Width(string(r)); used > columns && i > 0 {
			return word[:i]
		}
	}
	return word
}
