// Package readme splits an install document into the pieces that may hold
// commands: fences, indented and literal blocks, HTML <pre>, inline code and
// lines that look like a command without any markup.
//
// It knows markup and nothing of shells: whether a piece holds a command, and
// whether a person would type it, is decided by the packages shell and plan.
// The one design decision: no piece of text is ever re-rendered. Each line of
// a block carries its byte span in the source, so that whatever is decided
// later can be pointed at, and edited, exactly where the author wrote it.
package readme
