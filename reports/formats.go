package reports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/freshinstall/freshinstall/verifier"
)

// Format writes a result. It keeps nothing and changes nothing.
type Format func(w io.Writer, r *verifier.Result) error

func formats() map[string]Format {
	return map[string]Format{
		"badge":      Badge,
		"badge-json": BadgeJSON,
		"comment":    Comment,
		"github":     GitHub,
		"gitlab":     GitLab,
		"html":       HTML,
		"json":       JSON,
		"junit":      JUnit,
		"markdown":   Markdown,
		"sarif":      SARIF,
		"summary":    Summary,
		"terminal":   func(w io.Writer, r *verifier.Result) error { return Terminal(w, r, TerminalOptions{}) },
	}
}

// Formats lists the names that [Write] takes, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats())) }

// Write writes the result in the format of that name; the terminal's form
// comes in its plainest dress.
func Write(name string, w io.Writer, r *verifier.Result) error {
	format, ok := formats()[name]
	if !ok {
		return fmt.Errorf("no report format %q; there are %s", name, strings.Join(Formats(), ", "))
	}
	return format(w, r)
}
