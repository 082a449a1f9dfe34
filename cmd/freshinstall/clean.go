package main

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

// cleanLine makes foreign text safe to print within one line.
func cleanLine(text string) string { return foreign.Line(text) }

// cleanBlock is cleanLine for several lines.
func cleanBlock(text string) string { return foreign.Text(text) }

// fit cuts text to so many columns; a cut is shown.
func fit(text string, columns int) string {
	if columns <= 0 {
		return ""
	}
	if lipgloss.Width(text) <= columns {
		return text
	}
	var cut strings.Builder
	used := 0
	for _, r := range text {
		width := lipgloss.Width(string(r))
		if used+width > columns-1 {
			break
		}
		cut.WriteRune(r)
		used += width
	}
	return cut.String() + "…"
}
