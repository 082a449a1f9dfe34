package main

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier/patch"
	"github.com/freshinstall/freshinstall/verifier/readme"
)

// Which document the section of known problems stands in, first one wins:
//
//   - the one that the setting write-to names, which is made when it is not there;
//   - a document about problems (TROUBLESHOOTING.md) of the repository that the
//     README sends its reader to;
//   - the document that shows the step: there a reader is when the problem comes.
//
// Entries that stand in another document already stay there and are kept up to
// date; only new ones go to the chosen one.

// destination is the chosen document; the zero value is the last of these rules.
type destination struct {
	name   string
	source []byte // nil: it is to be made
}

// aboutProblems is the name of a document about problems, without its ending.
var aboutProblems = regexp.MustCompile(`(?i)^(trouble-?shooting|known[-_ ]?(install[-_ ]?)?(issues|problems)|problems)$`)

// choosePage decides by the setting and by where the first document leads.
func (r *reading) choosePage(named string) (destination, error) {
	if named == "" {
		if named = r.linkedPage(); named == "" {
			return destination{}, nil
		}
	}
	named = path.Clean(named)
	source, err := r.checkout.Read(named)
	if errors.Is(err, fs.ErrNotExist) {
		return destination{name: named}, nil
	}
	if err == nil && source == nil {
		source = []byte{}
	}
	return destination{named, source}, err
}

func (r *reading) linkedPage() string {
	first := r.documents[0]
	for _, link := range readme.Read(first.Path, first.Source).Links {
		for _, doc := range r.checkout.Linked(first.Path, link.Target) {
			base := strings.TrimSuffix(path.Base(doc.Path), path.Ext(doc.Path))
			if aboutProblems.MatchString(base) && patch.Supports(doc.Path) {
				return doc.Path
			}
		}
	}
	return ""
}

var bareName = regexp.MustCompile(`^[A-Z][A-Z0-9_-]*$`)

// pageFault says what keeps a path from being a document that may be written. A
// repository's own file can name it, so it is no way to other files.
func pageFault(name string) string {
	name = path.Clean(name)
	switch {
	case !fs.ValidPath(name) || name == "." || strings.Contains(name, "\\"):
		return "is no path inside the repository"
	case strings.HasPrefix(name, ".") || strings.Contains(name, "/."):
		return "is a hidden file, or lies in a hidden folder"
	case !patch.Supports(name), path.Ext(name) == "" && !bareName.MatchString(path.Base(name)):
		return "is no document in Markdown, reStructuredText, AsciiDoc, Org or plain text"
	}
	return ""
}

// among adds the page to the documents that were read.
func (p destination) among(documents map[string][]byte) map[string][]byte {
	if p.source != nil {
		documents[p.name] = p.source
	}
	return documents
}

// pages are the documents that the section may have to be written into.
func (p destination) pages(documents map[string][]byte) []patch.Page {
	var out []patch.Page
	told, names := map[string]bool{}, sortedNames(documents)
	for _, name := range names {
		if name == p.name {
			continue
		}
		out = append(out, patch.Page{Name: name, Source: documents[name], Closed: p.name != ""})
		// Marks that are damaged are told when the section is written.
		known, _ := patch.Known(name, documents[name])
		for key := range known {
			told[key] = true
		}
	}
	if p.name != "" {
		source := p.source
		if read, ok := documents[p.name]; ok {
			source = read
		}
		out = append(out, patch.Page{Name: p.name, Source: source, About: names, Told: told})
	}
	return out
}
