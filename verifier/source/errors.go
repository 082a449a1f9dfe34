package source

import (
	"errors"
	"strings"
)

// Kind says what went wrong, so that a caller can decide by it.
type Kind string

// The closed set of kinds.
const (
	NotFound     Kind = "not-found"     // no such path
	NotSupported Kind = "not-supported" // a protocol or a form of repository that is not read
	Unsafe       Kind = "unsafe"        // it points out of itself in a way that could give away other files
	Damaged      Kind = "damaged"       // a repository that git cannot read, or objects are missing
	NoCommits    Kind = "no-commits"    // nothing was committed yet
	UnknownRef   Kind = "unknown-ref"   // no such branch, tag or commit
	CloneFailed  Kind = "clone-failed"  // network, access or host: the world's, not the repository's
	NoGit        Kind = "no-git"        // no git command on this computer
	TooLarge     Kind = "too-large"     // more than the tool takes
	NoDocument   Kind = "no-document"   // no install document, or a declared one is missing
	BadDocument  Kind = "bad-document"  // a document that cannot be read as text
	Taken        Kind = "taken"         // a branch of that name has commits that are not ours
	Local        Kind = "local"         // this computer: disk full, folder not writable
)

// ErrNoDocuments says that a repository has no README and nothing like it. It
// is the cause of an [*Error] of kind [NoDocument].
var ErrNoDocuments = errors.New("no install document")

// Error is what keeps a repository from being verified.
type Error struct {
	Kind     Kind
	Location string   // as the user named it, credentials removed
	What     string   // plain words
	ToDo     string   // what to do now
	Message  string   // telling line of git, cleaned; may be empty
	Near     []string // for UnknownRef and NoDocument: what may have been meant
	Err      error    // cause; may be nil
}

// Error says where, what, what git said, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Location != "" {
		b.WriteString(e.Location + ": ")
	}
	b.WriteString(e.What)
	if e.Message != "" {
		b.WriteString(" (git: " + e.Message + ")")
	}
	if len(e.Near) > 0 {
		b.WriteString("; there is " + strings.Join(e.Near, ", "))
	}
	if e.ToDo != "" {
		b.WriteString(". " + e.ToDo)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// localFault is an error of this computer while working for a location.
func localFault(location, what string, err error) error {
	return &Error{Kind: Local, Location: location, What: what + ": " + err.Error(),
		ToDo: "Look at free space and permissions of the folder for temporary files", Err: err}
}
