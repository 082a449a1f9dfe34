package patch

import "fmt"

// MarkerError says that the marks of a section are damaged. Nothing was
// changed; the author's text cannot be told from ours.
type MarkerError struct {
	Document string // may be empty where the name is not known
	Line     int    // one-based
	What     string
}

func (e *MarkerError) Error() string {
	return fmt.Sprintf("%s: %s; mend the marks of the section, or delete it with all its marks and run again",
		place(e.Document, e.Line), e.What)
}

// MarkupError says that no section can be written in a document's markup.
type MarkupError struct{ Document string }

func (e *MarkupError) Error() string {
	return e.Document + ": no section can be written into a document of this kind, only into Markdown, reStructuredText, AsciiDoc, Org and plain text; name one of these with --write-to"
}

// OpenBlockError says that a document ends inside a code block, where an
// appended section would be shown as code.
type OpenBlockError struct {
	Document string
	Line     int // where the block begins
}

func (e *OpenBlockError) Error() string {
	return place(e.Document, e.Line) + ": the code block that begins here is never closed; close it, so that a section can follow"
}

// ChangedError says that a file is no longer what the change was made from.
type ChangedError struct{ Document string }

func (e *ChangedError) Error() string {
	return e.Document + ": was changed in the meantime, nothing was written; run again"
}

// LinkError says that a document is reached through a link or is no plain file.
type LinkError struct{ Document, Part string }

func (e *LinkError) Error() string {
	return fmt.Sprintf("%s: %s is a link or no plain file, nothing was written; name the document itself", e.Document, e.Part)
}

func place(document string, line int) string {
	if document == "" {
		return fmt.Sprintf("line %d", line)
	}
	return fmt.Sprintf("%s:%d", document, line)
}
