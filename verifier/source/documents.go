package source

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// DocumentKind says why a document was taken.
type DocumentKind string

// The closed set of kinds of documents, in reading order.
const (
	Readme       DocumentKind = "readme"
	Install      DocumentKind = "install"      // INSTALL, docs/getting-started and the like: a candidate
	Contributing DocumentKind = "contributing" // for those who change the software: a candidate
	Part         DocumentKind = "part"         // the README of a folder that is installed by itself: a candidate
	Declared     DocumentKind = "declared"     // named by the declaration: to be read whatever it looks like
)

// Document is a file with install instructions.
type Document struct {
	Path   string // slash-separated, of the file itself when a link led to it
	Source []byte // as it is, byte by byte
	Kind   DocumentKind
	Note   string // what a reader must know: "not valid UTF-8"; mostly empty
}

// maxDocuments bounds what is read.
const maxDocuments = 20

// Documents returns the install documents in reading order: the declared ones,
// else the README and the candidates beside it. Whether a candidate is followed
// is up to the plan. Without any the error is [ErrNoDocuments] in an [*Error].
// A candidate that cannot be read is left out; a README or a declared document
// that cannot be read is an error.
func (c *Checkout) Documents(declared []string) ([]Document, error) {
	if len(declared) > 0 {
		return c.declared(declared)
	}
	var docs []Document
	seen := map[string]bool{}
	for _, cand := range c.candidates() {
		target, ok := c.resolve(cand.path)
		if !ok || seen[target] || len(docs) == maxDocuments {
			continue
		}
		seen[target] = true
		doc, err := c.document(target, cand.kind)
		if err != nil {
			if cand.kind == Readme {
				return nil, err
			}
			continue
		}
		docs = append(docs, doc)
	}
	if len(docs) == 0 {
		return nil, &Error{Kind: NoDocument, Location: c.Repository.Name, Err: ErrNoDocuments,
			What: "no README and no other install document",
			ToDo: "Write a README.md that says how to install it, or name the documents under documents: in freshinstall.yaml"}
	}
	return docs, nil
}

// unread says which candidates cannot be read, for the notes.
func (c *Checkout) unread() []string {
	var notes []string
	for _, cand := range c.candidates() {
		target, ok := c.resolve(cand.path)
		if !ok || cand.kind == Readme {
			continue
		}
		if _, err := c.document(target, cand.kind); err != nil {
			var e *Error
			if errors.As(err, &e) {
				notes = append(notes, "left out as a document: "+e.What)
			}
		}
	}
	return notes
}

func (c *Checkout) declared(names []string) ([]Document, error) {
	var docs []Document
	var missing, near []string
	seen := map[string]bool{}
	for _, name := range names {
		target, ok := c.resolve(name)
		if !ok {
			missing = append(missing, clean(name))
			near = append(near, c.similar(name)...)
			continue
		}
		if seen[target] {
			continue
		}
		seen[target] = true
		doc, err := c.document(target, Declared)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	if len(missing) > 0 {
		return nil, &Error{Kind: NoDocument, Location: c.Repository.Name, Near: near,
			What: "declared documents are not in the repository: " + strings.Join(missing, ", "),
			ToDo: "Correct documents: in freshinstall.yaml, or commit the files"}
	}
	if len(docs) > maxDocuments {
		return nil, &Error{Kind: TooLarge, Location: c.Repository.Name, What: fmt.Sprintf("%d documents are declared; %d are the limit", len(docs), maxDocuments)}
	}
	return docs, nil
}

// similar finds documents that a wrong name may have meant: another case,
// another folder, a slip.
func (c *Checkout) similar(name string) []string {
	var docs, elsewhere []string
	for _, n := range c.tree.names {
		if strings.EqualFold(n, path.Clean(name)) {
			return []string{clean(n)}
		}
		if strings.EqualFold(path.Base(n), path.Base(name)) {
			elsewhere = append(elsewhere, clean(n))
		}
		if _, _, ok := split(path.Base(n)); ok && path.Ext(n) != "" {
			docs = append(docs, n)
		}
	}
	if len(elsewhere) > 0 {
		return elsewhere[:1]
	}
	best := closest(name, docs, 1)
	if len(best) > 0 && likeness(strings.ToLower(best[0]), strings.ToLower(name)) >= 0.5 {
		return best
	}
	return nil
}

func (c *Checkout) document(name string, kind DocumentKind) (Document, error) {
	source, err := c.Read(name)
	if err != nil {
		return Document{}, err
	}
	bad := func(what, todo string) (Document, error) {
		return Document{}, &Error{Kind: BadDocument, Location: c.Repository.Name, What: clean(name) + " " + what, ToDo: todo}
	}
	doc := Document{Path: name, Source: source, Kind: kind}
	switch {
	case bytes.HasPrefix(source, []byte{0xff, 0xfe}), bytes.HasPrefix(source, []byte{0xfe, 0xff}):
		return bad("is UTF-16 text, which most tools cannot read", "Save it as UTF-8")
	case bytes.IndexByte(source, 0) >= 0:
		return bad("is not a text file", "Declare the real documents under documents: in freshinstall.yaml")
	case !utf8.Valid(source):
		// Offsets into the document must stay true, so nothing is converted.
		doc.Note = "not valid UTF-8; read byte by byte"
	}
	return doc, nil
}

type candidate struct {
	path string
	kind DocumentKind
	rank int
}

// candidates names the documents by their file names, in reading order.
func (c *Checkout) candidates() []candidate {
	var found []candidate
	readme := c.readme()
	if readme != "" {
		found = append(found, candidate{readme, Readme, 0})
	}
	for _, name := range c.tree.names {
		kind, rank := classify(name)
		if kind == "" && c.part(name) {
			kind, rank = Part, 9
		}
		if kind != "" {
			found = append(found, candidate{name, kind, rank})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.rank - b.rank })
	return found
}
