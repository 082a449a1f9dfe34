package patch

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Unified writes the changes as one unified diff with three lines of context,
// as "git apply" and "patch -p1" take it. Documents that stay as they are do
// not occur; nil means that nothing changes.
func Unified(changes []Change) []byte {
	var out bytes.Buffer
	for _, c := range changes {
		hunks := diff.Diff("a", c.Before, "b", c.After)
		if hunks == nil {
			continue
		}
		// The library's own header cannot carry a name with a blank.
		for range 3 {
			_, hunks, _ = bytes.Cut(hunks, []byte("\n"))
		}
		from, to := gitName("a/"+c.Document), gitName("b/"+c.Document)
		fmt.Fprintf(&out, "diff --git %s %s\n", from, to)
		from, to = ended(from), ended(to)
		switch {
		case c.made():
			out.WriteString("new file mode 100644\n")
			from = "/dev/null"
		case c.gone():
			out.WriteString("deleted file mode 100644\n")
			to = "/dev/null"
		}
		fmt.Fprintf(&out, "--- %s\n+++ %s\n", from, to)
		out.Write(hunks)
	}
	return out.Bytes()
}

// gitName quotes a path as git does when it holds a character that would end it.
func gitName(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' }) {
		return name
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(name) {
		switch c := name[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// ended marks the end of a name with a blank, which readers of diffs would
// else take for the start of a date.
func ended(name string) string {
	if strings.Contains(name, " ") && !strings.HasPrefix(name, `"`) {
		return name + "\t"
	}
	return name
}
