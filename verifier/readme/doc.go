// Package readme splits an install document into the pieces that may hold
// commands: fences, indented and literal blocks, HTML <pre>, inline code and
// lines that look like a command without any markup.
//
// It knows markup and nothing of shells: whether a piece holds a command, and
// whether a person would type it, is decided by the packages shell and plan.
// The one design decision: no piece of text is ever re-rendered. Each line of
// a block carries its byte span in the source, so that whatever is decided
// later can be pointed at, and edited, exactly where the author wrote it.
//
// Markdown is read by goldmark, to which container.go adds the tabs and notes
// of the site generators; HTML in it is walked tag by tag. The other markups
// share a scanner of lines (lines.go) and of running text (prose.go).
package readme
