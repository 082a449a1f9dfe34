package patch

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/foreign"
)

type markdown struct {
	unwrapped
	levels     [2]int // of the section's title, of an entry's
	underlined bool   // the document's titles of the first two levels are
}

func (m markdown) heading(depth int, title string) []string {
	level := m.levels[depth]
	if m.underlined && level <= 2 {
		return []string{title, underline("=-"[level-1], title)}
	}
	return []string{strings.Repeat("#", level) + " " + title}
}

func (markdown) readHeading(lines []string) (title string, n int) {
	if text := strings.TrimLeft(lines[0], "#"); headingLine.MatchString(lines[0]) && strings.TrimSpace(text) != "" {
		return strings.TrimSpace(text), 1
	}
	if len(lines) > 1 && isRule(lines[1], "=-", 2) && strings.TrimSpace(lines[0]) != "" {
		return strings.TrimSpace(lines[0]), 2
	}
	return "", 0
}

func (markdown) block(lead, kind, text string) []string {
	return append([]string{lead, ""}, strings.Split(foreign.Fence(kind, text), "\n")...)
}

func (markdown) readBlock(lines []string) (lead, text string, n int) {
	var fence fences
	if !fence.inside(lines[0], 0) {
		return "", "", 0
	}
	for i := 1; i < len(lines); i++ {
		if !fence.inside(lines[i], 0) || fence.marks == "" {
			return "", strings.Join(lines[1:i], "\n"), i + 1
		}
	}
	return "", "", 0
}

func (markdown) say(text string) string    { return foreign.Inline(text) }
func (markdown) code(text string) string   { return foreign.Code(text) }
func (markdown) strong(text string) string { return "**" + text + "**" }
