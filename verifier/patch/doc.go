// Package patch turns proven fixes into documentation: a section "Known
// install problems", corrections in place, and a unified diff of either.
//
// It proves nothing and judges nothing: only fixes that a run has graded
// proven are written, and no workaround ever. A finding without a proven fix
// is the report's business, since a document that names errors without a
// solution helps nobody who reads it.
//
// The one design decision: the section itself is the memory. What a later run
// must know of an entry (key, environments, day first seen, solutions) is read
// back from the document, so that no state is kept elsewhere, a second run
// gives no difference, and what a person changed by hand is respected:
//
//   - The section is written in the document's own markup and with titles that
//     look like the author's; where the author has a chapter about problems, it
//     stands at that chapter's end (outline.go). Five formats have a [markup].
//   - Outside its two marks no byte of a document is ever touched by [Section].
//   - An entry that says the same as before is kept byte for byte, so neither
//     a volatile error line nor an improved wording makes a difference.
//   - An entry loses an environment only when its step was run there and
//     passed. Not run, blocked, inconclusive and not asked for remove nothing;
//     nor does a step that no longer stands in the document, unless the
//     solution stands there instead and passed.
//   - When the last entry goes, the section goes, and leaves the document as
//     it was before.
//   - A section whose marks are damaged is refused with the line, not guessed at.
package patch
