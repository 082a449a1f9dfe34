package export

import (
	"path"
	"regexp"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/shell"
)

// What documents ask for in words was done by the run where the text says
// enough: a file with a content that is shown, or a copy of another. A run puts
// it where the newcomer stands or at the top of the checkout, whichever the
// sentence means; the decisions are those of the pipeline.

var (
	plainPath = regexp.MustCompile(`^[A-Za-z0-9._][A-Za-z0-9._@+/-]*$`)
	topFolder = regexp.MustCompile(`(?i)\b(root|top[- ]level|raíz|raiz|racine|hauptverzeichnis|wurzelverzeichnis)\b`)
)

// words makes a command of what a document asks for in words.
func (l *learner) words(s verifier.Prose) (Command, error) {
	c := Command{Document: s.Document, Line: s.Line, Kind: Asked}
	for _, name := range []string{s.Path, s.From} {
		if name != "" && (!plainPath.MatchString(name) || strings.Contains("/"+name+"/", "/../")) {
			return c, &UnfitError{c.Place(), "it asks for a file outside of the checkout"}
		}
	}
	to := path.Clean(s.Path)
	if topFolder.MatchString(s.What) || strings.Contains(to, "/") {
		to = `"$checkout"/` + shell.Quote(to)
	} else {
		to = shell.Quote(to)
	}
	text := ""
	if s.Kind == verifier.ProseCopy {
		from := shell.Quote(path.Clean(s.From))
		text = `cp -- "$checkout"/` + from + " " + to
	} else {
		content, reads, err := l.values.refer("printf '%s' " + shell.Quote(s.Content))
		if err != nil {
			return c, &UnfitError{c.Place(), err.Error()}
		}
		c.Reads = reads
		text = content + " >" + to
	}
	if dir := path.Dir(path.Clean(s.Path)); dir != "." {
		text = `mkdir -p "$checkout"/` + shell.Quote(dir) + " && " + text
	}
	c.Piece = shell.Piece{Text: "[ -e " + to + " ] || { " + text + "; }"}
	if _, err := shell.Pieces(c.Text); err != nil {
		return c, &UnfitError{c.Place(), err.Error()}
	}
	return c, nil
}
